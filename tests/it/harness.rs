//! The harness tried on a tiny page of its own, so that a red journey is never the harness's fault:
//! form, list, date, file, cookie, script switched off, console errors, both widths.

use crate::support::{
    browser::Browser,
    contact,
    http::{Http, Part, Request},
    reply::Reply,
};
use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
};

const FORM: &str = r#"<!doctype html><html lang="zh-CN"><meta charset="utf-8"><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width"><title>登记</title><body><h1>收文登记</h1>
<form method="post" action="/register"><input type="hidden" name="token" value="a&amp;b">
<label for="t">标题 <b>*</b></label> <input id="t" name="title"> <label>日期 <input type="date" name="day"></label>
<label for="k">类别</label> <select id="k" name="kind"><option>通知</option><option>办法</option></select>
<label><input type="checkbox" name="urgent" value="1"> 急件</label>
<label>附件 <input type="file" name="file"></label><button>登记</button></form>
<table><tr><td>甲文</td><td><a href="/a">查看</a></td></tr><tr><td>乙文</td><td><a href="/b">查看</a></td></tr></table>
<p id="script">没有脚本</p><script>document.getElementById('script').textContent='脚本已运行'</script></body></html>"#;

/// Answers on every address of this PC: `/` is the form, any other request is shown as it came.
fn tiny_server() -> SocketAddr {
    let listener = TcpListener::bind("0.0.0.0:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(|| answer(stream));
        }
    });
    SocketAddr::from(([127, 0, 0, 1], port))
}

fn answer(mut stream: TcpStream) {
    let Some(request) = whole_request(&mut stream) else {
        return;
    };
    let (head, page) = match request.split(' ').nth(1) {
        Some("/") => ("Set-Cookie: seen=1; HttpOnly\r\n", FORM.to_owned()),
        Some("/strict") => (
            "Content-Security-Policy: default-src 'none'\r\n",
            FORM.to_owned(),
        ),
        _ => {
            let local = stream.local_addr().unwrap().ip();
            let shown = request.replace('<', "&lt;");
            (
                "",
                format!(
                    "<!doctype html><meta charset=utf-8><link rel=icon href=data:,><pre>{local}\n{shown}</pre>"
                ),
            )
        }
    };
    let chunk = format!("{:x}\r\n{page}\r\n0\r\n\r\n", page.len());
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    );
    let _ = stream.write_all((head + &chunk).as_bytes());
}

fn whole_request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("Content-Length: "));
            let wanted = length.map_or(0, |n| n.parse().unwrap());
            if bytes.len() >= head.len() + 4 + wanted {
                return Some(text);
            }
        }
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return None,
            Ok(n) => bytes.extend_from_slice(&piece[..n]),
        }
    }
}

#[test]
fn a_request_is_what_the_test_says() {
    let server = tiny_server();
    let mut lan = Http::to(SocketAddr::from(([127, 0, 0, 2], server.port())));
    let posted = lan.submit("/", "/register", &[("title", "关于 x&y")]);
    let text = posted.text();
    assert_eq!(
        (posted.status, posted.header("content-type")),
        (200, Some("text/html; charset=utf-8"))
    );
    assert!(
        text.starts_with("<!doctype html>") && text.contains("127.0.0.2\nPOST /register"),
        "{text}"
    );
    assert!(
        text.contains("token=a%26b&title=%E5%85%B3%E4%BA%8E+x%26y"),
        "{text}"
    );
    assert!(
        text.contains("Cookie: seen=1\r\n") && text.contains("Origin: http://127.0.0.2:"),
        "{text}"
    );

    let forged = Request::new("PUT", "/x")
        .header("Host", "evil.cn")
        .header("Origin", "");
    let text = lan.send(&forged).text();
    assert!(
        text.contains("PUT /x") && text.contains("Host: evil.cn\r\n") && !text.contains("Origin"),
        "{text}"
    );

    let file = Part {
        name: "file",
        file: Some(("附件.pdf", "application/pdf")),
        bytes: b"%PDF",
    };
    let title = Part {
        name: "title",
        file: None,
        bytes: "标题".as_bytes(),
    };
    let text = lan
        .send(&Request::new("POST", "/up").multipart(&[title, file]))
        .text();
    assert!(
        text.contains("name=\"title\"\r\n\r\n标题\r\n") && text.contains("filename=\"附件.pdf\""),
        "{text}"
    );
    let raw = Reply::parse(&lan.raw(b"GET /raw HTTP/1.1\r\n\r\n"));
    assert_eq!(raw.all("Set-Cookie").len(), 0);
}

#[test]
fn a_person_fills_in_a_form() {
    let Some(mut clerk) = Browser::open(tiny_server()) else {
        return;
    };
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("附件.txt");
    fs::write(&file, "x").unwrap();
    clerk.goto("/");
    clerk.wait_for("脚本已运行");
    assert_eq!(clerk.complaints(), [""; 0]);
    assert_eq!(
        (
            clerk.count("option"),
            clerk.attribute("form", "action").unwrap().as_str()
        ),
        (2, "/register")
    );
    clerk.fill("标题", "关于防汛的通知");
    clerk.fill("日期", "2026-01-09");
    clerk.choose("类别", "办法");
    clerk.tick("急件");
    clerk.attach("附件", &file);
    assert_eq!(
        clerk.script("return document.querySelector('[type=file]').files.length"),
        1
    );
    clerk.press("登记");
    clerk.wait_for("day=2026-01-09");
    clerk.wait_gone("收文登记");
    assert!(
        clerk.sees("urgent=1") && clerk.sees("Accept-Language: zh-CN"),
        "{}",
        clerk.text()
    );
    assert!(
        clerk.sees("title=%E5%85%B3%E4%BA%8E%E9%98%B2"),
        "{}",
        clerk.text()
    );
    clerk.goto("/");
    clerk.press_in("乙文", "查看");
    assert_eq!(clerk.path(), "/b");
}

#[test]
fn a_form_works_without_scripts_and_pictures_are_kept() {
    let Some(mut clerk) = Browser::without_scripts(tiny_server()) else {
        return;
    };
    clerk.goto("/");
    assert!(
        clerk.sees("没有脚本"),
        "scripts are to be off:\n{}",
        clerk.text()
    );
    let wide = clerk.look("harness");
    clerk.phone();
    let narrow = clerk.look("harness");
    for (picture, width) in [(&wide, 1366), (&narrow, 360)] {
        assert_eq!(image::open(picture).unwrap().width(), width);
    }
    clerk.fill("标题", "无脚本");
    clerk.press("登记");
    clerk.wait_for("POST /register");
    let sheet = contact::sheet(&mut clerk, &[wide, narrow]);
    assert!(image::open(sheet).unwrap().height() > 200);
}

#[test]
fn what_the_policy_refuses_is_a_complaint() {
    let Some(mut clerk) = Browser::open(tiny_server()) else {
        return;
    };
    clerk.goto("/strict");
    clerk.wait_for("没有脚本");
    let complaints = clerk.complaints();
    assert!(
        complaints
            .iter()
            .any(|line| line.contains("Content Security Policy")),
        "{complaints:?}"
    );
}
