//! One case being worked on inside a write: loaded or blank, plans carried out one after another, saved once.
//! Not here: who asks and which number was reserved before the write (`run`).

use super::apply::{Means, Opened};
use super::case::{CaseState, State, Values};
use super::case_store::{fill_tables, find_case, is_current};
use super::claiming::{self, Stand, Turn};
use super::compute;
use super::definition::{Kind, MoveId, Procedure, Scope};
use super::facts::{Facts, People as _, Viewer};
use super::people::{InOrgan, defined};
use super::plan::{Act, Change, Plan};
use super::printed::NAMES;
use super::run::{Acting, Ask, Done, Engine};
use super::series_store;
use super::short::{Short, Sought};
use super::stored::{Entry, Head, Signature, Stored, Written};
use super::{child_store, deed_store, lanes, official, told, writing_store};
use crate::kit::{DeptId, Error, Id, Millis, PersonId, Principal, Result};
use crate::org::letterhead_store::Letterhead;
use crate::org::standing_store::ASKED;
use crate::store::{Reserved, ReservedSpans, Want, Write};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::sync::Arc;

/// A case as the page read it, and what the move will do to it.
#[derive(Clone)]
pub(super) struct Known {
    pub case: Stored,
    pub procedure: Arc<Procedure>,
    pub plan: Option<Plan>,
    pub letterheads: Vec<Letterhead>,
}

/// One case being worked on inside a write.
pub(super) struct Work<'a> {
    engine: &'a Engine,
    acting: &'a Acting,
    viewer: Cow<'a, Viewer>,
    people: InOrgan<'a>,
    pub(super) procedure: Arc<Procedure>,
    before: Option<CaseState>,
    pub(super) case: Stored,
    now: Millis,
    done: Vec<(Plan, Opened)>,
    /// What becomes of its claims.
    turns: Vec<Turn>,
    /// What later steps will take, as far as the form says it.
    pub(super) ahead: Vec<Want>,
    /// Things and days reserved for this write.
    pub(super) spans: Option<ReservedSpans>,
    /// The organ's letterheads: the document is checked with its head.
    pub(super) letterheads: Vec<Letterhead>,
    /// Where all of it was done on paper and is entered by another hand.
    pub(super) paper: Option<Written>,
    /// At which step, and by whom, where a text is saved without a move.
    pub(super) wrote: Option<(String, Signature)>,
}

impl<'a> Work<'a> {
    pub(super) fn load(
        w: &Write<'_>,
        engine: &'a Engine,
        acting: &'a Acting,
        case: Id,
    ) -> Result<Self> {
        let mut case = find_case(w, case)?;
        let procedure = engine
            .procedures
            .version(w, &case.head.procedure, &case.head.version)?;
        fill_tables(w, &procedure, &mut case.state)?;
        case.state.enclosed = official::to_check(w, &procedure, &case.state)?;
        Ok(Self::over(w, engine, acting, (case, procedure)))
    }

    fn over(
        w: &Write<'_>,
        engine: &'a Engine,
        acting: &'a Acting,
        (case, procedure): (Stored, Arc<Procedure>),
    ) -> Self {
        Self {
            engine,
            acting,
            viewer: acting.viewer_in(&procedure.id),
            people: acting.people(),
            procedure,
            before: Some(case.state.clone()),
            case,
            now: w.at(),
            done: Vec::new(),
            turns: Vec::new(),
            ahead: Vec::new(),
            spans: None,
            letterheads: Vec::new(),
            paper: None,
            wrote: None,
        }
    }

    /// The case as it was read before the write, where nothing happened to it since; else as it is now.
    pub(super) fn load_known(
        w: &Write<'_>,
        engine: &'a Engine,
        acting: &'a Acting,
        known: Known,
    ) -> Result<(Self, Option<Plan>)> {
        let Known {
            case,
            procedure,
            plan,
            letterheads,
        } = known;
        let current = is_current(w, &case)?;
        let mut work = match current {
            true => Self::over(w, engine, acting, (case, procedure)),
            false => Self::load(w, engine, acting, case.state.id)?,
        };
        work.letterheads = letterheads;
        Ok((work, plan.filter(|_| current)))
    }

