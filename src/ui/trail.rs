//! What happened to a matter, in words: who has it, who did what when, what comes next, how a due date
//! was reckoned. A plain list, never a diagram (U06).

use super::{Markup, html};

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// Happened.
    Done,
    /// It is here now.
    Here,
    /// Still to come.
    Next,
}

/// One step of the trail.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// Where it stands.
    pub stand: Stand,
    /// 3月9日 14:32, 现在, or empty.
    pub when: &'a str,
    /// Who; may be empty.
    pub who: &'a str,
    /// Post or department of that person; may be empty.
    pub post: &'a str,
    /// What was done: 登记了来文, 拟办：.
    pub did: &'a str,
    /// Words that were written.
    pub words: Option<&'a str>,
    /// What else there is to see of it, drawn already: what was mended.
    pub more: Option<&'a Markup>,
}

/// The trail, earliest first.
#[must_use]
pub fn trail(steps: &[Step]) -> Markup {
    html! { ol.trail { @for s in steps { (step(s)) } } }
}

fn step(s: &Step) -> Markup {
    let (class, current) = match s.stand {
        Stand::Done => ("done", None),
        Stand::Here => ("here", Some("step")),
        Stand::Next => ("next", None),
    };
    html! {
        li class=(class) aria-current=[current] {
            @if !s.when.is_empty() { time { (s.when) } br; }
            @if !s.who.is_empty() { b { (s.who) } }
            @if !s.post.is_empty() { "（" (s.post) "）" }
            (s.did)
            @if let Some(words) = s.words { q { (words) } }
            @if let Some(more) = s.more { (more) }
        }
    }
}

/// Who has it now.
#[derive(Debug, Clone, Copy)]
pub struct Holder<'a> {
    /// 现在到, or 已办结.
    pub heading: &'a str,
    /// 江若川　镇长.
    pub name: &'a str,
    /// What is asked: 批示; may be empty.
    pub ask: &'a str,
    /// 08:31 送到，09:11 打开.
    pub said: &'a str,
}

/// The holder's plate.
#[must_use]
pub fn holder(h: &Holder) -> Markup {
    html! {
        section.holder aria-label=(h.heading) {
            p.quiet { (h.heading) }
            p.name { (h.name) }
            p { @if !h.ask.is_empty() { "请" b { (h.ask) } @if !h.said.is_empty() { "，" } } (h.said) }
        }
    }
}

/// One day of the working of a date.
#[derive(Debug, Clone, Copy)]
pub struct WorkDay<'a> {
    /// 3月10日.
    pub day: &'a str,
    /// 第 1 天, 周六 不算.
    pub said: &'a str,
    /// Not counted: struck out.
    pub skipped: bool,
}

/// How a due date was reckoned, folded behind 这个日子怎么算的.
#[must_use]
pub fn working(intro: &str, days: &[WorkDay]) -> Markup {
    html! {
        details.inl {
            summary { "这个日子怎么算的" }
            p.faint { (intro) }
            ol.days {
                @for d in days { li.skip-day[d.skipped] { b { (d.day) } (d.said) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::scan::{HOSTILE, check};

    #[test]
    fn hostile_text_stays_text() {
        for stand in [Stand::Done, Stand::Here, Stand::Next] {
            check(&trail(&[Step {
                stand,
                when: HOSTILE,
                who: HOSTILE,
                post: HOSTILE,
                did: HOSTILE,
                words: Some(HOSTILE),
                more: None,
            }]));
        }
        check(&holder(&Holder {
            heading: HOSTILE,
            name: HOSTILE,
            ask: HOSTILE,
            said: HOSTILE,
        }));
        check(&working(
            HOSTILE,
            &[WorkDay {
                day: HOSTILE,
                said: HOSTILE,
                skipped: true,
            }],
        ));
    }
}
