//! What statistics come to, from rows a person may see: how many cases by month and by procedure, how many kept
//! their dates, how long each step and each department took in working days. Pure; the rows come from
//! `statistics_store`. Not here: whoever did the work: people are counted nowhere and compared nowhere.
//!
//! Decision 2026-11-22: a department with fewer than five cases has its number shown and nothing else: one late
//! paper out of two says nothing of a department, and would be read as if it did (domain §3.14).

use crate::kit::{Calendar, Day, Id, Millis, Zone};
use std::collections::{BTreeMap, BTreeSet};

/// Departments with fewer cases than this are not compared.
pub const FEWEST: usize = 5;

/// Cases alike, counted by the lists.
#[derive(Debug, Clone)]
pub struct Heap {
    pub year: i16,
    pub month: u8,
    pub procedure: String,
    /// All of them; void ones are counted nowhere.
    pub cases: u64,
    pub ended: u64,
    /// Those in which something had a deadline.
    pub timed: u64,
    /// Those in which one was missed.
    pub late: u64,
}

/// A piece of work that was done.
#[derive(Debug, Clone)]
pub struct Spent {
    pub case: Id,
    pub step: String,
    /// Where its step stands in its procedure: the order of the table.
    pub place: i64,
    /// Empty where the department is confidential.
    pub dept: String,
    pub given_at: Millis,
    pub done_at: Millis,
    pub due_at: Option<Millis>,
}

/// A piece of work that somebody has now.
#[derive(Debug, Clone)]
pub struct Waits {
    pub case: Id,
    pub step: String,
    pub place: i64,
    /// As a stored principal.
    pub holder: i64,
    /// The department that has it today, as the office calls it.
    pub dept: String,
    pub due_at: Option<Millis>,
}

/// Which cases a figure of the statistics counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Behind {
    /// Id of a procedure; empty: any.
    pub procedure: String,
    /// Began in this month; 0: any.
    pub month: u8,
    pub fate: Fate,
    /// A step by its name, that was done, or is at hand where the fate says so; empty: any.
    pub step: String,
    /// A department that did some of it, or has it; empty: any.
    pub dept: String,
    /// Whoever has work of that department today, as stored principals.
    pub holders: Vec<i64>,
    /// What was due before this is late, in milliseconds.
    pub today: i64,
}

/// How the cases kept their dates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Fate {
    #[default]
    Any,
    /// Something in them had a date.
    Timed,
    /// And none was missed.
    Kept,
    /// Or one was.
    Late,
    /// They have ended.
    Ended,
    /// Somebody has work of them now.
    Waiting,
    /// And it is past its day.
    Overdue,
}

/// Cases and how they kept their dates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub cases: u64,
    pub ended: u64,
    pub timed: u64,
    pub late: u64,
}

/// How long work took, in working days: 0 is the same day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Took {
    pub name: String,
    pub cases: u64,
    pub times: u64,
    pub median: f64,
    pub longest: i64,
    /// The case of the longest.
    pub longest_case: Option<Id>,
    pub timed: u64,
    pub late: u64,
    /// Of a step: where it stands in its procedure.
    pub place: i64,
    /// Cases that are there now, and those of them that are past their day. No time of theirs is counted yet.
    pub waiting: u64,
    pub overdue: u64,
}

/// All of it, of one year against the one before.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Statistics {
    pub all: Tally,
    pub before: Tally,
    /// January first.
    pub months: [Tally; 12],
    pub months_before: [Tally; 12],
    pub procedures: BTreeMap<String, Tally>,
    /// In the order of the flow.
    pub steps: Vec<Took>,
    /// By name, never by how they did.
    pub depts: Vec<Took>,
}

impl Tally {
    fn add(&mut self, h: &Heap) {
        self.cases += h.cases;
        self.ended += h.ended;
        self.timed += h.timed;
        self.late += h.late;
    }

    /// Of a hundred cases with a deadline so many kept it; none had one.
    #[must_use]
    pub fn kept(&self) -> Option<f64> {
        kept(self.timed, self.late)
    }
}

impl Took {
    /// The same of pieces of work.
    #[must_use]
    pub fn kept(&self) -> Option<f64> {
        kept(self.timed, self.late)
    }

    /// Whether there is enough of it to be laid beside others.
    #[must_use]
    pub fn is_compared(&self) -> bool {
        self.cases >= FEWEST as u64
    }
}

