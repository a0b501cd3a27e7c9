//! What people type for a day or a clock time, understood with patience (U22).
//! Invariant: never guesses between two readings. What is not understood is answered with a Chinese
//! sentence that says what to write, and the year always comes first.

use super::text;
use super::time::Day;

/// The day somebody typed: 2026-3-5, 2026.3.5, 2026/3/5, 20260305, 3月5日, 2026年3月5日, full-width
/// digits and spaces allowed. Without a year the year of `today` is meant.
pub fn parse_day(typed: &str, today: Day) -> Result<Day, String> {
    let folded: String = text::fold(typed)
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    match folded.as_str() {
        "" => return Err(format!("请填写日期，例如 {}", example(today))),
        "今天" | "今日" => return Ok(today),
        "明天" | "明日" => return Ok(today.plus_days(1)),
        "后天" => return Ok(today.plus_days(2)),
        "昨天" | "昨日" => return Ok(today.plus_days(-1)),
        _ => {}
    }
    let Some((year, month, day)) = split(&folded, today) else {
        return Err(not_understood(typed, today));
    };
    check(year, month, day)
}

/// A clock time somebody typed: 9:30, 09：30, 0930, 9点半, 下午3点20分.
pub fn parse_clock(typed: &str) -> Result<(u8, u8), String> {
    let wrong = || "请写时间，例如 9:30 或 14:00".to_owned();
    let folded: String = text::fold(typed)
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let (afternoon, rest) = match folded.strip_prefix("上午") {
        Some(rest) => (false, rest),
        None => folded
            .strip_prefix("下午")
            .or_else(|| folded.strip_prefix("晚上"))
            .map_or((false, folded.as_str()), |rest| (true, rest)),
    };
    let (hour, minute) = hour_minute(rest).ok_or_else(wrong)?;
    let hour = if afternoon && hour < 12 {
        hour + 12
    } else {
        hour
    };
    if hour > 23 || minute > 59 {
        return Err(wrong());
    }
    Ok((hour, minute))
}

fn hour_minute(text: &str) -> Option<(u8, u8)> {
    if let Some((hour, rest)) = text.split_once(['点', '时']) {
        let minute = match rest.trim_end_matches('分') {
            "" | "整" => 0,
            "半" => 30,
            digits => small(digits)?,
        };
        return Some((small(hour)?, minute));
    }
    if let Some((hour, minute)) = text.split_once(':') {
        let minute = minute.split_once(":00").map_or(minute, |(m, _)| m);
        return Some((small(hour)?, small(minute)?));
    }
    if text.len() == 4 && text.is_ascii() {
        let (hour, minute) = text.split_at(2);
        return Some((small(hour)?, small(minute)?));
    }
    None
}

/// One or two digits.
fn small(digits: &str) -> Option<u8> {
    let plain = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

/// Year, month and day as typed, not yet checked against the calendar.
fn split(folded: &str, today: Day) -> Option<(i16, u8, u8)> {
    if folded.len() == 8 && folded.bytes().all(|b| b.is_ascii_digit()) {
        let (year, rest) = folded.split_at(4);
        let (month, day) = rest.split_at(2);
        return Some((year.parse().ok()?, small(month)?, small(day)?));
    }
    let (folded, chinese) = match folded.strip_suffix(['日', '号']) {
        Some(rest) => (rest, true),
        None => (folded, false),
    };
    if chinese && !folded.contains('月') {
        return None;
    }
    let parts: Vec<&str> = folded
        .split(['-', '.', '/', '年', '月', '。', '、'])
        .collect();
    match parts.as_slice() {
        [month, day] => Some((today.year(), small(month)?, small(day)?)),
        [year, month, day] if year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) => {
            Some((year.parse().ok()?, small(month)?, small(day)?))
        }
        _ => None,
    }
}

fn check(year: i16, month: u8, day: u8) -> Result<Day, String> {
    if !(1900..=2199).contains(&year) {
        return Err(format!("年份 {year} 写错了，请写 2026-3-5 这样的日期"));
    }
    let month = i8::try_from(month).unwrap_or(i8::MAX);
    let Some(first) = Day::new(year, month, 1) else {
        return Err(format!("没有{month}月，请写 {year}-3-5 这样的日期"));
    };
    let number = i8::try_from(day).unwrap_or(i8::MAX);
    Day::new(year, month, number).ok_or_else(|| {
        let last = example(first.month_end());
        format!("{month}月没有{day}日，请写 {last} 这样的日期")
    })
}

fn not_understood(typed: &str, today: Day) -> String {
    let shown = text::clip(&text::one_line(typed), 20);
    format!(
        "看不懂日期“{shown}”，请写 {} 或 {} 这样的日期",
        example(today),
        today.short()
    )
}

fn example(day: Day) -> String {
    format!("{}-{}", day.year(), day.dense())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn today() -> Day {
        Day::new(2026, 3, 10).unwrap()
    }

    #[test]
    fn reads_the_ways_people_write_a_day() {
        let fifth = Day::new(2026, 3, 5).unwrap();
        for typed in [
            "2026-3-5",
            "2026-03-05",
            "2026.3.5",
            "2026/3/5",
            "20260305",
            "3月5日",
            "3月5号",
            "2026年3月5日",
            "2026年03月05日",
            "２０２６年３月５日",
            "２０２６－３－５",
            "２０２６．３．５",
            " 2026 年 3 月 5 日 ",
            "2026年3月5",
            "3-5",
            "2026-3-5\u{200b}",
        ] {
            assert_eq!(parse_day(typed, today()), Ok(fifth), "{typed}");
        }
        assert_eq!(parse_day("明天", today()), Ok(today().plus_days(1)));
    }

    #[test]
    fn says_what_to_write() {
        let refuse = |typed| parse_day(typed, today()).unwrap_err();
        assert_eq!(
            refuse("2026-2-30"),
            "2月没有30日，请写 2026-2-28 这样的日期"
        );
        assert_eq!(
            refuse("2024年2月30日"),
            "2月没有30日，请写 2024-2-29 这样的日期"
        );
        assert_eq!(refuse("2026-13-1"), "没有13月，请写 2026-3-5 这样的日期");
        assert_eq!(
            refuse("0206-3-1"),
            "年份 206 写错了，请写 2026-3-5 这样的日期"
        );
        assert_eq!(refuse("  "), "请填写日期，例如 2026-3-10");
        for typed in [
            "3/5/2026",
            "5日",
            "abc",
            "2026",
            "202635",
            "2026-3",
            "-3-5",
            "3月日",
            "1.2.3.4",
            "2026-003-05",
            "2026年3月5日下午",
        ] {
            assert!(
                refuse(typed).contains("请写 2026-3-10 或 3月10日"),
                "{typed}"
            );
        }
    }

    #[test]
    fn reads_clock_times() {
        for (typed, want) in [
            ("9:30", (9, 30)),
            ("０９：３０", (9, 30)),
            ("0930", (9, 30)),
            ("9点半", (9, 30)),
            ("下午3点20分", (15, 20)),
            ("下午 12:10", (12, 10)),
            ("14时", (14, 0)),
            ("上午9点整", (9, 0)),
            ("09:30:00", (9, 30)),
        ] {
            assert_eq!(parse_clock(typed), Ok(want), "{typed}");
        }
        for typed in ["", "25:00", "9:60", "9", "九点", "下午"] {
            assert!(parse_clock(typed).is_err(), "{typed}");
        }
    }
}
