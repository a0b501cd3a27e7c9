//! Many cases at once, for the growth benchmark alone: whole blocks of cases that the engine made in another
//! folder, with other times, shelves and numbers, chains computed anew. No room but `bench` may name this door
//! (`tests/it/tidy.rs`): what goes in here passed permission and audit as another case, somewhere else.
//! Invariant: a block is copied whole, with its audit and its events, behind everything its shelves hold, so that
//! `verify` finds nothing to say; a volume with anything a copy could not keep is refused.

mod copied;
mod same;
mod template;

use super::Store;
use crate::kit::{Error, Id, Millis, Result, ShelfNo};
use std::collections::BTreeMap;
use template::Block;

pub use template::Template;

/// Where a block goes.
#[derive(Debug, Clone, Copy)]
pub struct Placing {
    /// Number of the block in the template.
    pub block: usize,
    /// Days its times are moved by; negative is earlier.
    pub days: i64,
    /// The working year of its shelves.
    pub year: i16,
}

/// What became of a block.
pub struct Placed {
    /// The block and its place.
    pub placing: Placing,
    /// Which shelf stands for which of the template's.
    shelves: BTreeMap<u16, u16>,
}

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

impl Placed {
    /// The copy of a case, or of any row, of the template.
    #[must_use]
    pub fn copy_of(&self, id: Id) -> Id {
        moved(id, self.placing.days, &self.shelves)
    }
}

/// The same row, so many days later, on its new shelf.
fn moved(id: Id, days: i64, shelves: &BTreeMap<u16, u16>) -> Id {
    let shelf = shelves.get(&id.shelf().0).copied().unwrap_or(id.shelf().0);
    // milliseconds stand above 22 bits, the shelf above 6 (kit::id)
    let later = id.raw() + ((days * DAY_MS) << 22);
    Id::from_raw((later & !(0xffff << 6)) | (i64::from(shelf) << 6))
}

impl Store {
    /// Copies a block into this office. The shelves of all its departments stand in one volume, and everything on
    /// them is older. The lists are not told: they are made anew by [`Store::told_of_copies`].
    pub fn place_block(&self, template: &Template, placing: Placing) -> Result<Placed> {
        let block = template.block(placing.block)?;
        let mut shelves = BTreeMap::new();
        for (old, dept) in template.shelves() {
            shelves.insert(old, self.shelf_for(dept, placing.year)?.0);
        }
        let files = shelves
            .values()
            .map(|s| self.inner.catalogue.file_of(ShelfNo(*s)))
            .collect::<Result<Vec<_>>>()?;
        let file = files.first().ok_or(Error::NotFound)?.clone();
        if files.iter().any(|f| f.no != file.no) {
            return Err(Error::fault("a block goes into one volume"));
        }
        let placed = Placed { placing, shelves };
        let goes = copied::Goes {
            days: placing.days,
            year: placing.year,
            shelves: placed.shelves.clone(),
        };
        let (block, texts) = (block.clone(), template.procedures().to_vec());
        file.call(move |c| copied::insert(c, &block, &texts, &goes))?;
        Ok(placed)
    }

    /// Lets the lists and the search see what was copied.
    pub fn told_of_copies(&self) {
        self.inner.projector.wake();
        self.inner.sides.ring();
    }

    /// How copied cases differ from the engine's own, apart from ids, times and numbers: a sentence each, nothing
    /// where all are the same, table by table and column by column.
    pub fn differ(&self, template: &Template, some: &[(&Placed, Id)]) -> Result<Vec<String>> {
        let pairs: Vec<(Id, Id)> = some.iter().map(|(p, c)| (*c, p.copy_of(*c))).collect();
        let Some((_, copy)) = pairs.first() else {
            return Ok(Vec::new());
        };
        let file = self.inner.catalogue.file_of(copy.shelf())?;
        let read = file.read_uncounted()?;
        same::compare(&template.open()?, &read.conn, &pairs)
    }
}

/// When a block was made: from here up to the beginning of the next.
pub type Begins = Millis;

type Shared = std::sync::Arc<Block>;
