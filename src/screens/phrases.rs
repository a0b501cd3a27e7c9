//! 常用语 on one's own page: the list with a way to add and to take away. Where they are offered while
//! writing is the case's page. Not for rules about phrases (`inbox::phrase`).

use super::me;
use crate::access::{Action, Allowed, Place, action};
use crate::inbox::phrase;
use crate::kit::{Error, FieldErrors, Result, ShelfNo};
use crate::ui::frame::ME_AT;
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Markup, form, html};
use crate::web::{Cx, Reply};

/// Where one is added.
pub(super) const AT: &str = "/me/phrases";
/// Where one is taken away.
pub(super) const TAKE: &str = "/me/phrases/take";

action!(pub KeepPhrases, "me.phrase", "修改我的常用语", Allowed::SignedIn, Place::Anywhere);

/// The part of one's own page.
pub(super) fn part<A: Action>(cx: &Cx<A>, errors: &FieldErrors) -> Result<Markup> {
    let all = phrase::list(&cx.state.store.hub()?, cx.who().person)?;
    let columns = [
        Column::new("常用语").phone(Phone::Title),
        Column::new("要办的"),
    ];
    let mut rows = Vec::new();
    for p in &all {
        rows.push(Row::new(vec![html! { (p) }, take_button(cx, p)?]));
    }
    Ok(html! {
        (ledger("我的常用语", &columns, &rows, ""))
        form method="post" action=(AT) {
            (form::token(cx.csrf()))
            (form::hidden(form::OP, &cx.new_op()?))
            (form::text("phrase", "再加一句").value(cx.form("phrase"))
                .hint("写意见时点一下就写上；全删光了就恢复原来的四句").check(errors))
            p.acts { button.btn type="submit" { "加上这一句" } }
        }
    })
}

fn take_button<A: Action>(cx: &Cx<A>, phrase: &str) -> Result<Markup> {
    Ok(html! {
        form.inl method="post" action=(TAKE) {
            (form::token(cx.csrf()))
            (form::hidden(form::OP, &cx.new_op()?))
            (form::hidden("phrase", phrase))
            button.btn.small type="submit" { "删掉" }
        }
    })
}

pub(super) fn show(_: &mut Cx<KeepPhrases>) -> Result<Reply> {
    Ok(Reply::To(ME_AT.into()))
}

pub(super) fn add(cx: &mut Cx<KeepPhrases>) -> Result<Reply> {
    let person = cx.who().person;
    let typed = cx.form("phrase").to_owned();
    match cx.write(ShelfNo::HUB, move |w| phrase::add(w, person, &typed)) {
        Ok(_) => {
            cx.tell("常用语已加上");
            Ok(Reply::To(ME_AT.into()))
        }
        Err(Error::Invalid(errors)) => Ok(Reply::Wrong(me::draw(cx, &errors)?)),
        Err(e) => Err(e),
    }
}

pub(super) fn take(cx: &mut Cx<KeepPhrases>) -> Result<Reply> {
    let person = cx.who().person;
    let gone = cx.form("phrase").to_owned();
    cx.write(ShelfNo::HUB, move |w| phrase::take(w, person, &gone))?;
    cx.tell("常用语已删掉");
    Ok(Reply::To(ME_AT.into()))
}
