//! An outgoing document that comes back: returned by the office with a reason, mended with the difference in colours, checked
//! again and signed; then changed after the sign-off, which has to be checked and signed anew. Not here: the way on (`outgoing`).

use super::begin::written;
use super::desks::Desks;
use super::outgoing::{drafts, examined, office, own_department};
use inkstone::kit::Id;

const TITLE: &str = "砚田镇人民政府关于开展春季森林防火隐患排查整治的通知";
const BODY: &str = "为做好春季森林防火工作，现将有关事项通知如下。\n一、排查范围\n全镇五个村的林区、林缘和集中祭扫点。\n二、工作要求\n各村按照职责抓好落实，于2026年3月20日前报送排查情况。\n特此通知。";
const REASON: &str = "范围不全：请把公益性墓地写进第一条";

#[test]
fn a_returned_document_is_mended_checked_and_signed_and_a_change_after_that_is_signed_again() {
    let Some(mut desks) = office("outgoing-again") else {
        return;
    };
    let case = drafts(&mut desks, TITLE, BODY, &[]);
    own_department(&mut desks, TITLE);
    returned(&mut desks);
    mended(&mut desks, case);
    checked(&mut desks, case);
    examined(&mut desks, TITLE);
    signs(&mut desks);
    changed_after_signing(&mut desks, case);
    assert!(desks.contact_sheet().is_file());
    assert_eq!(desks.office.state.faults(), 0);
}

/// The office sends it back to the drafter, and says why.
fn returned(desks: &mut Desks) {
    desks.opens("纪文澜", "核稿", TITLE);
    desks.browser.unfold("退回修改");
    desks.browser.fill("退回的理由", REASON);
    desks.look("return");
    desks.press("退回拟稿", "现在到安守");
}

/// The drafter reads the reason first, and mends the text.
fn mended(desks: &mut Desks, case: Id) {
    desks.opens("安守", "拟稿", TITLE);
    desks.reads(&[REASON, "纪文澜"]);
    desks.look("returned");
    writes(
        desks,
        case,
        ("林缘和集中祭扫点", "林缘、公益性墓地和集中祭扫点"),
        2,
    );
    desks.press("各稿和改动", "每一稿是谁写的");
    assert_eq!(desks.browser.attributes(".traces ins", "class").len(), 1);
    desks.reads(&["公益性墓地", "应急管理办公室（消防）"]);
    desks.look("difference");
    desks.goes(&format!("/case/{case}"), "现在到");
    desks.press("改好，直接送回党政办核稿", "现在到纪文澜");
}

/// Another version of the text, on its page.
fn writes(desks: &mut Desks, case: Id, (old, new): (&str, &str), n: u8) {
    desks.goes(&format!("/case/{case}/document/write"), "写正文");
    let text = desks.browser.value("正文");
    assert!(text.contains(old), "{text}");
    desks.browser.fill("正文", &text.replace(old, new));
    if n == 2 {
        desks.look("write");
    }
    desks.send("保存这一稿", &format!("已存为第 {n} 稿"));
}

fn checked(desks: &mut Desks, case: Id) {
    desks.opens("纪文澜", "核稿", TITLE);
    desks.goes(&format!("/case/{case}/document/versions"), "每一稿是谁写的");
    desks.reads(&["公益性墓地", "应急管理办公室（消防）"]);
    desks.goes(&format!("/case/{case}"), "现在到");
    desks.browser.fill("核稿意见", "范围已写全。");
    desks.press("核稿，不用会签，送审核", "现在到纪文澜");
}

fn signs(desks: &mut Desks) {
    desks.opens("江若川", "签发", TITLE);
    desks.browser.fill("签发意见", "发。");
    desks.press("同意签发", "现在到宋小笺");
}

/// 条例 §25(一): what was changed after the sign-off is checked again and goes back to who signed.
fn changed_after_signing(desks: &mut Desks, case: Id) {
    desks.opens("宋小笺", "复核", TITLE);
    desks.browser.unfold("退回");
    desks.browser.fill("退回的理由", "请附上排查表");
    desks.press("退回党政办核稿", "现在到纪文澜");

    desks.opens("纪文澜", "核稿", TITLE);
    desks.reads(&["请附上排查表"]);
    writes(
        desks,
        case,
        ("特此通知。", "特此通知。\n附件：森林防火隐患排查表。"),
        3,
    );
    desks.goes(&format!("/case/{case}"), "现在到");
    desks.browser.attach(
        "附件",
        &written("森林防火隐患排查表.txt", "地点\t隐患\n".as_bytes()),
    );
    desks.browser.fill("核稿意见", "排查表已附上。");
    // changed text is checked again before it may go on
    desks.browser.press("改好，直接送回复核");
    desks.browser.wait_for("公文体检还有必须改的");
    let _ = desks.browser.complaints();
    desks.look("checked-again");
    desks.goes(&format!("/case/{case}/document"), "必须改");
    desks.press("能直接改的都改好", "存为第 4 稿");
    desks.goes(&format!("/case/{case}"), "现在到");
    desks.browser.fill("核稿意见", "排查表已附上。");
    desks.press("改好，直接送回复核", "现在到宋小笺");

    // and not by whoever has it now: the signature is of another text
    desks.opens("宋小笺", "复核", TITLE);
    desks.reads(&["现在还不能往下送", "正文在签发以后改过"]);
    assert!(!desks.browser.sees("复核，送编号登记"));
    desks.look("signed-another-text");
    desks.browser.unfold("退回");
    desks
        .browser
        .fill("退回的理由", "正文按核稿意见改过，请再签发");
    desks.press("退回签发", "现在到江若川");
    desks.opens("江若川", "签发", TITLE);
    desks.press("公文预览", "公文预览和体检");
    desks.press("各稿和改动", "每一稿是谁写的");
    desks.reads(&["附件：森林防火隐患排查表"]);
    desks.goes(&format!("/case/{case}"), "现在到");
    desks.browser.fill("签发意见", "同意改过的稿，发。");
    desks.press("改好，直接送回复核", "现在到宋小笺");

    desks.opens("宋小笺", "复核", TITLE);
    assert!(!desks.browser.sees("现在还不能往下送"));
    desks
        .browser
        .fill("复核意见", "审批手续、内容、文种、格式已复核。");
    desks.press("复核，送编号登记", "现在到宋小笺");
}
