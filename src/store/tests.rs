//! What the store promises, tried on real files in a folder of its own.
//! Each test proves its set-up first; the kill test is in `tests/it/kill.rs`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::*;
use crate::kit::{Digest, Error, Id, Millis};
use std::path::PathBuf;
use std::sync::atomic::AtomicU32;

static NEXT: AtomicU32 = AtomicU32::new(0);
const NOON: Millis = Millis(1_780_000_000_000);

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("ink-store-{}-{n}", std::process::id())))
    }
    fn open(&self) -> Store {
        let dir = DataDir::make(&self.0).unwrap();
        Store::open(&dir, Clock::held(NOON), vec![Box::new(Titles)]).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The smallest projection: the title of each case.
struct Titles;

impl Projection for Titles {
    fn prepare(&self, _: &IndexWrite<'_>) -> Result<bool> {
        Ok(true)
    }
    fn refresh(&self, ix: &IndexWrite<'_>, volume: &Read, case: Id) -> Result<()> {
        let title: String =
            volume.one("SELECT title FROM cases WHERE id = ?1", [case.raw()], |r| {
                r.get(0)
            })?;
        ix.execute("DELETE FROM case_list WHERE case_id = ?1", [case.raw()])?;
        ix.execute(
            "INSERT INTO case_list VALUES(?1,?2,1,1,2026,'p','事项',?3,NULL,'','open','','',1,0,0,NULL,NULL)",
            params![case.raw(), case.shelf().0, title],
        )?;
        Ok(())
    }
    fn forget(&self, ix: &IndexWrite<'_>, shelf: ShelfNo) -> Result<()> {
        ix.execute("DELETE FROM case_list WHERE shelf = ?1", [shelf.0])?;
        Ok(())
    }
    fn targets(&self, volume: &Read, shelf: ShelfNo) -> Result<Vec<Id>> {
        volume.all("SELECT id FROM cases WHERE shelf = ?1", [shelf.0], |r| {
            r.get(0).map(Id::from_raw)
        })
    }
}

fn stamp(op: &str) -> Stamp {
    Stamp {
        op: op.into(),
        ..Stamp::new("person:1", "case.start", NOON)
    }
}

fn insert(w: &mut Write<'_>, title: &str) -> Result<Id> {
    let id = w.next_id();
    w.execute(
        "INSERT INTO cases(id, shelf, rev, procedure, version, organ, dept, year, title, urgency, state,
           step, visit, starter, starter_name, form, opened_at, changed_at)
         VALUES(?1,?2,1,'p','v',1,1,2026,?3,'','open','s',1,1,'甲','{}',0,0)",
        params![id.raw(), w.shelf().0, title],
    )?;
    w.emit("case.changed", Some(id), &())?;
    Ok(id)
}

fn titles(store: &Store) -> Vec<String> {
    assert!(store.drain(Duration::from_secs(5)));
    store
        .index()
        .unwrap()
        .all("SELECT title FROM case_list ORDER BY case_id", [], |r| {
            r.get(0)
        })
        .unwrap()
}

fn count(store: &Store, shelf: ShelfNo, statement: &'static str) -> i64 {
    store
        .shelf(shelf)
        .unwrap()
        .one(statement, [], |r| r.get(0))
        .unwrap()
}

#[test]
fn what_is_written_is_listed_and_survives_a_restart() {
    let folder = Folder::new();
    let store = folder.open();
    let shelf = store.shelf_for(1, 2026).unwrap();
    let done = store.write(shelf, stamp(""), |w| insert(w, "甲")).unwrap();
    assert!(store.settle(&done));
    assert_eq!(titles(&store), ["甲"]);
    drop(store);
    std::fs::remove_file(folder.0.join("index.db")).unwrap();
    let store = folder.open();
    assert_eq!(store.shelf_for(1, 2026).unwrap(), shelf);
    assert_eq!(titles(&store), ["甲"], "a deleted index is made again");
}

#[test]
fn an_error_or_a_panic_undoes_its_own_request_only() {
    let folder = Folder::new();
    let store = folder.open();
    let shelf = store.shelf_for(1, 2026).unwrap();
    let threads: Vec<_> = (0..24)
        .map(|i| {
            let store = store.clone();
            std::thread::spawn(move || {
                store.write(shelf, stamp(""), move |w| {
                    let id = insert(w, &i.to_string())?;
                    match i % 3 {
                        0 => Ok(id),
                        1 => Err(Error::invalid("title", "不行")),
                        _ => panic!("handler {i}"),
                    }
                })
            })
        })
        .collect();
    let good = threads
        .into_iter()
        .filter(|_| true)
        .map(|t| t.join().unwrap())
        .filter(Result::is_ok)
        .count();
    assert_eq!(good, 8);
    assert_eq!(count(&store, shelf, "SELECT count(*) FROM cases"), 8);
    assert_eq!(count(&store, shelf, "SELECT count(*) FROM outbox"), 8);
    assert_eq!(count(&store, shelf, "SELECT count(*) FROM audit"), 8);
}

