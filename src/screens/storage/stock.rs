//! What all storage pages know of the cabinets: volumes, boxes with their sizes, what is on its way, what is
//! left of the disk. Read once a page. Not here: how any of it is drawn.
//! The size of a box is its part of its volume, by the number of its cases.

use crate::engine::register_store::count_by_shelf;
use crate::kit::{DeptId, Result, ShelfNo};
use crate::org::Directory;
use crate::store::placement::{Mode, Rule, VolumeKey};
use crate::store::{Relocation, RelocationState, Spare, Volume, VolumeState};
use crate::web::Visit;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Relocations looked at: more boxes than any office has.
const MOST: u32 = 4000;
/// Where the page of one volume answers.
const VOLUME_PAGE: &str = "/storage/volume/{no}";

/// A box: one department's working year.
#[derive(Debug, Clone)]
pub(super) struct Box {
    pub shelf: ShelfNo,
    pub dept: i64,
    pub year: i16,
    pub volume: i64,
    pub bytes: u64,
    pub cases: i64,
}

/// The cabinets with their boxes.
pub(super) struct Stock {
    pub rule: Rule,
    pub volumes: Vec<Volume>,
    pub boxes: Vec<Box>,
    /// Room inside the volumes' files that holds nothing, by number.
    pub spare: BTreeMap<i64, Spare>,
    /// The newest first.
    pub relocations: Vec<Relocation>,
    pub paused: bool,
    /// Free bytes of the disk, where it could be asked.
    pub left: Option<u64>,
    pub directory: Arc<Directory>,
    /// Whether the page of one volume opens to who reads this.
    pub leads_to_volumes: bool,
}

impl Stock {
    /// As it stands now.
    pub fn read(visit: &Visit) -> Result<Self> {
        let state = &visit.state;
        let store = &state.store;
        let volumes = store.volumes()?;
        let cases = count_by_shelf(&store.index()?)?;
        let boxes = volumes.iter().flat_map(|v| boxes_of(v, &cases)).collect();
        let open = volumes.iter().filter(|v| v.state == VolumeState::Open);
        // what is away says so itself
        let spare = open
            .filter_map(|v| Some((v.no, store.spare(v.no).ok()?)))
            .collect();
        Ok(Self {
            spare,
            rule: store.rule()?,
            boxes,
            volumes,
            relocations: store.relocations(MOST)?,
            paused: store.relocation_is_paused()?,
            left: store.room_left().ok(),
            directory: state.org.current(),
            leads_to_volumes: visit.may_open(VOLUME_PAGE),
        })
    }

    pub fn volume(&self, no: i64) -> Option<&Volume> {
        self.volumes.iter().find(|v| v.no == no)
    }

    pub fn find(&self, shelf: ShelfNo) -> Option<&Box> {
        self.boxes.iter().find(|b| b.shelf == shelf)
    }

    /// The boxes of a volume.
    pub fn in_volume(&self, no: i64) -> impl Iterator<Item = &Box> {
        self.boxes.iter().filter(move |b| b.volume == no)
    }

    /// Years there are boxes of, the newest first; what has no year last.
    pub fn years(&self) -> Vec<i16> {
        let all: BTreeSet<i16> = self.boxes.iter().map(|b| b.year).collect();
        all.into_iter().rev().collect()
    }

    /// What is on its way or waits for it.
    pub fn open(&self) -> impl Iterator<Item = &Relocation> {
        self.relocations.iter().filter(|r| is_open(r.state))
    }

    /// The boxes asked to move together last, in the order they were asked.
    pub fn round(&self) -> Vec<&Relocation> {
        let newest = self.open().map(|r| r.asked_at).max();
        let newest = newest.or_else(|| self.relocations.first().map(|r| r.asked_at));
        let mut all: Vec<&Relocation> = self
            .relocations
            .iter()
            .filter(|r| Some(r.asked_at) == newest)
            .collect();
        all.reverse();
        all
    }

    /// Short name of a department.
    pub fn dept(&self, dept: i64) -> &str {
        match self.directory.dept_short(DeptId(dept)) {
            "" => "已撤部门",
            name => name,
        }
    }

