//! Paper beside the screen (README decision 16): a clerk enters what a leader or a reader wrote on paper, in
//! that person's name and marked as such; the writer confirms or contests; signed sheets are filed.
//! Not here: pages, and reading codes off photographs (`kit::qr_read`).
//! Invariant: the act is planned by the very move the holder would have made, the ledger's chain says who
//! entered it, and nothing that was entered is ever rewritten.

use super::case::{CaseState, Purpose, Task, TaskState};
use super::case_store::{find_case, list_grants};
use super::definition::{MoveId, PaperRule, Procedure};
use super::moves;
use super::offer::{Input, Offer};
use super::paper_store::{self, NewPaper};
use super::plan::Change;
use super::run::{Acting, Done, Engine};
use super::stored::Written;
use super::view::CaseView;
use super::work::Work;
use crate::inbox::news::{Kind, News};
use crate::kit::{Day, Error, FieldErrors, Id, Millis, PersonId, Principal, Result};
use crate::store::{NewAttachment, Query, Receipt, Stamp, Store};
use serde_json::json;
use std::sync::Arc;

/// The field under which photographs of signed sheets stand; no field of a form can have this name.
pub const SHEET: &str = "@sheet";
/// What they are called in lists.
pub const SHEET_LABEL: &str = "签批单照片";

/// An opinion entered from paper.
#[derive(Debug, Clone)]
pub struct PaperOpinion {
    pub id: Id,
    /// Whose words.
    pub person: PersonId,
    pub name: String,
    pub entered_by: PersonId,
    pub entered_name: String,
    /// The day on the paper.
    pub said_on: Option<Day>,
    pub photo: Option<Id>,
    /// Why there is no photograph; empty where there is one.
    pub no_photo: String,
    /// When it was entered.
    pub at: Millis,
    /// Whether there are words at all, or only a signature.
    pub spoke: bool,
    pub words: String,
    /// What was settled by it.
    pub task: Id,
    /// Whether a later entry of the same paper stands for it (`paper_mend`).
    pub mended: bool,
    pub replies: Vec<Reply>,
}

/// What the writer says of an entry.
#[derive(Debug, Clone)]
pub struct Reply {
    pub name: String,
    pub agrees: bool,
    pub words: String,
    pub at: Millis,
}

/// An entry that waits for its writer's word, as the home page lists it.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub paper: Id,
    pub case: Id,
    pub title: String,
    pub entered_name: String,
    pub said_on: Option<Day>,
    pub words: String,
}

/// A task whose paper may be entered, in whose name, and what the move asks.
#[derive(Debug, Clone)]
pub struct Enterable {
    pub task: Id,
    pub person: PersonId,
    pub name: String,
    /// 批示, 阅
    pub verb: String,
    pub offer: Offer,
}

/// What is to be entered.
#[derive(Debug, Clone)]
pub struct Entry {
    pub case: Id,
    pub task: Id,
    /// In whose name.
    pub person: PersonId,
    pub mv: MoveId,
    pub input: Input,
    /// The day on the paper.
    pub said_on: Day,
    pub proof: Proof,
}

/// What shows that it was written.
#[derive(Debug, Clone)]
pub enum Proof {
    /// A photograph filed to the case.
    Photo(Id),
    /// Why there is none.
    Without(String),
}

/// A photograph of a signed sheet whose contents are already kept.
#[derive(Debug, Clone)]
pub struct SignedSheet {
    pub name: String,
    pub size: i64,
    pub digest: crate::kit::Digest,
    pub kind: String,
}

/// Where an office enters paper at all, and this person is who does it.
pub(super) fn rule<'p>(procedure: &'p Procedure, clerk: &Acting) -> Result<&'p PaperRule> {
    let rule = procedure.paper.as_ref();
    let may = |r: &&PaperRule| r.enter.iter().any(|role| clerk.viewer.roles.contains(role));
    rule.filter(may).ok_or_else(|| {
        Error::Denied("这一类件的纸质意见不由您录入。请交给负责收发的同志办".to_owned())
    })
}

/// Steps of the rule whose paper could be entered and would lead nowhere: a check before publishing.
#[must_use]
pub fn faults(procedure: &Procedure, rule: &PaperRule) -> Vec<String> {
    let mut found = Vec::new();
    for step in rule.steps.iter().filter_map(|id| procedure.step(id)) {
        let settles = |m: &MoveId| step.label(*m).is_some();
        if ![MoveId::Submit, MoveId::Read].iter().any(settles) {
            found.push(format!(
                "环节“{}”没有送下一环节或阅毕，写在纸上的意见录进来也送不出去",
                step.name
            ));
        }
        if procedure.series.as_ref().is_some_and(|s| s.step == step.id) {
            found.push(format!(
                "环节“{}”要取号，不能由别人代录，请从纸质意见代录里去掉",
                step.name
            ));
        }
    }
    found
}

