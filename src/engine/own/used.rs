//! What a department that runs itself does not use of the office's procedures.
//! Not here: switching one off for everybody (`workshop`). Invariant: only what is the office's is switched here.

use crate::engine::run::Engine;
use crate::engine::workshop::announce;
use crate::engine::workshop_store as kept;
use crate::kit::{DeptId, Error, Result, ShelfNo};
use crate::store::{Stamp, Store};

impl Engine {
    /// Switches a procedure of the office on or off for one department that runs itself.
    ///
    /// # Errors
    /// NotFound for what is not the office's.
    pub fn use_here(
        &self,
        store: &Store,
        stamp: Stamp,
        (dept, id): (DeptId, &str),
        on: bool,
    ) -> Result<()> {
        let published = self.procedures.current(id)?;
        if published.procedure.department.is_some() {
            return Err(Error::NotFound);
        }
        let id = id.to_owned();
        store.write(ShelfNo::HUB, stamp, move |w| {
            let mut off = kept::find_off(w)?;
            let here = off.entry(dept).or_default();
            match on {
                true => here.remove(&id),
                false => here.insert(id.clone()),
            };
            off.retain(|_, ids| !ids.is_empty());
            kept::set_off(w, &off)?;
            let word = if on { "启用" } else { "停用" };
            announce(w, &id, &format!("部门 {dept} 为本部门{word}事项"))
        })?;
        self.reload(store)
    }
}
