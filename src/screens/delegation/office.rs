//! Everybody's delegations, as the office director sees them; one set for somebody who is away already; the
//! deputies (AB岗) of the posts. Not here: one's own page (`own`).

use super::{DEPUTIES_AT, DelegateOffice, OFFICE_AT, OFFICE_END, OFFICE_NEW, SetDeputies, form};
use crate::kit::{Error, PersonId, PostId, Result, ShelfNo};
use crate::org::standing_store as store;
use crate::org::{Delegation, Directory};
use crate::screens::people::sheet::{Filled, Sheet, chosen, reload, today};
use crate::ui::frame::heading;
use crate::ui::list::{empty, section};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

/// Delegations that are over are listed for so many days.
const PAST_DAYS: i64 = 180;

pub(super) fn show(cx: &mut Cx<DelegateOffice>) -> Result<Reply> {
    let d = cx.state.org.current();
    let day = today(cx);
    let all = || {
        d.delegations()
            .iter()
            .filter(|o| in_organ(&d, cx, o.person))
    };
    let live: Vec<&Delegation> = all().filter(|o| o.is_ahead(day)).collect();
    let past = all().filter(|o| !o.is_ahead(day) && o.last.plus_days(PAST_DAYS) >= day);
    let past: Vec<&Delegation> = past.collect();
    let set = Link::new("替不在的人办委托", OFFICE_NEW).button();
    let content = html! {
        (heading("委托和AB岗", "谁不在，他的待办由谁代办", &set))
        @if live.is_empty() {
            (empty("现在没有委托", "有人出差、休假，可以自己在“我的”里委托，也可以由您替他办。", &[]))
        }
        @let own = form::by_itself(&cx.state.engine.procedures);
        @if !own.is_empty() {
            p { "不用另办委托的：" (own.join("；")) "。过了最后一天，或者提前回来销假，自己结束。" }
        } @else {
            (section("h-live", "正在代办和就要开始的", &"", &form::list(cx, &live, OFFICE_END)?))
        }
        (section("h-ab", "AB岗", &html! { i { "A岗委托、请假的日子里没有指定代办人的，由B岗代办" } }, &posts(&d, cx)))
        @if !past.is_empty() {
            (section("h-past", "已经结束的", &html! { i { "半年以内" } }, &form::list(cx, &past, OFFICE_END)?))
        }
    };
    Ok(cx.page("委托和AB岗", &content))
}

fn in_organ(d: &Directory, cx: &Cx<DelegateOffice>, person: PersonId) -> bool {
    d.dept_of(person)
        .is_none_or(|dept| dept.organ == cx.who().organ)
}

fn posts(d: &Directory, cx: &Cx<DelegateOffice>) -> Markup {
    let columns = [
        Column::new("岗位").phone(Phone::Title),
        Column::new("A岗").phone(Phone::Labelled),
        Column::new("B岗").spine().phone(Phone::Labelled),
        Column::new("要办的"),
    ];
    let depts = d.depts_of(cx.who().organ);
    let posts = depts.flat_map(|dept| d.posts_in(dept.id));
    let rows: Vec<Row> = posts
        .filter(|p| d.is_filled(p.id))
        .map(|p| {
            let held: Vec<&str> = d.holders_of(p.id).map(|p| p.name.as_str()).collect();
            let deputies = form::deputies(d, std::iter::once(p.id));
            Row::new(vec![
                html! { (d.post_title(p.id)) },
                html! { (held.join("、")) },
                html! { (deputies) },
                html! { a href=(format!("{DEPUTIES_AT}?post={}", p.id)) { "安排B岗" } },
            ])
        })
        .collect();
    ledger("AB岗", &columns, &rows, "")
}

pub(super) fn fresh(cx: &mut Cx<DelegateOffice>) -> Result<Reply> {
    draw(cx, &Filled::fresh())
}

pub(super) fn keep(cx: &mut Cx<DelegateOffice>) -> Result<Reply> {
    let (me, day) = (cx.who().person, today(cx));
    let d = cx.state.org.current();
    let whose = chosen(cx, "person").and_then(|p| {
        let p = p.map(PersonId);
        let p = p.filter(|p| d.is_here(*p) && in_organ(&d, cx, *p));
        p.ok_or_else(|| Error::invalid("person", "请选谁不在"))
    });
    let kept = whose
        .and_then(|whose| form::wish(cx, whose))
        .and_then(|wish| cx.write(ShelfNo::HUB, move |w| store::delegate(w, &wish, (me, day))));
    match kept {
        Ok(_) => {
            reload(cx)?;
            cx.tell("委托已办好，代办的人待办里已经看得见");
            Ok(Reply::To(OFFICE_AT.into()))
        }
        Err(why) => draw(cx, &Filled::again(&cx.input, why)?),
    }
}

