//! S66 to S68: whoever leaves takes nothing along; a link grants nothing; an export asks for the same rights as the page.

use super::csrf::token;
use super::office::{LAN, Office};
use crate::support::http::Request;
use inkstone::access::change::DisableAccount;

#[test]
fn s66_whoever_is_shut_out_is_out_everywhere() {
    let office = Office::new("leaver");
    let case = office.case("关于辛柏的通知", 3);
    let at = format!("/case/{case}");
    let mut browsers = [office.lan("纪文澜"), office.here("纪文澜")];
    for http in &mut browsers {
        assert_eq!(http.get(&at).status, 200, "the set-up: he has a part in it");
    }
    let person = office.town.person("纪文澜");
    let permit = office.permit::<DisableAccount>("卫安宁");
    office.state.access.disable(&permit, person).unwrap();
    for http in &mut browsers {
        for page in [at.as_str(), "/todo", "/me", "/search?q=%E8%BE%9B%E6%9F%8F"] {
            let reply = http.get(page);
            assert_eq!(reply.status, 303, "{page}");
            assert!(
                reply.header("Location").unwrap().starts_with("/login"),
                "{page}"
            );
        }
        let reply = http.send(&Request::new("POST", "/register/incoming/excel"));
        assert!(matches!(reply.status, 303 | 401 | 403), "{}", reply.status);
    }
    let mut again = office.visitor(LAN);
    assert_eq!(
        office
            .log_in(&mut again, "纪文澜", super::office::SENTENCE)
            .status,
        422
    );
}

#[test]
fn s67_a_link_grants_nothing() {
    let office = Office::new("links");
    let case = office.case("关于壬桐的通知", 3);
    let at = format!("/case/{case}");
    let page = office.lan("宋小笺").get(&at);
    assert!(
        page.status == 200 && page.text().contains("壬桐"),
        "the set-up"
    );
    let mut nobody = office.visitor(LAN);
    let asked = nobody.get(&at);
    assert_eq!(asked.status, 303);
    assert!(!asked.text().contains("壬桐"));
    // after the log-in it leads back, and there to nothing of his
    let mut other = office.visitor(LAN);
    let login = other.get(asked.header("Location").unwrap());
    let csrf = token(&login);
    let fields = [
        ("_csrf", csrf.as_str()),
        ("name", "钱细清"),
        ("password", super::office::SENTENCE),
        ("next", at.as_str()),
    ];
    let entered = other.post("/login", &fields);
    assert_eq!(entered.header("Location"), Some(at.as_str()));
    let reply = other.get(&at);
    assert_eq!(reply.status, 404);
    assert!(!reply.text().contains("壬桐"));
}

#[test]
fn s68_an_export_shows_no_more_than_the_page() {
    let office = Office::new("exports");
    office.case("关于癸枫的通知", 3);
    office.drain();
    let mut stranger = office.lan("钱细清");
    let csrf = token(&stranger.get("/me"));
    for query in [
        "",
        "?scope=all",
        "?cols=all&scope=all",
        "?all=1&who=everyone&dept=0",
    ] {
        let page = stranger.get(&format!("/register/incoming{query}"));
        assert!(!page.text().contains("癸枫"), "{query}");
        for kind in ["csv", "excel"] {
            let at = format!("/register/incoming/{kind}{query}");
            let fields = [
                ("_csrf", csrf.as_str()),
                ("scope", "all"),
                ("cols", "all"),
                ("dept", ""),
            ];
            let reply = stranger.post(&at, &fields);
            assert!(
                matches!(reply.status, 200 | 403 | 404 | 422),
                "{at}: {}",
                reply.status
            );
            assert!(!reply.text().contains("癸枫"), "{at}");
        }
    }
    let mut clerk = office.lan("宋小笺");
    let csrf = token(&clerk.get("/me"));
    let own = clerk.post("/register/incoming/csv", &[("_csrf", csrf.as_str())]);
    assert!(own.text().contains("癸枫"), "the set-up: {}", own.status);
}
