//! The binary itself as a process of its own: its command line, a server that is told to stop or killed.
//! The address is read off its own words, as a person does. `INKSTONE_BUILT` names a binary built for another system
//! instead, and `INKSTONE_RUNNER` what runs it here (wine64, qemu-aarch64-static).

use super::town::Folder;
use std::env;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};

/// The binary with these words, over this folder.
pub fn inkstone(folder: &Folder, words: &[&str]) -> Command {
    let mut command = bare(words);
    command.arg("--data").arg(&folder.0);
    command
}

/// The same over the folder it takes by itself.
pub fn bare(words: &[&str]) -> Command {
    running(&built(), words)
}

/// The binary's file.
pub fn built() -> PathBuf {
    let built = env::var_os("INKSTONE_BUILT").unwrap_or(env!("CARGO_BIN_EXE_inkstone").into());
    built.into()
}

/// A program of the system that is tried, with these words. No screen: a failure of a test is not shown to whoever sits there.
pub fn running(program: &Path, words: &[&str]) -> Command {
    let mut command = match env::var_os("INKSTONE_RUNNER") {
        Some(runner) => {
            let mut command = Command::new(runner);
            command.arg(program);
            command
        }
        None => Command::new(program),
    };
    command.args(words).stdin(Stdio::null());
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    command
}

/// Runs it to its end; what it said.
pub fn run(folder: &Folder, words: &[&str]) -> (Output, String) {
    let out = inkstone(folder, words).output().unwrap();
    let said = [&*out.stdout, &*out.stderr].concat();
    (out, String::from_utf8(said).unwrap())
}

/// A process that more than one thread may want to end.
pub type Process = Arc<Mutex<Child>>;

/// A server of its own process; killed where the test ends.
pub struct Started {
    child: Process,
    said: BufReader<std::process::ChildStdout>,
    pub address: SocketAddr,
    pub words: String,
}

impl Started {
    pub fn start(folder: &Folder, words: &[&str]) -> Self {
        let mut command = inkstone(folder, &["serve", "--no-browser"]);
        match Self::of(command.args(words), |_| {}) {
            Ok(started) => started,
            Err(said) => panic!("it ended: {said}"),
        }
    }

    /// Starts it, shows the process to `born` and waits until it serves; what it said where it ended before.
    pub fn of(command: &mut Command, born: impl FnOnce(&Process)) -> Result<Self, String> {
        let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut wrong = child.stderr.take().unwrap();
        let child = Arc::new(Mutex::new(child));
        born(&child);
        let mut words = String::new();
        while !words.contains("Ctrl+C") {
            if said.read_line(&mut words).unwrap() == 0 {
                wrong.read_to_string(&mut words).unwrap();
                child.lock().unwrap().wait().unwrap();
                return Err(words);
            }
        }
        let port = words.split("127.0.0.1").nth(1).unwrap();
        let port = port
            .trim_start_matches(':')
            .split(|c: char| !c.is_ascii_digit());
        let port = port.into_iter().next().unwrap().parse().unwrap_or(80);
        Ok(Self {
            child,
            said,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            words,
        })
    }

    pub fn ask_to_stop(&self) {
        self.send("-TERM");
    }

    fn send(&self, signal: &str) {
        let pid = self.child.lock().unwrap().id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status();
        assert!(sent.unwrap().success());
    }

    /// Exit code and the last words.
    pub fn stop(self) -> (Option<i32>, String) {
        self.ask_to_stop();
        self.ended()
    }

    /// The same where somebody presses Ctrl+C.
    pub fn interrupt(self) -> (Option<i32>, String) {
        self.send("-INT");
        self.ended()
    }

    fn ended(mut self) -> (Option<i32>, String) {
        let mut last = String::new();
        self.said.read_to_string(&mut last).unwrap();
        let code = self.child.lock().unwrap().wait().unwrap().code();
        (code, last)
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let mut child = self.child.lock().unwrap();
        let _ = child.kill();
        let _ = child.wait();
    }
}
