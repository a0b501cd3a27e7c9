//! The versions the office published: who, when, why, what changed; one of them opened, and published anew.

use super::{AT, PublishProcedure, SeeProcedures, at, may_change, may_look, read};
use crate::access::{Action, policy};
use crate::engine::definition::Procedure;
use crate::engine::definition::difference::differences;
use crate::engine::procedures::Published;
use crate::engine::workshop::Version;
use crate::kit::{Error, Result};
use crate::ui::frame::{crumbs, heading};
use crate::ui::list::{empty, lines, section};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, form, html};
use crate::web::{Cx, Reply};

/// Versions whose changes are worked out on one page.
const SHOWN: usize = 30;

/// All of them, newest first, each with what it changed.
pub(super) fn list(cx: &Cx<SeeProcedures>, p: &Published) -> Result<Markup> {
    let id = &p.procedure.id;
    let all = cx.state.engine.versions(&cx.state.store, id)?;
    if all.is_empty() {
        return Ok(empty("还没有改过。", "现在用的是随程序带来的版本。", &[]));
    }
    let columns = [
        Column::new("版本").short().phone(Phone::Title),
        Column::new("谁，什么时候").phone(Phone::Labelled),
        Column::new("为什么").phone(Phone::Labelled),
        Column::new("改了什么").spine().phone(Phone::Labelled),
    ];
    let shown = cx.state.engine.procedures.shipped_of(id);
    let mut rows = Vec::new();
    for (i, v) in all.iter().enumerate().take(SHOWN) {
        let before = match all.get(i + 1) {
            Some(older) => Some(read(&older.text)?),
            None => shown.map(|s| Procedure::clone(&s.procedure)),
        };
        let said = before.map_or_else(
            || vec!["第一次发布".to_owned()],
            |b| read(&v.text).map_or_else(|_| Vec::new(), |now| differences(&b, &now)),
        );
        rows.push(Row::new(vec![
            html! { (Link::new(format!("第 {} 版", v.n), format!("{}/version/{}", at(id), v.n))) },
            html! { (v.name) " " (cx.zone().short_time(v.at, cx.at)) },
            html! { (v.note) },
            html! {
                @if v.follows { "改回随程序带来的版本" }
                @else if said.is_empty() { "没有改动" }
                @else { (said.join("；")) }
            },
        ]));
    }
    Ok(ledger("版本", &columns, &rows, ""))
}

fn find<A: Action>(cx: &Cx<A>) -> Result<(String, Version)> {
    let id: String = cx.path("procedure")?;
    may_look(cx, &id)?;
    let n: i64 = cx.path("id")?;
    let all = cx.state.engine.versions(&cx.state.store, &id)?;
    let found = all.into_iter().find(|v| v.n == n);
    Ok((id, found.ok_or(Error::NotFound)?))
}

/// One version: what going back to it would change.
pub(super) fn show(cx: &mut Cx<SeeProcedures>) -> Result<Reply> {
    let (id, version) = find(cx)?;
    let old = read(&version.text)?;
    let now = cx.state.engine.procedures.current(&id)?;
    let said = differences(&now.procedure, &old);
    let title = format!("{} 第 {} 版", old.name, version.n);
    let when = cx.zone().short_time(version.at, cx.at);
    let changes =
        may_change(cx, &id).is_ok() && policy::may::<PublishProcedure>(cx.who(), cx.peer());
    let back = html! {
        @if said.is_empty() { p { "现在用的就是这一版。" } }
        @else {
            (lines(&said.iter().map(|s| html! { (s) }).collect::<Vec<_>>()))
            @if changes {
                form method="post" action={ (at(&id)) "/version/" (version.n) } {
                    (form::tokens(cx.csrf(), &cx.new_op()?))
                    p.acts { button.btn.key type="submit" { "改回第 " (version.n) " 版" } }
                }
            }
        }
    };
    let content = html! {
        (crumbs(&Link::new(&now.procedure.name, at(&id)), &[Link::new("事项管理", AT)], &title))
        (heading(&title, &format!("{} {when} 发布：{}", version.name, version.note), &html! {}))
        (section("h-steps", "环节", &"", &super::show::steps(&old)))
        (section("h-back", "改回这一版，会有这些变化", &"", &back))
    };
    Ok(cx.page(&title, &content))
}

/// Publishes an older version anew.
pub(super) fn again(cx: &mut Cx<PublishProcedure>) -> Result<Reply> {
    let (id, version) = find(cx)?;
    let maker = may_change(cx, &id)?;
    let note = format!("改回第 {} 版", version.n);
    let stamp = cx.permit.stamp_on(&id);
    let wish = (id.as_str(), version.text.as_str(), note.as_str());
    let engine = &cx.state.engine;
    engine.publish_text(&cx.state.store, stamp, &maker, wish)?;
    cx.tell(&format!("已{note}，从现在起新发起的都照它办，在办的不变"));
    Ok(Reply::To(at(&id)))
}
