//! The pages: places, the key sheet, the records, and the wizard of an empty PC, through a socket and in a browser.

use super::office::Backed;
use crate::support::browser::Browser;
use crate::support::http::Http;
use crate::support::office::{ADMIN, Office, PASSWORD};
use crate::support::town::{Folder, Town};
use inkstone::app::backup::{Rhythm, look};
use inkstone::kit::recovery::RecoveryKey;
use inkstone::store::DataDir;
use inkstone::store::backup;
use inkstone::web::State;
use inkstone::web::state::Office as Words;
use std::fs;
use std::net::SocketAddr;

/// An office at work, and a folder on another disk.
fn office(name: &str) -> (Office, Folder) {
    let town = Town::new(name);
    town.register("incoming-handle", "关于防汛值班的通知")
        .unwrap();
    let office = Office::of(town);
    let place = Folder::new("page-place");
    fs::create_dir_all(&place.0).unwrap();
    (office, place)
}

/// The groups on a key sheet.
fn key_on(page: &str) -> String {
    let groups = page.split(['<', '>']).filter(|w| {
        w.len() == 5
            && w.chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    });
    let groups: Vec<&str> = groups.collect();
    assert_eq!(groups.len(), 8, "{page}");
    groups.join("-")
}

/// The key with its first letter miswritten so that its group tells it: one other letter in 32 does not.
fn slip(key: &str) -> String {
    let slips = ('A'..='H').map(|c| format!("{c}{}", &key[1..]));
    let mut told = slips.filter(|s| RecoveryKey::read(s).is_err());
    told.next().unwrap()
}

/// What the server's backup thread does twice a second.
fn tick(state: &State, rhythm: &mut Rhythm) {
    look(&state.store, rhythm).unwrap();
}

#[test]
fn from_the_first_key_to_the_first_record() {
    let (office, place) = office("pages");
    let mut admin = office.admin();
    let mut rhythm = Rhythm::default();
    let first = admin.get("/backup").text();
    for part in ["还没有备份位置", "还没有恢复码", "还没有做过备份"] {
        assert!(first.contains(part), "{part}");
    }
    let printed = admin.submit("/backup/key", "/backup/key", &[]).text();
    let key = key_on(&printed);
    assert!(
        !admin.get("/backup/key").text().contains(&key[..11]),
        "shown once"
    );
    // a slip of the pen keeps what was typed
    let slip = slip(&key);
    let wrong = admin.submit("/backup/key", "/backup/key/prove", &[("key", &slip)]);
    assert_eq!(wrong.status, 422);
    let text = wrong.text();
    assert!(text.contains("第 1 组") && text.contains(&slip), "{text}");
    let right = admin.submit(
        "/backup/key",
        "/backup/key/prove",
        &[("key", &key.to_lowercase())],
    );
    assert_eq!(right.status, 303);

    let wrong = admin.submit(
        "/backup/place",
        "/backup/place",
        &[("path", "/no/such/disk")],
    );
    assert!(wrong.status == 422 && wrong.text().contains("/no/such/disk"));
    let path = place.0.to_str().unwrap();
    let added = admin.submit("/backup/place", "/backup/place", &[("path", path)]);
    assert_eq!(added.status, 303);
    tick(&office.state, &mut rhythm);
    let page = admin.get("/backup").text();
    for part in ["上次备份", "已验证", path, "备份好了"] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(admin.get("/admin").text().contains("已验证"));
    let token = admin.get("/backup").hidden("/backup/drill");
    let fields: Vec<(&str, &str)> = token
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    assert_eq!(admin.post("/backup/drill", &fields).status, 303);
    tick(&office.state, &mut rhythm);
    let record = backup::drills(&office.state.store, 1).unwrap().remove(0);
    assert!(record.good, "{}", record.words);
    let sheet = admin.get(&format!("/backup/drills/{}", record.id)).text();
    for part in ["备份恢复演练记录", "通过", "1 件", "分管领导"] {
        assert!(sheet.contains(part), "{part}");
    }
}

