//! What stands beside the box while a text is typed: elements, outline, length, small pages.

use crate::kit::text::clip;
use crate::layout::document::{Block, Level};
use crate::layout::page::Pages;
use crate::layout::recognise::Recognised;
use crate::ui::official::{Over, pages};
use crate::ui::{Markup, html};

/// 一般不超过 5000 字，专项 4000 字 (整治形式主义为基层减负若干规定 2024).
const LONG: usize = 5000;
const LONG_SPECIAL: usize = 4000;
/// So much of a numbered sentence says which one it is.
const BEGINNING: usize = 18;

/// The fragment.
pub fn part((text, found): (&str, &Recognised), drawn: Option<&Pages>) -> Markup {
    let count = text.chars().filter(|c| !c.is_whitespace()).count();
    html! {
        p.count { "共 " b { (count) } " 字" @if let Some(p) = drawn { "，排出来 " (p.pages.len()) " 页" } }
        @if count > LONG_SPECIAL { p.hint { (advice(count)) } }
        (elements(found))
        @if let Some(p) = drawn { div.desk.tiny role="group" tabindex="0" aria-label="版面小样" { (pages(p, &Over::default())) } }
    }
}

fn advice(count: usize) -> String {
    if count > LONG {
        return format!("已经超过 {LONG} 字。减负规定要求文件一般不超过 {LONG} 字，请尽量压缩");
    }
    format!(
        "已经超过 {LONG_SPECIAL} 字。减负规定要求部署专项工作的文件一般不超过 {LONG_SPECIAL} 字"
    )
}

fn elements(found: &Recognised) -> Markup {
    let heads: Vec<(Level, String)> = found
        .body
        .iter()
        .filter_map(|b| match b {
            Block::Paragraph { level, lead, text } if *level != Level::Text => {
                Some((*level, headed(text, *lead)))
            }
            _ => None,
        })
        .collect();
    let tables = found
        .body
        .iter()
        .filter(|b| matches!(b, Block::Table { .. }))
        .count();
    html! {
        @if heads.is_empty() { p.faint { "还没有小标题。一、（一）1.（1）写在行首，就是小标题" } }
        @else { ol.outline { @for (level, head) in &heads { li class=(class(*level)) { (head) } } } }
        dl.facts {
            @if !found.title.is_empty() { (row("标题", &found.title.concat())) }
            @if !found.addressee.is_empty() { (row("主送机关", &found.addressee)) }
            @for (n, e) in found.enclosures.iter().enumerate() { (row(&format!("附件说明 {}", n + 1), e)) }
            @for s in &found.signatures { (row("署名", s)) }
            @if let Some(day) = found.date { (row("成文日期", &day.long())) }
            @if let Some(note) = &found.note { (row("附注", note)) }
            @for a in &found.annexes {
                (row(if a.label.is_empty() { "随文印发的" } else { &a.label }, &a.title))
            }
            @if tables > 0 { (row("表格", &format!("{tables} 个"))) }
        }
    }
}

/// The heading of a numbered paragraph; of one that is all sentence, its beginning.
fn headed(text: &str, lead: usize) -> String {
    match lead {
        0 => clip(text, BEGINNING),
        _ => text.chars().take(lead).collect(),
    }
}

fn row(label: &str, value: &str) -> Markup {
    html! { dt { (label) } dd { (value) } }
}

const fn class(level: Level) -> &'static str {
    match level {
        Level::Text | Level::First => "l1",
        Level::Second => "l2",
        Level::Third => "l3",
        Level::Fourth => "l4",
    }
}
