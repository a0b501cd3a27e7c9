//! The real server on a small disk that is filled to the brim (R04): what can be read is read on, what is written
//! comes back with everything in it and says so, nothing dies; with room again everything catches up by itself.
//! Needs root.

use super::disk::{Mounted, fill};
use crate::access::csrf::token;
use crate::drill::after::sound;
use crate::drill::scenes::work::{office, register, with_file};
use crate::support::binary::Started;
use crate::support::files::{Image, list};
use crate::support::http::{Http, encode};
use crate::support::office::log_in;
use crate::support::reply::Reply;
use crate::support::town::Folder;
use std::fs;
use std::mem::ManuallyDrop;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// What a refused write says, beside what was typed.
const SAID: &str = "磁盘";

fn mp3(size: usize) -> Vec<u8> {
    let mut bytes = b"ID3\x04\0\0\xff\xfb\x90".to_vec();
    bytes.extend((0..size).map(|i| ((i * 31) ^ (i >> 7)) as u8));
    bytes
}

fn refused(reply: &Reply, typed: &str) {
    let page = reply.text();
    assert!(
        [422, 503].contains(&reply.status),
        "{} {page}",
        reply.status
    );
    assert!(page.contains(SAID) && page.contains(typed), "{page}");
}

/// The first link on a page that begins so.
fn link(page: &str, begins: &str) -> String {
    let at = page
        .find(&format!("\"{begins}"))
        .unwrap_or_else(|| panic!("{begins}: {page}"));
    page[at + 1..].split('"').next().unwrap().to_owned()
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(30), "{what}");
        thread::sleep(Duration::from_millis(100));
    }
}

fn found(clerk: &mut Http, word: &str) -> bool {
    let page = clerk.get(&format!("/search?q={}", encode(word)));
    assert_eq!(page.status, 200, "{}", page.text());
    page.text().contains("\"/case/")
}

/// Registers until nothing goes any more: what the logs hold of their files may take a few.
fn fill_up(clerk: &mut Http, csrf: &str, filler: &Path, good: &mut Vec<String>) -> Reply {
    let (mut last, mut n) = (None, 0);
    for round in 0..400 {
        fill(filler);
        let title = format!("满盘时登记{round}");
        let reply = register(clerk, csrf, &title);
        if reply.status == 303 {
            (n, last) = (0, None);
            good.push(title);
        } else {
            n += 1;
            last = Some((title, reply));
        }
        if n == 5 {
            break;
        }
    }
    let (title, reply) = last.expect("the disk was never full");
    refused(&reply, &title);
    refused(&reply, "墨川县人民政府");
    reply
}

#[test]
fn a_server_on_a_full_disk_reads_on_and_catches_up_by_itself() {
    let Some(disk) = Mounted::new(24) else { return };
    let begin = office(|_| {});
    let place = Folder(disk.0.join("office"));
    Image::of(&begin.folder).write(&place);
    let folder = ManuallyDrop::new(place);
    let server = Started::start(&folder, &["--port", "0"]);
    let _log = Log(&folder);
    let mut clerk = begin.people[0].1.clone();
    clerk.address.set_port(server.address.port());
    let csrf = token(&clerk.get("/me"));
    let (sound_file, mut good) = (mp3(900_000), vec!["先登记的一件".to_owned()]);
    let kept = with_file(&mut clerk, "先登记的一件", ("录音.mp3", &sound_file));
    assert_eq!(kept.status, 303, "{}", kept.text());
    until("search", || found(&mut clerk, "先登记的一件"));

    let filler = disk.0.join("filler");
    for _ in 0..2 {
        fill_up(&mut clerk, &csrf, &filler, &mut good);
        // files on their way in, small and large
        for size in [1000, 5 << 20] {
            let sent = with_file(&mut clerk, "带文件的一件", ("大.mp3", &mp3(size)));
            refused(&sent, "带文件的一件");
        }
        let mut other = Http::to(clerk.address);
        let came = log_in(&mut other, "宋小笺", crate::support::office::PASSWORD);
        assert!(
            came.status == 303 || came.text().contains(SAID),
            "{}",
            came.text()
        );
        reads_go_on(&mut clerk, &sound_file);
        fs::remove_file(&filler).unwrap();

        let title = format!("又有地方{}", good.len());
        until("forms are taken again", || {
            register(&mut clerk, &csrf, &title).status == 303
        });
        good.push(title.clone());
        let sent = with_file(&mut clerk, &format!("附件{title}"), ("又.mp3", &sound_file));
        assert_eq!(sent.status, 303, "{}", sent.text());
        until("the list catches up", || {
            clerk.get("/todo").text().contains(&title)
        });
        until("the search catches up", || found(&mut clerk, &title));
    }
    let (code, said) = server.stop();
    assert_eq!(code, Some(0), "{said}");
    let titles = "SELECT title FROM case_list";
    let listed: Vec<String> = list(&folder.dir().index(), titles);
    for title in &good {
        assert!(listed.contains(title), "{title} was acknowledged");
    }
    sound(&folder);
    let log = fs::read_to_string(folder.0.join("log/inkstone.log")).unwrap();
    assert!(!log.contains("panicked"), "{log}");
}

/// Shows what the server wrote down, where the test fails: the disk goes with it.
struct Log<'a>(&'a Folder);

impl Drop for Log<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            let log = fs::read_to_string(self.0.0.join("log/inkstone.log"));
            println!("{}", log.unwrap_or_default());
        }
    }
}

fn reads_go_on(clerk: &mut Http, sound_file: &[u8]) {
    for page in ["/todo", "/register/incoming", "/people", "/start", "/me"] {
        assert_eq!(clerk.get(page).status, 200, "{page}");
    }
    assert!(found(clerk, "先登记的一件"));
    let list = clerk
        .get(&format!("/search?q={}", encode("先登记的一件")))
        .text();
    let case = link(&list, "/case/");
    let case = case.split(['?', '#']).next().unwrap();
    let page = clerk.get(case).text();
    let file = link(&page, &format!("{case}/file/"));
    let file = file.trim_end_matches("/save");
    let saved = clerk.get(&format!("{file}/save"));
    assert_eq!(saved.status, 200, "{file}");
    assert!(saved.body == sound_file, "{} bytes", saved.body.len());
}
