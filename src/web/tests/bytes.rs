//! Bytes in and out: limits, torn and smuggled requests, uploads, downloads, assets, the end.

use super::{contents, csrf, has_all_headers, town};
use crate::ui::form::CSRF;

#[test]
fn s52_limits() {
    let town = town("limits");
    let mut clerk = town.clerk();
    let token = csrf(&mut clerk);
    let big = "字".repeat(800_000);
    let got = clerk.post("/do", &[(CSRF, &token), ("title", &big)]);
    assert_eq!(got.status, 413);
    has_all_headers(&got);
    let many: Vec<(&str, &str)> = std::iter::repeat_n(("a", "1"), 6001).collect();
    assert_eq!(clerk.post("/do", &many).status, 413);
    let heads = [
        ("Content-Type", "multipart/form-data; boundary=x"),
        ("Content-Length", "10737418240"),
    ];
    assert_eq!(clerk.ask("POST", "/files", &heads, b"--x\r\n").status, 413);
    let heads = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Content-Encoding", "gzip"),
    ];
    assert_eq!(clerk.ask("POST", "/do", &heads, b"x").status, 415);
    let header = format!(
        "GET /look HTTP/1.1\r\nHost: 127.0.0.1\r\nX: {}\r\n\r\n",
        "a".repeat(1 << 20)
    );
    assert!(matches!(
        clerk.raw(header.as_bytes()).status,
        400 | 413 | 431
    ));
    assert_eq!(clerk.get("/look").status, 200);
}

/// The body in pieces of a size each, without its whole length.
fn chunked(body: &[u8]) -> Vec<u8> {
    let mut wire = Vec::new();
    for piece in body.chunks(64 << 10) {
        wire.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        wire.extend_from_slice(piece);
        wire.extend_from_slice(b"\r\n");
    }
    wire.extend_from_slice(b"0\r\n\r\n");
    wire
}

#[test]
fn s52_a_body_that_hides_its_length_is_cut_at_the_limit() {
    let town = town("chunked");
    let mut clerk = town.clerk();
    let token = csrf(&mut clerk);
    let heads = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Transfer-Encoding", "chunked"),
    ];
    let mut body = format!("{CSRF}={token}&title=").into_bytes();
    let most = crate::web::input::MAX_TEXT - body.len();
    body.resize(body.len() + most.min(1 << 20), b'a');
    let got = clerk.ask("POST", "/do", &heads, &chunked(&body));
    assert_eq!(got.status, 303, "the set-up: in pieces it is taken");
    // no more than a piece beyond it, so that the answer is not lost with what nobody reads
    body.resize(crate::web::input::MAX_TEXT + 1, b'a');
    let got = clerk.ask("POST", "/do", &heads, &chunked(&body));
    assert_eq!(got.status, 413, "{}", got.body);
    has_all_headers(&got);
    assert_eq!(clerk.get("/look").status, 200);
}

#[test]
fn s50_smuggled_requests() {
    let town = town("smuggle");
    let visitor = town.here();
    for wire in [
        "POST /open HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
        "POST /open HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
        "GET /open HTTP/1.1\r\nHost: 127.0.0.1\r\n folded: x\r\n\r\n",
        "GET /open HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.cn\r\n\r\n",
    ] {
        let got = visitor.raw(wire.as_bytes());
        assert_eq!(got.status, 400, "{wire}");
        assert!(!got.body.contains("HTTP/1.1 "), "one answer only: {wire}");
    }
}

fn multipart(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, bytes) in parts {
        let file = file.map_or_else(String::new, |f| format!("; filename=\"{f}\""));
        body.extend_from_slice(
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n")
                .as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    body
}

#[test]
fn files_come_in_whole_and_leave_nothing_behind() {
    let town = town("files");
    let mut clerk = town.clerk();
    let token = csrf(&mut clerk);
    let big = vec![7_u8; 900_000];
    let body = multipart(&[
        (CSRF, None, token.as_bytes()),
        ("title", None, "通知".as_bytes()),
        ("main", Some("..\\..\\关于防汛.pdf"), &big),
        ("more", Some("../CON.txt"), b"abc"),
        ("empty", Some(""), b""),
    ]);
    let heads = [("Content-Type", "multipart/form-data; boundary=edge")];
    let got = clerk.ask("POST", "/files", &heads, &body);
    assert_eq!(got.status, 200, "{}", got.body);
    assert_eq!(
        got.body,
        "title=通知 main|关于防汛.pdf|900000|4096|6300000;more|_CON.txt|3|3|294;"
    );
    assert_eq!(town.spooled(), 0);
    // nobody's files touch the disk, and torn bodies leave nothing
    let mut visitor = town.here();
    let origin = format!("http://{}", visitor.to);
    let ours = [heads[0], ("Origin", origin.as_str())];
    let got = visitor.ask("POST", "/files", &ours, &body);
    assert_eq!(got.status, 401);
    assert!(got.body.contains("关于防汛.pdf") && got.body.contains("通知"));
    let torn = clerk.ask("POST", "/files", &heads, body.get(..600_000).unwrap());
    assert_eq!(torn.status, 400);
    assert_eq!(town.spooled(), 0);
}

#[test]
fn s18_what_was_sent_in_never_runs() {
    let town = town("download");
    let got = town.clerk().get("/file");
    assert_eq!(got.status, 200);
    assert!(
        got.header("content-disposition")
            .unwrap()
            .starts_with("attachment;")
    );
    assert!(
        got.header("content-security-policy")
            .unwrap()
            .starts_with("sandbox;")
    );
    has_all_headers(&got);
}

#[test]
fn an_attachment_goes_out_whole() {
    let town = town("attachment");
    let store = &town.state.store;
    let mut upload = store.upload(store.shelf_for(1, 2026).unwrap()).unwrap();
    upload.push(&contents()).unwrap();
    upload.finish().unwrap();
    let got = town.clerk().get("/attachment");
    assert_eq!(got.status, 200, "{}", got.body);
    assert_eq!(got.header("content-length"), Some("700000"));
    assert!(got.body.as_bytes() == contents());
    assert!(
        got.header("content-disposition")
            .unwrap()
            .contains("filename=\"1.doc\"")
    );
    assert_eq!(got.header("content-type"), Some("application/octet-stream"));
}

#[test]
fn a_head_has_no_body() {
    let town = town("head");
    let got = town.clerk().ask("HEAD", "/look", &[], b"");
    assert!(got.status == 200 && got.body.is_empty());
    has_all_headers(&got);
}

#[test]
fn assets_are_kept_by_the_browser() {
    let town = town("assets");
    let mut visitor = town.here();
    let url = town.state.assets.url("look.css");
    let got = visitor.get(&url);
    assert_eq!(got.status, 200);
    assert!(got.header("cache-control").unwrap().contains("immutable"));
    let zipped = visitor.ask("GET", &url, &[("Accept-Encoding", "gzip")], b"");
    assert_eq!(zipped.header("content-encoding"), Some("gzip"));
    let old = visitor.get("/assets/000000000000/look.css");
    assert_eq!(old.header("cache-control"), Some("no-store"));
    let page = visitor.get("/open").body;
    assert!(page.contains(&url) && !page.contains("style=") && !page.contains("<script>"));
}

#[test]
fn it_stops_when_told() {
    let town = town("stop");
    let mut client = town.here();
    assert_eq!(client.get("/open").status, 200);
    let stop = town.server.stopper();
    stop();
    let gone = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        std::net::TcpStream::connect(client.to).is_err()
    });
    assert!(gone);
}
