//! Another PC (R30, 换一台电脑 30 分钟恢复): the office of PC A is backed up to a stick and dies; PC B has the program, the
//! stick and the key on paper, and another address. Clicks on B are counted up to the first log-in.

pub mod lan;

use crate::support::browser::Browser;
use crate::support::http::Http;
use crate::support::office::{self, ADMIN, Office, PASSWORD};
use crate::support::town::Folder;
use inkstone::store::{Stamp, backup};
use lan::{Lan, Screen};
use std::thread;
use std::time::{Duration, Instant};

/// Waits for a state; the limit is generous, and no duration is asserted.
fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(120);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "waited in vain: {what}");
        thread::sleep(Duration::from_millis(200));
    }
}

/// An office with people, a document and a backup on the stick; the key.
fn office_of_a(stick: &Folder) -> (Folder, String) {
    let office = Office::new("elsewhere-a");
    let mut admin = office.admin();
    for name in ["宋小笺", "江若川"] {
        office.colleague(&mut admin, name);
    }
    let case = office
        .town
        .register("incoming-handle", "关于做好防汛工作的通知");
    assert!(case.is_ok() && office.town.store.drain(Duration::from_secs(10)));
    let (store, at) = (&office.town.store, office.town.clock.now());
    let key = backup::make_key(store, ADMIN, Stamp::new("person:1", "backup.key", at)).unwrap();
    std::fs::create_dir_all(&stick.0).unwrap();
    let stamp = Stamp::new("person:1", "backup.place", at);
    backup::add_place(store, stick.0.to_str().unwrap(), ADMIN, stamp).unwrap();
    office.town.store.checkpoint();
    let folder = crate::support::files::Image::of(&office.town.folder).copy_all("elsewhere-moved");
    (folder, key.text())
}

