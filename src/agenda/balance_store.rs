//! Days people have in a year, as the office registered them, and what is left of them. Tenths of a day: half days are
//! taken too. Not here: using them (`store::spans`).
//! Invariant: what is used is what cases hold; nobody types it.

use crate::kit::{Error, PersonId, Result, text};
use crate::store::{Query, Write, params};
use serde_json::json;

/// Somebody's days of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    pub person: PersonId,
    pub tenths: i64,
    pub used: i64,
    pub note: String,
}

impl Balance {
    /// What is left; less than nothing where the office let more be taken.
    #[must_use]
    pub const fn left(&self) -> i64 {
        self.tenths - self.used
    }
}

/// A line of a list as it was pasted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub name: String,
    pub tenths: i64,
    pub note: String,
}

/// All balances of a year.
pub fn list_balances(q: &impl Query, kind: &str, year: i16) -> Result<Vec<Balance>> {
    q.all(
        "SELECT b.person, b.tenths, coalesce((SELECT sum(s.tenths) FROM claim_span s WHERE s.kind = b.kind
           AND s.key = b.person || '/' || b.year AND s.state IN ('reserved','held')), 0), b.note
         FROM balance b WHERE b.kind = ?1 AND b.year = ?2 ORDER BY b.person",
        params![kind, year],
        |r| {
            Ok(Balance {
                person: PersonId(r.get(0)?),
                tenths: r.get(1)?,
                used: r.get(2)?,
                note: r.get(3)?,
            })
        },
    )
}

/// One person's balance of a year, where the office registered it.
pub fn find_balance(
    q: &impl Query,
    kind: &str,
    (person, year): (PersonId, i16),
) -> Result<Option<Balance>> {
    q.opt(
        "SELECT b.person, b.tenths, coalesce((SELECT sum(s.tenths) FROM claim_span s WHERE s.kind = b.kind
           AND s.key = b.person || '/' || b.year AND s.state IN ('reserved','held')), 0), b.note
         FROM balance b WHERE b.kind = ?1 AND b.person = ?2 AND b.year = ?3",
        params![kind, person.0, year],
        |r| {
            Ok(Balance {
                person: PersonId(r.get(0)?),
                tenths: r.get(1)?,
                used: r.get(2)?,
                note: r.get(3)?,
            })
        },
    )
}

/// Registers the days of several people in a year, in place of what stood there.
///
/// # Errors
/// As the hub says.
pub fn set_balances(
    w: &mut Write<'_>,
    (kind, year): (&str, i16),
    by: &str,
    all: &[(PersonId, i64, String)],
) -> Result<()> {
    let at = w.at().0;
    for (person, tenths, note) in all {
        w.execute(
            "INSERT INTO balance(kind, person, year, tenths, note, set_by, set_at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT(kind, person, year) DO UPDATE SET tenths = excluded.tenths, note = excluded.note,
               set_by = excluded.set_by, set_at = excluded.set_at",
            params![kind, person.0, year, tenths, note, by, at],
        )?;
    }
    w.about(year);
    w.note(format!("{kind} {year} 年 {} 人", all.len()));
    w.emit(
        "balance.changed",
        None,
        &json!({ "kind": kind, "year": year }),
    )
}

/// Days by years of service: 职工带薪年休假条例（国务院令第 514 号）第三条. In tenths.
#[must_use]
pub const fn by_service(years: i64) -> i64 {
    match years {
        i64::MIN..1 => 0,
        1..10 => 50,
        10..20 => 100,
        _ => 150,
    }
}

/// Lines as people paste them from a list: a name and its days, or its years of service (工龄12年).
///
/// # Errors
/// Invalid, naming the first line that says neither.
pub fn read_lines(pasted: &str) -> Result<Vec<Line>> {
    let mut all = Vec::new();
    for (n, line) in (1..).zip(pasted.lines()) {
        let line = text::one_line(&line.replace(['\t', ',', '，', '、', ';', '；'], " "));
        if !line.is_empty() {
            all.push(read_line(&line).ok_or_else(|| {
                let how = "每行写姓名和天数，例如“宋小笺 10”；或者写工龄，例如“宋小笺 工龄12年”";
                Error::invalid("lines", format!("第 {n} 行“{line}”没有看懂。{how}"))
            })?);
        }
    }
    if all.is_empty() {
        return Err(Error::invalid("lines", "请粘贴名单，每行一个人"));
    }
    Ok(all)
}

fn read_line(line: &str) -> Option<Line> {
    let (name, rest) = line.split_once(' ')?;
    let rest = text::fold(rest);
    // a sign means something: minus three is not three
    if rest.contains(['-', '+']) {
        return None;
    }
    let service = rest.contains("工龄") || rest.ends_with('年');
    let digits: String = rest
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    let (tenths, note) = if service {
        let years: i64 = digits.parse().ok()?;
        (by_service(years), format!("工龄 {years} 年"))
    } else {
        let (whole, half) = digits.split_once('.').unwrap_or((&digits, "0"));
        let half: i64 = match half {
            "0" => 0,
            "5" => 5,
            _ => return None,
        };
        (
            whole.parse::<i64>().ok()?.checked_mul(10)? + half,
            String::new(),
        )
    };
    (0..=3660).contains(&tenths).then(|| Line {
        name: name.to_owned(),
        tenths,
        note,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn leave_by_years_of_service_is_as_the_regulation_says() {
        for (years, tenths) in [
            (0, 0),
            (1, 50),
            (9, 50),
            (10, 100),
            (19, 100),
            (20, 150),
            (40, 150),
        ] {
            assert_eq!(by_service(years), tenths, "{years}");
        }
    }

    #[test]
    fn a_pasted_list_is_read_line_by_line() {
        let all = read_lines("宋小笺\t10\n\n纪文澜，工龄12年\n雷有备 7.5\n").unwrap();
        let days: Vec<i64> = all.iter().map(|l| l.tenths).collect();
        assert_eq!(days, [100, 100, 75]);
        for bad in [
            "宋小笺",
            "宋小笺 很多",
            "宋小笺 7.3",
            "宋小笺 400",
            "宋小笺 -3",
            "",
        ] {
            assert!(read_lines(bad).is_err(), "{bad}");
        }
    }
}
