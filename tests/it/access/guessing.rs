//! S28, S29 through the log-in page: guessing gets five tries and learns nothing, and locks nobody out
//! of their own browser.

use super::csrf::token;
use super::office::{LAN, Office, SENTENCE};

#[test]
fn s28_guessing_gets_five_tries_and_learns_nothing() {
    let office = Office::new("guess");
    let mut said = Vec::new();
    for name in ["纪文澜", "查无此人"] {
        let mut thief = office.visitor(LAN);
        let csrf = token(&thief.get("/login"));
        let mut statuses = Vec::new();
        let mut pages = Vec::new();
        for n in 0..8 {
            let password = format!("guess-{n}");
            let fields = [
                ("_csrf", csrf.as_str()),
                ("name", name),
                ("password", password.as_str()),
            ];
            let reply = thief.post("/login", &fields);
            statuses.push(reply.status);
            pages.push(reply.text().replace(name, "某人"));
        }
        assert_eq!(statuses, [422; 8]);
        assert!(
            pages[3].contains("姓名或密码不对") && pages[7].contains("连续输错"),
            "{}",
            pages[7]
        );
        said.push((csrf, pages));
    }
    let (first, second) = (&said[0], &said[1]);
    for (a, b) in first.1.iter().zip(&second.1) {
        assert_eq!(a.replace(&first.0, ""), b.replace(&second.0, ""));
    }
    let mut owner = office.visitor(LAN);
    let locked = office.log_in(&mut owner, "纪文澜", SENTENCE);
    assert!(
        locked.status == 422 && locked.text().contains("连续输错"),
        "the right one too"
    );
    assert_eq!(
        office
            .log_in(&mut office.visitor([127, 0, 0, 3]), "宋小笺", SENTENCE)
            .status,
        303,
        "others enter"
    );
    office.town.clock.advance(11 * 60_000);
    assert_eq!(office.log_in(&mut owner, "纪文澜", SENTENCE).status, 303);
}

#[test]
fn s29_who_is_locked_out_by_others_still_gets_in() {
    let office = Office::new("dos");
    let mut known = office.visitor(LAN);
    assert_eq!(office.log_in(&mut known, "江若川", SENTENCE).status, 303);
    let csrf = token(&known.get("/me"));
    known.post("/logout", &[("_csrf", csrf.as_str())]);
    let mut thief = office.visitor([127, 0, 0, 4]);
    for _ in 0..6 {
        office.log_in(&mut thief, "江若川", "guess");
    }
    let mut strange = office.visitor([127, 0, 0, 5]);
    assert_eq!(
        office.log_in(&mut strange, "江若川", SENTENCE).status,
        422,
        "the set-up: locked"
    );
    assert_eq!(
        office.log_in(&mut known, "江若川", SENTENCE).status,
        303,
        "from a known browser"
    );
    let mayor = office.town.person("江若川");
    let mut admin = office.here("卫安宁");
    let page = admin.get(&format!("/admin/people/{mayor}")).text();
    assert!(page.contains("连续输错密码"), "the administrator sees it");
    let csrf = token(&admin.get("/me"));
    let at = format!("/admin/people/{mayor}/unlock");
    assert_eq!(admin.post(&at, &[("_csrf", csrf.as_str())]).status, 303);
    assert_eq!(
        office.log_in(&mut strange, "江若川", SENTENCE).status,
        303,
        "unlocked"
    );
}
