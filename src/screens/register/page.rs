//! The page of a register: the account book of one working year with its conditions, totals and pager.
//! Not here: what is asked for (`wish`), the SQL (`engine::register_sql`).

use super::filters::{column_form, filter_form};
use super::views::{saved, view_row};
use super::wish::{Wish, wish};
use super::{SeeRegister, totals};
use crate::access::Action;
use crate::engine::definition::{ColumnKind, Medium, RegisterColumn};
use crate::engine::index_store::registers;
use crate::engine::people;
use crate::engine::register::{Look, Table};
use crate::engine::register_store::{Registered, list_keys, list_rows, list_years, sees_some_of};
use crate::engine::unveil::is_veiled;
use crate::kit::{Day, Error, Id, Result, ShelfNo, page::SIZES};
use crate::screens::import;
use crate::ui::form::{self, token};
use crate::ui::frame::{Page, SEEK_AT, heading};
use crate::ui::list::empty;
use crate::ui::note::{self, Tone};
use crate::ui::table::{Column, Leaf, Pager, Phone, Row, Void, ledger, page_leaves, pager};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

/// The register the address names, where it is open to this person.
pub(super) fn find<A: Action>(cx: &Cx<A>) -> Result<Table> {
    let id: String = cx.path("register")?;
    let all = open_to(cx);
    all.into_iter().find(|t| t.id == id).ok_or(Error::NotFound)
}

/// The registers this person may open: those of which one procedure at least is shown to him.
pub(super) fn open_to<A: Action>(cx: &Cx<A>) -> Vec<Table> {
    let viewer = people::viewer(&cx.state.org.current(), cx.who().person);
    let engine = &cx.state.engine;
    let shown = engine.procedures.all();
    let shown = |t: &&Table| {
        let mut of = shown.iter().filter(|p| p.procedure.register.id == t.id);
        of.any(|p| p.may_see(&viewer))
    };
    let all = registers(&engine.procedures);
    all.iter().filter(shown).cloned().collect()
}

/// GET `/register/{register}`.
pub(super) fn show(cx: &mut Cx<SeeRegister>) -> Result<Reply> {
    let table = find(cx)?;
    let wish = wish(cx, &table);
    let want = wish.want(cx.who().scope.raw());
    let version = cx.state.store.lists_version();
    let index = cx.state.store.index()?;
    let years = list_years(&index, &table)?;
    if !wish.errors.is_empty() {
        drop(index);
        return refused(cx, (&table, &wish), &years);
    }
    let (limit, offset) = (wish.leaf.limit(), wish.leaf.offset());
    let keys = list_keys(&index, &table, (&want, limit, offset))?;
    let mut rows = list_rows(&index, &table, (&want.who, &keys))?;
    let sums = totals::of(&cx.state.totals, (version, &index), (&table, &wish, &want))?;
    drop(index);
    let (engine, store) = (&cx.state.engine, &cx.state.store);
    engine.unveil_registered(store, (&table, &want.who), &mut rows)?;
    let saved = saved(cx, &table)?;
    let directory = cx.state.org.current();
    let away = |case: Id| cx.state.store.away(case.shelf()).is_some();
    let small = format!("{}　共 {} 件", wish.year_said(), sums.rows);
    let content = html! {
        (heading(&table.name, &small, &html! { (acts(&table, &wish, sums.rows)) (statistics_link(&table, &wish)) (import::link(cx, &table.id)) }))
        (out_forms(cx, &table, &wish))
        (view_row((&cx.state.engine.procedures, &table), &wish, &saved))
        (filter_form((&table, &wish), &years, &directory))
        (left_out(cx, (&table, &wish))?)
        (behind(cx, (&table, &wish)))
        @if rows.is_empty() {
            (nothing(&table, &wish, sums.rows))
        } @else {
            (column_form(&table, &wish))
            (book(&table, (&rows, &wish, &away), &totals::said(&table, &sums)))
            (leaves(&table, &wish, (rows.len(), sums.rows)))
        }
    };
    Ok(Reply::Page(
        cx.draw(&Page::new(&table.name).wide(), &content),
    ))
}

/// Conditions that look into what the lists keep back do not find the cases of confidential departments:
/// who may see some of them is told so.
fn left_out(cx: &Cx<SeeRegister>, (table, wish): (&Table, &Wish)) -> Result<Markup> {
    let store = &cx.state.store;
    let mut looked: Vec<&str> = table
        .looked()
        .filter(|(c, look)| is_veiled(c.kind, look) && wish.looks_into(&c.id))
        .map(|(c, _)| c.label.as_str())
        .collect();
    if !wish.words.is_empty() {
        looked.push("几个字");
    }
    if looked.is_empty() || store.confidential().is_empty() {
        return Ok(html! {});
    }
    let shelves = store.shelves()?.into_iter().map(|(shelf, ..)| shelf);
    let shelves: Vec<ShelfNo> = shelves.filter(|s| store.is_confidential(*s)).collect();
    if !sees_some_of(&store.index()?, &shelves, &cx.who().scope.json())? {
        return Ok(html! {});
    }
    let rest = html! {
        "它们的文字不进登记簿，按“" (looked.join("”“")) "”查找或者排序时没有算进来。要找这些件，请用"
        (Link::new("查找", SEEK_AT)) "，或者去掉这个条件。"
    };
    Ok(note::note(
        Tone::Plain,
        "您能看的保密部门的件不在这个结果里。",
        &rest,
    ))
}