#[test]
fn a_change_without_an_event_is_refused_unless_it_says_why() {
    let folder = Folder::new();
    let store = folder.open();
    let shelf = store.shelf_for(1, 2026).unwrap();
    let silent = store.write(shelf, stamp(""), |w| {
        w.execute("INSERT INTO series VALUES(?1,'k',2026,1)", [w.shelf().0])
    });
    assert!(matches!(silent, Err(Error::Fault(_))));
    let said = store.write(shelf, stamp(""), |w| {
        w.quiet("a counter nobody lists");
        w.execute("INSERT INTO series VALUES(?1,'k',2026,1)", [w.shelf().0])
    });
    assert!(said.is_ok());
}

#[test]
fn the_same_submit_twice_is_one_case() {
    let folder = Folder::new();
    let store = folder.open();
    let shelf = store.shelf_for(1, 2026).unwrap();
    let first = store
        .write(shelf, stamp("once"), |w| insert(w, "甲"))
        .unwrap();
    let again = store
        .write(shelf, stamp("once"), |w| insert(w, "甲"))
        .unwrap();
    assert_eq!(first.value, again.value);
    assert_eq!(titles(&store), ["甲"]);
}

#[test]
fn a_row_cannot_stand_on_another_shelf() {
    let folder = Folder::new();
    let store = folder.open();
    let (one, two) = (
        store.shelf_for(1, 2026).unwrap(),
        store.shelf_for(2, 2026).unwrap(),
    );
    let id = store
        .write(one, stamp(""), |w| insert(w, "甲"))
        .unwrap()
        .value;
    let moved = store.write(two, stamp(""), move |w| {
        w.execute(
            "UPDATE cases SET shelf = ?2 WHERE id = ?1",
            params![id.raw(), w.shelf().0],
        )?;
        w.emit("x", None, &())
    });
    assert!(moved.is_err());
    assert!(matches!(
        store.write(two, stamp(""), move |w| w.must_hold(id)),
        Err(Error::Fault(_))
    ));
}

#[test]
fn audit_cannot_be_changed_and_replace_does_not_slip_past() {
    let folder = Folder::new();
    let store = folder.open();
    let shelf = store.shelf_for(1, 2026).unwrap();
    store.write(shelf, stamp(""), |w| insert(w, "甲")).unwrap();
    for statement in [
        "UPDATE audit SET actor = 'x'",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit",
        "UPDATE outbox SET payload = ''",
    ] {
        let done = store.write(shelf, stamp(""), move |w| {
            w.quiet("test");
            w.execute(statement, [])
        });
        assert!(done.is_err(), "{statement}");
    }
}

#[test]
fn numbers_have_no_holes_when_actions_are_refused() {
    let folder = Folder::new();
    let store = folder.open();
    let shelf = store.shelf_for(1, 2026).unwrap();
    let first = store.reserve(shelf, "series", "收文/2026", "a").unwrap();
    assert_eq!(first.n, 1);
    assert_eq!(
        store.reserve(shelf, "series", "收文/2026", "a").unwrap(),
        first
    );
    let second = store.reserve(shelf, "series", "收文/2026", "b").unwrap();
    assert_eq!(second.n, 2);
    // The second of the same submit is still about: nothing may be given back yet.
    store.settle_claim(&first).unwrap();
    let third = store.reserve(shelf, "series", "收文/2026", "d").unwrap();
    assert_eq!(third.n, 3);
    store.settle_claim(&first).unwrap();
    assert_eq!(
        store.reserve(shelf, "series", "收文/2026", "c").unwrap().n,
        1
    );
}

#[test]
fn start_up_frees_or_binds_what_a_crash_left_reserved() {
    let folder = Folder::new();
    let store = folder.open();
    let shelf = store.shelf_for(1, 2026).unwrap();
    let used = store.reserve(shelf, "series", "k", "a").unwrap();
    let lost = store.reserve(shelf, "series", "k", "b").unwrap();
    let claim = used.clone();
    store
        .write(shelf, stamp(""), move |w| {
            let id = insert(w, "甲")?;
            w.bind(&claim, id)?;
            Ok(id)
        })
        .unwrap();
    drop(store);
    let store = folder.open();
    let states: Vec<(i64, String)> = store
        .hub()
        .unwrap()
        .all("SELECT n, state FROM claim ORDER BY n", [], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })
        .unwrap();
    assert_eq!(states, [(used.n, "bound".into()), (lost.n, "free".into())]);
}

