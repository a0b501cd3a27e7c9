//! A real SMTP server (the Python package aiosmtpd, put into a venv by `tests/run setup`), commanded by
//! the test through `smtp.py`, and certificates of a private authority made on the spot by openssl.
//! Where either is missing the test is left out by the name `smtp`.

use super::skip::skip;
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// How the line is protected, and who may come in.
#[derive(Default)]
pub struct Door<'a> {
    /// none, starttls, implicit
    pub tls: &'a str,
    /// Name and password; empty asks nobody.
    pub login: (&'a str, &'a str),
}

/// The server.
pub struct Smtp {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    pub port: u16,
    folder: PathBuf,
    order: Value,
}

fn python() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let found = ["bin/python", "Scripts/python.exe"].map(|p| target.join("smtp-venv").join(p));
    found.into_iter().find(|p| p.exists())
}

impl Smtp {
    /// Starts one on a free port of this PC; `None` where it cannot be had, which is a named skip.
    pub fn start(door: &Door<'_>) -> Option<Self> {
        let Some(python) = python() else {
            skip(
                "smtp",
                "no aiosmtpd: tests/run setup puts it into target/smtp-venv",
            );
            return None;
        };
        let folder = super::town::Folder::new("smtp").0.clone();
        fs::create_dir_all(&folder).unwrap();
        if door.tls != "none" && !door.tls.is_empty() && !certificates(&folder) {
            skip("smtp", "no openssl to make certificates with");
            return None;
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/support/smtp.py");
        let mut child = Command::new(python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut smtp = Self {
            orders: child.stdin.take().unwrap(),
            answers: BufReader::new(child.stdout.take().unwrap()),
            child,
            port: 0,
            order: json!({
                "do": "start", "port": 0, "tls": if door.tls.is_empty() { "none" } else { door.tls },
                "cert": folder.join("cert.pem"), "key": folder.join("key.pem"),
                "login": door.login.0, "password": door.login.1,
            }),
            folder,
        };
        smtp.open();
        Some(smtp)
    }

    fn tell(&mut self, order: &Value) -> Value {
        writeln!(self.orders, "{order}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "smtp.py ended at {order}");
        serde_json::from_str(&line).unwrap()
    }

    /// Listens (again, on the same port).
    pub fn open(&mut self) {
        let order = self.order.clone();
        let port = self.tell(&order)["port"].as_u64().unwrap();
        self.port = u16::try_from(port).unwrap();
        self.order["port"] = json!(port);
    }

    /// Refuses connections.
    pub fn close(&mut self) {
        self.tell(&json!({"do": "stop"}));
    }

    /// How it behaves from now on: accept, later, refuse, drop, bad_sender.
    pub fn mood(&mut self, mood: &str) {
        self.tell(&json!({"do": "mood", "mood": mood}));
    }

    /// The same towards one mailbox: refuse_to, later_to.
    pub fn mood_to(&mut self, mood: &str, victim: &str) {
        self.tell(&json!({"do": "mood", "mood": mood, "victim": victim}));
    }

    /// Everything it took.
    pub fn mails(&mut self) -> Vec<Mail> {
        let all = self.tell(&json!({"do": "mails"}));
        serde_json::from_value(all["mails"].clone()).unwrap()
    }

    /// How often somebody began to send.
    pub fn tries(&mut self) -> u64 {
        self.tell(&json!({"do": "mails"}))["tries"]
            .as_u64()
            .unwrap()
    }

    /// The authority's certificate.
    pub fn authority(&self) -> String {
        fs::read_to_string(self.folder.join("ca.pem")).unwrap()
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A mail the server took, decoded by Python's own `email`.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct Mail {
    pub from: String,
    pub from_name: String,
    pub to: Vec<String>,
    pub subject: String,
    pub raw_subject: String,
    pub message_id: String,
    pub auto: String,
    pub text: String,
    pub html: String,
    pub logged_in: bool,
    pub tls: bool,
}

/// An authority and a certificate of its making for 127.0.0.1.
fn certificates(folder: &Path) -> bool {
    fs::write(
        folder.join("ext"),
        "subjectAltName=IP:127.0.0.1,DNS:localhost\n",
    )
    .unwrap();
    let ec = [
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ];
    let runs: [Vec<&str>; 3] = [
        [
            &["req", "-x509"][..],
            &ec,
            &[
                "-keyout",
                "ca.key",
                "-out",
                "ca.pem",
                "-days",
                "3650",
                "-subj",
                "/CN=Test Authority",
                "-addext",
                "basicConstraints=critical,CA:TRUE",
            ],
        ]
        .concat(),
        [
            &["req"][..],
            &ec,
            &[
                "-keyout",
                "key.pem",
                "-out",
                "csr.pem",
                "-subj",
                "/CN=127.0.0.1",
            ],
        ]
        .concat(),
        vec![
            "x509",
            "-req",
            "-in",
            "csr.pem",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-out",
            "cert.pem",
            "-days",
            "3650",
            "-extfile",
            "ext",
        ],
    ];
    runs.iter().all(|args| {
        let run = Command::new("openssl")
            .args(args)
            .current_dir(folder)
            .output();
        run.is_ok_and(|out| out.status.success())
    })
}
