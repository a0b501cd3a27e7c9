//! The scanner's folder: files half written, power cuts at every step, odd files; the tray and its people.

use super::desk::{Desk, photograph};
use crate::support::files::in_volumes;
use crate::support::town::{Folder, Town};
use inkstone::inbox::scan_folder::{DONE, REFUSED, Watch};
use inkstone::inbox::{scan, scan_store};
use inkstone::kit::ShelfNo;
use inkstone::store::Stamp;
use inkstone::store::verify::verify;
use std::fs;
use std::path::Path;

/// A folder the scanner writes to, gone with the test.
fn scans(name: &str) -> Folder {
    let folder = Folder::new(name);
    fs::create_dir_all(&folder.0).unwrap();
    folder
}

fn shelf(town: &Town) -> ShelfNo {
    scan::shelf(&town.store, &town.directory())
        .unwrap()
        .unwrap()
}

fn look(town: &Town, watch: &mut Watch, folder: &Path) -> usize {
    let stamp = || Stamp::new("system:scanner", "scan.receive", town.clock.now());
    watch
        .look((&town.store, shelf(town)), folder, &stamp)
        .unwrap()
}

fn waiting(town: &Town) -> Vec<String> {
    let read = town.store.shelf(shelf(town)).unwrap();
    let all = scan_store::list_waiting(&read, shelf(town)).unwrap();
    all.into_iter().map(|p| p.name).collect()
}

fn names(folder: &Path) -> Vec<String> {
    let Ok(all) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut all: Vec<String> = all
        .flatten()
        .filter(|e| e.path().is_file())
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    all.sort();
    all
}

#[test]
fn a_file_is_taken_when_it_has_stopped_growing() {
    let town = Town::new("scan-grow");
    let folder = scans("scan-grow-in");
    let page = photograph(600, 800, [200, 10, 10]);
    let path = folder.0.join("扫描0001.jpg");
    let mut watch = Watch::default();
    for part in [100, 2000, page.len() / 2] {
        fs::write(&path, &page[..part]).unwrap();
        assert_eq!(look(&town, &mut watch, &folder.0), 0, "{part}");
    }
    fs::write(&path, &page).unwrap();
    assert_eq!(
        look(&town, &mut watch, &folder.0),
        0,
        "it was another size a moment ago"
    );
    assert!(waiting(&town).is_empty() && path.exists());
    // somebody holds it
    let held = fs::File::open(&path).unwrap();
    held.lock().unwrap();
    assert_eq!(look(&town, &mut watch, &folder.0), 0);
    drop(held);
    assert_eq!(look(&town, &mut watch, &folder.0), 1);
    assert_eq!(waiting(&town), ["扫描0001.jpg"]);
    assert_eq!(names(&folder.0), [""; 0]);
    assert_eq!(
        fs::read(folder.0.join(DONE).join("扫描0001.jpg")).unwrap(),
        page
    );
}

#[test]
fn a_power_cut_neither_loses_nor_doubles() {
    let town = Town::new("scan-cut");
    let folder = scans("scan-cut-in");
    let (a, b) = (
        photograph(500, 700, [200, 10, 10]),
        photograph(500, 700, [10, 10, 200]),
    );
    let put = |name: &str, bytes: &[u8]| fs::write(folder.0.join(name), bytes).unwrap();
    // contents kept, and then the power: the file is still there and nothing names the contents
    let mut upload = town.store.upload(shelf(&town)).unwrap();
    upload.push(&a).unwrap();
    upload.finish().unwrap();
    put("甲.jpg", &a);
    let town = town.restart();
    let mut watch = Watch::default();
    look(&town, &mut watch, &folder.0);
    assert_eq!(look(&town, &mut watch, &folder.0), 1);
    // the row written, and then the power before the move: the file is seen again
    put("乙.jpg", &b);
    look(&town, &mut watch, &folder.0);
    assert_eq!(look(&town, &mut watch, &folder.0), 1);
    put("乙.jpg", &b);
    fs::remove_file(folder.0.join(DONE).join("乙.jpg")).unwrap();
    let town = town.restart();
    let mut watch = Watch::default();
    look(&town, &mut watch, &folder.0);
    assert_eq!(look(&town, &mut watch, &folder.0), 0);
    assert_eq!(waiting(&town), ["甲.jpg", "乙.jpg"]);
    assert_eq!(names(&folder.0), [""; 0]);
    assert_eq!(names(&folder.0.join(DONE)), ["乙.jpg", "甲.jpg"]);
    // nothing half done is left behind, and a day later the contents are still named
    town.clock.advance(25 * 3_600_000);
    let town = town.restart();
    let read = town.store.shelf(shelf(&town)).unwrap();
    for page in scan_store::list_waiting(&read, shelf(&town)).unwrap() {
        assert!(
            town.store.blob(shelf(&town), page.digest).is_ok(),
            "{}",
            page.name
        );
    }
    drop(read);
    let folder = town.stop();
    assert!(verify(&folder.dir()).unwrap().is_empty());
    assert_eq!(in_volumes::<i64>(&folder, "SELECT count(*) FROM scan"), [2]);
}

