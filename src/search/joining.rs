//! Makes the lists of a search file one piece again: cases come in by small batches, each leaves its own lists,
//! and every word of a query is looked up in all of them. Not here: when that is done (`keeper`).
//! Invariant: what is found stays the same, and no turn holds the file for long.

use super::side_store::{begin_one_piece, count_pages, count_pieces, go_on_one_piece};
use crate::kit::Result;
use crate::store::Side;

/// Pages of one turn.
const PAGES: i64 = 400;
/// Turns beyond those the pages need.
const SPARE: i64 = 8;

/// Some pages more in one piece; how many turns may follow, and none where it is done.
pub(super) fn join(side: &Side, turns: Option<i64>) -> Result<Option<i64>> {
    let left = match turns {
        Some(turns) => {
            side.change(|ix| go_on_one_piece(ix, PAGES))?;
            turns - 1
        }
        None => {
            let turns = count_pages(&side.read()?)? / PAGES + SPARE;
            side.change(|ix| begin_one_piece(ix, PAGES))?;
            turns
        }
    };
    let whole = count_pieces(&side.read()?)? <= 1;
    Ok((!whole && left > 0).then_some(left))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::kit::{Clock, Id, Millis, ShelfNo};
    use crate::search::keeper::first_of_year;
    use crate::search::packed::pack;
    use crate::search::side_store::{insert_doc, list_candidates, take_doc};
    use crate::store::{DataDir, IndexWrite, Store};

    const NOW: Millis = Millis(1_790_000_000_000);

    #[test]
    fn the_lists_of_a_file_become_one_piece_and_say_the_same() {
        let root = std::env::temp_dir().join(format!("inkstone-joining-{}", std::process::id()));
        let dir = DataDir::make(&root).unwrap();
        let store = Store::open(&dir, Clock::held(NOW), Vec::new()).unwrap();
        let shelf = store.shelf_for(1, 2026).unwrap();
        let side = store.sides().unwrap().remove(0);
        put_in_pieces(&side, shelf);
        let found = |side: &Side| -> Vec<i64> {
            let all = (i64::MAX, 0);
            let found = list_candidates(&side.read().unwrap(), "\"防汛\"", all, 500).unwrap();
            found.iter().map(|c| c.case.raw()).collect()
        };
        let before = found(&side);
        assert_eq!(before.len(), 60);
        assert!(count_pieces(&side.read().unwrap()).unwrap() > 1);
        let mut turns = None;
        while let Some(left) = join(&side, turns).unwrap() {
            turns = Some(left);
        }
        assert_eq!(count_pieces(&side.read().unwrap()).unwrap(), 1);
        assert_eq!(found(&side), before);
        drop((side, store));
        std::fs::remove_dir_all(&root).unwrap();
    }

    /// Each in a transaction of its own, every third twice.
    fn put_in_pieces(side: &Side, shelf: ShelfNo) {
        for n in 0..90 {
            let case = Id::next(shelf, Millis(NOW.0 + n), 0);
            let place = first_of_year(2026) + n;
            let tokens = if n % 3 == 0 { "抗旱 " } else { "防汛 " };
            let put = |ix: &IndexWrite<'_>| {
                take_doc(ix, case)?;
                insert_doc(ix, (place, case), &pack("[]"), tokens)
            };
            side.change(put).unwrap();
            if n % 3 == 0 {
                side.change(put).unwrap();
            }
        }
    }
}