    pub(super) fn blank(
        w: &mut Write<'_>,
        engine: &'a Engine,
        acting: &'a Acting,
        procedure: &Arc<Procedure>,
    ) -> Result<Self> {
        let now = w.at();
        let state = CaseState::begun(
            w.next_id(),
            (acting.organ, acting.dept),
            (acting.viewer.person, now),
        );
        let head = Head {
            rev: 0,
            procedure: procedure.id.clone(),
            version: procedure.version().to_owned(),
            year: engine.zone().year(now),
            title: String::new(),
            number: None,
            urgency: String::new(),
            starter_name: acting.signature.name.clone(),
            changed_at: now,
            closed_at: None,
            archived_at: None,
        };
        Ok(Self {
            engine,
            acting,
            viewer: acting.viewer_in(&procedure.id),
            people: acting.people(),
            procedure: procedure.clone(),
            before: None,
            case: Stored::new(head, state),
            now,
            done: Vec::new(),
            turns: Vec::new(),
            ahead: Vec::new(),
            spans: None,
            letterheads: Vec::new(),
            paper: None,
            wrote: None,
        })
    }

    pub(super) fn facts(&self, focus: Option<Id>) -> Facts<'_> {
        let facts = self.engine.facts(
            &self.procedure,
            &self.case.state,
            (&self.viewer, &self.people),
            (self.now, focus),
        );
        Facts {
            letterheads: &self.letterheads,
            ..facts
        }
    }

    /// When it happens.
    pub(super) const fn at(&self) -> Millis {
        self.now
    }

    /// A form may not overwrite what somebody else saved meanwhile.
    pub(super) fn check_rev(&self, ask: &Ask) -> Result<()> {
        let alone = self.case.state.current_branches().count() <= 1;
        match ask.rev {
            Some(rev)
                if (alone || ask.mv == MoveId::Correct)
                    && rev != self.case.head.rev
                    && !ask.input.values.is_empty() =>
            {
                let last = self.case.acts.last();
                let who = last.map_or("别人", |a| a.by.name.as_str());
                let when = last.map_or_else(String::new, |a| {
                    self.engine.zone().short_time(a.at, self.now)
                });
                Err(Error::Conflict(format!(
                    "{who} {when} 已经办过这一件，您看到的是旧的。请刷新后再办，您写的字还在页面上"
                )))
            }
            _ => Ok(()),
        }
    }

    /// The number of the office that the plan takes and the claim is not.
    pub(super) fn wants_claim(&self, plan: &Plan, claim: Option<&Reserved>) -> Option<Sought> {
        let series = self.procedure.series.as_ref()?;
        let takes = plan.changes.iter().any(|c| matches!(c, Change::TakeNumber));
        if series.scope != Scope::Organ || !takes {
            return None;
        }
        let sought = Sought::of(&self.procedure, &self.planned(plan));
        let key = series.counted(&sought.code, self.engine.zone().year(self.now));
        let fits = |c: &Reserved| c.key == key && sought.own.is_none_or(|n| n == c.n);
        (!claim.is_some_and(fits)).then_some(sought)
    }

    /// The form as a plan leaves it.
    fn planned(&self, plan: &Plan) -> Values {
        let mut values = self.case.state.values.clone();
        for change in &plan.changes {
            if let Change::SetFields(fields) = change {
                values.extend(fields.clone());
            }
        }
        values
    }

    pub(super) fn carry(
        &mut self,
        w: &mut Write<'_>,
        plan: &Plan,
        claim: Option<&Reserved>,
    ) -> Result<()> {
        let number = self.number(w, plan, claim)?;
        let before = Stand::of(&self.procedure, &self.case.state);
        let mut means = Means {
            now: self.now,
            mint: &mut || w.next_id(),
            number,
        };
        let opened = self.case.state.apply(plan, &mut means);
        if plan.changes.iter().any(|c| matches!(c, Change::VoidNumber)) {
            self.void_number(w, &plan.act.note)?;
        }
        for change in &plan.changes {
            if let Change::Spawn(spawned) = change {
                self.engine
                    .may_be_started(self.acting, &spawned.procedure)?;
            }
        }
        let after = Stand::of(&self.procedure, &self.case.state);
        self.turns.extend(claiming::turns(
            &self.procedure,
            (&before, &after),
            (plan.act.mv, &self.case.state),
            (self.engine.zone(), &self.case.head.starter_name),
        )?);
        if after.is_on_from(&before) {
            let case = (&self.case.state, self.engine.zone());
            let who = &self.case.head.starter_name;
            self.ahead = claiming::ahead(&self.procedure, &after, case, who)?;
        }
        self.done.push((plan.clone(), opened));
        Ok(())
    }

    /// The number a plan takes, written out, with the field it goes into.
    fn number(
        &mut self,
        w: &Write<'_>,
        plan: &Plan,
        claim: Option<&Reserved>,
    ) -> Result<Option<(String, String)>> {
        let takes = plan.changes.iter().any(|c| matches!(c, Change::TakeNumber));
        let Some(series) = self.procedure.series.as_ref().filter(|_| takes) else {
            return Ok(None);
        };
        let (year, case) = (self.engine.zone().year(self.now), self.case.state.id);
        let code = series.code(&self.planned(plan));
        let n = match (series.scope, claim) {
            (Scope::Department, _) => series_store::take_number(w, &series.key, year, case)?,
            (Scope::Organ, Some(claim)) => {
                w.bind(claim, case)?;
                claim.n
            }
            (Scope::Organ, None) => return Err(Error::fault("a number was not reserved")),
        };
        let n = u32::try_from(n).map_err(Error::fault)?;
        let written = series.written(&code, year, n);
        self.case.head.number = Some(written.clone());
        Ok(Some((series.field.clone(), written)))
    }

    /// The number stays on the case and in its series, and counts no more.
    fn void_number(&self, w: &Write<'_>, reason: &str) -> Result<()> {
        let case = self.case.state.id;
        match &self.procedure.series {
            Some(s) if s.scope == Scope::Department => {
                series_store::set_void(w, &s.key, case, reason)
            }
            _ => w.void_claims(case, reason),
        }
    }

    /// Things and days the plans take that nobody reserved for this write.
    pub(super) fn unreserved(&self) -> Vec<Want> {
        let taken = self.turns.iter().filter_map(|t| match t {
            Turn::Take(want) => Some(want),
            _ => None,
        });
        taken
            .filter(|want| self.number_of(want).is_none())
            .cloned()
            .collect()
    }

    fn number_of(&self, want: &Want) -> Option<i64> {
        let all = self.spans.as_ref()?.all.iter();
        all.into_iter().find(|(_, w)| w == want).map(|(n, _)| *n)
    }

    /// Takes and gives back, once the case is written.
    fn turn(&self, w: &Write<'_>) -> Result<()> {
        let case = self.case.state.id;
        for turn in &self.turns {
            match turn {
                Turn::Take(want) => match self.number_of(want) {
                    Some(n) => w.bind_span(n, want, case)?,
                    None => {
                        return Err(Error::Denied(format!(
                            "这一步要占用{}，不能由别人代录，请本人在平台上办理",
                            want.kind
                        )));
                    }
                },
                Turn::Free(claim) => w.free_span(case, claim)?,
                Turn::End(claim) => w.end_span(case, claim)?,
                Turn::Use(claim, tenths) => w.use_days(case, claim, *tenths)?,
            }
        }
        Ok(())
    }

    /// The same as [`Work::finish`], telling whether the hub has to follow.
    pub(super) fn finish_told(self, w: &mut Write<'_>, event: &str, short: &Short) -> Result<Done> {
        if self.turns.iter().any(|t| !matches!(t, Turn::Take(_))) {
            short.gave_back();
        }
        self.finish(w, event)
    }

    pub(super) fn finish(mut self, w: &mut Write<'_>, event: &str) -> Result<Done> {
        let case = &mut self.case;
        case.head.title = case.state.title(&self.procedure);
        let urgency = self
            .procedure
            .urgency
            .as_ref()
            .and_then(|f| case.state.values.get(f));
        case.head.urgency = urgency.map(super::definition::text_of).unwrap_or_default();
        keep_names(&self.procedure, &mut case.state.values, &self.people);
        let signed: Vec<Signature> = self
            .done
            .iter()
            .map(|(plan, _)| self.acting.signed(plan.act.acting_for))
            .collect();
        if let Some(whom) = signed.iter().find_map(|s| s.acting_for.as_ref()) {
            w.on_behalf_of(whom.0.0);
        }
        let entries: Vec<Entry<'_>> = self
            .done
            .iter()
            .zip(&signed)
            .map(|((plan, opened), signature)| Entry {
                act: &plan.act,
                undo: plan.undo.as_ref(),
                tasks: opened.tasks.clone(),
                branches: opened.branches.clone(),
                signature,
                paper: self.paper.as_ref(),
                defined: defined(&self.procedure, &plan.act, &self.people),
            })
            .collect();
        case.save(
            w,
            self.before.as_ref(),
            &entries,
            (&self.people, &self.procedure),
        )?;
        let known = self.before.as_ref().map_or(0, |b| b.deeds.len());
        for deed in case.state.deeds.iter().skip(known) {
            deed_store::insert_deed(w, case.state.id, deed)?;
        }
        let moved = entries.last().map(|e| (e.act.step.as_str(), e.signature));
        let wrote = self.wrote.as_ref().map(|(step, by)| (step.as_str(), by));
        if let Some(by) = moved.or(wrote) {
            let states = (self.before.as_ref(), &case.state);
            writing_store::insert_changed(w, states, &self.procedure, by)?;
        }
        for (plan, opened) in &self.done {
            let waiting = (case.state.id, opened.tasks.last().copied());
            for change in &plan.changes {
                if let Change::Spawn(spawned) = change {
                    child_store::insert_child(w, waiting, spawned, plan.act.by)?;
                }
            }
        }
        self.turn(w)?;
        let case = &mut self.case;
        w.about(case.state.id);
        let facts = self.engine.facts(
            &self.procedure,
            &case.state,
            (&self.viewer, &self.people),
            (self.now, None),
        );
        let acts = self.done.iter().map(|(plan, _)| &plan.act);
        let mut news = told::news(&facts, self.before.as_ref(), (&case.head, acts));
        if let Some(paper) = &self.paper {
            news.entered_by(paper.by);
        }
        w.emit(event, Some(case.state.id), &news)?;
        if let Some(asked) = lanes::delegation(&facts, self.before.as_ref(), &self.done) {
            w.emit(ASKED, Some(case.state.id), &asked)?;
        }
        let act = self.done.last().map(|(plan, _)| &plan.act);
        Ok(Done {
            case: case.state.id,
            number: case.head.number.clone(),
            label: act.map(|a| a.label.clone()).unwrap_or_default(),
            to: act.map_or_else(Vec::new, |a| names(a, &self.people)),
            ended: case.state.state != State::Open,
            aside: act.is_some_and(|a| {
                a.mv.is_aside() && !matches!(a.mv, MoveId::Withdraw | MoveId::LateReader)
            }),
        })
    }
}

