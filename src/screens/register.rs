//! Registers (登记簿): one working year at a time, as on paper; columns from the definitions, only cases
//! this person may see, search over its words, sort, A4 print by the page itself.

use super::todo::{leafing, leaves};
use crate::access::{Allowed, Place, action};
use crate::engine::definition::ColumnKind;
use crate::engine::index_store::{
    Asked, Registered, count_register, list_register, list_years, registers,
};
use crate::engine::register_sql::{Sort, Table};
use crate::kit::{Day, Error, Result, text};
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, heading};
use crate::ui::list::empty;
use crate::ui::note::{Rank, mark};
use crate::ui::table::{Column, Filter, Order, Phone, Row, View, Void, filters, ledger, views};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, LOOK_UP_AT, Manifest, MenuItem, Reply, Route};

action!(pub SeeRegister, "register.list", "看登记簿", Allowed::SignedIn, Place::Anywhere);

/// The registers.
pub const MANIFEST: Manifest = Manifest {
    id: "register",
    menu: &[MenuItem::new("登记簿", LOOK_UP_AT, 35)],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeRegister>(LOOK_UP_AT, first),
        Route::get::<SeeRegister>("/register/{register}", show),
    ]
}

fn first(cx: &mut Cx<SeeRegister>) -> Result<Reply> {
    let all = registers(&cx.state.engine.procedures);
    let table = all.first().ok_or(Error::NotFound)?;
    Ok(Reply::To(format!("/register/{}", table.id)))
}

/// What is asked for, from the query.
struct Wish {
    year: i16,
    state: &'static str,
    words: String,
    sort: Sort,
    column: String,
}

fn show(cx: &mut Cx<SeeRegister>) -> Result<Reply> {
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
        (heading(&table.name, &format!("{year}　共 {total} 件"), &super::import::link(cx, &id)))
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

fn wish(cx: &Cx<SeeRegister>, table: &Table, this_year: i16) -> Wish {
    let state = match cx.query("state") {
        "open" => "open",
        "closed" => "closed",
        "archived" => "archived",
        _ => "",
    };
    let column = cx.query("by").to_owned();
    let known = table.columns.iter().any(|c| c.sort && c.id == column);
    let sort = match (known, cx.query("order")) {
        (true, "down") => Sort::Down(column.clone()),
        (true, _) => Sort::Up(column.clone()),
        (false, _) => Sort::Newest,
    };
    Wish {
        year: cx.query("year").parse().unwrap_or(this_year),
        state,
        words: text::one_line(cx.query("q")).chars().take(100).collect(),
        sort,
        column,
    }
}

fn address(table: &Table, wish: &Wish) -> String {
    let order = match wish.sort {
        Sort::Newest => String::new(),
        Sort::Up(_) => format!("&by={}&order=up", wish.column),
        Sort::Down(_) => format!("&by={}&order=down", wish.column),
    };
    let words = crate::web::encode(&wish.words);
    format!(
        "/register/{}?year={}&state={}&q={words}{order}",
        table.id, wish.year, wish.state
    )
}

fn state_views(table: &Table, wish: &Wish) -> Markup {
    let words = crate::web::encode(&wish.words);
    let href = |state: &str| {
        format!(
            "/register/{}?year={}&state={state}&q={words}",
            table.id, wish.year
        )
    };
    let all = [
        ("全部", ""),
        ("没办完", "open"),
        ("办结", "closed"),
        ("归档", "archived"),
    ];
    let hrefs: Vec<String> = all.iter().map(|(_, s)| href(s)).collect();
    let shown: Vec<View<'_>> = all
        .iter()
        .zip(&hrefs)
        .map(|((label, state), href)| View {
            label,
            href,
            count: None,
            current: *state == wish.state,
        })
        .collect();
    views(&shown, None)
}

fn filter_form(table: &Table, wish: &Wish, years: &[i16], this_year: i16) -> Markup {
    let mut all = vec![Choice::new("0", "全部年份")];
    let mut listed: Vec<i16> = years.to_vec();
    if !listed.contains(&this_year) {
        listed.insert(0, this_year);
    }
    all.extend(
        listed
            .iter()
            .map(|y| Choice::new(y.to_string(), format!("{y}年"))),
    );
    let fields = [
        Filter::One(form::text("q", "查找：标题、文号、来文机关").value(&wish.words)),
        Filter::One(form::select("year", "年份", all).value(wish.year.to_string())),
    ];
    filters(
        &format!("/register/{}", table.id),
        &fields,
        &[("state", wish.state)],
    )
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
