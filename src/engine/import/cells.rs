//! What a cell of an old register means: a day, a running number.
//! Invariant: never guesses between two readings; what is not understood is answered with a sentence that
//! says what to write.

use crate::kit::{Cell, Day, parse_day, text};

/// Serial days of Excel that can be meant: 1954 to 2119.
const SERIALS: std::ops::RangeInclusive<i64> = 20_000..=80_000;
/// No book runs to more in one year.
const HIGHEST: i64 = 99_999;

/// Whether somebody only wrote that there is nothing.
#[must_use]
pub fn is_nothing(said: &str) -> bool {
    matches!(
        said,
        "" | "/" | "-" | "--" | "—" | "——" | "－" | "无" | "空" | "\\" | "、"
    )
}

/// The day of a cell, which is no later than today: what an old book tells has happened.
pub fn past_day(cell: &Cell, today: Day) -> Result<Day, String> {
    let day = day(cell, today)?;
    if day > today {
        return Err(format!("日期 {day} 在今天之后，请核对"));
    }
    Ok(day)
}

/// The day of a cell: a real one, a serial number, or what people write, the year always in four figures.
pub fn day(cell: &Cell, today: Day) -> Result<Day, String> {
    let typed = match cell {
        Cell::Day(day) => return Ok(*day),
        Cell::Number(n) => {
            if let Some(day) = serial(*n) {
                return Ok(day);
            }
            cell.text()
        }
        _ => cell.text(),
    };
    let folded = text::fold(&typed);
    let date = without_clock(folded.trim());
    if let Some(day) = date.parse().ok().and_then(serial) {
        return Ok(day);
    }
    if !has_year(date) {
        return Err(format!(
            "看不懂日期“{}”，请写成 2014-2-13 这样年份在前、四位数的日期",
            text::clip(&text::one_line(&typed), 20)
        ));
    }
    parse_day(date, today)
}

fn serial(n: f64) -> Option<Day> {
    // a serial number of Excel is a whole day; its fraction is a clock time
    let whole = n.trunc() as i64;
    let epoch = Day::new(1899, 12, 30)?;
    SERIALS.contains(&whole).then(|| epoch.plus_days(whole))
}

/// 2014-02-13 10:30 → 2014-02-13
fn without_clock(said: &str) -> &str {
    match said.split_once([' ', 't', 'T']) {
        Some((date, clock)) if clock.contains(':') => date,
        _ => said,
    }
}

/// Four figures in a row at the beginning.
fn has_year(said: &str) -> bool {
    let first: Vec<char> = said.chars().take(4).collect();
    first.len() == 4 && first.iter().all(char::is_ascii_digit)
}

/// A running number of the old book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldNumber {
    /// The year it names, where it names one.
    pub year: Option<i16>,
    /// The number.
    pub n: i64,
    /// As it stands in the book; none where it is only figures, which are then written as the series says.
    pub written: Option<String>,
}

/// 收文〔2014〕18号, 2014-18, 18, 0018. `None` where the cell says there is none.
pub fn number(cell: &Cell) -> Result<Option<OldNumber>, String> {
    let said = text::one_line(&cell.text());
    if is_nothing(&said) {
        return Ok(None);
    }
    let folded = text::fold(&said);
    let mut figures = folded
        .split(|c: char| !c.is_ascii_digit())
        .filter(|f| !f.is_empty());
    let bad = || {
        format!(
            "看不懂收文号“{}”，请写成 18 或 收文〔2014〕18号 这样的号",
            text::clip(&said, 20)
        )
    };
    let (first, second) = (figures.next().ok_or_else(bad)?, figures.next());
    if figures.next().is_some() {
        return Err(bad());
    }
    let only = folded.chars().all(|c| c.is_ascii_digit());
    let (year, n) = match second {
        Some(n) => (Some(year(first).ok_or_else(bad)?), n),
        // 20140018: the year and the number in one
        None if only && first.len() >= 7 && year(first.get(..4).unwrap_or_default()).is_some() => (
            first.get(..4).and_then(year),
            first.get(4..).unwrap_or_default(),
        ),
        None => (None, first),
    };
    let n: i64 = n.parse().map_err(|_| bad())?;
    if !(1..=HIGHEST).contains(&n) {
        return Err(format!("收文号 {n} 不在 1 到 {HIGHEST} 之间，请核对"));
    }
    Ok(Some(OldNumber {
        year,
        n,
        written: (!only).then_some(said),
    }))
}

fn year(figures: &str) -> Option<i16> {
    let year: i16 = figures.parse().ok()?;
    (figures.len() == 4 && (1949..=2199).contains(&year)).then_some(year)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn on(said: &str) -> Result<String, String> {
        let today = Day::new(2026, 11, 22).unwrap();
        past_day(&Cell::of_text(said), today).map(|d| d.to_string())
    }

    #[test]
    fn days_of_old_books() {
        for said in [
            "2014-02-13",
            "2014/2/13",
            "2014.2.13",
            "20140213",
            "2014年2月13日",
            "２０１４年２月１３日",
            "2014-02-13 10:30",
            "2014-02-13T00:00:00",
            "41683",
            " 2014 年 2 月 13 日 ",
        ] {
            assert_eq!(on(said).as_deref(), Ok("2014-02-13"), "{said}");
        }
        let today = Day::new(2026, 11, 22).unwrap();
        let serial = day(&Cell::Number(41683.4), today).unwrap();
        assert_eq!(serial.to_string(), "2014-02-13");
        for (said, why) in [
            ("2026-2-30", "2月没有30日"),
            ("31/12/99", "看不懂日期"),
            ("2月13日", "四位数"),
            ("14-2-13", "四位数"),
            ("2014-13-1", "没有13月"),
            ("2014", "看不懂日期"),
            ("2027-01-01", "在今天之后"),
            ("待定", "看不懂日期"),
        ] {
            let told = on(said).unwrap_err();
            assert!(told.contains(why), "{said}: {told}");
        }
    }

    #[test]
    fn numbers_of_old_books() {
        let read = |said: &str| number(&Cell::of_text(said));
        let of = |year, n, written: Option<&str>| {
            Ok(Some(OldNumber {
                year,
                n,
                written: written.map(str::to_owned),
            }))
        };
        assert_eq!(
            read("收文〔2014〕18号"),
            of(Some(2014), 18, Some("收文〔2014〕18号"))
        );
        assert_eq!(read("2014-018"), of(Some(2014), 18, Some("2014-018")));
        assert_eq!(read("0018"), of(None, 18, None));
        assert_eq!(read("20140018"), of(Some(2014), 18, None));
        assert_eq!(read("第18号"), of(None, 18, Some("第18号")));
        assert_eq!(number(&Cell::Number(18.0)), of(None, 18, None));
        for none in ["", "/", "无", "——"] {
            assert_eq!(read(none), Ok(None), "{none}");
        }
        for bad in [
            "18-1",
            "十八",
            "收文〔2014〕18号之2",
            "0",
            "收文〔2014〕1234567号",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
