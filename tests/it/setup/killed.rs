//! F07 on the real binary: it is killed before and after each page of the wizard is sent, and while the claim is being
//! written. The port stays, the page is the same, what was typed is there, nobody slips in, and there is one office or none.

use super::wizard::{OFFICE, SENTENCE, STEPS, name_office, to};
use crate::support::binary::{Started, run};
use crate::support::files::{Image, list};
use crate::support::http::{Gone, Http, may_vanish};
use crate::support::office::log_in;
use crate::support::reply::Reply;
use crate::support::town::Folder;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const NAME: &str = "苏简";
const DEPARTMENTS: [(&str, &str); 7] = [
    ("name-LD", "党政领导"),
    ("short-LD", "领导"),
    ("name-DZB", "党政综合办公室"),
    ("short-DZB", "党政办"),
    ("keep", "CZS"),
    ("name-CZS", "财政所（农经站）"),
    ("villages", "东溪村、西岭村"),
];
const PERSON: [(&str, &str); 6] = [
    ("mode", "one"),
    ("name-1", NAME),
    ("mobile-1", "13800000001"),
    ("post-1", "DZB-1"),
    ("password-1", SENTENCE),
    ("again-1", SENTENCE),
];

/// The server of one folder, and the clerk's browser at another PC.
struct Rig<'a> {
    folder: &'a Folder,
    office: Option<Started>,
    port: u16,
    clerk: Http,
}

impl<'a> Rig<'a> {
    fn new(folder: &'a Folder) -> Self {
        let office = Started::start(folder, &["--port", "0"]);
        let port = office.address.port();
        Self {
            folder,
            office: Some(office),
            port,
            clerk: Http::to(SocketAddr::from(([127, 0, 0, 2], port))),
        }
    }

    /// SIGKILL, and the exe is double-clicked again.
    fn killed(&mut self) {
        drop(self.office.take());
        let office = Started::start(self.folder, &[]);
        assert_eq!(office.address.port(), self.port, "the port stays");
        self.office = Some(office);
    }

    fn code(&self) -> String {
        let words = &self.office.as_ref().unwrap().words;
        let digits = words.split("安装码").nth(1).unwrap().chars();
        digits.filter(char::is_ascii_digit).take(8).collect()
    }

    /// Somebody else of the network, with no cookie: the wizard shows and takes nothing.
    fn nobody_slips_in(&self, claimed: bool) {
        let mut thief = Http::to(self.clerk.address);
        let sent_to = if claimed { "/login" } else { "/setup" };
        for step in &STEPS[1..] {
            assert_eq!(to(&thief.get(step)), (303, Some(sent_to)), "{step}");
        }
        let page = thief.get(sent_to);
        assert_eq!(
            page.text().contains("请用启用时写的姓名和密码登录"),
            claimed
        );
        let csrf = page.hidden(sent_to);
        let mut fields = vec![(csrf[0].0.as_str(), csrf[0].1.as_str())];
        fields.extend(PERSON);
        assert_eq!(
            to(&thief.post("/setup/admins", &fields)),
            (303, Some(sent_to))
        );
    }

    /// The page was open while the server died, and is sent to the one that was started again.
    fn sends_the_open_page(&mut self, at: &str, fields: &[(&str, &str)]) -> Reply {
        let hidden = self.clerk.get(at).hidden(at);
        self.killed();
        let mut all: Vec<(&str, &str)> = hidden.iter().map(|(n, v)| (&**n, &**v)).collect();
        all.extend_from_slice(fields);
        self.clerk.post(at, &all)
    }

    /// A page of the wizard: killed before it is sent and after.
    fn step(&mut self, at: &str, fields: &[(&str, &str)], next: &str) {
        let sent = self.sends_the_open_page(at, fields);
        assert_eq!(to(&sent), (303, Some(next)), "{at}: {}", sent.text());
        self.killed();
        assert_eq!(to(&self.clerk.get("/setup")), (303, Some(next)), "{at}");
        self.nobody_slips_in(false);
    }

    fn reads(&mut self, at: &str, words: &[&str]) {
        let page = self.clerk.get(at).text();
        for word in words {
            assert!(page.contains(word), "{word} at {at}: {page}");
        }
    }
}

