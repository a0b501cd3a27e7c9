//! What stands in the way of a first start in a township office (F03), each answered by a sentence that says what to do. The
//! port, a second start and a lost hub are `start`'s; a full disk and locked files `faults`'; the firewall's words a unit test's. `ways` prints all ten.

#[cfg(target_os = "linux")]
mod ways;

use crate::setup::wizard::{Server, claim, to};
use crate::support::binary::Started;
use crate::support::http::{Http, Request};
use crate::support::town::Folder;
use inkstone::web::machine::{Asked, Autostart, ByHand, Machine};

const IE: &str = "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko";
const CHROMIUM: &str =
    "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 Chrome/78.0.3904.108 Safari/537.36";

#[test]
fn f03_internet_explorer_is_told_which_browser_to_take() {
    let folder = Folder::new("obstacle-ie");
    let server = Server::over(&folder);
    let mut here = server.here();
    let asked = |http: &mut Http, agent: &str| {
        let request = Request::new("GET", "/setup/choose").header("User-Agent", agent);
        let reply = http.send(&request);
        (reply.status, reply.text())
    };
    assert_eq!(asked(&mut here, CHROMIUM).0, 200);
    let (status, said) = asked(&mut here, IE);
    assert_eq!(
        status, 200,
        "Internet Explorer shows its own page in place of an error"
    );
    assert!(
        said.contains("请切换到极速模式") && said.contains("Edge"),
        "{said}"
    );
}

/// The battery of the board is empty: every date would be wrong from the first document on.
#[test]
fn f03_a_pc_in_the_year_2000_is_set_right_before_the_claim() {
    let folder = Folder::new("obstacle-clock");
    let server = Server::over(&folder);
    let mut here = server.here();
    assert!(!here.get("/setup/choose").text().contains("日期不对"));
    server.clock.advance(946_684_800_000 - server.clock.now().0);
    let page = here.get("/setup/choose").text();
    assert!(
        page.contains("日期不对") && page.contains("2000年1月1日"),
        "{page}"
    );
}

/// No network card is up, no Internet, a console nobody sees: it starts the same, and says what comes by itself.
#[test]
fn f03_the_address_of_this_pc_is_always_said() {
    let folder = Folder::new("obstacle-net");
    let office = Started::start(&folder, &["--port", "0"]);
    assert!(
        office.words.contains("http://127.0.0.1"),
        "{}",
        office.words
    );
    let lan = office.words.contains("http://1") || office.words.contains("没有连上网");
    assert!(lan, "{}", office.words);
    let (code, _) = office.stop();
    assert_eq!(code, Some(0));
}

/// The page says what is set now, and only the server PC itself may set it.
#[test]
fn f03_it_starts_with_the_pc_where_the_pc_allows() {
    let folder = Folder::new("obstacle-autostart");
    let server = Server::of(
        &folder,
        Machine {
            autostart: |root| match root.join("starts").exists() {
                true => Autostart::Service,
                false => Autostart::Off,
            },
            ask: |asked, root| {
                let mark = root.join("starts");
                match asked {
                    Asked::Start => std::fs::write(mark, "")?,
                    Asked::NoStart => std::fs::remove_file(mark)?,
                    Asked::Firewall => {
                        let why = "没有管理员权限，请找会管这台电脑的人";
                        return Err(inkstone::kit::Error::Busy(why.into()));
                    }
                }
                Ok("好了".into())
            },
            ..Machine::default()
        },
    );
    let mut here = server.here();
    assert_eq!(to(&claim(&mut here)), (303, Some("/setup/lan")));
    let light = here.get("/health").text();
    assert!(
        light.contains("没有设自动启动") && light.contains("/health/autostart"),
        "{light}"
    );
    let at = "/health/autostart";
    let set = here.submit(at, at, &[("do", "start")]);
    assert_eq!(set.status, 303, "{}", set.text());
    let page = here.get(at).text();
    assert!(
        page.contains("开机自动启动，不用登录") && page.contains("好了"),
        "{page}"
    );
    assert!(here.get("/health").text().contains("开机自动启动"));
    here.submit(at, at, &[("do", "firewall")]);
    assert!(here.get(at).text().contains("没有管理员权限"));
    here.submit(at, at, &[("do", "stop")]);
    assert!(here.get(at).text().contains("没有设"));
    assert_ne!(
        server.lan().get(at).status,
        200,
        "nobody is logged in there"
    );
}

/// A service cannot be asked for rights, and whether there is a firewall only root may know: the page says the line to type.
#[test]
fn f03_what_the_program_cannot_do_is_told_line_by_line() {
    let folder = Folder::new("obstacle-by-hand");
    let server = Server::of(
        &folder,
        Machine {
            autostart: |_| Autostart::LogOn,
            by_hand: |asked, _| match asked {
                Asked::Start => None,
                Asked::NoStart => Some(ByHand {
                    steps: "请打开终端：".into(),
                    commands: vec![("", "sudo \"/opt/inkstone/inkstone\" service remove".into())],
                }),
                Asked::Firewall => Some(ByHand {
                    steps: "请打开终端：".into(),
                    commands: vec![("先试：", "sudo ufw allow 80/tcp".into())],
                }),
            },
            ..Machine::default()
        },
    );
    let mut here = server.here();
    assert_eq!(to(&claim(&mut here)), (303, Some("/setup/lan")));
    let at = "/health/autostart";
    let page = here.get(at).text();
    for line in ["/opt/inkstone/inkstone", "先试：", "sudo ufw allow 80/tcp"] {
        assert!(page.contains(line), "{line} in {page}");
    }
    assert!(!page.contains("value=\"stop\"") && !page.contains("value=\"firewall\""));
    assert_eq!(here.submit(at, at, &[("do", "stop")]).status, 409);
}
