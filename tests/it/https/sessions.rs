//! One browser, two connections: a session, a cookie and a form of one are worth nothing on the other; what concerns
//! accounts and security is done over the encrypted one.

use super::{ADMIN, Server, log_in, to};
use crate::support::http::Request;
use crate::support::town::Folder;

#[test]
fn a_session_of_one_connection_is_none_of_the_other() {
    let folder = Folder::new("https-session");
    let server = Server::new(&folder);
    let (mut plain, mut sealed) = (server.lan(), server.sealed());
    assert_eq!(log_in(&mut plain).status, 303);
    let came = log_in(&mut sealed);
    assert_eq!(came.status, 303, "{}", came.text());
    let line = came.all("Set-Cookie").join("\n");
    assert!(
        line.contains("__Host-ink=") && !line.contains("\nink="),
        "{line}"
    );
    for cookie in came.all("Set-Cookie") {
        assert!(
            cookie.starts_with("__Host-") && cookie.ends_with("; Secure"),
            "{cookie}"
        );
    }
    assert!(sealed.get("/me").text().contains(ADMIN));
    assert!(plain.get("/me").text().contains(ADMIN));

    let value = |jar: &[(String, String)], name: &str| {
        let found = jar.iter().find(|(n, _)| n == name);
        found.map(|(_, v)| v.clone()).unwrap()
    };
    let secret = value(&sealed.cookies, "__Host-ink");
    let overheard = value(&plain.cookies, "ink");
    let (mut thief, mut other) = (server.lan(), server.sealed());
    thief.cookies = vec![
        ("ink".into(), secret.clone()),
        ("__Host-ink".into(), secret),
    ];
    assert_eq!(
        to(&thief.get("/me")).0,
        303,
        "its cookie, said over plain HTTP"
    );
    other.cookies = vec![
        ("__Host-ink".into(), overheard.clone()),
        ("ink".into(), overheard),
    ];
    assert_eq!(
        to(&other.get("/me")).0,
        303,
        "the plain one, said over HTTPS"
    );
    assert!(
        sealed.get("/me").text().contains(ADMIN),
        "nobody was thrown out"
    );
    assert_eq!(server.state.faults(), 0);
}

#[test]
fn a_form_of_a_plain_page_is_not_taken_over_https() {
    let folder = Folder::new("https-origin");
    let server = Server::new(&folder);
    let mut sealed = server.sealed();
    log_in(&mut sealed);
    let page = sealed.get("/me");
    let hidden = page.hidden("/me/zoom");
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(n, v)| (&**n, &**v)).collect();
    fields.push(("z", "2"));
    let host = format!("127.0.0.2:{}", server.https_port());
    let from = |origin: String| {
        Request::new("POST", "/me/zoom")
            .form(&fields)
            .header("Origin", &origin)
    };
    assert_eq!(sealed.send(&from(format!("https://{host}"))).status, 303);
    assert_eq!(sealed.send(&from(format!("http://{host}"))).status, 403);
}

#[test]
fn what_concerns_security_is_done_over_https() {
    let folder = Folder::new("https-place");
    let server = Server::new(&folder);
    let (mut plain, mut sealed) = (server.lan(), server.sealed());
    log_in(&mut plain);
    log_in(&mut sealed);
    let refused = plain.get("/admin/mail");
    let text = refused.text();
    assert_eq!(refused.status, 403);
    let there = format!("https://127.0.0.2:{}/admin/mail", server.https_port());
    assert!(
        text.contains("服务器那台电脑")
            && text.contains("href=\"/trust\"")
            && text.contains(&there),
        "{text}"
    );
    let open = sealed.get("/admin/mail");
    assert_eq!(open.status, 200);
    assert!(open.text().contains("邮件服务器"));
    assert!(!plain.get("/todo").text().contains("href=\"/admin/mail\""));
    assert!(
        sealed
            .get("/admin/mail")
            .text()
            .contains("href=\"/admin/mail\""),
        "in the menu"
    );
}
