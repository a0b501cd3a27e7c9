//! Sixty-four clients who all register at once through real sockets: every one is answered, no number is
//! given twice and none is missing, in what they were told, in the register and on disk.
//! `tests/long crowd` registers 10,000.

use crate::support::files::list;
use crate::support::http::Http;
use crate::support::long;
use crate::support::office::Office;
use inkstone::store::verify::verify;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

const CLIENTS: usize = 64;

/// The running number in what the clerk was told: 收文〔2026〕186号.
fn told(answer: &crate::support::reply::Reply) -> u32 {
    let said = answer.all("Set-Cookie");
    let said = said.iter().find(|c| c.starts_with("ink_said=")).unwrap();
    let after = said.split("%E3%80%95").nth(1).unwrap();
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

fn register(clerk: &mut Http, csrf: &str, n: usize) -> u32 {
    let (title, op) = (format!("关于第{n}件事的通知"), format!("crowd-{n}"));
    let number = format!("墨政发〔2026〕{n}号");
    let fields = [
        ("_csrf", csrf),
        ("_op", &op),
        ("do", "submit/propose"),
        ("f.title", &title),
        ("f.from", "墨川县人民政府"),
        ("f.from_number", &number),
        ("f.received_on", "2026-03-09"),
    ];
    let answer = clerk.post("/start/incoming-handle", &fields);
    assert_eq!(answer.status, 303, "{}", answer.text());
    told(&answer)
}

/// The clerk at one more PC: the same log-in, another connection.
fn seat(clerk: &Http) -> Http {
    Http {
        tls: None,
        address: clerk.address,
        cookies: clerk.cookies.clone(),
    }
}

fn all_at_once(office: &Office, cases: usize) -> Vec<u32> {
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let csrf = clerk.get("/me").hidden("/logout").remove(0).1;
    let (next, gate) = (AtomicUsize::new(0), Barrier::new(CLIENTS));
    let mut numbers: Vec<u32> = thread::scope(|s| {
        let work = || {
            let mut clerk = seat(&clerk);
            gate.wait();
            let mut mine = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= cases {
                    return mine;
                }
                mine.push(register(&mut clerk, &csrf, n));
            }
        };
        let all: Vec<_> = (0..CLIENTS).map(|_| s.spawn(work)).collect();
        all.into_iter().flat_map(|c| c.join().unwrap()).collect()
    });
    numbers.sort_unstable();
    numbers
}

#[test]
fn sixty_four_clients_get_every_number_once() {
    let cases = long::rounds("crowd", 640, 10_000);
    let office = Office::new("crowd");
    let numbers = all_at_once(&office, cases);
    let wanted: Vec<u32> = (1..=u32::try_from(cases).unwrap()).collect();
    assert!(numbers == wanted, "told: {} numbers", numbers.len());
    assert_eq!(office.state.faults(), 0);

    assert!(office.state.store.drain(Duration::from_secs(60)));
    let dir = office.town.folder.dir();
    let written: Vec<String> = list(
        &dir.index(),
        "SELECT number FROM case_list WHERE number LIKE '收文%'",
    );
    assert_eq!(written.len(), cases);
    let bound: i64 = list(
        &dir.hub(),
        "SELECT count(*) FROM claim WHERE kind = 'series' AND state = 'bound'",
    )[0];
    assert_eq!(usize::try_from(bound).unwrap(), cases);
    let findings = verify(&dir).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}
