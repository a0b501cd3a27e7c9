//! 这个日子怎么算的: the working of a due date, day by day where the term is short, its exceptions where it
//! is long (alaveteli#5101). Not for counting (`engine::reckon`).

use crate::engine::reckon::{Reckoned, Stopped};
use crate::engine::view::{CaseView, Dated};
use crate::kit::Due;
use crate::ui::trail::{WorkDay, working};
use crate::ui::{Markup, html};

/// Longer terms list only the days that were not simply counted.
const DAY_BY_DAY: usize = 31;

/// The dates people have the case under, each with its working.
pub(super) fn dated(view: &CaseView) -> Markup {
    html! { @for d in view.dates() { (one(d)) (stops(d)) } }
}

/// The spans in which time stood still, and what they did to the end.
fn stops(d: &Dated) -> Markup {
    let said = |s: &Stopped| {
        let why = match s.why.as_str() {
            "" => String::new(),
            why => format!("（{why}）"),
        };
        let from = s.from.short();
        match s.until {
            Some(until) => format!("{from}到{}暂停计时{why}，顺延 {} 天", until.short(), s.days),
            None => format!("{from}起暂停计时{why}，已停 {} 天，恢复以后顺延", s.days),
        }
    };
    let end = match d.day {
        Some(day) => format!("顺延以后到{}。", day.long()),
        None => "现在停着，不提醒也不算超期。".to_owned(),
    };
    html! {
        @if !d.stops.is_empty() {
            p.faint { @for s in &d.stops { (said(s)) "；" } (end) }
        }
    }
}

fn one(d: &Dated) -> Markup {
    match &d.how {
        Reckoned::Typed(day) => html! {
            p.faint { (d.step) "：" (day.long()) "前办完，是登记时填的日期。" }
        },
        Reckoned::Counted { from, due } => {
            let mut intro = format!(
                "{}：{}前办完，{}，从 {} 的第二天算起",
                d.step,
                due.day.long(),
                d.term,
                from.short()
            );
            if let Some(law) = &d.law {
                intro = format!("{intro}（{law}）");
            }
            if due.provisional {
                intro.push_str("；其中有年份的放假安排还没有公布，暂按周末推算");
            }
            days(&intro, due)
        }
    }
}

fn days(intro: &str, due: &Due) -> Markup {
    if due.working.len() > DAY_BY_DAY {
        let intro = format!("{intro}。{}", due.explain());
        return working(&intro, &[]);
    }
    let mut n = 0;
    let said: Vec<(String, String, bool)> = due
        .working
        .iter()
        .map(|(day, counted)| {
            let counts = counted.counts();
            n += usize::from(counts);
            let words = match counts {
                true if counted.is_plain() => format!("第 {n} 天"),
                true => format!("第 {n} 天，{}", counted.label()),
                false => format!("{}，不算", counted.label()),
            };
            (day.short(), words, !counts)
        })
        .collect();
    let days: Vec<WorkDay<'_>> = said
        .iter()
        .map(|(day, said, skipped)| WorkDay {
            day,
            said,
            skipped: *skipped,
        })
        .collect();
    working(intro, &days)
}
