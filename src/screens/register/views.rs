//! Usual ways of looking (常用查法): by state, those of the office, one's own; and the page where the
//! present one is remembered, and old ones are renamed or forgotten.

use super::wish::{STATES, Wish, states_of, wish};
use super::{KeepViews, page};
use crate::access::{Action, Who};
use crate::engine::procedures::Procedures;
use crate::engine::register::Table;
use crate::inbox::view::{self, Hand, View as Saved};
use crate::kit::{Error, FieldErrors, Result, ShelfNo};
use crate::org::Role;
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::table::{Column, Phone, Row, View, ledger, views};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

/// Whose, in the posted form.
const OFFICE: &str = "office";

/// Under which name a register's views are kept.
fn list_of(table: &Table) -> String {
    format!("register/{}", table.id)
}

fn hand(who: &Who) -> Hand {
    let keeps = [Role::RecordsClerk, Role::OfficeDirector];
    Hand {
        person: who.person,
        keeps_records: keeps.iter().any(|r| who.roles.contains(r)),
    }
}

/// Those of the office and of this person.
pub(super) fn saved<A: Action>(cx: &Cx<A>, table: &Table) -> Result<Vec<Saved>> {
    view::list(&cx.state.store.hub()?, &list_of(table), cx.who().person)
}

/// The row of them above the list; the one that is shown now stands out.
pub(super) fn view_row(
    (procedures, table): (&Procedures, &Table),
    wish: &Wish,
    saved: &[Saved],
) -> Markup {
    let now = wish.remembered();
    let named = saved.iter().any(|v| v.query == now);
    let mut all: Vec<(&str, String, bool)> = Vec::new();
    // one that was asked for by its address is shown all the same
    let asked = STATES.iter().filter(|(_, s)| *s == wish.state);
    let mut states: Vec<(&str, &str)> = states_of(procedures, table).collect();
    states.extend(asked.filter(|a| !states_of(procedures, table).any(|s| s == **a)));
    for (label, state) in states {
        let query = wish.query_with(&[("state", state)]);
        let current = !named && state == wish.state;
        all.push((label, format!("/register/{}?{query}", table.id), current));
    }
    for v in saved {
        let href = format!("/register/{}?{}", table.id, v.query);
        all.push((&v.name, href, v.query == now));
    }
    let shown: Vec<View<'_>> = all
        .iter()
        .map(|(label, href, current)| View {
            label,
            href,
            count: None,
            current: *current,
        })
        .collect();
    let save = format!("/register/{}/views?{}", table.id, wish.query());
    views(&shown, Some(&save))
}

/// GET: the present way of looking to be named, and the old ones.
pub(super) fn show(cx: &mut Cx<KeepViews>) -> Result<Reply> {
    draw(cx, &FieldErrors::default()).map(Reply::Page)
}

/// POST: remembers the present one.
pub(super) fn add(cx: &mut Cx<KeepViews>) -> Result<Reply> {
    let (table, wish, hand) = asked(cx)?;
    let view = Saved {
        id: 0,
        rev: 0,
        list: list_of(&table),
        owner: (cx.form("whose") != OFFICE).then_some(hand.person),
        name: cx.form("name").to_owned(),
        query: wish.remembered(),
        by: cx.who().name.clone(),
    };
    let at = view.list.clone();
    let done = cx.write_on(ShelfNo::HUB, at, move |w| view::add(w, hand, view));
    let back = format!("/register/{}?{}", table.id, wish.query());
    answer(cx, done.map(drop), ("查法已记下，以后点一下就是", &back))
}

/// POST: calls one otherwise.
pub(super) fn rename(cx: &mut Cx<KeepViews>) -> Result<Reply> {
    let (table, wish, hand) = asked(cx)?;
    let (which, name) = (which(cx)?, cx.form("name").to_owned());
    let at = list_of(&table);
    let done = cx.write_on(ShelfNo::HUB, at, move |w| {
        view::rename(w, hand, which, &name)
    });
    let back = format!("/register/{}/views?{}", table.id, wish.query());
    answer(cx, done.map(drop), ("名字已改好", &back))
}

/// POST: forgets one.
pub(super) fn take(cx: &mut Cx<KeepViews>) -> Result<Reply> {
    let (table, wish, hand) = asked(cx)?;
    let which = which(cx)?;
    let at = list_of(&table);
    let done = cx.write_on(ShelfNo::HUB, at, move |w| view::take(w, hand, which));
    let back = format!("/register/{}/views?{}", table.id, wish.query());
    answer(cx, done.map(drop), ("这个查法已删掉，件都还在", &back))
}

fn asked(cx: &Cx<KeepViews>) -> Result<(Table, Wish, Hand)> {
    let table = page::find(cx)?;
    let wish = wish(cx, &table);
    Ok((table, wish, hand(cx.who())))
}

fn which(cx: &Cx<KeepViews>) -> Result<(i64, i64)> {
    Ok((cx.path("id")?, cx.form("rev").parse().unwrap_or(0)))
}