#[test]
fn f07_killed_before_and_after_each_page_it_goes_on_there() {
    let folder = Folder::new("setup-killed");
    let mut rig = Rig::new(&folder);
    // the code on the screen is another one after a start; the old one is refused in words
    let old = rig.code();
    let said = rig.sends_the_open_page("/setup", &[("code", &old)]);
    assert!(
        to(&said).0 == 303 || said.text().contains("还可以试"),
        "{}",
        said.text()
    );
    let code = rig.code();
    let entered = rig.clerk.submit("/setup", "/setup", &[("code", &code)]);
    assert_eq!(to(&entered), (303, Some("/setup")), "{}", entered.text());
    rig.killed();
    assert_eq!(to(&rig.clerk.get("/setup")), (303, Some("/setup/choose")));
    rig.nobody_slips_in(false);

    rig.step("/setup/choose", &[("begin", "new")], "/setup/office");
    // the names alone are not kept yet: the page comes back with the codes, and is sent again
    let codes = rig.sends_the_open_page("/setup/office", &OFFICE);
    assert!(
        codes.text().contains("value=\"砚政发\""),
        "{}",
        codes.text()
    );
    rig.killed();
    assert_eq!(to(&rig.clerk.get("/setup")), (303, Some("/setup/office")));
    assert_eq!(to(&name_office(&mut rig.clerk)), (303, Some("/setup/org")));
    rig.killed();
    assert_eq!(to(&rig.clerk.get("/setup")), (303, Some("/setup/org")));
    rig.reads("/setup/office", &["墨川县砚田镇人民政府", "砚党政办发"]);

    rig.step("/setup/org", &DEPARTMENTS, "/setup/admins");
    rig.reads("/setup/org", &["财政所（农经站）", "东溪村\n西岭村"]);
    rig.reads("/setup/office", &["墨川县砚田镇人民政府", "砚函"]);

    let claimed = rig.sends_the_open_page("/setup/admins", &PERSON);
    assert_eq!(
        to(&claimed),
        (303, Some("/setup/lan")),
        "{}",
        claimed.text()
    );
    rig.killed();
    rig.nobody_slips_in(true);
    // the browser that claimed is still logged in, and is led back
    rig.reads("/todo", &["启用还差一步", "href=\"/setup/lan\""]);
    let waiting = to(&rig.clerk.get("/setup/lan")).1.unwrap().to_owned();
    let hidden = rig.clerk.get(&waiting).hidden("/setup/lan");
    rig.killed();
    let fields: Vec<(&str, &str)> = hidden.iter().map(|(n, v)| (&**n, &**v)).collect();
    let passed = rig.clerk.post("/setup/lan", &fields);
    assert_eq!(to(&passed), (303, Some("/setup/done")), "{}", passed.text());
    rig.killed();
    rig.reads("/setup/done", &["第 7 步，共 7 步", "已经启用"]);
    assert!(!rig.clerk.get("/todo").text().contains("启用还差一步"));
    rig.nobody_slips_in(true);
    // another browser has no session, and is asked who it is
    let mut other = Http::to(rig.clerk.address);
    assert_eq!(log_in(&mut other, NAME, SENTENCE).status, 303);
    drop(rig.office.take());
    one_office_or_none(&folder, true);
}

/// What the files say once it is stopped.
fn one_office_or_none(folder: &Folder, claimed: bool) {
    let hub = folder.dir().hub();
    let count = |what: &str| list::<i64>(&hub, what)[0];
    let counts = [
        count("SELECT count(*) FROM organ"),
        count("SELECT count(*) FROM account"),
        count("SELECT count(*) FROM person"),
    ];
    assert_eq!(counts, [i64::from(claimed); 3]);
    let (_, said) = run(folder, &["verify"]);
    assert!(said.starts_with("全部核对无误"), "{said}");
}

#[test]
fn f07_killed_while_it_claims_there_is_one_office_or_none() {
    let folder = Folder::new("setup-claiming");
    let image = {
        let rig = Rig::new(&folder);
        let mut here = Http::to(SocketAddr::from(([127, 0, 0, 1], rig.port)));
        let begun = here.submit("/setup/choose", "/setup/choose", &[("begin", "new")]);
        assert_eq!(begun.status, 303);
        name_office(&mut here);
        here.submit("/setup/org", "/setup/org", &DEPARTMENTS);
        drop(rig);
        Image::of(&folder)
    };
    drop(folder);
    let mut whole = Duration::ZERO;
    let mut ends = [0; 2];
    for round in 0..=6_u32 {
        let folder = image.copy_all(&format!("setup-claiming-{round}"));
        let office = Started::start(&folder, &[]);
        let mut here = Http::to(office.address);
        let hidden = here.get("/setup/admins").hidden("/setup/admins");
        let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(n, v)| (&**n, &**v)).collect();
        fields.extend(PERSON);
        let began = Instant::now();
        if round == 0 {
            // how long it takes where nothing happens
            assert_eq!(here.post("/setup/admins", &fields).status, 303);
            whole = began.elapsed();
            drop(office);
        } else {
            let gone = Arc::new(AtomicBool::new(false));
            std::thread::scope(|s| {
                let flag = gone.clone();
                let (here, fields) = (&mut here, &fields);
                let posting = s.spawn(move || {
                    may_vanish(flag);
                    here.post("/setup/admins", fields);
                });
                std::thread::sleep(whole * round / 6);
                gone.store(true, Ordering::SeqCst);
                drop(office);
                if let Err(why) = posting.join() {
                    assert!(why.is::<Gone>(), "it failed by itself");
                }
            });
        }
        let office = Started::start(&folder, &[]);
        let mut here = Http::to(office.address);
        let at = here.get("/setup");
        let claimed = to(&at) == (303, Some("/login"));
        if !claimed {
            assert_eq!(
                to(&at),
                (303, Some("/setup/admins")),
                "all before it is there"
            );
            let again = here.submit("/setup/admins", "/setup/admins", &PERSON);
            assert_eq!(to(&again), (303, Some("/setup/lan")), "{}", again.text());
        }
        let mut other = Http::to(office.address);
        assert_eq!(log_in(&mut other, NAME, SENTENCE).status, 303);
        drop(office);
        one_office_or_none(&folder, true);
        ends[usize::from(claimed)] += 1;
    }
    println!(
        "killed while claiming: {} not yet, {} done",
        ends[0], ends[1]
    );
}
