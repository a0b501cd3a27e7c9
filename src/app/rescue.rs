//! A start that cannot make sense of its files serves a page about that, on the port everybody knows, until the files were
//! fetched from a backup or somebody stops it. The pages are `screens::rescue`; the server under them is an empty one of its own.
//! Invariant: the broken folder is not opened by it; only a restore writes there.

use super::look::{Fleeting, fleeting};
use super::stop::until_stopped;
use crate::access::{Access, Setup};
use crate::kit::{Clock, Error, Result, Zone};
use crate::org::DirectoryHandle;
use crate::screens::rescue;
use crate::store::{DataDir, Store};
use crate::web::machine::Broken;
use crate::web::{self, Running, State};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The page is being served.
pub struct Rescue {
    running: Running,
    // after the server: its files are open until then
    _folder: Fleeting,
}

impl Rescue {
    /// Begins to serve it.
    pub fn begin(dir: &DataDir, why: &Error, listener: TcpListener) -> Result<Self> {
        let folder = fleeting()?;
        let own = DataDir::make(&folder.0)?;
        let zone = Zone::default();
        let store = Store::open(&own, Clock::System, Vec::new())?;
        let org = DirectoryHandle::open(&store, zone)?;
        let access = Access::open(&store, Setup::office(zone))?;
        let state = State::new(&own, store, org, access)?.only_mending(Broken {
            root: dir.root().to_owned(),
            says: why.to_string(),
        });
        let running = web::serve(Arc::new(state), &[rescue::MANIFEST], vec![listener])?;
        Ok(Self {
            running,
            _folder: folder,
        })
    }

    /// The server of the page.
    #[must_use]
    pub const fn running(&self) -> &Running {
        &self.running
    }

    /// Until somebody says stop, or the files are there again: true.
    pub fn wait(self, told: &Arc<AtomicBool>) -> Result<bool> {
        let Self { running, _folder } = self;
        let restart = running.state().store.backups().restart();
        until_stopped(running, vec![restart.clone()], told)?;
        drop(_folder);
        Ok(restart.load(Ordering::Relaxed))
    }
}
