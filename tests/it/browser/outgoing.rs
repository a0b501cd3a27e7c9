//! An outgoing document as its users live it (issue 6, Must show 3): drafted, checked, countersigned by two departments at
//! once, one of them by hand on the page, made clean, reviewed, signed off, numbered, sealed, issued inside and outside,
//! filed; at each step what that person reads, and what the others do. Not here: one that comes back (`outgoing_again`),
//! other offices (`exchanged`).

use super::begin::written;
use super::desks::Desks;
use super::paper::pages;
use crate::official::seal::seal_of;
use crate::official::sealing::KEEPER;
use crate::support::browser::look_folder;
use crate::support::office::Office;
use crate::support::town::Town;
use inkstone::kit::Id;

pub const TITLE: &str = "砚田镇人民政府关于做好2026年防汛备汛工作的通知";
const NUMBER: &str = "砚政发〔2026〕1号";
const BODY: &str = "为切实做好今年的防汛备汛工作，根据《墨川县防汛抗旱指挥部关于做好汛前准备的通知》（墨汛发[2026]3号）要求，现将有关事项通知如下。\n一、压实责任\n各村、各部门要逐级落实防汛责任，主要负责同志靠前指挥。\n二、备足物资\n编织袋、照明设备和救生器材要在2026年3月底前清点补齐。\n三、加强值守\n严格执行24小时值班和领导带班制度，遇有险情第一时间上报。\n特此通知。\n附件：防汛物资清点表。";
/// Everybody who has it in hand.
pub const ALL: [&str; 9] = [
    "安守",
    "雷有备",
    "纪文澜",
    "田丰收",
    "钱细清",
    "江若川",
    "宋小笺",
    "陆平章",
    KEEPER,
];

/// An office with a seal in use and everybody at its desks.
pub fn office(name: &str) -> Option<Desks> {
    let town = Town::new(name);
    town.settle(KEEPER, "DZB", "印章");
    let mut desks = Desks::over(Office::of(town), &ALL)?;
    desks.album = name.to_owned();
    let mut admin = desks.office.admin();
    seal_of(&desks.office, &mut admin, true);
    Some(desks)
}

/// The form of a new one, filled in and sent to the drafter's superior.
pub fn drafts(desks: &mut Desks, title: &str, body: &str, signers: &[&str]) -> Id {
    desks.sit("安守");
    desks.press("发起事项", "拟发文");
    desks.press("拟发文", "编号登记送出时取号");
    let browser = &mut desks.browser;
    browser.choose("发文字头", "砚政发（砚田镇人民政府）");
    browser.choose("文种", "通知");
    browser.fill("标题", title);
    browser.fill("主送机关", "各村（居）民委员会，镇直各部门");
    browser.fill("抄送机关", "墨川县防汛抗旱指挥部");
    browser.fill("正文", body);
    browser.fill("发文份数", "20");
    browser.tick("主动公开");
    if body.contains("附件：防汛物资清点表") {
        let table = "村名\t编织袋\t照明设备\n砚田村\t400\t12\n".as_bytes();
        let browser = &mut desks.browser;
        browser.attach("附件", &written("防汛物资清点表.txt", table));
    }
    let browser = &mut desks.browser;
    for dept in signers {
        browser.tick(dept);
    }
    desks.look("draft");
    desks.press("送部门审核", "现在到雷有备");
    desks.goes("/doing", title);
    desks.press(title, "现在到");
    desks.reads(&["雷有备", "还没有打开", "3月10日前办完"]);
    desks.case()
}

/// 部门审核 by the head of the drafter's department.
pub fn own_department(desks: &mut Desks, title: &str) {
    desks.opens("雷有备", "审核", title);
    desks.reads(&["拟稿人", "安守", "各村（居）民委员会，镇直各部门"]);
    desks.browser.fill("部门审核意见", "同意，请党政办核稿。");
    desks.look("own-department");
    desks.press("审核，送党政办核稿", "现在到纪文澜");
}

/// 审核 by the office's director, sent straight to the leader.
pub fn examined(desks: &mut Desks, title: &str) {
    desks.opens("纪文澜", "审核", title);
    for (what, tick) in [
        ("公开属性审核", "属实"),
        ("保密审查", "不涉密，可以在本平台办理"),
        ("合法性审核", "不属于审核范围"),
        ("公平竞争审查", "不涉及经营者"),
    ] {
        desks.reads(&[what]);
        desks.browser.tick(tick);
    }
    desks
        .browser
        .fill("审核意见", "公开属性、保密、合法性、公平竞争已审核。");
    desks.chooses("由谁签发", &["江若川"]);
    desks.look("examine");
    desks.press("审核，直接送签发（没有分管领导的）", "现在到江若川");
}

