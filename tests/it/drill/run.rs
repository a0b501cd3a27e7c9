//! One run of a scenario under a rig: starts the product with what the rig puts into its surroundings, keeps
//! the ledger, and ends every process when the rig says so. Threads that lose their server end quietly.

use super::ledger::{Fact, Ledger};
use crate::support::binary::{Process, Started, inkstone};
use crate::support::http::{Gone, Http, may_vanish};
use crate::support::town::Folder;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

pub struct Run {
    pub folder: Folder,
    people: Vec<(String, Http)>,
    /// What the rig puts into the product's environment.
    around: Vec<(OsString, OsString)>,
    /// The recorder's log; its length is the present place in it.
    log: Option<PathBuf>,
    ledger: Mutex<Ledger>,
    /// Places in the log where the scenario saw what it is about.
    marks: Mutex<Vec<u64>>,
    processes: Mutex<Vec<Process>>,
    over: AtomicBool,
    /// It ends at its first mark.
    hasty: bool,
    /// A process of it may die at any moment.
    mortal: Arc<AtomicBool>,
    began: Instant,
    lasts: Duration,
}

impl Run {
    pub fn new(folder: Folder, people: &[(String, Http)], ledger: Ledger, lasts: Duration) -> Self {
        let seat = |(name, http): &(String, Http)| (name.clone(), seat(http, http.address));
        Self {
            folder,
            people: people.iter().map(seat).collect(),
            around: Vec::new(),
            log: None,
            ledger: Mutex::new(ledger),
            marks: Mutex::default(),
            processes: Mutex::default(),
            over: AtomicBool::default(),
            hasty: false,
            mortal: Arc::default(),
            began: Instant::now(),
            lasts,
        }
    }

    /// Has every process recorded.
    pub fn recorded(mut self, log: PathBuf, around: Vec<(OsString, OsString)>) -> Self {
        (self.log, self.around) = (Some(log), around);
        self
    }

    /// Every process kills itself after some change of its own, as the rig put into `around`.
    pub fn mortal(mut self, around: Vec<(OsString, OsString)>) -> Self {
        self.around = around;
        self.mortal.store(true, Ordering::SeqCst);
        self
    }

    /// Whether there is nothing more to do: killed, or as long as the scenario lasts.
    pub fn is_over(&self) -> bool {
        self.killed() || self.began.elapsed() > self.lasts
    }

    pub fn killed(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    /// Ends every process of it, now.
    pub fn kill(&self) {
        let all = self.processes.lock().unwrap();
        self.over.store(true, Ordering::SeqCst);
        self.mortal.store(true, Ordering::SeqCst);
        for process in all.iter() {
            process.lock().unwrap().kill().unwrap();
        }
    }

    fn is_mortal(&self) -> bool {
        self.mortal.load(Ordering::SeqCst)
    }

    fn born(&self, process: &Process) {
        let mut all = self.processes.lock().unwrap();
        if self.killed() {
            process.lock().unwrap().kill().unwrap();
        }
        all.push(process.clone());
    }

    /// Starts the server. None: it was killed while it started.
    pub fn serve(&self) -> Option<Started> {
        let mut command = inkstone(&self.folder, &["serve", "--no-browser", "--port", "0"]);
        command.envs(self.around.iter().cloned());
        match Started::of(&mut command, |process| self.born(process)) {
            Ok(started) => Some(started),
            Err(_) if self.is_mortal() => {
                self.kill();
                None
            }
            Err(said) => panic!("it did not start: {said}"),
        }
    }

    /// Runs another command of the product to its end; what it said, where it was not killed.
    pub fn command(&self, words: &[&str]) -> Option<String> {
        let mut command = inkstone(&self.folder, words);
        command.envs(self.around.iter().cloned());
        let file = self.folder.0.with_extension("said");
        let out = std::fs::File::create(&file).unwrap();
        let both = command.stderr(out.try_clone().unwrap()).stdout(out);
        let child = both.stdin(Stdio::null()).spawn().unwrap();
        let process: Process = Arc::new(Mutex::new(child));
        self.born(&process);
        let end = loop {
            if let Some(end) = process.lock().unwrap().try_wait().unwrap() {
                break end;
            }
            if self.is_over() {
                self.kill();
            }
            thread::sleep(Duration::from_millis(2));
        };
        let said = std::fs::read_to_string(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        let whole = end.success() || self.is_mortal();
        assert!(whole, "{words:?}: {said}");
        if !end.success() {
            self.kill();
        }
        end.success().then_some(said)
    }

    /// Milliseconds since it began: the place in a run without a log.
    pub fn age(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap()
    }

    /// The present place in the log, or the age where there is none.
    fn place(&self) -> u64 {
        self.log.as_ref().map_or_else(
            || self.age(),
            |log| std::fs::metadata(log).map_or(0, |found| found.len()),
        )
    }

    /// The client was told that this is saved.
    pub fn ack(&self, fact: Fact) {
        let at = self.place();
        self.ledger.lock().unwrap().ack(at, fact);
    }

    /// What the scenario is about happens now: the power is cut about here, and a process that is to be killed
    /// anyway dies at once.
    pub fn mark(&self) {
        self.marks.lock().unwrap().push(self.place());
        if self.hasty {
            self.kill();
        }
    }

    pub fn marks(&self) -> Vec<u64> {
        self.marks.lock().unwrap().clone()
    }

    /// Has every process killed at the first mark.
    pub fn hasty(mut self) -> Self {
        self.hasty = true;
        self
    }

    /// Somebody at work at this server; ends quietly where the server is killed.
    pub fn works(&self, server: SocketAddr, name: &str, work: impl FnOnce(&mut Http)) {
        let known = self.people.iter().find(|(n, _)| n == name);
        let mut http = known.map_or_else(|| Http::to(server), |(_, http)| seat(http, server));
        may_vanish(self.mortal.clone());
        let ended = catch_unwind(AssertUnwindSafe(|| work(&mut http)));
        match ended {
            Ok(()) => {}
            Err(why) if why.is::<Gone>() => self.kill(),
            Err(why) => resume_unwind(why),
        }
    }

    /// The folder and all that was acknowledged.
    pub fn end(self) -> (Folder, Ledger) {
        (self.folder, self.ledger.into_inner().unwrap())
    }
}

/// The same log-in on another connection.
fn seat(http: &Http, server: SocketAddr) -> Http {
    let mut address = server;
    address.set_ip(http.address.ip());
    Http {
        tls: None,
        address,
        cookies: http.cookies.clone(),
    }
}
