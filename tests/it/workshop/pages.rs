//! 事项管理 through a real socket: who may open it, files out and in, publishing as people press it.

use super::office::{ID, changed, save};
use crate::support::http::{Http, Part};
use crate::support::office::Office;
use crate::support::reply::Reply;
use inkstone::engine::definition::Procedure;
use inkstone::engine::shipped;

const AT: &str = "/procedures";

fn import(http: &mut Http, name: &str, bytes: &[u8]) -> Reply {
    let page = http.get("/procedures/import");
    assert_eq!(page.status, 200, "{}", page.text());
    http.submit_parts(
        &page,
        "/procedures/import",
        vec![Part {
            name: "file",
            file: Some((name, "application/octet-stream")),
            bytes,
        }],
    )
}

#[test]
fn only_whoever_may_design_comes_in_and_only_the_administrator_authorises() {
    let office = Office::new("workshop-rights");
    let mut admin = office.admin();
    let mut other = office.colleague(&mut admin, "安守");
    assert_eq!(other.get(AT).status, 403);
    let person = office.id_of("安守");
    let designers = "/procedures/designers";
    let given = admin.submit(designers, designers, &[("people", &*person)]);
    assert_eq!(given.status, 303, "{}", given.text());
    // another set of rights ends the session
    assert_eq!(other.get(AT).status, 303);
    let mut other = office.logged_in(2, "安守", crate::support::office::PASSWORD);
    let list = other.get(AT);
    assert_eq!(list.status, 200);
    assert!(list.text().contains("收文办件"));
    let rights = format!("{AT}/{ID}/rights");
    assert_eq!(other.get(&rights).status, 403);
    assert_eq!(other.get(designers).status, 403);
    // the administrator keeps this one to somebody else: looked at, not changed
    let clerk = office.id_of("宋小笺");
    let fields = [("people", &*clerk), ("of", "design")];
    let kept = admin.submit(&format!("{rights}?of=design"), &rights, &fields);
    assert_eq!(kept.status, 303, "{}", kept.text());
    let place = format!("{AT}/{ID}/place");
    let shut = other.get(&place);
    assert!(shut.status == 403 && shut.text().contains("宋小笺"));
    let copy = format!("{AT}/{ID}/copy");
    let csrf = other.get(&copy).hidden(&copy);
    let sent: Vec<(&str, &str)> = csrf.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let denied = other.post(&place, &[&sent[..], &[("state", "off")]].concat());
    assert_eq!(denied.status, 403, "{}", denied.text());
    assert!(denied.text().contains("宋小笺"));
    let csrf = admin.get(&copy).hidden(&copy);
    let sent: Vec<(&str, &str)> = csrf.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let off = admin.post(&place, &[&sent[..], &[("state", "off")]].concat());
    assert_eq!(off.status, 403, "the administrator named somebody else");
    // nobody named again
    let free = admin.submit(&format!("{rights}?of=design"), &rights, &[("of", "design")]);
    assert_eq!(free.status, 303, "{}", free.text());
    let off = other.submit(&place, &place, &[("state", "off")]);
    assert_eq!(off.status, 303, "{}", off.text());
    assert!(other.get(AT).text().contains("停用"));
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    assert!(!clerk.get("/start").text().contains("incoming-handle"));
    let start = clerk.get("/start/incoming-handle");
    assert_eq!(start.status, 409, "{}", start.text());
    assert_eq!(clerk.get("/register/incoming").status, 200);
}

#[test]
fn a_register_is_shown_to_whom_it_is_authorised() {
    let office = Office::new("workshop-see");
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let text = std::fs::read_to_string("tests/flow/made/请假.toml").unwrap();
    super::office::publish(&office.town, "纪文澜", ("leave", &text)).unwrap();
    assert_eq!(clerk.get("/register/leave").status, 200);
    let rights = format!("{AT}/leave/rights");
    let fields = [("role", "dept_head"), ("of", "see")];
    let given = admin.submit(&format!("{rights}?of=see"), &rights, &fields);
    assert_eq!(given.status, 303, "{}", given.text());
    assert_eq!(clerk.get("/register/leave").status, 404);
    let mut head = office.colleague(&mut admin, "雷有备");
    assert_eq!(head.get("/register/leave").status, 200);
}

