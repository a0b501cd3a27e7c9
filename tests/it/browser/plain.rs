//! The same office with scripts switched off: claim, people, slips, log-in, registration, the road to
//! the archive. Folds open by their own means, people are ticked, nothing needs more than a form.

use super::album::Album;
use super::begin;
use super::office::{Office, Pc};
use super::road::{choose, open_todo, register};
use crate::support::corpus::Document;

pub fn to_the_archive(pc: &mut Pc, office: &Office, document: &Document) {
    let mut album = Album::closed();
    begin::claim(pc, office, &mut album);
    begin::import_people(pc, &mut album);
    let slips = begin::issue_slips(pc, &mut album);
    begin::everybody_comes_in(pc, &slips, &mut album);

    let title = document.title.as_str();
    register(pc, "登记办件", document, &mut album);
    pc.press("登记并送拟办", "已登记并送拟办");
    open_todo(pc, "宋小笺", "拟办", title);
    pc.browser.fill("拟办意见", "拟转应急办阅办。");
    pc.press("拟办并送办公室主任审阅", "现在到纪文澜");
    open_todo(pc, "纪文澜", "审阅", title);
    choose(pc, "由谁批示", &[("党政领导", "江若川")]);
    pc.press("审阅并送领导批示", "现在到江若川");
    open_todo(pc, "江若川", "批示", title);
    pc.browser.fill("领导批示", "同意。");
    pc.press("批示并送党政办分办", "现在到宋小笺");
    open_todo(pc, "宋小笺", "分办", title);
    pc.browser.choose("主办部门", "应急管理办公室（消防）");
    pc.press("分办到主办和协办部门", "已分办");
    open_todo(pc, "雷有备", "承办", title);
    pc.browser.fill("承办情况", "已按要求落实。");
    pc.press("反馈", "现在到宋小笺");
    open_todo(pc, "宋小笺", "审核反馈", title);
    pc.press("采用反馈", "已采用反馈");
    open_todo(pc, "宋小笺", "办结", title);
    pc.press("办结并送归档", "现在到文存真");
    open_todo(pc, "文存真", "归档", title);
    pc.press("归档", "可在“已办”里查看");
    pc.goto("/done");
    pc.reads(&[title, "归档"]);
}
