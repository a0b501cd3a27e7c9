//! What stands after the text: 附件说明, signature, date, note, 版记, who was present; and a text that is issued with the
//! document and follows its date. Not here: annexes with a label. Invariant: what is taken for nothing stays text.

use super::blocks::{blocks, level};
use super::{Recognised, opening, written_day};
use crate::layout::document::Annex;

/// No signature is longer, in characters.
const MOST_SIGNATURE: usize = 40;

/// No document is signed by more organs.
const MOST_ORGANS: usize = 12;

/// Who was present, by these labels.
const PRESENT: [&str; 6] = ["出席", "请假", "列席", "缺席", "参加人员", "主持"];

/// How a signature's name ends.
const ORGANS: [&str; 20] = [
    "人民政府",
    "委员会",
    "办公室",
    "办事处",
    "局",
    "中心",
    "指挥部",
    "领导小组",
    "党委",
    "支部",
    "总支",
    "代表大会",
    "主席团",
    "工会",
    "联合会",
    "武装部",
    "管委会",
    "公司",
    "所",
    "站",
];

/// Takes all ends off the lines; the rest is the body. What follows signature and date is a text issued with them.
pub fn closing(lines: &[&str], title: &str, found: &mut Recognised) -> Option<Annex> {
    let mut main = without_imprint(lines, found);
    let mut after = Vec::new();
    match (0..main.len()).find(|n| closes(&main, *n) || issues(&main, *n, title)) {
        Some(at) => {
            after = main.split_off(at + 1);
            found.date = main.pop().and_then(written_day);
            take_first_note(&mut after, found);
        }
        None => take_last_note(&mut main, found),
    }
    take_present(&mut main, found);
    take_signatures(&mut main, found);
    take_enclosures(&mut main, found);
    let issued = issued(&after, title);
    if issued.is_none() {
        main.extend(after);
    }
    found.body = blocks(&main);
    issued
}

/// The lines without 抄送 and the printer's line, which are taken.
pub fn without_imprint<'a>(lines: &[&'a str], found: &mut Recognised) -> Vec<&'a str> {
    let mut rest = Vec::with_capacity(lines.len());
    for line in lines {
        let copies = line
            .strip_prefix("抄送")
            .and_then(|l| l.strip_prefix(['：', ':']));
        if let Some(copies) = copies.filter(|_| found.copy_to.is_empty()) {
            copies
                .trim()
                .trim_end_matches('。')
                .clone_into(&mut found.copy_to);
        } else if let Some((printer, day)) = printed(line).filter(|_| found.printer.is_empty()) {
            printer.clone_into(&mut found.printer);
            found.printed_on = written_day(day);
        } else {
            rest.push(*line);
        }
    }
    rest
}

/// 某某办公室　2026年3月11日印发
fn printed(line: &str) -> Option<(&str, &str)> {
    let said = line.strip_suffix("印发")?.trim_end();
    let blank = said.rfind(char::is_whitespace)?;
    let (printer, day) = said.split_at(blank);
    let (printer, day) = (printer.trim(), day.trim());
    (!printer.is_empty() && written_day(day).is_some()).then_some((printer, day))
}

/// Whether line `at` is the date under a signature.
fn closes(lines: &[&str], at: usize) -> bool {
    let day = lines.get(at).is_some_and(|l| written_day(l).is_some());
    let before = at.checked_sub(1).and_then(|b| lines.get(b));
    day && before.is_none_or(|l| may_sign(l) || at + 1 == lines.len())
}

/// Whether line `at` is a date and what follows it is the text the title says is issued: whoever types on a letterhead leaves
/// the signature out, and the date still parts the two.
fn issues(lines: &[&str], at: usize, title: &str) -> bool {
    let day = lines.get(at).is_some_and(|l| written_day(l).is_some());
    let after = lines.get(at + 1..).unwrap_or_default();
    let after = match after.split_first() {
        Some((first, rest)) if note(first).is_some() => rest,
        _ => after,
    };
    day && opening::named_title(after, title) > 0
}

/// Whether a line may be a signature: a name, no sentence.
fn may_sign(line: &str) -> bool {
    let marks = [
        '。', '，', '；', '：', ':', '、', '？', '！', '《', '|', '\t',
    ];
    let short = line.chars().count() <= MOST_SIGNATURE;
    let closing = ["附件", "特此", "此复", "此令"]
        .iter()
        .any(|w| line.starts_with(w));
    short && !closing && !line.contains(marks) && level(line).is_none()
}

fn is_organ(line: &str) -> bool {
    ORGANS.iter().any(|o| line.ends_with(o))
}

/// Signatures at the end: with a date any name, without one only an organ's.
fn take_signatures(main: &mut Vec<&str>, found: &mut Recognised) {
    let dated = found.date.is_some();
    let signs = |line: &&&str| may_sign(line) && (dated || is_organ(line));
    let mut count = main
        .iter()
        .rev()
        .take(MOST_ORGANS)
        .take_while(signs)
        .count();
    // of several lines only organs are signatures; above them may stand a heading or a name in the text
    let organs = main
        .iter()
        .rev()
        .take(count)
        .take_while(|l| is_organ(l))
        .count();
    count = if organs > 0 { organs } else { count.min(1) };
    let lines = main.split_off(main.len() - count.min(main.len()));
    found.signatures = side_by_side(&lines);
}

