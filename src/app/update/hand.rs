//! The old program hands over: copies of what can change, the new program on trial behind closed doors, and only when it was found
//! well do the two files change names and the doors open. Afterwards this process stays as a thin parent, so that a service manager,
//! a console and the icon beside the clock go on having the process they know.
//! Invariant: until the new program answered well, the old one lies in its place and the copies are whole.

use super::child::Child;
use super::curtain::Curtain;
use super::note::{Note, Step};
use super::recover::{copies_of, give_back, stopped};
use super::{probe, swap};
use crate::app::port;
use crate::kit::{Error, Result};
use crate::store::{DataDir, DirLock, copies};
use crate::web::update::Ended;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// The new program has this long to answer well, and as long again as its rehearsal took.
const WELL_WITHIN: Duration = Duration::from_secs(60);
const ASK_EVERY: Duration = Duration::from_millis(150);
/// A process that was killed lets go of the folder within a moment.
const LET_GO_TRIES: u32 = 200;

/// What came of it.
pub enum Handed {
    /// The new program served until it ended; whether well.
    Over(Result<()>),
    /// The old one goes on, with the data as they were.
    Back(DirLock),
}

/// How the office was before, as far as the new program can be compared with it.
#[derive(Debug, Clone, Copy)]
pub struct Before {
    pub volumes: usize,
    pub people: usize,
    pub lost: usize,
}

/// Hands over, the office being closed. `told`: somebody asks this process to stop.
pub fn hand_over(
    dir: &DataDir,
    lock: DirLock,
    (port, before): (u16, Before),
    told: &dyn Fn() -> bool,
) -> Result<Handed> {
    let mut note = Note::read(dir)?;
    if let Err(e) = close(dir, &mut note, port) {
        let why = format!("没有留成升级前的副本：{e}");
        if let Err(e) = stopped(dir, &mut note, (Ended::Stopped, &why)) {
            // nothing was touched: no reason to keep the office closed
            tracing::error!(cause = %e, "how an update ended was not kept");
        }
        return Ok(Handed::Back(lock));
    }
    drop(lock);
    let tried = tried(dir, &mut note, (port, before), told);
    let why = match tried {
        Ok(mut child) => {
            let well = child.watch(told);
            return Ok(Handed::Over(match well {
                true => Ok(()),
                false => Err(Error::Busy("砚台没有正常停下，请看日志".into())),
            }));
        }
        Err(e) => e.to_string(),
    };
    let lock = locked(dir)?;
    // it may have got as far as taking the place
    swap::undo(&note)?;
    note.why = why;
    give_back(dir, &mut note)?;
    Ok(Handed::Back(lock))
}

/// Everybody reads the notice while the copies are made.
fn close(dir: &DataDir, note: &mut Note, port: u16) -> Result<()> {
    note.go(dir, Step::Closing)?;
    // without a notice it goes on: the browser says that nobody answers
    let listener = port::listen(dir, Some(port)).ok();
    let _curtain = listener.as_ref().map(Curtain::before).transpose()?;
    copies::copy_all(dir, &copies_of(dir))?;
    note.go(dir, Step::Trial)
}

/// The new program in its place, with its doors open. It is started twice: from beside, and from the place, where the system knows
/// it by the name that stays (a firewall lets programs through by their names), and what lies there is seen to run.
fn tried(
    dir: &DataDir,
    note: &mut Note,
    office: (u16, Before),
    told: &dyn Fn() -> bool,
) -> Result<Child> {
    well(dir, note, &note.staged, office, told)?.leave();
    note.go(dir, Step::Swapping)?;
    swap::swap(note)?;
    let mut child = well(dir, note, &note.program, office, told)?;
    note.go(dir, Step::Confirmed)?;
    // where it ends in this moment, the next start finds the new program in its place and everything as it left it
    let _ = child.open(&note.program);
    Ok(child)
}

/// A program that answered well behind closed doors.
fn well(
    dir: &DataDir,
    note: &Note,
    program: &Path,
    (port, before): (u16, Before),
    told: &dyn Fn() -> bool,
) -> Result<Child> {
    let word = probe::word()?;
    let mut child = Child::start(program, dir, (port, &word))?;
    let until = Instant::now() + WELL_WITHIN + Duration::from_secs(note.rehearsed);
    loop {
        if let Some(well) = probe::ask(port, &word) {
            judge(note, &well, before)?;
            return Ok(child);
        }
        if child.ended().is_some() {
            return Err(Error::Busy("新程序启动以后自己停了".into()));
        }
        if told() {
            return Err(Error::Busy("升级还没有完成，砚台就被停掉了".into()));
        }
        if Instant::now() > until {
            return Err(Error::Busy("新程序一直没有正常答话".into()));
        }
        thread::sleep(ASK_EVERY);
    }
}

fn judge(note: &Note, well: &probe::Well, before: Before) -> Result<()> {
    if well.version != note.to {
        return Err(Error::Busy(format!(
            "新程序说自己是 {}，升级包上写的是 {}",
            well.version, note.to
        )));
    }
    if well.lost > before.lost || well.volumes < before.volumes {
        return Err(Error::Busy("新程序打不开全部的柜子".into()));
    }
    if well.people < before.people {
        return Err(Error::Busy("新程序看到的人员不全".into()));
    }
    Ok(())
}

fn locked(dir: &DataDir) -> Result<DirLock> {
    let mut left = LET_GO_TRIES;
    loop {
        match dir.lock() {
            Err(Error::Busy(_)) if left > 0 => left -= 1,
            other => return other,
        }
        thread::sleep(Duration::from_millis(50));
    }
}
