//! Days and numbers as documents write them: 2026年3月11日 and 二〇二六年三月十一日. Not here: days typed into a date field.
//! Invariant: a line is a day only where all of it is.

use crate::kit::Day;

/// The day a line writes, if it is nothing else.
#[must_use]
pub fn written_day(line: &str) -> Option<Day> {
    let plain: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    let (year, rest) = plain.split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let day = rest.strip_suffix(['日', '号'])?;
    let year = i16::try_from(year_of(year)?).ok()?;
    let small = |text: &str| i8::try_from(small_number(text)?).ok();
    (1900..=2200)
        .contains(&year)
        .then(|| Day::new(year, small(month)?, small(day)?))?
}

/// Digits of any width, four of them in a year; 二〇二六 digit by digit.
fn year_of(text: &str) -> Option<u32> {
    let digit = |c| arabic(c).or_else(|| chinese(c));
    // counted first: a line of thousands of digits is no year
    (text.chars().nth(3).is_some() && text.chars().nth(4).is_none()).then(|| {
        text.chars()
            .try_fold(0, |year, c| Some(year * 10 + digit(c)?))
    })?
}

/// 1 to 99, in digits or as 十一, 二十三.
#[must_use]
pub fn small_number(text: &str) -> Option<u32> {
    let count = text.chars().count();
    if (1..=2).contains(&count) && text.chars().all(|c| arabic(c).is_some()) {
        return text.chars().try_fold(0, |n, c| Some(n * 10 + arabic(c)?));
    }
    match text.split_once('十') {
        Some((tens, ones)) => {
            let one = |t: &str, none| match t.chars().next() {
                None => Some(none),
                Some(c) => chinese(c).filter(|_| t.chars().count() == 1),
            };
            Some(one(tens, 1)? * 10 + one(ones, 0)?)
        }
        None => text.chars().next().and_then(chinese).filter(|_| count == 1),
    }
}

fn arabic(c: char) -> Option<u32> {
    match c {
        '０'..='９' => Some(u32::from(c) - u32::from('０')),
        _ => c.to_digit(10),
    }
}

fn chinese(c: char) -> Option<u32> {
    let at = "〇一二三四五六七八九".chars().position(|d| d == c);
    match c {
        '○' | '零' | 'Ｏ' | 'O' | '０' | '0' => Some(0),
        _ => u32::try_from(at?).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_writing_are_read() {
        let day = Day::new(2026, 3, 11);
        for line in [
            "2026年3月11日",
            "２０２６年３月１１日",
            "2026 年 03 月 11 日",
            "二〇二六年三月十一日",
            "二○二六年三月十一日",
        ] {
            assert_eq!(written_day(line), day, "{line}");
        }
        assert_eq!(
            written_day("二〇二五年十二月三十日"),
            Day::new(2025, 12, 30)
        );
        assert_eq!(written_day("二〇二五年十月二十日"), Day::new(2025, 10, 20));
    }

    #[test]
    fn a_line_with_more_in_it_is_no_day() {
        for line in [
            "年   月   日",
            "自2026年3月11日起施行",
            "2026年13月1日",
            "26年3月1日",
            "99999999999999999999年3月1日",
            "2026年3月",
        ] {
            assert_eq!(written_day(line), None, "{line}");
        }
    }
}
