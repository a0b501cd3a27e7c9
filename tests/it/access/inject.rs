//! S12: SQL in every place a request has. No answer is a fault, nothing that was there is gone, and what
//! was not a form of its own changed nothing.

use super::crawl::{Form, walk};
use super::csrf::token;
use super::office::{HERE, LAN, Office, TARGET};
use super::payloads::SQL;
use crate::support::http::{Http, Request};
use rusqlite::{Connection, OpenFlags};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Tables that grow with every look.
const GROWING: &[&str] = &[
    "audit",
    "outbox",
    "session",
    "refusal",
    "alarm",
    "applied",
    "op",
    "shelf_owner",
];

/// Rows of every table of the hub and the volumes, and a sum of what an attacker would change.
pub fn rows(office: &Office) -> BTreeMap<String, i64> {
    office.drain();
    let mut all = BTreeMap::new();
    for path in databases(&office.town.folder.0) {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        if file.starts_with("index") {
            continue;
        }
        let db = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        let mut names = db
            .prepare(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
            )
            .unwrap();
        let names: Vec<String> = names
            .query_map([], |r| r.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        for table in names.iter().filter(|t| !GROWING.contains(&t.as_str())) {
            let count = format!("SELECT count(*) FROM \"{table}\"");
            let n: i64 = db.query_row(&count, [], |r| r.get(0)).unwrap();
            all.insert(format!("{file}/{table}"), n);
        }
    }
    assert!(all.len() > 20, "{all:?}");
    all
}

fn databases(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(databases(&path));
        } else if path.extension().is_some_and(|e| e == "db" || e == "vol") {
            found.push(path);
        }
    }
    found
}

const NAMES: &[&str] = &[
    "q", "year", "state", "by", "order", "page", "task", "draft", "next", "dept", "view", "post",
    "organ", "id", "sort", "size", "cols", "filter",
];

fn ask(http: &mut Http, request: &Request) {
    let reply = http.send(request);
    assert!(reply.status < 500, "{} {request:?}", reply.text());
}

#[test]
fn s12_sql_in_addresses_cookies_and_headers() {
    let office = Office::new("sql-get");
    let case = office.case("关于甲槐的通知", 1);
    let mut clerk = office.lan("宋小笺");
    let mut admin = office.here("管事成");
    let before = rows(&office);
    let own = [
        "/register/incoming".to_owned(),
        "/todo".into(),
        "/done".into(),
        "/people".into(),
        format!("/case/{case}"),
        "/start/incoming-handle".into(),
        "/login".into(),
    ];
    for at in &own {
        for sql in SQL {
            let all: Vec<String> = NAMES
                .iter()
                .map(|n| format!("{n}={}", encoded(sql)))
                .collect();
            ask(
                &mut clerk,
                &Request::new("GET", &format!("{at}?{}", all.join("&"))),
            );
        }
        for name in NAMES {
            for sql in &SQL[..6] {
                ask(
                    &mut clerk,
                    &Request::new("GET", &format!("{at}?{name}={}", encoded(sql))),
                );
            }
        }
    }
    for sql in SQL {
        let sql = encoded(sql);
        for at in [
            "/case/#",
            "/case/CASE/file/#",
            "/case/CASE/print/#",
            "/register/#",
            "/start/#",
            "/#",
        ] {
            let at = at.replace('#', &sql).replace("CASE", &case.to_string());
            let reply = clerk.get(&at);
            assert_eq!(reply.status, 404, "{at}");
        }
        for at in [
            "/admin/people?q=#&view=#&dept=#",
            "/admin/people/#",
            "/admin/org/dept/#",
            "/people?q=#",
        ] {
            ask(&mut admin, &Request::new("GET", &at.replace('#', &sql)));
        }
        for header in [
            "User-Agent",
            "Referer",
            "Accept",
            "Accept-Language",
            "If-None-Match",
            "Range",
            "X-CSRF",
            "X-Forwarded-For",
        ] {
            ask(
                &mut clerk,
                &Request::new("GET", "/todo").header(header, &sql),
            );
        }
        for cookie in [
            "ink",
            "ink_door",
            "ink_said",
            "ink_rail",
            "ink_device",
            "ink_name",
            "ink_setup",
        ] {
            let mut thief = office.visitor(LAN);
            thief.cookies.push((cookie.into(), sql.clone()));
            ask(&mut thief, &Request::new("GET", "/login"));
            ask(&mut thief, &Request::new("GET", "/todo"));
        }
    }
    assert_eq!(office.state.faults(), 0);
    assert_eq!(rows(&office), before);
    assert!(!Path::new("/tmp/ink-evil.db").exists());
}