/// Something in the conditions cannot be understood: said, with everything typed still there.
fn refused(cx: &Cx<SeeRegister>, (table, wish): (&Table, &Wish), years: &[i16]) -> Result<Reply> {
    let content = html! {
        (heading(&table.name, &wish.year_said(), &html! {}))
        (form::errors(&wish.errors))
        (view_row((&cx.state.engine.procedures, table), wish, &saved(cx, table)?))
        (filter_form((table, wish), years, &cx.state.org.current()))
    };
    let page = Page::new(&table.name).wide().wrong(&wish.errors);
    Ok(Reply::Wrong(cx.draw(&page, &content)))
}

/// What can be done with the list as it is shown.
fn acts(table: &Table, wish: &Wish, rows: u64) -> Markup {
    html! {
        @if rows > 0 {
            button.btn type="submit" form="excel" { "导出 Excel" }
            button.btn.word type="submit" form="csv" { "导出 CSV" }
            a.btn href=(format!("/register/{}/print?{}", table.id, wish.query())) { "打印" }
        }
    }
}

fn statistics_link(table: &Table, wish: &Wish) -> Markup {
    let year = if wish.year == 0 {
        wish.this_year
    } else {
        wish.year
    };
    Link::new(
        "统计",
        format!("/register/{}/statistics?year={year}", table.id),
    )
    .button()
}

/// The list is what one figure of the statistics counted: said, with the way out of it.
fn behind(cx: &Cx<SeeRegister>, (table, wish): (&Table, &Wish)) -> Markup {
    let Some(figure) = &wish.behind else {
        return html! {};
    };
    let known = cx.state.engine.procedures.current(&figure.procedure);
    let name = known.as_ref().map_or("", |p| p.procedure.name.as_str());
    let all = Link::new(
        "看全部",
        format!("/register/{}?year={}", table.id, wish.year),
    );
    let rest = html! { (wish.behind_said(name)) "。" (all) };
    note::note(Tone::Plain, "这里只列统计表里的这些件：", &rest)
}

/// Taking a list out of the house is a deed and is noted: the buttons post.
fn out_forms<A: Action>(cx: &Cx<A>, table: &Table, wish: &Wish) -> Markup {
    let query = wish.query();
    html! {
        @for kind in ["excel", "csv"] {
            form id=(kind) method="post" action=(format!("/register/{}/{kind}?{query}", table.id)) data-download {
                (token(cx.csrf()))
            }
        }
    }
}

