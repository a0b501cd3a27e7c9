//! An edit posted from any tab: read, done, kept at once, and the tab shown again where it was made.
//! Invariant: an edit made on an older page is not done; the page comes back with what was typed and says who
//! was faster.

use super::desk::{Desk, Tab};
use super::{DesignProcedure, asked, flow_tab, form_tab, head_tab};
use crate::engine::design::{self, Before, Made};
use crate::kit::{Error, FieldErrors, Result};
use crate::ui::Markup;
use crate::web::{Cx, Reply, Visit, encode};

/// POST `/procedures/{procedure}/design`.
pub fn edit(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    let desk = Desk::open(cx)?;
    let tab = Tab::of(cx.form("tab"));
    let done = current(cx, &desk).and_then(|()| match cx.form("do") {
        "undo" => take_back(cx, &desk),
        _ => change(cx, &desk),
    });
    match done {
        Ok(made) => {
            let said = match made.said.as_str() {
                "" => "已存进草稿",
                said => said,
            };
            let said = said.to_owned();
            cx.tell(&said);
            Ok(Reply::To(next(cx, &desk, (tab, &made))))
        }
        Err(Error::Invalid(errors)) => draw(cx, &desk, (tab, &errors)).map(Reply::Wrong),
        Err(Error::Conflict(why)) => {
            let mut errors = FieldErrors::default();
            errors.add("", why);
            let now = Desk::open(cx)?;
            draw(cx, &now, (tab, &errors)).map(Reply::Wrong)
        }
        Err(e) => Err(e),
    }
}

/// A page older than the sketch changes nothing.
fn current(cx: &Cx<DesignProcedure>, desk: &Desk) -> Result<()> {
    let seen: i64 = cx.form("rev").parse().unwrap_or(-1);
    if seen == desk.rev {
        return Ok(());
    }
    let who = desk.sketch.as_ref().map_or_else(
        || "这份草稿刚刚发布或放弃了".to_owned(),
        |s| {
            let when = cx.zone().short_time(s.at, cx.at);
            format!("{} {when} 也改了这个事项", s.name)
        },
    );
    Err(Error::Conflict(format!(
        "{who}，您这一处还没有改上。下面是现在的样子，请看过再改一次"
    )))
}

fn change(cx: &Cx<DesignProcedure>, desk: &Desk) -> Result<Made> {
    let edits = asked::edits(cx, desk)?;
    if edits.is_empty() {
        return Ok(Made {
            said: "没有改过的地方".to_owned(),
            ..Made::default()
        });
    }
    let mut procedure = desk.procedure.clone();
    let (mut made, mut errors) = (Made::default(), FieldErrors::default());
    for one in edits {
        match design::apply(&mut procedure, one.edit.clone()) {
            Ok(done) => made = made.and(done),
            // the others are tried all the same: what is wrong is said at once
            Err(wrong) => {
                for e in wrong.0 {
                    errors.add(one.place(&e.field), e.message);
                }
            }
        }
    }
    errors.check(())?;
    let text = procedure.text()?;
    let rev = keep(cx, desk, &text)?;
    let before = Before {
        text: desk.text.clone(),
        made: rev,
        what: asked::what(cx.form("do"), Tab::of(cx.form("tab"))).to_owned(),
    };
    cx.state.engine.undo.note(cx.who().person, &desk.id, before);
    Ok(made)
}

fn keep(cx: &Cx<DesignProcedure>, desk: &Desk, text: &str) -> Result<i64> {
    let stamp = cx.permit.stamp_on(&desk.id);
    let sketch = (desk.id.as_str(), desk.rev, text);
    let (store, engine) = (&cx.state.store, &cx.state.engine);
    engine.save_sketch(store, stamp, &desk.maker, sketch)
}

fn take_back(cx: &Cx<DesignProcedure>, desk: &Desk) -> Result<Made> {
    let (person, undo) = (cx.who().person, &cx.state.engine.undo);
    let last = undo.last(person, &desk.id, desk.rev);
    let before = last.ok_or_else(|| Error::invalid("", "没有可以撤销的改动了"))?;
    let rev = keep(cx, desk, &before.text)?;
    undo.taken(person, &desk.id, rev);
    Ok(Made {
        said: format!("已撤销：{}", before.what),
        ..Made::default()
    })
}

/// The tab the edit was made on, at what it was about.
fn next(cx: &Cx<DesignProcedure>, desk: &Desk, (tab, made): (Tab, &Made)) -> String {
    let mut at = desk.at(tab);
    let picked = [("field", &made.field), ("step", &made.step)];
    let mut sign = '?';
    for (name, made) in picked {
        let kept = Some(cx.form(name).to_owned()).filter(|id| !id.is_empty());
        if let Some(id) = made.clone().or(kept) {
            at.push_str(&format!("{sign}{name}={}", encode(&id)));
            sign = '&';
        }
    }
    for (name, left) in [("line", line_left(cx, made)), ("new", new_left(cx))] {
        if !left.is_empty() {
            at.push_str(&format!("{sign}{name}={}", encode(&left)));
            sign = '&';
        }
    }
    at
}

/// What of the line was not understood, or was typed and not pressed yet.
fn line_left(cx: &Visit, made: &Made) -> String {
    match made.quick {
        true => made.left.clone(),
        false => cx.form("line").to_owned(),
    }
}

/// The name of a cell whose button was not pressed yet.
fn new_left(cx: &Visit) -> String {
    let used = ["grid.split", "grid.row"];
    let used = used.iter().any(|deed| cx.form("do").starts_with(deed));
    if used {
        String::new()
    } else {
        cx.form("new").to_owned()
    }
}

fn draw(
    cx: &Cx<DesignProcedure>,
    desk: &Desk,
    (tab, errors): (Tab, &FieldErrors),
) -> Result<Markup> {
    match tab {
        Tab::Flow => flow_tab::draw(cx, desk, errors),
        Tab::Head => head_tab::draw(cx, desk, errors),
        _ => form_tab::draw(cx, desk, errors),
    }
}
