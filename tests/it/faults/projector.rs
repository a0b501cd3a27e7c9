//! The projector stopped before and after every refresh it makes, at work and at start-up, and started
//! again without the fault: the index equals the volumes each time.

use crate::support::files::Image;
use crate::support::town::{Folder, Town, monday, says};
use inkstone::engine::definition::MoveId;
use inkstone::engine::index_store::Lists;
use inkstone::engine::run::Engine;
use inkstone::kit::{Clock, Id, Result, ShelfNo, Zone};
use inkstone::store::verify::verify;
use inkstone::store::{IndexWrite, Projection, Read, Stamp, Store};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Where in a refresh it stops.
#[derive(Clone, Copy, Debug)]
enum At {
    Before,
    After,
}

/// The lists, until the n-th refresh; from there on every one panics.
struct Failing {
    lists: Lists,
    left: Arc<AtomicUsize>,
    at: At,
    /// Says that the tables had to be made anew, as after a change of definitions.
    anew: bool,
}

impl Projection for Failing {
    fn prepare(&self, ix: &IndexWrite<'_>) -> Result<bool> {
        Ok(self.lists.prepare(ix)? && !self.anew)
    }
    fn refresh(&self, ix: &IndexWrite<'_>, volume: &Read, case: Id) -> Result<()> {
        let count = |n: usize| n.checked_sub(1);
        let stop = self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, count)
            .is_err();
        if stop && matches!(self.at, At::Before) {
            panic!("stopped before a refresh");
        }
        self.lists.refresh(ix, volume, case)?;
        assert!(!stop, "stopped after a refresh");
        Ok(())
    }
    fn forget(&self, ix: &IndexWrite<'_>, shelf: ShelfNo) -> Result<()> {
        self.lists.forget(ix, shelf)
    }
    fn targets(&self, volume: &Read, shelf: ShelfNo) -> Result<Vec<Id>> {
        self.lists.targets(volume, shelf)
    }
}

fn failing(after: usize, at: At, anew: bool) -> (Box<dyn Projection>, Arc<AtomicUsize>) {
    let left = Arc::new(AtomicUsize::new(after));
    let engine = Arc::new(Engine::shipped(Zone::BEIJING).unwrap());
    let lists = Lists::new(engine);
    let one = Failing {
        lists,
        left: left.clone(),
        at,
        anew,
    };
    (Box::new(one), left)
}

fn image() -> Image {
    let town = Town::new("projector");
    for i in 0..4 {
        let case = town
            .register("incoming-handle", &format!("来文{i}"))
            .unwrap()
            .case;
        if i % 2 == 0 {
            town.act("宋小笺", case, MoveId::Submit, says("拟请阅示。"))
                .unwrap();
        }
    }
    assert!(town.store.drain(std::time::Duration::from_secs(10)));
    Image::of(&town.stop())
}

fn mended(folder: Folder, what: &str) {
    let folder = Town::open(folder, Clock::held(monday())).stop();
    let findings = verify(&folder.dir()).unwrap();
    assert!(findings.is_empty(), "{what}: {findings:?}");
}

#[test]
fn stopped_at_work_it_is_mended_at_the_next_start() {
    let image = image();
    for n in 0..5 {
        for at in [At::Before, At::After] {
            let mut town = Town::open(image.copy("stopped"), Clock::held(monday()));
            let (failing, left) = failing(n, at, false);
            let clock = town.clock.clone();
            // the town's own store goes, the failing one takes its place
            let folder = std::mem::replace(&mut town.folder, Folder::new("none"));
            drop(town);
            let store = Store::open(&folder.dir(), clock.clone(), vec![failing]).unwrap();
            assert_eq!(left.load(Ordering::SeqCst), n, "nothing to carry at start");
            for (shelf, case) in cases(&store) {
                let stamp = Stamp::new("system:test", "case.touch", clock.now());
                store
                    .write(shelf, stamp, move |w| {
                        w.execute(
                            "UPDATE cases SET urgency = '特急', rev = rev + 1 WHERE id = ?1",
                            [case.raw()],
                        )?;
                        w.emit("case.touched", Some(case), &())
                    })
                    .unwrap();
            }
            let carried = store.drain(std::time::Duration::from_millis(300));
            assert_eq!(carried, n >= 4, "{n} refreshes for 4 cases");
            drop(store);
            mended(folder, &format!("{at:?} refresh {n}"));
        }
    }
}

fn cases(store: &Store) -> Vec<(ShelfNo, Id)> {
    use inkstone::store::Query as _;
    let index = store.index().unwrap();
    let all = index.all("SELECT case_id FROM case_list", [], |r| {
        r.get(0).map(Id::from_raw)
    });
    let all = all.unwrap();
    assert_eq!(all.len(), 4);
    all.into_iter().map(|c| (c.shelf(), c)).collect()
}

#[test]
fn stopped_in_a_rebuild_it_begins_the_rebuild_again() {
    let image = image();
    for n in 0..4 {
        for at in [At::Before, At::After] {
            for anew in [true, false] {
                let folder = image.copy("rebuild");
                if !anew {
                    std::fs::remove_file(folder.dir().index()).unwrap();
                }
                let (failing, _) = failing(n, at, anew);
                let dir = folder.dir();
                let opened = catch_unwind(AssertUnwindSafe(|| {
                    Store::open(&dir, Clock::held(monday()), vec![failing])
                }));
                assert!(opened.is_err(), "it should have stopped at {n}");
                mended(folder, &format!("{at:?} refresh {n} of a rebuild"));
            }
        }
    }
}

#[test]
fn a_rebuild_at_work_loses_no_event() {
    use inkstone::store::Query as _;
    let town = Town::new("rebuild-at-work");
    let listed = || {
        let index = town.store.index().unwrap();
        let count = index.one("SELECT count(*) FROM case_list", [], |r| r.get::<_, i64>(0));
        count.unwrap()
    };
    for i in 0..40 {
        std::thread::scope(|s| {
            let write = s.spawn(|| {
                town.register("incoming-handle", &format!("来文{i}"))
                    .unwrap()
            });
            while !write.is_finished() {
                town.store.rebuild_index().unwrap();
            }
        });
        // Nothing else wakes the projector.
        let began = std::time::Instant::now();
        while listed() != i + 1 {
            assert!(
                began.elapsed().as_secs() < 5,
                "{} of {} are listed",
                listed(),
                i + 1
            );
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    }
    let folder = town.stop();
    let findings = verify(&folder.dir()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}
