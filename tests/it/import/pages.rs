//! The whole way of an old register through a real socket, as a browser without JavaScript goes it.

use super::{BROKEN, CLERK, gbk};
use crate::support::http::{Http, Part};
use crate::support::office::Office;
use crate::support::reply::Reply;
use inkstone::kit::sheet;
use std::time::Duration;

const AT: &str = "/register/incoming/import";

fn upload(http: &mut Http, file: &str, bytes: &[u8]) -> Reply {
    let page = http.get(AT);
    assert_eq!(page.status, 200, "{}", page.text());
    let book = Part {
        name: "file",
        file: Some((file, "application/octet-stream")),
        bytes,
    };
    http.submit_parts(&page, AT, vec![book])
}

#[test]
fn the_whole_way_through_the_browser() {
    let office = Office::new("import-http");
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, CLERK);
    let mut other = office.colleague(&mut admin, "雷有备");
    let refused = other.get(AT);
    assert_eq!(refused.status, 403);
    assert!(
        !other
            .get("/register/incoming")
            .text()
            .contains("导入旧登记簿")
    );
    assert!(
        clerk
            .get("/register/incoming")
            .text()
            .contains("导入旧登记簿")
    );

    for (file, bytes, said) in [
        (
            "a.xls",
            &b"<html><table><tr><td>1</td></tr></table></html>"[..],
            "其实是网页",
        ),
        ("a.csv", b"", "请选一个旧登记簿文件"),
        ("a.exe", b"MZ\0\0", "请上传"),
        (
            "a.csv",
            "文件标题,收文日期\n".as_bytes(),
            "表头下面一行也没有",
        ),
        ("a.csv", &b"\xff\xff\x80\x81\x00"[..], "文字编码"),
    ] {
        let reply = upload(&mut clerk, file, bytes);
        assert_eq!(reply.status, 422, "{file}");
        assert!(reply.text().contains(said), "{file}: {}", reply.text());
    }

    let came = upload(&mut clerk, "旧登记簿.csv", &gbk(BROKEN));
    assert_eq!(came.status, 303, "{}", came.text());
    let here = came.header("Location").unwrap().to_owned();
    assert_eq!(other.get(&here).status, 403);
    let seen = clerk.get(&here).text();
    for word in [
        "可以导入 3 行",
        "有错误 7 行",
        "2014年",
        "2月没有30日",
        "没有当作一件的行",
        "导入 3 件",
    ] {
        assert!(seen.contains(word), "{word}: {seen}");
    }
    // the clerk may say otherwise, but not two columns for one place
    let columns = format!("{here}/columns");
    let twice = [
        ("c0", "f:number"),
        ("c1", "f:from"),
        ("c2", "f:from"),
        ("c3", "f:received_on"),
        ("c4", "f:title"),
        ("usual", "1"),
    ];
    let wrong = clerk.submit(&here, &columns, &twice);
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("对到了同一项"));
    let chosen = [
        ("c0", "f:number"),
        ("c1", "f:from"),
        ("c2", "f:from_number"),
        ("c3", "f:received_on"),
        ("c4", "f:title"),
        ("c5", "f:secrecy"),
        ("usual", "1"),
    ];
    assert_eq!(clerk.submit(&here, &columns, &chosen).status, 303);
    assert!(clerk.get(&here).text().contains("收文阅件"));

    let errors = clerk.submit(&here, &format!("{here}/errors.xlsx"), &[]);
    let cells = sheet::read_table(&errors.body, "e.xlsx").unwrap();
    assert!(
        cells
            .iter()
            .flatten()
            .any(|c| c.text().contains("2月没有30日"))
    );

    let run = format!("{here}/run");
    let no = clerk.submit(&here, &run, &[("on_bad", "refuse")]);
    assert_eq!(no.status, 422);
    assert!(no.text().contains("一行也没有导入"));
    assert_eq!(clerk.submit(&here, &run, &[("on_bad", "skip")]).status, 303);
    let mut page = String::new();
    for _ in 0..600 {
        page = clerk.get(&here).text();
        if page.contains("导入好了") {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(page.contains("导入 3 件"), "{page}");
    assert!(office.town.store.drain(Duration::from_secs(10)));
    let list = clerk.get("/register/incoming?year=2014").text();
    assert!(list.contains("关于春耕备耕的通知") && list.contains("共 3 件"));
    let case = list
        .split("href=\"/case/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let page = clerk.get(&format!("/case/{case}")).text();
    assert!(page.contains("导入自 旧登记簿.csv 第"), "{page}");
    // a second click and the finished sheet's address do nothing more
    let again = clerk.post(&run, &[]);
    assert_ne!(again.status, 200);
    let there = upload(&mut clerk, "旧登记簿.csv", &gbk(BROKEN));
    let seen = clerk.get(there.header("Location").unwrap()).text();
    assert!(seen.contains("可以导入 0 行，已经导入过 3 行"), "{seen}");
    assert!(!seen.contains("/run\""), "there is nothing to carry in");
}
