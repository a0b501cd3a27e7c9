//! 发起事项: what this person may start, in groups, found by characters and first letters; narrowed while it is typed
//! where there is a script. Not here: starting it (`case::start`), and the route (`todo`).

use crate::access::{Allowed, Place, action};
use crate::engine::people::{self, InOrgan};
use crate::kit::{Result, found_by, phrase_keys};
use crate::ui::form;
use crate::ui::frame::heading;
use crate::ui::list::{empty, lines, section};
use crate::ui::table::{Filter, filters};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

action!(pub SeeStarts, "start.list", "看可发起的事项", Allowed::SignedIn, Place::Anywhere);

/// GET `/start?q=`: in groups; what is typed finds by characters and by first letters (qj for 请假).
pub(super) fn show(cx: &mut Cx<SeeStarts>) -> Result<Reply> {
    let typed = cx.query("q").trim().to_owned();
    let directory = cx.state.org.current();
    let viewer = people::viewer(&directory, cx.who().person);
    let people = InOrgan {
        directory: &directory,
        organ: cx.who().organ,
    };
    let mut groups: Vec<(String, Vec<(i64, Markup)>)> = Vec::new();
    let mut hidden = 0;
    for published in cx.state.engine.procedures.all().iter() {
        if published.standing.off || !published.is_for(&viewer) {
            continue;
        }
        let p = &published.procedure;
        let letters = [&p.name, &p.start.label].map(|n| (n, phrase_keys(n)));
        if !letters.iter().any(|(n, keys)| found_by(&typed, n, keys)) {
            hidden += 1;
            continue;
        }
        let keys = letters
            .iter()
            .map(|(n, k)| format!("{n} {} {}", k.full.replace(' ', ""), k.initials));
        let keys = keys.collect::<Vec<_>>().join(" ");
        let line = html! {
            span data-keys=(keys) hidden {}
            @if published.may_start(&viewer) { a href=(format!("/start/{}", p.id)) { (p.start.label) } span.when { (p.name) } }
            @else { (p.name) span.when { "由" (published.starters(&people)) "发起" } }
        };
        let line = (published.standing.sort, line);
        match groups.iter_mut().find(|(g, _)| g == published.heading()) {
            Some((_, all)) => all.push(line),
            None => groups.push((published.heading().to_owned(), vec![line])),
        }
    }
    let groups = groups.into_iter().map(|(group, mut all)| {
        all.sort_by_key(|(sort, _)| *sort);
        let all: Vec<Markup> = all.into_iter().map(|(_, line)| line).collect();
        (group, all)
    });
    let groups: Vec<(String, Vec<Markup>)> = groups.collect();
    let content = html! {
        (heading("发起事项", "", &html! {}))
        (filters("/start", &[Filter::One(form::text("q", "找事项").value(&typed).hint("名称里的字，或者拼音首字母，例如 qj"))], &[]))
        @if hidden > 0 { p.quiet { "另有 " (hidden) " 个事项没有列出。" a href="/start" { "全部列出" } } }
        @if groups.is_empty() { (empty("没有找到这样的事项。", "换个说法再找，或者看全部。", &[Link::new("看全部事项", "/start")])) }
        p.quiet data-found hidden {}
        div.cols data-finds="q" {
            @for (i, (group, all)) in groups.iter().enumerate() {
                (section(&format!("h-g{i}"), group, &"", &lines(all)))
            }
        }
    };
    Ok(cx.page("发起事项", &content))
}
