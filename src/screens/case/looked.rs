//! A file as it is looked at on a page: an OFD drawn, Word and Excel as plain paragraphs and tables, a text as a text.
//! Not here: who may look (`files`), PDF, which the browser shows. Invariant: whatever the file is, the page is bounded,
//! says what of it is missing, and offers the file itself.

use crate::kit::extract::{self, written};
use crate::kit::sniff::Kind;
use crate::kit::{Cell, csv, sheet, text};
use crate::layout::foreign;
use crate::ui::{Link, Markup, foreign as drawing, html};

/// Paragraphs, rows of tables and lines of a text.
const MOST_LINES: usize = 3000;
/// Letters of one paragraph or cell.
const MOST_LETTERS: usize = 20_000;
/// Rows and columns of one sheet.
const MOST_ROWS: usize = 300;
const MOST_COLUMNS: usize = 40;

/// What stands below the file's name; `from` is the page to begin with, from 1.
pub fn body(kind: Kind, bytes: &[u8], (name, at): (&str, &str), from: &str) -> Markup {
    match kind {
        Kind::Text { .. } if text::extension(name) == "csv" => list(bytes, at),
        Kind::Text { .. } => match csv::decode(bytes) {
            Ok(text) => lines(&text, at),
            Err(why) => cannot(&why, at),
        },
        k if k.is_image() => html! { p { img src=(format!("{at}/shown")) alt=(name); } },
        Kind::Ofd => {
            let from = from.parse::<usize>().unwrap_or(1).max(1);
            pages(bytes, at, from)
        }
        Kind::Docx => document(bytes, at),
        Kind::Xlsx => sheets(bytes, at),
        _ if bytes.is_empty() => cannot("这个文件太大，不能在这里看", at),
        _ => in_words(bytes, at),
    }
}

fn save(at: &str) -> Markup {
    html! { a href=(format!("{at}/save")) { "下载" } }
}

fn cannot(why: &str, at: &str) -> Markup {
    html! { p { (why) "。请" (save(at)) "后打开。" } }
}

fn cut(at: &str) -> Markup {
    html! { p.hint { "太长了，后面的没有显示，请" (save(at)) "后看。" } }
}

fn lines(text: &str, at: &str) -> Markup {
    html! {
        div.prose { @for line in text.lines().take(MOST_LINES) { p { (text::clip(line, MOST_LETTERS)) } } }
        @if text.lines().count() > MOST_LINES { (cut(at)) }
    }
}

/// An office file as its words: no office server draws its pages, and most people only want to read it.
fn in_words(bytes: &[u8], at: &str) -> Markup {
    let text = match extract::all(bytes) {
        extract::Found::Text(text) if !text.trim().is_empty() => text,
        extract::Found::Locked => return cannot("这个文件有密码，不能在这里看", at),
        _ => return cannot("这种文件不能在这里看", at),
    };
    html! {
        p.hint { "下面是文件里的文字；字体、表格线和图片请" (save(at)) "后看。" }
        (lines(&text, at))
    }
}

/// A Word file as paragraphs and tables, without its fonts.
fn document(bytes: &[u8], at: &str) -> Markup {
    let Ok(all) = written::written(bytes) else {
        return in_words(bytes, at);
    };
    let mut left = MOST_LINES;
    let mut shown = Vec::new();
    for block in &all.blocks {
        match block {
            _ if left == 0 => break,
            written::Block::Line(line) => {
                left -= 1;
                let text = text::clip(&line.text, MOST_LETTERS);
                shown.push(html! { p.mid[line.centred] { (text) } });
            }
            written::Block::Table(rows) => {
                let rows: Vec<&Vec<String>> = rows.iter().take(left).collect();
                left -= rows.len();
                shown.push(table("", &rows, |cell| cell.clone()));
            }
        }
    }
    html! {
        p.hint {
            "下面是文件里的文字和表格，不是原来的版面。"
            @if !all.left_out.is_empty() { "没有显示：" (all.left_out.join("、")) "。" }
            "要看原样请" (save(at)) "。"
        }
        div.prose { @for one in &shown { (one) } }
        @if left == 0 { (cut(at)) }
    }
}

