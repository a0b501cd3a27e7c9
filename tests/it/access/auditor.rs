//! The auditor's pages: who did what, filtered and leaf by leaf; a changed row named (S56); what is taken out signed;
//! the self-check that follows what is set; a diagnosis with nothing of the office in it (S58).

use super::csrf::token;
use super::office::{LAN, Office, SENTENCE};
use crate::support::http::encode;
use crate::support::reply::Reply;
use inkstone::kit::sm2::{Public, Signature};
use inkstone::kit::unhex;
use inkstone::kit::zip_file::ZipReader;
use inkstone::kit::{Digest, Millis};
use inkstone::store::AuditWish;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::io::Cursor;

fn unzipped(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut zip = ZipReader::open(Cursor::new(bytes.to_vec()))
        .unwrap()
        .unwrap();
    let listed = zip.listed.clone();
    let mut all = BTreeMap::new();
    for entry in listed {
        let mut out = Vec::new();
        assert!(
            zip.read(&entry, 1 << 28, &mut |b| out.extend_from_slice(b))
                .is_ok()
        );
        all.insert(entry.name.clone(), out);
    }
    all
}

#[test]
fn the_auditor_reads_who_did_what() {
    let office = Office::new("audit-page");
    office.case("关于子鼠的通知", 2);
    for name in ["管事成", "卫安宁", "宋小笺", "江若川"] {
        for at in ["/audit", "/audit/refused"] {
            assert_eq!(office.lan(name).get(at).status, 403, "{name} {at}");
        }
    }
    let mut audit = office.lan("查有据");
    let page = audit.get("/audit").text();
    for words in ["宋小笺", "登录", "修改密码"] {
        assert!(page.contains(words), "{words}");
    }
    let by = |http: &mut crate::support::http::Http, query: &str| {
        http.get(&format!("/audit?{query}")).text()
    };
    let rows = |page: &str| page.matches("<tr>").count();
    let clerk = by(&mut audit, &format!("who={}", encode("宋小笺")));
    assert!(
        clerk.contains("宋小笺") && !clerk.contains(">卫安宁<"),
        "{clerk}"
    );
    let roles = by(&mut audit, &format!("what={}", encode("授予管理角色")));
    assert!(roles.contains("管理角色改为") && rows(&roles) < rows(&clerk) + 20);
    let none = by(&mut audit, &format!("who={}", encode("查无此人")));
    assert!(none.contains("没有记录"));
    let bad = audit.get("/audit?from=2026-99-99");
    assert_eq!(bad.status, 422);
    // leaf by leaf to the end, nothing twice
    let mut at = "/audit".to_owned();
    let (mut leaves, mut seen) = (0, 0);
    loop {
        let page = audit.get(&at).text();
        leaves += 1;
        seen += page.matches("<td").count() / 5;
        let Some((before, _)) = page.split_once("\">再往前") else {
            break;
        };
        at = before
            .rsplit_once("href=\"")
            .unwrap()
            .1
            .replace("&amp;", "&");
        assert!(leaves < 40);
    }
    let every = AuditWish {
        until: Millis(i64::MAX),
        people_only: true,
        ..AuditWish::default()
    };
    let all = office.state.store.list_audit(&every, 10_000).unwrap().len();
    assert!(
        leaves > 1 && seen + 5 >= all && seen <= all,
        "{leaves} leaves, {seen} of {all}"
    );
    assert!(
        !page.contains("系统（"),
        "the server's own acts are asked for"
    );
    let own = by(&mut audit, &format!("who={}", encode("系统")));
    assert!(own.contains("系统（access）"), "{own}");
    office.log_in(&mut office.visitor(LAN), "纪文澜", "猜一个");
    let refused = audit.get("/audit/refused").text();
    assert!(refused.contains("密码不对") && refused.contains("纪文澜"));
    assert_eq!(office.state.faults(), 0);
}

fn checked(office: &Office) -> String {
    let mut audit = office.lan("查有据");
    let csrf = token(&audit.get("/audit"));
    let reply = audit.post("/audit/check", &[("_csrf", csrf.as_str())]);
    assert_eq!(reply.status, 200);
    reply.text()
}

#[test]
fn s56_a_changed_row_is_named() {
    let office = Office::new("audit-tamper");
    office.case("关于丑牛的通知", 2);
    office.drain();
    assert!(checked(&office).contains("没有被改过"), "the set-up");
    let hub = Connection::open(office.town.folder.dir().hub()).unwrap();
    for sql in ["UPDATE audit SET actor = 'person:1'", "DELETE FROM audit"] {
        assert!(
            hub.execute(sql, [])
                .unwrap_err()
                .to_string()
                .contains("append-only"),
            "{sql}"
        );
    }
    // somebody with the file and an editor
    let made: String = hub
        .query_row(
            "SELECT sql FROM sqlite_schema WHERE name = 'audit_fixed'",
            [],
            |r| r.get(0),
        )
        .unwrap();
    hub.execute_batch("DROP TRIGGER audit_fixed").unwrap();
    let changed = hub.execute(
        "UPDATE audit SET detail = '没有的事' WHERE id = (SELECT min(id) FROM audit WHERE action = 'account.admin')",
        [],
    );
    assert_eq!(changed.unwrap(), 1);
    hub.execute_batch(&made).unwrap();
    drop(hub);
    let said = checked(&office);
    assert!(
        said.contains("有被改过") && said.contains("总库") && said.contains("对不上"),
        "{said}"
    );
}