fn answer(cx: &mut Cx<KeepViews>, done: Result<()>, (said, to): (&str, &str)) -> Result<Reply> {
    match done {
        Ok(()) => {
            cx.tell(said);
            Ok(Reply::To(to.to_owned()))
        }
        Err(Error::Invalid(errors)) => draw(cx, &errors).map(Reply::Wrong),
        Err(e) => Err(e),
    }
}

fn draw(cx: &Cx<KeepViews>, errors: &FieldErrors) -> Result<Markup> {
    let (table, wish, hand) = asked(cx)?;
    let query = wish.query();
    let back = Link::new(
        format!("返回{}", table.name),
        format!("/register/{}?{query}", table.id),
    );
    let title = format!("{}的常用查法", table.name);
    let action = format!("/register/{}/views?{query}", table.id);
    let whose = vec![
        Choice::new("me", "只给我自己"),
        Choice::new(OFFICE, "全单位共用"),
    ];
    let named = saved(cx, &table)?;
    let content = html! {
        (crumbs(&back, &[], "常用查法"))
        (heading(&title, "", &html! {}))
        (form::errors(errors))
        form method="post" action=(action) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            p { "现在的查法：" (said(&table, &wish)) }
            (form::text("name", "起个名字").line().value(cx.form("name")).hint("例如：急件没办完").check(errors))
            @if hand.keeps_records {
                @let typed = cx.form("whose");
                (form::radios("whose", "给谁用", whose).value(if typed.is_empty() { "me" } else { typed }))
            }
            p.acts { button.btn.key type="submit" { "记下这个查法" } }
        }
        @if !named.is_empty() { (kept(cx, (&table, &query), (&named, hand))?) }
    };
    Ok(cx.draw(&Page::new(&title).wrong(errors), &content))
}

/// The present way of looking in words.
fn said(table: &Table, wish: &Wish) -> String {
    let mut all = Vec::new();
    if wish.year == 0 {
        all.push("全部年份".to_owned());
    }
    let state = STATES
        .iter()
        .find(|(_, s)| *s == wish.state && !s.is_empty());
    all.extend(state.map(|(label, _)| (*label).to_owned()));
    if !wish.words.is_empty() {
        all.push(format!("有“{}”", wish.words));
    }
    for c in &table.columns {
        let of = |name: String| wish.said(&name).to_owned();
        let (from, to) = super::wish::ends_of(&c.id);
        let (is, from, to) = (of(super::wish::name_of(&c.id)), of(from), of(to));
        if !is.is_empty() {
            all.push(format!("{}：{is}", c.label));
        }
        if !from.is_empty() || !to.is_empty() {
            all.push(format!("{}：{from} 至 {to}", c.label));
        }
    }
    use crate::engine::register_sql::Sort;
    let by = |id: &str| {
        let c = table.columns.iter().find(|c| c.id == id);
        c.map_or(String::new(), |c| c.label.clone())
    };
    match &wish.sort {
        Sort::Newest => {}
        Sort::Up(id) => all.push(format!("按{}从小到大", by(id))),
        Sort::Down(id) => all.push(format!("按{}从大到小", by(id))),
    }
    if !wish.columns.is_empty() {
        all.push(format!("显示 {} 栏", wish.columns.len()));
    }
    if all.is_empty() {
        return "没有条件，全部栏，新的在前".to_owned();
    }
    all.join("；")
}

fn kept(
    cx: &Cx<KeepViews>,
    (table, query): (&Table, &str),
    (all, hand): (&[Saved], Hand),
) -> Result<Markup> {
    let columns = [
        Column::new("名字").phone(Phone::Title),
        Column::new("给谁用"),
        Column::new("改名").phone(Phone::Labelled),
        Column::new("要办的"),
    ];
    let mut rows = Vec::new();
    for v in all {
        let at = format!("/register/{}/views/{}", table.id, v.id);
        let mine = v.owner.is_some() || hand.keeps_records;
        let whose = match v.owner {
            Some(_) => "我自己".to_owned(),
            None => format!("全单位（{}记的）", v.by),
        };
        let open = format!("/register/{}?{}", table.id, v.query);
        let rev = v.rev.to_string();
        let (name, take) = if mine {
            (
                html! {
                    form.inl method="post" action=(format!("{at}/name?{query}")) {
                        (form::token(cx.csrf())) (form::hidden(form::OP, &cx.new_op()?)) (form::hidden("rev", &rev))
                        input name="name" value=(v.name) aria-label=(format!("{}改名为", v.name));
                        " " button.btn.small type="submit" { "改名" }
                    }
                },
                html! {
                    form.inl method="post" action=(format!("{at}/take?{query}")) {
                        (form::token(cx.csrf())) (form::hidden(form::OP, &cx.new_op()?)) (form::hidden("rev", &rev))
                        button.btn.small type="submit" { "删掉" }
                    }
                },
            )
        } else {
            (html! {}, html! {})
        };
        rows.push(Row::new(vec![
            html! { a href=(open) { (v.name) } },
            html! { (whose) },
            name,
            take,
        ]));
    }
    Ok(
        html! { section { h2.band { span { "已经记下的" } } (ledger("已经记下的查法", &columns, &rows, "")) } },
    )
}
