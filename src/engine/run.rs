//! Carries a move out on the stored case: one write, from facts to ledger.
//! Not here: rules (`moves`) and statements (`case_store`). A refused move writes nothing; a number the
//! office shares is reserved before the write and given back where the write did not use it.
//! Invariant: whatever the plan, the ledger row, the audit row and the event stand in the same commit.

pub use super::acting::Acting;
use super::case::CaseState;
use super::definition::{MoveId, Procedure};
use super::facts::{Facts, Viewer};
use super::follow::Follows;
use super::people::InOrgan;
use super::procedures::{Procedures, Published};
use super::settle::{event_of, settle_claim, settle_voids};
use super::short::{self, Short, Sought, known_code};
use super::stored::Stored;
use super::work::{Known, Work};
use super::{
    case_store, design::Undo, draft_store, flow, moves, offer::Input, official, relation_store,
    save_store, series_store, turns::Turns, values,
};
use crate::kit::{Error, Id, Millis, Result, ShelfNo, Zone};
use crate::org::letterhead_store::{Letterhead, list_letterheads};
use crate::store::{DataDir, Receipt, Reserved, ReservedSpans, Stamp, Store, Want};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// What was reserved before the case's own transaction: its number, and the things it takes.
type Taken = (Option<Reserved>, Option<ReservedSpans>);

/// What the engine of one server holds.
pub struct Engine {
    pub procedures: Procedures,
    /// Minutes; fixed at claim, which happens while the server runs.
    zone: AtomicI32,
    turns: Turns,
    /// Versions that stand in a shelf's volume.
    kept: RwLock<BTreeSet<(ShelfNo, String)>>,
    /// What designers may take back.
    pub undo: Undo,
    pub(super) follows: Follows,
}

/// A move asked for on a case.
#[derive(Debug, Clone)]
pub struct Ask {
    pub case: Id,
    /// The task the page was opened on.
    pub task: Option<Id>,
    /// The case's version the page showed, where the form is posted with it.
    pub rev: Option<i64>,
    pub mv: MoveId,
    pub input: Input,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Done {
    pub case: Id,
    /// Number, where the case has one.
    pub number: Option<String>,
    /// What was done: the words on the button.
    pub label: String,
    /// To whom it went.
    pub to: Vec<String>,
    /// Whether the case has come to its end.
    pub ended: bool,
    /// Whether it stood beside the flow: `to` are those it was about.
    #[serde(default)]
    pub aside: bool,
}

/// The kind of claim organ-wide numbers are.
pub(super) const SERIES: &str = "series";

impl Engine {
    /// An engine for these procedures in an office's zone.
    #[must_use]
    pub const fn new(procedures: Procedures, zone: Zone) -> Self {
        Self {
            procedures,
            zone: AtomicI32::new(zone.0),
            turns: Turns::new(),
            kept: RwLock::new(BTreeSet::new()),
            undo: Undo::new(),
            follows: Follows::new(),
        }
    }

    /// The shipped procedures.
    pub fn shipped(zone: Zone) -> Result<Self> {
        Ok(Self::new(Procedures::shipped()?, zone))
    }

    /// The shipped procedures, and those the office whose files stand in a folder made or changed.
    pub fn of_office(dir: &DataDir, zone: Zone) -> Result<Self> {
        Ok(Self::new(
            Procedures::of_office(&super::shipped::TEXTS, dir)?,
            zone,
        ))
    }

    /// The office's zone.
    #[must_use]
    pub fn zone(&self) -> Zone {
        Zone(self.zone.load(Ordering::Relaxed))
    }

    /// Takes the zone the office chose at claim.
    pub fn use_zone(&self, zone: Zone) {
        self.zone.store(zone.0, Ordering::Relaxed);
    }

    /// What rules see of a case for this person.
    #[must_use]
    pub fn facts<'a>(
        &'a self,
        procedure: &'a Procedure,
        case: &'a CaseState,
        (viewer, people): (&'a Viewer, &'a InOrgan<'a>),
        (now, focus): (Millis, Option<Id>),
    ) -> Facts<'a> {
        Facts {
            procedure,
            case,
            viewer,
            people,
            calendar: people.directory.calendar(),
            zone: self.zone(),
            now,
            focus,
            letterheads: &[],
        }
    }

