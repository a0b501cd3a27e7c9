//! The list of seals, and the organs' signing keys under it with what to read out by telephone.
//! Not here: one seal (`show`), exporting and changing a key (`keys`).

use super::keys;
use super::seal_store::list_seals;
use super::{KeepSeals, SEALS_AT, SealRow, WHAT_IT_IS};
use crate::kit::Result;
use crate::org::Directory;
use crate::screens::people::DESK_AT;
use crate::ui::frame::{crumbs, heading};
use crate::ui::list::{empty, section};
use crate::ui::note::{State, Tone, note, state};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

pub(super) fn show(cx: &mut Cx<KeepSeals>) -> Result<Reply> {
    let d = cx.state.org.current();
    let seals = list_seals(&cx.state.store.hub()?)?;
    let add = Link::new("登记印章", format!("{SEALS_AT}/new"));
    let content = html! {
        (crumbs(&Link::new("管理", DESK_AT), &[], "印章"))
        (heading("印章", "", &html! { (add.button()) }))
        (note(Tone::Plain, "平台上的印章是什么。", &WHAT_IT_IS))
        (section("h-seals", "印章", &"", &all(&d, &seals)))
        (section("h-keys", "签名钥匙", &"", &keys::all(cx)?))
    };
    Ok(cx.page("印章", &content))
}

fn all(d: &Directory, seals: &[SealRow]) -> Markup {
    if seals.is_empty() {
        return empty(
            "还没有印章。",
            "登记以后，保管人就能在用印环节往签发了的公文上盖。",
            &[],
        );
    }
    let columns = [
        Column::new("名称").spine().phone(Phone::Title),
        Column::new("类别").short().phone(Phone::Inline),
        Column::new("谁的").phone(Phone::Labelled),
        Column::new("保管人").phone(Phone::Labelled),
        Column::new("状态").short().phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = seals
        .iter()
        .map(|s| {
            Row::new(vec![
                html! { (Link::new(&s.name, format!("{SEALS_AT}/{}", s.id))) },
                html! { (s.kind.label()) },
                html! { (s.owner_said(d)) },
                html! { (s.keeper_said(d)) },
                standing(s),
            ])
        })
        .collect();
    ledger("印章", &columns, &rows, "")
}

/// 在用, 样章, 已销毁.
pub(super) fn standing(s: &SealRow) -> Markup {
    match (&s.destroyed, s.sample) {
        (Some(_), _) => state(State::Off, "已销毁"),
        (None, true) => state(State::Waiting, "样章，还没启用"),
        (None, false) => state(State::Ok, "在用"),
    }
}
