//! S01, S02: every route of every screen, asked by everybody, against the committed table
//! `matrix.txt`; `INKSTONE_BLESS=1` writes it anew. The table is read, not believed: a 200 that should
//! not be there is a line of a diff.

use super::office::{HERE, LAN, Office, ROLES, TARGET};
use crate::support::http::Http;
use crate::support::reply::Reply;
use inkstone::kit::Id;
use inkstone::modules;
use inkstone::web::Method;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// What stands for the names in the paths: things that are there.
pub struct Places {
    case: Id,
    task: Id,
    file: Id,
    draft: Id,
    ids: BTreeMap<&'static str, i64>,
}

impl Places {
    pub fn of(office: &Office) -> Self {
        let case = office.case("关于开展森林防火隐患排查的通知", 3);
        let view = office.town.open_case("宋小笺", case).unwrap();
        let directory = office.town.directory();
        let organ = directory.first_organ().unwrap();
        let person = office.town.person(TARGET);
        let post = directory.main_post(person).unwrap();
        let ids = BTreeMap::from([
            ("organ", organ.id.0),
            ("dept", post.department.0),
            ("post", post.id.0),
            ("people", person.0),
        ]);
        Self {
            case,
            task: view.task.unwrap(),
            file: super::leaks::attach(office, case, "附件.txt"),
            draft: super::leaks::draft(office),
            ids,
        }
    }

    pub fn fill(&self, path: &str) -> String {
        let before = |at: &str| {
            path.split('{')
                .next()
                .unwrap()
                .trim_end_matches('/')
                .ends_with(at)
        };
        let id = self
            .ids
            .iter()
            .find(|(at, _)| before(at))
            .map_or(0, |(_, id)| *id);
        path.replace("{procedure}", "incoming-handle")
            .replace("{register}", "incoming")
            .replace("{sheet}", "handling")
            .replace("{case}", &self.case.to_string())
            .replace("{task}", &self.task.to_string())
            .replace("{file}", &self.file.to_string())
            .replace("{draft}", &self.draft.to_string())
            .replace("{id}", &id.to_string())
    }
}

pub fn routes() -> Vec<(Method, &'static str, bool)> {
    let all = modules::every();
    let routes = all.iter().flat_map(|m| (m.routes)());
    routes
        .map(|r| (r.method(), r.path(), r.demand().is_none()))
        .collect()
}

/// 200, 403, …; where a redirect leads that means "no": to the log-in, to the first password.
pub fn said(reply: &Reply) -> String {
    let to = reply.header("Location").unwrap_or_default();
    match reply.status {
        303 if to.starts_with("/login") => "login".into(),
        303 if to == "/me/password" => "first".into(),
        303 if to == "/setup" => "setup".into(),
        status => status.to_string(),
    }
}

/// A browser of somebody; logged in again where the last deed ended the log-in.
struct Seat {
    name: &'static str,
    person: &'static str,
    ip: [u8; 4],
    http: Http,
}

impl Seat {
    fn sit(office: &Office, (name, person): (&'static str, &'static str), ip: [u8; 4]) -> Self {
        let mut seat = Self {
            name,
            person,
            ip,
            http: office.visitor(ip),
        };
        seat.enter(office);
        seat
    }

    fn enter(&mut self, office: &Office) {
        self.http = match self.name {
            "nobody" => office.visitor(self.ip),
            "must_change" => {
                let words = super::sessions::slip(office, self.person);
                let mut http = office.visitor(self.ip);
                let token = office.token(self.person, &words, self.ip);
                http.cookies.push(("ink".into(), token.text()));
                http
            }
            "disabled" => {
                let mut http = office.visitor(self.ip);
                http.cookies
                    .push(("ink".into(), super::sessions::ended(office, self.person)));
                http
            }
            _ => office.enter(self.person, self.ip),
        };
        // the door's cookie, with which forms before log-in are checked
        self.http.get("/login");
    }

    /// The token of a page with a form: one's own, or the log-in's.
    fn csrf(&mut self) -> String {
        let own = self.http.get("/me");
        let page = if own.status == 200 {
            own
        } else {
            self.http.get("/login")
        };
        super::csrf::token(&page)
    }

    fn ask(&mut self, method: Method, path: &str) -> Reply {
        match method {
            Method::Get => self.http.get(path),
            Method::Post => {
                let csrf = self.csrf();
                self.http.post(path, &[("_csrf", csrf.as_str())])
            }
        }
    }
}