#[test]
fn a_document_goes_from_its_draft_to_the_archive() {
    let Some(mut desks) = office("outgoing") else {
        return;
    };
    let case = drafts(&mut desks, TITLE, BODY, &["农业中心", "财政所"]);
    nobody_else_finds(&mut desks, case);
    own_department(&mut desks, TITLE);
    checked(&mut desks, case);
    countersigned(&mut desks, case);
    merged(&mut desks, case);
    examined(&mut desks, TITLE);
    signed_off(&mut desks, case);
    numbered(&mut desks, (case, TITLE));
    sealed(&mut desks, (case, TITLE));
    issued(&mut desks, case);
    received(&mut desks, case);
    filed(&mut desks, case);
    assert!(desks.contact_sheet().is_file());
    assert_eq!(desks.office.state.faults(), 0);
}

/// Somebody without a part in it learns nothing.
fn nobody_else_finds(desks: &mut Desks, case: Id) {
    desks.sit("陆平章");
    assert!(!desks.browser.sees(TITLE));
    for page in ["", "/document", "/issue", "/seal", "/print/draft"] {
        desks.browser.goto(&format!("/case/{case}{page}"));
        desks.browser.wait_for("没有");
        assert!(!desks.browser.sees(TITLE), "{page}");
    }
    let _ = desks.browser.complaints();
}

/// 核稿: the check finds the bracket, holds the document up, and mends it.
fn checked(desks: &mut Desks, case: Id) {
    desks.opens("纪文澜", "核稿", TITLE);
    desks.reads(&["同意，请党政办核稿。"]);
    desks.browser.fill("核稿意见", "文种、格式、行文规则已核。");
    desks.look("check");
    desks.browser.press("核稿，送会签");
    desks.browser.wait_for("公文体检还有必须改的");
    let _ = desks.browser.complaints();
    desks.look("check-held-up");
    desks.press("看公文版面和体检", "公文预览和体检");
    desks.reads(&["必须改", "附件名称", "建议改"]);
    desks.look("check-findings");
    desks.press("能直接改的都改好", "存为第 2 稿");
    desks.look("check-mended");
    desks.goes(&format!("/case/{case}"), "现在到");
    desks
        .browser
        .fill("核稿意见", "文种、格式、行文规则已核，请会签。");
    desks.press("核稿，送会签", "现在到");
}

/// Two departments at once: one by hand on the page, one in words.
fn countersigned(desks: &mut Desks, case: Id) {
    desks.sit("安守");
    desks.goes(&format!("/case/{case}"), "现在到");
    desks.reads(&["田丰收", "钱细清", "3月12日前办完"]);
    desks.look("countersign-waiting");
    desks.opens("田丰收", "会签", TITLE);
    desks.press("公文预览", "公文预览和体检");
    desks.send("在公文上手写", "擦掉上一笔");
    let line: Vec<(f64, f64)> = (0..24)
        .map(|i| {
            (
                0.3 + f64::from(i) / 60.0,
                0.55 + (f64::from(i) / 3.0).sin() / 80.0,
            )
        })
        .collect();
    desks.draws("svg.a4", &line);
    assert_eq!(desks.browser.count(".wet"), 1);
    desks.look("countersign-hand");
    desks.send("保存手写", "手写已保存");
    assert_eq!(desks.browser.count("svg .hand path[data-points]"), 1);
    desks.goes(&format!("/case/{case}"), "现在到");
    desks.browser.fill("会签意见", "物资一节请看我在稿上写的。");
    desks.look("countersign");
    desks.send("会签", "已会签");
    // the other is not held up, and sees what the first wrote on the page
    desks.opens("钱细清", "会签", TITLE);
    desks.reads(&["物资一节请看我在稿上写的。"]);
    desks.press("公文预览", "公文预览和体检");
    assert_eq!(desks.browser.count("svg .hand path[data-points]"), 1);
    desks.goes(&format!("/case/{case}"), "现在到");
    desks
        .browser
        .fill("会签意见", "建议修改如下：第二条写明经费从防汛专项列支。");
    desks.send("会签", "现在到安守");
}

