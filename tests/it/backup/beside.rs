//! One damaged volume comes back by clicking, out of the newest backup of the place, while the server runs: nobody
//! logs in again, nobody types a command, and what came after the backup is named.

use crate::support::binary::{Started, run};
use crate::support::http::Http;
use crate::support::office::{self, Office};
use crate::support::town::Folder;
use inkstone::kit::recovery::RecoveryKey;
use inkstone::store::{Stamp, backup};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const AT: &str = "/storage/restore";

/// An office of which a document came after its backup, and its damaged volume; the place and the key.
fn damaged(name: &str) -> (Folder, Folder, RecoveryKey) {
    let mut office = Office::new(name);
    let place = Folder::new(&format!("{name}-place"));
    std::fs::create_dir_all(&place.0).unwrap();
    let (town, at) = (&office.town, office.town.clock.now());
    let stamp = |what| Stamp::new("person:1", what, at);
    let key = backup::make_key(&town.store, "苏简", stamp("backup.key")).unwrap();
    let path = place.0.to_str().unwrap();
    backup::add_place(&town.store, path, "苏简", stamp("backup.place")).unwrap();
    town.register("incoming-handle", "关于防汛的通知").unwrap();
    assert!(backup::run(&town.store).unwrap()[0].outcome.is_ok());
    town.register("incoming-handle", "备份以后来的函").unwrap();
    // the files outlive the office that made them
    let folder = std::mem::replace(&mut office.town.folder, Folder::new("beside-none"));
    drop(office);
    // nothing of it can be read any more
    std::fs::write(folder.dir().volume(1), vec![b'x'; 50_000]).unwrap();
    for tail in ["wal", "shm"] {
        let _ = std::fs::remove_file(folder.0.join(format!("volumes/0001.vol-{tail}")));
    }
    (folder, place, key)
}

/// What the page says to whoever is logged in; empty while nobody listens.
fn said(seat: &Http, path: &str) -> String {
    let cookies = seat.cookies.iter().map(|(k, v)| format!("{k}={v}"));
    let cookies = cookies.collect::<Vec<_>>().join("; ");
    let asked = format!(
        "GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {cookies}\r\nConnection: close\r\n\r\n",
        seat.address
    );
    let mut said = Vec::new();
    let wire = TcpStream::connect(seat.address);
    let _ = wire.and_then(|mut wire| {
        wire.write_all(asked.as_bytes())?;
        wire.read_to_end(&mut said)
    });
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
fn a_damaged_volume_comes_back_by_clicking() {
    let (folder, place, key) = damaged("beside-clicked");
    let server = Started::start(&folder, &["--port", "0"]);
    let mut admin = Http::to(server.address);
    let came = office::log_in(&mut admin, office::ADMIN, office::PASSWORD);
    assert_eq!(came.status, 303, "{}", came.text());
    let health = admin.get("/health").text();
    assert!(health.contains("坏了") && health.contains(AT), "{health}");
    assert!(admin.get("/storage/volume/1").text().contains(AT));
    let page = admin.get(AT).text();
    assert!(
        page.contains(place.0.to_str().unwrap()),
        "the place is filled in: {page}"
    );

    let mut fields = vec![("volume", "1"), ("file", place.0.to_str().unwrap())];
    let wrong = admin.submit(
        AT,
        AT,
        &[&fields[..], &[("key", "看不懂的恢复码")]].concat(),
    );
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("看不懂的恢复码"), "{}", wrong.text());
    let text = key.text();
    fields.push(("key", &text));
    let other = admin.submit(AT, AT, &[&[("volume", "2")], &fields[1..]].concat());
    assert_eq!(other.status, 422, "{}", other.text());
    let begun = admin.submit(AT, AT, &fields);
    assert_eq!(begun.status, 303, "{}", begun.text());

    let until = Instant::now() + Duration::from_secs(120);
    while !said(&admin, AT).contains("该在的柜子都在") {
        assert!(Instant::now() < until, "{}", said(&admin, AT));
        std::thread::sleep(Duration::from_millis(200));
    }
    let mut admin = Http {
        tls: None,
        address: admin.address,
        cookies: admin.cookies,
    };
    let lost = admin.get("/backup/lost").text();
    assert!(lost.contains("备份以后来的函"), "{lost}");
    assert!(admin.get("/health").text().contains("该在的柜子都在"));
    let (code, last) = server.stop();
    assert_eq!(code, Some(0), "{last}");
    let (_, checked) = run(&folder, &["verify"]);
    assert!(checked.starts_with("全部核对无误"), "{checked}");
    let aside = std::fs::read_dir(&folder.0).unwrap().flatten();
    let aside = aside.filter(|e| {
        e.file_name()
            .to_string_lossy()
            .starts_with("before-restore-")
    });
    assert_eq!(aside.count(), 1, "the damaged file is put aside");
}