/// A sheet in a safe is lost without a sound.
#[test]
fn r31_each_month_somebody_looks_for_the_sheet() {
    let backed = Backed::new("pages-sheet");
    let town = &backed.town;
    let prove = || {
        let stamp = town.stamp("苏简", "backup.key");
        backup::prove_key(&town.store, &backed.key.text(), "苏简", stamp).unwrap();
    };
    let asked = || {
        let all = backup::alarms(&town.store);
        let of_sheet = all.into_iter().filter(|(.., at)| *at == "/backup/key");
        of_sheet
            .map(|(level, words, _)| (level, words))
            .collect::<Vec<_>>()
    };
    assert!(asked()[0].1.contains("还没有核对"), "{:?}", asked());
    prove();
    assert_eq!(asked(), []);
    town.clock.advance(37 * 24 * 3_600_000);
    assert_eq!(asked(), []);
    town.clock.advance(2 * 24 * 3_600_000);
    let (level, words) = asked().remove(0);
    assert!(words.contains("一个多月没有核对了"), "{words}");
    assert_eq!(level, backup::Level::Warn);
    prove();
    assert_eq!(asked(), []);
}

#[test]
fn storage_is_set_at_the_server_pc_only() {
    let (office, _place) = office("pages-lan");
    let mut lan = office.logged_in(2, ADMIN, PASSWORD);
    let page = lan.get("/backup");
    assert!(page.status == 200 && !page.text().contains("马上备份</button>"));
    assert_eq!(lan.get("/backup/key").status, 403);
    assert_eq!(lan.get("/backup/place").status, 403);
}

#[test]
fn lost_numbers_are_confirmed_and_paper_is_believed() {
    let (office, _place) = office("pages-lost");
    let mut admin = office.admin();
    let dir = office.town.folder.dir();
    crate::support::files::Bare::open(&dir.hub()).one(
        "INSERT INTO backup_lost(what, shelf, words, found_at) VALUES('case', 0, '恢复到三天前的备份', 1)",
    );
    assert!(admin.get("/backup").text().contains("有 1 项丢失"));
    let none = admin.submit("/backup/lost", "/backup/lost", &[]);
    assert!(none.status == 422 && none.text().contains("请先勾选"));
    let done = admin.submit("/backup/lost", "/backup/lost", &[("id", "1")]);
    assert_eq!(done.status, 303);
    let page = admin.get("/backup/lost").text();
    assert!(page.contains(ADMIN) && !page.contains("要看过的"));
    let series = backup::series(&office.state.store).unwrap().remove(0);
    let id = series.id();
    let small = [("series", id.as_str()), ("n", "0")];
    let wrong = admin.submit("/backup/lost", "/backup/lost/floor", &small);
    assert!(wrong.status == 422 && wrong.text().contains("更大的号"));
    let raise = [("series", id.as_str()), ("n", "40")];
    assert_eq!(
        admin
            .submit("/backup/lost", "/backup/lost/floor", &raise)
            .status,
        303
    );
    let now = backup::series(&office.state.store).unwrap();
    assert_eq!(now.iter().find(|s| s.id() == id).unwrap().last, 40);
}

