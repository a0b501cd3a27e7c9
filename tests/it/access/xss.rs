//! S15: markup in everything people type. It is shown as it was typed, on every page that shows it, and
//! a real browser that opens those pages runs none of it.

use super::crawl::{is_html, page_forms, plain, strange, walk};
use super::csrf::token;
use super::office::{HERE, Office, TARGET};
use super::payloads::MARKUP;
use crate::support::browser::Browser;
use crate::support::http::{Http, Part, Request};
use crate::support::town::says;
use inkstone::engine::definition::MoveId;
use inkstone::kit::Id;
use std::collections::BTreeMap;

/// Payloads that stand on pages as one text: each must come back whole.
fn planted(n: usize) -> String {
    format!("槐{n:02}{}", MARKUP[n])
}

/// Cases with payloads in title, opinion, note and file names; phrases; posts and departments.
fn plant(office: &Office) -> Vec<Id> {
    let mut clerk = office.lan("宋小笺");
    let csrf = token(&clerk.get("/me"));
    let mut cases = Vec::new();
    for (n, payload) in MARKUP.iter().enumerate() {
        let title = planted(n);
        let case = office
            .town
            .register("incoming-handle", &title)
            .unwrap()
            .case;
        // An act takes a quarter of an hour; the clerk must not sit past the end of a session.
        if n % 12 == 0 {
            office
                .town
                .act("宋小笺", case, MoveId::Submit, says(&title))
                .unwrap();
            let mut back = says("");
            back.note = title.clone();
            back.choice = "propose".into();
            let _ = office.town.act("纪文澜", case, MoveId::Return, back);
        }
        super::leaks::attach(office, case, &format!("{title}.txt"));
        cases.push(case);
        if n < 12 {
            let added = clerk.post(
                "/me/phrases",
                &[("_csrf", csrf.as_str()), ("phrase", payload)],
            );
            assert!(matches!(added.status, 303 | 422), "{}", added.status);
        }
    }
    upload(&mut clerk, &csrf);
    office.drain();
    cases
}

/// File names as a browser sends them.
fn upload(clerk: &mut Http, csrf: &str) {
    for payload in MARKUP.iter().filter(|p| !p.contains(['"', '\\', '\r'])) {
        let name = format!("{payload}.txt");
        let parts = [
            Part {
                name: "_csrf",
                file: None,
                bytes: csrf.as_bytes(),
            },
            Part {
                name: "do",
                file: None,
                bytes: b"submit/propose",
            },
            Part {
                name: "f.attachments",
                file: Some((&name, "text/plain")),
                bytes: "内容".as_bytes(),
            },
        ];
        let reply = clerk.send(&Request::new("POST", "/start/incoming-handle").multipart(&parts));
        assert_eq!(
            reply.status, 422,
            "no title: the page comes back with the file kept"
        );
        assert_eq!(strange(&reply.text()), Vec::<String>::new(), "{payload}");
    }
}

/// Names of the organisation: refused, or kept as typed.
fn plant_names(office: &Office) -> usize {
    let mut admin = office.here("管事成");
    let person = office.town.person(TARGET);
    let directory = office.town.directory();
    let post = directory.main_post(person).unwrap();
    let pages = [
        format!("/admin/people/{person}/edit"),
        format!("/admin/org/post/{}", post.id),
        format!("/admin/org/dept/{}/edit", post.department),
        format!("/admin/org/organ/{}", directory.first_organ().unwrap().id),
        "/admin/people/new".into(),
    ];
    let mut kept = 0;
    for page in &pages {
        for payload in MARKUP.iter().step_by(5) {
            let form = page_forms(&mut admin, page)
                .into_iter()
                .find(|f| f.posts && f.fields.iter().any(|(n, _)| n == "name"));
            let form = form.unwrap_or_else(|| panic!("{page} has no form with a name"));
            let mut fields = form.fields.clone();
            fields.retain(|(n, _)| n != "name" && n != "short_name");
            fields.extend([
                ("name".into(), (*payload).into()),
                ("short_name".into(), (*payload).into()),
            ]);
            let fields: Vec<(&str, &str)> = fields
                .iter()
                .map(|(n, v)| (n.as_str(), v.as_str()))
                .collect();
            let reply = admin.post(&form.action, &fields);
            assert!(
                matches!(reply.status, 303 | 422 | 409),
                "{page} {payload}: {}",
                reply.status
            );
            assert_eq!(strange(&reply.text()), Vec::<String>::new(), "{page}");
            if reply.status == 422 {
                assert!(
                    plain(&reply.text()).contains(payload),
                    "typed text comes back: {page} {payload}"
                );
            }
            kept += usize::from(reply.status == 303);
        }
    }
    kept
}

