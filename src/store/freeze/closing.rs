//! What still stands in the way of closing a volume's year. Read for the page, and asked again on the
//! volume's own writer in the transaction that closes a shelf.

use crate::kit::{Error, Id, PersonId, Result, ShelfNo};
use crate::store::placement::VolumeKey;
use crate::store::query::{Query, Read};
use crate::store::{Stamp, Store, Volume, VolumeState, params, write};

/// Open cases named on the page; more are counted.
const MOST: i64 = 200;

/// A case that is not at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCase {
    pub case: Id,
    pub title: String,
    pub number: Option<String>,
    /// Names of those who have something to do on it.
    pub holders: String,
}

/// What a volume holds, as far as closing it is concerned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Closing {
    /// The one working year, where there is only one and no standing shelf.
    pub year: Option<i16>,
    /// All years in it; 0 is a standing shelf.
    pub years: Vec<i16>,
    /// The first open cases.
    pub open: Vec<OpenCase>,
    pub open_count: i64,
    /// Whose drafts, and how many.
    pub drafts: Vec<(PersonId, i64)>,
    /// Entries from paper that their writer has not answered.
    pub unanswered: i64,
    /// Shelves on their way into or out of it.
    pub moving: i64,
    /// Cases that are to go on elsewhere and were not begun there yet.
    pub unbegun: i64,
}

impl Closing {
    /// Why it cannot be closed yet, in the order it would be mended.
    #[must_use]
    pub fn why_not(&self, present: i16) -> Option<String> {
        match self.year {
            None if self.years.is_empty() => {
                return Some("这个柜子是空的，没有可封存的案卷".into());
            }
            None => {
                return Some(
                    "柜里不止一年的案卷，或者有常用的东西（车辆、范文、草稿等不分年度的）。先把要封存的那一年搬进自己的柜子，再封存".into(),
                );
            }
            Some(year) if year >= present => {
                return Some(format!("{year} 年还没有过完，要到明年才能封存"));
            }
            Some(_) => {}
        }
        if self.moving > 0 {
            return Some("柜里还有案卷正在搬。请等搬完再封存".into());
        }
        if self.open_count > 0 {
            return Some(format!(
                "还有 {} 件没有办完（包括没有阅毕、没有归档的）。办完，或者转到今年接着办，才能封存",
                self.open_count
            ));
        }
        (self.unbegun > 0)
            .then(|| format!("有 {} 件正在转到今年。请等几秒钟，再刷新看看", self.unbegun))
    }
}

/// Open cases of a shelf: not ended, or with something still to be done on them.
const OPEN: &str = "SELECT count(*) FROM cases c WHERE c.shelf = ?1 AND (c.state = 'open' OR EXISTS
   (SELECT 1 FROM task t WHERE t.case_id = c.id AND t.state IN ('open','waiting','queued')))";

