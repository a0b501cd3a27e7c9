//! Who holds which post: one more, from one to another, leaving one, which is the main one.
//! Every change counts as a change of the person, so it carries the person's state number.

use super::person::{back, done, find};
use super::roster::at;
use super::sheet::{self, Filled, Sheet};
use super::{EditPeople, seats};
use crate::kit::{Error, PostId, Result, ShelfNo};
use crate::org::edit::{self, Hold, Move};
use crate::org::{Seen, Weight};
use crate::ui::form::{self, Choice};
use crate::ui::html;
use crate::web::{Cx, Reply};

fn must_choose(cx: &Cx<EditPeople>, name: &str) -> Result<PostId> {
    let post = sheet::chosen(cx, name)?;
    post.ok_or_else(|| Error::invalid(name, "请选一个岗位"))
}

pub(super) fn holding(cx: &mut Cx<EditPeople>) -> Result<Reply> {
    draw_holding(cx, &Filled::fresh())
}

pub(super) fn hold(cx: &mut Cx<EditPeople>) -> Result<Reply> {
    let person = find(cx)?;
    let seen = Seen::new(person.id, sheet::rev(cx));
    let saved = hold_typed(cx).and_then(|hold| {
        cx.write(ShelfNo::HUB, move |w| edit::hold_post(w, seen, hold))
            .map(drop)
    });
    match saved {
        Ok(()) => done(cx, at(person.id), "岗位已加上，他要重新登录才有新的权限"),
        Err(why) => draw_holding(cx, &Filled::again(&cx.input, why)?),
    }
}

fn hold_typed(cx: &Cx<EditPeople>) -> Result<Hold> {
    Ok(Hold {
        post: must_choose(cx, "post")?,
        weight: if cx.form("weight") == "main" {
            Weight::Main
        } else {
            Weight::Side
        },
        from: sheet::day(cx, "from")?,
    })
}

fn draw_holding(cx: &Cx<EditPeople>, filled: &Filled<'_>) -> Result<Reply> {
    let d = cx.state.org.current();
    let person = find(cx)?;
    let weights = vec![Choice::new("side", "兼任"), Choice::new("main", "主岗")];
    let fields = html! {
        (filled.put(form::select("post", "岗位", seats::all(&d)).need(), "post", ""))
        (filled.put(form::radios("weight", "主岗还是兼任", weights), "weight", "side"))
        (filled.put(form::date("from", "从哪天起").need(), "from", &sheet::today(cx).to_string()))
    };
    Sheet {
        title: "加一个岗位",
        small: &person.name,
        back: back(&person),
        lead: html! {},
        action: &format!("{}/hold", at(person.id)),
        rev: Some(person.rev),
        fields,
        press: "加上这个岗位",
    }
    .reply(cx, filled)
}

pub(super) fn moving(cx: &mut Cx<EditPeople>) -> Result<Reply> {
    draw_moving(cx, &Filled::fresh())
}

pub(super) fn shift(cx: &mut Cx<EditPeople>) -> Result<Reply> {
    let person = find(cx)?;
    let seen = Seen::new(person.id, sheet::rev(cx));
    let saved = move_typed(cx).and_then(|step| {
        cx.write(ShelfNo::HUB, move |w| edit::move_person(w, seen, step))
            .map(drop)
    });
    match saved {
        Ok(()) => done(
            cx,
            at(person.id),
            "调动已办好。交给原岗位的件留在原岗位，由接任的人办",
        ),
        Err(why) => draw_moving(cx, &Filled::again(&cx.input, why)?),
    }
}

fn move_typed(cx: &Cx<EditPeople>) -> Result<Move> {
    Ok(Move {
        from: must_choose(cx, "from_post")?,
        to: must_choose(cx, "post")?,
        first_day: sheet::day(cx, "first_day")?,
    })
}

fn draw_moving(cx: &Cx<EditPeople>, filled: &Filled<'_>) -> Result<Reply> {
    let d = cx.state.org.current();
    let person = find(cx)?;
    let today = sheet::today(cx).to_string();
    let held = seats::held(&d, person.id);
    let first = held.first().map(|c| c.value.clone()).unwrap_or_default();
    let fields = html! {
        (filled.put(form::radios("from_post", "从哪个岗位", held), "from_post", &first))
        (filled.put(form::select("post", "调到哪个岗位", seats::all(&d)).need(), "post", ""))
        (filled.put(
            form::date("first_day", "到任日期").need().hint("原岗位到前一天为止"),
            "first_day",
            &today,
        ))
    };
    Sheet {
        title: "调动",
        small: &person.name,
        back: back(&person),
        lead: html! {},
        action: &format!("{}/move", at(person.id)),
        rev: Some(person.rev),
        fields,
        press: "办理调动",
    }
    .reply(cx, filled)
}

pub(super) fn leaving(cx: &mut Cx<EditPeople>) -> Result<Reply> {
    draw_leaving(cx, &Filled::fresh())
}

pub(super) fn leave(cx: &mut Cx<EditPeople>) -> Result<Reply> {
    let person = find(cx)?;
    let seen = Seen::new(person.id, sheet::rev(cx));
    let typed = must_choose(cx, "post").and_then(|p| Ok((p, sheet::day(cx, "last_day")?)));
    let saved = typed.and_then(|(post, last)| {
        cx.write(ShelfNo::HUB, move |w| edit::leave_post(w, seen, post, last))
            .map(drop)
    });
    match saved {
        Ok(()) => done(cx, at(person.id), "离开岗位已办好"),
        Err(why) => draw_leaving(cx, &Filled::again(&cx.input, why)?),
    }
}

fn draw_leaving(cx: &Cx<EditPeople>, filled: &Filled<'_>) -> Result<Reply> {
    let d = cx.state.org.current();
    let person = find(cx)?;
    let held = seats::held(&d, person.id);
    let today = sheet::today(cx).to_string();
    let fields = html! {
        (filled.put(form::radios("post", "离开哪个岗位", held).need(), "post", cx.query("post")))
        (filled.put(form::date("last_day", "最后一天").need(), "last_day", &today))
    };
    Sheet {
        title: "离开岗位",
        small: &person.name,
        back: back(&person),
        lead: html! {},
        action: &format!("{}/leave", at(person.id)),
        rev: Some(person.rev),
        fields,
        press: "办理离开岗位",
    }
    .reply(cx, filled)
}

pub(super) fn make_main(cx: &mut Cx<EditPeople>) -> Result<Reply> {
    let person = find(cx)?;
    let seen = Seen::new(person.id, sheet::rev(cx));
    let post = must_choose(cx, "post")?;
    cx.write(ShelfNo::HUB, move |w| edit::set_main_post(w, seen, post))?;
    done(cx, at(person.id), "主岗已换好")
}
