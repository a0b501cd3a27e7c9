//! The pages, as the archivist and the administrator use them: through sockets, and in a real browser at
//! both widths.

use super::year::{NO, over, seal};
use crate::support::browser::Browser;
use crate::support::office::{ADMIN, Office, PASSWORD};
use crate::support::town::Folder;
use inkstone::app::look;
use inkstone::store::VolumeState;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

const PAGE: &str = "/storage/volume/1";

fn until(office: &Office, state: VolumeState) {
    let end = Instant::now() + Duration::from_secs(30);
    while office.state.store.volume(NO).unwrap().state != state
        || office
            .state
            .store
            .volume_work(NO)
            .is_some_and(|w| w.ended.is_none())
    {
        assert!(
            Instant::now() < end,
            "{:?}",
            office.state.store.volume_work(NO)
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_year_is_sealed_carried_off_and_attached_on_the_pages() {
    let year = over("pages");
    let case = year.case;
    let office = Office::of(year.town);
    let mut admin = office.admin();
    let page = admin.get(PAGE);
    assert!(page.text().contains("封存2026年的案卷"), "{}", page.text());
    let sealed = admin.submit(PAGE, &format!("{PAGE}/seal"), &[]);
    assert_eq!(sealed.status, 303, "{}", sealed.text());
    until(&office, VolumeState::Frozen);
    let find = |admin: &mut crate::support::http::Http, word: &str| {
        assert!(office.state.search.drain(Duration::from_secs(20)));
        let page = admin.get(&format!("/search?q={}", inkstone::web::encode(word)));
        page.text().contains(&format!("/case/{case}"))
    };
    assert!(find(&mut admin, "森林防火") && find(&mut admin, "已排查"));
    assert!(find(&mut admin, "三月底前报送"), "what an attachment says");
    let page = admin.get(PAGE).text();
    assert!(
        page.contains("指纹（SM3）") && page.contains("已经封存"),
        "{page}"
    );
    let read = admin.get(&format!("/case/{case}")).text();
    assert!(read.contains("这一年已经封存"), "{read}");

    let disk = Folder::new("pages-disk");
    std::fs::create_dir_all(&disk.0).unwrap();
    let to = disk.0.to_str().unwrap().to_owned();
    let carry = format!("{PAGE}/carry");
    let wrong = admin.submit(
        PAGE,
        &carry,
        &[
            ("to", "/nowhere/at/all"),
            ("label", "甲盘"),
            ("keep", "card"),
        ],
    );
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("甲盘") && wrong.text().contains("没有 /nowhere/at/all"));
    let nameless = admin.submit(
        PAGE,
        &carry,
        &[("to", &to), ("label", ""), ("keep", "card")],
    );
    assert_eq!(nameless.status, 422);
    let gone = admin.submit(
        PAGE,
        &carry,
        &[("to", &to), ("label", "甲盘"), ("keep", "card")],
    );
    assert_eq!(gone.status, 303, "{}", gone.text());
    until(&office, VolumeState::Detached);
    let away = admin.get(&format!("/case/{case}"));
    assert_eq!(away.status, 200);
    assert!(away.text().contains("森林防火") && away.text().contains("存在“甲盘”上"));
    assert!(find(&mut admin, "森林防火"), "its title is still found");
    assert!(!find(&mut admin, "已排查"), "its opinions went with it");
    assert!(!find(&mut admin, "三月底前报送"));
    // whoever may not see it learns nothing
    let mut other = office.colleague(&mut admin, "钱细清");
    assert_eq!(other.get(&format!("/case/{case}")).status, 404);
    assert_eq!(other.get(PAGE).status, 403);

    let attach = format!("{PAGE}/attach");
    let wrong = admin.submit(PAGE, &attach, &[("path", "/nowhere/2026-0001.vol")]);
    assert_eq!(wrong.status, 422, "{}", wrong.text());
    let back = disk.0.join("2026-0001.vol");
    let back = admin.submit(PAGE, &attach, &[("path", back.to_str().unwrap())]);
    assert_eq!(back.status, 303, "{}", back.text());
    until(&office, VolumeState::Frozen);
    assert!(
        admin
            .get(&format!("/case/{case}"))
            .text()
            .contains("已排查。")
    );
    assert!(find(&mut admin, "已排查") && find(&mut admin, "三月底前报送"));
}

#[test]
fn a_case_of_another_office_is_read_on_the_pages() {
    let year = over("foreign");
    let case = year.case;
    seal(&year.town);
    let file = year.town.folder.dir().volume(NO);
    let office = Office::new("foreign-host");
    let mut admin = office.admin();
    let at = "/storage/beside";
    let wrong = admin.submit(at, at, &[("path", "/nowhere.vol")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("/nowhere.vol"));
    let added = admin.submit(at, at, &[("path", file.to_str().unwrap())]);
    assert_eq!(
        added.header("Location"),
        Some("/storage/beside/1"),
        "{}",
        added.text()
    );
    let list = admin.get("/storage/beside/1").text();
    assert!(list.contains("森林防火") && list.contains("只能看"));
    let page = admin.get(&format!("/storage/beside/1/case/{case}")).text();
    assert!(
        page.contains("已排查。")
            && page.contains(&format!("/storage/beside/1/case/{case}/ledger"))
    );
    assert!(
        !page.contains(&format!("\"/case/{case}")),
        "no link into our own"
    );
}

#[test]
fn the_pages_of_a_volume_as_they_look() {
    let year = over("volume-look");
    let case = year.case;
    super::onward::waiting(&year.town, "关于跨年工程的通知");
    let office = Office::of(year.town);
    let follower = crate::lanes::children(&office.town);
    office.town.store.deliver(&follower).unwrap();
    let here = SocketAddr::from(([127, 0, 0, 1], office.server.addresses()[0].port()));
    let Some(mut browser) = Browser::open(here) else {
        return;
    };
    browser.goto("/login");
    browser.fill("姓名、手机号或工号", ADMIN);
    browser.fill("密码", PASSWORD);
    browser.press("登录");
    browser.wait_gone("记住姓名");
    let _ = browser.complaints();
    browser.goto(PAGE);
    browser.see("volume-open");
    browser.press("没办完的转到2027年接着办");
    browser.wait_for("1 件转到今年接着办");
    browser.see("volume-onward");
    office.town.store.deliver(&follower).unwrap();
    browser.goto(PAGE);
    browser.press("封存2026年的案卷");
    until(&office, VolumeState::Frozen);
    browser.goto(PAGE);
    browser.wait_for("指纹");
    browser.see("volume-sealed");
    browser.goto(&format!("/case/{case}"));
    browser.see("case-sealed");
    let disk = Folder::new("look-disk");
    std::fs::create_dir_all(&disk.0).unwrap();
    let stamp = office.town.stamp("苏简", "volume.carry");
    let keep = inkstone::store::freeze::Keep::Card;
    let to = (disk.0.as_path(), "档案室 3 号移动硬盘");
    let path = office
        .state
        .store
        .carry_volume(NO, to, keep, stamp)
        .unwrap();
    browser.goto(PAGE);
    browser.see("volume-away");
    browser.goto(&format!("/case/{case}"));
    browser.see("case-away");
    browser.goto("/storage/beside");
    browser.see("beside");
    let showing = look::show(&path, None).unwrap();
    browser.moves_to(SocketAddr::from(([127, 0, 0, 1], showing.port())));
    browser.goto("/look");
    browser.see("look-list");
    browser.goto(&format!("/look/case/{case}"));
    browser.see("look-case");
}
