//! What is asked of a register, read from the address and written back into it.
//! Invariant: the address says all of it, so that going back shows the same list.

use super::SeeRegister;
use crate::engine::register_sql::{Sort, Table};
use crate::kit::text;
use crate::web::Cx;

/// What is asked for, from the query.
pub(super) struct Wish {
    pub year: i16,
    pub state: &'static str,
    pub words: String,
    pub sort: Sort,
    pub column: String,
}

pub(super) fn wish(cx: &Cx<SeeRegister>, table: &Table, this_year: i16) -> Wish {
    let state = match cx.query("state") {
        "open" => "open",
        "closed" => "closed",
        "archived" => "archived",
        "void" => "void",
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

pub(super) fn address(table: &Table, wish: &Wish) -> String {
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
