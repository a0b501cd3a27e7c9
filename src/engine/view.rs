//! Everything the page of a case shows to one person, read in one snapshot of its volume.
//! Not here: HTML, and deciding: offers come from the functions the server enforces.
//! Invariant: whoever the case is not granted to gets `NotFound`, as if it did not exist.

use super::case::{Purpose, Task, TaskState};
use super::case_store;
use super::child_store::{self, Child};
use super::definition::{Field, MoveId, Procedure, SeenBy, Step, is_empty};
use super::draft_store::{self, Draft};
use super::duty;
use super::facts::{Facts, People, Viewer};
use super::import::import_store::{Origin, find_origin};
use super::moves;
use super::offer::Offer;
use super::paper::PaperOpinion;
use super::paper_store;
use super::plan::Corrected;
use super::printed::{self, Fact, fact, written};
use super::reading::{self, Reader};
use super::reckon::{self, Reckoned, Stopped};
use super::run::{Acting, Engine};
use super::stored::{Acted, Stored};
use crate::kit::{Day, Error, Id, Millis, Principal, Result};
use crate::store::attachments::{self, Attachment};
use crate::store::{Standing, Store};
use std::sync::Arc;

/// Where the volume of a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// Among ours, and open.
    Open,
    /// Among ours, of a year that is sealed: nothing can be done on it any more.
    Sealed,
    /// Beside ours: another office's, or looked at without one.
    Beside,
}

/// A case as one person sees it.
pub struct CaseView {
    /// Address of its page.
    pub at: String,
    pub stands: Stands,
    pub case: Stored,
    pub procedure: Arc<Procedure>,
    pub files: Vec<Attachment>,
    /// Opinions entered from paper, with what their writers say of them.
    pub papers: Vec<PaperOpinion>,
    /// What this person was typing on the task.
    pub draft: Option<Draft>,
    /// The task this person may work on here.
    pub task: Option<Id>,
    /// What this person may do, the primary first.
    pub offers: Vec<Offer>,
    dated: Vec<Dated>,
    /// The line of an old register it comes from.
    pub origin: Option<Origin>,
    /// Cases it started, and the one that started it.
    pub kin: Kin,
    /// Why the step cannot be left yet: what is still to be done to the document.
    pub unmet: Option<String>,
    /// Fields whose covered value this one page shows whole.
    pub whole: Vec<String>,
    /// Steps this person came to the case at.
    came_at: Vec<String>,
    /// The earliest step whose status this person may follow (只能从上而下查询).
    from: usize,
    now: Millis,
}

/// Cases this one started, and the one that started it.
#[derive(Default)]
pub struct Kin {
    pub children: Vec<Child>,
    pub parent: Option<child_store::Origin>,
}

/// A due date of now.
pub struct Dated {
    at: String,
    /// 承办
    pub step: String,
    /// 7 个工作日
    pub term: String,
    /// The article it stands on.
    pub law: Option<String>,
    pub how: Reckoned,
    /// When time stood still.
    pub stops: Vec<Stopped>,
    /// The last day; none while time stands still.
    pub day: Option<Day>,
}

impl Engine {
    /// Opens a case for a person, on a task where one is named.
    pub fn open(
        &self,
        store: &Store,
        acting: &Acting,
        (case, focus): (Id, Option<Id>),
    ) -> Result<CaseView> {
        self.view(store, acting, (case, focus), &moves::offers)
    }

    /// The same for whoever has pressed a button: of what may be done only that is looked at.
    pub fn open_to(
        &self,
        store: &Store,
        acting: &Acting,
        (case, focus): (Id, Option<Id>),
        mv: MoveId,
    ) -> Result<CaseView> {
        let only = |facts: &Facts<'_>| moves::offer(facts, mv).into_iter().collect();
        self.view(store, acting, (case, focus), &only)
    }

