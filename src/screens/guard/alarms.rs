//! 报警: what the rules of `access::alarm` found, who looked at it, and the red lines at the top of the to-do list of
//! those who are to look. Not for blocking anybody: what is to be done is a person's decision.

use super::{ALARMS_AT, SEEN_TO};
use crate::access::alarm::{Alarm, NoteAlarm, Rule, SeeAlarms};
use crate::access::{Action, AdminRole};
use crate::kit::Result;
use crate::screens::people::DESK_AT;
use crate::ui::deed::{Press, one_button};
use crate::ui::frame::{crumbs, heading};
use crate::ui::list::{empty, facts, lines, section};
use crate::ui::note::{State, state};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply, Visit};

/// Rows of the page.
const MOST: i64 = 200;

pub(super) fn show(cx: &mut Cx<SeeAlarms>) -> Result<Reply> {
    // what was raised within the last minute too
    cx.state.access.flush()?;
    let all = cx.state.access.list_alarms(MOST)?;
    let rules: Vec<(&str, String)> = Rule::ALL.iter().map(|r| (r.label(), r.when())).collect();
    let content = html! {
        (crumbs(&Link::new("管理", DESK_AT), &[], "报警"))
        (heading("报警", "可疑的登录、越权和带出", &html! {}))
        @if all.is_empty() { (empty("没有报警。", "有了会出现在安全管理员和审计员的待办最上面。", &[])) }
        @else { (table(cx, &all)?) }
        (section("h-rules", "什么时候报警", &"", &facts("报警的规则", &rules)))
    };
    Ok(cx.page("报警", &content))
}

fn table(cx: &Cx<SeeAlarms>, all: &[Alarm]) -> Result<Markup> {
    let columns = [
        Column::new("什么事").phone(Phone::Title),
        Column::new("谁").phone(Phone::Labelled),
        Column::new("从哪里").short().phone(Phone::Labelled),
        Column::new("什么时候").short().phone(Phone::Labelled),
        Column::new("看过了"),
    ];
    let mut rows = Vec::new();
    for a in all {
        rows.push(Row::new(vec![
            html! { b { (label(a)) } br; (a.words) },
            html! { (who(cx, a)) },
            html! { (a.address) },
            html! { (cx.zone().long_time(a.at)) },
            seen_by(cx, a)?,
        ]));
    }
    let total = format!("共 {} 条，最多显示 {MOST} 条", rows.len());
    Ok(ledger("报警", &columns, &rows, &total))
}

fn label(a: &Alarm) -> &'static str {
    a.rule.map_or("报警", Rule::label)
}

/// The name behind `person:12`; a name stands as it was typed.
pub(super) fn who(visit: &Visit, a: &Alarm) -> String {
    super::audit::actor_name(visit, &a.who)
}

fn seen_by(cx: &Cx<SeeAlarms>, a: &Alarm) -> Result<Markup> {
    if let Some((person, at)) = a.seen {
        let d = cx.state.org.current();
        let name = d.person_name(person).to_owned();
        return Ok(html! { (name) " " (cx.zone().short_time(at, cx.at)) });
    }
    let press = Press::new("看过了").posts("alarm", a.id.to_string());
    Ok(one_button(SEEN_TO, cx.csrf(), &cx.new_op()?, &press))
}

pub(super) fn seen(cx: &mut Cx<NoteAlarm>) -> Result<Reply> {
    if let Ok(id) = cx.form("alarm").parse() {
        cx.state.access.note_alarm(&cx.permit, id)?;
        cx.tell("记下了：这条报警您看过了");
    }
    Ok(Reply::To(ALARMS_AT.into()))
}

/// What nobody looked at, for the top of the to-do list of who is to look; nothing for anybody else.
pub fn open_lines<A: Action>(cx: &Cx<A>) -> Result<Markup> {
    let who = cx.who();
    if !who.is_admin(AdminRole::Security) && !who.is_admin(AdminRole::Audit) {
        return Ok(html! {});
    }
    let all = cx.state.access.list_alarms(20)?;
    let open: Vec<Markup> = all
        .iter()
        .filter(|a| a.seen.is_none())
        .map(|a| html! { (state(State::Bad, label(a))) " " (self::who(cx, a)) " " (a.words) " " (Link::new("去看", ALARMS_AT)) })
        .collect();
    if open.is_empty() {
        return Ok(html! {});
    }
    let title = format!("有 {} 条安全报警没有看过", open.len());
    Ok(section("h-alarms", &title, &"", &lines(&open)))
}
