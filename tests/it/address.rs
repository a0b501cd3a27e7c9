//! The address card, an address that changed, and the step of the first run that waits for a second device. Another
//! loopback address stands for another device.

use crate::https::{LAN, Server, to};
use crate::setup::wizard::{self, claim};
use crate::support::http::Http;
use crate::support::town::Folder;
use inkstone::app::https::each_minute;
use std::net::{IpAddr, SocketAddr};

#[test]
fn the_card_says_both_addresses_and_gives_shortcuts() {
    let folder = Folder::new("address-card");
    let mut server = Server::new(&folder);
    let cards = inkstone::web::lan::cards();
    let page = server.here.get("/address");
    assert_eq!(page.status, 200);
    let text = page.text();
    assert!(text.contains("DHCP") && text.contains("地址卡"), "{text}");
    let Some(best) = cards.first() else {
        assert!(text.contains("没有连上网"), "{text}");
        return;
    };
    let (plain, port) = (server.state.reach.port(), server.https_port());
    let (http, https) = (
        format!("http://{}:{plain}", best.ip),
        format!("https://{}:{port}", best.ip),
    );
    assert!(
        text.contains(&http) && text.contains(&https) && text.contains("svg class=\"qr\""),
        "{text}"
    );
    for card in &cards {
        assert!(text.contains(&card.ip.to_string()) && text.contains(card.way.words()));
    }
    let windows = server.here.get("/address/shortcut/windows");
    assert_eq!(
        windows.text(),
        format!("[InternetShortcut]\r\nURL={http}/\r\n")
    );
    let name = windows.header("Content-Disposition").unwrap();
    assert!(
        name.contains("filename*=UTF-8''%E5%8A%9E%E5%85%AC%E5%B9%B3%E5%8F%B0.url"),
        "{name}"
    );
    let uos = server.here.get("/address/shortcut/uos").text();
    assert!(
        uos.starts_with("[Desktop Entry]\n") && uos.contains(&format!("Exec=xdg-open {http}/\n")),
        "{uos}"
    );
    let paper = server.here.get("/address/print").text();
    assert!(
        paper.contains(&http) && paper.contains("管理员苏简"),
        "{paper}"
    );
    let mut stranger = server.lan();
    assert_eq!(
        to(&stranger.get("/address")),
        (303, "/login?next=%2Faddress")
    );
}

#[test]
fn f06_a_new_address_is_told_until_somebody_says_that_all_know() {
    let folder = Folder::new("address-moved");
    let mut server = Server::new(&folder);
    let [old, new] = [20, 21].map(|n| IpAddr::from([192, 168, 1, n]));
    let noted = |text: &str| text.contains("服务器的地址变了");
    each_minute(&server.state, Some(&old));
    assert!(!noted(&server.here.get("/address").text()), "the first one");
    each_minute(&server.state, None);
    assert!(
        !noted(&server.here.get("/address").text()),
        "a cable pulled is no new address"
    );
    each_minute(&server.state, Some(&new));
    let text = server.here.get("/address").text();
    assert!(
        noted(&text) && text.contains("192.168.1.20") && text.contains("192.168.1.21"),
        "{text}"
    );
    for page in ["/health", "/todo"] {
        let text = server.here.get(page).text();
        assert!(
            noted(&text) && text.contains("192.168.1.21"),
            "{page}: {text}"
        );
    }

    // and where mail is set up it goes with the next round
    let told = server.here.get("/me/alerts").text();
    assert!(
        told.contains("服务器的地址变了") && told.contains("192.168.1.21"),
        "{told}"
    );

    // as after a power cut in which the router forgot
    let mut server = server.again(&folder);
    each_minute(&server.state, Some(&new));
    assert!(noted(&server.here.get("/address").text()));
    let late = server
        .here
        .submit("/address", "/address/told", &[("now", "192.168.1.99")]);
    assert_eq!(late.status, 409, "another one than was shown");
    let told = server
        .here
        .submit("/address", "/address/told", &[("now", "192.168.1.21")]);
    assert_eq!(to(&told), (303, "/address"));
    each_minute(&server.state, Some(&new));
    assert!(!noted(&server.here.get("/address").text()));
    each_minute(&server.state, Some(&old));
    assert!(
        noted(&server.here.get("/address").text()),
        "back again is a change too"
    );
    assert_eq!(server.state.faults(), 0);
}

#[test]
fn the_first_run_waits_for_a_second_device() {
    let folder = Folder::new("address-wizard");
    let server = wizard::Server::over(&folder);
    server.state.set_office({
        let mut office = inkstone::web::state::Office::clone(&server.state.office());
        office.site.address = "192.168.1.20".into();
        office
    });
    let mut here = server.here();
    assert_eq!(to(&claim(&mut here)), (303, "/setup/lan"));
    let again = here.get("/setup/lan");
    let at = to(&again).1.to_owned();
    assert!(at.starts_with("/setup/lan?t="), "{at}");
    let page = here.get(&at).text();
    assert!(
        page.contains("正在等第二台设备") && page.contains("http-equiv=\"refresh\""),
        "{page}"
    );
    assert!(
        page.contains("第 6 步，共 7 步") && page.contains("先跳过") && !page.contains("防火墙")
    );
    // the server PC itself is no second device, by whatever address
    here.get("/hello");
    assert!(here.get(&at).text().contains("正在等"));
    server.clock.advance(61_000);
    let page = here.get(&at).text();
    for cause in ["/health/autostart#h-fire", "同一个网", "公用"] {
        assert!(page.contains(cause), "{cause} in {page}");
    }

    // a kill: what is left leads back here
    let cookies = here.cookies.clone();
    let server = server.again(&folder);
    let mut here = server.here();
    here.cookies = cookies;
    let todo = here.get("/todo").text();
    assert!(
        todo.contains("启用还差一步") && todo.contains("href=\"/setup/lan\""),
        "{todo}"
    );
    let phone = server.visitor(LAN).get("/hello");
    assert_eq!(phone.status, 200);
    assert!(phone.text().contains("打开了"));
    let at = to(&here.get("/setup/lan")).1.to_owned();
    let page = here.get(&at).text();
    assert!(
        page.contains("通了")
            && page.contains("下一步")
            && !page.contains("http-equiv=\"refresh\""),
        "{page}"
    );
    let done = here.submit(&at, "/setup/lan", &[]);
    assert_eq!(to(&done), (303, "/setup/done"));
    server.state.set_address("192.168.1.20");
    let done = here.get("/setup/done").text();
    for part in ["第 7 步，共 7 步", "/address/print", "/address#h-give"] {
        assert!(done.contains(part), "{part} in {done}");
    }
    assert!(!here.get("/todo").text().contains("启用还差一步"));
    let server = server.again(&folder);
    assert!(!server.state.access.lan_is_open());
    assert_eq!(server.state.faults(), 0);
}

#[test]
fn hello_answers_before_anybody_logged_in_and_not_before_the_claim() {
    let folder = Folder::new("address-hello");
    let server = wizard::Server::over(&folder);
    let address = SocketAddr::from((LAN, server.running.addresses()[0].port()));
    assert_eq!(Http::to(address).get("/hello").status, 503);
    claim(&mut server.here());
    assert_eq!(Http::to(address).get("/hello").status, 200);
    assert_eq!(
        server.state.reach.heard(),
        Some(IpAddr::from([127, 0, 0, 1]))
    );
}
