//! S33: every move, by everybody, at every step of the road. Who may do what where stands in the committed
//! table `steps.txt`; all else is refused and changes nothing.

use super::csrf::token;
use super::inject::rows;
use super::office::{Office, ROLES};
use crate::support::http::Http;
use inkstone::kit::Id;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Each move with a choice it may name.
const DEEDS: &[&str] = &[
    "submit/propose",
    "submit/review",
    "submit/instruct",
    "submit/hand_out",
    "submit/finish",
    "hand_out/handle",
    "hand_out/",
    "feed_back/finish",
    "feed_back/",
    "assign/",
    "review/accept",
    "review/send_back",
    "review/settle",
    "close/archive",
    "close/",
    "archive/",
    "leave_out/",
    "read/",
    "conclude/",
    "circulate/",
    "circulate/leaders",
    "late_reader/",
    "transfer/",
    "return/",
    "return/register",
    "return/propose",
    "return/review",
    "withdraw/",
    "urge/work",
    "urge/readers",
    "recall/some",
    "recall/all",
    "end_circulation/end",
    "refuse/refuse",
    "correct/mend",
    "void/void",
    "start/",
    "submit/",
    "approve/",
    "/",
];

fn people() -> impl Iterator<Item = &'static str> {
    let out = ["must_change", "disabled"];
    ROLES
        .iter()
        .filter(move |(role, _)| !out.contains(role))
        .map(|(_, name)| *name)
}

/// Buttons of the page, as the server drew them.
fn offered(http: &mut Http, case: Id) -> BTreeSet<String> {
    let text = http.get(&format!("/case/{case}")).text();
    let buttons = text.split("name=\"do\" value=\"").skip(1);
    buttons
        .map(|b| b.split('"').next().unwrap().to_owned())
        .collect()
}

/// A case at a step, as somebody sees it before and after everything was tried.
fn at_step(office: &Office, case: Id) -> String {
    let view = office.town.open_case("宋小笺", case).unwrap();
    let state = &view.case.state;
    let open = state
        .tasks
        .iter()
        .map(|t| format!("{:?}{:?}", t.holder, t.state));
    format!(
        "{} {:?} {} {:?}",
        view.case.head.rev,
        state.state,
        state.step,
        open.collect::<Vec<_>>()
    )
}

#[test]
fn s33_only_who_has_it_moves_it() {
    let office = Office::new("steps");
    let mut seats: Vec<(&str, Http)> = people().map(|name| (name, office.lan(name))).collect();
    let mut table = String::from(
        "Buttons of a case at each step of its road, by person; who is not named has none.\n",
    );
    let mut refused = 0;
    for steps in 0..=8 {
        let case = office.case(&format!("第{steps}步的通知"), steps);
        let step = office
            .town
            .open_case("宋小笺", case)
            .unwrap()
            .case
            .state
            .step
            .clone();
        writeln!(table, "\nafter {steps} moves, at {step}").unwrap();
        let (before, counted) = (at_step(&office, case), rows(&office));
        for (name, http) in &mut seats {
            let own = offered(http, case);
            if !own.is_empty() {
                let list: Vec<&str> = own.iter().map(String::as_str).collect();
                writeln!(table, "  {name}　{}", list.join("  ")).unwrap();
            }
            refused += try_all(http, case, &own);
        }
        assert_eq!(at_step(&office, case), before, "at {step}");
        assert_eq!(rows(&office), counted, "at {step}");
    }
    assert!(refused > 2_000, "{refused}");
    assert_eq!(office.state.faults(), 0);
    super::matrix::same("steps.txt", &table);
}

fn try_all(http: &mut Http, case: Id, own: &BTreeSet<String>) -> usize {
    let csrf = token(&http.get("/me"));
    let mut tried = 0;
    for deed in DEEDS.iter().filter(|d| !own.contains(**d)) {
        let (mv, choice) = deed.split_once('/').unwrap();
        // a move with one way needs no word for it
        if choice.is_empty() && own.iter().any(|o| o.split('/').next() == Some(mv)) {
            continue;
        }
        // everybody of the office, the mayor's post, the director's department: nobody may be slipped in
        let people = format!("people.{mv}.{choice}");
        let dept = format!("dept.{mv}.{choice}");
        let note = format!("note.{mv}");
        let fields = [
            ("_csrf", csrf.as_str()),
            ("do", deed),
            ("opinion", "冒名的意见"),
            (&people, "1407374883553280"),
            (&people, "562949953421313"),
            (&dept, "1"),
            (&note, "冒名"),
            ("f.result", "已办结"),
            ("f.principal_department", "7"),
        ];
        let reply = http.post(&format!("/case/{case}"), &fields);
        assert!(
            matches!(reply.status, 403 | 404 | 409 | 422),
            "{deed}: {}",
            reply.status
        );
        tried += 1;
    }
    tried
}

