//! S34: two at once, a hundred times. Exactly one wins, and the numbers have no hole and no double.

use super::csrf::token;
use super::office::{Office, SENTENCE};
use crate::support::http::Http;
use crate::support::reply::Reply;
use inkstone::kit::Id;
use std::collections::BTreeSet;
use std::thread;

/// Sends both when both are ready.
fn both<T: Send>(one: impl FnOnce() -> T + Send, two: impl FnOnce() -> T + Send) -> [T; 2] {
    let gate = std::sync::Barrier::new(2);
    thread::scope(|s| {
        let (a, b) = (&gate, &gate);
        let first = s.spawn(move || {
            a.wait();
            one()
        });
        let second = s.spawn(move || {
            b.wait();
            two()
        });
        [first.join().unwrap(), second.join().unwrap()]
    })
}

fn act(http: &mut Http, case: Id, csrf: &str, deed: &str) -> Reply {
    let fields = [("_csrf", csrf), ("do", deed), ("opinion", "同意。")];
    http.post(&format!("/case/{case}"), &fields)
}

#[test]
fn s34_of_two_approvals_one_counts() {
    let office = Office::new("race-act");
    let seat = || {
        let mut http = office.lan("纪文澜");
        let csrf = token(&http.get("/me"));
        (http, csrf)
    };
    let ((mut one, csrf1), (mut two, csrf2)) = (seat(), seat());
    for n in 0..100 {
        let title = format!("第{n}次赛跑");
        let case = office
            .town
            .register("incoming-handle", &title)
            .unwrap()
            .case;
        office
            .town
            .act(
                "宋小笺",
                case,
                inkstone::engine::definition::MoveId::Submit,
                crate::support::town::says("拟。"),
            )
            .unwrap();
        let replies = both(
            || act(&mut one, case, &csrf1, "submit/hand_out"),
            || act(&mut two, case, &csrf2, "submit/hand_out"),
        );
        let won = replies.iter().filter(|r| r.status == 303).count();
        assert_eq!(won, 1, "{n}: {:?}", replies.each_ref().map(|r| r.status));
        let lost = replies.iter().find(|r| r.status != 303).unwrap();
        assert!(
            matches!(lost.status, 403 | 404 | 409 | 422),
            "{}",
            lost.status
        );
        let view = office.town.open_case("纪文澜", case).unwrap();
        let acts = view.case.acts.iter().filter(|a| a.step == "review").count();
        assert_eq!(
            (acts, view.case.state.step.as_str()),
            (1, "hand_out"),
            "{n}"
        );
    }
    assert_eq!(office.state.faults(), 0);
}

fn register(http: &mut Http, csrf: &str, title: &str, op: &str) -> Reply {
    let fields = [
        ("_csrf", csrf),
        ("_op", op),
        ("do", "submit/propose"),
        ("f.title", title),
        ("f.from", "墨川县应急管理局"),
        ("f.from_number", "墨应急发〔2026〕12号"),
        ("f.same_reason", "另一份"),
        ("f.received_on", "2026-03-09"),
    ];
    http.post("/start/incoming-handle", &fields)
}

