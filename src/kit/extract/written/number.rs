//! Numbers that Word counts by itself (numbering.xml), as they stand on the page: 一、 （一） 1. （1） ①.
//! Not here: the look of a list; a bullet is no number and gives nothing.
//! Invariant: a counter never leaves its nine levels, and an odd definition gives no number rather than a wrong one.

use super::super::markup::{Piece, attribute, pieces};
use std::collections::BTreeMap;

const LEVELS: usize = 9;
/// Definitions read; a long regulation has some dozens.
const MOST: usize = 5000;

/// What a file says of its lists, and how far each is counted.
#[derive(Default)]
pub(super) struct Numbers {
    kinds: BTreeMap<String, [Level; LEVELS]>,
    lists: BTreeMap<String, List>,
    counted: BTreeMap<String, [Option<u32>; LEVELS]>,
}

#[derive(Default, Clone)]
struct Level {
    start: u32,
    format: String,
    text: String,
    /// The style of paragraph that stands for the level.
    style: String,
    plain: bool,
}

#[derive(Default, Clone)]
struct List {
    kind: String,
    /// Levels counted from anew where the list begins.
    starts: [Option<u32>; LEVELS],
    begun: bool,
}

impl Numbers {
    pub(super) fn of(xml: &str) -> Self {
        let mut all = Self::default();
        let (mut kind, mut list, mut at, mut over) = (String::new(), String::new(), 0, None);
        for piece in pieces(xml) {
            let Piece::Open(name, a) = piece else {
                match piece {
                    Piece::Close("abstractNum") => kind.clear(),
                    Piece::Close("num") => list.clear(),
                    Piece::Close("lvlOverride") => over = None,
                    _ => {}
                }
                continue;
            };
            let val = || attribute(a, "val").unwrap_or_default().into_owned();
            match name {
                "abstractNum" => kind = attribute(a, "abstractNumId").unwrap_or_default().into(),
                "num" => list = attribute(a, "numId").unwrap_or_default().into(),
                "abstractNumId" if all.lists.len() < MOST => {
                    all.lists.entry(list.clone()).or_default().kind = val();
                }
                "lvl" => at = level(a),
                "lvlOverride" => over = Some(level(a)),
                "startOverride" => {
                    let place = over.and_then(|l| all.lists.get_mut(&list)?.starts.get_mut(l));
                    if let Some(place) = place {
                        *place = val().parse().ok();
                    }
                }
                "start" | "numFmt" | "lvlText" | "pStyle" | "isLgl"
                    if !kind.is_empty() && all.kinds.len() < MOST =>
                {
                    let levels = all.kinds.entry(kind.clone()).or_default();
                    if let Some(level) = levels.get_mut(at) {
                        level.say(name, val());
                    }
                }
                _ => {}
            }
        }
        all
    }

    /// The number of the next paragraph of a list; empty where it has none.
    pub(super) fn next(&mut self, list: &str, at: Option<usize>, style: &str) -> String {
        self.count(list, at, style).unwrap_or_default()
    }

    fn count(&mut self, list: &str, at: Option<usize>, style: &str) -> Option<String> {
        let list = self.lists.get_mut(list)?;
        let levels = self.kinds.get(&list.kind)?;
        let by_style = || {
            levels
                .iter()
                .position(|l| !style.is_empty() && l.style == style)
        };
        let at = at.or_else(by_style).unwrap_or(0).min(LEVELS - 1);
        let counted = self.counted.entry(list.kind.clone()).or_default();
        if !list.begun {
            list.begun = true;
            for (place, start) in counted.iter_mut().zip(&list.starts) {
                if start.is_some() {
                    *place = None;
                }
            }
        }
        for (n, (place, level)) in counted.iter_mut().zip(levels).enumerate() {
            let start = list.starts.get(n).copied().flatten().unwrap_or(level.start);
            match n.cmp(&at) {
                std::cmp::Ordering::Less => *place = place.or(Some(start)),
                std::cmp::Ordering::Equal => {
                    *place = Some(place.map_or(start, |n| n.saturating_add(1)));
                }
                std::cmp::Ordering::Greater => *place = None,
            }
        }
        Some(said(levels.get(at)?, levels, counted))
    }
}

impl Level {
    fn say(&mut self, name: &str, val: String) {
        match name {
            "start" => self.start = val.parse().unwrap_or(1),
            "numFmt" => self.format = val,
            "lvlText" => self.text = val.chars().take(40).collect(),
            "pStyle" => self.style = val,
            _ => self.plain = true,
        }
    }
}

fn level(a: &str) -> usize {
    let n = attribute(a, "ilvl").and_then(|v| v.parse().ok());
    n.unwrap_or(0).min(LEVELS - 1)
}

