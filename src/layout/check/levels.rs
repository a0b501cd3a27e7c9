//! Rules over the numbers of the structure: 一、 （一） 1. （1） (GB/T 9704-2012 §7.3.3), in form and in order.

use super::text::{Line, Part};
use super::{Found, Look, Rule, Severity};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "level-form",
        name: "层次序数写成“一、”“（一）”“1.”“（1）”",
        severity: Severity::Should,
        article: "GB/T 9704-2012 第 7.3.3 条",
        look: form,
    },
    Rule {
        id: "level-order",
        name: "层次序数连着排，不跳号不重号",
        severity: Severity::Should,
        article: "GB/T 9704-2012 第 7.3.3 条",
        look: order,
    },
];

/// A number at the head of a line.
struct Head {
    /// 0 一、 1 （一） 2 1. 3 （1）
    level: usize,
    n: u32,
    /// Where it begins and ends in the line, its mark included.
    from: usize,
    to: usize,
    /// As the standard writes it.
    right: String,
    /// As it stands.
    is: String,
}

fn head(line: &Line) -> Option<Head> {
    let from = line.chars.iter().position(|c| !c.is_whitespace())?;
    let bracket = matches!(line.at(from), Some('（' | '('));
    let begin = from + usize::from(bracket);
    let digits = line.chars.iter().skip(begin);
    let arabic: String = digits.clone().take_while(|c| c.is_ascii_digit()).collect();
    let chinese: String = digits.take_while(|c| DIGITS.contains(**c)).collect();
    let (word, n) = match (arabic.is_empty(), chinese.is_empty()) {
        (false, _) => (arabic.clone(), arabic.parse().ok()?),
        (true, false) => (chinese.clone(), number(&chinese)?),
        (true, true) => return None,
    };
    let mut to = begin + word.chars().count();
    let mark = line.at(to)?;
    let level = match (bracket, arabic.is_empty()) {
        (true, true) => 1,
        (true, false) => 3,
        (false, true) => 0,
        (false, false) => 2,
    };
    if bracket {
        // a bracket that holds more than a number is no level
        if !matches!(mark, '）' | ')') {
            return None;
        }
        to += 1;
        to += usize::from(matches!(line.at(to), Some('、' | '，' | '.' | '．')));
    } else {
        let marks: &[char] = if level == 0 {
            &['、', '，', '.', '．']
        } else {
            &['.', '．', '、', '，']
        };
        // 3.5 is a measure, 1.1 of another system
        if !marks.contains(&mark) || line.at(to + 1).is_some_and(|c| c.is_ascii_digit()) || n > 60 {
            return None;
        }
        to += 1;
    }
    let right = match level {
        0 => format!("{word}、"),
        1 | 3 => format!("（{word}）"),
        // the wide dot is the same mark
        _ if mark == '．' => format!("{word}．"),
        _ => format!("{word}."),
    };
    Some(Head {
        level,
        n,
        from,
        to,
        right,
        is: line.stretch(from, to),
    })
}

const DIGITS: &str = "一二三四五六七八九十";

/// 一 to 九十九.
fn number(chinese: &str) -> Option<u32> {
    let one = |c: char| DIGITS.chars().position(|d| d == c).map(|p| p as u32 + 1);
    let all: Vec<u32> = chinese.chars().filter_map(one).collect();
    match all.as_slice() {
        [n] => Some(*n),
        [10, n] if *n < 10 => Some(10 + n),
        [n, 10] if *n < 10 => Some(n * 10),
        [tens, 10, n] if *tens < 10 && *n < 10 => Some(tens * 10 + n),
        _ => None,
    }
}

fn headed<'a>(look: &'a Look<'_>) -> impl Iterator<Item = (&'a Line, Head)> {
    let lines = look.text.lines.iter().filter(|l| l.part == Part::Words);
    lines.filter_map(|l| head(l).map(|h| (l, h)))
}

fn form(look: &Look<'_>, out: &mut Vec<Found>) {
    for (line, head) in headed(look) {
        if head.is == head.right {
            continue;
        }
        let says = format!("序数“{}”应当写成“{}”", head.is, head.right);
        out.push(Found::line(line.span(head.from, head.to), says).with(head.right));
    }
}

fn order(look: &Look<'_>, out: &mut Vec<Found>) {
    let mut before = [0u32; 4];
    for (line, head) in headed(look) {
        let Some(last) = before.get(head.level).copied() else {
            continue;
        };
        // a new part, an annex or a table of duties begins at one again
        if head.n != 1 && last != 0 && head.n != last + 1 {
            let says = if head.n == last {
                format!("“{}”重号了，前面已经有一个", head.is)
            } else {
                format!("“{}”接不上，前面一个是第 {last}", head.is)
            };
            out.push(Found::line(line.span(head.from, head.to), says));
        }
        for (level, n) in before.iter_mut().enumerate() {
            match level {
                l if l == head.level => *n = head.n,
                l if l > head.level => *n = 0,
                _ => {}
            }
        }
    }
}