fn table<T>(caption: &str, rows: &[&Vec<T>], said: impl Fn(&T) -> String) -> Markup {
    html! {
        div.scroll {
            table.ledger {
                @if !caption.is_empty() { caption { (caption) } }
                tbody {
                    @for row in rows { tr { @for cell in *row { td { (text::clip(&said(cell), MOST_LETTERS)) } } } }
                }
            }
        }
    }
}

fn sheets(bytes: &[u8], at: &str) -> Markup {
    let all = match sheet::look(bytes, (MOST_ROWS, MOST_COLUMNS)) {
        Ok(all) if !all.is_empty() => all,
        Ok(_) => return cannot("表格里没有内容", at),
        Err(_) => return in_words(bytes, at),
    };
    html! {
        p.hint { "下面是表格里的数据，公式按算好的结果显示。要看原样请" (save(at)) "。" }
        @for seen in &all {
            (table(&seen.name, &seen.rows.iter().collect::<Vec<_>>(), Cell::text))
            (rest(seen.size, at))
        }
    }
}

/// How much of a table is not on the page.
fn rest((rows, columns): (usize, usize), at: &str) -> Markup {
    html! {
        @if rows > MOST_ROWS || columns > MOST_COLUMNS {
            p.hint {
                "这张表有 " (rows) " 行 " (columns) " 列，这里显示前 " (rows.min(MOST_ROWS)) " 行 " (columns.min(MOST_COLUMNS))
                " 列，全部请" (save(at)) "后看。"
            }
        }
    }
}

/// A list of values between commas.
fn list(bytes: &[u8], at: &str) -> Markup {
    let rows = match csv::read(bytes) {
        Ok(rows) => rows,
        Err(_) => return in_words(bytes, at),
    };
    let wide = rows.iter().map(Vec::len).max().unwrap_or(0);
    let size = (rows.len(), wide);
    let shown: Vec<Vec<Cell>> = rows
        .into_iter()
        .take(MOST_ROWS)
        .map(|r| r.into_iter().take(MOST_COLUMNS).collect())
        .collect();
    html! { (table("", &shown.iter().collect::<Vec<_>>(), Cell::text)) (rest(size, at)) }
}

/// The pages of an OFD, some at a time.
fn pages(bytes: &[u8], at: &str, from: usize) -> Markup {
    let Ok(shown) = foreign::ofd(bytes, from - 1) else {
        return in_words(bytes, at);
    };
    if shown.pages.is_empty() && from > 1 {
        return pages(bytes, at, 1);
    }
    let last = from + shown.pages.len() - 1;
    let leaf = |word: &str, from: usize| Link::new(word, format!("{at}?from={from}"));
    let step = foreign::MOST_PAGES;
    let before = (from > 1).then(|| leaf("看前面的页", from.saturating_sub(step).max(1)));
    let behind = (last < shown.count).then(|| leaf("看后面的页", last + 1));
    let ways = html! {
        @if before.is_some() || behind.is_some() {
            p.acts { @for way in before.iter().chain(&behind) { (way.button()) " " } }
        }
    };
    html! {
        p.hint {
            "共 " (shown.count) " 页" @if shown.count > shown.pages.len() { "，下面是第 " (from) " 至 " (last) " 页" } "。"
            "要打印或者核对原样请" (save(at)) "。"
        }
        @if !shown.left_out.is_empty() {
            div.note { p { "和原样可能不一样的地方：" } ul { @for what in &shown.left_out { li { (what) } } } }
        }
        (ways)
        @for (n, page) in shown.pages.iter().enumerate() { (drawing::sheet(page, from + n)) }
        (ways)
        (plain_words(bytes))
    }
}

/// The words of a drawn file, for copying: a drawn letter cannot be taken hold of.
fn plain_words(bytes: &[u8]) -> Markup {
    match extract::all(bytes) {
        extract::Found::Text(text) if !text.trim().is_empty() => html! {
            details {
                summary { "只看文字（可以复制）" }
                div.prose { @for line in text.lines().take(MOST_LINES) { p { (line) } } }
            }
        },
        _ => html! {},
    }
}