    fn view(
        &self,
        store: &Store,
        acting: &Acting,
        (case, focus): (Id, Option<Id>),
        offers: &dyn Fn(&Facts<'_>) -> Vec<Offer>,
    ) -> Result<CaseView> {
        let now = store.clock().now();
        let read = store.shelf(case.shelf())?;
        let stands = match store.standing(case.shelf()) {
            Standing::Sealed => Stands::Sealed,
            Standing::Open | Standing::Away(_) => Stands::Open,
        };
        read.snapshot(|read| {
            let grants = case_store::list_grants(read, case)?;
            let mut stored = case_store::find_case(read, case)?;
            let viewer = acting.viewer_in(&stored.head.procedure);
            let mine: Vec<Principal> = viewer.holds.iter().map(|h| h.principal).collect();
            if !grants.iter().any(|(p, _)| mine.contains(p)) {
                return Err(Error::NotFound);
            }
            stored.state.grants = grants;
            let procedure =
                self.procedures
                    .version(read, &stored.head.procedure, &stored.head.version)?;
            case_store::fill_tables(read, &procedure, &mut stored.state)?;
            let people = acting.people();
            let facts = self.facts(&procedure, &stored.state, (&viewer, &people), (now, None));
            let task = focused(&facts, focus);
            let facts = Facts {
                focus: task,
                ..facts
            };
            let offers = match stands {
                Stands::Open => offers(&facts),
                Stands::Sealed | Stands::Beside => Vec::new(),
            };
            // most cases have no paper, and need no statement for it
            let papers = match stored.acts.iter().any(|a| a.detail.paper.is_some()) {
                true => paper_store::list_papers(read, case)?,
                false => Vec::new(),
            };
            let draft = match task {
                Some(task) => draft_store::find_task_draft(read, task, acting.viewer.person)?,
                None => None,
            };
            let came_at = came_at(&stored, &mine);
            let origin = match stored.acts.first() {
                Some(a) if a.mv == MoveId::Import => find_origin(read, case)?,
                _ => None,
            };
            // most cases started no other, and need no statement for it
            let kindred = |a: &Acted| matches!(a.mv, MoveId::Spawn | MoveId::Continue);
            let kin = match stored.acts.iter().any(kindred) {
                true => Kin {
                    children: child_store::list_children(read, case)?,
                    parent: child_store::find_origin(read, case)?,
                },
                false => Kin::default(),
            };
            let mut files = attachments::list(read, case)?;
            files.retain(|f| {
                let field = procedure.field(&f.field);
                field.is_none_or(|f| shown_to(&came_at, f))
            });
            Ok(CaseView {
                at: format!("/case/{case}"),
                stands,
                files,
                papers,
                from: first_place(&procedure, &came_at),
                dated: dated(&facts),
                offers,
                origin,
                kin,
                unmet: unmet(&facts),
                whole: Vec::new(),
                draft,
                task,
                came_at,
                procedure: procedure.clone(),
                now,
                case: stored,
            })
        })
    }
}

fn dated(facts: &Facts<'_>) -> Vec<Dated> {
    let mut all: Vec<Dated> = Vec::new();
    for task in facts.case.open_tasks() {
        let step = facts.procedure.step(&task.step);
        let (Some(step), Some(found)) = (step, reckon::of_task(facts, task)) else {
            continue;
        };
        let Some(due) = &step.due else { continue };
        let known =
            |d: &Dated| d.step == step.name && (&d.how, &d.stops) == (&found.how, &found.stops);
        if !all.iter().any(known) {
            all.push(Dated {
                at: step.id.clone(),
                step: step.name.clone(),
                term: due.term.words(),
                law: due.limit.map(|l| l.source.clone()),
                how: found.how,
                stops: found.stops,
                day: found.day,
            });
        }
    }
    all
}

/// What the viewer's step still waits for.
fn unmet(facts: &Facts<'_>) -> Option<String> {
    let task = facts.task(Purpose::Do)?;
    duty::unmet(facts, facts.procedure.step(&task.step)?)
}

/// The task to work on: the one asked for where it is the viewer's, else his first.
fn focused(facts: &Facts<'_>, asked: Option<Id>) -> Option<Id> {
    let mine = |t: &&Task| {
        t.state == TaskState::Open && t.purpose != Purpose::Wait && facts.holds(t.holder)
    };
    let asked = asked.and_then(|id| facts.case.task(id)).filter(|t| mine(t));
    let first = || {
        let main = facts
            .case
            .tasks
            .iter()
            .find(|t| mine(t) && t.purpose.is_main());
        main.or_else(|| facts.case.tasks.iter().find(mine))
    };
    asked.or_else(first).map(|t| t.id)
}

fn came_at(case: &Stored, mine: &[Principal]) -> Vec<String> {
    let grants = case.state.grants.iter();
    let mut steps: Vec<String> = grants
        .filter(|(p, _)| mine.contains(p))
        .map(|(_, step)| step.clone())
        .collect();
    steps.dedup();
    steps
}

/// Whoever came to the case at a step a field is not hidden from sees it.
fn shown_to(came_at: &[String], field: &Field) -> bool {
    let hidden = |s: &String| field.hidden_from.contains(s);
    came_at.is_empty() || !came_at.iter().all(hidden)
}

fn first_place(procedure: &Procedure, came_at: &[String]) -> usize {
    match procedure.visibility.rule {
        SeenBy::Participants | SeenBy::Office => 0,
        SeenBy::Downstream => came_at
            .iter()
            .filter_map(|s| procedure.place(s))
            .min()
            .unwrap_or(0),
    }
}

impl CaseView {
    /// The same of a case that nobody acts on and everybody who has the file may see.
    pub(super) fn looked(
        (case, procedure): (Stored, Arc<Procedure>),
        (files, papers, origin): (Vec<Attachment>, Vec<PaperOpinion>, Option<Origin>),
        (at, stands): (String, Stands),
        now: Millis,
    ) -> Self {
        Self {
            at,
            stands,
            case,
            procedure,
            files,
            papers,
            draft: None,
            task: None,
            dated: Vec::new(),
            offers: Vec::new(),
            origin,
            kin: Kin::default(),
            unmet: None,
            whole: Vec::new(),
            came_at: Vec::new(),
            from: 0,
            now,
        }
    }

