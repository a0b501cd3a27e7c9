//! Mending what was mistyped when paper was entered: whoever entered it enters it once more, with a reason.
//! Not here: entering and contesting (`paper`).
//! Invariant: nothing is rewritten. A later entry of the same task and person stands for the earlier one, whose
//! words, day and ledger row stay and are shown with it.

use super::case::{Opinion, State};
use super::definition::MoveId;
use super::paper::{PaperOpinion, rule, seen_by};
use super::paper_store::{self, NewPaper};
use super::plan::{Change, Corrected, Draft, Plan};
use super::run::{Acting, Done, Engine};
use super::stored::{Acted, Stored, Written};
use super::view::CaseView;
use super::work::Work;
use crate::kit::{Day, Error, FieldErrors, Id, Result};
use crate::store::{Query, Receipt, Stamp, Store, Write};
use serde_json::json;
use std::sync::Arc;

/// What an entry should have said.
#[derive(Debug, Clone)]
pub struct Mending {
    pub case: Id,
    pub paper: Id,
    pub words: String,
    pub said_on: Day,
    /// Why it is mended.
    pub reason: String,
}

/// The act that stands for this one, where it was entered from paper and mended since; the last one counts.
#[must_use]
pub fn mended_by<'a>(case: &'a Stored, act: &Acted) -> Option<&'a Acted> {
    act.detail.paper.as_ref()?;
    let same = |a: &&Acted| a.task == act.task && a.by.person == act.by.person && a.n > act.n;
    let mends = |a: &&Acted| a.mv == MoveId::Correct && a.detail.paper.is_some();
    case.acts.iter().rev().filter(mends).find(same)
}

/// Whether a later entry stands for these words.
#[must_use]
pub fn is_mended(case: &Stored, opinion: &Opinion) -> bool {
    let by = |a: &&Acted| a.at == opinion.at && a.by.person == opinion.person;
    let act = case.acts.iter().rev().find(by);
    act.is_some_and(|a| mended_by(case, a).is_some())
}

impl CaseView {
    /// The entries this person typed and may still mend.
    #[must_use]
    pub fn mendable(&self, clerk: &Acting) -> Vec<&PaperOpinion> {
        let all = self.papers.iter();
        all.filter(|p| may(self.case.state.state, p, clerk).is_ok())
            .collect()
    }
}

/// The entry, where this person sees its case.
fn find(db: &impl Query, clerk: &Acting, mending: &Mending) -> Result<PaperOpinion> {
    seen_by(db, mending.case, clerk)?;
    let all = paper_store::list_papers(db, mending.case)?;
    let found = all.into_iter().find(|p| p.id == mending.paper);
    found.ok_or(Error::NotFound)
}

fn may(state: State, p: &PaperOpinion, clerk: &Acting) -> Result<()> {
    let denied = |why: String| Err(Error::Denied(why));
    if matches!(state, State::Archived | State::Void) {
        return denied("这一件已经归档或作废，代录的意见不能再改".to_owned());
    }
    if p.entered_by != clerk.viewer.person {
        return denied(format!(
            "这是{}录的，录错了请{}自己来改",
            p.entered_name, p.entered_name
        ));
    }
    if p.mended {
        return Err(Error::Conflict(
            "这一条已经更正过，请改更正以后的那一条".to_owned(),
        ));
    }
    if p.replies.last().is_some_and(|r| r.agrees) {
        return denied(format!("{}已经核对无误，不能再改", p.name));
    }
    Ok(())
}

impl Engine {
    /// Enters a paper once more, in the writer's name.
    pub fn mend_paper(
        self: &Arc<Self>,
        store: &Store,
        stamp: Stamp,
        clerk: &Acting,
        mending: Mending,
    ) -> Result<Receipt<Done>> {
        let read = store.shelf(mending.case.shelf())?;
        let person = find(&read, clerk, &mending)?.person;
        drop(read);
        let writer = Acting::of(&clerk.directory, person)?;
        let stamp = Stamp {
            acting_for: Some(person.0),
            ..stamp
        };
        let (engine, clerk) = (self.clone(), clerk.clone());
        store.write(mending.case.shelf(), stamp, move |w| {
            let old = find(w, &clerk, &mending)?;
            let mut work = Work::load(w, &engine, &writer, mending.case)?;
            rule(&work.procedure, &clerk)?;
            may(work.case.state.state, &old, &clerk)?;
            engine.check_mending(&work, &old, &mending)?;
            let plan = plan(&work, &old, &mending, &clerk)?;
            work.carry(w, &plan, None)?;
            let written = Written {
                by: clerk.viewer.person,
                name: clerk.signature.name.clone(),
                on: mending.said_on,
                at: engine.zone().at(mending.said_on, 12, 0),
            };
            work.paper = Some(written.clone());
            let done = work.finish(w, "case.advanced")?;
            note(w, (&old, &written), &mending)?;
            Ok(done)
        })
    }