/// 合稿: opinions and changes under the text, and a third version.
fn merged(desks: &mut Desks, case: Id) {
    desks.opens("安守", "合稿", TITLE);
    desks.reads(&["物资一节请看我在稿上写的。", "第二条写明经费从防汛专项列支"]);
    desks.look("merge");
    desks.press("公文预览", "公文预览和体检");
    assert_eq!(desks.browser.count("svg .hand path[data-points]"), 1);
    desks.press("清稿", "各方意见");
    desks.reads(&["农业农村服务中心 田丰收", "财政所 钱细清", "改过的地方"]);
    let text = desks.browser.value("正文");
    assert!(text.contains("墨汛发〔2026〕3号"), "{text}");
    let mended = text.replace(
        "清点补齐。",
        "清点补齐，经费从防汛专项列支。【批注：按财政所意见】",
    );
    desks.browser.fill("正文", &mended);
    desks.look("clean");
    desks.send("保存清稿", "已存为第 3 稿");
    desks.press("清稿", "各方意见");
    desks.press("自动清稿", "各方意见");
    let text = desks.browser.value("正文");
    assert!(
        text.contains("经费从防汛专项列支。\n") && !text.contains("批注"),
        "{text}"
    );
    desks.send("保存清稿", "已存为第 4 稿");
    desks.press("各稿和改动", "每一稿是谁写的");
    desks.reads(&[
        "第 4 稿",
        "安守（应急管理办公室（消防））",
        "纪文澜（党政综合办公室）",
    ]);
    assert!(
        desks.browser.count(".traces ins") >= 2,
        "two departments wrote"
    );
    desks.look("versions");
    desks.goes(&format!("/case/{case}"), "现在到");
    desks.browser.fill("合稿说明", "会签意见已采纳。");
    desks.press("合好稿，送审核", "现在到纪文澜");
}

/// 签发 by the head of the town.
fn signed_off(desks: &mut Desks, case: Id) {
    desks.opens("江若川", "签发", TITLE);
    desks.reads(&[
        "会签意见已采纳。",
        "公开属性、保密、合法性、公平竞争已审核。",
    ]);
    // pressed without a word or a stroke it says so; with a hand in the box it goes on
    desks.browser.press("同意签发");
    desks.browser.wait_for("请写意见");
    let _ = desks.browser.complaints();
    desks.send("手写意见", "擦掉上一笔");
    for (from, to) in [(0.1, 0.3), (0.4, 0.6)] {
        let line: Vec<(f64, f64)> = (0..16)
            .map(|i| f64::from(i) / 15.0)
            .map(|t| (from + (to - from) * t, 0.5 + (t * 9.0).sin() / 4.0))
            .collect();
        desks.draws("svg.pad", &line);
    }
    assert_eq!(desks.browser.count("svg.pad .wet"), 2);
    desks.send("擦掉上一笔", "同意签发");
    assert_eq!(desks.browser.count("svg.pad .wet"), 1);
    desks.look("sign");
    desks.press("同意签发", "现在到宋小笺");
    desks.goes(&format!("/case/{case}"), "现在到");
    assert_eq!(desks.browser.count("svg.byhand path[data-points]"), 1);
}

/// 复核 and the number, which nobody has before.
pub fn numbered(desks: &mut Desks, (case, title): (Id, &str)) {
    desks.opens("宋小笺", "复核", title);
    assert!(!desks.browser.sees(NUMBER));
    desks
        .browser
        .fill("复核意见", "审批手续、内容、文种、格式已复核。");
    desks.look("recheck");
    desks.press("复核，送编号登记", "现在到宋小笺");
    desks.opens("宋小笺", "编号登记", title);
    assert_eq!(
        desks.browser.value("成文日期"),
        "2026-03-09",
        "the day of the sign-off"
    );
    desks.look("number");
    desks.press("编号，送印制用印", NUMBER);
    desks.reads(&[&format!("现在到{KEEPER}")]);
    desks.goes(&format!("/case/{case}/document"), NUMBER);
}

