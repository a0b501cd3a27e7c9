//! 强制 HTTPS: when it may be switched on, what it changes, and its way back where nobody gets in.

use super::{Server, log_in, to};
use crate::support::reply::Reply;
use crate::support::town::Folder;
use inkstone::web::tls::force::{PROVE_MS, WORD};

fn force(server: &mut Server, word: &str) -> Reply {
    let fields = [("word", word)];
    server
        .here
        .submit("/admin/https", "/admin/https/force", &fields)
}

#[test]
fn pages_go_over_and_come_back_by_themselves() {
    let folder = Folder::new("https-force");
    let mut server = Server::new(&folder);
    let mut lan = server.lan();
    log_in(&mut lan);
    lan.get("/todo");
    lan.get("/todo");
    let refused = force(&mut server, "强制");
    assert_eq!(refused.status, 422);
    let text = refused.text();
    assert!(
        text.contains("还有电脑没有装好证书") && text.contains("value=\"强制\""),
        "{text}"
    );
    assert!(!server.tls().is_forced());
    // the page shows no form here; one made by hand is refused
    let mut fields = lan.get("/admin/https").hidden("/me/zoom");
    fields.push(("word".into(), WORD.into()));
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    let refused = lan.post("/admin/https/force", &fields);
    assert_eq!(refused.status, 403);
    assert!(
        refused.text().contains("请到服务器那台电脑上"),
        "{}",
        refused.text()
    );
    assert_eq!(to(&force(&mut server, WORD)), (303, "/admin/https"));

    let there = |path: &str| format!("https://127.0.0.2:{}{path}", server.https_port());
    let moved = lan.get("/todo?x=1");
    assert_eq!(to(&moved), (303, there("/todo?x=1").as_str()));
    assert_eq!(to(&lan.get("/login")), (303, there("/login").as_str()));
    assert_eq!(
        server.here.clone().get("/todo").status,
        200,
        "the server PC stays"
    );
    for open in ["/trust", "/trust/root.crt", "/hello"] {
        assert_eq!(lan.get(open).status, 200, "{open}");
    }
    assert_ne!(
        lan.post("/me/zoom", &[("z", "2")]).header("Location"),
        Some(there("/me/zoom").as_str())
    );
    let page = server.here.get("/admin/https").text();
    assert!(
        page.contains("还要证明一次") && page.contains("请在 10 分钟内"),
        "{page}"
    );

    server.clock.advance(PROVE_MS - 1);
    server.tls().round().unwrap();
    assert!(server.tls().is_forced(), "still within ten minutes");
    server.clock.advance(1);
    server.tls().round().unwrap();
    assert!(!server.tls().is_forced());
    assert_eq!(lan.get("/todo").status, 200);
    let todo = server.here.get("/todo").text();
    assert!(
        todo.contains("已经自动退回"),
        "the administrator is told: {todo}"
    );
    assert!(server.here.get("/health").text().contains("已经自动退回"));

    let mut server = server.again(&folder);
    let page = server.here.get("/admin/https").text();
    assert!(page.contains("上次强制已经自动退回"), "{page}");
    let seen = server
        .here
        .submit("/admin/https", "/admin/https/unforce", &[]);
    assert_eq!(seen.status, 303);
    assert!(!server.here.get("/todo").text().contains("已经自动退回"));
    assert_eq!(server.state.faults(), 0);
}

#[test]
fn a_log_in_over_https_proves_it() {
    let folder = Folder::new("https-prove");
    let mut server = Server::new(&folder);
    let mut sealed = server.sealed();
    log_in(&mut sealed);
    sealed.get("/todo");
    let page = server.here.get("/admin/https").text();
    assert!(
        page.contains("1/1") && page.contains("可以强制了"),
        "{page}"
    );
    assert_eq!(force(&mut server, "").status, 303, "no word is wanted");
    server.tls().round().unwrap();
    assert!(
        server
            .tls()
            .force()
            .left(server.tls().steady_now())
            .is_some(),
        "a session from before proves nothing"
    );
    let mut other = server.sealed();
    assert_eq!(log_in(&mut other).status, 303);
    server.tls().round().unwrap();
    server.clock.advance(3 * PROVE_MS);
    server.tls().round().unwrap();
    assert!(server.tls().is_forced());

    let mut server = server.again(&folder);
    server.clock.advance(3 * PROVE_MS);
    server.tls().round().unwrap();
    assert!(server.tls().is_forced(), "after a restart as well");
    let mut lan = server.lan();
    assert_eq!(lan.get("/login").status, 303);
    let off = server
        .here
        .submit("/admin/https", "/admin/https/unforce", &[]);
    assert_eq!(off.status, 303);
    assert_eq!(lan.get("/login").status, 200);
}