impl Statistics {
    /// With what waits now; what was due before `today` is overdue.
    #[must_use]
    pub fn with_waiting(mut self, waits: &[Waits], today: Millis) -> Self {
        for (all, name) in [
            (&mut self.steps, (|w| w.step.as_str()) as fn(&Waits) -> &str),
            (&mut self.depts, |w| w.dept.as_str()),
        ] {
            for (name, (place, here, late)) in heaped(waits, name, today) {
                let known = all.iter().position(|t| t.name == name);
                let at = known.unwrap_or_else(|| {
                    let name = name.to_owned();
                    all.push(Took {
                        name,
                        place,
                        ..Took::default()
                    });
                    all.len() - 1
                });
                if let Some(took) = all.get_mut(at) {
                    (took.waiting, took.overdue) = (here.len() as u64, late.len() as u64);
                }
            }
        }
        self.steps
            .sort_by(|a, b| (a.place, &a.name).cmp(&(b.place, &b.name)));
        self.depts.sort_by(|a, b| a.name.cmp(&b.name));
        self
    }
}

/// Of each name: its place, the cases that are there, and those of them past their day.
type Heaped<'a> = BTreeMap<&'a str, (i64, BTreeSet<Id>, BTreeSet<Id>)>;

fn heaped(waits: &[Waits], name: fn(&Waits) -> &str, today: Millis) -> Heaped<'_> {
    let mut all = Heaped::new();
    for w in waits.iter().filter(|w| !name(w).is_empty()) {
        let (place, here, late) = all
            .entry(name(w))
            .or_insert_with(|| (w.place, BTreeSet::new(), BTreeSet::new()));
        *place = w.place.min(*place);
        here.insert(w.case);
        if w.due_at.is_some_and(|due| due < today) {
            late.insert(w.case);
        }
    }
    all
}

fn kept(timed: u64, late: u64) -> Option<f64> {
    (timed > 0).then(|| (timed - late.min(timed)) as f64 * 100.0 / timed as f64)
}

/// Puts it together for a year.
#[must_use]
pub fn reckon(
    year: i16,
    (heaps, spent): (&[Heap], &[Spent]),
    (zone, calendar): (Zone, &Calendar),
) -> Statistics {
    let mut s = Statistics::default();
    for h in heaps {
        let now = h.year == year;
        let (all, months) = match now {
            true => (&mut s.all, &mut s.months),
            false => (&mut s.before, &mut s.months_before),
        };
        all.add(h);
        if let Some(month) = months.get_mut(usize::from(h.month.saturating_sub(1))) {
            month.add(h);
        }
        if now {
            s.procedures.entry(h.procedure.clone()).or_default().add(h);
        }
    }
    let days = Workdays::over(spent, (zone, calendar));
    let (mut steps, mut depts) = (BTreeMap::new(), BTreeMap::new());
    for one in spent {
        let took = days.between(one.given_at, one.done_at);
        let step: &mut Pile = steps.entry(one.step.as_str()).or_default();
        step.add(one, took);
        if !one.dept.is_empty() {
            depts
                .entry(one.dept.as_str())
                .or_insert_with(Pile::default)
                .add(one, took);
        }
    }
    let mut in_order: Vec<(i64, Took)> = steps
        .into_iter()
        .map(|(n, p)| (p.place, p.took(n)))
        .collect();
    in_order.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.name.cmp(&b.1.name)));
    s.steps = in_order.into_iter().map(|(_, t)| t).collect();
    s.depts = depts.into_iter().map(|(n, p)| p.took(n)).collect();
    s
}

/// Work of one name.
#[derive(Default)]
struct Pile {
    cases: BTreeSet<Id>,
    days: Vec<i64>,
    longest: Option<(i64, Id)>,
    timed: u64,
    late: u64,
    place: i64,
}

impl Pile {
    fn add(&mut self, one: &Spent, took: i64) {
        self.place = if self.days.is_empty() {
            one.place
        } else {
            self.place.min(one.place)
        };
        self.cases.insert(one.case);
        self.days.push(took);
        if self.longest.is_none_or(|(most, _)| took > most) {
            self.longest = Some((took, one.case));
        }
        if let Some(due) = one.due_at {
            self.timed += 1;
            self.late += u64::from(one.done_at > due);
        }
    }

    fn took(mut self, name: &str) -> Took {
        self.days.sort_unstable();
        Took {
            name: name.to_owned(),
            cases: self.cases.len() as u64,
            times: self.days.len() as u64,
            median: median(&self.days),
            longest: self.longest.map_or(0, |(n, _)| n),
            longest_case: self.longest.map(|(_, c)| c),
            timed: self.timed,
            late: self.late,
            place: self.place,
            waiting: 0,
            overdue: 0,
        }
    }
}

