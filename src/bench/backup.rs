//! What a backup costs those who work meanwhile: people register at an office's own pace, first alone, then while
//! backups are made, and how many megabytes a second go out, sealed, checked and counted.
//! Invariant: what was backed up under the load is opened and counted by the backup itself, or nothing is reported.

use super::fill::{fill, one};
use super::folder::Folder;
use super::limits::texts;
use super::office::{Office, found, own_stamp};
use super::report::{Figure, Report};
use crate::kit::{Error, Result};
use crate::store::Ways;
use crate::store::backup;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const CASES: usize = 8_000;
/// Eight people, ten deeds a second each: far more than a township.
const PEOPLE: usize = 8;
const PACE: Duration = Duration::from_millis(100);
const ALONE: Duration = Duration::from_secs(10);
/// Backups made under the load.
const BACKUPS: usize = 3;
/// The goal: 95 of 100 wait at most a fifth longer (trust-and-ux R28).
const GOAL: f64 = 1.2;

/// Measures all of it.
pub(super) fn measure(report: &mut Report<'_>) -> Result<()> {
    let folder = Folder::make("backup")?;
    let dir = folder.data()?;
    let seats = found(&dir)?;
    let office = Office::open(&dir, Ways::default(), seats)?;
    fill(&office, CASES)?;
    let store = &office.state.store;
    let stamp = |what| own_stamp(&office, what);
    backup::make_key(store, "bench", stamp("backup.key"))?;
    let place = std::path::absolute(folder.file("place"))?;
    std::fs::create_dir_all(&place)?;
    backup::add_place(
        store,
        &place.display().to_string(),
        "bench",
        stamp("backup.place"),
    )?;
    let next = AtomicUsize::new(CASES);
    let (alone, _) = worked(&office, &next, || {
        std::thread::sleep(ALONE);
        Ok(0.0)
    })?;
    let (beside, rate) = worked(&office, &next, || backed_up(&office))?;
    let (before, during) = (p95(alone.clone()), p95(beside.clone()));
    report.add(Figure::new("backup_mb_s", rate, "MB/s"))?;
    let figure = Figure::new("write_p95_during_backup", during, "ms").against(before, GOAL);
    report.add(figure.low().counted(beside.len() as u64))?;
    report.remark(&format!(
        "单独办公 {} 次，95% 在 {before:.1} 毫秒以内；备份时 {} 次，{during:.1} 毫秒以内",
        alone.len(),
        beside.len()
    ))?;
    drop(office);
    folder.verify(report)
}

/// Three backups one after the other; plain megabytes a second, everything included.
fn backed_up(office: &Office) -> Result<f64> {
    let store = &office.state.store;
    let (began, mut bytes) = (Instant::now(), 0);
    for n in 0..BACKUPS {
        if n > 0 {
            // a backup is named by its second
            std::thread::sleep(Duration::from_secs(1));
        }
        bytes += store.volumes()?.iter().map(|v| v.bytes).sum::<u64>();
        let failed = backup::run(store)?
            .into_iter()
            .find_map(|m| m.outcome.err());
        if let Some(why) = failed {
            return Err(Error::Busy(why));
        }
    }
    let took = began.elapsed().as_secs_f64() - (BACKUPS - 1) as f64;
    Ok(bytes as f64 / 1_048_576.0 / took)
}

/// How long each deed took while `meanwhile` went on, and what that came to.
fn worked(
    office: &Office,
    next: &AtomicUsize,
    meanwhile: impl FnOnce() -> Result<f64>,
) -> Result<(Vec<Duration>, f64)> {
    let over = AtomicBool::new(false);
    let body = texts().next().unwrap_or_default();
    std::thread::scope(|scope| {
        let work = || -> Result<Vec<Duration>> {
            let mut took = Vec::new();
            while !over.load(Ordering::Relaxed) {
                let began = Instant::now();
                // every fourth stands at its beginning: one deed
                one(office, next.fetch_add(1, Ordering::Relaxed) * 4, &body)?;
                took.push(began.elapsed());
                std::thread::sleep(PACE.saturating_sub(began.elapsed()));
            }
            Ok(took)
        };
        let people: Vec<_> = (0..PEOPLE).map(|_| scope.spawn(work)).collect();
        let came_to = meanwhile();
        over.store(true, Ordering::Relaxed);
        let mut all = Vec::new();
        for person in people {
            let took = person.join();
            all.extend(took.unwrap_or_else(|_| Err(Error::fault("a writer panicked")))?);
        }
        Ok((all, came_to?))
    })
}

fn p95(mut took: Vec<Duration>) -> f64 {
    took.sort_unstable();
    let at = took.len() * 95 / 100;
    took.get(at).map_or(0.0, Duration::as_secs_f64) * 1000.0
}