    /// The shelf a person's department files this year's cases on.
    pub fn shelf_now(&self, store: &Store, acting: &Acting) -> Result<ShelfNo> {
        self.shelf_at(store, acting, store.clock().now())
    }

    /// The shelf of the year an instant lies in.
    pub fn shelf_at(&self, store: &Store, acting: &Acting, at: Millis) -> Result<ShelfNo> {
        store.shelf_for(acting.dept.0, self.zone().year(at))
    }

    /// Starts a case and sends it on in one act: what was typed, the files of the draft, the first move.
    pub fn start(
        self: &Arc<Self>,
        store: &Store,
        stamp: Stamp,
        acting: &Acting,
        (published, input, draft): (&Published, Input, Option<Id>),
    ) -> Result<Receipt<Done>> {
        let shelf = match draft {
            Some(draft) => draft.shelf(),
            None => self.shelf_at(store, acting, stamp.at)?,
        };
        published.at_home(acting.dept)?;
        let _turn = self.turns.take(&stamp.repeat_key());
        let first = published.procedure.first_step().map(|s| s.id.clone());
        let sought = Sought::of(&published.procedure, &input.values);
        known_code(
            store,
            acting,
            (&published.procedure, first.as_deref(), &sought),
        )?;
        let at = (first.as_deref(), &sought);
        let claim = self.reserve_for(store, shelf, &published.procedure, at, &stamp)?;
        let short = Short::default();
        let once = |spans: Option<ReservedSpans>| {
            let had = ((claim.clone(), spans), short.clone());
            let what = (published, input.clone(), draft);
            self.start_once(store, (shelf, stamp.clone()), acting, (what, had))
        };
        let mut done = once(None);
        let asker = self.asker(store, acting, &published.procedure);
        let ahead = short.take_ahead();
        if !ahead.is_empty() {
            done = asker.look(None, ahead).and_then(|()| once(None));
        }
        let wants = short.take_spans();
        if !wants.is_empty() {
            done = match asker.reserve((shelf, None), wants) {
                Ok(spans) => {
                    let done = once(Some(spans.clone()));
                    short::settle(store, Some(&spans));
                    done
                }
                Err(e) => Err(e),
            };
        }
        settle_claim(store, claim.as_ref());
        done
    }

    fn start_once(
        self: &Arc<Self>,
        store: &Store,
        (shelf, stamp): (ShelfNo, Stamp),
        acting: &Acting,
        ((published, input, draft), ((claim, spans), short)): (
            (&Published, Input, Option<Id>),
            (Taken, Short),
        ),
    ) -> Result<Receipt<Done>> {
        let (engine, acting, published) = (self.clone(), acting.clone(), published.clone());
        let version = (shelf, published.procedure.version().to_owned());
        let kept = self.is_kept(&version);
        let done = store.write(shelf, stamp, move |w| {
            let mut work = Work::blank(w, &engine, &acting, &published.procedure)?;
            work.spans = spans;
            published.admit(&acting.viewer, &acting.people())?;
            let facts = work.facts(None);
            let begin = flow::opening(&facts)?;
            let filled = values::defaults(&facts);
            work.carry(w, &begin, None)?;
            work.case.state.values.extend(filled);
            let plan = moves::plan(&work.facts(None), MoveId::Submit, &input)?;
            if !kept {
                let (id, version) = (&published.procedure.id, published.procedure.version());
                series_store::insert_version(w, id, version, &published.text)?;
            }
            work.carry(w, &plan, claim.as_ref())?;
            short.of_ahead(&work.ahead)?;
            let wants = work.unreserved();
            if !wants.is_empty() {
                return Err(short.of_spans(wants));
            }
            if let Some(draft) = draft {
                w.hand_over_attachments(draft, work.case.state.id)?;
                draft_store::take_draft(w, draft, acting.viewer.person)?;
            }
            let case = work.case.state.id;
            let done = work.finish(w, "case.started")?;
            if let Some((from, word)) = &input.from {
                let by = &acting.signature;
                relation_store::insert_relation(w, (case, *from), word, (by.person, &by.name))?;
            }
            Ok(done)
        });
        if done.is_ok() && !kept {
            let all = self.kept.write();
            all.unwrap_or_else(PoisonError::into_inner).insert(version);
        }
        done
    }

