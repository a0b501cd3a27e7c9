//! 管理: where administrators begin. It lists what the menu offers them here, and warns as long as one
//! person holds more than one administrator's role (issue: a standing warning, or three people).
//! Not for doing anything.

use super::{DESK_AT, SeeDesk};
use crate::access::{AdminRole, State};
use crate::kit::{PersonId, Result};
use crate::store::backup::{self, Level};
use crate::ui::frame::heading;
use crate::ui::list::{empty, facts, line, lines, section};
use crate::ui::note::{self, Tone, note};
use crate::ui::{Link, Markup, html};
use crate::web::{BACKUP_AT, Cx, Reply, State as Server};

pub(super) fn show(cx: &mut Cx<SeeDesk>) -> Result<Reply> {
    let menu = cx.frame().menu;
    let here = menu.into_iter().find(|m| m.href == DESK_AT);
    let mut stretches: Vec<(String, Vec<Markup>)> = Vec::new();
    for m in here.into_iter().flat_map(|m| m.children) {
        if !m.heading.is_empty() || stretches.is_empty() {
            stretches.push((m.heading, Vec::new()));
        }
        if let Some((_, all)) = stretches.last_mut() {
            all.push(line(&Link::new(m.label, m.href), ""));
        }
    }
    let content = html! {
        (heading("管理", "", &html! {}))
        (warning(&cx.state))
        (backups(&cx.state)?)
        @if !stretches.is_empty() {
            div.stretches {
                @for (n, (name, all)) in stretches.iter().enumerate() { (section(&format!("stretch{n}"), name, &"", &lines(all))) }
            }
        }
        @if stretches.is_empty() || !at_the_server(cx) { (nothing(cx)) }
        (section("roles", "三个管理角色", &"", &holders(&cx.state)))
    };
    Ok(cx.page("管理", &content))
}

/// 上次备份 今天 12:00 已验证.
fn backups(server: &Server) -> Result<Markup> {
    let status = backup::status(&server.store)?;
    let wrong = backup::alarms(&server.store);
    let stands = match wrong.first() {
        None if status.last_good.is_none() => note::State::Warn,
        None => note::State::Ok,
        Some(a) if a.0 == Level::Warn => note::State::Warn,
        Some(_) => note::State::Bad,
    };
    Ok(
        html! { p { (note::state(stands, &status.words)) @if !wrong.is_empty() { "　" (Link::new("看备份", BACKUP_AT)) } } },
    )
}

fn at_the_server(cx: &Cx<SeeDesk>) -> bool {
    cx.peer().https || cx.peer().at_server()
}

fn nothing(cx: &Cx<SeeDesk>) -> Markup {
    if at_the_server(cx) {
        return empty(
            "这里没有您要办的。",
            "您的管理角色在查询和审计里使用。",
            &[],
        );
    }
    let next = "人员、账号和安全的事，请到服务器那台电脑上打开砚台办理。";
    empty("别的管理事项，这台电脑上不能办。", next, &[])
}

fn holders(server: &Server) -> Markup {
    let d = server.org.current();
    let rows: Vec<(&str, String)> = AdminRole::ALL
        .into_iter()
        .map(|role| {
            let names: Vec<String> = with(server, role).iter().map(|p| d.title_of(*p)).collect();
            let said = if names.is_empty() {
                "还没有人".to_owned()
            } else {
                names.join("、")
            };
            (role.label(), said)
        })
        .collect();
    facts("三个管理角色由谁担任", &rows)
}

/// Who holds an administrator's role and may enter.
pub fn with(server: &Server, role: AdminRole) -> Vec<PersonId> {
    let all = server.access.accounts().into_iter();
    let directory = server.org.current();
    all.filter(|a| a.state != State::Disabled && a.admin.contains(&role))
        .filter(|a| directory.is_here(a.person))
        .map(|a| a.person)
        .collect()
}

/// Whether all three roles are held, and nobody holds two.
pub fn is_separated(server: &Server) -> bool {
    let by_role = AdminRole::ALL.map(|role| with(server, role));
    let mut all: Vec<PersonId> = by_role.iter().flatten().copied().collect();
    let held = all.len();
    all.sort_unstable();
    all.dedup();
    all.len() == held && by_role.iter().all(|people| !people.is_empty())
}

/// The standing warning, as long as one may both set up and grant, or nobody audits.
pub(super) fn warning(server: &Server) -> Markup {
    if is_separated(server) {
        return html! {};
    }
    note(
        Tone::Plain,
        "三个管理角色还没有分开。",
        &"请安全管理员在“人员”里把系统管理员、安全管理员、审计员分给三个人，互相监督。",
    )
}
