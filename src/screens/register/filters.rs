//! The search form of a register.

use super::wish::Wish;
use crate::engine::register_sql::Table;
use crate::ui::Markup;
use crate::ui::form::{self, Choice};
use crate::ui::table::{Filter, filters};

pub(super) fn filter_form(table: &Table, wish: &Wish, years: &[i16], this_year: i16) -> Markup {
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
