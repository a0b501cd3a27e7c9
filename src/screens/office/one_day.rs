//! 改一天: one day of a known year that the office settles otherwise (a local holiday, a Saturday worked for a flood).
//! Not here: the look before it is kept and the keeping, which are those of a pasted notice (`holidays`).
//! Invariant: only a year whose notice is known is changed; of the others nobody knows yet what it would be changed from.

use super::{HOLIDAYS_AT, SetHolidays};
use crate::kit::{Arrangement, Calendar, Day, Error, FieldErrors, Result, text};
use crate::screens::people::sheet::{Filled, day};
use crate::ui::form::{self, Choice};
use crate::ui::{Markup, html};
use crate::web::Cx;

const WORKED: &str = "on";
const REST: &str = "off";
/// Characters of a reason: it stands in the working of every date it moves.
const LONGEST: usize = 20;

/// Whether the form is this one.
pub(super) fn is_asked(cx: &Cx<SetHolidays>) -> bool {
    cx.input.has("one_day")
}

/// The year as it would be.
pub(super) fn arrangement(cx: &Cx<SetHolidays>) -> Result<Arrangement> {
    let directory = cx.state.org.current();
    let held = directory.calendar();
    let mut errors = FieldErrors::default();
    let on = match day(cx, "one_day") {
        Ok(on) => of_year(held, on).map(|a| (on, a)),
        Err(why) => Err(why),
    };
    if let Err(Error::Invalid(wrong)) = &on {
        errors.0.extend(wrong.0.clone());
    }
    let works = match cx.form("works") {
        WORKED => Some(true),
        REST => Some(false),
        _ => {
            errors.add("works", "请选这一天上班还是不上班");
            None
        }
    };
    let why = text::one_line(cx.form("why"));
    if why.is_empty() || why.chars().count() > LONGEST {
        errors.add(
            "why",
            format!(
                "请写为什么，{LONGEST} 个字以内，例如“三月三”“防汛补班”；期限怎么算的里要写出来"
            ),
        );
    }
    errors.check(())?;
    let (Ok((on, year)), Some(works)) = (on, works) else {
        return Err(Error::fault("a day that is neither right nor wrong"));
    };
    if held.is_working(on) == works {
        let word = if works { "上班" } else { "不上班" };
        let said = format!("{}本来就{word}，不用改", on.long());
        return Err(Error::invalid("one_day", said));
    }
    let new = year.with_day(on, works, &why);
    new.check().map_err(|why| Error::invalid("one_day", why))?;
    Ok(new)
}

/// The arrangement that says what the day is: that of its own year, where no other speaks of it.
fn of_year(held: &Calendar, on: Day) -> Result<&Arrangement> {
    let speaks = |a: &&Arrangement| a.off.contains_key(&on) || a.on.contains_key(&on);
    if let Some(other) = held.announced().find(|a| speaks(a) && a.year != on.year()) {
        return Err(Error::invalid(
            "one_day",
            format!(
                "{}写在 {} 年的通知里，请改好那一年的通知再放进来",
                on.long(),
                other.year
            ),
        ));
    }
    let own = held.announced().find(|a| a.year == on.year());
    own.ok_or_else(|| {
        Error::invalid(
            "one_day",
            format!(
                "{}年的通知还没有放进来，请先放进通知，再改其中的一天",
                on.year()
            ),
        )
    })
}

/// What travels in the form between the look and the keeping.
pub(super) fn carried(cx: &Cx<SetHolidays>) -> Markup {
    html! {
        @for name in ["one_day", "works", "why"] { (form::hidden(name, cx.form(name))) }
    }
}

pub(super) fn form(cx: &Cx<SetHolidays>, filled: &Filled<'_>) -> Result<Markup> {
    let ways = vec![
        Choice::new(REST, "不上班（放假）"),
        Choice::new(WORKED, "上班（补班）"),
    ];
    Ok(html! {
        form method="post" action={ (HOLIDAYS_AT) "/check" } {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (filled.put(form::date("one_day", "哪一天").need(), "one_day", ""))
            (filled.put(form::radios("works", "这一天", ways), "works", ""))
            (filled.put(form::text("why", "为什么").need().hint("例如“三月三”“防汛补班”，期限怎么算的里会写出来"), "why", ""))
            p.acts { button.btn type="submit" { "先看一遍" } }
        }
    })
}