fn names(act: &Act, people: &InOrgan<'_>) -> Vec<String> {
    act.to.iter().map(|p| people.name(*p)).collect()
}

/// Names of people and departments in the form, and how computed fields came about, as they are now: a
/// volume stands alone.
pub(super) fn keep_names(procedure: &Procedure, values: &mut Values, people: &InOrgan<'_>) {
    let mut kept = Map::new();
    let calendar = people.directory.calendar();
    for field in &procedure.fields {
        if let Kind::Computed(_) = field.kind {
            let said = compute::said(procedure, field, calendar, values);
            if !said.is_empty() {
                kept.insert(field.id.clone(), Value::from(said));
            }
            continue;
        }
        let name = |n: i64| match field.kind {
            Kind::Person | Kind::People => Some(people.name(Principal::Person(PersonId(n)))),
            Kind::Department | Kind::Departments => Some(people.dept_name(DeptId(n))),
            _ => None,
        };
        let names: Vec<String> = match values.get(&field.id) {
            Some(Value::Array(all)) => all
                .iter()
                .filter_map(Value::as_i64)
                .filter_map(name)
                .collect(),
            Some(one) => one.as_i64().and_then(name).into_iter().collect(),
            None => Vec::new(),
        };
        if !names.is_empty() {
            kept.insert(field.id.clone(), Value::from(names.join("、")));
        }
    }
    values.insert(NAMES.to_owned(), Value::Object(kept));
}
