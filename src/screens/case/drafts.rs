//! Drafts: what is typed and not sent, saved while typing, and what a new form takes over from the last one. A
//! draft of a new case also carries the files that came with a refused form.
//! Invariant: only its owner reaches a draft; every statement names the person.

use super::page::acting;
use super::{SaveDraft, StartCase, answer, names, pages};
use crate::access::Action;
use crate::engine::case::Values;
use crate::engine::case_store;
use crate::engine::definition::{Field, Keep, Procedure, is_empty};
use crate::engine::draft_store::{self, Draft};
use crate::engine::people;
use crate::engine::procedures::Published;
use crate::engine::run::Acting;
use crate::engine::same_store;
use crate::inbox::{scan, scan_store};
use crate::kit::{DeptId, Error, Id, Result};
use crate::store::Stamp;
use crate::store::attachments::{self, Attachment};
use crate::web::{Cx, HOME, Reply, Visit};
use serde_json::{Value, json};

/// POST `/start/{procedure}/draft`: answers the draft's id, which the page then carries.
pub fn save_new(cx: &mut Cx<SaveDraft>) -> Result<Reply> {
    let published = may_start(cx)?;
    let acting = acting(cx)?.seated(&published.procedure);
    let id = published.procedure.id.clone();
    let typed = pages::typed(cx, &published.procedure);
    let known = named(cx);
    let shelf = match known {
        Some(draft) => find(cx, &acting, draft)?.id.shelf(),
        None => cx.state.engine.shelf_now(&cx.state.store, &acting)?,
    };
    let person = cx.who().person;
    let saved = cx.state.store.write(shelf, repeated(cx), move |w| {
        w.quiet("草稿是自己的，不影响各类清单");
        draft_store::set_draft(w, (known, person), &id, &typed)
    })?;
    Ok(Reply::Json(json!({ "draft": saved.value }).to_string()))
}

/// The procedure of the path, where this person may start it.
pub fn may_start<A: Action>(cx: &Cx<A>) -> Result<Published> {
    let published = there(cx)?;
    let acting = acting(cx)?;
    if !published.may_start(&acting.viewer) {
        return Err(Error::NotFound);
    }
    Ok(published)
}

/// The procedure of the path; another department's own is not there.
pub fn there<A: Action>(cx: &Cx<A>) -> Result<Published> {
    let id: String = cx.path("procedure")?;
    let found = cx.state.engine.procedures.current(&id)?;
    let viewer = people::viewer(&cx.state.org.current(), cx.who().person);
    let there = found.is_for(&viewer);
    there.then_some(found).ok_or(Error::NotFound)
}

/// POST `/case/{case}/draft/{task}`.
pub fn save_task(cx: &mut Cx<SaveDraft>) -> Result<Reply> {
    let (case, task): (Id, Id) = (cx.path("case")?, cx.path("task")?);
    let acting = acting(cx)?;
    let view = cx
        .state
        .engine
        .open(&cx.state.store, &acting, (case, Some(task)))?;
    if view.task != Some(task) {
        return Err(Error::NotFound);
    }
    let mut typed = answer::typed(cx, &view.procedure);
    for written in [names::OPINION, names::HAND] {
        typed.insert(written.into(), Value::from(cx.form(written)));
    }
    let (person, procedure) = (cx.who().person, view.procedure.id.clone());
    cx.state.store.write(task.shelf(), repeated(cx), move |w| {
        w.quiet("草稿是自己的，不影响各类清单");
        draft_store::set_task_draft(w, (task, person), &procedure, &typed)
    })?;
    Ok(Reply::Json(json!({ "saved": true }).to_string()))
}

/// What the form takes over: from the case it follows at this sitting, or from what this person began
/// last on another day.
pub fn taken_over(cx: &Cx<StartCase>, acting: &Acting, procedure: &Procedure) -> Result<Values> {
    let after: Option<Id> = cx.query(names::AFTER).parse().ok();
    let last = match after {
        Some(id) => Some(id),
        None if procedure
            .fields
            .iter()
            .any(|f| f.keep == Some(Keep::Always)) =>
        {
            let index = cx.state.store.index()?;
            same_store::find_last_started(&index, acting.viewer.person, &procedure.id)?
        }
        None => None,
    };
    let Some(last) = last else {
        return Ok(Values::new());
    };
    let read = match cx.state.store.shelf(last.shelf()) {
        Ok(read) => read,
        Err(Error::NotFound) => return Ok(Values::new()),
        Err(e) => return Err(e),
    };
    let case = match case_store::find_case(&read, last) {
        Ok(case) => case.state,
        Err(Error::NotFound) => return Ok(Values::new()),
        Err(e) => return Err(e),
    };
    // an id in an address may be another's
    if case.starter != acting.viewer.person {
        return Ok(Values::new());
    }
    let takes = |f: &&Field| match f.keep {
        Some(Keep::Always) => true,
        Some(Keep::Next) => after.is_some(),
        None => false,
    };
    let mut values = Values::new();
    for field in procedure.fields.iter().filter(takes) {
        if let Some(value) = case.values.get(&field.id).filter(|v| !is_empty(v)) {
            values.insert(field.id.clone(), value.clone());
        }
    }
    Ok(values)
}