fn export(office: &Office, ip: [u8; 4]) -> Reply {
    let mut audit = office.enter("查有据", ip);
    let csrf = token(&audit.get("/me"));
    let fields = [
        ("_csrf", csrf.as_str()),
        ("who", ""),
        ("what", ""),
        ("words", ""),
    ];
    audit.post("/audit/export", &fields)
}

#[test]
fn what_is_taken_out_is_signed() {
    let office = Office::new("audit-out");
    office.case("关于寅虎的通知", 2);
    assert_eq!(
        export(&office, LAN).status,
        403,
        "not over a line that others hear"
    );
    let reply = export(&office, super::office::HERE);
    assert_eq!(reply.status, 200, "{}", reply.text());
    let files = unzipped(&reply.body);
    let sums = &files["校验.txt"];
    let text = String::from_utf8(sums.clone()).unwrap();
    for (name, bytes) in &files {
        if name.ends_with(".csv") {
            let line = format!("{name} SM3 {}", Digest::of(bytes).hex());
            assert!(text.contains(&line), "{line}");
        }
    }
    let key = text.lines().find_map(|l| l.strip_prefix("公钥：")).unwrap();
    let public = Public::of(&unhex::<65>(key).unwrap()).unwrap();
    let signature = String::from_utf8(files["签名.txt"].clone()).unwrap();
    let signature = Signature(unhex::<64>(&signature).unwrap());
    assert!(public.signed(sums, &signature));
    let mut forged = sums.clone();
    forged[30] ^= 1;
    assert!(!public.signed(&forged, &signature));
    let rows = String::from_utf8(files["审计记录.csv"].clone()).unwrap();
    assert!(
        rows.contains("授予管理角色") && rows.contains("宋小笺"),
        "{rows}"
    );
    assert!(
        String::from_utf8(files["链尾.csv"].clone())
            .unwrap()
            .lines()
            .count()
            > 1
    );
    let noted = office.lan("查有据").get("/audit").text();
    assert!(
        noted.contains("导出审计记录"),
        "the export itself stands in it"
    );
    assert_eq!(office.state.faults(), 0);
}

#[test]
fn the_self_check_shows_what_is() {
    let office = Office::new("self-check");
    assert_eq!(office.lan("宋小笺").get("/guard/self-check").status, 403);
    let mut audit = office.lan("查有据");
    let before = audit.get("/guard/self-check").text();
    assert!(before.contains("等保模式没有打开"));
    assert!(
        before.contains("由不同的人担任"),
        "the three are apart here"
    );
    assert!(before.contains("还没有做过备份") && before.contains("还没有核对过"));
    let mut guard = office.here("卫安宁");
    assert_eq!(
        guard
            .submit(
                "/guard/safety",
                "/guard/safety",
                &[("graded", "1"), ("idle", "45")]
            )
            .status,
        303
    );
    let after = audit.get("/guard/self-check").text();
    assert!(
        after.contains("等保模式打开") && after.contains("45 分钟不用退出"),
        "{after}"
    );
    assert!(after.matches("符合").count() > 10);
    assert_eq!(office.state.faults(), 0);
}

#[test]
fn s58_a_diagnosis_holds_nothing_of_the_office() {
    let office = Office::new("diagnosis");
    office.case("关于卯兔密语的通知", 2);
    office.log_in(&mut office.visitor(LAN), "江若川", "错的");
    let logs = office.town.folder.dir().logs();
    std::fs::create_dir_all(&logs).unwrap();
    std::fs::write(
        logs.join("inkstone.log"),
        "2026-03-02T01:00:00.000001Z ERROR fault cause=\"卯兔密语 13812345678\" who=江若川 at 192.168.1.9\n",
    )
    .unwrap();
    for (name, status) in [("卫安宁", 403), ("查有据", 403), ("宋小笺", 403)] {
        let mut http = office.here(name);
        let csrf = token(&http.get("/me"));
        assert_eq!(
            http.post("/guard/diagnose", &[("_csrf", csrf.as_str())])
                .status,
            status,
            "{name}"
        );
    }
    let mut admin = office.here("管事成");
    let csrf = token(&admin.get("/guard/safety"));
    let reply = admin.post("/guard/diagnose", &[("_csrf", csrf.as_str())]);
    assert_eq!(reply.status, 200, "{}", reply.text());
    let files = unzipped(&reply.body);
    assert_eq!(files.len(), 5);
    let whole: String = files
        .values()
        .map(|b| String::from_utf8_lossy(b).into_owned())
        .collect();
    assert!(
        whole.contains("ERROR fault") && whole.contains("账号 "),
        "{whole}"
    );
    let address = office.town.folder.0.to_string_lossy().into_owned();
    for canary in ["卯兔", "1381234", "192.168", SENTENCE, &address] {
        assert!(!whole.contains(canary), "{canary}");
    }
    for (_, name) in super::office::ROLES {
        assert!(!whole.contains(name), "{name}");
    }
    assert_eq!(office.state.faults(), 0);
}
