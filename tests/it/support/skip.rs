//! Named skips. A test that cannot run says what is missing and why; `tests/run` prints the list last,
//! and where `INKSTONE_NEEDS` names the missing thing the skip is a failure, so that CI cannot go
//! green by leaving things out.

use std::{env, fs::OpenOptions, io::Write, thread};

/// Says that the running test is left out for want of `what` (`corpus`, `browser`,
/// `libreoffice`).
pub fn skip(what: &str, why: &str) {
    let test = thread::current().name().unwrap_or("a test").to_owned();
    let line = line(&test, what, why);
    assert!(
        !is_needed(&env::var("INKSTONE_NEEDS").unwrap_or_default(), what),
        "INKSTONE_NEEDS names {what}, yet {line}"
    );
    println!("skipped: {line}");
    if let Some(file) = env::var_os("INKSTONE_SKIPS") {
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(file)
            .unwrap();
        // one write, so that lines of parallel tests stay whole
        file.write_all(format!("{line}\n").as_bytes()).unwrap();
    }
}

fn line(test: &str, what: &str, why: &str) -> String {
    format!("{what}: {test}: {why}")
}

fn is_needed(needs: &str, what: &str) -> bool {
    needs.split(',').any(|need| need.trim() == what)
}

#[test]
fn a_skip_fails_only_where_it_is_needed() {
    assert!(is_needed("corpus, browser", "browser"));
    assert!(!is_needed("corpus", "browser"));
    assert!(!is_needed("", "browser"));
    assert_eq!(line("t", "corpus", "gone"), "corpus: t: gone");
}
