//! How long from starting the program to its first answer with twelve years of volumes, what it
//! holds in memory when nobody does anything, and how large the one file is. Times the program as
//! an office starts it: `inkstone serve` in a process of its own.

use super::folder::{Folder, megabytes};
use super::process;
use super::report::{Figure, Report};
use super::wire::Wire;
use crate::kit::{Clock, Error, Result};
use crate::store::placement::{Policy, Rule};
use crate::store::{DataDir, Store};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Goals of the contract.
const FIRST_ANSWER_S: f64 = 0.2;
const IDLE_MB: f64 = 40.0;
const BINARY_MB: f64 = 25.0;
/// Working years, a volume each.
const YEARS: std::ops::RangeInclusive<i16> = 2015..=2026;
/// Starts measured; the middle one counts, because a first start also reads the program from disk.
const STARTS: usize = 5;
/// Longer than this is no start.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(1);
/// After the first answer, before memory is read.
const SETTLE: Duration = Duration::from_secs(3);

/// Measures the three.
pub(super) fn measure(report: &mut Report<'_>) -> Result<()> {
    let folder = Folder::make("start")?;
    let dir = folder.data()?;
    prepare(&dir)?;
    let mut seconds = Vec::new();
    let mut idle = None;
    for n in 0..STARTS {
        let (server, took) = Server::start(&dir)?;
        seconds.push(took.as_secs_f64());
        if n + 1 == STARTS {
            std::thread::sleep(SETTLE);
            idle = process::resident_mb(server.child.id());
        }
        drop(server);
    }
    seconds.sort_by(f64::total_cmp);
    let middle = seconds.get(STARTS / 2).copied().unwrap_or(f64::NAN);
    report.add(
        Figure::new("first_answer_vs_goal", middle, "s")
            .against(FIRST_ANSWER_S, 1.0)
            .low()
            .counted(STARTS as u64),
    )?;
    match idle {
        Some(mb) => report.add(
            Figure::new("idle_memory_vs_goal", mb, "MB")
                .against(IDLE_MB, 1.0)
                .low()
                .counted(1),
        )?,
        None => report.remark("这台机器不告诉程序占多少内存，没有测")?,
    }
    let program = megabytes(&std::env::current_exe()?)?;
    report.add(
        Figure::new("binary_vs_goal", program, "MB")
            .against(BINARY_MB, 1.0)
            .low()
            .counted(1),
    )?;
    folder.verify(report)
}

/// A volume for each of twelve years.
fn prepare(dir: &DataDir) -> Result<()> {
    let store = Store::open(dir, Clock::System, Vec::new())?;
    let rule = Rule {
        common: Policy {
            exclusive: false,
            yearly: true,
        },
        ..Rule::default()
    };
    store.place_by(&rule)?;
    for year in YEARS {
        store.shelf_for(1, year)?;
    }
    store.checkpoint();
    Ok(())
}

/// A server process, ended with its value.
pub(super) struct Server {
    child: Child,
}

impl Server {
    /// Starts it on a free port and waits for its first answer, whatever that says.
    pub(super) fn start(dir: &DataDir) -> Result<(Self, Duration)> {
        let port = free_port()?;
        let began = Instant::now();
        let child = Command::new(std::env::current_exe()?)
            .args([
                "serve",
                "--no-browser",
                "--port",
                &port.to_string(),
                "--data",
            ])
            .arg(dir.root())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut server = Self { child };
        let address = format!("127.0.0.1:{port}");
        let hello = format!("GET / HTTP/1.1\r\nHost: {address}\r\n\r\n");
        while began.elapsed() < PATIENCE {
            if Wire::connect(&address)
                .and_then(|mut w| w.ask(hello.as_bytes()))
                .is_ok_and(|status| status < 500)
            {
                return Ok((server, began.elapsed()));
            }
            if let Some(status) = server.child.try_wait()? {
                return Err(Error::fault(format!(
                    "the server ended with {status} before its first answer"
                )));
            }
            std::thread::sleep(LOOK_EVERY);
        }
        Err(Error::fault("the server did not answer"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A hard end on purpose: a start after a power cut has to be as quick.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port nobody listens on just now.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_volume_a_year() {
        let folder = Folder::make("years").unwrap();
        let dir = folder.data().unwrap();
        prepare(&dir).unwrap();
        for no in 1..=12 {
            assert!(dir.volume(no).exists(), "{no}");
        }
        let mut out = Vec::new();
        let mut report = Report::start(&mut out, false).unwrap();
        folder.verify(&mut report).unwrap();
        assert!(
            report.unsoundness().is_empty(),
            "{:?}",
            report.unsoundness()
        );
    }
}