#[test]
fn s33_nobody_is_slipped_in_by_an_offered_button() {
    let office = Office::new("slipped");
    let case = office.case("关于甲槐的通知", 1);
    let mut director = office.lan("纪文澜");
    let at = format!("/case/{case}");
    let csrf = token(&director.get(&at));
    let before = at_step(&office, case);
    let clerk = office.town.post("宋小笺").to_raw().to_string();
    let everyone = (5_i64 << 48).to_string();
    let person = ((1_i64 << 48) | office.town.person("江若川").0).to_string();
    for chosen in [
        &clerk,
        &everyone,
        &person,
        "0",
        "-1",
        "562949953421999",
        "x",
        "",
    ] {
        for mv in ["submit/instruct", "transfer/", "circulate/"] {
            let (id, choice) = mv.split_once('/').unwrap();
            let name = format!("people.{id}.{choice}");
            let fields = [("_csrf", csrf.as_str()), ("do", mv), (&name, chosen)];
            // the director may pass it on to her own office, and to nobody she was not offered
            if mv == "submit/instruct" || [everyone.as_str(), "0", "-1", "x", ""].contains(&chosen)
            {
                let reply = director.post(&at, &fields);
                assert!(
                    matches!(reply.status, 403 | 409 | 422),
                    "{mv} {chosen}: {}",
                    reply.status
                );
            }
        }
    }
    assert_eq!(at_step(&office, case), before);
}

#[test]
fn s33_twice_after_withdrawing_and_on_anothers_task() {
    let office = Office::new("twice");
    let case = office.case("关于甲槐的通知", 1);
    let (mut clerk, mut director) = (office.lan("宋小笺"), office.lan("纪文澜"));
    let at = format!("/case/{case}");
    let page = director.get(&at);
    let form: Vec<(String, String)> = page.hidden(&at);
    let fields = |more: &[(&'static str, &'static str)]| -> Vec<(String, String)> {
        let more = more.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        form.iter().cloned().chain(more).collect()
    };
    let send = |http: &mut Http, all: &[(String, String)]| {
        let all: Vec<(&str, &str)> = all.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        http.post(&at, &all).status
    };
    // it was opened, so it can be withdrawn only where nobody looked; here the director did
    let csrf = token(&clerk.get(&at));
    let early = clerk.post(&at, &[("_csrf", csrf.as_str()), ("do", "withdraw/")]);
    assert!(
        matches!(early.status, 303 | 409 | 403 | 422),
        "{}",
        early.status
    );
    if early.status == 303 {
        let stale = send(&mut director, &fields(&[("do", "submit/hand_out")]));
        assert!(
            matches!(stale, 403 | 404 | 409 | 422),
            "after it was withdrawn: {stale}"
        );
        return;
    }
    assert_eq!(
        send(&mut director, &fields(&[("do", "submit/hand_out")])),
        303
    );
    office.drain();
    let once = at_step(&office, case);
    // the same form again is the same deed; another form of the same page is refused
    assert_eq!(
        send(&mut director, &fields(&[("do", "submit/hand_out")])),
        303
    );
    let mut again = fields(&[("do", "submit/hand_out"), ("opinion", "再批一次")]);
    again.retain(|(n, _)| n != "_op");
    assert!(matches!(send(&mut director, &again), 403 | 404 | 409 | 422));
    assert_eq!(at_step(&office, case), once);
    // the director's task, named by the clerk
    let mut theirs = fields(&[("do", "submit/hand_out")]);
    theirs.retain(|(n, _)| n != "_op" && n != "_csrf");
    theirs.push(("_csrf".into(), csrf.clone()));
    assert!(matches!(send(&mut clerk, &theirs), 403 | 404 | 409 | 422));
    assert_eq!(at_step(&office, case), once);
}
