//! One chromedriver for the whole test run, on a port of its own choosing, shared by all journeys.
//! It is the child of a shell that reads a pipe of ours: when the tests end, however they end, the
//! pipe closes and the shell ends chromedriver. At most two browsers are open at once (two cores).

use super::skip::skip;
use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Condvar, Mutex, OnceLock},
};

const CHROMIUM: &str = "/usr/bin/chromium";
const CHROMEDRIVER: &str = "/usr/bin/chromedriver";
const OPEN_AT_ONCE: usize = 2;

static DRIVER: OnceLock<Driver> = OnceLock::new();
static OPEN: Mutex<usize> = Mutex::new(0);
static CLOSED: Condvar = Condvar::new();

struct Driver {
    address: SocketAddr,
    /// Holds the pipe open.
    _shell: Child,
}

/// The right to have one browser open; given back when dropped.
pub struct Slot(());

impl Slot {
    pub fn take() -> Self {
        let mut open = OPEN.lock().unwrap_or_else(|broken| broken.into_inner());
        while *open >= OPEN_AT_ONCE {
            open = CLOSED
                .wait(open)
                .unwrap_or_else(|broken| broken.into_inner());
        }
        *open += 1;
        Self(())
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        *OPEN.lock().unwrap_or_else(|broken| broken.into_inner()) -= 1;
        CLOSED.notify_one();
    }
}

/// Where chromedriver listens, started at the first call; without Chromium a named skip.
pub fn address() -> Option<SocketAddr> {
    for program in [
        CHROMIUM,
        CHROMEDRIVER,
        "/usr/lib/chromium/locales/zh-CN.pak",
    ] {
        if !Path::new(program).exists() {
            skip(
                "browser",
                &format!("{program} is missing; run tests/run setup"),
            );
            return None;
        }
    }
    Some(DRIVER.get_or_init(start).address)
}

pub fn chromium() -> &'static str {
    CHROMIUM
}

fn start() -> Driver {
    // port 0: the driver takes a free port itself and says which, so that nothing races for it
    let script =
        format!("{CHROMEDRIVER} --port=0 & driver=$!; cat >/dev/null; kill $driver; wait $driver");
    let mut shell = Command::new("sh")
        .args(["-c", &script])
        // a Chinese Chromium: its date fields go year, month, day, its own messages are Chinese
        .env("LANGUAGE", "zh_CN")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(shell.stdout.take().unwrap()).lines();
    let port = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| port_in(&line))
        .expect("chromedriver did not say its port");
    // whatever else it says is read and dropped, so that it never waits for us
    std::thread::spawn(move || lines.for_each(drop));
    Driver {
        address: SocketAddr::from(([127, 0, 0, 1], port)),
        _shell: shell,
    }
}

/// "ChromeDriver was started successfully on port 41234."
fn port_in(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("successfully on port ")?;
    port.trim_end_matches('.').parse().ok()
}

#[test]
fn the_port_is_read_from_what_the_driver_says() {
    assert_eq!(port_in("Starting ChromeDriver 156 on port 0"), None);
    let line = "ChromeDriver was started successfully on port 41234.";
    assert_eq!(port_in(line), Some(41234));
}
