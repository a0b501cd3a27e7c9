//! What the load generator shall send, and what it found: the two JSON texts that pass between
//! `bench` and its generator process. A request is a shape with slots: `@0@`, `@1@` … take the
//! values of a row, `@T@` takes a token no other request of the plan has.

use crate::kit::{Error, Result};
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Where the request's own token goes.
pub const TOKEN: &str = "@T@";
/// Tokens have one length, so that a request is built once and only patched.
pub const TOKEN_LEN: usize = 14;
/// Letters of [`Plan::run`].
const RUN_LEN: usize = 4;

/// One kind of request.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Shape {
    /// `GET` or `POST`.
    pub method: String,
    /// Path with query.
    pub path: String,
    /// Further header lines, as `Cookie: …`.
    pub headers: Vec<String>,
    /// Form fields, already encoded; empty for `GET`.
    pub body: String,
    /// The status that is right.
    pub status: u16,
    /// What the right answer contains, in its head or body.
    pub expect: String,
    /// What it contains as well; empty where one thing is enough.
    #[serde(default)]
    pub also: String,
}

impl Shape {
    /// A page asked for.
    pub fn get(path: impl Into<String>, expect: impl Into<String>) -> Self {
        Self {
            method: "GET".into(),
            path: path.into(),
            status: 200,
            expect: expect.into(),
            ..Self::default()
        }
    }

    /// A form sent.
    pub fn post(
        path: impl Into<String>,
        fields: &[(&str, &str)],
        expect: impl Into<String>,
    ) -> Self {
        Self {
            method: "POST".into(),
            path: path.into(),
            body: form(fields),
            status: 200,
            expect: expect.into(),
            ..Self::default()
        }
    }

    /// With one more header line.
    #[must_use]
    pub fn header(mut self, line: impl Into<String>) -> Self {
        self.headers.push(line.into());
        self
    }

    /// Where the right answer contains a second thing too.
    #[must_use]
    pub fn also(mut self, expect: impl Into<String>) -> Self {
        self.also = expect.into();
        self
    }

    /// Where another status than 200 is right.
    #[must_use]
    pub const fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }
}

/// One request: a shape and the values of its slots.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    /// Index into [`Plan::shapes`].
    pub shape: usize,
    /// For `@0@`, `@1@` …
    pub values: Vec<String>,
}

/// What one connection sends, one after the other.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Lane {
    /// Its requests in order.
    pub rows: Vec<Row>,
    /// Each row once; the first lane to run out ends the measurement. Otherwise round and round.
    pub once: bool,
    /// One request each so many milliseconds, whether or not the last one was quick: how long it took counts from when
    /// it was due. 0: the next one when the last one is answered.
    #[serde(default)]
    pub every_ms: f64,
}

/// A whole load.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plan {
    /// `ip:port`.
    pub address: String,
    /// Four letters or digits that keep this plan's tokens apart from other plans'.
    pub run: String,
    /// Not counted.
    pub warm_s: f64,
    /// Counted.
    pub seconds: f64,
    /// Kinds of requests.
    pub shapes: Vec<Shape>,
    /// One connection each.
    pub lanes: Vec<Lane>,
}

impl Plan {
    /// `connections` lanes going round the same rows, each beginning at another place.
    pub fn round(
        address: &str,
        run: &str,
        connections: usize,
        shapes: Vec<Shape>,
        rows: &[Row],
    ) -> Self {
        let lanes = (0..connections)
            .map(|lane| {
                let mut rows = rows.to_vec();
                if !rows.is_empty() {
                    let by = lane * rows.len() / connections.max(1);
                    rows.rotate_left(by);
                }
                Lane {
                    rows,
                    ..Lane::default()
                }
            })
            .collect();
        Self {
            address: address.into(),
            run: run.into(),
            warm_s: 0.3,
            seconds: 2.0,
            shapes,
            lanes,
        }
    }

    /// So many requests a second, all lanes together; they take turns.
    #[must_use]
    pub fn at_rate(mut self, each_second: f64) -> Self {
        let every_ms = 1_000.0 * self.lanes.len() as f64 / each_second;
        self.lanes.iter_mut().for_each(|l| l.every_ms = every_ms);
        self
    }

