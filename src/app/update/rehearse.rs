//! `inkstone rehearse`: the new program tries itself on a copy of the office that its predecessor restored from a backup: brings the
//! tables up, makes the lists, answers a request, closes, reads everything through. Nobody but it hears of that office.
//! Invariant: none of the jobs that send or write elsewhere runs, for the copy knows the office's real places and addresses.

use super::probe;
use crate::app::{console, serve};
use crate::kit::{Clock, Error, Result, version};
use crate::modules;
use crate::store::{DataDir, verify};
use crate::web;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

const LISTS_WITHIN: Duration = Duration::from_secs(600);

/// Tries; true where all was well. What was not is said, a line a matter.
pub fn command(data: PathBuf) -> Result<bool> {
    let dir = DataDir::make(data)?;
    let _lock = dir.lock()?;
    let wrong = match tried(&dir) {
        Ok(()) => verify::verify(&dir)?
            .into_iter()
            .map(|f| f.says.to_owned())
            .collect(),
        Err(e) => vec![e.to_string()],
    };
    console::say(&wrong.iter().map(|w| format!("{w}\n")).collect::<String>());
    Ok(wrong.is_empty())
}

fn tried(dir: &DataDir) -> Result<()> {
    let state = serve::open(dir, Clock::System)?;
    if !state.store.drain(LISTS_WITHIN) {
        return Err(Error::Busy("待办和登记簿的清单很久没有做好".into()));
    }
    let word = probe::word()?;
    state.gate.close(&word);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    let running = web::serve(state.clone(), &modules::every(), vec![listener])?;
    let well = probe::ask(port, &word);
    running.stop()?;
    state.store.checkpoint();
    match well {
        Some(well) if well.version == version() => Ok(()),
        _ => Err(Error::Busy("新程序打开了数据，却没有答话".into())),
    }
}