    fn is_kept(&self, version: &(ShelfNo, String)) -> bool {
        let all = self.kept.read();
        all.unwrap_or_else(PoisonError::into_inner)
            .contains(version)
    }

    /// Does a move on a case, or says why not.
    pub fn act(
        self: &Arc<Self>,
        store: &Store,
        stamp: Stamp,
        acting: &Acting,
        ask: Ask,
    ) -> Result<Receipt<Done>> {
        self.act_on(store, stamp, acting, (ask, None))
    }

    /// The same on a case that was read a moment ago: where nothing happened to it since, the writer
    /// neither reads it again nor thinks about the move.
    pub fn act_on(
        self: &Arc<Self>,
        store: &Store,
        stamp: Stamp,
        acting: &Acting,
        (ask, seen): (Ask, Option<(Stored, Arc<Procedure>)>),
    ) -> Result<Receipt<Done>> {
        let short = Short::default();
        let known = match seen {
            Some((mut case, procedure)) => {
                // a file may have come with the move
                case.state.enclosed =
                    official::to_check(&store.shelf(ask.case.shelf())?, &procedure, &case.state)?;
                let letterheads = match &procedure.document {
                    Some(_) => list_letterheads(&store.hub()?, acting.organ)?,
                    None => Vec::new(),
                };
                Some(self.think(acting, (&ask, stamp.at), (case, procedure, letterheads)))
            }
            None => None,
        };
        let mut tried = self.try_act(
            store,
            stamp.clone(),
            acting,
            (ask.clone(), known, (None, None), short.clone()),
        );
        let ahead = short.take_ahead();
        if !ahead.is_empty() {
            let again = (ask.clone(), None, (None, None), short.clone());
            tried = self
                .look_ahead(store, acting, (ask.case, ahead))
                .and_then(|()| self.try_act(store, stamp.clone(), acting, again));
        }
        let (number, wants) = (short.take_number(), short.take_spans());
        if number.is_some() || !wants.is_empty() {
            tried = self.act_with(store, (stamp, acting), &ask, ((number, wants), &short));
        }
        if ask.mv == MoveId::Void && tried.is_ok() {
            settle_voids(store, ask.case);
        }
        if short.take_gave() && tried.is_ok() {
            short::follow(store, ask.case);
        }
        tried
    }

    /// The rare case: an organ-wide number is taken later than at the first step, or a thing, or days.
    fn act_with(
        self: &Arc<Self>,
        store: &Store,
        (stamp, acting): (Stamp, &Acting),
        ask: &Ask,
        ((mut number, mut wants), short): ((Option<Sought>, Vec<Want>), &Short),
    ) -> Result<Receipt<Done>> {
        let _turn = self.turns.take(&stamp.repeat_key());
        let shelf = ask.case.shelf();
        let read = store.shelf(shelf)?;
        let stored = case_store::find_case(&read, ask.case)?;
        let procedure =
            self.procedures
                .version(&read, &stored.head.procedure, &stored.head.version)?;
        drop(read);
        let step = Some(stored.state.step.as_str());
        let (mut claim, mut spans) = (None, None);
        let mut tries = 0;
        let done = loop {
            tries += 1;
            if let Some(sought) = number.take() {
                // of another organ code than was thought
                settle_claim(store, claim.take().as_ref());
                if let Err(e) = known_code(store, acting, (&procedure, step, &sought)) {
                    break Err(e);
                }
                match self.reserve_for(store, shelf, &procedure, (step, &sought), &stamp) {
                    Ok(got) => claim = got,
                    Err(e) => break Err(e),
                }
            }
            if !wants.is_empty() {
                short::settle(store, spans.as_ref());
                let asker = self.asker(store, acting, &procedure);
                match asker.reserve((shelf, Some(ask.case)), wants) {
                    Ok(got) => spans = Some(got),
                    Err(e) => break Err(e),
                }
            }
            let had = (claim.clone(), spans.clone());
            let tried = self.try_act(
                store,
                stamp.clone(),
                acting,
                (ask.clone(), None, had, short.clone()),
            );
            (number, wants) = (short.take_number(), short.take_spans());
            // first the number, then the rest; more changes only where somebody else was faster
            if tries == 3 || (number.is_none() && wants.is_empty()) {
                break tried;
            }
        };
        settle_claim(store, claim.as_ref());
        short::settle(store, spans.as_ref());
        done
    }