/// The wizard of an empty PC, up to what makes the server begin anew (the binary does that: `start`).
#[test]
fn an_empty_pc_restores_by_its_wizard() {
    let backed = Backed::new("wizard-from");
    backed.good();
    let folder = Folder::new("wizard-to");
    let server = crate::setup::wizard::Server::over(&folder);
    let mut here = server.here();
    assert!(here.get("/setup/choose").text().contains("从备份恢复"));
    let ask = |here: &mut Http, file: &str, key: &str| {
        let fields = [("file", file), ("key", key)];
        here.submit("/setup/restore", "/setup/restore", &fields)
    };
    let path = backed.place.0.to_str().unwrap();
    let nothing = ask(&mut here, "/no/such", &backed.key.text());
    assert!(nothing.status == 422 && nothing.text().contains("/no/such"));
    let other = inkstone::kit::recovery::RecoveryKey::new([1; 20]);
    let wrong = ask(&mut here, path, &other.text());
    let text = wrong.text();
    assert_eq!(wrong.status, 422);
    assert!(
        text.contains(&backed.key.number()) && text.contains(path),
        "{text}"
    );
    assert!(text.contains(&other.text()), "what was typed stays");
    assert_eq!(ask(&mut here, path, &backed.key.text()).status, 303);
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !here.get("/setup/restore").text().contains("都核对好了") {
        assert!(
            std::time::Instant::now() < until,
            "{}",
            here.get("/setup/restore").text()
        );
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    drop((server, here));
    let dir = folder.dir();
    assert!(backup::adopt_where_ready(&dir).unwrap());
    let folder = super::office::sound(folder);
    let cases = crate::support::files::in_volumes::<i64>(&folder, "SELECT count(*) FROM cases");
    assert_eq!(cases, [5]);
}

fn named(office: &Office) {
    office.state.set_office(Words {
        site: inkstone::ui::frame::Site {
            office: "砚田镇人民政府".into(),
            office_full: "墨川县砚田镇人民政府".into(),
            address: "192.168.1.20".into(),
            ..Default::default()
        },
        zone: inkstone::kit::Zone::BEIJING,
    });
}

#[test]
fn every_page_of_backups_as_it_looks() {
    let (office, place) = office("pages-look");
    named(&office);
    let port = office.server.addresses()[0].port();
    let Some(mut browser) = Browser::open(SocketAddr::from(([127, 0, 0, 1], port))) else {
        return;
    };
    browser.goto("/login");
    browser.fill("姓名、手机号或工号", ADMIN);
    browser.fill("密码", PASSWORD);
    browser.press("登录");
    browser.wait_gone("记住姓名");
    let _ = browser.complaints();
    let mut rhythm = Rhythm::default();
    browser.goto("/backup");
    browser.see("backup-empty");
    browser.goto("/backup/key");
    browser.press("印恢复码");
    browser.wait_for("离开这一页");
    browser.look("backup-key-sheet");
    fs::write(
        crate::support::browser::look_folder().join("backup-key.pdf"),
        browser.print(),
    )
    .unwrap();
    let key = key_on(
        browser
            .script("return document.documentElement.outerHTML")
            .as_str()
            .unwrap(),
    );
    browser.goto("/backup/key");
    browser.see("backup-key");
    browser.fill("恢复码", &key);
    browser.press_button("核对");
    browser.wait_for("核对无误");
    browser.goto("/backup/place");
    browser.fill("文件夹", place.0.to_str().unwrap());
    browser.see("backup-place");
    browser.press("试一试，加上");
    browser.wait_for("马上做一次备份");
    tick(&office.state, &mut rhythm);
    office.state.store.backups().ask(backup::Wish::Drill);
    tick(&office.state, &mut rhythm);
    browser.goto("/backup");
    browser.see("backup");
    browser.goto("/backup/drills");
    browser.see("backup-drills");
    browser.press("我看过了");
    browser.wait_for("记下了");
    browser.goto("/backup/drills/1");
    browser.wait_for("备份恢复演练记录");
    browser.look("backup-drill-sheet");
    let pdf = browser.print();
    assert_eq!(
        String::from_utf8_lossy(&pdf)
            .matches("/Type /Page\n")
            .count(),
        1,
        "one A4 page"
    );
    fs::write(
        crate::support::browser::look_folder().join("backup-drill.pdf"),
        pdf,
    )
    .unwrap();
    let dir: DataDir = office.town.folder.dir();
    let hub = crate::support::files::Bare::open(&dir.hub());
    for words in [
        "收文 第 7 号：备份以后发出的，件已经没有了，号不再发给别的件",
        "小事：请重新登记",
    ] {
        hub.one(&format!(
            "INSERT INTO backup_lost(what, shelf, words, found_at) VALUES('case', 0, '{words}', 1)"
        ));
    }
    browser.goto("/backup/lost");
    browser.see("backup-lost");
}