/// The text of a level with its counters in it.
fn said(level: &Level, levels: &[Level; LEVELS], counted: &[Option<u32>; LEVELS]) -> String {
    if matches!(level.format.as_str(), "bullet" | "none") {
        return String::new();
    }
    let mut out = String::new();
    let mut letters = level.text.chars().peekable();
    while let Some(c) = letters.next() {
        let digit = letters.peek().and_then(|d| d.to_digit(10));
        match digit.filter(|d| c == '%' && *d > 0) {
            Some(d) => {
                letters.next();
                let n = d as usize - 1;
                let format = levels.get(n).filter(|_| !level.plain);
                let format = format.map_or("decimal", |l| l.format.as_str());
                let count = counted.get(n).copied().flatten().unwrap_or(1);
                out.push_str(&written_as(count, format));
            }
            None => out.push(c),
        }
    }
    let out = out.trim().to_owned();
    // a bare number would run into the words
    match out.chars().next_back() {
        Some(c) if c.is_ascii_alphanumeric() => out + " ",
        _ => out,
    }
}

fn written_as(n: u32, format: &str) -> String {
    match format {
        "chineseCounting"
        | "chineseCountingThousand"
        | "japaneseCounting"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand" => chinese(n),
        "ideographDigital" | "taiwaneseDigital" | "japaneseDigitalTenThousand" => n
            .to_string()
            .chars()
            .filter_map(|d| pick("〇一二三四五六七八九", d.to_digit(10)?))
            .collect(),
        "chineseLegalSimplified" | "ideographLegalTraditional" => chinese(n)
            .chars()
            .map(|c| {
                let at = "一二三四五六七八九十百千".chars().position(|d| d == c);
                at.and_then(|at| "壹贰叁肆伍陆柒捌玖拾佰仟".chars().nth(at))
                    .unwrap_or(c)
            })
            .collect(),
        "ideographTraditional" => one_of("甲乙丙丁戊己庚辛壬癸", n),
        "ideographZodiac" => one_of("子丑寅卯辰巳午未申酉戌亥", n),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => {
            one_of("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", n)
        }
        "decimalFullWidth" | "decimalFullWidth2" => n
            .to_string()
            .chars()
            .filter_map(|d| pick("０１２３４５６７８９", d.to_digit(10)?))
            .collect(),
        "decimalZero" => format!("{n:02}"),
        "upperLetter" => letters(n, b'A'),
        "lowerLetter" => letters(n, b'a'),
        "upperRoman" => roman(n),
        "lowerRoman" => roman(n).to_lowercase(),
        "bullet" | "none" => String::new(),
        _ => n.to_string(),
    }
}

fn pick(from: &str, n: u32) -> Option<char> {
    from.chars().nth(n as usize)
}

/// The n-th of these, from 1; figures where there is none.
fn one_of(from: &str, n: u32) -> String {
    let letter = n.checked_sub(1).and_then(|n| pick(from, n));
    letter.map_or_else(|| n.to_string(), String::from)
}

/// 十二, 一百零五; figures from ten thousand on.
fn chinese(n: u32) -> String {
    if n == 0 || n >= 10_000 {
        return if n == 0 { "〇".into() } else { n.to_string() };
    }
    let mut out = String::new();
    let mut gap = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = n / unit % 10;
        if digit == 0 {
            gap = !out.is_empty();
            continue;
        }
        if gap {
            out.push('零');
            gap = false;
        }
        if !(unit == 10 && digit == 1 && out.is_empty()) {
            out.extend(pick("〇一二三四五六七八九", digit));
        }
        out.push_str(name);
    }
    out
}

/// a … z, aa, bb.
fn letters(n: u32, first: u8) -> String {
    let Some(n) = n.checked_sub(1) else {
        return String::new();
    };
    let letter = char::from(first + u8::try_from(n % 26).unwrap_or(0));
    let times = (n / 26 + 1).min(5) as usize;
    std::iter::repeat_n(letter, times).collect()
}

fn roman(mut n: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if n > 3999 {
        return n.to_string();
    }
    let mut out = String::new();
    for (worth, sign) in SIGNS {
        while n >= worth {
            out.push_str(sign);
            n -= worth;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_written_as_the_list_says() {
        let all = [
            (1, "chineseCounting", "一"),
            (10, "chineseCountingThousand", "十"),
            (12, "chineseCounting", "十二"),
            (20, "chineseCounting", "二十"),
            (105, "chineseCountingThousand", "一百零五"),
            (1010, "chineseCountingThousand", "一千零一十"),
            (21, "chineseLegalSimplified", "贰拾壹"),
            (10, "ideographDigital", "一〇"),
            (2, "ideographTraditional", "乙"),
            (3, "decimalEnclosedCircle", "③"),
            (21, "decimalEnclosedCircle", "21"),
            (27, "lowerLetter", "aa"),
            (4, "upperRoman", "IV"),
            (7, "decimalZero", "07"),
            (7, "strange", "7"),
        ];
        for (n, format, said) in all {
            assert_eq!(written_as(n, format), said, "{n} {format}");
        }
    }
}