/// 用印 by who keeps the seal: held up before, fixed after.
pub fn sealed(desks: &mut Desks, (case, title): (Id, &str)) {
    desks.opens(KEEPER, "印制用印", title);
    desks.reads(&["现在还不能往下送", "还没有用印"]);
    // sending back is folded away while the way on waits, and is no black button
    assert!(!desks.browser.sees("退回拟稿"));
    desks.look("print");
    desks.press("用印", "盖在第");
    desks.reads(&["砚田镇人民政府印章", "不是《电子签名法》"]);
    desks.look("seal");
    desks.send("盖章", "已用印");
    desks.reads(&["下载盖好章的 PDF"]);
    desks.look("sealed");
    desks.goes(&format!("/case/{case}"), "现在到");
    assert!(!desks.browser.sees("现在还不能往下送"));
    desks.press("已用印，送分发", "：已用印，送分发，现在到宋小笺");
    desks.goes("/verify", "核验");
    desks.look("verify");
}

/// 分发: to a person, a department and, by hand, an organ outside. Deliveries to a sister organ on this server and by
/// package begin on the same page and join here: `exchanged`.
fn issued(desks: &mut Desks, case: Id) {
    desks.opens("宋小笺", "分发", TITLE);
    desks.reads(&["还没有分发给任何单位或个人"]);
    desks.look("issue");
    desks.goes(&format!("/case/{case}/issue"), "还没有分发给谁");
    desks.chooses("本单位的部门", &["应急管理办公室（消防）"]);
    desks.chooses("本单位的人员", &["陆平章"]);
    desks.browser.fill("外单位", "墨川县防汛抗旱指挥部");
    desks.browser.fill("每个外单位几份", "2");
    desks.browser.fill("送件人或者邮件号", "安守");
    desks.look("issue-desk");
    desks.send("分发", "已签收 0/3");
    desks.look("issue-sent");
    // what came back from outside on paper
    desks.browser.unfold("未签收，登记回执");
    desks.browser.fill("by", "周其昌");
    desks.browser.fill("signed_on", "2026-03-09");
    desks.send("登记回执", "回执已登记");
    desks.reads(&["已签收 1/3", "周其昌"]);
    desks.send("催没有签收的", "已催 2 人签收");
}

/// They sign for it in their to-dos.
fn received(desks: &mut Desks, case: Id) {
    for name in ["雷有备", "陆平章"] {
        desks.opens(name, "签收", TITLE);
        desks.reads(&[NUMBER]);
        if name == "陆平章" {
            desks.look("receipt");
        }
        desks.send("签收", "没有等您办的件");
    }
    desks.sit("宋小笺");
    desks.goes(&format!("/case/{case}/issue"), "已签收 3/3");
    desks.look("issue-signed-for");
    desks.goes(&format!("/case/{case}"), "现在到");
    desks.press("分发完毕，送归档", "现在到苏简");
}

/// 归档, the register and the ledger of 21 columns.
fn filed(desks: &mut Desks, case: Id) {
    desks.sits_at_the_server();
    desks.goes("/todo", TITLE);
    desks.press(TITLE, "现在到");
    desks.browser.tick("永久");
    desks.look("archive");
    desks.send("归档", "可在“已办”里查看");
    let server = desks.office.at(2).address;
    desks.browser.moves_to(server);
    desks.sit("宋小笺");
    desks.goes(&format!("/case/{case}"), "已归档");
    desks.look("filed");
    desks.goes("/register/outgoing", TITLE);
    desks.reads(&[NUMBER, "各村（居）民委员会，镇直各部门", "归档"]);
    desks.look("register");
    desks.goes(&format!("/case/{case}/ledger"), "处理流程台账");
    desks.reads(&[
        "拟稿处室",
        "签发人",
        "江若川",
        "盖章人",
        KEEPER,
        "发文完成标志",
        "已完成",
    ]);
    desks.look("ledger");
    for (page, name, leaves) in [
        // signed by hand: the box takes a row of its own
        ("print/draft", "drafting-sheet", 2),
        ("print/countersign", "countersign-sheet", 1),
        ("issue/print", "slips", 1),
    ] {
        desks.goes(&format!("/case/{case}/{page}"), "A4");
        let by_hand = usize::from(page == "print/draft");
        assert_eq!(desks.browser.count("svg.byhand"), by_hand, "{page}");
        let pdf = desks.browser.print();
        std::fs::write(look_folder().join(format!("outgoing-{name}.pdf")), &pdf).unwrap();
        assert_eq!(pages(&pdf).len(), leaves, "{page}");
    }
}