#[test]
fn r30_another_pc_with_the_program_and_the_stick_is_the_office() {
    let Some(lan) = Lan::new() else {
        return;
    };
    let (a, b) = (lan.pc(1), lan.pc(2));
    let stick = Folder::new("elsewhere-stick");
    let (folder, key) = office_of_a(&stick);
    let office = a.starts(&folder, None);
    let told = format!("http://{}", a.address);
    assert!(office.words.contains(&told), "{}", office.words);
    let screen = a.screen(office.address.port());
    let mut admin = Http::to(screen.at);
    assert_eq!(office::log_in(&mut admin, ADMIN, PASSWORD).status, 303);
    // one is made by itself at the start, another before the stick is pulled out
    let first = another_backup(&mut admin, &stick, &[]);
    let pressed = admin.submit("/backup", "/backup/run", &[]);
    assert_eq!(pressed.status, 303, "{}", pressed.text());
    let last = another_backup(&mut admin, &stick, &first);
    drop((screen, office));

    let empty = Folder::new("elsewhere-b");
    let there = b.starts(&empty, Some(&stick.0));
    let port = there.address.port();
    let screen = b.screen(port);
    let Some(mut browser) = Browser::open(screen.at) else {
        return;
    };
    a_wrong_key_is_asked_for_again(&screen);
    // the double click; the program opens the page by itself
    let (mut clicks, mut fields) = (1, 0);
    let began = Instant::now();
    browser.goto("/");
    browser.wait_for("从备份恢复");
    browser.press("从备份恢复");
    clicks += 1;
    // nobody has to know what the stick is called
    browser.wait_for("在 /media/stick");
    browser.wait_for("砚田镇人民政府");
    browser.look("elsewhere-restore");
    browser.fill("恢复码", &key);
    fields += 1;
    browser.press("开始恢复");
    clicks += 1;
    // it becomes the page of the log-in by itself, also while nobody listens for a moment
    until("the log-in", || browser.sees("记住姓名").then_some(()));
    browser.fill("姓名、手机号或工号", ADMIN);
    browser.fill("密码", PASSWORD);
    fields += 2;
    browser.press("登录");
    clicks += 1;
    browser.wait_for("待办");
    println!(
        "another PC: {clicks} clicks, {fields} fields, {} seconds to the first log-in",
        began.elapsed().as_secs()
    );
    assert!(clicks <= 6, "R30");
    assert_eq!((clicks, fields), (4, 3));

    // the address is another one than people were told: the list, the card and a letter say so
    let now = b.address.to_string();
    for page in ["/todo", "/address"] {
        browser.goto(page);
        browser.wait_for("服务器的地址变了");
        browser.wait_for(&now);
    }
    browser.goto("/me/alerts");
    browser.wait_for("服务器的地址变了");
    browser.goto("/address");
    browser.press("大家都知道了");
    browser.wait_gone("服务器的地址变了");

    // colleagues of the town come by the new address, with the password they have
    let town = lan.colleague(&b, port);
    let mut clerk = Http::to(town.at);
    let came = office::log_in(&mut clerk, "宋小笺", PASSWORD);
    assert_eq!(came.status, 303, "{}", came.text());
    assert!(clerk.get("/todo").text().contains("关于做好防汛工作的通知"));
    let card = clerk.get("/address").text();
    assert!(
        card.contains(&now) && !card.contains(&a.address.to_string()),
        "{card}"
    );
    // and none of them may do there what is done at B's own screen
    let mut away = Http::to(town.at);
    assert_eq!(office::log_in(&mut away, ADMIN, PASSWORD).status, 303);
    assert_eq!(away.get("/admin/people").status, 403);
    // PC A was mended and is switched on: it finds B's mark on the stick, and says that it is the old one
    let mut keeper = Http::to(screen.at);
    assert_eq!(office::log_in(&mut keeper, ADMIN, PASSWORD).status, 303);
    let pressed = keeper.submit("/backup", "/backup/run", &[]);
    assert_eq!(pressed.status, 303, "{}", pressed.text());
    another_backup(&mut keeper, &stick, &last);
    let mended = a.starts(&folder, None);
    let old = a.screen(mended.address.port());
    let mut admin = Http::to(old.at);
    assert_eq!(office::log_in(&mut admin, ADMIN, PASSWORD).status, 303);
    until("the old PC knows", || {
        admin
            .get("/todo")
            .text()
            .contains("这台是旧的")
            .then_some(())
    });
    drop((browser, screen, there));
}

/// Mistyped: the choice stands, and is written nowhere else, where it would go before another one.
fn a_wrong_key_is_asked_for_again(screen: &Screen) {
    let (mut here, at) = (Http::to(screen.at), "/setup/restore");
    let page = here.get(at).text();
    let path = page.split("value=\"/media/stick/").nth(1).unwrap();
    let path = format!("/media/stick/{}", path.split('"').next().unwrap());
    let fields = [("found", path.as_str()), ("file", ""), ("key", "AAAAA")];
    let wrong = here.submit(at, at, &fields);
    let page = wrong.text();
    assert!(wrong.status == 422 && page.contains("AAAAA"), "{page}");
    assert_eq!(page.matches(&path).count(), 1, "{page}");
}

/// The backups on the stick, once there are others than these and none is under way. Of an hour the last one is kept.
fn another_backup(admin: &mut Http, stick: &Folder, before: &[String]) -> Vec<String> {
    until("a backup on the stick", || {
        let page = admin.get("/backup").text();
        let mut all = walk(&stick.0);
        all.retain(|f| f.ends_with(".inkbak"));
        let rests = page.contains("\"/backup/run\"");
        (rests && !all.is_empty() && all != before).then_some(all)
    })
}

/// Everything below a folder.
fn walk(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut all = Vec::new();
    for path in entries.map(|e| e.path()) {
        if path.is_dir() {
            all.extend(walk(&path));
        } else {
            all.push(path.display().to_string());
        }
    }
    all
}