/// Of sorted numbers; between the two in the middle where there is an even number of them.
fn median(sorted: &[i64]) -> f64 {
    let at = |i: usize| sorted.get(i).copied().unwrap_or(0) as f64;
    match sorted.len() {
        0 => 0.0,
        n if n % 2 == 1 => at(n / 2),
        n => f64::midpoint(at(n / 2 - 1), at(n / 2)),
    }
}

/// Working days from a first day on, summed up: a difference is two look-ups where walking a calendar for each of
/// a hundred thousand rows took seconds.
struct Workdays {
    zone: Zone,
    first: Day,
    sums: Vec<i64>,
}

impl Workdays {
    fn over(spent: &[Spent], (zone, calendar): (Zone, &Calendar)) -> Self {
        let first = spent.iter().map(|s| s.given_at.min(s.done_at)).min();
        let last = spent.iter().map(|s| s.given_at.max(s.done_at)).max();
        let first = zone.day(first.unwrap_or_default());
        let last = zone.day(last.unwrap_or_default());
        let mut sum = 0;
        let sums = (0..=first.days_until(last).clamp(0, 40_000))
            .map(|i| {
                sum += i64::from(calendar.is_working(first.plus_days(i)));
                sum
            })
            .collect();
        Self { zone, first, sums }
    }

    fn sum(&self, at: Millis) -> i64 {
        let i = self.first.days_until(self.zone.day(at));
        let i = usize::try_from(i)
            .unwrap_or(0)
            .min(self.sums.len().saturating_sub(1));
        self.sums.get(i).copied().unwrap_or(0)
    }

    /// Working days after the day of `from` up to and including the day of `to`.
    fn between(&self, from: Millis, to: Millis) -> i64 {
        (self.sum(to) - self.sum(from)).max(0)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::kit::ShelfNo;

    const ZONE: Zone = Zone::BEIJING;

    fn at(day: &str, hour: u8) -> Millis {
        ZONE.at(day.parse().unwrap(), hour, 0)
    }

    fn spent(n: i64, dept: &str, (from, to): (&str, &str)) -> Spent {
        Spent {
            case: Id::next(ShelfNo(1), Millis(n), n << 22),
            step: "承办".into(),
            place: 4,
            dept: dept.into(),
            given_at: at(from, 17),
            done_at: at(to, 9),
            due_at: Some(at("2026-03-16", 23)),
        }
    }

    #[test]
    fn time_is_counted_in_working_days_and_the_middle_is_the_median() {
        // Friday to Monday is one working day, the same day none
        let rows = [
            spent(1, "应急办", ("2026-03-13", "2026-03-16")),
            spent(2, "应急办", ("2026-03-13", "2026-03-13")),
            spent(3, "应急办", ("2026-03-09", "2026-03-20")),
            spent(4, "应急办", ("2026-03-09", "2026-03-12")),
        ];
        let calendar = Calendar::built_in();
        let s = reckon(2026, (&[], &rows), (ZONE, &calendar));
        let step = s.steps.first().unwrap();
        assert_eq!((step.cases, step.times, step.longest), (4, 4, 9));
        assert!((step.median - 2.0).abs() < 1e-9, "{}", step.median);
        assert_eq!((step.timed, step.late), (4, 1));
        assert_eq!(step.kept(), Some(75.0));
        for one in &rows {
            let slow = calendar.working_days_between(ZONE.day(one.given_at), ZONE.day(one.done_at));
            let days = Workdays::over(&rows, (ZONE, &calendar));
            assert_eq!(days.between(one.given_at, one.done_at), slow);
        }
        assert!(!s.depts.first().unwrap().is_compared(), "four are too few");
    }

    #[test]
    fn a_year_stands_beside_the_one_before() {
        let heap = |year, month, cases, late| Heap {
            year,
            month,
            procedure: "收文办件".into(),
            cases,
            ended: 1,
            timed: cases,
            late,
        };
        let heaps = [
            heap(2026, 3, 4, 1),
            heap(2026, 12, 2, 0),
            heap(2025, 3, 9, 0),
        ];
        let s = reckon(2026, (&heaps, &[]), (ZONE, &Calendar::built_in()));
        assert_eq!((s.all.cases, s.before.cases), (6, 9));
        assert_eq!(s.months.map(|m| m.cases).iter().sum::<u64>(), 6);
        assert_eq!(s.months[11].cases, 2);
        assert_eq!(s.months_before[2].cases, 9);
        assert_eq!(s.procedures.get("收文办件").unwrap().late, 1);
        assert_eq!(Tally::default().kept(), None, "nothing had a date");
    }
}
