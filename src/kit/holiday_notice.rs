//! The State Council's yearly notice on holidays, pasted as text, read into an arrangement.
//! Not a reader of any other notice; what it does not understand it says, it never guesses.
//! Invariant: where the notice says 共N天, N days were found; where it says 周五, the day is a Friday.

use super::text;
use super::time::Day;
use super::workdays::Arrangement;
use std::collections::BTreeMap;

/// The holidays every notice arranges; one that is missing was not understood.
const HOLIDAYS: [&str; 7] = ["元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆"];
const ITEM_NUMBERS: &str = "一二三四五六七八九十";

/// The arrangement a pasted notice makes, ready for `Calendar::announce`.
pub fn read_notice(pasted: &str) -> Result<Arrangement, String> {
    let plain: String = text::fold(pasted)
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let year = year_of(&plain)
        .ok_or("没有找到“××××年部分节假日安排”，请把国务院办公厅通知的全文（连同标题）粘贴进来")?;
    let mut arrangement = Arrangement {
        year,
        notice: number_of(&plain).unwrap_or_else(|| "粘贴的通知".to_owned()),
        off: BTreeMap::new(),
        on: BTreeMap::new(),
    };
    for (name, body) in items(&plain) {
        read_item(&mut arrangement, name, body)?;
    }
    let unread = |name: &&&str| !arrangement.off.values().any(|found| found.contains(*name));
    if let Some(missing) = HOLIDAYS.iter().find(unread) {
        return Err(format!(
            "没有读到{missing}的放假日期，请把通知的全文粘贴进来"
        ));
    }
    arrangement.check()?;
    items(&plain)
        .into_iter()
        .try_for_each(|(name, body)| weekdays(name, body, year))?;
    Ok(arrangement)
}

/// The weekdays written behind days: a wrong one means that one of the two was typed wrong.
fn weekdays(name: &str, body: &str, year: i16) -> Result<(), String> {
    for (at, _) in body.match_indices('(') {
        let (before, after) = body.split_at(at);
        let said = after.split(')').next().unwrap_or_default();
        let said = said.rsplit_once(['周', '期']).map(|(_, said)| said);
        let said = said.filter(|s| !s.is_empty() && "一二三四五六日".contains(*s));
        // a day without its month is in the month named before it
        let last = dates_in(before, year).and_then(|all| all.last().copied());
        let (Some(said), Some(day)) = (said, last) else {
            continue;
        };
        let is = day.weekday_cn();
        if !is.ends_with(said) {
            let (month, day) = (day.month(), day.day());
            return Err(format!(
                "{name}的{month}月{day}日写的是周{said}，日历上是{is}，请对着通知核对"
            ));
        }
    }
    Ok(())
}

fn year_of(plain: &str) -> Option<i16> {
    let before = plain.split("年部分节假日").next()?;
    (before.len() < plain.len()).then_some(())?;
    let digits: String = before.chars().rev().take(4).collect();
    let digits: String = digits.chars().rev().collect();
    digits.parse().ok().filter(|y| (2000..=2199).contains(y))
}

fn number_of(plain: &str) -> Option<String> {
    let from = plain.get(plain.find("国办发明电")?..)?;
    let to = from.find('号')? + '号'.len_utf8();
    from.get(..to)
        .filter(|n| n.chars().count() <= 24)
        .map(str::to_owned)
}

