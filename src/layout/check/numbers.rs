//! Rules over dates, document numbers cited, and figures (GB/T 9704-2012 §7.2.5 and §7.3.5.4, GB/T 15835-2011).

use super::text::{Line, Part};
use super::{Found, Look, Rule, Severity};
use crate::kit::Day;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "own-date",
        name: "成文日期用阿拉伯数字，年份写全，月日不编虚位",
        severity: Severity::Must,
        article: "GB/T 9704-2012 第 7.3.5.4 条",
        look: own_date,
    },
    Rule {
        id: "cited-number",
        name: "引用的发文字号用六角括号，不加“第”，不编虚位",
        severity: Severity::Should,
        article: "GB/T 9704-2012 第 7.2.5 条",
        look: cited_number,
    },
    Rule {
        id: "cited-title",
        name: "引用公文先引标题，后引发文字号",
        severity: Severity::Advice,
        article: "公文写作惯例：先引标题，后引发文字号",
        look: cited_title,
    },
    Rule {
        id: "date-zero",
        name: "日期不编虚位",
        severity: Severity::Should,
        article: "GB/T 9704-2012 第 7.3.5.4 条",
        look: date_zero,
    },
    Rule {
        id: "date-real",
        name: "日期是有的",
        severity: Severity::Should,
        article: "历法：没有这一天",
        look: date_real,
    },
    Rule {
        id: "date-year",
        name: "日期写明年份",
        severity: Severity::Advice,
        article: "公文写作惯例：归档后单看一页也认得出是哪一年",
        look: date_year,
    },
    Rule {
        id: "relative-day",
        name: "用具体日期，不用“今年”“近日”",
        severity: Severity::Advice,
        article: "公文写作惯例：写具体的年月日",
        look: relative_day,
    },
];

/// A date as written: where it stands, its figures as typed.
struct Written {
    from: usize,
    to: usize,
    year: Option<String>,
    month: String,
    day: String,
}

/// Dates of a line: [year 年] month 月 day 日.
fn dates(line: &Line) -> Vec<Written> {
    let mut all = Vec::new();
    for (at, c) in line.chars.iter().enumerate() {
        if *c != '月' {
            continue;
        }
        let month = digits_before(line, at);
        let day = digits_after(line, at + 1);
        let end = at + 1 + day.len();
        if !(1..=2).contains(&month.len())
            || !(1..=2).contains(&day.len())
            || line.at(end) != Some('日')
        {
            continue;
        }
        let start = at - month.len();
        let year = (line.before(start) == Some('年')).then(|| digits_before(line, start - 1));
        let year = year.filter(|y| y.len() == 4);
        let from = year.as_ref().map_or(start, |y| start - 1 - y.len());
        all.push(Written {
            from,
            to: end + 1,
            year,
            month,
            day,
        });
    }
    all
}

fn digits_before(line: &Line, end: usize) -> String {
    let many = (0..end)
        .rev()
        .take_while(|p| line.at(*p).is_some_and(|c| c.is_ascii_digit()))
        .count();
    line.stretch(end - many, end)
}

fn digits_after(line: &Line, from: usize) -> String {
    let digits = line.chars.iter().skip(from);
    digits.take_while(|c| c.is_ascii_digit()).collect()
}

impl Written {
    fn has_zero(&self) -> bool {
        self.month.starts_with('0') || self.day.starts_with('0')
    }

    fn right(&self) -> String {
        let year = self
            .year
            .as_ref()
            .map_or_else(String::new, |y| format!("{y}年"));
        let bare = |s: &str| s.trim_start_matches('0').to_owned();
        format!("{year}{}月{}日", bare(&self.month), bare(&self.day))
    }
}

fn zeros(line: &Line, out: &mut Vec<Found>) {
    for date in dates(line).iter().filter(|d| d.has_zero()) {
        let right = date.right();
        let span = line.span(date.from, date.to);
        out.push(Found::line(span, format!("月、日不编虚位，应当写 {right}")).with(right));
    }
}

fn own_date(look: &Look<'_>, out: &mut Vec<Found>) {
    for line in look.text.lines.iter().filter(|l| l.part == Part::Foot) {
        zeros(line, out);
        let text = line.text();
        let (from, to) = (
            line.chars.iter().position(|c| CN_YEAR.contains(*c)),
            line.chars.iter().rposition(|c| *c == '日').map(|p| p + 1),
        );
        if let (Some(from), Some(to), Some(day)) = (from, to, chinese_date(text.trim())) {
            let right = day.long();
            out.push(
                Found::line(
                    line.span(from, to),
                    format!("成文日期用阿拉伯数字，应当写 {right}"),
                )
                .with(right),
            );
        }
    }
}

const CN_YEAR: &str = "〇○零一二三四五六七八九";