#[test]
fn what_cannot_be_taken_is_moved_aside_with_its_reason() {
    let town = Town::new("scan-odd");
    let folder = scans("scan-odd-in");
    let put = |name: &str, bytes: &[u8]| fs::write(folder.0.join(name), bytes).unwrap();
    put("坏.jpg", b"\xff\xd8\xff\xe0 torn");
    put("程序.exe", b"MZ\x90\0\0\0\0\0");
    put("密件.txt", "机密★1年\n关于某事".as_bytes());
    put("还在写.tmp", b"x");
    fs::create_dir(folder.0.join("子文件夹")).unwrap();
    let huge = fs::File::create(folder.0.join("太大.tif")).unwrap();
    huge.set_len((200 << 20) + 1).unwrap();
    drop(huge);
    let mut watch = Watch::default();
    for _ in 0..3 {
        assert_eq!(look(&town, &mut watch, &folder.0), 0);
    }
    assert!(waiting(&town).is_empty());
    assert_eq!(names(&folder.0), ["还在写.tmp"]);
    assert_eq!(
        names(&folder.0.join(REFUSED)),
        ["坏.jpg", "太大.tif", "密件.txt", "程序.exe"]
    );
    let read = town.store.shelf(shelf(&town)).unwrap();
    let all = scan_store::list_refused(&read, shelf(&town)).unwrap();
    let why = |name: &str| all.iter().find(|r| r.name == name).unwrap().reason.clone();
    assert!(why("坏.jpg").contains("打不开") && why("程序.exe").contains("会运行"));
    assert!(why("密件.txt").contains("没有收下") && why("太大.tif").contains("超过 200 MB"));
    assert_eq!(all.len(), 4, "once each");
}

#[test]
fn pages_of_the_tray_are_registered_as_one_original() {
    let mut desk = Desk::new("scan-tray");
    let folder = scans("scan-tray-in");
    for (n, colour) in [[200, 10, 10], [10, 200, 10], [10, 10, 200]]
        .iter()
        .enumerate()
    {
        let page = photograph(500 + 100 * u32::try_from(n).unwrap(), 900, *colour);
        fs::write(folder.0.join(format!("扫描{}.jpg", n + 1)), page).unwrap();
    }
    let mut watch = Watch::default();
    look(&desk.office.town, &mut watch, &folder.0);
    assert_eq!(look(&desk.office.town, &mut watch, &folder.0), 3);
    let page = desk.clerk.get("/scans").text();
    assert!(
        page.contains("3 份等着登记") && page.contains("扫描2.jpg"),
        "{page}"
    );
    let tray = shelf(&desk.office.town);
    let pages =
        scan_store::list_waiting(&desk.office.town.store.shelf(tray).unwrap(), tray).unwrap();
    let ids: Vec<String> = pages.iter().map(|p| p.id.to_string()).collect();
    assert_eq!(
        desk.clerk
            .get(&format!("/scans/{}", ids[0]))
            .header("content-type"),
        Some("image/jpeg")
    );
    let orders: Vec<String> = ids.iter().map(|id| format!("order.{id}")).collect();
    let fields = [
        ("pick", ids[0].as_str()),
        ("pick", ids[2].as_str()),
        (orders[0].as_str(), "2"),
        (orders[2].as_str(), "1"),
        ("as", "incoming-handle"),
    ];
    let taken = desk.clerk.submit("/scans", "/scans/take", &fields);
    assert_eq!(taken.status, 303, "{}", taken.text());
    let at = taken.header("location").unwrap().to_owned();
    let draft = at.split("draft=").nth(1).unwrap().to_owned();
    assert_eq!(waiting(&desk.office.town), ["扫描2.jpg"]);
    assert!(desk.clerk.get("/scans").text().contains("宋小笺拿去登记"));
    // taken by two at once: the second is told
    let again = desk.clerk.submit("/scans", "/scans/take", &fields[..1]);
    assert_ne!(again.status, 303);
    let case = desk.registered(&[("draft", &draft), ("f.declared", "本件不涉密")], &[]);
    let kept = desk.files_of(case);
    assert_eq!(kept.len(), 1);
    let pdf = String::from_utf8_lossy(&desk.bytes_of(&kept[0])).into_owned();
    let widths: Vec<&str> = pdf
        .split("/Width ")
        .skip(1)
        .map(|w| w.split(' ').next().unwrap())
        .collect();
    assert_eq!(widths, ["700", "500"], "in the order of the numbers");
}

