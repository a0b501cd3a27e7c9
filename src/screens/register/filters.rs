//! The search form of a register: words, year, and a condition for each column that filters.
//! Works without a script: a plain GET form whose less usual conditions are folded away.

use super::wish::{EVERY, Wish, ends_of, name_of};
use crate::engine::definition::{Medium, RegisterColumn};
use crate::engine::register::{Look, Table};
use crate::org::Directory;
use crate::ui::form::{self, Choice, Field};
use crate::ui::table::{Filter, Folded, filters_folded};
use crate::ui::{Markup, html};

/// Conditions always in sight, besides words and year.
const IN_SIGHT: usize = 2;

/// The form.
pub(super) fn filter_form(
    (table, wish): (&Table, &Wish),
    years: &[i16],
    directory: &Directory,
) -> Markup {
    let first = vec![
        Filter::One(form::text("q", "查找：标题、文号、来文机关").value(&wish.words)),
        Filter::One(
            form::select("year", "年份", year_choices(wish, years)).value(wish.year.to_string()),
        ),
    ];
    // Days and choices are what a list is narrowed by all day; words of one column are rarer.
    let mut rest: Vec<(&RegisterColumn, &Look)> = table.filters().collect();
    rest.sort_by_key(|(_, look)| match look {
        Look::Days => 0,
        Look::Choice(_) => 1,
        Look::Department => 2,
        _ => 3,
    });
    let days = rest.iter().position(|(_, look)| matches!(look, Look::Days));
    let mut seen = Vec::new();
    seen.extend(days.map(|i| rest.remove(i)));
    let more = IN_SIGHT.saturating_sub(seen.len()).min(rest.len());
    seen.extend(rest.drain(..more));
    let one =
        |(column, look): &(&RegisterColumn, &Look)| condition((column, look), wish, directory);
    let shown: Vec<Filter> = first.into_iter().chain(seen.iter().map(one)).collect();
    let folded: Vec<Filter> = rest.iter().map(one).collect();
    let used = rest.iter().any(|(c, _)| {
        let (from, to) = ends_of(&c.id);
        [name_of(&c.id), from, to]
            .iter()
            .any(|n| !wish.said(n).is_empty())
    });
    let pairs = wish.pairs();
    let kept: Vec<(&str, &str)> = pairs
        .iter()
        .filter(|(n, _)| matches!(n.as_str(), "state" | "by" | "order" | "c" | "size"))
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let folded = Folded {
        label: "更多条件",
        all: &folded,
        open: used,
    };
    filters_folded(&format!("/register/{}", table.id), &shown, &folded, &kept)
}

fn year_choices(wish: &Wish, years: &[i16]) -> Vec<Choice> {
    let mut listed: Vec<i16> = years.to_vec();
    for year in [wish.this_year, wish.year] {
        if year != 0 && !listed.contains(&year) {
            listed.push(year);
        }
    }
    listed.sort_unstable_by(|a, b| b.cmp(a));
    let years = listed
        .iter()
        .map(|y| Choice::new(y.to_string(), format!("{y}年")));
    years.chain([Choice::new("0", "全部年份")]).collect()
}

fn condition((column, look): (&RegisterColumn, &Look), wish: &Wish, d: &Directory) -> Filter {
    let (from, to) = ends_of(&column.id);
    let name = name_of(&column.id);
    // What is wrong stands in the summary above: beside a field it would tear the row apart.
    let put = |field: Field, name: &str| field.value(wish.said(name));
    let until = format!("{}止", column.label);
    match look {
        // Without the hint of a date on a form: the row would not stand in one line.
        Look::Days => Filter::Span(
            put(form::text(&from, &column.label), &from),
            put(form::text(&to, &until), &to),
        ),
        Look::Numbers | Look::Money => Filter::Span(
            put(form::text(&from, &column.label), &from),
            put(form::text(&to, &until), &to),
        ),
        Look::Choice(all) => {
            let all = any().chain(all.iter().map(|o| Choice::new(o, o)));
            Filter::One(put(
                form::select(&name, &column.label, all.collect()),
                &name,
            ))
        }
        Look::Department => {
            let mut names: Vec<String> = d.all_depts().iter().map(|d| d.name.clone()).collect();
            names.retain(|n| !n.is_empty());
            // What was asked for stays to be chosen, were it renamed since.
            let said = wish.said(&name).to_owned();
            if !said.is_empty() && !names.contains(&said) {
                names.push(said);
            }
            let all = any().chain(names.into_iter().map(|n| Choice::new(n.clone(), n)));
            Filter::One(put(
                form::select(&name, &column.label, all.collect()),
                &name,
            ))
        }
        _ => Filter::One(put(form::text(&name, &column.label), &name)),
    }
}

fn any() -> impl Iterator<Item = Choice> {
    std::iter::once(Choice::new("", "不限"))
}

/// Which columns are shown: a form of its own under the conditions.
pub(super) fn column_form(table: &Table, wish: &Wish) -> Markup {
    let all = table.columns.iter().map(|c| Choice::new(&c.id, &c.label));
    let shown = wish.shown(table, Some(Medium::List));
    let ticked: Vec<String> = shown.iter().map(|(_, c, _)| c.id.clone()).collect();
    let pairs = wish.pairs();
    let usual = format!("/register/{}?{}", table.id, wish.query_with(&[("c", "")]));
    html! {
        details.noprint {
            summary { "显示哪些栏（现在 " (shown.len()) " 栏，一共 " (table.columns.len()) " 栏）" }
            form method="get" action=(format!("/register/{}", table.id)) {
                @for (name, value) in pairs.iter().filter(|(n, _)| n != "c") { (form::hidden(name, value)) }
                (form::checks("c", "显示的栏", all.collect()).values(ticked))
                p.acts {
                    button.btn.small type="submit" { "按选的显示" }
                    button.btn.word.small type="submit" name="c" value=(EVERY) { "显示全部栏" }
                    @if !wish.columns.is_empty() { a.btn.word.small href=(usual) { "回到平常的栏" } }
                }
            }
        }
    }
}