    /// What a move will do, thought out before the write. A refusal is left to the writer: the same submit
    /// may have been answered before.
    fn think(
        &self,
        acting: &Acting,
        (ask, now): (&Ask, Millis),
        (case, procedure, letterheads): (Stored, Arc<Procedure>, Vec<Letterhead>),
    ) -> Known {
        let (people, viewer) = (acting.people(), acting.viewer_in(&procedure.id));
        let who = (&*viewer, &people);
        let facts = Facts {
            letterheads: &letterheads,
            ..self.facts(&procedure, &case.state, who, (now, ask.task))
        };
        let plan = moves::plan(&facts, ask.mv, &ask.input).ok();
        Known {
            case,
            procedure,
            plan,
            letterheads,
        }
    }

    fn try_act(
        self: &Arc<Self>,
        store: &Store,
        stamp: Stamp,
        acting: &Acting,
        (ask, known, (claim, spans), short): (Ask, Option<Known>, Taken, Short),
    ) -> Result<Receipt<Done>> {
        let (engine, acting) = (self.clone(), acting.clone());
        let letterheads = match known {
            Some(_) => Vec::new(),
            None => list_letterheads(&store.hub()?, acting.organ)?,
        };
        store.write(ask.case.shelf(), stamp, move |w| {
            let (mut work, plan) = match known {
                Some(known) => Work::load_known(w, &engine, &acting, known)?,
                None => {
                    let mut work = Work::load(w, &engine, &acting, ask.case)?;
                    work.letterheads = letterheads;
                    (work, None)
                }
            };
            work.check_rev(&ask)?;
            let plan = match plan {
                Some(plan) => plan,
                None => moves::plan(&work.facts(ask.task), ask.mv, &ask.input)?,
            };
            work.spans = spans;
            if let Some(sought) = work.wants_claim(&plan, claim.as_ref()) {
                return Err(short.of_number(sought));
            }
            work.carry(w, &plan, claim.as_ref())?;
            short.of_ahead(&work.ahead)?;
            let wants = work.unreserved();
            if !wants.is_empty() {
                return Err(short.of_spans(wants));
            }
            // what is typed on a task that is still to be done is not settled yet
            let live = |t: &Id| work.case.state.task(*t).is_some_and(|t| t.state.is_live());
            if let Some(task) = plan.act.task.filter(|t| !live(t)) {
                draft_store::take_task_draft(w, task, acting.viewer.person)?;
            }
            work.finish_told(w, event_of(plan.act.mv), &short)
        })
    }

    /// Refuses a procedure that is no more, or that this person may not start.
    pub(super) fn may_be_started(&self, acting: &Acting, procedure: &str) -> Result<()> {
        let known = self.procedures.current(procedure).ok();
        let published = known
            .filter(|p| p.is_for(&acting.viewer))
            .ok_or_else(|| Error::Denied("要发起的事项已经停用，请找管理员".into()))?;
        let start = &published.procedure.start;
        let may = |r: &String| acting.viewer.roles.contains(r);
        if start.roles.is_empty() || start.roles.iter().any(may) {
            return Ok(());
        }
        Err(Error::Denied(format!(
            "“{}”要由别的岗位发起，请把这一件转给能发起的人办",
            start.label
        )))
    }

    /// Marks a task as opened by its holder; nothing where it was opened before.
    pub fn seen(&self, store: &Store, stamp: Stamp, (case, task): (Id, Id)) -> Result<()> {
        store.write(task.shelf(), stamp, move |w| {
            if save_store::set_seen(w, task)? {
                w.emit("task.seen", Some(case), &task)?;
            } else {
                w.quiet("以前已经打开过，没有改动");
            }
            Ok(())
        })?;
        Ok(())
    }
}
