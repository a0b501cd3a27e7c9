//! Who is counted as trusting: the hidden image of plain pages, and whoever is there over HTTPS already.

use super::{ADMIN, Server, log_in};
use crate::support::town::Folder;

fn image(page: &str) -> Option<String> {
    let at = page.find("<img hidden src=\"")?;
    let rest = &page[at + "<img hidden src=\"".len()..];
    Some(rest[..rest.find('"')?].to_owned())
}

#[test]
fn a_pc_is_counted_and_asked_until_it_trusts() {
    let folder = Folder::new("https-trust");
    let mut server = Server::new(&folder);
    let desk = |server: &mut Server| server.here.get("/admin/https").text();
    let before = desk(&mut server);
    assert!(before.contains("0/0 台电脑已信任"), "{before}");
    assert_eq!(image(&before), None, "the server PC is not asked");

    let mut lan = server.lan();
    log_in(&mut lan);
    let first = lan.get("/todo");
    assert!(
        first
            .all("Set-Cookie")
            .iter()
            .any(|c| c.starts_with("ink_pc=")),
        "a cookie"
    );
    assert_eq!(
        image(&first.text()),
        None,
        "nobody knows yet whether it comes back"
    );
    assert!(desk(&mut server).contains("0/0"));
    let second = lan.get("/todo");
    let found = image(&second.text()).unwrap();
    let origin = format!("https://127.0.0.2:{}", server.https_port());
    assert!(
        found.starts_with(&format!("{origin}/trust.gif?pc=")),
        "{found}"
    );
    let policies = second.all("Content-Security-Policy");
    assert_eq!(policies.len(), 1);
    let images = format!("img-src 'self' data: {origin};");
    assert!(policies[0].contains(&images), "{policies:?}");
    let third = lan.get("/todo");
    assert_eq!(image(&third.text()), None, "asked just now");
    assert!(
        !third
            .header("Content-Security-Policy")
            .unwrap()
            .contains("https://")
    );

    let listed = desk(&mut server);
    assert!(
        listed.contains("0/1 台电脑已信任") && listed.contains("未信任"),
        "{listed}"
    );
    assert!(listed.contains(ADMIN) && listed.contains("127.0.0.1"));

    // over plain HTTP the image proves nothing
    let path = found.strip_prefix(&origin).unwrap();
    assert_eq!(server.lan().get(path).status, 200);
    assert!(desk(&mut server).contains("0/1"));
    let mut browser = server.sealed();
    let point = browser.get(path);
    assert_eq!(
        (point.status, point.header("Content-Type")),
        (200, Some("image/gif"))
    );
    assert!(browser.cookies.iter().all(|(n, _)| n != "__Host-ink"));
    assert_eq!(server.sealed().get("/trust.gif?pc=stranger").status, 200);
    let listed = desk(&mut server);
    assert!(
        listed.contains("1/1 台电脑已信任") && listed.contains("已信任"),
        "{listed}"
    );
    server.clock.advance(3_600_000);
    assert_eq!(image(&lan.get("/todo").text()), None, "it trusts us");

    let mut server = server.again(&folder);
    let listed = desk(&mut server);
    assert!(listed.contains("1/1 台电脑已信任"), "kept: {listed}");
    server.clock.advance(31 * 86_400_000);
    assert!(
        server.tls().pcs.lately(server.clock.now()).is_empty(),
        "not used for a month"
    );
    assert_eq!(server.state.faults(), 0);
}

#[test]
fn whoever_is_there_over_https_trusts_us() {
    let folder = Folder::new("https-there");
    let mut server = Server::new(&folder);
    let mut lan = server.lan();
    log_in(&mut lan);
    lan.get("/todo");
    lan.get("/todo");
    let listed = server.here.get("/admin/https").text();
    assert!(listed.contains("0/1"), "{listed}");
    let mut sealed = server.sealed();
    log_in(&mut sealed);
    sealed.get("/todo");
    let listed = server.here.get("/admin/https").text();
    assert!(listed.contains("1/1 台电脑已信任"), "the same PC: {listed}");
    assert_eq!(image(&sealed.get("/todo").text()), None);
}