/// Whether the case is granted to this person; else it is as if it did not exist.
pub(super) fn seen_by(db: &impl Query, case: Id, acting: &Acting) -> Result<()> {
    let grants = list_grants(db, case)?;
    let holds = |p: Principal| acting.viewer.holds.iter().any(|h| h.principal == p);
    match grants.iter().any(|(p, _)| holds(*p)) {
        true => Ok(()),
        false => Err(Error::NotFound),
    }
}

impl CaseView {
    /// The entry behind an act or an opinion of this hand at this instant.
    #[must_use]
    pub fn paper_at(&self, at: Millis, person: PersonId) -> Option<&PaperOpinion> {
        self.papers
            .iter()
            .find(|p| p.at == at && p.person == person)
    }

    /// The entry that settled a task, as it stands after mending.
    #[must_use]
    pub fn paper_of(&self, task: &Task) -> Option<&PaperOpinion> {
        let mut mine = self.papers.iter().rev();
        mine.find(|p| p.task == task.id && Some(p.person) == task.person)
    }

    /// Whether this person may file signed sheets here and enter what is on them.
    #[must_use]
    pub fn enters_paper(&self, clerk: &Acting) -> bool {
        rule(&self.procedure, clerk).is_ok()
    }
}

impl Engine {
    /// What this person may enter from paper here, the main lane first.
    #[must_use]
    pub fn enterable(&self, clerk: &Acting, view: &CaseView) -> Vec<Enterable> {
        let Ok(rule) = rule(&view.procedure, clerk) else {
            return Vec::new();
        };
        let on_paper = |t: &&Task| match t.purpose {
            Purpose::Read => has_turn(t) || is_later_reader(t),
            Purpose::Do => has_turn(t) && rule.steps.contains(&t.step),
            Purpose::Review
            | Purpose::Settle
            | Purpose::Extend
            | Purpose::Sign
            | Purpose::Pause
            | Purpose::Wait => false,
        };
        let mut found = Vec::new();
        for task in view.case.state.tasks.iter().filter(on_paper) {
            let state = in_turn(view.case.state.clone(), task.id);
            for person in writers(clerk, task.holder) {
                let Ok(writer) = Acting::of(&clerk.directory, person) else {
                    continue;
                };
                let people = writer.people();
                let facts = self.facts(
                    &view.procedure,
                    &state,
                    (&writer.viewer, &people),
                    (view.now(), Some(task.id)),
                );
                let offers = moves::offers(&facts);
                let settles = |o: &Offer| {
                    o.task == Some(task.id) && matches!(o.mv, MoveId::Submit | MoveId::Read)
                };
                if let Some(offer) = offers.into_iter().find(settles) {
                    found.push(Enterable {
                        task: task.id,
                        person,
                        name: writer.signature.name.clone(),
                        verb: task.verb.clone(),
                        offer,
                    });
                }
            }
        }
        found.sort_by_key(|e| e.offer.mv == MoveId::Read);
        found
    }

    /// Enters what was written on paper: the holder's move, carried out in the holder's name.
    pub fn enter_paper(
        self: &Arc<Self>,
        store: &Store,
        stamp: Stamp,
        clerk: &Acting,
        entry: Entry,
    ) -> Result<Receipt<Done>> {
        let writer = Acting::of(&clerk.directory, entry.person)?;
        let stamp = Stamp {
            acting_for: Some(entry.person.0),
            ..stamp
        };
        let (engine, clerk) = (self.clone(), clerk.clone());
        store.write(entry.case.shelf(), stamp, move |w| {
            seen_by(w, entry.case, &clerk)?;
            let mut work = Work::load(w, &engine, &writer, entry.case)?;
            engine.check(&work, &clerk, &entry)?;
            work.case.state = in_turn(work.case.state, entry.task);
            let facts = work.facts(Some(entry.task));
            let plan = moves::plan(&facts, entry.mv, &entry.input)?;
            let spoke = plan
                .changes
                .iter()
                .any(|c| matches!(c, Change::WriteOpinion { .. }));
            work.carry(w, &plan, None)?;
            let written = Written {
                by: clerk.viewer.person,
                name: clerk.signature.name.clone(),
                on: entry.said_on,
                at: engine.zone().at(entry.said_on, 12, 0),
            };
            work.paper = Some(written.clone());
            let (photo, no_photo) = match &entry.proof {
                Proof::Photo(id) => {
                    paper_store::must_be_sheet(w, entry.case, *id)?;
                    (Some(*id), "")
                }
                Proof::Without(why) => (None, why.trim()),
            };
            let done = work.finish(w, "case.advanced")?;
            let new = NewPaper {
                case: entry.case,
                task: entry.task,
                person: (entry.person, &writer.signature.name),
                written: &written,
                photo,
                no_photo,
                spoke,
            };
            let paper = paper_store::insert_paper(w, &new)?;
            w.note(format!("entered from paper of {}", entry.said_on));
            let said = json!({ "paper": paper, "person": entry.person, "entered_by": written.by });
            w.emit("paper.entered", Some(entry.case), &said)?;
            Ok(done)
        })
    }

