//! A document issued to other offices as people click it (issue 6, Must show 3): signed off, numbered, sealed, sent to a sister
//! organ on this server and by package to a second installation, registered at both, their receipts back and counted.
//! Not here: how it was drafted and countersigned (`outgoing`), what is forged or damaged (`exchange::arrival`).

use super::begin::written;
use super::desks::Desks;
use super::outgoing::{numbered, sealed};
use crate::exchange::sisters::{SISTER, THEIR_CLERK, with_sister};
use crate::exchange::support::{
    RECEIVER, SENDER, TITLE, carried, for_signature, receiver, sender, until,
};
use crate::official::seal::seal_of;
use crate::official::sealing::KEEPER;
use crate::support::town::Folder;
use inkstone::kit::Id;
use std::path::PathBuf;

const NUMBER: &str = "砚政发〔2026〕1号";

#[test]
fn a_document_goes_to_a_sister_organ_and_by_package_and_both_receipts_come_back() {
    let here = sender("exchanged-here");
    with_sister(&here);
    let case = for_signature(&here.town);
    let people = ["江若川", "宋小笺", "纪文澜", KEEPER, THEIR_CLERK];
    let Some(mut desks) = Desks::over(here, &people) else {
        return;
    };
    desks.album = "exchanged".to_owned();
    let mut admin = desks.office.admin();
    seal_of(&desks.office, &mut admin, true);
    let Some(mut there) = Desks::over(receiver("exchanged-there"), &["宋小笺"]) else {
        return;
    };
    there.album = "exchanged-there".to_owned();
    let _carried = (carried(&desks.office), carried(&there.office));

    signed(&mut desks);
    numbered(&mut desks, (case, TITLE));
    sealed(&mut desks, (case, TITLE));
    let case_at = format!("/case/{case}");
    to_a_sister(&mut desks, case);
    let (code, package) = by_package(&mut desks);
    registered_at_once(&mut desks);
    desks.sit("宋小笺");
    desks.goes(&format!("{case_at}/issue"), "已签收 1/2");
    desks.reads(&["平台直送", THEIR_CLERK, "公文包", "等电子回执"]);
    assert!(!desks.browser.sees("催没有签收的"), "nobody here has it");
    desks.look("one-of-two");

    let receipt = registered_elsewhere(&mut there, (&code, &package));
    comes_back(&mut desks, case, (&package, &receipt));
    desks.sit("宋小笺");
    desks.goes(&case_at, "现在到");
    desks.press("分发完毕，送归档", "现在到苏简");
    for side in [&mut desks, &mut there] {
        assert!(side.contact_sheet().is_file());
        assert_eq!(side.office.state.faults(), 0);
    }
}

/// 签发 by the head of the town.
fn signed(desks: &mut Desks) {
    desks.opens("江若川", "签发", TITLE);
    desks.browser.fill("签发意见", "发。");
    desks.press("同意签发", "现在到宋小笺");
}

/// To the organ that has its seat on this server: no file, no code.
fn to_a_sister(desks: &mut Desks, case: Id) {
    desks.opens("宋小笺", "分发", TITLE);
    desks.goes(&format!("/case/{case}/issue"), "还没有分发给谁");
    desks.reads(&["本平台上的别的单位", "也用砚台的外单位"]);
    desks.look("issue");
    desks.press("发电子公文", "还没有发过");
    desks.reads(&[NUMBER, "提取码", "直接送到"]);
    desks.look("send");
    desks.browser.press("发出");
    desks.browser.wait_for("请写收文单位的全称");
    let _ = desks.browser.complaints();
    desks.browser.fill("收文单位", SISTER);
    desks.send("发出", "已直接送到对方的收文清单");
    desks.reads(&[SISTER, "平台直送", "还没有回执"]);
    assert!(!desks.browser.sees("下载公文包"), "it went without a file");
}

/// To an office outside: the code, told once, and the file.
fn by_package(desks: &mut Desks) -> (String, PathBuf) {
    desks.browser.fill("收文单位", RECEIVER);
    desks.send("发出", "请现在记下提取码");
    desks.look("code");
    let page = desks.browser.text();
    let is_code = |w: &&str| w.len() == 14 && w.split('-').count() == 3;
    let code = page.split_whitespace().find(is_code).unwrap().to_owned();
    let folder = Folder::new("exchanged-package");
    let package = downloads(desks, &folder, "下载公文包");
    assert!(package.extension().is_some_and(|e| e == "gwb"));
    desks.press("记下了，返回", "还没有回执");
    desks.reads(&[SISTER, RECEIVER, "宋小笺"]);
    assert!(!desks.browser.sees(&code), "the code is shown once");
    desks.look("sent");
    desks.press("分发", "已签收 0/2");
    desks.reads(&["对方登记后自动回执", "等电子回执"]);
    (code, package)
}

