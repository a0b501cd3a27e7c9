//! S64: whatever is done to a package, it is refused with a sentence that says so, and nothing is left of it.

use super::office::{NEW, Says, Stand, good_program, ours, pack, send, strangers};
use crate::support::http::Request;
use crate::support::office::Office;
use inkstone::kit::version;
use inkstone::web::gate::WORD;

#[test]
fn s64_every_bad_package_is_refused_with_its_sentence() {
    let stand = Stand::new("refused");
    let office = stand.started();
    let mut admin = stand.admin(&office);
    let program = good_program();
    let good = pack(&program, &Says::default(), &ours());
    let says = |version: &str, system: &str| Says {
        version: version.into(),
        system: system.into(),
    };
    let here = Says::default().system;
    let flipped = |at: usize| {
        let mut bad = good.clone();
        bad[at] ^= 1;
        bad
    };
    // the unsigned one: everything right but the signature, which is nobody's
    let mut unsigned = good.clone();
    let body = good.len() - program.len();
    unsigned[body - 64..body].fill(0);
    let bad: [(&str, Vec<u8>, &str); 11] = [
        ("no package", b"PK\x03\x04".repeat(100), "不是砚台的升级包"),
        ("empty", Vec::new(), "请选升级包"),
        ("cut in the header", good[..60].to_vec(), "不完整"),
        (
            "cut in the program",
            good[..good.len() - 1].to_vec(),
            "不完整",
        ),
        ("altered header", flipped(30), "不一样"),
        ("altered program", flipped(good.len() - 2), "不一样"),
        ("unsigned", unsigned, "不一样"),
        (
            "of somebody else",
            pack(&program, &Says::default(), &strangers()),
            "不是本程序的发布者",
        ),
        (
            "for another system",
            pack(&program, &says(NEW, "windows-x86_64"), &ours()),
            "是给 Windows 用的",
        ),
        (
            "older",
            pack(&program, &says("0.0.9", &here), &ours()),
            "比这里用过的",
        ),
        (
            "the same",
            pack(&program, &says(version(), &here), &ours()),
            "不用升级",
        ),
    ];
    for (what, package, sentence) in bad {
        let said = send(&mut admin, &package);
        assert_eq!(said.status, 422, "{what}");
        assert!(said.text().contains(sentence), "{what}: {}", said.text());
        assert!(
            !stand.data.0.join("update/package.inkup").exists(),
            "{what}"
        );
        assert!(!stand.data.0.join("update/package.part").exists(), "{what}");
        assert!(!admin.get("/update").text().contains("现在升级"), "{what}");
    }
    // and it is the bad ones that are refused
    assert_eq!(send(&mut admin, &good).status, 303);
    assert!(admin.get("/update").text().contains("现在升级"));
    // spoilt where it lies, it is offered no more
    let lying = stand.data.0.join("update/package.inkup");
    std::fs::write(&lying, flipped(40)).unwrap();
    assert!(!admin.get("/update").text().contains("现在升级"));
    assert_eq!(stand.lies_there(), version());
}

/// Exchanged after it was taken: the program is compared once more when it is taken out.
#[test]
fn s64_a_package_changed_on_the_disk_is_not_begun_with() {
    let stand = Stand::new("changed");
    let office = stand.started();
    let mut admin = stand.admin(&office);
    let good = pack(&good_program(), &Says::default(), &ours());
    assert_eq!(send(&mut admin, &good).status, 303);
    let mut bad = good.clone();
    *bad.last_mut().unwrap() ^= 1;
    std::fs::write(stand.data.0.join("update/package.inkup"), bad).unwrap();
    assert_eq!(admin.submit("/update", "/update/begin", &[]).status, 303);
    let (ended, why) = super::office::until("it ended", || {
        Some(stand.ended()).filter(|(ended, _)| !ended.is_empty())
    });
    assert_eq!(ended, "stopped");
    assert!(why.contains("不一样"), "{why}");
    assert!(admin.get("/update").text().contains("不一样"));
    stand.is_tidy();
}

/// Behind closed doors nothing is answered but one question, with one word.
#[test]
fn s64_a_program_on_trial_lets_nobody_in() {
    let office = Office::new("update-gate");
    let mut admin = office.admin();
    office.state.gate.close("the word");
    let asked = |word: &str| {
        let request = Request::new("GET", "/login").header(WORD, word);
        office.at(1).send(&request)
    };
    for path in ["/todo", "/login", "/hello", "/update", "/setup", "/nowhere"] {
        let shut = admin.get(path);
        assert_eq!(shut.status, 503, "{path}");
        assert!(
            shut.text().contains("系统升级中") && shut.text().contains("http-equiv=\"refresh\"")
        );
    }
    let shut = admin.post("/me/phrases", &[("phrase", "不该写进去的")]);
    assert_eq!(shut.status, 503);
    for word in ["", "the wort", "the word ", "the word2"] {
        let status = asked(word.trim_end()).status;
        assert_eq!(
            status,
            if word == "the word " { 200 } else { 503 },
            "{word}"
        );
    }
    let well = asked("the word").text();
    assert!(
        well.contains(&format!("\"version\":\"{}\"", version())),
        "{well}"
    );
    office.state.gate.open();
    assert_eq!(admin.get("/todo").status, 200);
    assert_eq!(asked("the word").status, 200, "an ordinary page");
    assert!(!admin.get("/me").text().contains("不该写进去的"));
}
