//! A real document through all hands: 登记, 拟办, 审阅, 批示, 传阅 beside it, 分办, 交办, 反馈, 审核反馈,
//! 办结, 归档; at each hand what that person sees, and what the others do.

use super::album::Album;
use super::begin::written;
use super::office::Pc;
use crate::support::corpus::Document;

/// Registers a document of the corpus with its text attached; the case is then to be proposed.
pub fn register(pc: &mut Pc, kind: &str, document: &Document, album: &mut Album) {
    pc.sit("宋小笺");
    pc.press(kind, "登记送出时自动取号");
    let issuer = &document.issuer;
    pc.browser.fill("来文机关", issuer);
    pc.browser.fill("来文字号", &document.number);
    pc.browser.fill("标题", &document.title);
    pc.browser.tick("急");
    let file = written(&document.file, document.body.as_bytes());
    pc.browser.attach("附件", &file);
    album.take(
        pc,
        &format!(
            "start-{}",
            if kind == "登记办件" {
                "handle"
            } else {
                "read"
            }
        ),
    );
}

/// Opens a to-do by its title; says what is asked first.
pub fn open_todo(pc: &mut Pc, name: &str, ask: &str, title: &str) {
    pc.sit(name);
    pc.reads(&[&format!("请{ask}"), title]);
    pc.press(title, "经过");
    pc.reads(&["现在到", title]);
}

/// The path of the case that is shown, without its question.
pub fn case_shown(pc: &Pc) -> String {
    let path = pc.browser.path();
    path.split('?').next().unwrap().to_owned()
}

/// Chooses people by writing what the picker finds them by, or by ticks where there is no script.
pub fn choose(pc: &mut Pc, what: &str, people: &[(&str, &str)]) {
    for (dept, name) in people {
        if pc.scripts {
            pc.browser
                .fill(&format!("找人：{what}"), &format!("{name}\u{E007}"));
        } else {
            pc.browser.unfold(dept);
            pc.browser.tick(name);
        }
    }
}

pub fn from_registration_to_archive(pc: &mut Pc, document: &Document, album: &mut Album) -> String {
    let title = document.title.as_str();
    register(pc, "登记办件", document, album);
    pc.press("登记并送拟办", "已登记并送拟办");
    pc.reads(&["收文〔2026〕1号"]);

    let case = propose(pc, document, album);
    nobody_else_finds(pc, &case, title);
    review(pc, &case, document, album);
    instruct(pc, &case, title, album);
    circulate_and_hand_out(pc, title, album);
    handle(pc, &case, title, album);
    read_beside(pc, title, album);
    accept_and_close(pc, title, album);
    archive(pc, &case, title, album);
    nobody_else_finds(pc, &case, title);
    case
}

fn propose(pc: &mut Pc, document: &Document, album: &mut Album) -> String {
    open_todo(pc, "宋小笺", "拟办", &document.title);
    pc.reads(&[&document.file, "缓急", "签收人"]);
    let case = case_shown(pc);
    let line = document.body.lines().nth(2).unwrap();
    let line: String = line.chars().take(20).collect();
    pc.press("看正文", &line);
    album.take(pc, "attachment");
    pc.press("← 返回", "经过");
    album.take(pc, "case-propose");
    if pc.scripts {
        pc.browser.press("拟请主要领导阅示，并按批示意见办理。");
    } else {
        pc.browser
            .fill("拟办意见", "拟请主要领导阅示，并按批示意见办理。");
    }
    pc.press("拟办并送办公室主任审阅", "现在到纪文澜");
    pc.goto(&case);
    pc.reads(&["现在到", "纪文澜", "还没有打开"]);
    case
}

/// Somebody without a part in it: no to-do, no page, no file, no print, no line in the register.
fn nobody_else_finds(pc: &mut Pc, case: &str, title: &str) {
    pc.sit("钱细清");
    pc.reads(&["没有等您办的件"]);
    for path in [
        case.to_owned(),
        format!("{case}/print/handling"),
        format!("{case}/ledger"),
    ] {
        pc.is_refused(&path, "没有");
        pc.does_not_read(&[title]);
    }
    for list in ["/doing", "/done", "/register/incoming"] {
        pc.goto(list);
        pc.does_not_read(&[title]);
    }
}

fn review(pc: &mut Pc, case: &str, document: &Document, album: &mut Album) {
    open_todo(pc, "纪文澜", "审阅", &document.title);
    let head = [&document.issuer, &document.number, &document.file];
    pc.reads(&head.map(String::as_str));
    pc.reads(&["拟请主要领导阅示，并按批示意见办理。"]);
    album.take(pc, "case-review");
    // pressed without anybody chosen, the page says so and keeps what was written
    pc.browser.press("审阅并送领导批示");
    pc.browser.wait_for("处要改");
    let _ = pc.browser.complaints();
    album.take(pc, "case-wrong");
    choose(pc, "由谁批示", &[("党政领导", "江若川")]);
    pc.press("审阅并送领导批示", "现在到江若川");
    pc.sit("宋小笺");
    pc.goto(case);
    pc.reads(&["现在到", "江若川", "还没有打开"]);
}

