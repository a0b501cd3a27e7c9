//! One binary, run as its user would: started in an empty folder, claimed, a document registered and found again after a
//! restart, stopped, verified. `tests/release` runs it over what it built for Windows and ARM; the suite over its own.

use crate::setup::wizard::{SENTENCE, claim, to};
use crate::support::binary::{Started, run};
use crate::support::http::{Http, Part, encode};
use crate::support::office::log_in;
use crate::support::town::Folder;

const START: &str = "/start/incoming-handle";
const TITLE: &str = "关于开展森林防火隐患排查的通知";

#[test]
fn from_the_first_start_to_a_document_found_again() {
    let folder = Folder::new("built");
    let server = Started::start(&folder, &["--port", "0"]);
    let mut here = Http::to(server.address);
    assert_eq!(to(&claim(&mut here)), (303, Some("/setup/lan")));
    register(&mut here);
    stopped(server);

    let (out, said) = run(&folder, &["verify"]);
    assert_eq!(out.status.code(), Some(0), "{said}");
    assert!(said.starts_with("全部核对无误"), "{said}");

    let server = Started::start(&folder, &[]);
    let mut here = Http::to(server.address);
    assert_eq!(log_in(&mut here, "苏简", SENTENCE).status, 303);
    // by its title, and by what stands in the file beside it
    for words in ["隐患排查", "西坡"] {
        let found = here.get(&format!("/search?q={}", encode(words))).text();
        assert!(found.contains("森林防火"), "{words}: {found}");
    }
    stopped(server);
}

fn register(http: &mut Http) {
    let page = http.get(START);
    let text = [
        ("do", "submit/propose"),
        ("f.title", TITLE),
        ("f.from", "墨川县应急管理局"),
        ("f.from_number", "墨应急发〔2026〕12号"),
        ("f.received_on", "2026-03-09"),
        ("f.declared", "本件不涉密"),
    ];
    let words = text.iter().map(|(name, value)| Part {
        name,
        file: None,
        bytes: value.as_bytes(),
    });
    let file = Part {
        name: "f.attachments",
        file: Some(("附表.txt", "text/plain")),
        bytes: "一村一册：东岭、西坡、南塘".as_bytes(),
    };
    let sent = http.submit_parts(&page, START, words.chain([file]).collect());
    assert_eq!(sent.status, 303, "{}", sent.text());
}

fn stopped(server: Started) {
    let (code, last) = server.interrupt();
    assert_eq!(code, Some(0), "{last}");
    assert!(last.contains("数据都已存好"), "{last}");
}