    /// What rules of paper refuse before the move is asked.
    fn check(&self, work: &Work<'_>, clerk: &Acting, entry: &Entry) -> Result<()> {
        let rule = rule(&work.procedure, clerk)?;
        let state = &work.case.state;
        let task = state.task(entry.task).ok_or(Error::NotFound)?;
        let on_paper = task.purpose == Purpose::Read
            || (task.purpose == Purpose::Do && rule.steps.contains(&task.step));
        if !on_paper || !matches!(entry.mv, MoveId::Submit | MoveId::Read) {
            return Err(Error::Denied(
                "只有领导批示和传阅的书面意见可以代录，这一步请本人在平台上办".to_owned(),
            ));
        }
        if !writers(clerk, task.holder).contains(&entry.person) {
            return Err(Error::Conflict(
                "这一项待办现在不在这位同志手里，请刷新后再看".to_owned(),
            ));
        }
        let mut errors = FieldErrors::default();
        if let Err(why) = self.day_fits(entry.said_on, state.opened_at, work.at()) {
            errors.add("said_on", why);
        }
        if matches!(&entry.proof, Proof::Without(why) if why.trim().is_empty()) {
            errors.add(
                "photo",
                "请拍一张签字的那一页；确实没有照片的，请写明原因，例如“原件已随文退回”",
            );
        }
        errors.check(())
    }

    /// The sheet that is signed comes from the printer after the case was registered, but often before the
    /// task was given on screen: paper is quicker than the clerk. So the day of registration is the earliest.
    pub(super) fn day_fits(
        &self,
        on: Day,
        opened: Millis,
        now: Millis,
    ) -> std::result::Result<(), String> {
        let (first, today) = (self.zone().day(opened), self.zone().day(now));
        if on > today {
            return Err(format!(
                "纸上的日期 {} 还没有到，请核对；今天是 {}",
                on.long(),
                today.long()
            ));
        }
        if on < first {
            return Err(format!(
                "这一件 {} 才登记，纸上的日期不会更早，请核对。确实签得更早的，这里填登记当天，并在意见后面写明",
                first.long()
            ));
        }
        Ok(())
    }

    /// The writer says whether an entry is what he wrote. It changes nothing of the case.
    pub fn answer_paper(
        &self,
        store: &Store,
        stamp: Stamp,
        acting: &Acting,
        ((case, paper), (agrees, words)): ((Id, Id), (bool, String)),
    ) -> Result<Receipt<()>> {
        let acting = acting.clone();
        store.write(case.shelf(), stamp, move |w| {
            seen_by(w, case, &acting)?;
            let papers = paper_store::list_papers(w, case)?;
            let found = papers.iter().find(|p| p.id == paper);
            let found = found.ok_or(Error::NotFound)?;
            if found.person != acting.viewer.person {
                return Err(Error::Denied(format!(
                    "这是代{}录入的意见，只有本人可以说有没有误",
                    found.name
                )));
            }
            let words = words.trim();
            if !agrees && words.is_empty() {
                return Err(Error::invalid(
                    "words",
                    "请写明哪里不对，例如“我写的是同意”",
                ));
            }
            let last = found.replies.last();
            if last.is_some_and(|r| r.agrees == agrees && r.words == words) {
                return Err(Error::Conflict("您已经这样答复过了，不用再答".to_owned()));
            }
            let (me, name) = (acting.viewer.person, &acting.signature.name);
            paper_store::insert_reply(w, (case, paper), (me, name), (agrees, words))?;
            let kind = if agrees {
                "paper.confirmed"
            } else {
                "paper.contested"
            };
            let head = find_case(w, case)?.head;
            let level = 0;
            let mut said = News::of(me, &head.title, head.number.as_deref(), level);
            if !agrees {
                let words = format!("对代录的意见有异议：{words}");
                said.tell(
                    Principal::Person(found.entered_by),
                    Kind::Contest,
                    &words,
                    None,
                );
            }
            w.emit(kind, Some(case), &said)
        })
    }

