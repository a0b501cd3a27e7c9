//! 看全号: personal data that is covered, shown whole to whoever may ask for it. Asking writes who, which case,
//! which field and when into the audit before anything is shown; the page it is shown on is not kept.
//! Invariant: nothing whole leaves here without its audit row.

use super::page::{acting, with_whole};
use super::{PrintWhole, RevealField, names, print};
use crate::access::Action;
use crate::engine::definition::{Content, Field};
use crate::engine::facts::Viewer;
use crate::engine::run::Acting;
use crate::engine::view::{CaseView, Stands};
use crate::kit::{Error, Id, Result};
use crate::store::Stamp;
use crate::web::{Cx, Reply};

/// POST `/case/{case}/reveal`: the page again with one field whole, and all that was typed.
pub fn show(cx: &mut Cx<RevealField>) -> Result<Reply> {
    let (acting, mut view) = opened(cx)?;
    let id = cx.form(names::REVEAL).to_owned();
    let field = view.procedure.field(&id);
    let field = field.filter(|f| view.may_reveal(f, &acting.viewer));
    let label = field.map(|f| f.label.clone()).ok_or(Error::NotFound)?;
    note(cx, (&acting, &view), format!("看全号：{label}"))?;
    view.whole.push(id);
    with_whole(cx, &acting, &view).map(Reply::Page)
}

/// POST `/case/{case}/print/{sheet}`: one sheet with everything whole that this person may see so.
pub fn print(cx: &mut Cx<PrintWhole>) -> Result<Reply> {
    let (acting, mut view) = opened(cx)?;
    let sheet: String = cx.path("sheet")?;
    let all = covered(&view, &acting.viewer, &sheet);
    if all.is_empty() {
        return Err(Error::NotFound);
    }
    let labels: Vec<&str> = all.iter().map(|f| f.label.as_str()).collect();
    let words = format!("打印全号（{sheet}）：{}", labels.join("、"));
    let ids: Vec<String> = all.iter().map(|f| f.id.clone()).collect();
    note(cx, (&acting, &view), words)?;
    view.whole = ids;
    print::page_of(cx, &acting, &view, &sheet)
}

/// Covered fields this person may ask to see whole.
pub fn asks_of(view: &CaseView, viewer: &Viewer) -> Vec<String> {
    if view.stands == Stands::Beside {
        return Vec::new();
    }
    let all = view.procedure.fields.iter();
    let may = all.filter(|f| view.may_reveal(f, viewer));
    may.map(|f| f.id.clone()).collect()
}

/// Covered fields of a sheet that this person may see whole.
pub fn covered<'a>(view: &'a CaseView, viewer: &Viewer, sheet: &str) -> Vec<&'a Field> {
    if view.stands == Stands::Beside {
        return Vec::new();
    }
    let Some(sheet) = view.procedure.sheets.iter().find(|s| s.id == sheet) else {
        return Vec::new();
    };
    let layout = sheet.layout.as_ref().unwrap_or(&view.procedure.layout);
    let in_grid = layout.cells().filter_map(|c| match &c.content {
        Content::Field(id) => Some(id),
        Content::Readers => None,
    });
    let mut all: Vec<&Field> = Vec::new();
    for id in in_grid.chain(&sheet.line) {
        let field = view.procedure.field(id);
        if let Some(f) = field.filter(|f| view.may_reveal(f, viewer))
            && !all.iter().any(|a| a.id == f.id)
        {
            all.push(f);
        }
    }
    all
}

fn opened<A: Action>(cx: &Cx<A>) -> Result<(Acting, CaseView)> {
    let case: Id = cx.path("case")?;
    let acting = acting(cx)?;
    let task = cx.form(names::TASK).parse().ok();
    let store = &cx.state.store;
    let view = cx.state.engine.open(store, &acting, (case, task))?;
    Ok((acting, view))
}

/// The audit row; what is done to a sealed year is written on the department's standing shelf.
fn note<A: Action>(cx: &Cx<A>, (acting, view): (&Acting, &CaseView), words: String) -> Result<()> {
    let case = view.case.state.id;
    let shelf = match view.stands {
        Stands::Open => case.shelf(),
        Stands::Sealed | Stands::Beside => cx.state.store.shelf_for(acting.dept.0, 0)?,
    };
    // each asking is one: the form's own number would make the second of a page the first again
    let stamp = Stamp {
        op: String::new(),
        ..cx.permit.stamp_on(case)
    };
    cx.state.store.write(shelf, stamp, move |w| {
        w.quiet("只是查看，没有改动");
        w.note(words);
        Ok(())
    })?;
    Ok(())
}