fn draw(cx: &Cx<DelegateOffice>, filled: &Filled<'_>) -> Result<Reply> {
    let d = cx.state.org.current();
    Sheet {
        title: "替不在的人办委托",
        small: "",
        back: Link::new("委托和AB岗", OFFICE_AT),
        lead: html! { p { "本人已经走了、来不及自己委托的，由办公室主任替他办。本人一登录就看得见，也能自己结束。" } },
        action: OFFICE_NEW,
        rev: None,
        fields: html! {
            (form::picker(&d, ("person", "谁不在"), filled, None))
            (form::fields(cx, filled, None))
        },
        press: "开始委托",
    }
    .reply(cx, filled)
}

pub(super) fn end(cx: &mut Cx<DelegateOffice>) -> Result<Reply> {
    let (id, rev) = form::named(cx)?;
    let me = cx.who().person;
    let d = cx.state.org.current();
    let found = d.delegation(id).filter(|o| in_organ(&d, cx, o.person));
    let name = d.person_name(found.ok_or(Error::NotFound)?.person);
    cx.write(ShelfNo::HUB, move |w| store::end(w, (id, rev), me))?;
    reload(cx)?;
    cx.tell(&format!("委托已结束，{name}的待办又只到他自己那里了"));
    Ok(Reply::To(OFFICE_AT.into()))
}

pub(super) fn deputies(cx: &mut Cx<SetDeputies>) -> Result<Reply> {
    let post = post(cx, cx.query("post"))?;
    draw_deputies(cx, post, &Filled::fresh())
}

pub(super) fn keep_deputies(cx: &mut Cx<SetDeputies>) -> Result<Reply> {
    let post = post(cx, cx.form("post"))?;
    let d = cx.state.org.current();
    let people = cx.form_all("person").into_iter();
    let people: Vec<PersonId> = people
        .filter_map(|p| p.parse().ok().map(PersonId))
        .filter(|p| d.is_here(*p))
        .collect();
    if let Some(own) = d.holders_of(post).find(|p| people.contains(&p.id)) {
        let why = format!("{}就是A岗，他不在的时候替不了自己，请选别人", own.name);
        let why = Error::invalid("person", why);
        return draw_deputies(cx, post, &Filled::again(&cx.input, why)?);
    }
    cx.write(ShelfNo::HUB, move |w| store::set_deputies(w, post, &people))?;
    reload(cx)?;
    cx.tell(&format!("{}的B岗已经排好", d.post_title(post)));
    Ok(Reply::To(OFFICE_AT.into()))
}

fn post(cx: &Cx<SetDeputies>, typed: &str) -> Result<PostId> {
    let d = cx.state.org.current();
    let post = typed.parse().map(PostId).map_err(|_| Error::NotFound)?;
    let ours = d
        .post(post)
        .and_then(|p| d.dept(p.department))
        .is_some_and(|dept| dept.organ == cx.who().organ);
    (ours && d.is_open_post(post))
        .then_some(post)
        .ok_or(Error::NotFound)
}

fn draw_deputies(cx: &Cx<SetDeputies>, post: PostId, filled: &Filled<'_>) -> Result<Reply> {
    let d = cx.state.org.current();
    let now: Vec<String> = d.deputies_of(post).map(|p| p.to_string()).collect();
    Sheet {
        title: "安排B岗",
        small: &d.post_title(post),
        back: Link::new("委托和AB岗", OFFICE_AT),
        lead: html! { p { "A岗不在的时候，B岗能看到、能办A岗这个岗位的待办，台账写明是代办。一个也不选，就是没有B岗。" } },
        action: DEPUTIES_AT,
        rev: None,
        fields: html! {
            (crate::ui::form::hidden("post", &post.to_string()))
            (form::picker(&d, ("person", "B岗"), filled, None).chosen(filled.ticked("person", now)))
        },
        press: "排好B岗",
    }
    .reply(cx, filled)
}
