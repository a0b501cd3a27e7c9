//! An official document at the desk: written with its structure beside it, a Word table pasted, compared, written on by
//! hand and played again. Not here: what is only rules and replies (`official::pages`).

use super::desks::Desks;
use crate::official::writing::town;
use crate::support::office::Office;
use crate::support::official::{self, FIRST};
use std::time::Duration;

const TITLE: &str = "关于开展春季森林防火隐患排查整治的通知";

#[test]
fn a_document_is_written_looked_at_and_written_on() {
    let town = town("browser-official");
    official::letterhead(&town);
    let case = official::draft(&town, TITLE, FIRST);
    let Some(mut desks) = Desks::over(Office::of(town), &["纪文澜", "安守"]) else {
        return;
    };
    // a new one: the template fills an empty box only, and what is recognised stands beside it
    desks.sit("安守");
    desks.goes("/start/official", "起草公文");
    desks.browser.choose(
        "套用模板",
        "请示：向上级机关请求指示、批准；一文一事，主送一个上级机关",
    );
    desks.reads(&["插入“妥否，请批示。”", "一、基本情况", "共"]);
    assert!(desks.browser.value("正文").contains("妥否，请批示。"));
    desks.look("official-start");
    // the checker's page of the text
    desks.sit("纪文澜");
    desks.goes(&format!("/case/{case}/document/write"), "写正文");
    desks.reads(&["主送机关", "各村民委员会，镇属各部门"]);
    let paste = "const box = document.querySelector('textarea[data-watch]'); box.focus(); box.setSelectionRange(box.value.length, box.value.length);
        const data = new DataTransfer(); data.setData('text/plain', '\\n　　各村户数：\\n村名\\t户数\\n砚田村\\t312\\n');
        box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));";
    desks.browser.script(paste);
    let typed = desks.browser.value("正文");
    assert!(
        typed.contains("| 村名 | 户数 |\n| 砚田村 | 312 |"),
        "{typed}"
    );
    desks.reads(&["表格"]);
    desks.look("official-write");
    desks.send("保存这一稿", "已存为第 2 稿");
    desks.look("official-preview");
    // by hand, with a mouse; a pen brings its pressure the same way
    desks.send("在公文上手写", "擦掉上一笔");
    let stroke = "const s = document.querySelector('svg.a4'), b = s.getBoundingClientRect();
        const at = (t, x, y, p) => s.dispatchEvent(new PointerEvent(t, { bubbles: true, cancelable: true, pointerId: 1,
            pointerType: 'pen', button: t === 'pointermove' ? -1 : 0, pressure: p, clientX: b.left + x * b.width, clientY: b.top + y * b.height }));
        SVGElement.prototype.setPointerCapture = function () {};
        at('pointerdown', .5, .5, .2); for (let i = 1; i < 30; i++) at('pointermove', .5 + i / 200, .5 + Math.sin(i / 5) / 60, i / 30); at('pointerup', .65, .5, 0);
        return document.querySelectorAll('.wet').length;";
    assert_eq!(desks.browser.script(stroke), 1);
    desks.look("official-hand");
    desks.send("保存手写", "手写已保存");
    assert_eq!(desks.browser.count("svg .hand path[data-points]"), 1);
    desks.send("重放手写", "公文预览和体检");
    std::thread::sleep(Duration::from_millis(600));
    assert_eq!(
        desks
            .browser
            .count("svg .hand path[data-points]:not([visibility])"),
        1
    );
    desks.press("各稿和改动", "每一稿是谁写的");
    assert!(desks.browser.count(".traces ins") >= 1);
    desks.look("official-versions");
    desks.goes(&format!("/case/{case}/document/clean"), "各方意见");
    desks.look("official-clean");
    assert_eq!(desks.office.state.faults(), 0);
}
