//! What whoever sends a case in should know before it is decided: somebody else asked for the same thing at the same
//! time and neither is settled; the person who is to stand in is away himself. It warns and never refuses.
//! Not here: who gets it (`claiming`, `store`: whoever is settled first), that standing in follows (`lanes`).
//! Invariant: of a case the reader may not see only who asked and when is told.

use super::case::State;
use super::claiming::{self, Stand};
use super::definition::Procedure;
use super::dues_store::list_waiting_of;
use super::run::{Acting, Engine};
use super::stored::Stored;
use super::{case_store, lanes};
use crate::kit::{Id, Millis, Result};
use crate::store::{Store, Want, Wanted};
use std::sync::Arc;

impl Engine {
    /// Sentences for whoever just sent his case; none where nothing stands against it.
    ///
    /// # Errors
    /// Where the case cannot be read.
    pub fn beware(&self, store: &Store, acting: &Acting, case: Id) -> Result<Vec<String>> {
        let (mine, procedure) = self.as_it_stands(store, case)?;
        let state = &mine.state;
        if state.state != State::Open || state.starter != acting.viewer.person {
            return Ok(Vec::new());
        }
        let mut said = self.rivals(store, acting, (&mine, &procedure))?;
        let away = lanes::asks(&procedure, state).into_iter();
        said.extend(away.filter_map(|(whom, first, last)| {
            let d = &acting.directory;
            let mut all = d.delegations().iter().filter(|one| one.person == whom);
            let one = all.find(|one| one.meets((first, last), &[]))?;
            Some(format!(
                "{}{}自己也不在（{}），那几天替不了您，最好另选一个人",
                d.person_name(whom),
                one.span_words(),
                one.reason
            ))
        }));
        Ok(said)
    }

    /// Who asked for the same and was not settled yet.
    fn rivals(
        &self,
        store: &Store,
        acting: &Acting,
        (mine, procedure): (&Stored, &Procedure),
    ) -> Result<Vec<String>> {
        let wants = self.wants(mine, procedure);
        if wants.is_empty() {
            return Ok(Vec::new());
        }
        let mut others = Vec::new();
        for p in self.procedures.all().iter() {
            if !p.procedure.claims.is_empty() {
                others.extend(list_waiting_of(&store.index()?, &p.procedure.id)?);
            }
        }
        let mut said = Vec::new();
        for other in others.into_iter().filter(|c| *c != mine.state.id) {
            if store.away(other.shelf()).is_some() {
                continue;
            }
            let (theirs, of) = self.as_it_stands(store, other)?;
            let theirs_wanted = self.wants(&theirs, &of);
            let same = wants
                .iter()
                .find_map(|w| Some((w, theirs_wanted.iter().find_map(|t| meets(w, t))?)));
            if let Some((want, (since, until))) = same {
                let who = match theirs.state.starter == mine.state.starter {
                    true => "您自己",
                    false => theirs.head.starter_name.as_str(),
                };
                let named = self.asker(store, acting, procedure).named(other)?;
                let time = claiming::times(since, until, self.zone());
                let what = match want.what {
                    Wanted::Own { .. } => &want.kind,
                    _ => &want.key,
                };
                said.push(format!(
                    "{time}的{what}，{who}也申请了{named}，还没有批；先批准的先得"
                ));
            }
        }
        Ok(said)
    }

    /// What later steps of a case will take; nothing where its times are not sound.
    fn wants(&self, case: &Stored, procedure: &Procedure) -> Vec<Want> {
        let stand = Stand::of(procedure, &case.state);
        let at = (&case.state, self.zone());
        let all = claiming::ahead(procedure, &stand, at, &case.head.starter_name);
        all.unwrap_or_default()
    }

    fn as_it_stands(&self, store: &Store, case: Id) -> Result<(Stored, Arc<Procedure>)> {
        let read = store.shelf(case.shelf())?;
        let stored = case_store::find_case(&read, case)?;
        let (id, version) = (&stored.head.procedure, &stored.head.version);
        let procedure = self.procedures.version(&read, id, version)?;
        Ok((stored, procedure))
    }
}

/// When both are about the same thing at the same time: the time of the other.
fn meets(mine: &Want, other: &Want) -> Option<(Millis, Millis)> {
    let time = |w: &Want| match w.what {
        Wanted::Time { since, until } | Wanted::Own { since, until } => Some((since, until)),
        Wanted::Days { .. } => None,
    };
    let ((since, until), (from, to)) = (time(mine)?, time(other)?);
    let same = mine.kind == other.kind && mine.key == other.key && !mine.key.is_empty();
    (same && since < to && from < until).then_some((from, to))
}