/// POST `/draft/{draft}/drop`.
pub fn drop_new(cx: &mut Cx<SaveDraft>) -> Result<Reply> {
    let id: Id = cx.path("draft")?;
    let person = cx.who().person;
    // an id in an address may name any shelf, the hub's too: nothing is written before it was found
    draft_store::find_draft(&cx.state.store.shelf(id.shelf())?, id, person)?;
    cx.write(id.shelf(), move |w| {
        w.quiet("草稿是自己的，不影响各类清单");
        draft_store::take_draft(w, id, person)
    })?;
    put_scans_back(cx, id)?;
    cx.tell("草稿已删除");
    Ok(Reply::To(HOME.into()))
}

/// Pages of the scanner's tray that were in a draft wait there again.
fn put_scans_back(cx: &Cx<SaveDraft>, draft: Id) -> Result<()> {
    let Some(tray) = scan::find_shelf(&cx.state.store, &cx.state.org.current())? else {
        return Ok(());
    };
    if !scan_store::has_of(&cx.state.store.shelf(tray)?, draft)? {
        return Ok(());
    }
    cx.state.store.write(tray, repeated(cx), move |w| {
        w.quiet("扫描页退回，不影响各类清单");
        scan_store::set_back_of(w, draft).map(drop)
    })?;
    Ok(())
}

/// A stamp without the form's own number: a draft is saved many times from one page, and the number is
/// for the act that sends it.
fn repeated(cx: &Cx<SaveDraft>) -> Stamp {
    Stamp {
        op: String::new(),
        ..cx.permit.stamp()
    }
}

/// The draft a form names.
pub fn named(visit: &Visit) -> Option<Id> {
    visit.form(names::DRAFT).parse().ok()
}

/// A draft of this person.
pub fn find(visit: &Visit, acting: &Acting, id: Id) -> Result<Draft> {
    let read = visit.state.store.shelf(id.shelf())?;
    draft_store::find_draft(&read, id, acting.viewer.person)
}

/// Files kept in a draft.
pub fn files_of(visit: &Visit, draft: Option<Id>) -> Result<Vec<Attachment>> {
    match draft {
        Some(id) => attachments::list(&visit.state.store.shelf(id.shelf())?, id),
        None => Ok(Vec::new()),
    }
}

/// All of a person's drafts of new cases, newest first: on the shelves of each department he has a post in, this year's
/// and last year's, for what was put by on the last day of December is still to be sent. A department that never wrote
/// anything has no shelf, and gets none by being looked at.
pub fn all_of(visit: &Visit, acting: &Acting) -> Result<Vec<Draft>> {
    let store = &visit.state.store;
    let this_year = visit.zone().year(visit.at);
    let mine = |dept: i64| acting.dept.0 == dept || acting.viewer.is_in(DeptId(dept));
    let shelves = store.shelves()?.into_iter();
    let mut all = Vec::new();
    for (shelf, dept, year) in shelves {
        let looked = year == this_year || (year == this_year - 1 && !store.is_closed(shelf));
        if !(mine(dept) && looked) {
            continue;
        }
        match store.shelf(shelf) {
            Ok(read) => all.extend(draft_store::list_drafts(&read, acting.viewer.person)?),
            // last year's file may be carried off: that keeps nobody from what he writes now
            Err(Error::Busy(_)) if year < this_year => {}
            Err(e) => return Err(e),
        }
    }
    // shelves that stand in one file are read with each other
    all.sort_by_key(|d: &Draft| (std::cmp::Reverse(d.at), d.id));
    all.dedup_by_key(|d| d.id);
    Ok(all)
}

/// What sending this page does: the case may take its number with it.
pub fn what_follows(procedure: &Procedure) -> &'static str {
    let first = procedure.first_step().map(|s| s.id.as_str());
    match procedure.series.as_ref().map(|s| s.step.as_str()) {
        Some(step) if Some(step) == first => "登记后自动取号，送到下一环节",
        _ => "送到下一环节",
    }
}

/// 来文机关、收文日期: what the next form takes over from this one, where forms follow each other.
pub fn kept_on(procedure: &Procedure) -> Option<String> {
    let kept = procedure
        .fields
        .iter()
        .filter(|f| f.keep == Some(Keep::Next));
    let labels: Vec<&str> = kept.map(|f| f.label.as_str()).collect();
    (!labels.is_empty()).then(|| labels.join("、"))
}
