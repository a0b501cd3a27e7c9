//! What all rows come to, over everything asked for and not only the page: how many, sums, and how many
//! of each choice. Kept until the lists change.

use super::wish::Wish;
use crate::engine::definition::RegisterColumn;
use crate::engine::register::{Look, Table};
use crate::engine::register_sql::Want;
use crate::engine::register_store::{Totals, count_totals};
use crate::kit::Result;
use crate::store::Read;
use crate::web::state::RegisterTotals;
use std::sync::Arc;

/// The totals, counted once for each state of the lists.
pub(super) fn of(
    kept: &RegisterTotals,
    (version, index): (u64, &Read),
    (table, wish, want): (&Table, &Wish, &Want),
) -> Result<Arc<Totals>> {
    let key = format!(
        "{}?{}{:?}",
        table.id,
        wish.query_with(&[("by", ""), ("order", ""), ("c", "")]),
        want.who
    );
    kept.once(version, &key, || {
        count_totals(index, table, want).map(Arc::new)
    })
}

/// 合计 187 件；份数 210；缓急：普通 150、急 28、特急 9.
pub(super) fn said(table: &Table, totals: &Totals) -> String {
    let mut all = vec![format!("合计 {} 件", totals.rows)];
    for (c, sum) in table.summed().zip(&totals.sums) {
        all.push(format!("{} {sum}", c.label));
    }
    for (c, counts) in table.counted().zip(&totals.counts) {
        let mut each: Vec<(usize, String)> = counts
            .iter()
            .filter(|(value, _)| !value.is_empty())
            .map(|(value, n)| (rank(table, c, value), format!("{value} {n}")))
            .collect();
        each.sort();
        if !each.is_empty() {
            let each: Vec<String> = each.into_iter().map(|(_, said)| said).collect();
            all.push(format!("{}：{}", c.label, each.join("、")));
        }
    }
    all.join("；")
}

/// In the order of the choice.
fn rank(table: &Table, column: &RegisterColumn, value: &str) -> usize {
    let look = table.looked().find(|(c, _)| c.id == column.id);
    match look {
        Some((_, Look::Choice(all))) => all.iter().position(|o| o == value).unwrap_or(all.len()),
        _ => 0,
    }
}