fn instruct(pc: &mut Pc, case: &str, title: &str, album: &mut Album) {
    open_todo(pc, "江若川", "批示", title);
    pc.reads(&["拟请主要领导阅示，并按批示意见办理。", "刚刚打开"]);
    album.take(pc, "case-instruct");
    pc.browser.fill(
        "领导批示",
        "请应急办牵头抓紧办理，农业中心配合，月底前报结果。",
    );
    pc.press("批示并送党政办分办", "现在到宋小笺");
    pc.reads(&["没有等您办的件"]);
    pc.goto(case);
    pc.reads(&["请应急办牵头抓紧办理", "现在到", "宋小笺"]);
}

fn circulate_and_hand_out(pc: &mut Pc, title: &str, album: &mut Album) {
    open_todo(pc, "宋小笺", "分办", title);
    pc.reads(&[
        "请应急办牵头抓紧办理，农业中心配合，月底前报结果。",
        "江若川",
    ]);
    pc.browser.unfold("传阅");
    choose(pc, "由谁传阅", &[("党政领导", "陆平章")]);
    album.take(pc, "case-circulate");
    pc.send("传阅", "现在到");
    open_todo(pc, "宋小笺", "分办", title);
    pc.reads(&["陆平章", "未打开"]);
    pc.browser.choose("主办部门", "应急管理办公室（消防）");
    pc.browser.tick("农业中心");
    album.take(pc, "case-hand-out");
    pc.press("分办到主办和协办部门", "已分办");
}

fn handle(pc: &mut Pc, case: &str, title: &str, album: &mut Album) {
    open_todo(pc, "雷有备", "承办", title);
    pc.reads(&["请应急办牵头抓紧办理"]);
    pc.browser.unfold("交办");
    choose(pc, "由谁承办", &[("应急管理办公室（消防）", "安守")]);
    pc.browser.fill("交办的话", "请先到现场看一遍");
    album.take(pc, "case-assign");
    pc.send("交办", "现在到");

    open_todo(pc, "安守", "承办", title);
    pc.reads(&["请先到现场看一遍"]);
    pc.browser.fill("承办情况", "已到现场核对，四处已整改。");
    album.take(pc, "case-handle");
    pc.press("反馈给雷有备", "现在到");

    open_todo(pc, "雷有备", "承办", title);
    pc.browser
        .fill("承办情况", "应急办已全部核对，四处问题已整改。");
    pc.press("反馈", "现在到");
    pc.goto(case);
    pc.reads(&["应急办已全部核对"]);

    open_todo(pc, "田丰收", "承办", title);
    pc.browser.fill("承办情况", "农业中心已配合张贴告示。");
    pc.press("反馈", "现在到");
}

fn read_beside(pc: &mut Pc, title: &str, album: &mut Album) {
    open_todo(pc, "陆平章", "传阅", title);
    album.take(pc, "case-read");
    pc.press("我知道了", "没有等您办的件");
}

fn accept_and_close(pc: &mut Pc, title: &str, album: &mut Album) {
    for round in 0..2 {
        open_todo(pc, "宋小笺", "审核反馈", title);
        pc.reads(&[
            "应急办已全部核对，四处问题已整改。",
            "农业中心已配合张贴告示。",
        ]);
        if round == 0 {
            album.take(pc, "case-accept");
        }
        pc.press("采用反馈", "已采用反馈");
    }
    open_todo(pc, "宋小笺", "办结", title);
    pc.browser.choose("办理结果", "已答复来文单位");
    album.take(pc, "case-finish");
    pc.press("办结并送归档", "现在到文存真");
}

fn archive(pc: &mut Pc, case: &str, title: &str, album: &mut Album) {
    open_todo(pc, "文存真", "归档", title);
    pc.browser.tick("30年");
    pc.browser.fill("件号", "2026-DZB-0001");
    album.take(pc, "case-archive");
    pc.press("归档", "可在“已办”里查看");
    for name in [
        "宋小笺",
        "纪文澜",
        "江若川",
        "雷有备",
        "安守",
        "田丰收",
        "陆平章",
        "文存真",
    ] {
        pc.sit(name);
        pc.reads(&["没有等您办的件"]);
        pc.goto("/done");
        pc.reads(&[title, "归档"]);
        pc.goto(case);
        pc.reads(&["已归档"]);
    }
    pc.sit("宋小笺");
    pc.goto("/register/incoming");
    pc.reads(&[title, "收文〔2026〕1号"]);
    pc.browser.unfold("显示哪些栏");
    pc.browser.press_button("显示全部栏");
    pc.reads(&[title, "2026-DZB-0001"]);
    pc.goto(&format!("{case}/ledger"));
    pc.reads(&["签收登记栏", "催办次数", "江若川", "已答复来文单位"]);
}