/// 二〇二六年三月十一日
fn chinese_date(text: &str) -> Option<Day> {
    let (year, rest) = text.split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let day = rest.strip_suffix('日')?;
    let digit = |c: char| match c {
        '〇' | '○' | '零' => Some(0),
        c => "一二三四五六七八九"
            .chars()
            .position(|d| d == c)
            .map(|p| p as i16 + 1),
    };
    let digits: Option<Vec<i16>> = year.chars().map(digit).collect();
    let digits = digits.filter(|d| d.len() == 4)?;
    let year = digits.into_iter().fold(0, |n, d| n * 10 + d);
    Day::new(year, small(month)?, small(day)?)
}

/// 一 to 三十一.
fn small(text: &str) -> Option<i8> {
    let digit = |s: &str| {
        "一二三四五六七八九"
            .chars()
            .position(|d| s == d.to_string())
            .map(|p| p as i8 + 1)
    };
    match text.split_once('十') {
        None => digit(text),
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { 1 } else { digit(tens)? };
            let ones = if ones.is_empty() { 0 } else { digit(ones)? };
            Some(tens * 10 + ones)
        }
    }
}

fn cited_number(look: &Look<'_>, out: &mut Vec<Found>) {
    for line in look.text.said() {
        for (at, c) in line.chars.iter().enumerate() {
            if !matches!(c, '[' | '〔' | '［' | '【' | '(' | '（' | '﹝') {
                continue;
            }
            let year = digits_after(line, at + 1);
            let close = at + 1 + year.len();
            let closed = matches!(
                line.at(close),
                Some(']' | '〕' | '］' | '】' | ')' | '）' | '﹞')
            );
            let numbered = usize::from(line.at(close + 1) == Some('第'));
            let order = digits_after(line, close + 1 + numbered);
            let end = close + 1 + numbered + order.len();
            let begun = line.before(at).is_some_and(|c| c >= '\u{4e00}');
            let is_number = closed
                && begun
                && year.len() == 4
                && !order.is_empty()
                && line.at(end) == Some('号');
            if !is_number {
                continue;
            }
            let right = format!("〔{year}〕{}号", order.trim_start_matches('0'));
            let is = line.stretch(at, end + 1);
            if is != right {
                let says = format!("“{is}”应当写成“{right}”");
                out.push(Found::line(line.span(at, end + 1), says).with(right));
            }
        }
    }
}

fn cited_title(look: &Look<'_>, out: &mut Vec<Found>) {
    for line in look.text.words() {
        for (at, c) in line.chars.iter().enumerate() {
            let year = digits_after(line, at + 1);
            let numbered = *c == '〔' && year.len() == 4 && line.at(at + 5) == Some('〕');
            // the line of the document's own number, or a list of numbers
            let alone = line.chars.len() < 20;
            if !numbered || alone {
                continue;
            }
            let begin = at.saturating_sub(40);
            if !line.stretch(begin, at).contains('》') {
                let says = "这里只引了发文字号。一般先引标题，后引发文字号：《……》（……号）";
                out.push(Found::line(line.span(at, at + 6), says));
            }
        }
    }
}

fn date_zero(look: &Look<'_>, out: &mut Vec<Found>) {
    for line in look.text.said() {
        zeros(line, out);
    }
}

fn date_real(look: &Look<'_>, out: &mut Vec<Found>) {
    for line in &look.text.lines {
        for date in dates(line) {
            // without a year the 29th of February may be
            let year = date.year.as_deref().unwrap_or("2024").parse().ok();
            let (month, day) = (date.month.parse().ok(), date.day.parse().ok());
            let real = year
                .zip(month)
                .zip(day)
                .and_then(|((y, m), d)| Day::new(y, m, d));
            if real.is_none() {
                let span = line.span(date.from, date.to);
                let is = line.stretch(date.from, date.to);
                out.push(Found::line(span, format!("没有“{is}”这一天，请核对")));
            }
        }
    }
}

/// Only before the first year that is named: after it everybody knows which is meant.
fn date_year(look: &Look<'_>, out: &mut Vec<Found>) {
    for line in look.text.words() {
        let year = |p: &usize| line.at(*p) == Some('年') && digits_before(line, *p).len() == 4;
        let named = (0..line.chars.len()).find(year);
        let first = dates(line).into_iter().next();
        let bare = first.filter(|d| d.year.is_none() && named.is_none_or(|n| d.from < n));
        if let Some(date) = bare {
            let span = line.span(date.from, date.to);
            out.push(Found::line(span, "这个日期没写年份，第一处最好写全"));
        }
        if named.is_some() || !out.is_empty() {
            return;
        }
    }
}

fn relative_day(look: &Look<'_>, out: &mut Vec<Found>) {
    const WORDS: [&str; 8] = [
        "今年", "去年", "明年", "本月", "上月", "近日", "今天", "明天",
    ];
    for line in look.text.words() {
        let places = WORDS
            .iter()
            .filter_map(|w| Some((*line.places(w).first()?, *w)));
        if let Some((at, word)) = places.min() {
            let says = format!("“{word}”以后看不出是哪一天，最好写具体日期");
            out.push(Found::line(line.span(at, at + 2), says));
        }
    }
}