#[test]
fn what_goes_out_as_a_file_comes_in_equal() {
    let office = Office::new("workshop-carry");
    let mut admin = office.admin();
    let page = admin.get(&format!("{AT}/{ID}"));
    let export = format!("{AT}/{ID}/export");
    let hidden = page.hidden(&export);
    let sent: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let file = admin.post(&export, &sent);
    assert_eq!(file.status, 200);
    let named = file.header("Content-Disposition").unwrap().to_owned();
    let chinese = crate::support::http::encode("收文办件");
    assert!(
        named.to_lowercase().contains(&chinese.to_lowercase()),
        "{named}"
    );
    assert_eq!(file.text(), shipped::TEXTS[0]);
    // there is one already: it asks, and takes it beside under another name
    let asked = import(&mut admin, "收文办件（事项）.toml", file.text().as_bytes());
    assert!(
        asked.text().contains("已经有这个事项了"),
        "{}",
        asked.text()
    );
    let as_at = "/procedures/import/as";
    let with = |reply: &Reply, more: &[(&str, &str)]| -> Vec<(String, String)> {
        let more = more.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        let all = reply.hidden(as_at).into_iter();
        all.map(|(n, v)| (n, unescape(&v))).chain(more).collect()
    };
    let fields = with(&asked, &[("as", "new"), ("name", "防汛收文")]);
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let taken = admin.post(as_at, &fields);
    assert_eq!(taken.status, 303, "{}", taken.text());
    assert_eq!(taken.header("Location"), Some("/procedures/fangxunshouwen"));
    let sketch = office
        .town
        .engine
        .sketch(&office.town.store, "fangxunshouwen")
        .unwrap()
        .unwrap();
    let mut came = Procedure::parse(&sketch.text).unwrap();
    let was = Procedure::parse(shipped::TEXTS[0]).unwrap();
    assert_eq!(came.register.id, "fangxunshouwen");
    came.id.clone_from(&was.id);
    came.name.clone_from(&was.name);
    came.register.id.clone_from(&was.register.id);
    came.register.name.clone_from(&was.register.name);
    came.series.as_mut().unwrap().key = was.series.as_ref().unwrap().key.clone();
    assert_eq!(came.text().unwrap(), was.text().unwrap());
    // in its place: the very text, as a draft
    let asked = import(&mut admin, "x.toml", shipped::TEXTS[0].as_bytes());
    let fields = with(&asked, &[("as", "same")]);
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let taken = admin.post(as_at, &fields);
    assert_eq!(taken.status, 303, "{}", taken.text());
    let sketch = office
        .town
        .engine
        .sketch(&office.town.store, ID)
        .unwrap()
        .unwrap();
    assert_eq!(sketch.text, shipped::TEXTS[0]);
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

#[test]
fn what_is_no_procedure_is_refused_with_how_to_mend_it() {
    let office = Office::new("workshop-garbage");
    let mut admin = office.admin();
    let bad = shipped::TEXTS[0].replacen("kind = \"date\"", "kind = \"dat\"", 1);
    let line = bad[..bad.find("\"dat\"").unwrap()].lines().count();
    let cases: [(&[u8], String); 5] = [
        (b"\xff\xd8\xff\xe0 a photograph", "不是事项文件".into()),
        (b"hello", "写法不对".into()),
        (b"", "请选一个事项文件".into()),
        (b"id = \"a\"", "没有写".into()),
        (bad.as_bytes(), format!("第 {line} 行：不认识“dat”")),
    ];
    for (bytes, said) in cases {
        let reply = import(&mut admin, "事项.toml", bytes);
        assert_eq!(reply.status, 422, "{said}");
        assert!(reply.text().contains(&said), "{said}: {}", reply.text());
    }
    let large = vec![b'#'; 600 << 10];
    let reply = import(&mut admin, "大.toml", &large);
    assert_eq!(reply.status, 422);
    assert!(
        office
            .town
            .engine
            .sketches(&office.town.store)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_draft_is_looked_at_published_and_gone_back_from() {
    let office = Office::new("workshop-publish");
    let mut admin = office.admin();
    let bad = shipped::TEXTS[0].replacen("to = \"instruct\"", "to = \"finish\"", 1);
    let rev = save(&office.town, "纪文澜", (ID, 0, &bad)).unwrap();
    let publish = format!("{AT}/{ID}/publish");
    let page = admin.get(&publish).text();
    assert!(page.contains("没有一条路通到环节“批示”"), "{page}");
    assert!(
        !page.contains("发布，新发起的都照它办"),
        "no button where it may not be"
    );
    save(&office.town, "纪文澜", (ID, rev, &changed())).unwrap();
    let page = admin.get(&publish).text();
    assert!(
        page.contains("字段“来文机关”的名称：来文机关 → 来文单位"),
        "{page}"
    );
    let bare = admin.submit(&publish, &publish, &[("note", "")]);
    assert_eq!(bare.status, 422);
    assert!(bare.text().contains("请写一句为什么改"));
    let done = admin.submit(&publish, &publish, &[("note", "改个叫法")]);
    assert_eq!(done.status, 303, "{}", done.text());
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    assert!(
        clerk
            .get("/start/incoming-handle")
            .text()
            .contains("来文单位")
    );
    let shown = admin.get(&format!("{AT}/{ID}")).text();
    assert!(
        shown.contains("改个叫法") && shown.contains("来文机关 → 来文单位"),
        "{shown}"
    );
    let text = shipped::TEXTS[0].replacen("label = \"来文机关\"", "label = \"发文单位\"", 1);
    super::office::publish(&office.town, "纪文澜", (ID, &text)).unwrap();
    let first = format!("{AT}/{ID}/version/1");
    let back = admin.submit(&first, &first, &[]);
    assert_eq!(back.status, 303, "{}", back.text());
    assert!(
        clerk
            .get("/start/incoming-handle")
            .text()
            .contains("来文单位")
    );
    let follow = format!("{AT}/{ID}/version/3");
    assert!(admin.get(&follow).text().contains("现在用的就是这一版"));
    assert_eq!(admin.get(&format!("{AT}/{ID}/version/9")).status, 404);
}
