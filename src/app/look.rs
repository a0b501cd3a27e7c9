//! `inkstone open FILE`: shows one sealed volume on this PC, without the office it came from. The file is
//! only read and may lie on a disk that cannot be written; the server's own few rows go into a folder
//! of the system for things that do not last, and go away with it.
//! Invariant: it listens on 127.0.0.1 alone, for whoever has the file may see all of it.

use super::arguments::Serve;
use super::stop::hear_stops;
use super::{browser, console};
use crate::access::{Access, Setup};
use crate::engine::run::Engine;
use crate::kit::{Clock, Error, Result, Zone};
use crate::org::DirectoryHandle;
use crate::screens::volume::LOOK;
use crate::store::{DataDir, Stamp, Store};
use crate::ui::frame::Site;
use crate::web::state::Office;
use crate::web::{self, Running, State};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A folder that goes away when it is let go.
pub(super) struct Fleeting(pub PathBuf);

impl Drop for Fleeting {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// One volume being shown.
pub struct Showing {
    running: Running,
    // after the server: its files are open until then
    _folder: Fleeting,
}

impl Showing {
    /// The port it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.running.addresses().first().map_or(0, |a| a.port())
    }
}

/// Shows the volume until somebody stops it.
pub fn open(file: &Path, options: &Serve) -> Result<()> {
    console::say("\n　　正在从头到尾核对，大的柜子要等几分钟。\n");
    let showing = show(file, options.port)?;
    let url = format!("http://127.0.0.1:{}/", showing.port());
    console::say(&format!(
        "\n　　核对无误。请在这台电脑上打开 {url}\n　　有这个文件的人都能看里面的全部案卷，请妥善保管。按 Ctrl+C 结束。\n\n"
    ));
    if !options.no_browser {
        browser::open(&url);
    }
    let Showing { running, _folder } = showing;
    hear_stops(&running)?;
    let ended = running.wait();
    drop(_folder);
    ended
}

/// Checks the volume and begins to show it.
pub fn show(file: &Path, port: Option<u16>) -> Result<Showing> {
    let file = std::path::absolute(file)?;
    let folder = fleeting()?;
    let dir = DataDir::make(&folder.0)?;
    let zone = Zone::default();
    let engine = Arc::new(Engine::shipped(zone)?);
    let store = Store::open(&dir, Clock::System, Vec::new())?;
    let stamp = Stamp::new("system:open", "beside.add", store.clock().now());
    let id = store.add_beside(&file, "", stamp).map_err(|e| match e {
        Error::Invalid(wrong) => Error::Busy(Error::Invalid(wrong).to_string()),
        other => other,
    })?;
    let office = store.beside(id)?.office.clone();
    let org = DirectoryHandle::open(&store, zone)?;
    let access = Access::open(&store, Setup::office(zone))?;
    let state = State::new(&dir, store, org, access)?
        .with_engine(engine)?
        .only_looking();
    state.set_office(Office {
        site: Site {
            office,
            ..Site::default()
        },
        zone,
    });
    let listener = listen(port)?;
    let running = web::serve(Arc::new(state), &[LOOK], vec![listener])?;
    Ok(Showing {
        running,
        _folder: folder,
    })
}

fn listen(port: Option<u16>) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(0))).map_err(|e| {
        Error::Busy(format!(
            "端口 {} 用不了：{e}。请用 --port 换一个",
            port.unwrap_or(0)
        ))
    })
}

pub(super) fn fleeting() -> Result<Fleeting> {
    let mut name = [0; 8];
    getrandom::fill(&mut name).map_err(Error::fault)?;
    let name: String = name.iter().map(|b| format!("{b:02x}")).collect();
    Ok(Fleeting(
        std::env::temp_dir().join(format!("inkstone-open-{name}")),
    ))
}
