//! The first run as somebody new meets it: the real binary over an empty folder, one person at the server PC, a colleague at
//! another, until the first document is with a leader. Every page, click and field is counted, and the counts are asserted, so
//! that nobody adds one unnoticed; the seconds are only printed. Goals: claimed within 12 clicks (F01).

use super::begin::{read_slips, written};
use crate::support::binary::Started;
use crate::support::browser::Browser;
use crate::support::http::Http;
use crate::support::town::Folder;
use inkstone::kit::sheet::{Cell, Table, write_table};
use serde_json::Value;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Instant;

const SENTENCE: &str = "门前老槐树开花了";
const TITLE: &str = "关于做好春季森林防火工作的通知";

/// What somebody did so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counted {
    pages: u32,
    clicks: u32,
    fields: u32,
}

/// A person at a browser, whose every deed is counted.
struct Hand {
    browser: Browser,
    did: Counted,
}

impl Hand {
    /// A page that came by itself.
    fn is_shown(&mut self, words: &str) {
        self.browser.wait_for(words);
        self.did.pages += 1;
        let complaints = self.browser.complaints();
        assert!(
            complaints.is_empty(),
            "{}: {complaints:?}",
            self.browser.path()
        );
    }

    fn press(&mut self, words: &str, then: &str) {
        self.did.clicks += 1;
        self.browser.press(words);
        self.is_shown(then);
    }

    fn fill(&mut self, label: &str, words: &str) {
        self.did.fields += 1;
        self.browser.fill(label, words);
    }

    fn attach(&mut self, label: &str, file: &std::path::Path) {
        self.did.fields += 1;
        self.browser.attach(label, file);
    }

    fn tick(&mut self, label: &str) {
        self.did.clicks += 1;
        self.browser.tick(label);
    }

    /// Since the last time.
    fn said(&mut self, what: &str) -> Counted {
        let did = std::mem::take(&mut self.did);
        println!(
            "  {what}: {} pages, {} clicks, {} fields",
            did.pages, did.clicks, did.fields
        );
        did
    }
}

const fn counted(pages: u32, clicks: u32, fields: u32) -> Counted {
    Counted {
        pages,
        clicks,
        fields,
    }
}

fn sum(all: &[Counted]) -> Counted {
    all.iter().fold(Counted::default(), |a, b| {
        counted(a.pages + b.pages, a.clicks + b.clicks, a.fields + b.fields)
    })
}

/// The list a clerk has in a drawer.
fn people() -> PathBuf {
    let rows = [
        ["江若川", "党政领导", "党委副书记、镇长", "13800000011"],
        ["宋小笺", "党政综合办公室", "收发文员", "13800000014"],
    ];
    let table = Table {
        sheet_name: "人员".into(),
        headers: ["姓名", "部门", "岗位/职务", "手机"]
            .map(str::to_owned)
            .to_vec(),
        rows: rows
            .iter()
            .map(|r| r.iter().map(|c| Cell::of_text(c)).collect())
            .collect(),
        widths: Vec::new(),
        notes: Vec::new(),
    };
    written("花名册.xlsx", &write_table(&table).unwrap())
}

#[test]
fn from_a_double_click_to_the_first_document_with_a_leader() {
    let folder = Folder::new("first-run");
    let began = Instant::now();
    let office = Started::start(&folder, &["--port", "0"]);
    let lan = SocketAddr::from(([127, 0, 0, 2], office.address.port()));
    let Some(browser) = Browser::open(office.address) else {
        return;
    };
    // the double click, and the page the program opens by itself
    let did = counted(0, 1, 0);
    let mut hand = Hand { browser, did };
    hand.browser.goto("/");
    hand.is_shown("这台电脑上还没有本单位的数据");
    let claimed = claim(&mut hand);
    assert!(claimed.clicks <= 12, "F01");
    assert_eq!(claimed, counted(6, 6, 5), "to a claimed server");

    // somebody takes a telephone and scans the code: that page is on the telephone
    assert_eq!(Http::to(lan).get("/hello").status, 200);
    hand.browser.wait_for("别的电脑和手机都能用了");
    hand.press("下一步", "已经启用");
    assert_eq!(hand.said("the network"), counted(1, 1, 0));

    hand.press("去导入人员", "先看一遍");
    hand.attach("人员表", &people());
    hand.press("先看一遍", "还没有导入");
    hand.press("导入 2 人", "还没有账号的全部人员（2 人）");
    hand.press("发密码单，去打印", "2 张密码单");
    let slips = read_slips(&hand.browser.text());
    let imported = hand.said("everybody has a slip");
    assert_eq!(imported, counted(4, 4, 1));

    // the clerk, at another PC: the address off the card on the wall
    hand.browser.moves_to(lan);
    hand.browser.set_cookies(&Value::Null);
    let came = comes_in(&mut hand, "宋小笺", &slips["宋小笺"]);
    assert_eq!(came, counted(3, 2, 5), "the first log-in");
    let registered = registers(&mut hand);
    assert_eq!(registered, counted(2, 3, 4), "the first document");

    let all = sum(&[claimed, counted(1, 1, 0), imported, came, registered]);
    println!(
        "first run: {} pages, {} clicks, {} fields, {} seconds",
        all.pages,
        all.clicks,
        all.fields,
        began.elapsed().as_secs()
    );
    // and it is there
    hand.browser.set_cookies(&Value::Null);
    comes_in(&mut hand, "江若川", &slips["江若川"]);
    hand.browser.wait_for(TITLE);
    drop(office);
}

/// The wizard, at the server's own screen.
fn claim(hand: &mut Hand) -> Counted {
    hand.press("全新使用", "单位全称");
    hand.fill("单位全称", "墨川县砚田镇人民政府");
    hand.press("下一步：机关代字", "已按简称拟好");
    assert_eq!(
        hand.browser.value("单位简称"),
        "砚田镇",
        "nobody has to write it"
    );
    hand.press("下一步：部门", "村（社区）");
    hand.press("下一步：管理员", "三员怎么安排");
    hand.fill("name-1", "苏简");
    hand.fill("mobile-1", "13800000001");
    hand.fill("password-1", SENTENCE);
    hand.fill("again-1", SENTENCE);
    hand.press("启用，开始使用", "正在等第二台设备");
    hand.said("a claimed server")
}

/// Address, name and slip, a password of one's own, the list.
fn comes_in(hand: &mut Hand, name: &str, slip: &str) -> Counted {
    hand.did.fields += 1;
    hand.browser.goto("/");
    hand.is_shown("姓名、手机号或工号");
    hand.fill("姓名、手机号或工号", name);
    hand.fill("密码", slip);
    hand.press("登录", "先设一个自己的密码");
    hand.fill("新密码", SENTENCE);
    hand.fill("新密码再写一遍", SENTENCE);
    hand.press("改密码", "密码已改好");
    hand.said(&format!("{name} is in"))
}

/// A document of the county, with its file, straight to a leader.
fn registers(hand: &mut Hand) -> Counted {
    hand.press("登记阅件", "登记送出时自动取号");
    hand.fill("来文机关", "墨川县应急管理局");
    hand.fill("来文字号", "墨应急〔2026〕31号");
    hand.fill("标题", TITLE);
    let words = "墨川县应急管理局\n关于做好春季森林防火工作的通知\n";
    hand.attach("附件", &written("通知.txt", words.as_bytes()));
    hand.browser.wait_for("已收下");
    hand.tick("本件不涉密");
    // the one leader there is stands chosen
    hand.browser.wait_for("已选 1 人：江若川");
    hand.press("登记并送传阅", "已登记并送传阅");
    hand.said("the first document is with a leader")
}
