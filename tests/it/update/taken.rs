//! There, and back again: a good package is taken in place of the old program, at the same address, with the sessions of before; one that
//! goes wrong in any way leaves the old program with everything, and the page and the light say why.

use super::office::{
    NEW, NEWEST, Says, Stand, around, begin, good_program, new_program, newest_program,
    odd_program, ours, pack, read, runs, send, until,
};
use crate::support::files::list;
use inkstone::kit::version;
use inkstone::store::MAX_ATTACHMENT;

fn package(program: &[u8]) -> Vec<u8> {
    pack(program, &Says::default(), &ours())
}

#[test]
fn r33_a_good_package_takes_the_place_and_nobody_logs_in_again() {
    let stand = Stand::new("good");
    let office = stand.started();
    let mut admin = stand.admin(&office);
    let mut program = std::fs::read(new_program()).unwrap();
    if program.len() > MAX_ATTACHMENT as usize {
        program = good_program();
    }
    begin(&mut admin, &package(&program));
    // written while it is being prepared
    let added = admin.submit("/me", "/me/phrases", &[("phrase", "升级前一刻写的")]);
    assert_eq!(added.status, 303, "{}", added.text());
    let mut closed = false;
    until("the new version", || {
        closed |= read(&admin, "/todo")
            .is_some_and(|(status, page)| status == 503 && page.contains("系统升级中"));
        (runs(&admin)? == NEW).then_some(())
    });
    assert!(closed, "somebody who looked in between was told");
    assert_eq!(stand.lies_there(), NEW);
    assert!(
        stand
            .place
            .0
            .join(format!("inkstone-{}", version()))
            .exists()
    );
    let page = admin.get("/update").text();
    assert!(
        page.contains("换好了") && !page.contains("现在升级"),
        "{page}"
    );
    assert!(
        admin.get("/me").text().contains("升级前一刻写的"),
        "with the cookie of before"
    );
    stand.is_tidy();
    // it goes on as the office: it takes writes, and what it was is no way back
    let added = admin.submit("/me", "/me/phrases", &[("phrase", "升级以后写的")]);
    assert_eq!(added.status, 303);
    let replayed = send(&mut admin, &package(&program));
    assert!(replayed.text().contains("不用升级"), "{}", replayed.text());
    let (code, said) = office.stop();
    assert_eq!(code, Some(0), "{said}");
    stand.is_sound();
    let recorded = "SELECT detail FROM audit WHERE action = 'update.end'";
    let recorded: Vec<String> = list(&stand.data.dir().hub(), recorded);
    assert!(
        recorded.len() == 1 && recorded[0].contains(NEW),
        "{recorded:?}"
    );
    // the next start of the machine is the new program's
    let office = stand.started();
    assert_eq!(
        office.address.port(),
        admin.address.port(),
        "the port stays"
    );
    assert_eq!(runs(&admin).as_deref(), Some(NEW));
    drop(office);
}

/// Each in the process of the one before: one that went back, a good one, a still newer one.
#[test]
fn r33_updates_follow_one_another_without_a_stop() {
    let stand = Stand::new("chain");
    let office = stand.started();
    let mut admin = stand.admin(&office);
    begin(&mut admin, &package(&odd_program("exit 7")));
    until("it went back", || {
        (stand.ended().0 == "returned").then_some(())
    });
    until("the old version", || {
        (runs(&admin)? == version()).then_some(())
    });
    assert_eq!(admin.submit("/update", "/update/forget", &[]).status, 303);
    begin(&mut admin, &package(&good_program()));
    until("the new version", || (runs(&admin)? == NEW).then_some(()));
    let newest = Says {
        version: NEWEST.into(),
        ..Says::default()
    };
    begin(
        &mut admin,
        &pack(&around(newest_program(), ":"), &newest, &ours()),
    );
    until("the newest version", || {
        (runs(&admin)? == NEWEST).then_some(())
    });
    assert_eq!(stand.lies_there(), NEWEST);
    // what served before is never gone back to, by a package
    let replayed = send(&mut admin, &package(&good_program()));
    assert!(
        replayed.text().contains("比这里用过的"),
        "{}",
        replayed.text()
    );
    let kept = |name: &str| stand.place.0.join(format!("inkstone-{name}")).exists();
    assert!(kept(NEW) && !kept(version()), "one old program is kept");
    stand.is_tidy();
    // told to stop, the whole chain stops
    let (code, said) = office.stop();
    assert_eq!(code, Some(0), "{said}");
    assert!(stand.data.dir().lock().is_ok());
    stand.is_sound();
}

/// What goes wrong, on trial or before, and what is said of it.
const WRONG: [(&str, &str, &str); 4] = [
    ("crash", "exit 7", "自己停了"),
    (
        "lie",
        "sed 's/INKSTONE-VERSION:0.9.9;/INKSTONE-VERSION:0.9.8;/g' NEW > NEW.lie; chmod +x NEW.lie; exec NEW.lie \"$@\"",
        "0.9.8",
    ),
    (
        "spoil",
        "for a in \"$@\"; do d=$a; done; printf 'rotten' | dd of=\"$d/hub.db\" bs=1 seek=4096 conv=notrunc 2>/dev/null; exit 1",
        "自己停了",
    ),
    (
        "migrate",
        "for a in \"$@\"; do d=$a; done; python3 -c \"import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute('PRAGMA user_version=99'); c.execute('CREATE TABLE newer(a)'); c.commit()\" \"$d/hub.db\"; exit 1",
        "自己停了",
    ),
];

