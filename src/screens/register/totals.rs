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
use std::collections::BTreeMap;
use std::sync::Arc;

/// The totals, counted once for each state of the lists.
pub(super) fn of(
    kept: &RegisterTotals,
    (version, index): (u64, &Read),
    (table, wish, want): (&Table, &Wish, &Want),
) -> Result<Arc<Totals>> {
    let key = format!(
        "{}?{}{:?}{:?}",
        table.id,
        wish.query_with(&[("by", ""), ("order", ""), ("c", "")]),
        want.who,
        want.behind
    );
    kept.once(version, &key, || {
        count_totals(index, table, want).map(Arc::new)
    })
}

/// 合计 187 件；份数 210；缓急：普通 150、急 28、特急 9.
pub(super) fn said(table: &Table, totals: &Totals) -> String {
    let mut all = vec![format!("合计 {} 件", totals.rows)];
    for ((c, look), sum) in table.summed().zip(&totals.sums) {
        all.push(match look {
            Look::Money => format!("{} {sum:.2}", c.label),
            _ => format!("{} {sum}", c.label),
        });
    }
    for (c, counts) in table.counted().zip(&totals.counts) {
        let mut each: BTreeMap<(usize, &str), u64> = BTreeMap::new();
        for (value, n) in counts.iter().filter(|(value, _)| !value.is_empty()) {
            *each
                .entry((rank(table, c, value), kind(value)))
                .or_default() += *n;
        }
        if !each.is_empty() {
            let each: Vec<String> = each.iter().map(|((_, v), n)| format!("{v} {n}")).collect();
            all.push(format!("{}：{}", c.label, each.join("、")));
        }
    }
    all.join("；")
}

/// 传阅中 2/6 counts as 传阅中, 作废：另行印发 as 作废: how far each of them is, and why, says nothing in a total.
fn kind(value: &str) -> &str {
    let value = value.split_once('：').map_or(value, |(kind, _)| kind);
    match value.rsplit_once(' ') {
        Some((kind, far)) if far.contains('/') => kind,
        _ => value,
    }
}

/// In the order of the choice.
fn rank(table: &Table, column: &RegisterColumn, value: &str) -> usize {
    let look = table.looked().find(|(c, _)| c.id == column.id);
    match look {
        Some((_, Look::Choice(all))) => all.iter().position(|o| o == value).unwrap_or(all.len()),
        _ => 0,
    }
}