    /// Files a photograph of a signed sheet to its case. Its contents are already kept on the case's shelf.
    pub fn file_sheet(
        &self,
        store: &Store,
        stamp: Stamp,
        clerk: &Acting,
        (case, sheet): (Id, SignedSheet),
    ) -> Result<Receipt<Id>> {
        // an id in a photograph may name any shelf, the hub's too: nothing is written before it was found
        let read = store.shelf(case.shelf())?;
        seen_by(&read, case, clerk)?;
        let head = find_case(&read, case)?.head;
        let procedure = self
            .procedures
            .version(&read, &head.procedure, &head.version)?;
        rule(&procedure, clerk)?;
        drop(read);
        let clerk = clerk.clone();
        store.write(case.shelf(), stamp, move |w| {
            seen_by(w, case, &clerk)?;
            let id = w.attach(&NewAttachment {
                owner: case,
                field: SHEET.to_owned(),
                name: sheet.name,
                size: sheet.size,
                digest: sheet.digest,
                kind: sheet.kind,
                person: clerk.viewer.person,
                person_name: clerk.signature.name.clone(),
            })?;
            w.note("a signed sheet was filed");
            w.about(case);
            w.emit("case.filed", Some(case), &())?;
            Ok(id)
        })
    }

    /// What was entered in somebody's name and waits for his word, oldest first. The index has what nobody
    /// answered; what was mended since is asked about no more, and only the volume knows that.
    pub fn waiting_papers(&self, store: &Store, person: PersonId) -> Result<Vec<Waiting>> {
        let all = paper_store::list_waiting(&store.index()?, person)?;
        let mut waiting = Vec::new();
        for w in all {
            let read = store.shelf(w.case.shelf())?;
            let papers = paper_store::list_papers(&read, w.case)?;
            if papers.iter().any(|p| p.id == w.paper && !p.mended) {
                waiting.push(w);
            }
        }
        waiting.reverse();
        self.unveil_waiting(store, &mut waiting)?;
        Ok(waiting)
    }

    /// The cases of a number, of those this person may see: 186, or 收文〔2026〕186号.
    pub fn cases_numbered(&self, store: &Store, clerk: &Acting, typed: &str) -> Result<Vec<Id>> {
        let mine: Vec<Principal> = clerk.viewer.holds.iter().map(|h| h.principal).collect();
        let who = super::index_store::principals(&mine);
        let mut all = paper_store::list_numbered(&store.index()?, &who, typed)?;
        for (shelf, ..) in store.shelves()? {
            if store.is_confidential(shelf) {
                let read = store.shelf(shelf)?;
                let more = paper_store::list_numbered_in(&read, shelf, (&who, typed))?;
                all.extend(more);
            }
        }
        all.truncate(10);
        Ok(all)
    }
}

fn has_turn(task: &Task) -> bool {
    task.state == TaskState::Open
}

/// Somebody of a round in order (依次) whose turn on screen has not come: a sheet of paper goes its own way.
fn is_later_reader(task: &Task) -> bool {
    task.purpose == Purpose::Read && task.state == TaskState::Queued
}

/// The case as a reader's own move finds it once it is his turn; whoever is before him still has to read.
fn in_turn(mut state: CaseState, task: Id) -> CaseState {
    let found = state.tasks.iter_mut().find(|t| t.id == task);
    if let Some(task) = found.filter(|t| is_later_reader(t)) {
        task.state = TaskState::Open;
    }
    state
}

/// The people whose paper a task may be settled by. The clerk's own hand writes on the screen.
fn writers(clerk: &Acting, holder: Principal) -> Vec<PersonId> {
    let all: Vec<PersonId> = match holder {
        Principal::Person(p) => vec![p],
        Principal::Post(post) => clerk.directory.holders_of(post).map(|p| p.id).collect(),
        Principal::Pool(_) | Principal::Organ(_) | Principal::Everyone => Vec::new(),
    };
    all.into_iter()
        .filter(|p| *p != clerk.viewer.person)
        .collect()
}