fn number(reply: &Reply) -> Option<u32> {
    let said = reply
        .all("Set-Cookie")
        .into_iter()
        .find(|c| c.starts_with("ink_said="))?;
    let digits: String = said
        .split("%E3%80%95")
        .nth(1)?
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

#[test]
fn s34_numbers_have_no_hole_and_no_double() {
    let office = Office::new("race-number");
    let mut seats: Vec<(Http, String)> = (0..4)
        .map(|_| {
            let mut http = office.lan("宋小笺");
            let csrf = token(&http.get("/me"));
            (http, csrf)
        })
        .collect();
    let taken: Vec<u32> = thread::scope(|s| {
        let runs: Vec<_> = seats
            .iter_mut()
            .enumerate()
            .map(|(who, (http, csrf))| {
                s.spawn(move || {
                    let mut taken = Vec::new();
                    for n in 0..50 {
                        // every fifth is refused after its number was reserved
                        let title = if n % 5 == 4 {
                            ""
                        } else {
                            "关于甲槐的通知"
                        };
                        let reply = register(http, csrf, title, &format!("{who}-{n}"));
                        match (reply.status, title) {
                            (422, "") => {}
                            (303, _) => taken.push(number(&reply).unwrap()),
                            (status, _) => panic!("{status}: {}", reply.text()),
                        }
                    }
                    taken
                })
            })
            .collect();
        runs.into_iter().flat_map(|r| r.join().unwrap()).collect()
    });
    let once: BTreeSet<u32> = taken.iter().copied().collect();
    assert_eq!((taken.len(), once.len()), (160, 160));
    let holes: Vec<u32> = (1..=*once.last().unwrap())
        .filter(|n| !once.contains(n))
        .collect();
    // a number given back while others waited is taken by the next
    let mut next = (1..=holes.len()).map(|n| {
        let (http, csrf) = &mut seats[0];
        number(&register(http, csrf, "补登", &format!("fill-{n}"))).unwrap()
    });
    assert!(
        holes.iter().all(|hole| next.next() == Some(*hole)),
        "{holes:?}"
    );
    assert_eq!(office.state.faults(), 0);
}

#[test]
fn s34_a_form_sent_twice_is_one_case() {
    let office = Office::new("race-double");
    let seat = || {
        let mut http = office.lan("宋小笺");
        let csrf = token(&http.get("/me"));
        (http, csrf)
    };
    let ((mut one, csrf1), (mut two, csrf2)) = (seat(), seat());
    for n in 0..50 {
        let op = format!("same-{n}");
        let replies = both(
            || register(&mut one, &csrf1, "关于甲槐的通知", &op),
            || register(&mut two, &csrf2, "关于甲槐的通知", &op),
        );
        let numbers = replies.each_ref().map(number);
        assert_eq!(
            numbers,
            [Some(n + 1), Some(n + 1)],
            "{:?}",
            replies.each_ref().map(|r| r.status)
        );
    }
}

#[test]
fn s34_a_number_is_nobody_elses_for_the_same_form_number() {
    let office = Office::new("race-op");
    let mut clerk = office.lan("宋小笺");
    let csrf = token(&clerk.get("/me"));
    assert_eq!(number(&register(&mut clerk, &csrf, "甲槐", "1")), Some(1));
    // somebody else who may register, with the clerk's form number
    office.town.settle("柳行简", "DZB", "收发文员");
    super::sessions::slip(&office, "柳行简");
    let words = super::sessions::slip(&office, "柳行简");
    let mut other = office.visitor(super::office::LAN);
    office.log_in(&mut other, "柳行简", &words);
    let set = [("password", SENTENCE), ("again", SENTENCE)];
    assert_eq!(
        other.submit("/me/password", "/me/password", &set).status,
        303
    );
    let csrf = token(&other.get("/me"));
    assert_eq!(number(&register(&mut other, &csrf, "乙柳", "1")), Some(2));
    // and without any form number, twice
    assert_eq!(number(&register(&mut other, &csrf, "丙松", "")), Some(3));
    assert_eq!(number(&register(&mut other, &csrf, "丁柏", "")), Some(4));
    assert_eq!(office.state.faults(), 0);
}

#[test]
fn s34_a_refused_twin_gives_nothing_back_that_is_used() {
    let office = Office::new("race-twin");
    let seat = || {
        let mut http = office.lan("宋小笺");
        let csrf = token(&http.get("/me"));
        (http, csrf)
    };
    let ((mut one, csrf1), (mut two, csrf2), (mut three, csrf3)) = (seat(), seat(), seat());
    let mut taken = Vec::new();
    for n in 0..60 {
        // stopped, mended and sent again from the same page, while somebody else registers too
        let op = format!("twin-{n}");
        let [_, sent] = both(
            || register(&mut one, &csrf1, "", &op),
            || register(&mut two, &csrf2, "关于甲槐的通知", &op),
        );
        let other = register(&mut three, &csrf3, "关于乙柳的通知", &format!("other-{n}"));
        for reply in [sent, other] {
            assert_eq!(reply.status, 303, "{n}: {}", reply.text());
            taken.push(number(&reply).unwrap());
        }
    }
    taken.sort_unstable();
    assert_eq!(taken, (1..=120).collect::<Vec<u32>>());
    assert_eq!(office.state.faults(), 0);
}