/// 一、元旦: … up to the next 二、: name and what is said of it.
fn items(plain: &str) -> Vec<(&str, &str)> {
    let mut starts = Vec::new();
    let mut depth = 0_u8;
    for (at, c) in plain.char_indices() {
        let after = at + c.len_utf8();
        match c {
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let mark = plain
            .get(after..)
            .is_some_and(|rest| rest.starts_with('、'));
        // (农历腊月二十八、周日) is no item
        if mark && depth == 0 && ITEM_NUMBERS.contains(c) {
            starts.push(after + '、'.len_utf8());
        }
    }
    let ends = starts.iter().skip(1).copied().chain([plain.len()]);
    starts
        .iter()
        .zip(ends)
        .filter_map(|(from, to)| plain.get(*from..to)?.split_once(':'))
        .filter(|(name, _)| name.chars().count() <= 12)
        .collect()
}

fn read_item(into: &mut Arrangement, name: &str, body: &str) -> Result<(), String> {
    for sentence in body.split(['。', ';']) {
        if let Some((dates, rest)) = sentence.split_once("放假") {
            let found = dates_in(dates, into.year)
                .ok_or_else(|| format!("看不懂{name}的放假日期“{dates}”，请核对通知"))?;
            let days = spread(&found, dates);
            let said = rest.split_once('共').and_then(|(_, n)| leading_number(n));
            if said.is_some_and(|n| usize::try_from(n) != Ok(days.len())) {
                return Err(format!("{name}的放假天数与日期对不上，请核对通知"));
            }
            into.off
                .extend(days.into_iter().map(|d| (d, name.to_owned())));
        } else if let Some((dates, _)) = sentence.split_once("上班") {
            let found = dates_in(dates, into.year)
                .ok_or_else(|| format!("看不懂{name}的上班日期“{dates}”，请核对通知"))?;
            into.on
                .extend(found.into_iter().map(|d| (d, name.to_owned())));
        }
    }
    Ok(())
}

/// All days from the first to the last where the text says 至, the days themselves otherwise.
fn spread(found: &[Day], text: &str) -> Vec<Day> {
    match (found.first(), found.last()) {
        (Some(first), Some(last)) if text.contains('至') => (0..=first.days_until(*last))
            .map(|i| first.plus_days(i))
            .collect(),
        _ => found.to_vec(),
    }
}

/// The days named in a stretch of text; a day without a month is in the month named before it.
fn dates_in(text: &str, year: i16) -> Option<Vec<Day>> {
    let mut days = Vec::new();
    let mut year = year;
    let mut month: Option<i8> = None;
    let mut depth = 0_u8;
    let mut digits = String::new();
    for c in text.chars() {
        match c {
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            c if c.is_ascii_digit() => digits.push(c),
            '年' => year = std::mem::take(&mut digits).parse().ok()?,
            '月' => month = Some(std::mem::take(&mut digits).parse().ok()?),
            '日' => {
                let day = std::mem::take(&mut digits).parse().ok()?;
                days.push(Day::new(year, month?, day)?);
            }
            _ => digits.clear(),
        }
    }
    (!days.is_empty()).then_some(days)
}

fn leading_number(text: &str) -> Option<i64> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::kit::workdays::Calendar;

    const NOTICE: &str = "国务院办公厅关于2026年部分节假日安排的通知\n国办发明电〔2025〕7号\n\
        各省、自治区、直辖市人民政府：经国务院批准，现将2026年元旦、春节放假调休日期的具体安排通知如下。\n\
        一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。\n\
        二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。\
        2月14日（周六）、2月28日（周六）上班。\n\
        三、清明节：4月4日（周六）至6日（周一）放假，共3天。\n\
        四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。\n\
        五、端午节：6月19日（周五）至21日（周日）放假，共3天。\n\
        六、中秋节：9月25日（周五）至27日（周日）放假，共3天。\n\
        七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。\n\
        节假日期间，要妥善安排好值班。\n国务院办公厅\n2025年11月4日";

    #[test]
    fn a_pasted_notice_is_the_built_in_year() {
        let read = read_notice(NOTICE).unwrap();
        let built_in = Calendar::built_in();
        let known = built_in.announced().find(|a| a.year == 2026).unwrap();
        assert_eq!(&read, known);
    }

    #[test]
    fn months_are_crossed() {
        let moved = NOTICE.replace(
            "6月19日（周五）至21日（周日）",
            "5月30日（周六）至6月1日（周一）",
        );
        let read = read_notice(&moved).unwrap();
        assert_eq!(read.off.values().filter(|n| *n == "端午节").count(), 3);
        let single = NOTICE.replace(
            "1月1日（周四）至3日（周六）放假调休，共3天",
            "1月1日（周四）放假1天",
        );
        let read = read_notice(&single).unwrap();
        assert_eq!(read.off.values().filter(|n| *n == "元旦").count(), 1);
    }

    #[test]
    fn contradictions_are_refused() {
        for (from, to, word) in [
            ("2026年部分节假日", "2026年", "全文"),
            ("二、春节", "春节", "没有读到春节"),
            ("共9天", "共8天", "对不上"),
            ("5月9日", "5月5日", "既放假又上班"),
            ("5月9日", "5月8日", "本来就上班"),
            ("6月19日", "13月19日", "看不懂"),
            (
                "至21日（周日）",
                "至21日（周六）",
                "端午节的6月21日写的是周六，日历上是星期日",
            ),
            ("二十八、周日", "二十八、周一", "春节的2月15日写的是周一"),
        ] {
            let why = read_notice(&NOTICE.replace(from, to)).unwrap_err();
            assert!(why.contains(word), "{from}: {why}");
        }
        assert!(read_notice("").is_err());
    }
}
