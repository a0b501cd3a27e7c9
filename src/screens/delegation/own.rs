//! One's own delegations: who does my tasks while I am away, for whom I stand in, and an end to it.
//! Not here: other people's (`office`).

use super::{DelegateOwn, form};
use crate::kit::{Error, Result, ShelfNo};
use crate::org::Delegation;
use crate::org::standing_store as store;
use crate::screens::people::sheet::{Filled, Sheet, reload, today};
use crate::ui::frame::ME_AT;
use crate::ui::list::{lines, section};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, DELEGATION_AT, DELEGATION_END, Reply};

pub(super) fn show(cx: &mut Cx<DelegateOwn>) -> Result<Reply> {
    draw(cx, &Filled::fresh())
}

pub(super) fn keep(cx: &mut Cx<DelegateOwn>) -> Result<Reply> {
    let (me, day) = (cx.who().person, today(cx));
    let kept = form::wish(cx, me)
        .and_then(|wish| cx.write(ShelfNo::HUB, move |w| store::delegate(w, &wish, (me, day))));
    match kept {
        Ok(_) => {
            reload(cx)?;
            cx.tell("委托已办好。这几天您的待办他也看得见、办得了，您自己也照样能办");
            Ok(Reply::To(DELEGATION_AT.into()))
        }
        Err(why) => draw(cx, &Filled::again(&cx.input, why)?),
    }
}

pub(super) fn end(cx: &mut Cx<DelegateOwn>) -> Result<Reply> {
    let (id, rev) = form::named(cx)?;
    let me = cx.who().person;
    let d = cx.state.org.current();
    // another's is not found: only the director ends it for him
    let own = d.delegation(id).filter(|d| d.person == me);
    own.ok_or(Error::NotFound)?;
    cx.write(ShelfNo::HUB, move |w| store::end(w, (id, rev), me))?;
    reload(cx)?;
    cx.tell("委托已结束，待办又只到您这里了");
    Ok(Reply::To(DELEGATION_AT.into()))
}

fn draw(cx: &Cx<DelegateOwn>, filled: &Filled<'_>) -> Result<Reply> {
    let me = cx.who().person;
    let d = cx.state.org.current();
    let mine: Vec<&Delegation> = d.delegations().iter().filter(|d| d.person == me).collect();
    let lead = html! {
        (standing_in(cx))
        @if !mine.is_empty() { (section("h-mine", "我的委托", &"", &form::list(cx, &mine, DELEGATION_END)?)) }
        h2 { "委托别人代办" }
        p { "出差、休假的时候，把待办交给别人代办。他办的每一步，台账和意见都写明是代您办的；您自己登录也照样能办。" }
    };
    Sheet {
        title: "委托",
        small: &cx.who().name,
        back: Link::new("我的", ME_AT),
        lead,
        action: DELEGATION_AT,
        rev: None,
        fields: form::fields(cx, filled, Some(me)),
        press: "开始委托",
    }
    .reply(cx, filled)
}

/// For whom I stand in today.
fn standing_in(cx: &Cx<DelegateOwn>) -> Markup {
    let d = cx.state.org.current();
    let all: Vec<Markup> = d
        .stands_in(cx.who().person)
        .iter()
        .filter_map(|s| Some((s, d.delegation(s.delegation)?)))
        .map(|(s, one)| {
            let post = s.post.map(|p| format!("（{}的B岗）", d.post_title(p)));
            html! {
                b { (d.person_name(s.absent)) } (post.unwrap_or_default())
                " " (one.span_words()) "，" (one.reason)
            }
        })
        .collect();
    match all.is_empty() {
        true => html! {},
        false => section("h-for", "我正在代办", &"", &lines(&all)),
    }
}