/// Names set beside one another with wide blanks are read column by column; others are one a line.
fn side_by_side(lines: &[&str]) -> Vec<String> {
    let columns: Vec<Vec<&str>> = lines
        .iter()
        .map(|l| {
            let wide = l.split("  ").flat_map(|p| p.split("\u{3000}\u{3000}"));
            wide.map(str::trim).filter(|p| !p.is_empty()).collect()
        })
        .collect();
    let count = columns.first().map_or(0, Vec::len);
    if count < 2 || columns.iter().any(|c| c.len() != count) {
        return lines.iter().map(|l| (*l).to_owned()).collect();
    }
    (0..count)
        .map(|n| columns.iter().filter_map(|c| c.get(n).copied()).collect())
        .collect()
}

/// 附件：1. … at the end of the text.
fn take_enclosures(main: &mut Vec<&str>, found: &mut Recognised) {
    let Some(at) = main.iter().rposition(|l| enclosure_label(l).is_some()) else {
        return;
    };
    // the first of lines each labelled 附件1：, 附件2：
    let labelled = |n: &usize| main.get(*n).is_some_and(|l| enclosure_label(l).is_some());
    let first = (0..=at).rev().take_while(labelled).last().unwrap_or(at);
    let follows = |l: &&str| number_off(l).is_some() || enclosure_label(l).is_some();
    if !main.iter().skip(first + 1).all(follows) {
        return;
    }
    for line in main.split_off(first) {
        let names = enclosure_label(line).unwrap_or(line);
        found.enclosures.extend(numbered(names));
    }
}

/// What stands behind 附件： or 附件1：.
fn enclosure_label(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("附件")?.trim_start();
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let name = rest.strip_prefix(['：', ':'])?.trim();
    (!name.is_empty()).then_some(name)
}

/// Without 1. before it.
fn number_off(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < text.len())
        .then(|| rest.strip_prefix(['.', '．', '、']))?
        .map(str::trim_start)
}

/// Names of one line: several where a second number follows the first.
fn numbered(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = text;
    let mut next = 2;
    if let Some(off) = number_off(rest) {
        rest = off;
        while let Some((name, after)) = parted_at(rest, next) {
            names.push(name);
            rest = after;
            next += 1;
        }
    }
    names.push(rest);
    let bare = |n: &str| n.trim().trim_end_matches(['；', '。', ';']).to_owned();
    names
        .into_iter()
        .map(bare)
        .filter(|n| !n.is_empty())
        .collect()
}

/// Before and behind the next number, where it begins a name.
fn parted_at(text: &str, number: usize) -> Option<(&str, &str)> {
    ['.', '．', '、'].iter().find_map(|mark| {
        let sign = format!("{number}{mark}");
        let (name, after) = text.split_once(sign.as_str())?;
        let word = name
            .chars()
            .next_back()
            .is_some_and(|c| !c.is_ascii_digit());
        let begins = after.chars().next().is_some_and(|c| !c.is_ascii_digit());
        (word && begins).then_some((name, after))
    })
}

/// （…） or 公开属性：… right behind the date.
fn take_first_note(after: &mut Vec<&str>, found: &mut Recognised) {
    if let Some(note) = after.first().and_then(|l| note(l)) {
        found.note = Some(note.to_owned());
        after.remove(0);
    }
}

/// The same as the very last line of a text without a date.
fn take_last_note(main: &mut Vec<&str>, found: &mut Recognised) {
    if let Some(note) = main.last().and_then(|l| note(l)) {
        found.note = Some(note.to_owned());
        main.pop();
    }
}

fn note(line: &str) -> Option<&str> {
    let inner = line
        .strip_prefix(['（', '('])
        .and_then(|l| l.strip_suffix(['）', ')']))
        .filter(|l| !l.is_empty() && level(line).is_none());
    inner.or_else(|| {
        ["公开属性：", "公开方式："]
            .iter()
            .any(|p| line.starts_with(p))
            .then_some(line)
    })
}

fn take_present(main: &mut Vec<&str>, found: &mut Recognised) {
    let label = |line: &str| {
        PRESENT.iter().find_map(|p| {
            let names = line.strip_prefix(p)?.strip_prefix(['：', ':'])?;
            Some(((*p).to_owned(), names.trim().to_owned()))
        })
    };
    let count = main.iter().rev().take_while(|l| label(l).is_some()).count();
    let lines = main.split_off(main.len() - count);
    found.present = lines.into_iter().filter_map(label).collect();
}

/// What follows the date, where it begins with a title of its own: 印发 and 转发 issue a text with them.
fn issued(after: &[&str], title: &str) -> Option<Annex> {
    let (title, body) = after.split_at(opening::issued_title(after, title));
    let titled = !title.is_empty() && !body.is_empty();
    titled.then(|| Annex {
        label: String::new(),
        title: title.concat(),
        body: blocks(body),
    })
}
