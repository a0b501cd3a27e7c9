//! `inkstone stop`, both ends: the running office looks at a file of its data folder, and stops in an orderly way where something is
//! written into it. Not by a page or a port, which whoever sits at the PC could reach.
//! Invariant: nobody stops the office who may not write its files: the file is the office's own, and asking does not make one.

use super::{autostart, console, os};
use crate::kit::{Error, Result};
use crate::store::DataDir;
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_millis(300);
/// Requests under way may finish, lists are put on disk: so many looks.
const LOOKS: u32 = 400;

/// Listens for as long as somebody holds `told`, which is set where it was rung, or something came over `stop`.
pub fn listen(dir: &DataDir, stop: Receiver<()>, told: &Arc<AtomicBool>) -> Result<()> {
    // what was asked of one that was killed is over; on a full disk there is no bell, and everything else goes on
    let _ = fs::write(dir.bell(), "");
    let (bell, told) = (dir.bell(), Arc::downgrade(told));
    let body = move || {
        loop {
            let came = stop.recv_timeout(LOOK_EVERY);
            let Some(told) = Weak::upgrade(&told) else {
                return;
            };
            if came.is_ok() || fs::metadata(&bell).is_ok_and(|m| m.len() > 0) {
                told.store(true, Ordering::Relaxed);
                return;
            }
            if came == Err(RecvTimeoutError::Disconnected) {
                thread::sleep(LOOK_EVERY);
            }
        }
    };
    thread::Builder::new().name("stop".into()).spawn(body)?;
    Ok(())
}

/// Whether the office of a folder is to be stopped is asked first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Asks {
    #[default]
    Nobody,
    /// Whoever pressed the entry of the menu.
    Who,
}

/// `inkstone stop`: rings, and waits until the folder is free.
pub fn command(dir: &DataDir, asks: Asks) -> Result<()> {
    let runs = match fs::metadata(dir.bell()) {
        Ok(_) => dir.lock().is_err(),
        // another account's folder, closed to this one
        Err(e) => e.kind() == ErrorKind::PermissionDenied,
    };
    if runs && asks == Asks::Who && os::is_sure(os::STOP) == Some(false) {
        return Ok(());
    }
    let said = match runs {
        true => {
            ring(dir)?;
            "砚台已停止，数据都已存好。要再打开，请双击砚台的图标"
        }
        false => "砚台没有在运行，不用停止",
    };
    console::say(&format!("\n　　{said}\n\n"));
    if os::is_on_desktop() {
        os::show(said);
    }
    Ok(())
}

fn ring(dir: &DataDir) -> Result<()> {
    let bell = File::options().write(true).open(dir.bell());
    match bell.and_then(|mut bell| bell.write_all(b"stop\n")) {
        Ok(()) => {}
        Err(e) if e.kind() == ErrorKind::PermissionDenied => {
            let lifted = match cfg!(windows) {
                true => "请在“以管理员身份运行”的命令提示符里输入 ",
                false => "请在终端输入 sudo ",
            };
            return Err(Error::Busy(format!(
                "停止砚台要用启动它的那个账号。换一个账号的，{lifted}\"{}\" stop --data \"{}\"",
                autostart::program()?.display(),
                dir.root().display()
            )));
        }
        // it ended by itself in this moment
        Err(e) if e.kind() == ErrorKind::NotFound => {}
        Err(e) => return Err(e.into()),
    }
    for _ in 0..LOOKS {
        if dir.lock().is_ok() {
            return Ok(());
        }
        thread::sleep(LOOK_EVERY);
    }
    Err(Error::Busy(
        "已经叫砚台停下，两分钟了还没有停好，多半是正在备份或者搬大文件。请不要关电源，过几分钟再看".into(),
    ))
}
