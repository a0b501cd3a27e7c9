//! S32: taking what is another's by what a form may say: the auditor's role, a form's number.

use super::csrf::token;
use super::office::Office;
use crate::support::http::Http;

#[test]
fn s32_nobody_takes_the_auditor_away_to_be_everything() {
    let office = Office::new("mass-three");
    let auditor = office.town.person("查有据");
    let mut security = office.here("卫安宁");
    let csrf = token(&security.get("/me"));
    for at in ["roles", "disable"] {
        let at = format!("/admin/people/{auditor}/{at}");
        let reply = security.post(&at, &[("_csrf", csrf.as_str())]);
        assert!(matches!(reply.status, 409 | 422), "{at}: {}", reply.status);
    }
    let kept = office.state.access.account(auditor).unwrap();
    assert_eq!(kept.admin, [inkstone::access::AdminRole::Audit]);
}

#[test]
fn s32_another_ones_form_number_answers_nothing() {
    let office = Office::new("mass-op");
    let (mut one, mut two) = (office.lan("宋小笺"), office.lan("纪文澜"));
    let add = |http: &mut Http, at: &str, fields: &[(&str, &str)]| {
        let csrf = token(&http.get("/me"));
        let mut all = fields.to_vec();
        all.extend([("_csrf", csrf.as_str()), ("_op", "0123456789")]);
        http.post(at, &all).status
    };
    assert_eq!(add(&mut one, "/me/phrases", &[("phrase", "请速办。")]), 303);
    assert_eq!(add(&mut two, "/me/phrases", &[("phrase", "请核实。")]), 303);
    assert!(
        two.get("/me").text().contains("请核实。"),
        "the number is another's: it is done"
    );
    // and one's own number on another form is another deed, or said to be used up: never a fault
    let organ = office.town.directory().first_organ().unwrap().id;
    let dept = office.town.dept("TYZ");
    let mut admin = office.here("管事成");
    let fields = [
        ("name", "新设科"),
        ("code", "XSK"),
        ("kind", "department"),
        ("sort", "1"),
        ("rev", "1"),
    ];
    assert_eq!(
        add(
            &mut admin,
            &format!("/admin/org/organ/{organ}/dept"),
            &fields
        ),
        303
    );
    let status = add(&mut admin, &format!("/admin/org/dept/{dept}/edit"), &fields);
    assert!(matches!(status, 409 | 422), "{status}");
    assert_eq!(add(&mut one, "/me/zoom", &[("z", "1")]), 303);
    assert_eq!(office.state.faults(), 0);
}
