//! A move with rows of a module in the same write: a document that leaves is issued and its package kept, or neither.
//! Not here: what those rows are. Invariant: only a move that takes neither a number nor a thing goes this way.

use super::moves;
use super::run::{Acting, Ask, Done, Engine};
use super::settle::event_of;
use super::work::Work;
use crate::kit::Result;
use crate::store::{Receipt, Stamp, Store, Write};
use std::sync::Arc;

impl Engine {
    /// Does a move on a case together with `along`, or neither.
    pub fn act_along(
        self: &Arc<Self>,
        store: &Store,
        stamp: Stamp,
        acting: &Acting,
        (ask, along): (
            Ask,
            impl FnOnce(&mut Write<'_>) -> Result<()> + Send + 'static,
        ),
    ) -> Result<Receipt<Done>> {
        let (engine, acting) = (self.clone(), acting.clone());
        store.write(ask.case.shelf(), stamp, move |w| {
            let mut work = Work::load(w, &engine, &acting, ask.case)?;
            work.check_rev(&ask)?;
            let plan = moves::plan(&work.facts(ask.task), ask.mv, &ask.input)?;
            work.carry(w, &plan, None)?;
            along(w)?;
            work.finish(w, event_of(plan.act.mv))
        })
    }
}
