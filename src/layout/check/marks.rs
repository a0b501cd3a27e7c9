//! Rules over punctuation (GB/T 15834-2011). Only what is wrong whatever the sentence means.

use super::text::{Line, Part, is_han, is_mark};
use super::{Found, Look, Rule, Severity};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "half-width",
        name: "汉字之间用全角标点",
        severity: Severity::Should,
        article: "GB/T 15834-2011 第 5.1 条",
        look: half_width,
    },
    Rule {
        id: "straight-quotes",
        name: "引号用“ ”",
        severity: Severity::Should,
        article: "GB/T 15834-2011 第 4.8 条",
        look: straight_quotes,
    },
    Rule {
        id: "doubled-mark",
        name: "标点不重复",
        severity: Severity::Should,
        article: "GB/T 15834-2011 第 4 章",
        look: doubled,
    },
    Rule {
        id: "pairs",
        name: "括号、引号、书名号成对",
        severity: Severity::Should,
        article: "GB/T 15834-2011 第 4.8、4.9、4.15 条",
        look: pairs,
    },
    Rule {
        id: "nested-title",
        name: "书名号里面再用书名号时用〈 〉",
        severity: Severity::Should,
        article: "GB/T 15834-2011 第 4.15 条",
        look: nested,
    },
    Rule {
        id: "between-titles",
        name: "并列的书名号之间通常不用顿号",
        severity: Severity::Advice,
        article: "GB/T 15834-2011 第 4.5.3.5 条",
        look: between_titles,
    },
    Rule {
        id: "blank",
        name: "句子中间没有多余的空格",
        severity: Severity::Should,
        article: "GB/T 9704-2012 第 5.2.3 条：每行排 28 个字",
        look: blank,
    },
    Rule {
        id: "stop",
        name: "段落以句末标点结束",
        severity: Severity::Should,
        article: "GB/T 15834-2011 第 4.1 条",
        look: stop,
    },
    Rule {
        id: "range",
        name: "数值范围用“～”或“—”，不用短横线",
        severity: Severity::Should,
        article: "GB/T 15834-2011 第 4.13.3 条",
        look: range,
    },
];

/// A character that makes what stands beside it Chinese text.
const fn is_chinese(c: char) -> bool {
    is_han(c) || is_mark(c) || matches!(c, '》' | '《' | '“' | '”' | '（' | '）' | '〔' | '〕')
}

fn half_width(look: &Look<'_>, out: &mut Vec<Found>) {
    const WIDE: [(char, char); 7] = [
        (',', '，'),
        (';', '；'),
        (':', '：'),
        ('?', '？'),
        ('!', '！'),
        ('(', '（'),
        (')', '）'),
    ];
    for line in look.text.said() {
        for (at, c) in line.chars.iter().enumerate() {
            let Some((_, wide)) = WIDE.iter().find(|(half, _)| half == c) else {
                continue;
            };
            // a number's bracket at the head of a line is the level rule's
            let first = line.chars.iter().position(|c| !c.is_whitespace());
            let head = first.is_some_and(|f| at <= f + 3) && level_bracket(line);
            let (before, after) = (line.before(at), line.at(at + 1));
            let chinese = before.is_some_and(is_chinese) || after.is_some_and(is_chinese);
            // 8:30 and 1,000 are figures
            let figures = matches!(c, ':' | ',')
                && before.is_some_and(|c| c.is_ascii_digit())
                && after.is_some_and(|c| c.is_ascii_digit());
            if chinese && !figures && !head {
                let says = format!("“{c}”是半角的，应当用“{wide}”");
                out.push(Found::line(line.span(at, at + 1), says).with(wide.to_string()));
            }
        }
    }
}

fn level_bracket(line: &Line) -> bool {
    let mut all = line.chars.iter().copied().filter(|c| !c.is_whitespace());
    let opens = matches!(all.next(), Some('(' | '（'));
    let inside = all.next();
    opens && inside.is_some_and(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(c))
}

fn straight_quotes(look: &Look<'_>, out: &mut Vec<Found>) {
    for line in look.text.said() {
        let places: Vec<usize> = (0..line.chars.len())
            .filter(|at| line.at(*at) == Some('"'))
            .collect();
        if !line.chars.iter().any(|c| is_han(*c)) {
            continue;
        }
        let even = places.len().is_multiple_of(2);
        for (n, at) in places.iter().enumerate() {
            let right = if n % 2 == 0 { "“" } else { "”" };
            let found = Found::line(line.span(*at, at + 1), "直引号应当用“ ”");
            out.push(if even { found.with(right) } else { found });
        }
    }
}

fn doubled(look: &Look<'_>, out: &mut Vec<Found>) {
    for line in look.text.said() {
        for (at, pair) in line.chars.windows(2).enumerate() {
            let [one, two] = pair else { continue };
            if !is_mark(*one) || !is_mark(*two) || matches!((one, two), ('？' | '！', '？' | '！'))
            {
                continue;
            }
            let found = Found::line(line.span(at, at + 2), format!("标点重复：“{one}{two}”"));
            // of two that differ only a person knows which is meant
            out.push(if one == two {
                found.with(one.to_string())
            } else {
                found
            });
        }
    }
}

const PAIRS: [(char, char); 4] = [('《', '》'), ('“', '”'), ('（', '）'), ('〔', '〕')];

