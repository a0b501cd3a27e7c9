//! What a restore lost, for the administrator to look through, and the numbers that paper knows better: nobody but the
//! printed register can say how far a series had come after the backup.

use super::book::audit;
use super::mend_series::raise_own;
use crate::kit::{Error, Millis, Result, ShelfNo};
use crate::store::query::{Query, Source as _};
use crate::store::{Stamp, Store, params, write};

/// One line of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    pub id: i64,
    /// `number`, `case` or `person`.
    pub what: String,
    pub words: String,
    pub found_at: Millis,
    pub confirmed_by: String,
    pub confirmed_at: Option<Millis>,
}

/// All of it, what is open first.
pub fn lost(store: &Store) -> Result<Vec<Lost>> {
    store.hub()?.all(
        "SELECT id, what, words, found_at, confirmed_by, confirmed_at FROM backup_lost
         ORDER BY confirmed_at IS NOT NULL, id LIMIT 2000",
        [],
        |r| {
            Ok(Lost {
                id: r.get(0)?,
                what: r.get(1)?,
                words: r.get(2)?,
                found_at: Millis(r.get(3)?),
                confirmed_by: r.get(4)?,
                confirmed_at: r.get::<_, Option<i64>>(5)?.map(Millis),
            })
        },
    )
}

/// Somebody looked through these.
pub fn confirm_lost(store: &Store, ids: Vec<i64>, by: &str, stamp: Stamp) -> Result<usize> {
    let (by, at) = (by.to_owned(), stamp.at.0);
    audit(
        store,
        stamp,
        "确认了恢复以后丢失的内容",
        move |w| {
            let mut done = 0;
            for id in &ids {
                done += w.execute(
                "UPDATE backup_lost SET confirmed_by = ?2, confirmed_at = ?3 WHERE id = ?1 AND confirmed_at IS NULL",
                params![id, by, at],
            )?;
            }
            w.note(format!("{done} 项"));
            Ok(done)
        },
    )
}

/// From now on numbers of a series come above `n`, the last on paper. `shelf` 0: the whole office's.
pub fn raise_series(
    store: &Store,
    shelf: i64,
    key: &str,
    year: i64,
    (n, stamp): (i64, Stamp),
) -> Result<()> {
    if !(1..=9_999_999).contains(&n) {
        return Err(Error::invalid("n", "请写纸上最后一号，例如 128"));
    }
    let key = key.to_owned();
    if shelf == 0 {
        return audit(
            store,
            stamp,
            "按纸质登记簿定了编号的起点",
            move |w| {
                w.note(format!("{key}：{n}"));
                w.execute(
                    "INSERT INTO number_floor(kind, key, n) VALUES('series', ?1, ?2)
                 ON CONFLICT(kind, key) DO UPDATE SET n = max(n, excluded.n)",
                    params![key, n],
                )
                .map(drop)
            },
        );
    }
    let shelf_no = u16::try_from(shelf)
        .map(ShelfNo)
        .map_err(|_| Error::NotFound)?;
    let file = store.inner.catalogue.file_of(shelf_no)?;
    write::run(&file, shelf_no, stamp, move |w| {
        w.note(format!("{key} {year} 年：{n}"));
        w.quiet("按纸质登记簿定了编号的起点；清单不受影响");
        raise_own(w.conn(), (shelf, &key, year), n)
    })
    .map(drop)
}

/// A series and how far it is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// 0: the whole office's.
    pub shelf: i64,
    /// 0: the whole office's.
    pub dept: i64,
    pub key: String,
    pub year: i64,
    pub last: i64,
}

impl Series {
    /// What names it in a form.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}/{}/{}", self.shelf, self.year, self.key)
    }
}

/// Every series that has given a number out: the office's in the hub, the departments' in the volumes that are here.
pub fn series(store: &Store) -> Result<Vec<Series>> {
    let mut all = store.hub()?.all(
        "SELECT c.key, max(max(c.n), coalesce(f.n, 0)) FROM claim c
           LEFT JOIN number_floor f ON f.kind = c.kind AND f.key = c.key
         WHERE c.kind = 'series' GROUP BY c.key ORDER BY c.key",
        [],
        |r| {
            Ok(Series {
                shelf: 0,
                dept: 0,
                key: r.get(0)?,
                year: 0,
                last: r.get(1)?,
            })
        },
    )?;
    for file in store.inner.catalogue.volumes() {
        all.extend(file.read()?.all(
            "SELECT s.shelf, o.dept, s.key, s.year, s.next - 1 FROM series s
               JOIN shelf_owner o ON o.shelf = s.shelf AND o.state = 'active' ORDER BY s.year DESC, s.key",
            [],
            |r| {
                Ok(Series {
                    shelf: r.get(0)?,
                    dept: r.get(1)?,
                    key: r.get(2)?,
                    year: r.get(3)?,
                    last: r.get(4)?,
                })
            },
        )?);
    }
    Ok(all)
}