#[test]
fn s15_what_people_type_is_shown_as_typed() {
    let office = Office::new("xss");
    let cases = plant(&office);
    plant_names(&office);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (name, ip) in [
        ("宋小笺", super::office::LAN),
        ("纪文澜", super::office::LAN),
        ("管事成", HERE),
    ] {
        let mut http = office.enter(name, ip);
        let mut pages: BTreeMap<String, String> = BTreeMap::new();
        if name == "管事成" {
            for (at, reply) in walk(&mut http)
                .pages
                .into_iter()
                .filter(|(_, r)| is_html(r))
            {
                pages.insert(at, reply.text());
            }
        } else {
            let lists = [
                "/todo",
                "/doing",
                "/done",
                "/register/incoming",
                "/register/incoming?page=2",
                "/register/incoming?q=%3Cscript",
                "/me",
                "/people",
            ];
            let ends = ["", "/ledger", "/print/handling", "/print/circulation"];
            let own = cases
                .iter()
                .flat_map(|c| ends.map(|e| format!("/case/{c}{e}")));
            for at in lists.map(str::to_owned).into_iter().chain(own) {
                let reply = http.get(&at);
                pages.insert(at, reply.text());
            }
        }
        for (at, text) in pages {
            assert_eq!(strange(&text), Vec::<String>::new(), "{name} {at}");
            let read = plain(&text);
            for (n, payload) in MARKUP.iter().enumerate() {
                let typed = planted(n);
                if payload.contains('<') {
                    assert!(!text.contains(payload), "{name} {at}: {} as it is", payload);
                }
                *seen.entry(typed.clone()).or_default() += usize::from(read.contains(&typed));
            }
        }
    }
    let unseen: Vec<&String> = seen
        .iter()
        .filter(|(_, n)| **n < 2)
        .map(|(t, _)| t)
        .collect();
    assert!(unseen.is_empty(), "not shown as typed: {unseen:#?}");
    assert_eq!(office.state.faults(), 0);
}

#[test]
fn s15_excel_and_pasted_people() {
    let office = Office::new("xss-import");
    let mut admin = office.here("管事成");
    let page = "/admin/people/import";
    let csrf = token(&admin.get(page));
    let organ = office
        .town
        .directory()
        .first_organ()
        .unwrap()
        .id
        .to_string();
    let mut sheet = String::from("姓名\t手机\t部门\t岗位\n");
    for payload in MARKUP.iter().filter(|p| !p.contains(['\t', '\n'])) {
        sheet.push_str(&format!("{payload}\t{payload}\t{payload}\t{payload}\n"));
    }
    let parts = [
        Part {
            name: "_csrf",
            file: None,
            bytes: csrf.as_bytes(),
        },
        Part {
            name: "organ",
            file: None,
            bytes: organ.as_bytes(),
        },
        Part {
            name: "pasted",
            file: None,
            bytes: sheet.as_bytes(),
        },
    ];
    let reply = admin.send(&Request::new("POST", "/admin/people/import/check").multipart(&parts));
    assert!(matches!(reply.status, 200 | 422), "{}", reply.status);
    let text = reply.text();
    assert_eq!(strange(&text), Vec::<String>::new());
    assert!(text.contains("&lt;script&gt;alert(1)"), "it is shown");
    assert!(
        MARKUP
            .iter()
            .filter(|p| p.starts_with('<'))
            .all(|p| !text.contains(*p))
    );
    assert_eq!(office.state.faults(), 0);
}

#[test]
fn s15_s47_a_browser_runs_none_of_it() {
    let office = Office::new("xss-browser");
    let port = office.running.addresses()[0].port();
    let at = std::net::SocketAddr::from((super::office::LAN, port));
    let Some(mut clerk) = Browser::open(at) else {
        return;
    };
    let cases = plant(&office);
    clerk.goto("/login");
    clerk.fill("姓名、手机号或工号", "宋小笺");
    clerk.fill("密码", super::office::SENTENCE);
    clerk.press("登录");
    clerk.wait_for("待办");
    let mut pages = vec![
        "/todo".to_owned(),
        "/doing".into(),
        "/register/incoming".into(),
        "/me".into(),
        "/people".into(),
        "/start/incoming-handle".into(),
    ];
    pages.extend(cases.iter().step_by(3).map(|c| format!("/case/{c}")));
    pages.extend(cases.iter().step_by(12).flat_map(|c| {
        [
            format!("/case/{c}/ledger"),
            format!("/case/{c}/print/handling"),
        ]
    }));
    for page in pages {
        clerk.goto(&page);
        // an open dialog would make this an error of the driver
        let title = clerk.script("return document.title");
        assert!(title.is_string(), "{page}: {title}");
        let complaints = clerk.complaints();
        assert!(complaints.is_empty(), "{page}: {complaints:?}");
    }
}