#[test]
fn a_page_is_put_aside_with_a_reason_and_comes_back() {
    let mut desk = Desk::new("scan-drop");
    let folder = scans("scan-drop-in");
    fs::write(folder.0.join("歪的.jpg"), photograph(300, 400, [9, 9, 99])).unwrap();
    let mut watch = Watch::default();
    look(&desk.office.town, &mut watch, &folder.0);
    look(&desk.office.town, &mut watch, &folder.0);
    let tray = shelf(&desk.office.town);
    let id =
        scan_store::list_waiting(&desk.office.town.store.shelf(tray).unwrap(), tray).unwrap()[0].id;
    let id = id.to_string();
    let token = desk.clerk.get("/scans").hidden("/scans/take");
    let csrf = &token.iter().find(|(n, _)| n == "_csrf").unwrap().1;
    let mut drop = |reason: &str| {
        let fields = [("_csrf", csrf.as_str()), ("pick", &id), ("reason", reason)];
        desk.clerk.post("/scans/drop", &fields).status
    };
    assert_eq!(drop(""), 422);
    assert_eq!(drop("扫歪了，已重扫"), 303);
    assert!(waiting(&desk.office.town).is_empty());
    let page = desk.clerk.get("/scans").text();
    assert!(page.contains("宋小笺删除：扫歪了，已重扫"), "{page}");
    let back = desk
        .clerk
        .post(&format!("/scans/{id}/back"), &[("_csrf", csrf)]);
    assert_eq!(back.status, 303);
    assert_eq!(waiting(&desk.office.town), ["歪的.jpg"]);
    // whoever is no records clerk sees none of it
    let mut admin = desk.office.admin();
    let mut other = desk.office.colleague(&mut admin, "钱细清");
    for at in [
        "/scans".to_owned(),
        format!("/scans/{id}"),
        format!("/scans/{id}/save"),
    ] {
        assert_eq!(other.get(&at).status, 403, "{at}");
    }
}

#[test]
fn the_folder_is_chosen_at_the_server_and_looked_at_first() {
    let desk = Desk::new("scan-choose");
    let folder = scans("scan-choose-in");
    let mut admin = desk.office.admin();
    let data = desk.office.town.folder.0.clone();
    let inside = data.join("volumes");
    for (typed, why) in [
        ("扫描", "完整的路径"),
        ("/没有/这个", "没有这个文件夹"),
        ("/etc", "系统自己的文件夹"),
        (data.to_str().unwrap(), "存放数据的地方"),
        (inside.to_str().unwrap(), "存放数据的地方"),
    ] {
        let refused = admin.submit("/admin/scan", "/admin/scan", &[("folder", typed)]);
        assert_eq!(refused.status, 422, "{typed}");
        assert!(refused.text().contains(why), "{typed}: {}", refused.text());
    }
    let typed = folder.0.to_str().unwrap();
    let chosen = admin.submit("/admin/scan", "/admin/scan", &[("folder", typed)]);
    assert_eq!(chosen.status, 303, "{}", chosen.text());
    let hub = desk.office.town.store.hub().unwrap();
    assert_eq!(
        scan_store::find_folder(&hub).unwrap().as_deref(),
        Some(typed)
    );
    drop(hub);
    // the same page from the LAN is refused
    let mut lan = desk.office.logged_in(
        2,
        crate::support::office::ADMIN,
        crate::support::office::PASSWORD,
    );
    assert_eq!(lan.get("/admin/scan").status, 403);
    // and what runs beside the server takes in what is put there
    fs::write(folder.0.join("一.jpg"), photograph(300, 400, [9, 9, 99])).unwrap();
    let mut watch = Watch::default();
    let look = |watch: &mut Watch| inkstone::app::scanner::look(&desk.office.state, watch).unwrap();
    look(&mut watch);
    assert_eq!(look(&mut watch), 1);
}
