//! 清稿: the clean text above, to be gone through once more, and below it the opinions and everything that was changed.
//! The automatic clean copy is the last version with its faults of form mended. Not here: saving it (`write`).

use super::WriteText;
use super::opened::Opened;
use super::versions::written;
use super::view::clean as drawn;
use crate::kit::Result;
use crate::web::{Cx, Reply};

/// GET `/case/{case}/document/clean?auto=1`.
pub fn form(cx: &mut Cx<WriteText>) -> Result<Reply> {
    let opened = Opened::of(cx)?;
    let text = match cx.query("auto") {
        "1" => cleaned(opened.text()),
        _ => opened.text().to_owned(),
    };
    let changes = written(&opened.versions, (1, opened.last()));
    let page = drawn::page(cx, &opened, (&text, &changes))?;
    Ok(Reply::Page(page))
}

/// The text without what writers leave in it: blank lines, spaces at the ends and between Chinese characters, remarks
/// in 【】 and ［］ that begin with 批注 or 备注.
pub fn cleaned(text: &str) -> String {
    let lines = text.lines().map(|line| tight(&without_remarks(line)));
    let lines: Vec<String> = lines.filter(|l| !l.is_empty()).collect();
    lines.join("\n")
}

fn without_remarks(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['【', '［', '[']) {
        let (head, tail) = rest.split_at(at);
        out.push_str(head);
        let inner = tail.trim_start_matches(['【', '［', '[']);
        let remark = ["批注", "备注", "修改说明"]
            .iter()
            .any(|w| inner.starts_with(w));
        match tail.find(['】', '］', ']']) {
            Some(end) if remark => {
                let after = tail.get(end..).unwrap_or_default();
                rest = after.strip_prefix(['】', '］', ']']).unwrap_or_default();
            }
            _ => {
                let first = tail.chars().next().map_or(0, char::len_utf8);
                out.push_str(tail.get(..first).unwrap_or_default());
                rest = tail.get(first..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

/// So many blanks together part two things on one line: names side by side, the printer and the day.
const WIDE: usize = 3;

/// Without spaces beside a Chinese character; between words and figures they stay, and so do those that part things.
fn tight(line: &str) -> String {
    let line = line.trim();
    if line.starts_with('|') {
        return line.to_owned();
    }
    let wide = |c: Option<char>| c.is_none_or(|c| c >= '\u{2e80}');
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(is_blank) {
        let (head, tail) = rest.split_at(at);
        let after = tail.trim_start_matches(is_blank);
        let blanks = tail.strip_suffix(after).unwrap_or_default();
        out.push_str(head);
        let before = out.chars().next_back();
        if numbered(&out) {
            out.push('\u{3000}');
        } else if blanks.chars().map(columns).sum::<usize>() >= WIDE {
            out.push_str("\u{3000}\u{3000}");
        } else if before == Some('.') || !(wide(before) || wide(after.chars().next())) {
            out.push_str(blanks);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

const fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{3000}' | '\u{a0}')
}

const fn columns(c: char) -> usize {
    if c == '\u{3000}' { 2 } else { 1 }
}

/// 第一条, 第二章 and nothing else: what they number follows after one blank (党政机关公文格式 names none, the legislature's
/// own texts all have it).
fn numbered(head: &str) -> bool {
    let number = head
        .strip_prefix('第')
        .and_then(|h| h.strip_suffix(['条', '章', '节', '编', '款']));
    number.is_some_and(|n| {
        !n.is_empty()
            && n.chars()
                .all(|c| "零一二三四五六七八九十百千".contains(c) || c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::cleaned;

    #[test]
    fn what_writers_leave_behind_goes_and_nothing_else() {
        for (typed, clean) in [
            (
                "一、 总体要求\n\n　　为做好　工作 ，",
                "一、总体要求\n为做好工作，",
            ),
            ("请各村【批注：纪主任加】报送", "请各村报送"),
            ("根据〔2026〕12号【重要】", "根据〔2026〕12号【重要】"),
            ("1. Word and PDF 文件", "1. Word and PDF文件"),
            ("| 村名 | 户数 |", "| 村名 | 户数 |"),
            ("没有完的【批注", "没有完的【批注"),
            ("第一条  为了规范用印", "第一条　为了规范用印"),
            ("第二章　总 则", "第二章　总则"),
            (
                "砚田镇党政办公室     　  2026年3月11日印发",
                "砚田镇党政办公室　　2026年3月11日印发",
            ),
            (
                "墨川县农业局　　墨川县水利局",
                "墨川县农业局　　墨川县水利局",
            ),
        ] {
            assert_eq!(cleaned(typed), clean);
        }
    }
}
