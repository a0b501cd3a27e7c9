//! What `tests/release-pack` makes is what the program takes: the script and the program were written from one layout.

use super::office::{NEW, Stand, new_program, ours, send};
use crate::support::skip::skip;
use crate::support::town::Folder;
use inkstone::kit::hex;
use inkstone::kit::version::SYSTEM;
use inkstone::store::MAX_ATTACHMENT;
use ring::signature::KeyPair as _;
use std::process::Command;

#[test]
fn a_package_of_the_script_is_taken() {
    let top = env!("CARGO_MANIFEST_DIR");
    let key = format!("{top}/tests/it/update/publisher.pem");
    let script = || Command::new(format!("{top}/tests/release-pack"));
    let public = match script().args(["--public", &key]).output() {
        Ok(out) if out.status.success() => String::from_utf8(out.stdout).unwrap(),
        other => return skip("openssl", &format!("{other:?}")),
    };
    assert_eq!(public.trim(), hex(ours().public_key().as_ref()));
    let program = new_program();
    if std::fs::metadata(program).unwrap().len() > MAX_ATTACHMENT as u64 {
        return skip("strip", "the debug build is too large to be sent");
    }
    let folder = Folder::new("update-packed");
    std::fs::create_dir_all(&folder.0).unwrap();
    let news = folder.0.join("news.txt");
    std::fs::write(&news, "登记簿可以按月打印\n\n传阅更快\n").unwrap();
    let made = script()
        .arg("--for-tests")
        .arg(program)
        .args([&key, "2026-11-23"])
        .args([&news, &folder.0])
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let package = folder.0.join(format!("砚台升级包-{NEW}-{SYSTEM}.inkup"));
    let stand = Stand::new("packed");
    let office = stand.started();
    let mut admin = stand.admin(&office);
    let sent = send(&mut admin, &std::fs::read(package).unwrap());
    assert_eq!(sent.status, 303, "{}", sent.text());
    let page = admin.get("/update").text();
    for part in [NEW, "2026-11-23", "传阅更快", "现在升级", "人登录着"] {
        assert!(page.contains(part), "{part}");
    }
}