fn pairs(look: &Look<'_>, out: &mut Vec<Found>) {
    let lines: Vec<&Line> = look.text.words().collect();
    for (place, line) in lines.iter().enumerate() {
        for (open, close) in PAIRS {
            let over = surplus(line, (open, close));
            // a title broken by hand opens on one line and closes on the next
            let beside = [place.checked_sub(1), Some(place + 1)];
            let mut beside = beside.into_iter().flatten().filter_map(|p| lines.get(p));
            let broken = beside.any(|l| surplus(l, (open, close)) == -over);
            // half of a pair may be half-width: that is the other rule's
            let half = open == '（' && line.chars.iter().any(|c| matches!(c, '(' | ')'));
            if over == 0 || broken || half {
                continue;
            }
            let lone = if over > 0 { open } else { close };
            let Some(at) = line.chars.iter().rposition(|c| *c == lone) else {
                continue;
            };
            let says = format!("“{open}”和“{close}”不成对，请核对");
            out.push(Found::line(line.span(at, at + 1), says));
        }
    }
}

/// How many more open than close.
fn surplus(line: &Line, (open, close): (char, char)) -> i32 {
    let each = line
        .chars
        .iter()
        .map(|c| i32::from(*c == open) - i32::from(*c == close));
    each.sum()
}

fn nested(look: &Look<'_>, out: &mut Vec<Found>) {
    for line in look.text.words() {
        let mut depth = 0usize;
        for (at, c) in line.chars.iter().enumerate() {
            match c {
                '《' => depth += 1,
                '》' => depth = depth.saturating_sub(1),
                _ => continue,
            }
            if depth == 2 && *c == '《' {
                let span = line.span(at, at + 1);
                out.push(Found::line(span, "书名号里面的书名号应当用〈 〉"));
            }
        }
    }
}

fn between_titles(look: &Look<'_>, out: &mut Vec<Found>) {
    for line in look.text.words() {
        for at in line.places("》、《") {
            let span = line.span(at + 1, at + 2);
            out.push(Found::line(span, "两个书名号并列，中间通常不用顿号").with(""));
        }
    }
}

fn blank(look: &Look<'_>, out: &mut Vec<Found>) {
    for line in look.text.words() {
        let text = line.text();
        // 第一条 and 第一章 are followed by a blank by custom, short lines are laid out by hand
        let custom = text.trim_start().starts_with('第') || line.chars.len() <= 20;
        let form = text.contains("    ") || text.contains("　　");
        // names in a list stand apart from their posts
        let list = !line.chars.iter().any(|c| matches!(c, '，' | '。'));
        let form = form || list;
        if custom || form {
            continue;
        }
        for (at, c) in line.chars.iter().enumerate() {
            let between =
                line.before(at).is_some_and(is_chinese) && line.at(at + 1).is_some_and(is_chinese);
            if matches!(c, ' ' | '\u{3000}' | '\u{a0}') && between {
                let span = line.span(at, at + 1);
                out.push(Found::line(span, "句子中间多了空格").with(""));
            }
        }
    }
}

fn stop(look: &Look<'_>, out: &mut Vec<Found>) {
    const CLOSINGS: [&str; 7] = [
        "特此通知",
        "特此报告",
        "特此通告",
        "特此公告",
        "特此函告",
        "特此函复",
        "特此公示",
    ];
    const ENDS: [char; 14] = [
        '。', '！', '？', '：', '；', '”', '）', '》', '…', '—', ':', ';', ')', '.',
    ];
    for line in look.text.words() {
        let end = line
            .chars
            .iter()
            .rposition(|c| !c.is_whitespace())
            .map_or(0, |p| p + 1);
        let text = line.text();
        let closing = CLOSINGS.contains(&text.trim());
        // a sentence has a mark inside; a heading or a title has none
        let sentence = line.chars.iter().any(|c| matches!(c, '，' | '。')) && line.chars.len() > 25;
        let last = end.checked_sub(1).and_then(|p| line.at(p));
        let form = text.contains("  ");
        let open = !form && last.is_some_and(|c| !ENDS.contains(&c));
        if closing {
            out.push(
                Found::line(
                    line.span(end, end),
                    format!("“{}”后面少了句号", text.trim()),
                )
                .with("。"),
            );
        } else if sentence && open && !text.starts_with('《') {
            out.push(Found::line(
                line.span(end.saturating_sub(1), end),
                "这一段末尾没有句号",
            ));
        }
    }
}

fn range(look: &Look<'_>, out: &mut Vec<Found>) {
    const UNITS: &str = "年个月日天人米万元户名次层周项台件级岁亩倍";
    for line in look.text.lines.iter().filter(|l| l.part == Part::Words) {
        for (at, c) in line.chars.iter().enumerate() {
            if !matches!(c, '-' | '－' | '–') {
                continue;
            }
            let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
            let left = (0..at).rev().take_while(|p| digit(line.at(*p))).count();
            let right = (at + 1..line.chars.len())
                .take_while(|p| digit(line.at(*p)))
                .count();
            let short = (1..=4).contains(&left) && (1..=4).contains(&right);
            let unit = line.at(at + 1 + right).is_some_and(|c| UNITS.contains(c));
            let before = at.checked_sub(left + 1).and_then(|p| line.at(p));
            let plain =
                before.is_none_or(|c| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '.' | ':'));
            if short && unit && plain {
                let is = line.stretch(at - left, at + 1 + right);
                let span = line.span(at, at + 1);
                out.push(Found::line(span, format!("“{is}”是数值范围，中间用“～”")).with("～"));
            }
        }
    }
}