/// A file that a page hands out, kept among the files of this journey.
fn downloads(desks: &mut Desks, folder: &Folder, words: &str) -> PathBuf {
    desks.browser.downloads_to(&folder.0);
    desks.browser.press(words);
    let came = desks.browser.downloaded(&folder.0);
    let name = came.file_name().unwrap().to_str().unwrap().to_owned();
    written(&name, &std::fs::read(&came).unwrap())
}

/// What came is looked at and registered as an incoming case.
fn registers(desks: &mut Desks) {
    desks.press("登记办件", "要素和文件已经填好");
    desks.reads(&["登记办件"]);
    assert_eq!(desks.browser.value("标题"), TITLE);
    assert_eq!(desks.browser.value("来文机关"), SENDER);
    assert_eq!(desks.browser.value("来文字号"), NUMBER);
    desks.look("register");
    desks.browser.press("登记并送拟办");
    desks.browser.wait_for("已登记");
    desks.settle();
}

/// At the sister organ: from the to-do list to the registered case; the receipt goes home by itself.
fn registered_at_once(desks: &mut Desks) {
    desks.sit(THEIR_CLERK);
    desks.reads(&["外单位来的公文有 1 份等着登记"]);
    desks.look("arrived");
    desks.press("去公文交换登记", "1 份等着登记");
    desks.look("arrivals");
    desks.press(TITLE, "公文要素");
    let came = desks.browser.path();
    desks.reads(&[SENDER, NUMBER, "江若川", "版式文件", "平台直送"]);
    assert!(!desks.browser.sees("对不上"));
    desks.look("arrival");
    registers(desks);
    let at = came.split('?').next().unwrap().to_owned();
    until("the receipt is home", || {
        desks.browser.goto(&at);
        desks.browser.sees("已登记：")
    });
    desks.reads(&["收文〔2026〕1号", "回执已经自动送到发文单位"]);
    desks.look("answered");
    desks.press("打开这一件", "经过");
    desks.reads(&[TITLE, "收文〔2026〕1号"]);
}

/// At the second installation: the package opened with its code, its key compared by telephone, registered; the receipt.
fn registered_elsewhere(there: &mut Desks, (code, package): (&str, &PathBuf)) -> PathBuf {
    there.sit("宋小笺");
    there.press("公文交换", "没有等着登记的公文");
    there.look("empty");
    there.browser.attach("公文包", package);
    there.browser.fill("提取码", "K7QF-2MXA-9WHT");
    there.browser.press("打开");
    there.browser.wait_for("提取码");
    let _ = there.browser.complaints();
    there.look("wrong-code");
    there.browser.attach("公文包", package);
    there.browser.fill("提取码", &code.to_lowercase());
    there.send("打开", "已打开，内容和发文单位签过名的一样");
    there.reads(&[SENDER, NUMBER, "正文文本", "签名文件", "第一次见到"]);
    assert!(!there.browser.sees("对不上"));
    there.look("arrival");
    there.browser.tick("已经打电话向发文单位核对");
    there.send("指纹对上了", "和以前核对过的一样");
    let at = there.browser.path();
    let at = at.split('?').next().unwrap().to_owned();
    registers(there);
    until("the receipt is made", || {
        there.browser.goto(&at);
        there.browser.sees("下载回执")
    });
    there.reads(&["收文〔2026〕1号", "把回执文件交给发文单位"]);
    there.look("receipt");
    let receipt = downloads(there, &Folder::new("exchanged-receipt"), "下载回执");
    assert!(receipt.extension().is_some_and(|e| e == "gwhz"));
    there.press("打开这一件", "经过");
    there.reads(&[TITLE, "收文〔2026〕1号"]);
    there.look("case");
    receipt
}

/// Home again: a wrong file is named, the right one is shown and counted.
fn comes_back(desks: &mut Desks, case: Id, (wrong, receipt): (&PathBuf, &PathBuf)) {
    desks.sit("宋小笺");
    desks.goes(&format!("/case/{case}/issue"), "已签收 1/2");
    desks.press("电子公文和回执", "收回执");
    desks.browser.attach("收文单位交回来的回执", wrong);
    desks.browser.press_button("收回执");
    desks.browser.wait_for("这不是砚台的回执");
    let _ = desks.browser.complaints();
    desks.look("wrong-receipt");
    desks.browser.attach("收文单位交回来的回执", receipt);
    desks.send("收回执", "回执已收");
    desks.reads(&[&format!("已签收 {RECEIVER}"), "收文〔2026〕1号"]);
    assert!(!desks.browser.sees("还没有回执"));
    desks.look("receipts");
    desks.goes(&format!("/case/{case}/issue"), "已签收 2/2");
    desks.reads(&[RECEIVER, SISTER, "公文包", "平台直送"]);
    desks.look("all-signed-for");
}
