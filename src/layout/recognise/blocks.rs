//! Lines of text as blocks: levels with their headings, chapters, tables. Not here: what stands before and after the text.
//! Invariant: the blocks' characters are the lines', in order.

use crate::layout::document::{Block, Level};

/// A heading is no longer, in characters; longer is a sentence.
const MOST_HEADING: usize = 45;

/// The blocks of lines.
#[must_use]
pub fn blocks(lines: &[&str]) -> Vec<Block> {
    let mut all = Vec::new();
    let mut rest = lines;
    while let Some((first, after)) = rest.split_first() {
        let rows = rest.iter().take_while(|l| cells(l).is_some()).count();
        if rows > 0 {
            let (table, after) = rest.split_at(rows);
            all.extend(self::table(table));
            rest = after;
            continue;
        }
        all.push(block(first));
        rest = after;
    }
    all
}

fn block(line: &str) -> Block {
    if is_chapter(line) {
        return Block::Centred(line.to_owned());
    }
    let level = level(line).unwrap_or_default();
    Block::Paragraph {
        level,
        lead: lead(line, level),
        text: line.to_owned(),
    }
}

/// The level a line's number says.
#[must_use]
pub fn level(line: &str) -> Option<Level> {
    let chinese = |c: char| "一二三四五六七八九十百".contains(c);
    let digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    let after = |number: fn(char) -> bool| {
        let rest = line.trim_start_matches(number);
        (rest.len() < line.len()).then_some(rest)
    };
    if let Some(rest) = after(chinese) {
        return rest.starts_with('、').then_some(Level::First);
    }
    if let Some(rest) = after(digit) {
        let mut after = rest.chars();
        let mark = after.next().is_some_and(|c| ".．、".contains(c));
        // 1.5万元 is no number of a paragraph, nor is 3.2
        let number = after.next().is_some_and(digit) && !rest.starts_with('、');
        return (mark && !number).then_some(Level::Third);
    }
    let inner = line.strip_prefix(['（', '('])?;
    let (number, _) = inner.split_once(['）', ')'])?;
    if number.is_empty() {
        return None;
    }
    match (number.chars().all(chinese), number.chars().all(digit)) {
        (true, _) => Some(Level::Second),
        (_, true) => Some(Level::Fourth),
        _ => None,
    }
}

/// How many characters are the heading: all of a line that is no sentence, the first short sentence of a longer one.
fn lead(line: &str, level: Level) -> usize {
    if level == Level::Text {
        return 0;
    }
    let count = line.chars().count();
    let stop = line.chars().position(|c| c == '。');
    let colon = line.chars().position(|c| c == '：' || c == ':');
    let semi = line.contains('；');
    match stop {
        None if count <= MOST_HEADING && !semi && colon.is_none_or(|c| c + 1 == count) => count,
        // a heading and what it says after a colon is text; a numbered sentence too
        None => 0,
        Some(at) if at + 1 < count && at < MOST_HEADING && !semi_before(line, at) => at + 1,
        Some(at) if at + 1 == count && is_heading_with_stop(line) => count,
        Some(_) => 0,
    }
}

fn semi_before(line: &str, at: usize) -> bool {
    line.chars().take(at).any(|c| "；：:".contains(c))
}

/// A short line with a stop at its end and no pause within is a heading whose writer put a stop.
fn is_heading_with_stop(line: &str) -> bool {
    line.chars().count() <= 20 && !line.contains(['，', '：', '；', '“'])
}

/// 第一章 总则
fn is_chapter(line: &str) -> bool {
    let Some(rest) = line.strip_prefix('第') else {
        return false;
    };
    let number: String = rest
        .chars()
        .take_while(|c| "一二三四五六七八九十百0123456789".contains(*c))
        .collect();
    let after = rest.strip_prefix(number.as_str()).unwrap_or_default();
    let short = line.chars().count() <= 30 && !line.contains(['。', '，', '；']);
    !number.is_empty() && short && after.starts_with(['章', '节', '编'])
}

/// A table row's cells: between upright strokes, or between tabs as a spreadsheet gives them.
fn cells(line: &str) -> Option<Vec<String>> {
    let split = |by: char| {
        let inner = line.strip_prefix(by).unwrap_or(line);
        let inner = inner.strip_suffix(by).unwrap_or(inner);
        inner
            .split(by)
            .map(|c| c.trim().to_owned())
            .collect::<Vec<_>>()
    };
    if line.starts_with('|') || line.starts_with('｜') {
        let by = if line.starts_with('|') { '|' } else { '｜' };
        return Some(split(by));
    }
    let cells = split('\t');
    (cells.len() > 1).then_some(cells)
}

fn table(lines: &[&str]) -> Option<Block> {
    let all: Vec<Vec<String>> = lines.iter().filter_map(|l| cells(l)).collect();
    let is_rule = |row: &Vec<String>| {
        row.iter()
            .all(|c| !c.is_empty() && c.chars().all(|c| "-:—".contains(c)))
    };
    let ruled = all.get(1).is_some_and(is_rule);
    let rows: Vec<Vec<String>> = all.into_iter().filter(|row| !is_rule(row)).collect();
    let named = rows.first().is_some_and(|r| {
        r.iter()
            .all(|c| !c.is_empty() && !c.chars().all(|c| c.is_ascii_digit()))
    });
    let head = ruled || (rows.len() > 1 && named);
    (!rows.is_empty()).then_some(Block::Table { head, rows })
}
