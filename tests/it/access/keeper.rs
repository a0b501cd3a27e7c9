//! Who may on a department's own procedure: every route of a procedure and of a department's pages, asked by the
//! administrator of that department, by another department's, and by the office's, against `keepers.txt`.

use super::matrix::{routes, said, same};
use super::office::{HERE, LAN, Office};
use inkstone::access::change::GrantDept;
use inkstone::engine::definition::Procedure;
use inkstone::engine::own::{Range, adopt};
use inkstone::engine::workshop::Maker;
use inkstone::kit::DeptId;
use inkstone::store::Stamp;
use inkstone::store::placement::{Policy, Rule};
use inkstone::web::Method;
use std::fmt::Write as _;

/// One of the office's, and the department's own that was made after it.
const OFFICES: &str = "letter-issue";
const OWN: &str = "own-letter";
/// Who asks, of which procedure.
const SEATS: [(&str, &str, [u8; 4], &str); 5] = [
    ("keeper, his department's own", "安守", LAN, OWN),
    ("keeper, one of the office's", "安守", LAN, OFFICES),
    ("keeper of another department", "钱细清", LAN, OWN),
    ("system administrator", "管事成", HERE, OWN),
    ("his department's head", "雷有备", LAN, OWN),
];

/// Gives a department a cabinet of its own, and somebody who runs it.
fn runs(office: &Office, rule: &mut Rule, (name, code): (&str, &str)) {
    let dept = office.town.dept(code);
    let own = Policy {
        exclusive: true,
        yearly: false,
    };
    rule.except.insert(dept, own);
    let stamp = Stamp::new("system:test", "storage.rule", office.town.clock.now());
    office.town.store.change_rule(rule, stamp).unwrap();
    let permit = office.permit::<GrantDept>("卫安宁");
    let directory = office.town.directory();
    let person = office.town.person(name);
    let access = &office.state.access;
    access
        .set_dept_admins(&permit, (&directory, DeptId(dept)), &[person])
        .unwrap();
}

/// The department's own, as its administrator makes and publishes it.
fn publish(office: &Office, dept: DeptId) {
    let engine = &office.state.engine;
    let shipped = engine.procedures.current(OFFICES).unwrap();
    let mut p = Procedure::clone(&shipped.procedure);
    adopt(&mut p, Some(dept));
    (p.id, p.name) = (OWN.into(), "本部门开介绍信".into());
    p.register.id = "own_letter".into();
    let who = {
        let token = office.token("安守", super::office::SENTENCE, LAN);
        let access = &office.state.access;
        access.identify(&office.town.directory(), &token).unwrap()
    };
    let directory = office.town.directory();
    let maker = Maker::of(&directory, who.person, Range::of(&who)).unwrap();
    let stamp = Stamp::new("person:1", "procedure.publish", office.town.clock.now());
    let text = p.text().unwrap();
    engine
        .publish_text(&office.town.store, stamp, &maker, (OWN, &text, "做的"))
        .unwrap();
}

#[test]
fn a_departments_own_is_its_administrators_and_nobody_elses() {
    let office = Office::new("keepers");
    let mut rule = Rule::default();
    runs(&office, &mut rule, ("安守", "YJB"));
    runs(&office, &mut rule, ("钱细清", "CZS"));
    publish(&office, DeptId(office.town.dept("YJB")));
    let mut table =
        String::from("Status of every route of a procedure and of a department's pages.\n\n");
    for (n, (seat, _, _, procedure)) in SEATS.iter().enumerate() {
        writeln!(table, "{} {seat}: {procedure}", n + 1).unwrap();
    }
    table.push('\n');
    let ours = |path: &str| path.contains("{procedure}") || path.starts_with("/storage/mine");
    for (method, path, _) in routes().into_iter().filter(|(_, path, _)| ours(path)) {
        let mut line = String::new();
        for (_, name, ip, procedure) in SEATS {
            let mut http = office.enter(name, ip);
            let at = path.replace("{procedure}", procedure).replace("{id}", "1");
            let reply = match method {
                Method::Get => http.get(&at),
                Method::Post => {
                    let token = super::csrf::token(&http.get("/me"));
                    let dept = office.town.dept("YJB").to_string();
                    http.post(&at, &[("_csrf", &*token), ("dept", &*dept)])
                }
            };
            assert!(reply.status < 500, "{name} {at}: {}", reply.text());
            write!(line, "{:>6}", said(&reply)).unwrap();
        }
        let method = format!("{method:?}").to_uppercase();
        writeln!(table, "{method:<5}{path:<44}{line}").unwrap();
    }
    same("keepers.txt", &table);
}
