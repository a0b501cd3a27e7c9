//! Numbers in a line as people write them: 3天, 两个工作日, 2至3天, 5000元以上, 超过3天.
//! Not here: who does what (`quick_words`). Nothing is taken that is not at the beginning.

use super::quick_words::When;
use crate::engine::definition::Is;
use crate::engine::definition::limit::Term;

/// 3, 十, 三 or 两 at the beginning, and what follows.
fn number(text: &str) -> Option<(f64, &str)> {
    let digits: String = text
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    if !digits.is_empty() {
        return Some((digits.parse().ok()?, text.get(digits.len()..)?));
    }
    let word: String = text
        .chars()
        .take_while(|c| "一二两三四五六七八九十百千半".contains(*c))
        .collect();
    Some((chinese(&word)?, text.get(word.len()..)?))
}

fn chinese(word: &str) -> Option<f64> {
    if word == "半" {
        return Some(0.5);
    }
    let (mut all, mut one) = (0.0, None);
    for c in word.chars() {
        let place = match c {
            '十' => 10.0,
            '百' => 100.0,
            '千' => 1000.0,
            '两' => {
                one = Some(2.0);
                continue;
            }
            c => {
                let n = "一二三四五六七八九".chars().position(|k| k == c)?;
                one = Some(f64::from(u8::try_from(n + 1).ok()?));
                continue;
            }
        };
        all += one.take().unwrap_or(1.0) * place;
    }
    Some(all + one.unwrap_or(0.0)).filter(|n| *n > 0.0)
}

/// A limit of so many of a unit.
type Made = fn(u32) -> Term;

/// How long, at the beginning: 3天, 3个工作日, 一个月.
pub fn term(text: &str) -> Option<(Term, &str)> {
    let (n, rest) = number(text)?;
    if n.fract() != 0.0 || !(1.0..=3650.0).contains(&n) {
        return None;
    }
    let n = format!("{n}").parse().ok()?;
    let units: [(&str, Made); 8] = [
        ("个工作日", Term::WorkingDays),
        ("工作日", Term::WorkingDays),
        ("个自然日", Term::Days),
        ("自然日", Term::Days),
        ("个月", Term::Months),
        ("天", Term::WorkingDays),
        ("日", Term::WorkingDays),
        ("周", |n| Term::Days(n * 7)),
    ];
    units
        .iter()
        .find_map(|(unit, make)| Some((make(n), rest.strip_prefix(unit)?)))
}

/// 3天内, 2至3天, 5000元以上, 超过3天 at the beginning, and what follows.
pub fn ladder(text: &str) -> Option<(Vec<When>, &str)> {
    let before: [(&str, Is); 8] = [
        ("不超过", Is::AtMost),
        ("小于", Is::Less),
        ("少于", Is::Less),
        ("超过", Is::More),
        ("大于", Is::More),
        ("多于", Is::More),
        ("不少于", Is::AtLeast),
        ("满", Is::AtLeast),
    ];
    let ahead = before
        .iter()
        .find_map(|(w, is)| Some((*is, text.strip_prefix(w)?)));
    let (first, rest) = number(ahead.map_or(text, |(_, rest)| rest))?;
    let range = ["至", "到", "-", "—", "~", "～"]
        .iter()
        .find_map(|w| rest.strip_prefix(w));
    let (second, rest) = match range.and_then(number) {
        Some((n, rest)) => (Some(n), rest),
        None => (None, rest),
    };
    let (times, money, rest) = unit(rest)?;
    let one = |is, n: f64| When::Number {
        is,
        n: n * times,
        money,
    };
    if let Some(second) = second {
        let rest = ["以内", "内"]
            .iter()
            .find_map(|w| rest.strip_prefix(w))
            .unwrap_or(rest);
        return Some((vec![one(Is::AtLeast, first), one(Is::AtMost, second)], rest));
    }
    if let Some((is, _)) = ahead {
        return Some((vec![one(is, first)], rest));
    }
    let after: [(&str, Is); 12] = [
        ("（含）以内", Is::AtMost),
        ("及以下", Is::AtMost),
        ("含以下", Is::AtMost),
        ("以内", Is::AtMost),
        ("之内", Is::AtMost),
        ("以下", Is::AtMost),
        ("内", Is::AtMost),
        ("及以上", Is::AtLeast),
        ("含以上", Is::AtLeast),
        ("以上", Is::More),
        ("以外", Is::More),
        ("起", Is::AtLeast),
    ];
    after
        .iter()
        .find_map(|(w, is)| Some((vec![one(*is, first)], rest.strip_prefix(w)?)))
}

/// By how much a number of this unit is to be multiplied, whether it is money, and what follows.
fn unit(text: &str) -> Option<(f64, bool, &str)> {
    let units = [
        ("个工作日", 1.0, false),
        ("工作日", 1.0, false),
        ("天", 1.0, false),
        ("日", 1.0, false),
        ("万元", 10_000.0, true),
        ("千元", 1000.0, true),
        ("元", 1.0, true),
        ("万", 10_000.0, true),
    ];
    units
        .iter()
        .find_map(|(w, n, money)| Some((*n, *money, text.strip_prefix(w)?)))
}