    /// When the page was made.
    #[must_use]
    pub const fn now(&self) -> Millis {
        self.now
    }

    /// The step this person may fill in fields of, while holding its task.
    #[must_use]
    pub fn writing_at(&self) -> Option<&Step> {
        let task = self.case.state.task(self.task?)?;
        (task.purpose == Purpose::Do).then(|| self.procedure.step(&task.step))?
    }

    /// Whether a field is shown to this person at all.
    #[must_use]
    pub fn shows(&self, field: &Field) -> bool {
        shown_to(&self.came_at, field)
    }

    /// A field as this page prints it: covered where it is personal and was not asked for.
    #[must_use]
    pub fn printed(&self, field: &Field) -> String {
        let values = &self.case.state.values;
        match self.whole.contains(&field.id) {
            true => printed::whole(field, values),
            false => printed::value(field, values),
        }
    }

    /// Whether somebody may see a covered value whole who asks for it.
    #[must_use]
    pub fn may_reveal(&self, field: &Field, viewer: &Viewer) -> bool {
        let roles = &viewer.roles;
        let filled = self.case.state.values.get(&field.id);
        field.masked
            && self.shows(field)
            && field.reveal.iter().any(|r| roles.contains(r))
            && filled.is_some_and(|v| !is_empty(v))
    }

    /// What happened that this person may follow, in order. The beginning is said by the first sending.
    pub fn acts(&self) -> impl Iterator<Item = &Acted> {
        let all = self.case.acts.iter();
        all.filter(|a| a.mv != MoveId::Start && self.follows(&a.step))
    }

    /// Whether this person may follow the status at a step.
    #[must_use]
    pub fn follows(&self, step: &str) -> bool {
        self.procedure.place(step).is_none_or(|p| p >= self.from)
    }

    /// Tasks somebody has now, with the holder's name, as far as this person may follow.
    pub fn held(&self) -> impl Iterator<Item = (&Task, &str)> {
        let tasks = self.case.state.tasks.iter().zip(&self.case.names);
        tasks
            .filter(|(t, _)| {
                t.state == TaskState::Open && t.purpose.is_main() && self.follows(&t.step)
            })
            .map(|(t, (name, _))| (t, name.as_str()))
    }

    /// Until when whoever has it now is to be done, and why: one for each step and day.
    pub fn dates(&self) -> impl Iterator<Item = &Dated> {
        self.dated.iter().filter(|d| self.follows(&d.at))
    }

    /// Readers, beside the main lane and of a step whose work is reading, in the order they were asked.
    #[must_use]
    pub fn readers(&self) -> Vec<Reader<'_>> {
        reading::readers(&self.procedure, &self.case)
    }

    /// The last mending of a field, where it was ever mended.
    #[must_use]
    pub fn corrected(&self, field: &str) -> Option<(&Acted, &Corrected)> {
        let acts = self.case.acts.iter().rev();
        acts.filter_map(|a| Some((a, a.detail.corrected.iter().find(|c| c.field == field)?)))
            .next()
    }

    /// The act that voided the case.
    #[must_use]
    pub fn voided(&self) -> Option<&Acted> {
        self.case.acts.iter().rev().find(|a| a.mv == MoveId::Void)
    }

    /// The act that rejected, terminated or carried the case over, where it ended so.
    #[must_use]
    pub fn given_up(&self) -> Option<(&'static str, &Acted)> {
        let outcome = self.case.state.outcome?;
        let mut acts = self.case.acts.iter().rev();
        let last =
            acts.find(|a| matches!(a.mv, MoveId::Reject | MoveId::Terminate | MoveId::Continue))?;
        Some((outcome.label(), last))
    }

    /// How the case ended without being done, and the act that ended it so.
    #[must_use]
    pub fn undone(&self) -> Option<(&'static str, &Acted)> {
        let void = || self.voided().map(|a| ("作废", a));
        self.given_up().or_else(void)
    }

    /// The columns of 台账 as printed: label and value, in the office's order.
    #[must_use]
    pub fn ledger(&self, engine: &Engine, acting: &Acting) -> Vec<(String, String)> {
        let people = acting.people();
        // another office's roles are not known here: all its readers are named
        let people: Option<&dyn People> = match self.stands {
            Stands::Open | Stands::Sealed => Some(&people),
            Stands::Beside => None,
        };
        let shown = |c: &super::definition::LedgerColumn| {
            let value = fact(&c.from, &self.procedure, &self.case, people);
            (
                c.label.clone(),
                written(&value, c.yes.as_deref(), engine.zone()),
            )
        };
        let hidden = |c: &&super::definition::LedgerColumn| {
            let field = printed::field_of(&c.from).and_then(|id| self.procedure.field(id));
            field.is_none_or(|f| self.shows(f))
        };
        self.procedure
            .ledger
            .columns
            .iter()
            .filter(hidden)
            .map(shown)
            .collect()
    }

    /// One fact of the case.
    #[must_use]
    pub fn fact(&self, source: &super::definition::Source) -> Fact {
        fact(source, &self.procedure, &self.case, None)
    }
}