pub fn encoded(text: &str) -> String {
    inkstone::web::encode(text)
}

/// Forms that are there to take something away.
const TAKING: &[&str] = &[
    "/logout", "/end", "/drop", "/close", "/leave", "/disable", "/slips", "/main", "/take",
];

#[test]
fn s12_sql_in_every_field_of_every_form() {
    let office = Office::new("sql-post");
    let case = office.case("关于甲槐的通知", 0);
    office.case("关于乙柳的通知", 1);
    super::leaks::draft(&office);
    let before = rows(&office);
    let accounts = format!("{:?}", office.state.access.accounts());
    let mut tried = 0;
    for (name, ip, pages) in [
        ("宋小笺", LAN, vec![format!("/case/{case}")]),
        ("纪文澜", LAN, vec![]),
        ("管事成", HERE, admin_pages(&office)),
        ("卫安宁", HERE, vec![]),
    ] {
        let mut http = office.enter(name, ip);
        let mut forms: BTreeSet<Form> = if pages.is_empty() || ip == LAN {
            walk(&mut http).forms
        } else {
            BTreeSet::new()
        };
        for page in pages {
            forms.extend(super::crawl::page_forms(&mut http, &page));
        }
        // the same form on every page of the frame is one form
        let mut met = BTreeSet::new();
        forms.retain(|f| f.posts && met.insert(f.action.clone()));
        for form in forms
            .iter()
            .filter(|f| !TAKING.iter().any(|t| f.action.contains(t)))
        {
            tried += battery(&mut http, form);
        }
    }
    assert!(tried > 200, "{tried} requests");
    assert_eq!(office.state.faults(), 0);
    for (table, n) in rows(&office) {
        assert!(
            n >= before[&table] || table.ends_with("/draft"),
            "{table}: {} became {n}",
            before[&table]
        );
    }
    assert_eq!(
        format!("{:?}", office.state.access.accounts()).len(),
        accounts.len()
    );
    office.lan("宋小笺");
}

fn admin_pages(office: &Office) -> Vec<String> {
    let person = office.town.person(TARGET);
    let directory = office.town.directory();
    let post = directory.main_post(person).unwrap();
    let organ = directory.first_organ().unwrap().id;
    let (post, dept) = (post.id, post.department);
    [
        format!("/admin/people/{person}/edit"),
        format!("/admin/people/{person}/hold"),
        "/admin/people/new".into(),
        "/admin/people/import".into(),
        "/admin/people".into(),
        format!("/admin/org/organ/{organ}"),
        format!("/admin/org/organ/{organ}/dept"),
        format!("/admin/org/dept/{dept}/edit"),
        format!("/admin/org/dept/{dept}/post"),
        format!("/admin/org/post/{post}"),
        format!("/admin/org/post/{post}/charges"),
    ]
    .into()
}

/// Each field in turn, the others as they stand on the page.
fn battery(http: &mut Http, form: &Form) -> usize {
    let names: BTreeSet<&str> = form.fields.iter().map(|(n, _)| n.as_str()).collect();
    let mut tried = 0;
    for name in names.into_iter().filter(|n| *n != "_csrf") {
        for sql in [
            "'",
            "'); DROP TABLE person;--",
            "99999999999999999999",
            "\u{0}\"` OR 1=1",
        ] {
            let page = http.get(&form.page);
            if page.status != 200 {
                return tried;
            }
            let csrf = token(&page);
            let mut fields: Vec<(&str, &str)> = vec![("_csrf", &csrf)];
            let others = form
                .fields
                .iter()
                .filter(|(n, _)| n != name && n != "_csrf" && n != "_op");
            fields.extend(others.map(|(n, v)| (n.as_str(), v.as_str())));
            fields.push((name, sql));
            ask(http, &Request::new("POST", &form.action).form(&fields));
            tried += 1;
        }
    }
    tried
}