#[test]
fn contents_come_back_and_are_kept_once() {
    let folder = Folder::new();
    let store = folder.open();
    let shelf = store.shelf_for(1, 2026).unwrap();
    let bytes: Vec<u8> = (0..5_000_000u32).map(|i| (i % 251) as u8).collect();
    for _ in 0..2 {
        let mut up = store.upload(shelf).unwrap();
        for part in bytes.chunks(70_000) {
            up.push(part).unwrap();
        }
        let (digest, size) = up.finish().unwrap();
        assert_eq!((digest, size), (Digest::of(&bytes), 5_000_000));
    }
    let all = store
        .blob(shelf, Digest::of(&bytes))
        .unwrap()
        .all(i64::MAX)
        .unwrap();
    assert_eq!(all.unwrap(), bytes);
    assert!(matches!(
        store.blob(shelf, Digest::of(b"x")),
        Err(Error::NotFound)
    ));
}

#[test]
fn a_file_of_another_kind_is_refused_untouched() {
    let folder = Folder::new();
    let store = folder.open();
    store.checkpoint();
    drop(store);
    let (hub, index) = (folder.0.join("hub.db"), folder.0.join("index.db"));
    std::fs::copy(&index, &hub).unwrap();
    let dir = DataDir::make(&folder.0).unwrap();
    assert!(Store::open(&dir, Clock::held(NOON), vec![]).is_err());
}

#[test]
fn writers_share_commits() {
    let folder = Folder::new();
    let store = folder.open();
    let shelf = store.shelf_for(1, 2026).unwrap();
    std::thread::scope(|s| {
        for _ in 0..16 {
            s.spawn(|| {
                for _ in 0..50 {
                    store.write(shelf, stamp(""), |w| insert(w, "甲")).unwrap();
                }
            });
        }
    });
    assert!(
        store.counters().mean_batch() > 1.5,
        "{}",
        store.counters().mean_batch()
    );
    assert_eq!(titles(&store).len(), 800);
}

#[test]
fn placement_is_decided_before_the_first_shelf() {
    let folder = Folder::new();
    let store = folder.open();
    let mut rule = placement::Rule::default();
    rule.common.yearly = true;
    store.place_by(&rule).unwrap();
    let (old, new) = (
        store.shelf_for(1, 2025).unwrap(),
        store.shelf_for(1, 2026).unwrap(),
    );
    assert_ne!(
        store.inner.catalogue.file_of(old).unwrap().no,
        store.inner.catalogue.file_of(new).unwrap().no
    );
    assert!(matches!(store.place_by(&rule), Err(Error::Conflict(_))));
}

#[test]
fn one_commit_a_request_writes_the_same() {
    let folder = Folder::new();
    let dir = DataDir::make(&folder.0).unwrap();
    let ways = Ways {
        commits: Commits::Single { connections: 4 },
        slow_flush: Duration::from_millis(2),
        ..Ways::default()
    };
    let store = Store::open_as(ways, &dir, Clock::held(NOON), vec![Box::new(Titles)]).unwrap();
    let shelf = store.shelf_for(1, 2026).unwrap();
    std::thread::scope(|s| {
        for n in 0..8 {
            let store = &store;
            s.spawn(move || {
                let title = format!("第{n}件");
                store
                    .write(shelf, stamp(&title.clone()), move |w| insert(w, &title))
                    .unwrap();
            });
        }
    });
    let refused = store.write(shelf, stamp("refused"), |w| {
        insert(w, "不留")?;
        Err::<(), _>(Error::NotFound)
    });
    assert!(matches!(refused, Err(Error::NotFound)));
    assert_eq!(titles(&store).len(), 8);
    assert_eq!(
        store.counters().batches.load(Ordering::Relaxed),
        0,
        "the writer was used"
    );
}

/// What SQLite does by itself where the disk is full in the middle of a statement.
#[test]
fn who_shares_a_commit_that_was_rolled_back_hears_why() {
    let folder = Folder::new();
    let store = folder.open();
    let hub = store.inner.catalogue.hub().clone();
    let all: Vec<Result<i64>> = std::thread::scope(|s| {
        let one = |i: i64| {
            let hub = &hub;
            s.spawn(move || {
                hub.call(move |c| {
                    // long enough for the others to queue behind it
                    std::thread::sleep(Duration::from_millis(2));
                    if i == 4 {
                        c.execute_batch("ROLLBACK").map_err(connect::sql)?;
                        return Err(Error::Busy("磁盘已满，未保存".into()));
                    }
                    c.execute("INSERT INTO setting(k, v) VALUES(?1, '')", [i])
                        .map_err(connect::sql)?;
                    Ok(i)
                })
            })
        };
        let threads: Vec<_> = (0..8).map(one).collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let kept: i64 = store
        .hub()
        .unwrap()
        .one("SELECT count(*) FROM setting", [], |r| r.get(0))
        .unwrap();
    assert_eq!(all.iter().filter(|r| r.is_ok()).count() as i64, kept);
    assert!(kept < 8);
    for e in all.iter().filter_map(|r| r.as_ref().err()) {
        assert!(
            matches!(e, Error::Busy(why) if why.contains("未保存")),
            "{e:?}"
        );
    }
}