    fn check_mending(&self, work: &Work<'_>, old: &PaperOpinion, new: &Mending) -> Result<()> {
        let mut errors = FieldErrors::default();
        let words = new.words.trim();
        if old.spoke && words.is_empty() {
            errors.add("opinion", "请写纸上的意见，照原样录");
        }
        if let Err(why) = self.day_fits(new.said_on, work.case.state.opened_at, work.at()) {
            errors.add("said_on", why);
        }
        if new.reason.trim().is_empty() {
            errors.add("reason", "请写明为什么更正，例如“看错了字”");
        }
        errors.check(())?;
        if words == old.words.trim() && Some(new.said_on) == old.said_on {
            return Err(Error::invalid(
                "opinion",
                "和原来录的一样，没有要更正的。请先改好录错的字或日期",
            ));
        }
        Ok(())
    }
}

/// An act beside the main lane: the words once more, and what stood there.
fn plan(work: &Work<'_>, old: &PaperOpinion, new: &Mending, clerk: &Acting) -> Result<Plan> {
    let facts = work.facts(Some(old.task));
    let task = facts.case.task(old.task).ok_or(Error::NotFound)?;
    let mut draft = Draft::new(&facts);
    let words = new.words.trim();
    let mut mends = |label: &str, was: String, is: String| {
        if was != is {
            draft.corrected.push(Corrected {
                field: String::new(),
                label: label.to_owned(),
                old: was,
                new: is,
            });
        }
    };
    mends("意见", old.words.clone(), words.to_owned());
    let day = old.said_on.map(Day::long).unwrap_or_default();
    mends("纸上日期", day, new.said_on.long());
    if !words.is_empty() {
        draft.push(Change::WriteOpinion {
            into: box_of(work, old)?,
            branch: task.branch,
            text: words.to_owned(),
            hand: String::new(),
        });
    }
    let label = format!("由{}更正代录的意见", clerk.signature.name);
    Ok(draft.side(MoveId::Correct, &label, Some(old.task), &new.reason))
}

/// Where the words stand: where they stood, or where the reader's or the step's words go.
fn box_of(work: &Work<'_>, old: &PaperOpinion) -> Result<String> {
    let state = &work.case.state;
    let mut said = state.opinions.iter().rev();
    if let Some(o) = said.find(|o| o.at == old.at && o.person == old.person) {
        return Ok(o.into.clone());
    }
    let task = state.task(old.task).ok_or(Error::NotFound)?;
    let step = work.procedure.step(&task.step);
    let of_step = step
        .and_then(|s| s.opinion.as_ref())
        .map(|o| o.into.clone());
    let of_readers = work
        .procedure
        .circulation
        .as_ref()
        .and_then(|c| c.into.clone());
    let found = match task.purpose {
        super::case::Purpose::Read => of_readers,
        _ => of_step,
    };
    found.ok_or_else(|| Error::invalid("opinion", "这里只记已阅，没有意见栏，请不要填意见"))
}

/// The new entry beside the old one, with the old one's proof.
fn note(w: &mut Write<'_>, (old, written): (&PaperOpinion, &Written), new: &Mending) -> Result<()> {
    let entry = NewPaper {
        case: new.case,
        task: old.task,
        person: (old.person, &old.name),
        written,
        photo: old.photo,
        no_photo: &old.no_photo,
        spoke: !new.words.trim().is_empty(),
    };
    let paper = paper_store::insert_paper(w, &entry)?;
    w.note(format!("entered again from paper of {}", new.said_on));
    let said = json!({ "paper": paper, "person": old.person, "entered_by": written.by });
    w.emit("paper.entered", Some(new.case), &said)
}
