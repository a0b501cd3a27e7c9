//! The page of a register: the account book of one working year with its filters and pager.
//! Not here: what is asked for (`wish`), the SQL (`engine::register_sql`).

use super::wish::{Wish, address, wish};
use super::{SeeRegister, filters::filter_form, views::state_views};
use crate::engine::definition::ColumnKind;
use crate::engine::index_store::{
    Asked, Registered, count_register, list_register, list_years, registers,
};
use crate::engine::register_sql::{Sort, Table};
use crate::kit::{Day, Error, Result};
use crate::screens::import;
use crate::screens::todo::{leafing, leaves};
use crate::ui::frame::{Page, heading};
use crate::ui::list::empty;
use crate::ui::note::{Rank, mark};
use crate::ui::table::{Column, Order, Phone, Row, Void, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

pub(super) fn show(cx: &mut Cx<SeeRegister>) -> Result<Reply> {
    let id: String = cx.path("register")?;
    let all = registers(&cx.state.engine.procedures);
    let table = all.iter().find(|t| t.id == id).ok_or(Error::NotFound)?;
    let version = cx.state.store.lists_version();
    let index = cx.state.store.index()?;
    let years = list_years(&index, table)?;
    let this_year = cx.zone().year(cx.at);
    let wish = wish(cx, table, this_year);
    let leaf = leafing(cx);
    let asked = Asked {
        who: &cx.who().scope.json(),
        year: wish.year,
        state: wish.state,
        words: &wish.words,
        sort: wish.sort.clone(),
        limit: leaf.limit(),
        offset: leaf.offset(),
    };
    let rows = list_register(&index, table, &asked)?;
    let key = [
        id.as_str(),
        &wish.year.to_string(),
        wish.state,
        asked.who,
        asked.words,
    ]
    .join("/");
    let total = cx
        .state
        .totals
        .once(version, &key, || count_register(&index, table, &asked))?;
    drop(index);
    let total = u64::try_from(total).unwrap_or(0);
    let year = if wish.year == 0 {
        "全部年份".to_owned()
    } else {
        format!("{}年", wish.year)
    };
    let here = address(table, &wish);
    let content = html! {
        (heading(&table.name, &format!("{year}　共 {total} 件"), &import::link(cx, &id)))
        (state_views(table, &wish))
        (filter_form(table, &wish, &years, this_year))
        @if rows.is_empty() {
            (empty("这一年没有登记，或者没有符合的", "换个年份，或者把查找的字减少几个。", &[Link::new("看全部年份", format!("/register/{id}?year=0"))]))
        } @else {
            (lined(table, &rows, &wish, &here))
            (leaves(&here, leaf, total))
        }
    };
    Ok(Reply::Page(
        cx.draw(&Page::new(&table.name).wide(), &content),
    ))
}

fn void(rows: &[Registered], column: usize) -> Void {
    let empty = |r: &Registered| r.columns.get(column).is_none_or(String::is_empty);
    if rows.iter().all(empty) {
        Void::Yes
    } else {
        Void::No
    }
}

fn lined(table: &Table, rows: &[Registered], wish: &Wish, here: &str) -> Markup {
    let plain = here.split("&by=").next().unwrap_or(here);
    // The widest column is what the row is known by: the title.
    let title = table
        .columns
        .iter()
        .enumerate()
        .max_by_key(|(_, c)| c.width)
        .map(|(i, _)| i);
    let columns: Vec<Column> = table
        .columns
        .iter()
        .enumerate()
        .map(|(i, c)| {
            let mut column = Column::new(&c.label).void(void(rows, i));
            if Some(i) == title {
                column = column.phone(Phone::Title);
            } else if c.width <= 5 {
                column = column.short().phone(Phone::Dropped);
            } else {
                column = column.phone(Phone::Labelled);
            }
            if i == 0 {
                column = column.short();
            }
            if !c.sort {
                return column;
            }
            let (now, next) = match &wish.sort {
                Sort::Up(by) if *by == c.id => (Some(Order::Up), "down"),
                Sort::Down(by) if *by == c.id => (Some(Order::Down), "up"),
                _ => (None, "up"),
            };
            column.sort(format!("{plain}&by={}&order={next}", c.id), now)
        })
        .collect();
    let rows: Vec<Row> = rows
        .iter()
        .map(|r| Row::new(cells(table, r, title)))
        .collect();
    html! { div.scroll { (ledger(&table.name, &columns, &rows, "")) } }
}

fn cells(table: &Table, row: &Registered, title: Option<usize>) -> Vec<Markup> {
    let all = table.columns.iter().zip(&row.columns).enumerate();
    all.map(|(i, (column, value))| {
        let said = match column.kind {
            ColumnKind::Date => value.parse::<Day>().map(|d| d.dense()).unwrap_or_default(),
            ColumnKind::Text | ColumnKind::Number => value.clone(),
        };
        html! {
            @if Some(i) == title {
                @if row.urgency == "特急" { (mark(Rank::Hot, "特急")) " " }
                a href=(format!("/case/{}", row.case)) { (said) }
            } @else { (said) }
        }
    })
    .collect()
}