#[test]
fn r33_a_program_that_is_not_well_is_gone_and_everything_is_there() {
    let stand = Stand::new("wrong");
    let mut office = stand.started();
    let mut admin = stand.admin(&office);
    for (n, (what, odd, sentence)) in WRONG.iter().enumerate() {
        let odd = odd.replace("NEW", &new_program().display().to_string());
        let phrase = format!("第{n}次升级前写的");
        assert_eq!(
            admin
                .submit("/me", "/me/phrases", &[("phrase", &phrase)])
                .status,
            303
        );
        begin(&mut admin, &package(&odd_program(&odd)));
        let ended = until("it went back", || {
            let past = stand.note()["past"].as_array().map_or(0, Vec::len);
            (past == n + 1).then(|| stand.ended())
        });
        assert_eq!(ended.0, "returned", "{what}: {}", ended.1);
        assert!(ended.1.contains(sentence), "{what}: {}", ended.1);
        until("the old version", || {
            (runs(&admin)? == version()).then_some(())
        });
        assert_eq!(stand.lies_there(), version(), "{what}");
        let page = admin.get("/update").text();
        assert!(
            page.contains("没有成功") && page.contains(sentence),
            "{what}: {page}"
        );
        let light = admin.get("/health").text();
        assert!(
            light.contains("已经退回") && light.contains(sentence),
            "{what}"
        );
        assert!(admin.get("/todo").text().contains("已经退回"), "{what}");
        assert!(admin.get("/me").text().contains(&phrase), "{what}");
        assert_eq!(admin.submit("/update", "/update/seen", &[]).status, 303);
        assert!(!admin.get("/health").text().contains("已经退回"), "{what}");
        assert_eq!(admin.submit("/update", "/update/forget", &[]).status, 303);
        stand.is_tidy();
        let (code, said) = office.stop();
        assert_eq!(code, Some(0), "{what}: {said}");
        stand.is_sound();
        office = stand.started();
    }
}

/// What is found before the doors close costs nobody anything.
#[test]
fn r33_what_does_not_rehearse_is_never_let_near() {
    let stand = Stand::new("rehearse");
    let office = stand.started();
    let mut admin = stand.admin(&office);
    let new = new_program().display().to_string();
    let wrong = [
        (
            "another version",
            "#!/bin/sh\necho inkstone 0.9.7\n".to_owned(),
            "没有正常启动",
        ),
        ("no program", "nothing that runs".to_owned(), "没有正常启动"),
        (
            "does not rehearse",
            format!(
                "#!/bin/sh\n[ \"$1\" = rehearse ] && {{ echo 登记簿对不上; exit 1; }}\nexec {new} \"$@\"\n"
            ),
            "登记簿对不上",
        ),
    ];
    for (what, program, sentence) in wrong {
        begin(&mut admin, &package(program.as_bytes()));
        until("it stopped", || {
            (stand.step() == "none" && !stand.note()["past"][0]["seen"].as_bool()?).then_some(())
        });
        let (ended, why) = stand.ended();
        assert_eq!(ended, "stopped", "{what}");
        assert!(
            why.contains(sentence) || why.contains("启动不了"),
            "{what}: {why}"
        );
        assert!(
            admin.get("/update").text().contains("程序和数据都没有动"),
            "{what}"
        );
        assert_eq!(admin.submit("/update", "/update/seen", &[]).status, 303);
        assert_eq!(admin.submit("/update", "/update/forget", &[]).status, 303);
        stand.is_tidy();
    }
    // one that hangs is stopped by whoever began
    begin(
        &mut admin,
        &package(
            format!("#!/bin/sh\n[ \"$1\" = rehearse ] && exec sleep 600\nexec {new} \"$@\"\n")
                .as_bytes(),
        ),
    );
    until("the rehearsal", || {
        (stand.step() == "rehearsal").then_some(())
    });
    assert_eq!(admin.submit("/update", "/update/stop", &[]).status, 303);
    until("it stopped", || {
        admin
            .get("/update")
            .text()
            .contains("现在升级")
            .then_some(())
    });
    let page = admin.get("/update").text();
    assert!(
        !page.contains("程序和数据都没有动") && stand.ended().0 == "cancelled",
        "{page}"
    );
    stand.is_tidy();
    drop(office);
}

#[test]
fn nobody_is_updated_without_a_backup() {
    use crate::support::http::Http;
    use crate::support::office::{ADMIN, PASSWORD, log_in};
    let stand = Stand::new("unbacked");
    let office = stand.started();
    let mut admin = Http::to(office.address);
    assert_eq!(log_in(&mut admin, ADMIN, PASSWORD).status, 303);
    assert_eq!(send(&mut admin, &package(&good_program())).status, 303);
    let said = admin.submit("/update", "/update/begin", &[]);
    assert!(
        said.status == 422 && said.text().contains("没有备份位置"),
        "{}",
        said.text()
    );
    assert_eq!(stand.step(), "none");
}
