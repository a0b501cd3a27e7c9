//! Usual ways of looking, above the list: by state.

use super::wish::Wish;
use crate::engine::register_sql::Table;
use crate::ui::Markup;
use crate::ui::table::{View, views};

pub(super) fn state_views(table: &Table, wish: &Wish) -> Markup {
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
        ("作废", "void"),
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