/// Whether a shelf is closed for good in this volume.
pub fn is_closed(db: &impl Query, shelf: ShelfNo) -> Result<bool> {
    let found = db.opt(
        "SELECT 1 FROM shelf_owner WHERE shelf = ?1 AND state = 'frozen'",
        [shelf.0],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// How many of a shelf's cases are open.
pub(super) fn open_in(db: &impl Query, shelf: ShelfNo) -> Result<i64> {
    db.one(OPEN, [shelf.0], |r| r.get(0))
}

/// How many cases of a shelf are to go on as others that were not begun yet: a sealed shelf could not learn of them.
pub(super) fn unbegun_in(db: &impl Query, shelf: ShelfNo) -> Result<i64> {
    db.one(
        "SELECT count(*) FROM child WHERE shelf = ?1 AND made IS NULL AND ended = 0",
        [shelf.0],
        |r| r.get(0),
    )
}

/// How many drafts a shelf holds.
pub(super) fn drafts_in(db: &impl Query, shelf: ShelfNo) -> Result<i64> {
    db.one(
        "SELECT count(*) FROM draft WHERE shelf = ?1",
        [shelf.0],
        |r| r.get(0),
    )
}

/// Cases of a shelf with an entry from paper that waits for its writer's word.
pub(super) fn unanswered_in(db: &impl Query, shelf: ShelfNo) -> Result<Vec<Id>> {
    db.all(
        "SELECT DISTINCT case_id FROM paper_opinion p WHERE shelf = ?1 AND NOT EXISTS
           (SELECT 1 FROM paper_reply r WHERE r.paper = p.id)",
        [shelf.0],
        |r| r.get(0).map(Id::from_raw),
    )
}

impl Store {
    /// All cases of an open volume that are not at their end, with their numbers, oldest first. No titles: whoever
    /// closes a year need not be somebody who may read it.
    pub fn open_cases(&self, no: i64) -> Result<Vec<(Id, String)>> {
        self.inner.catalogue.volume(no)?.read()?.all(
            "SELECT c.id, coalesce(c.number, '') FROM cases c WHERE EXISTS (SELECT 1 FROM shelf_owner o WHERE o.shelf = c.shelf
                 AND o.state = 'active') AND (c.state = 'open' OR EXISTS
               (SELECT 1 FROM task t WHERE t.case_id = c.id AND t.state IN ('open','waiting','queued')))
             ORDER BY c.id",
            [],
            |r| Ok((Id::from_raw(r.get(0)?), r.get(1)?)),
        )
    }

    /// One volume.
    pub fn volume(&self, no: i64) -> Result<Volume> {
        let all = self.volumes()?;
        all.into_iter().find(|v| v.no == no).ok_or(Error::NotFound)
    }

    /// Asks for one year's shelves of a volume to be moved into a volume of their own; gives its number.
    pub fn split_year(&self, no: i64, year: i16, stamp: Stamp) -> Result<i64> {
        let volume = self.volume(no)?;
        let shelves: Vec<ShelfNo> = volume
            .shelves
            .iter()
            .filter(|(.., y)| *y == year && year != 0)
            .map(|(shelf, ..)| *shelf)
            .collect();
        if volume.state != VolumeState::Open || shelves.is_empty() {
            return Err(Error::invalid("year", "柜里没有这一年的案卷，请重新选"));
        }
        let key = VolumeKey {
            year: Some(year),
            ..volume.key
        };
        let catalogue = &self.inner.catalogue;
        let to = catalogue.volume_for(key, self.clock().now())?.no;
        if to == no {
            return Err(Error::Conflict("这一年已经在自己的柜子里了".into()));
        }
        write::run(catalogue.hub(), ShelfNo::HUB, stamp, move |w| {
            let (by, at) = (w.stamp().actor.clone(), w.at().0);
            for shelf in &shelves {
                w.execute(
                    "INSERT INTO relocation(shelf, from_volume, to_volume, state, asked_by, asked_at)
                     SELECT ?1, ?2, ?3, 'waiting', ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM relocation
                       WHERE shelf = ?1 AND state IN ('waiting','copying','switched'))",
                    params![shelf.0, no, to, by, at],
                )?;
            }
            w.quiet("要搬几盒案卷；清单不受影响");
            Ok(())
        })?;
        Ok(to)
    }

    /// What stands in the way of closing a volume.
    pub fn closing(&self, no: i64) -> Result<Closing> {
        let volume = self.volume(no)?;
        let mut years: Vec<i16> = volume.shelves.iter().map(|(.., year)| *year).collect();
        years.sort_unstable();
        years.dedup();
        let moving = self.hub()?.one(
            "SELECT count(*) FROM relocation WHERE (from_volume = ?1 OR to_volume = ?1)
               AND state IN ('waiting','copying','switched')",
            [no],
            |r| r.get(0),
        )?;
        let mut found = Closing {
            year: match years.as_slice() {
                [year] if *year != 0 => Some(*year),
                _ => None,
            },
            years,
            moving,
            ..Closing::default()
        };
        if volume.state == VolumeState::Open {
            let file = self.inner.catalogue.volume(no)?;
            file.read()?
                .snapshot(|read| fill(&mut found, read, &volume))?;
        }
        Ok(found)
    }
}

fn fill(found: &mut Closing, read: &Read, volume: &Volume) -> Result<()> {
    for (shelf, ..) in &volume.shelves {
        found.open_count += open_in(read, *shelf)?;
        found.unanswered += unanswered_in(read, *shelf)?.len() as i64;
        found.unbegun += unbegun_in(read, *shelf)?;
    }
    found.open = read.all(
        "SELECT c.id, c.title, c.number, coalesce(group_concat(DISTINCT t.holder_name), '')
         FROM cases c LEFT JOIN task t ON t.case_id = c.id AND t.state IN ('open','waiting','queued')
         WHERE c.state = 'open' OR t.id IS NOT NULL GROUP BY c.id ORDER BY c.id LIMIT ?1",
        [MOST],
        |r| {
            Ok(OpenCase {
                case: Id::from_raw(r.get(0)?),
                title: r.get(1)?,
                number: r.get(2)?,
                holders: r.get::<_, String>(3)?.replace(',', "、"),
            })
        },
    )?;
    found.drafts = read.all(
        "SELECT person, count(*) FROM draft GROUP BY person ORDER BY person",
        [],
        |r| Ok((PersonId(r.get(0)?), r.get(1)?)),
    )?;
    Ok(())
}
