//! What is wrong with the backups and what to do about it, in words: for the health page, administrators' to-dos and
//! the line on their pages. Reads rows only; a place is looked at by whoever backs up.

use super::book::{self, Kept, Place, Seat, Standing};
use super::place::{self, Marker};
use super::{drill, keys, lost};
use crate::kit::{Error, Millis, Result, Zone};
use crate::store::query::{Query as _, Source as _};
use crate::store::{Stamp, Store};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Soon.
    Warn,
    /// Now: what is written today may be lost.
    Bad,
}

/// A level, a sentence that says what to do, where to do it.
pub type Alarm = (Level, String, &'static str);

/// The last good backup.
#[derive(Debug, Clone, Default)]
pub struct Status {
    pub last_good: Option<Kept>,
    /// 上次备份 今天 12:00 已验证.
    pub words: String,
}

const DAY: i64 = 24 * 3_600_000;
const WEEK: i64 = 7 * DAY;
/// What is due each month, the drill and the look at the sheet, with a week of grace.
const MONTHLY: i64 = 38 * DAY;
/// A backup that takes longer is too slow for an hour's rhythm.
const SLOW: i64 = 40 * 60;

const HOME: &str = "/backup";
const KEY: &str = "/backup/key";
const LOST: &str = "/backup/lost";
const DRILLS: &str = "/backup/drills";

/// What the line on administrators' pages says.
pub fn status(store: &Store) -> Result<Status> {
    let all = book::list(store, None, 200)?;
    let last_good = all.into_iter().find(|k| k.standing == Standing::Good);
    let zone = crate::store::kept_zone(store.inner.catalogue.dir())?;
    let now = store.clock().now();
    let words = last_good.as_ref().map_or_else(
        || "还没有做过备份".to_owned(),
        |k| format!("上次备份 {} 已验证", zone.short_time(k.made_at, now)),
    );
    Ok(Status { last_good, words })
}

/// Everything that is wrong, the worst first. Nothing of an office whose data are invented.
#[must_use]
pub fn alarms(store: &Store) -> Vec<Alarm> {
    let mut all = found(store).unwrap_or_else(|e| {
        let words = format!("看不到备份的情况：{e}");
        vec![(Level::Bad, words, HOME)]
    });
    all.sort_by_key(|a| std::cmp::Reverse(a.0));
    all
}

fn found(store: &Store) -> Result<Vec<Alarm>> {
    let invented = "SELECT v FROM setting WHERE k = 'setup.demo'";
    if store.hub()?.opt(invented, [], |_| Ok(()))?.is_some() {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    let mut add = |level, words: String, link| all.push((level, words, link));
    let superseded = store.backups().superseded();
    if !superseded.is_empty() {
        add(Level::Bad, superseded, HOME);
    }
    let lost = lost::lost(store)?;
    let open = lost.iter().filter(|l| l.confirmed_at.is_none()).count();
    if open > 0 {
        let words = format!("从备份恢复以后，有 {open} 项丢失的内容要您逐项看过、确认");
        add(Level::Bad, words, LOST);
    }
    match keys::keys(store)?.first() {
        None => add(
            Level::Bad,
            "还没有恢复码，备份没有开始。请印一张恢复码，收好".into(),
            KEY,
        ),
        Some(k) if k.proved_at.is_none() => add(
            Level::Warn,
            format!(
                "编号 {} 的恢复码还没有核对。请对照纸上抄一遍，确认印对了",
                k.number
            ),
            KEY,
        ),
        Some(_) => {}
    }
    let now = store.clock().now();
    of_places(store, now, &mut add)?;
    of_drills(store, now, &mut add)?;
    of_sheet(store, now, &mut add)?;
    Ok(all)
}

/// Whether the sheet is still where it was laid is known only to who looks for it (R31).
fn of_sheet(
    store: &Store,
    now: Millis,
    add: &mut impl FnMut(Level, String, &'static str),
) -> Result<()> {
    let keys = keys::keys(store)?;
    let Some((key, at)) = keys.first().and_then(|k| Some((k, k.proved_at?))) else {
        return Ok(());
    };
    if now.0 - at.0 > MONTHLY {
        let words = format!(
            "编号 {} 的恢复码一个多月没有核对了。请拿出那张纸对照抄一遍，确认还在、还看得清",
            key.number
        );
        add(Level::Warn, words, KEY);
    }
    Ok(())
}

fn of_places(
    store: &Store,
    now: Millis,
    add: &mut impl FnMut(Level, String, &'static str),
) -> Result<()> {
    let places = book::places(store)?;
    if places.is_empty() {
        let words = "还没有备份位置。请加一块盘、一个 U 盘，或者另一台电脑的共享文件夹";
        add(Level::Bad, words.into(), HOME);
        return Ok(());
    }
    let first = places.iter().map(|p| p.added_at.0).min();
    if store.backups().only_on_own_disk() && first.is_some_and(|at| now.0 - at > WEEK) {
        let words = "备份都在电脑自己的盘上，盘坏了或者中了勒索病毒会一起丢。请插入备份 U 盘，把它加成备份位置，做完一次就拔下来收好，每星期插一次";
        add(Level::Warn, words.into(), HOME);
    }
    for place in &places {
        of_place(store, (&places, place), now, add)?;
    }
    Ok(())
}

/// Whether a backup is of the last day.
fn is_fresh(made_at: Millis, now: Millis) -> bool {
    now.0 - made_at.0 <= DAY
}

/// Whether another place is well: then one that lies in a drawer may lie there for a while.
fn is_well_elsewhere(
    store: &Store,
    (places, place): (&[Place], &Place),
    now: Millis,
) -> Result<bool> {
    for other in places.iter().filter(|p| p.id != place.id) {
        let all = book::list(store, Some(other.id), 50)?;
        let good = all.iter().find(|k| k.standing == Standing::Good);
        if other.trouble.is_empty() && good.is_some_and(|k| is_fresh(k.made_at, now)) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn of_place(
    store: &Store,
    (places, place): (&[Place], &Place),
    now: Millis,
    add: &mut impl FnMut(Level, String, &'static str),
) -> Result<()> {
    let all = book::list(store, Some(place.id), 50)?;
    let good = all.iter().find(|k| k.standing == Standing::Good);
    let since = good.map_or(place.added_at, |k| k.made_at);
    let old = !is_fresh(since, now);
    let level = if old { Level::Bad } else { Level::Warn };
    let path = &place.path;
    if place::is_absent(&place.trouble) && is_well_elsewhere(store, (places, place), now)? {
        // a stick that lies in a drawer is what it is for; once a week it has to come out (R32)
        if now.0 - since.0 > WEEK {
            let words = format!(
                "备份盘 {path} 一个多星期没有插上了。请插入它，等备份做完（约一小时内）再拔下来收好"
            );
            add(Level::Bad, words, HOME);
        }
    } else if !place.trouble.is_empty() {
        add(level, format!("备份写不进去：{}", place.trouble), HOME);
    } else if old {
        let words = format!("{path} 超过一天没有好的备份了。请点“马上备份”，看看卡在哪里");
        add(Level::Bad, words, HOME);
    }
    if let Some(bad) = all.first().filter(|k| k.standing == Standing::Bad) {
        let words = format!("{path} 最近一份备份没有通过核对：{}", bad.words);
        add(Level::Bad, words, HOME);
    }
    if good.is_some_and(|k| k.seconds > SLOW) {
        let words = format!("{path} 太慢，一次备份要四十分钟以上。请换一块快些的盘");
        add(Level::Warn, words, HOME);
    }
    Ok(())
}

fn of_drills(
    store: &Store,
    now: Millis,
    add: &mut impl FnMut(Level, String, &'static str),
) -> Result<()> {
    let drills = drill::drills(store, 1)?;
    match drills.first() {
        Some(d) if !d.good => add(
            Level::Bad,
            format!("最近一次恢复演练没有通过：{}", d.words),
            DRILLS,
        ),
        Some(d) if now.0 - d.at.0 > MONTHLY => {
            add(
                Level::Warn,
                "一个多月没有做恢复演练了。请点“马上演练”".into(),
                DRILLS,
            );
        }
        _ => {}
    }
    Ok(())
}

/// Looks at the places that can be reached for a server that took this office over; it is told on every page then.
pub fn look_for_newer(store: &Store) -> Result<()> {
    let (seat, zone) = (
        book::seat(store)?,
        crate::store::kept_zone(store.inner.catalogue.dir())?,
    );
    for marker in markers(store, &seat)? {
        if let Err(e) = ours(&marker, &seat, zone) {
            store.backups().supersede(e.to_string());
        }
    }
    Ok(())
}

fn markers(store: &Store, seat: &Seat) -> Result<Vec<Marker>> {
    let places = book::places(store)?;
    // a place that is away is looked at when it is back
    let found = places.iter().filter_map(|p| {
        place::read_marker(&place::folder(&p.path, &seat.office))
            .ok()
            .flatten()
    });
    Ok(found.collect())
}

/// The other server was only a trial: this one goes on, as the next generation.
pub fn take_over(store: &Store, stamp: Stamp) -> Result<()> {
    let seat = book::seat(store)?;
    let most = markers(store, &seat)?.iter().map(|m| m.generation).max();
    let next = most.unwrap_or(0).max(seat.generation) + 1;
    book::audit(store, stamp, "这台电脑接着做备份", move |w| {
        w.note(format!("第 {next} 代"));
        book::set(w.conn(), book::GENERATION, &next.to_string())
    })?;
    store.backups().supersede(String::new());
    Ok(())
}

/// Whether the server a marker names is this one or one this one followed.
pub(super) fn ours(marker: &Marker, seat: &Seat, zone: Zone) -> Result<()> {
    let newer = marker.generation > seat.generation
        || (marker.generation == seat.generation && marker.seat != seat.seat);
    if marker.office != seat.office || !newer {
        return Ok(());
    }
    Err(Error::Busy(format!(
        "本单位的数据已经在另一台电脑上恢复使用（{} 还在那里备份）。这台是旧的，请停用它，以那一台为准；这台上以后写的内容那边看不到，这台也不再往备份位置写",
        zone.long_time(Millis(marker.at))
    )))
}