    /// Runs the plan in a generator process of its own, so that what the generator costs is not
    /// counted to the server's process and a full generator shows in its CPU time.
    pub fn play(&self) -> Result<Loaded> {
        self.check()?;
        let mut child = Command::new(std::env::current_exe()?)
            .args(["load", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let sent = child.stdin.take().map_or(Ok(()), |mut pipe| {
            pipe.write_all(&serde_json::to_vec(self)?)
                .map_err(Error::from)
        });
        let done = child.wait_with_output()?;
        if !done.status.success() {
            return Err(Error::fault(format!(
                "the load generator ended with {}",
                done.status
            )));
        }
        sent?;
        Ok(serde_json::from_slice(&done.stdout)?)
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.run.len() != RUN_LEN || !self.run.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(Error::fault("a plan's run is four letters or digits"));
        }
        if self.lanes.is_empty() || self.lanes.iter().any(|l| l.rows.is_empty()) {
            return Err(Error::fault("a plan without requests"));
        }
        Ok(())
    }

    /// The token of a lane's n-th request.
    #[must_use]
    pub fn token(&self, lane: usize, n: u64) -> String {
        format!("{}{lane:03}{:07}", self.run, n % 10_000_000)
    }
}

/// What the generator found.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Loaded {
    /// Right answers within the counted time.
    pub n: u64,
    /// The same a second.
    pub rate: f64,
    /// Latencies of those.
    pub p50_ms: f64,
    /// 95 of 100.
    #[serde(default)]
    pub p95_ms: f64,
    /// 99 of 100.
    pub p99_ms: f64,
    /// The slowest.
    pub max_ms: f64,
    /// Answers, of the whole run, that were not right; a broken connection is one.
    pub wrong: u64,
    /// The beginning of the first wrong answer.
    pub first_wrong: Option<String>,
    /// The counted time.
    pub seconds: f64,
    /// Processor seconds of the generator, where the system tells.
    pub cpu_s: Option<f64>,
    /// Requests a lane sent in all; with [`Plan::token`] the tokens that must now be stored.
    pub sent: Vec<u64>,
}

/// Fields as a form sends them.
#[must_use]
pub fn form(fields: &[(&str, &str)]) -> String {
    let mut out = String::new();
    for (name, value) in fields {
        if !out.is_empty() {
            out.push('&');
        }
        encode(name, &mut out);
        out.push('=');
        encode(value, &mut out);
    }
    out
}

fn encode(text: &str, out: &mut String) {
    use std::fmt::Write as _;
    for b in text.bytes() {
        match b {
            // `@` stays: it marks the slots.
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'@' => {
                out.push(char::from(b));
            }
            b' ' => out.push('+'),
            _ => {
                let _ = write!(out, "%{b:02X}");
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn plan(connections: usize) -> Plan {
        let rows: Vec<Row> = (0..8)
            .map(|n| Row {
                shape: 0,
                values: vec![n.to_string()],
            })
            .collect();
        Plan::round(
            "127.0.0.1:1",
            "ab01",
            connections,
            vec![Shape::get("/@0@", "@0@")],
            &rows,
        )
    }

    #[test]
    fn lanes_begin_apart() {
        let plan = plan(4);
        let first: Vec<&str> = plan
            .lanes
            .iter()
            .map(|l| l.rows.first().unwrap().values.first().unwrap().as_str())
            .collect();
        assert_eq!(first, ["0", "2", "4", "6"]);
    }

    #[test]
    fn tokens_have_one_length() {
        let plan = plan(1);
        for (lane, n) in [(0, 0), (63, 9_999_999), (7, 123)] {
            assert_eq!(plan.token(lane, n).len(), TOKEN_LEN);
        }
        assert!(plan.check().is_ok());
        assert!(
            Plan {
                run: "x".into(),
                ..plan.clone()
            }
            .check()
            .is_err()
        );
        assert!(
            Plan {
                lanes: vec![],
                ..plan
            }
            .check()
            .is_err()
        );
    }

    #[test]
    fn chinese_travels_in_a_form() {
        assert_eq!(
            form(&[("title", "关于 @T@"), ("a", "1&2")]),
            "title=%E5%85%B3%E4%BA%8E+@T@&a=1%262"
        );
    }
}