#[test]
fn s01_s02_everybody_on_every_route() {
    let office = Office::new("matrix");
    let places = Places::of(&office);
    let mut seats = vec![Seat::sit(&office, ("nobody", ""), LAN)];
    seats.extend(ROLES.iter().map(|role| Seat::sit(&office, *role, LAN)));
    let admins = [
        ("system@pc", "管事成"),
        ("security@pc", "卫安宁"),
        ("audit@pc", "查有据"),
    ];
    seats.extend(admins.map(|admin| Seat::sit(&office, admin, HERE)));
    seats.push(Seat::sit(&office, ("clerk@pc", "宋小笺"), HERE));
    let mut table = String::from(
        "Status of every route for everybody; login, first, setup: sent there instead.\n\n",
    );
    for (n, seat) in seats.iter().enumerate() {
        writeln!(table, "{:>2} {}", n + 1, seat.name).unwrap();
    }
    let numbers: Vec<String> = (1..=seats.len()).map(|n| format!("{n:>6}")).collect();
    writeln!(table, "\n{:<5}{:<42}{}", "", "", numbers.concat()).unwrap();
    let (mut unlisted, mut pages) = (Vec::new(), 0);
    for (method, path, public) in routes() {
        let filled = places.fill(path);
        let mut line = String::new();
        for seat in &mut seats {
            // the same person sits in two places: ending all log-ins there ended this one
            if path == "/me/sessions/end" {
                seat.enter(&office);
            }
            let reply = seat.ask(method, &filled);
            let said = said(&reply);
            if ["nobody", "disabled"].contains(&seat.name) && !public && said == "200" {
                unlisted.push(format!("{} {path}", seat.name));
            }
            assert!(
                reply.status < 500,
                "{} {filled}: {}",
                seat.name,
                reply.text()
            );
            pages += usize::from(warns(&reply, &filled));
            write!(line, "{said:>6}").unwrap();
            let lost =
                !["nobody", "disabled"].contains(&seat.name) && seat.http.get("/me").status != 200;
            if lost {
                seat.enter(&office);
            }
        }
        writeln!(
            table,
            "{:<5}{path:<41}{line}",
            format!("{method:?}").to_uppercase()
        )
        .unwrap();
    }
    assert_eq!(unlisted, Vec::<String>::new());
    assert!(pages > 1000, "{pages} pages");
    assert_eq!(office.state.faults(), 0);
    same("matrix.txt", &table);
}

/// Every page says that nothing secret belongs here; a sheet for the printer takes nothing in. Whether it is a page.
fn warns(reply: &Reply, at: &str) -> bool {
    let is_html = reply
        .header("Content-Type")
        .is_some_and(|kind| kind.starts_with("text/html"));
    if !is_html || reply.status == 303 {
        return false;
    }
    let text = reply.text();
    let is_page = text.contains("<html") && !text.contains("<body class=\"whole printing\"");
    assert!(
        !is_page || text.contains("本平台不涉密，不得录入、传送国家秘密"),
        "{at} ({}): {text}",
        reply.status
    );
    is_page
}

/// Compares with a committed text beside this file.
pub fn same(name: &str, now: &str) {
    let at = format!("{}/tests/it/access/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("INKSTONE_BLESS").is_some() {
        std::fs::write(&at, now).unwrap();
    }
    let kept = std::fs::read_to_string(&at).unwrap_or_default();
    let (kept, now): (Vec<&str>, Vec<&str>) = (kept.lines().collect(), now.lines().collect());
    let gone: Vec<&&str> = kept.iter().filter(|l| !now.contains(l)).collect();
    let new: Vec<&&str> = now.iter().filter(|l| !kept.contains(l)).collect();
    assert!(
        kept == now,
        "{name} is not what is committed (INKSTONE_BLESS=1 takes it over)\nwas {gone:#?}\nnow {new:#?}"
    );
}

#[test]
fn s01_only_these_pages_are_public() {
    let open: BTreeSet<String> = routes()
        .into_iter()
        .filter(|(_, _, public)| *public)
        .map(|(method, path, _)| format!("{method:?} {path}"))
        .collect();
    let paths = [
        "/login",
        "/login/recover",
        "/setup",
        "/setup/choose",
        "/setup/restore",
        "/setup/office",
        "/setup/org",
        "/setup/admins",
    ];
    let both = paths
        .iter()
        .flat_map(|p| [format!("Get {p}"), format!("Post {p}")]);
    // the second page of the log-in; what a PC needs before it can log in safely
    let rest = [
        "Post /login/code",
        "Get /hello",
        "Get /trust",
        "Get /trust.gif",
        "Get /trust/ok",
        "Get /trust/root.crt",
        "Get /trust/windows.bat",
        "Get /trust/uos.sh",
        "Get /trust/iphone.mobileconfig",
    ];
    assert_eq!(open, both.chain(rest.map(str::to_owned)).collect());
}
