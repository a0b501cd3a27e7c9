//! An item to be read: registered, read by one leader, left to the clerk to file or not.

use super::album::Album;
use super::office::Pc;
use super::road::{choose, open_todo, register};
use crate::support::corpus::Document;

pub fn one_reader(pc: &mut Pc, document: &Document, album: &mut Album) {
    let title = document.title.as_str();
    register(pc, "登记阅件", document, album);
    choose(pc, "由谁阅", &[("党政领导", "陆平章")]);
    pc.press("登记并送传阅", "现在到陆平章");
    pc.reads(&["收文〔2026〕2号"]);
    open_todo(pc, "陆平章", "阅", title);
    pc.browser.fill("传阅意见", "已阅，请各村对照检查。");
    album.take(pc, "read-item");
    pc.press("阅毕", "没有等您办的件");
    open_todo(pc, "宋小笺", "决定是否归档", title);
    pc.reads(&["已阅，请各村对照检查。", "陆平章"]);
    album.take(pc, "read-finish");
    pc.send("不归档", "可在“已办”里查看");
    pc.goto("/done");
    pc.reads(&[title, "办结"]);
}
