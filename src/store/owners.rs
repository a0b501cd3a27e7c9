//! What a start makes of the owner rows: in which open file each shelf stands, whatever a crash left between
//! two of them. Invariant: the volumes decide; the hub's column is a cache and follows (storage.md I6).

use super::catalogue::Catalogue;
use super::connect::sql;
use super::file::File;
use super::mover::{abandon, incoming, set_volume, take_over};
use crate::kit::{Result, ShelfNo};
use std::collections::HashMap;
use std::sync::Arc;

/// What one file says of a shelf.
struct Said {
    file: Arc<File>,
    state: String,
    to: Option<String>,
}

/// Where a shelf stands.
pub(super) enum Stands {
    /// In this volume.
    In(i64),
    /// No open file knows it.
    Unknown,
}

/// What the open files say of the shelves.
pub(super) struct Owners(HashMap<ShelfNo, Vec<Said>>);

impl Owners {
    pub(super) fn read(files: &[Arc<File>]) -> Result<Self> {
        let mut all: HashMap<ShelfNo, Vec<Said>> = HashMap::new();
        for file in files {
            let read = file.read_uncounted()?;
            let mut statement = read
                .conn
                .prepare("SELECT shelf, state, to_volume FROM shelf_owner")
                .map_err(sql)?;
            let mut rows = statement.query([]).map_err(sql)?;
            while let Some(row) = rows.next().map_err(sql)? {
                let said = Said {
                    file: file.clone(),
                    state: row.get(1).map_err(sql)?,
                    to: row.get(2).map_err(sql)?,
                };
                let shelf = row.get(0).map(ShelfNo).map_err(sql)?;
                all.entry(shelf).or_default().push(said);
            }
        }
        Ok(Self(all))
    }

    /// Whether an open file says anything of a shelf.
    pub(super) fn know(&self, shelf: ShelfNo) -> bool {
        self.0.contains_key(&shelf)
    }

    /// Where a shelf stands that the hub believes in `believed`; a hand-over that a crash cut short is finished.
    pub(super) fn settle(
        &self,
        catalogue: &Catalogue,
        (shelf, believed): (ShelfNo, i64),
        no_of: &HashMap<String, i64>,
    ) -> Result<Stands> {
        let said = self.0.get(&shelf).map(Vec::as_slice).unwrap_or_default();
        let holds = |s: &&Said| s.state == "active" || s.state == "frozen";
        let holders: Vec<i64> = said.iter().filter(holds).map(|s| s.file.no).collect();
        if let Some(first) = holders.first() {
            // two holders are for `verify` to name; nothing is guessed here
            let no = if holders.contains(&believed) {
                believed
            } else {
                *first
            };
            return self.found(catalogue, (shelf, believed), no);
        }
        for given in said.iter().filter(|s| s.state == "moved") {
            let taker = said
                .iter()
                .find(|s| s.state == "incoming" && Some(&s.file.uuid) == given.to.as_ref());
            if let Some(taker) = taker {
                let at = catalogue.kit().clock.now();
                take_over(&taker.file, (shelf, &given.file.uuid), at)?;
                return self.found(catalogue, (shelf, believed), taker.file.no);
            }
        }
        // it stands in a volume that is away
        let away = said.iter().filter_map(|s| no_of.get(s.to.as_ref()?));
        let away = away.copied().find(|no| catalogue.volume(*no).is_err());
        match away {
            Some(no) => self.found(catalogue, (shelf, believed), no),
            None => Ok(Stands::Unknown),
        }
    }

    fn found(
        &self,
        catalogue: &Catalogue,
        (shelf, believed): (ShelfNo, i64),
        no: i64,
    ) -> Result<Stands> {
        if no != believed {
            catalogue.hub().call(move |c| set_volume(c, shelf, no))?;
        }
        Ok(Stands::In(no))
    }
}

/// After all shelves have their places: relocations that switched are told so, and the search knows where else
/// a shelf's cases may still be found.
pub(super) fn follow(catalogue: &Catalogue) -> Result<()> {
    for file in catalogue.volumes() {
        if file.is_frozen() {
            continue;
        }
        drop_unwanted(catalogue, &file)?;
        let read = file.read_uncounted()?;
        let left: Vec<String> = read
            .conn
            .prepare("SELECT k FROM meta WHERE k GLOB 'leaving.*'")
            .and_then(|mut s| s.query_map([], |r| r.get(0))?.collect())
            .map_err(sql)?;
        drop(read);
        let shelf = |k: &String| k.strip_prefix("leaving.")?.parse().ok().map(ShelfNo);
        for shelf in left.iter().filter_map(shelf) {
            let Ok(owner) = catalogue.file_of(shelf) else {
                continue;
            };
            let (from, to) = (file.no, owner.no);
            let switched = catalogue.hub().call(move |c| {
                c.execute(
                    "UPDATE relocation SET state = 'switched', ended_at = NULL
                     WHERE shelf = ?1 AND from_volume = ?2 AND to_volume = ?3 AND state IN ('copying','switched')",
                    [i64::from(shelf.0), from, to],
                )
                .map_err(sql)
            })?;
            if switched > 0 {
                catalogue.hand_over(shelf, to, from);
            }
        }
    }
    Ok(())
}

/// What was being copied when it was given up, and the crash came first: nobody's from now on.
fn drop_unwanted(catalogue: &Catalogue, file: &Arc<File>) -> Result<()> {
    for shelf in incoming(file)? {
        let no = file.no;
        let wanted: bool = catalogue.hub().call(move |c| {
            c.query_row(
                "SELECT EXISTS(SELECT 1 FROM relocation WHERE shelf = ?1 AND to_volume = ?2
                   AND state IN ('waiting','copying'))",
                [i64::from(shelf.0), no],
                |r| r.get(0),
            )
            .map_err(sql)
        })?;
        if !wanted && catalogue.file_of(shelf).is_ok() {
            abandon(catalogue, file, shelf)?;
        }
    }
    Ok(())
}