    /// What a cabinet is called: 财政所专柜, 2025年度柜, 共用柜.
    pub fn called(&self, key: VolumeKey) -> String {
        let year = |y: i16| format!("{y}年");
        match (key.dept, key.year) {
            (None, None) => "共用柜".into(),
            (None, Some(y)) => format!("{}度柜", year(y)),
            (Some(d), None) => format!("{}专柜", self.dept(d)),
            (Some(d), Some(y)) => format!("{}{}柜", self.dept(d), year(y)),
        }
    }

    /// The same with its number: 0002 柜（财政所专柜）.
    pub fn named(&self, no: i64) -> String {
        match self.volume(no) {
            Some(v) => format!("{no:04} 柜（{}）", self.called(v.key)),
            None => format!("{no:04} 柜"),
        }
    }

    /// In how many years the disk is full at last year's rate, where there was a last year.
    pub fn years_left(&self, this_year: i16) -> Option<u64> {
        let of = |year: i16| -> u64 {
            let all = self.boxes.iter().filter(|b| b.year == year);
            all.map(|b| b.bytes).sum()
        };
        let rate = of(this_year - 1);
        let left = self.left?;
        (rate > 0).then(|| left / rate)
    }
}

/// Whether a relocation is still to be done or finished.
pub(super) const fn is_open(state: RelocationState) -> bool {
    matches!(
        state,
        RelocationState::Waiting | RelocationState::Copying | RelocationState::Switched
    )
}

fn boxes_of(volume: &Volume, cases: &HashMap<ShelfNo, i64>) -> Vec<Box> {
    let count = |shelf: ShelfNo| cases.get(&shelf).copied().unwrap_or(0);
    let all: i64 = volume.shelves.iter().map(|(shelf, ..)| count(*shelf)).sum();
    let part = |n: i64| {
        let whole = u128::from(volume.bytes) * u128::try_from(n).unwrap_or(0);
        u64::try_from(whole / u128::try_from(all.max(1)).unwrap_or(1)).unwrap_or(0)
    };
    let drawn = |&(shelf, dept, year): &(ShelfNo, i64, i16)| Box {
        shelf,
        dept,
        year,
        volume: volume.no,
        bytes: part(count(shelf)),
        cases: count(shelf),
    };
    volume.shelves.iter().map(drawn).collect()
}

/// What a rule is called.
pub(super) const fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Shared => "共用",
        Mode::Exclusive => "部门独占",
        Mode::Yearly => "按年度",
        Mode::Mixed => "混合",
    }
}

/// A rule in one sentence.
pub(super) fn said(stock: &Stock, rule: &Rule) -> String {
    let names = |all: &dyn Fn(bool, bool) -> bool| -> String {
        let found = rule
            .except
            .iter()
            .filter(|(_, p)| all(p.exclusive, p.yearly));
        found
            .map(|(d, _)| stock.dept(*d))
            .collect::<Vec<_>>()
            .join("、")
    };
    let rest = match rule.common.yearly {
        true => "各部门一年一柜",
        false => "各部门共用一柜",
    };
    let parts = [
        (names(&|own, year| own && !year), "各自一柜"),
        (names(&|own, year| own && year), "各自一柜，一年一柜"),
        (names(&|own, year| !own && year), "和大家一起，一年一柜"),
        (names(&|own, year| !own && !year), "和大家一起，不分年"),
    ];
    let mut all: Vec<String> = Vec::new();
    for (names, how) in parts {
        if !names.is_empty() {
            let how = match names.contains('、') {
                true => how.to_owned(),
                false => how.replacen("各自", "自己", 1),
            };
            all.push(format!("{names}{how}"));
        }
    }
    if all.is_empty() {
        return format!("{rest}。");
    }
    format!("{}；其余{rest}。", all.join("；"))
}

/// A working year as people say it; what has no year is kept for good.
pub(super) fn year_word(year: i16) -> String {
    match year {
        0 => "长期".into(),
        y => format!("{y}年"),
    }
}

/// Boxes by year, the newest first.
pub(super) fn by_year<'a>(
    boxes: impl Iterator<Item = &'a Box>,
) -> BTreeMap<std::cmp::Reverse<i16>, Vec<&'a Box>> {
    let mut all: BTreeMap<std::cmp::Reverse<i16>, Vec<&Box>> = BTreeMap::new();
    for one in boxes {
        all.entry(std::cmp::Reverse(one.year))
            .or_default()
            .push(one);
    }
    all
}
