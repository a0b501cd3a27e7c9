//! The whole way of an update with the program as it is handed out, also one for another system (`tests/release`, under Wine or
//! qemu): the swap of a program that runs is each system's own. Only with a build that takes packages of the tests' key.

use super::office::{NEW, Says, Stand, begin, find, marked, ours, pack, read, runs, until};
use crate::support::binary::{Started, built, running};
use crate::support::skip::skip;
use inkstone::kit::{hex, version};
use ring::signature::KeyPair as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// As packages name it, and the ending of its programs.
fn system(program: &[u8]) -> (&'static str, &'static str) {
    match (program.get(..2), program.get(18)) {
        (Some(b"MZ"), _) => ("windows-x86_64", ".exe"),
        (_, Some(183)) => ("linux-aarch64", ""),
        _ => ("linux-x86_64", ""),
    }
}

/// The office's folders, as a program of Windows names those of this machine.
fn named(path: &Path, ending: &str) -> String {
    let path = path.to_str().unwrap();
    match ending {
        ".exe" => format!("Z:{}", path.replace('/', "\\")),
        _ => path.to_owned(),
    }
}

fn start(program: &Path, data: &Path, ending: &str) -> Started {
    let named = named(data, ending);
    let mut command = running(program, &["serve", "--no-browser", "--data", &named]);
    if !data.join("port").exists() {
        command.args(["--port", "0"]);
    }
    Started::of(&mut command, |_| {}).unwrap_or_else(|said| panic!("it ended: {said}"))
}

fn says_version(program: &Path) -> String {
    let out = running(program, &["version"]).output().unwrap();
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}

#[test]
fn r33_a_program_of_any_system_takes_the_place_of_the_one_that_runs() {
    let stand = Stand::new("built");
    let slim = stand.place.0.join("slim");
    fs::copy(built(), &slim).unwrap();
    // a debug build is too large to be sent; one for another system was stripped when it was linked
    let _ = Command::new("strip")
        .arg(&slim)
        .stderr(Stdio::null())
        .status();
    let bytes = fs::read(&slim).unwrap();
    let publisher = hex(ours().public_key().as_ref());
    if find(&bytes, publisher.as_bytes()).is_none() {
        return skip("publisher", "this build takes no package of the tests");
    }
    let (system, ending) = system(&bytes);
    // the one under qemu starts the other by the kernel, that under Wine by Wine
    let by_the_kernel = || Command::new(built()).arg("version").output();
    if ending.is_empty() && by_the_kernel().is_err() {
        return skip(
            "binfmt",
            "the kernel starts no program of another processor",
        );
    }
    fs::remove_file(stand.program()).unwrap();
    let program = stand.place.0.join(format!("inkstone{ending}"));
    fs::rename(slim, &program).unwrap();
    let data = &stand.data.0;
    let office = start(&program, data, ending);
    let mut admin = stand.admin_at(&office, |path| named(path, ending));
    let says = Says {
        system: system.into(),
        ..Says::default()
    };
    begin(&mut admin, &pack(&marked(bytes, NEW), &says, &ours()));
    until("the update is over", || {
        (!stand.ended().0.is_empty()).then_some(())
    });
    assert_eq!(stand.ended(), ("done".to_owned(), String::new()));
    until("the new version", || (runs(&admin)? == NEW).then_some(()));
    assert_eq!(says_version(&program), format!("inkstone {NEW}"));
    let aside = stand
        .place
        .0
        .join(format!("inkstone-{}{ending}", version()));
    assert_eq!(says_version(&aside), format!("inkstone {}", version()));
    stand.is_tidy();
    let (code, said) = office.interrupt();
    assert_eq!(code, Some(0), "{said}");
    // and it is what the next start finds
    let office = start(&program, data, ending);
    let (status, _) = until("it serves", || read(&admin, "/me"));
    assert_eq!(status, 200, "with the cookie of before");
    assert_eq!(runs(&admin).as_deref(), Some(NEW));
    let (code, said) = office.interrupt();
    assert_eq!(code, Some(0), "{said}");
}
