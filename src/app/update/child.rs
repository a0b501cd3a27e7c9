//! The new program as a process of ours: run to its end for a question, or kept on a line that is also its life: what we write
//! there it does, and where the line breaks, because this process ended in whatever way, it ends too.
//! Invariant: no program of ours goes on without the one that watches over it.

use crate::app::os;
use crate::kit::{Error, Result};
use crate::store::DataDir;
use crate::store::data_dir::patient;
use std::ffi::OsStr;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{self, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

const LOOK_EVERY: Duration = Duration::from_millis(50);
/// A program that was told to stop has requests to finish and files to close.
const STOPS_WITHIN: Duration = Duration::from_secs(60);
/// Of what it says this much is read.
const MOST_SAID: u64 = 64 << 10;
/// Another thread of ours may be starting a process in the moment the new file was written: Linux calls it busy then.
const BUSY: i32 = 26;
const TRIES: u32 = 40;

/// The words that open its doors, before its own place, and that end it before.
pub(super) const OPEN: &str = "open ";
pub(super) const LEAVE: &str = "leave";

fn spawn(command: &mut Command) -> Result<process::Child> {
    let mut left = TRIES;
    loop {
        match patient(|| command.spawn()) {
            Err(e) if cfg!(unix) && e.raw_os_error() == Some(BUSY) && left > 0 => left -= 1,
            Err(e) => {
                return Err(Error::Busy(format!(
                    "新程序在这台电脑上启动不了（{e}）。可能是系统太旧，也可能是杀毒软件拦住了"
                )));
            }
            Ok(child) => return Ok(child),
        }
        thread::sleep(LOOK_EVERY);
    }
}

/// Runs a program to its end: whether it was content, and what it said. `go_on` is asked all the while; what is not over in
/// time is ended.
pub(super) fn run(
    program: &Path,
    words: &[&OsStr],
    limit: Duration,
    go_on: &dyn Fn() -> Result<()>,
) -> Result<(bool, String)> {
    let mut command = Command::new(program);
    command
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    os::unseen(&mut command);
    let mut child = spawn(&mut command)?;
    let (tell, said) = mpsc::channel();
    if let Some(out) = child.stdout.take() {
        thread::Builder::new().name("said".into()).spawn(move || {
            let mut text = Vec::new();
            let _ = out.take(MOST_SAID).read_to_end(&mut text);
            let _ = tell.send(String::from_utf8_lossy(&text).into_owned());
        })?;
    }
    let until = Instant::now() + limit;
    let ended = loop {
        if let Some(status) = child.try_wait()? {
            break Ok(status.success());
        }
        if let Err(e) = go_on() {
            break Err(e);
        }
        if Instant::now() > until {
            break Err(Error::Busy("新程序很久没有做完，已经把它停掉".into()));
        }
        thread::sleep(LOOK_EVERY);
    };
    if ended.is_err() {
        let _ = child.kill();
        let _ = child.wait();
    }
    // what it started itself may keep its voice open
    let said = said
        .recv_timeout(Duration::from_secs(2))
        .unwrap_or_default();
    ended.map(|well| (well, said))
}

/// The new program on trial, and then as the office. Dropped, it ends.
pub(super) struct Child {
    process: process::Child,
    line: Option<ChildStdin>,
}

impl Child {
    /// Starts it behind closed doors, over this folder, at this port.
    pub(super) fn start(program: &Path, dir: &DataDir, (port, word): (u16, &str)) -> Result<Self> {
        let mut command = Command::new(program);
        command
            .args([
                "serve",
                "--trial",
                "--no-browser",
                "--port",
                &port.to_string(),
                "--data",
            ])
            .arg(dir.root())
            .stdin(Stdio::piped());
        if cfg!(windows) {
            // a service and a desktop have no console that it could speak to
            command.stdout(Stdio::null()).stderr(Stdio::null());
            os::unseen(&mut command);
        }
        let mut process = spawn(&mut command)?;
        let line = process.stdin.take();
        let mut child = Self { process, line };
        child.say(word)?;
        Ok(child)
    }

    fn say(&mut self, words: &str) -> Result<()> {
        let line = self
            .line
            .as_mut()
            .ok_or_else(|| Error::fault("the line was let go"))?;
        line.write_all(format!("{words}\n").as_bytes())?;
        Ok(line.flush()?)
    }

    /// Lets everybody in; says where the program lies that is replaced another time.
    pub(super) fn open(&mut self, program: &Path) -> Result<()> {
        self.say(&format!("{OPEN}{}", program.display()))
    }

    /// Ends it in good order, as far as it will.
    pub(super) fn leave(mut self) {
        let _ = self.say(LEAVE);
        let since = Instant::now();
        while self.ended().is_none() && since.elapsed() < STOPS_WITHIN {
            thread::sleep(LOOK_EVERY);
        }
    }

    /// Whether it ended, and whether well.
    pub(super) fn ended(&mut self) -> Option<bool> {
        let status = self.process.try_wait().ok().flatten();
        status.map(|s| s.success())
    }

    /// Stays until it ends; passes a wish to stop on.
    pub(super) fn watch(&mut self, told: &dyn Fn() -> bool) -> bool {
        let mut stops = None;
        loop {
            if let Some(well) = self.ended() {
                return well;
            }
            match stops {
                None if told() => {
                    self.line = None;
                    stops = Some(Instant::now());
                }
                Some(since) if since.elapsed() > STOPS_WITHIN => return false,
                _ => {}
            }
            thread::sleep(LOOK_EVERY);
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