/// Nothing to show: why, and what to do next.
fn nothing(table: &Table, wish: &Wish, rows: u64) -> Markup {
    let at = format!("/register/{}", table.id);
    let all_years = Link::new(
        "看全部年份",
        format!("{at}?{}", wish.query_with(&[("year", "0")])),
    );
    if rows > 0 {
        let first = Link::new("回到第 1 页", format!("{at}?{}", wish.query()));
        return empty(
            "这一页没有了",
            "前面的页上还有，请从第 1 页看起。",
            &[first],
        );
    }
    if wish.is_narrow() {
        let plain = Link::new("去掉条件", format!("{at}?year={}", wish.year));
        let next = "把条件减少几个，或者换个年份；没有您的份的件这里也不显示。";
        return empty("没有符合条件的件，共 0 件。", next, &[plain, all_years]);
    }
    if wish.year == 0 {
        let start = Link::new("去登记", "/start");
        return empty(
            "还没有登记过，共 0 件。",
            "登记的件送出以后就排在这里。",
            &[start],
        );
    }
    let lead = format!("{}您能看到的登记共 0 件。", wish.year_said());
    let start = Link::new("去登记", "/start");
    empty(
        &lead,
        "登记的件送出以后就排在这里；往年的请看全部年份。",
        &[start, all_years],
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

/// The widest column is what a row is known by: the title.
pub(super) fn title_of(table: &Table) -> Option<usize> {
    let all = table.columns.iter().enumerate();
    all.max_by_key(|(_, c)| c.width).map(|(i, _)| i)
}

/// The table, inside the form that prints the sheets of ticked rows.
fn book(
    table: &Table,
    (rows, wish, away): (&[Registered], &Wish, &dyn Fn(Id) -> bool),
    total: &str,
) -> Markup {
    let shown = wish.shown(table, Some(Medium::List));
    let title = title_of(table);
    let columns: Vec<Column> = shown
        .iter()
        .map(|(i, c, _)| head(table, (*i, c), (rows, wish, title)))
        .collect();
    let here = format!("/register/{}?{}", table.id, here(wish));
    let lines: Vec<Row> = rows
        .iter()
        .map(|r| {
            let cells = shown
                .iter()
                .map(|(i, c, look)| cell(r, (*i, c, look), (title, &here, wish.year), away(r.case)))
                .collect();
            let known = r.columns.first().map_or("", String::as_str);
            Row {
                cells,
                pick: Some((r.case.to_string(), format!("选中{known}"))),
            }
        })
        .collect();
    html! {
        form method="get" action="/case/print" {
            div.scroll { (ledger(&table.name, &columns, &lines, total)) }
            @if !table.sheets.is_empty() {
                p.acts.noprint.fold-sm.batch {
                    label for="batch" { "勾选几件，一次打印它们的" }
                    select #batch name="sheet" {
                        @for (id, title) in &table.sheets { option value=(id) { (title) } }
                    }
                    button.btn type="submit" { "打印选中的" }
                }
            }
        }
    }
}

fn here(wish: &Wish) -> String {
    wish.query_with(&[("page", &wish.leaf.number.to_string())])
}

fn head(
    table: &Table,
    (i, c): (usize, &RegisterColumn),
    (rows, wish, title): (&[Registered], &Wish, Option<usize>),
) -> Column {
    let chosen = !wish.columns.is_empty();
    let void = if chosen { Void::No } else { void(rows, i) };
    let mut column = Column::new(&c.label).void(void);
    column = match (Some(i) == title, c.width <= 5) {
        (true, _) => column.phone(Phone::Title),
        (_, true) => column.short().phone(Phone::Dropped),
        _ => column.phone(Phone::Labelled),
    };
    if i == 0 {
        column = column.short();
    }
    if c.kind == ColumnKind::Number {
        column = column.num();
    }
    if !c.sort {
        return column;
    }
    let (now, query) = wish.turned(c);
    column.sort(format!("/register/{}?{query}", table.id), now)
}

/// What a cell says; where a case is now only as far as the reader may follow it.
pub(super) fn said(
    row: &Registered,
    (i, c, look): (usize, &RegisterColumn, &Look),
    year: i16,
) -> String {
    let value = row.columns.get(i).map_or("", String::as_str);
    match (look, c.kind) {
        (Look::Where, _) if !row.followed => String::new(),
        // Over all years a day needs its year.
        (_, ColumnKind::Date) if year == 0 => value.to_owned(),
        (_, ColumnKind::Date) => value.parse::<Day>().map(|d| d.dense()).unwrap_or_default(),
        (Look::Money, _) => value
            .parse::<f64>()
            .map(|n| format!("{n:.2}"))
            .unwrap_or_default(),
        _ => value.to_owned(),
    }
}

fn cell(
    row: &Registered,
    (i, c, look): (usize, &RegisterColumn, &Look),
    (title, here, year): (Option<usize>, &str, i16),
    away: bool,
) -> Markup {
    let words = said(row, (i, c, look), year);
    html! {
        @if Some(i) == title {
            @if let Some(mark) = note::urgency(&row.urgency) { (mark) " " }
            @if away { (note::mark(note::Rank::Calm, "打不开")) " " }
            a href=(format!("/case/{}?back={}", row.case, crate::web::encode(here))) { (words) }
        } @else { (words) }
    }
}

fn leaves(table: &Table, wish: &Wish, (shown, total): (usize, u64)) -> Markup {
    let at = |n: u64, size: u32| {
        let (n, size) = (n.to_string(), size.to_string());
        let query = wish.query_with(&[("size", &size), ("page", &n)]);
        format!("/register/{}?{query}", table.id)
    };
    let (now, size) = (u64::from(wish.leaf.number), wish.leaf.size);
    let last = total.div_ceil(u64::from(size)).max(1);
    let first = u64::try_from(wish.leaf.offset()).unwrap_or(0) + 1;
    let to = |n: u64| at(n, size);
    let sizes = SIZES.map(|s| match s == size {
        true => Leaf::Here(s.to_string()),
        false => Leaf::To(Link::new(s.to_string(), at(1, s))),
    });
    pager(&Pager {
        said: format!(
            "第 {first} 至 {} 件，共 {total} 件",
            first + shown as u64 - 1
        ),
        sizes: sizes.to_vec(),
        back: (now > 1).then(|| to(now - 1)),
        next: (now < last).then(|| to(now + 1)),
        pages: if last > 1 {
            page_leaves(now, last, to)
        } else {
            Vec::new()
        },
    })
}
