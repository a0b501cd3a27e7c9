//! Alarms: what looks as if somebody were at work who should not be (GB/T 22239-2019 8.1.4.4 f, ASVS 16.3). Pure rules
//! over what happened lately; `watch.rs` feeds them. Not for refusing anything: a rule may be wrong about an honest day.
//! Invariant: an alarm is raised once an hour for the same person or address, however long the matter goes on.

use super::entry::Access;
use super::refusal::Refused;
use super::{AdminRole, Allowed, Permit, Place, action, alarm_store};
use crate::kit::{Day, Millis, PersonId, Result, ShelfNo, Zone};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

action!(
    pub SeeAlarms,
    "alarm.open",
    "看报警",
    Allowed::Admins(&[AdminRole::Security, AdminRole::Audit]),
    Place::Anywhere,
);
action!(
    pub NoteAlarm,
    "alarm.seen",
    "报警看过了",
    Allowed::Admins(&[AdminRole::Security, AdminRole::Audit]),
    Place::Anywhere,
);

/// Within which things are counted together: 10 minutes.
const WINDOW_MS: i64 = 600_000;
/// For how long the same alarm is not raised again: an hour.
const QUIET_MS: i64 = 3_600_000;
/// Different names with wrong passwords from one address.
pub const NAMES: usize = 8;
/// Requests of one person that were refused or led to nothing of theirs.
pub const REACHES: usize = 20;
/// Files one person took out.
pub const FILES: usize = 60;
/// Rows one person took out in lists.
pub const ROWS: usize = 5_000;
/// Hours in which administrators are expected.
pub const HOURS: std::ops::Range<u8> = 7..21;
/// Things remembered; the oldest go.
const MOST: usize = 5_000;

/// Why an alarm is raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// One address tries many names.
    Spray,
    /// Somebody asks for much that is not theirs.
    Reach,
    /// Somebody takes much out.
    Bulk,
    /// An administrator at an hour when nobody works.
    OffHours,
    /// Somebody became an administrator.
    NewAdmin,
    /// An administrator was let in by the recovery key.
    Recovered,
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Spray,
        Self::Reach,
        Self::Bulk,
        Self::OffHours,
        Self::NewAdmin,
        Self::Recovered,
    ];

    /// As stored.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Spray => "spray",
            Self::Reach => "reach",
            Self::Bulk => "bulk",
            Self::OffHours => "off_hours",
            Self::NewAdmin => "new_admin",
            Self::Recovered => "recovered",
        }
    }

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Spray => "有人在试密码",
            Self::Reach => "连续打不该看的",
            Self::Bulk => "大量带出",
            Self::OffHours => "管理员非工作时间登录",
            Self::NewAdmin => "新任管理员",
            Self::Recovered => "凭恢复码重设管理员密码",
        }
    }

    /// When it is raised, for the page.
    #[must_use]
    pub fn when(self) -> String {
        match self {
            Self::Spray => format!("一个地址 10 分钟内用 {NAMES} 个以上姓名输错密码"),
            Self::Reach => format!("一个人 10 分钟内 {REACHES} 次打开不归他看、不归他办的"),
            Self::Bulk => {
                format!("一个人 10 分钟内下载 {FILES} 个以上文件，或者导出 {ROWS} 行以上")
            }
            Self::OffHours => format!(
                "管理员在休息日，或者 {}:00 以前、{}:00 以后登录",
                HOURS.start, HOURS.end
            ),
            Self::NewAdmin => "有人被授予管理角色".into(),
            Self::Recovered => "有人在服务器电脑上凭恢复码给管理员换发一次性密码".into(),
        }
    }

    /// The rule of a stored id.
    #[must_use]
    pub fn of(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.id() == id)
    }
}

/// An alarm, before it has a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised {
    /// Why.
    pub rule: Rule,
    /// Who: `person:12` or a name; may be empty.
    pub who: String,
    /// From where; may be empty.
    pub address: String,
    /// In words, without the name.
    pub words: String,
    /// When.
    pub at: Millis,
}

/// An alarm as it stands in the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Its number.
    pub id: i64,
    /// What was raised; of a newer program's rule there is none.
    pub rule: Option<Rule>,
    /// Who: `person:12` or a name; may be empty.
    pub who: String,
    /// From where; may be empty.
    pub address: String,
    /// In words.
    pub words: String,
    /// When.
    pub at: Millis,
    /// Who looked at it, and when.
    pub seen: Option<(PersonId, Millis)>,
}

/// Something one of the rules counts.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// A wrong password; the name is the who.
    Wrong,
    /// Refused, or not theirs.
    Reach,
    /// Taken out: files and rows.
    Took(usize, usize),
}

#[derive(Debug, Clone)]
struct Seen {
    at: Millis,
    kind: Kind,
    who: String,
    address: String,
}

/// What happened lately, and what was raised of it.
#[derive(Debug, Default)]
pub(super) struct Gauge {
    lately: VecDeque<Seen>,
    raised: BTreeMap<(Rule, String), Millis>,
}

impl Gauge {
    /// A refused request, as the security log counts it.
    pub(super) fn refused(&mut self, r: &Refused, now: Millis) -> Option<Raised> {
        let kind = match r.kind {
            "login.wrong" | "login.locked" | "login.slowed" => Kind::Wrong,
            "denied" | "not_found" => Kind::Reach,
            _ => return None,
        };
        self.note(Seen {
            at: now,
            kind: kind.clone(),
            who: r.who.clone(),
            address: r.address.clone(),
        });
        match kind {
            Kind::Wrong => self.spray(&r.address, now),
            _ => self.reach(r, now),
        }
    }

    /// Files and rows somebody took out.
    pub(super) fn took(
        &mut self,
        who: &str,
        (files, rows): (usize, usize),
        now: Millis,
    ) -> Option<Raised> {
        self.note(Seen {
            at: now,
            kind: Kind::Took(files, rows),
            who: who.to_owned(),
            address: String::new(),
        });
        let own = self.lately.iter().filter(|s| s.who == who);
        let (files, rows) = own.fold((0, 0), |(f, r), s| match s.kind {
            Kind::Took(files, rows) => (f + files, r + rows),
            _ => (f, r),
        });
        if files < FILES && rows < ROWS {
            return None;
        }
        let words = format!("10 分钟内下载了 {files} 个文件，导出了 {rows} 行");
        self.raise((Rule::Bulk, who), (who, ""), words, now)
    }

    /// An administrator came in.
    pub(super) fn admin_in(
        &mut self,
        (who, address): (&str, &str),
        (zone, works): (Zone, bool),
        now: Millis,
    ) -> Option<Raised> {
        let (hour, _) = zone.hour_minute(now);
        if works && HOURS.contains(&hour) {
            return None;
        }
        let day: Day = zone.day(now);
        let words = match works {
            true => "在下班以后登录",
            false => "在休息日登录",
        };
        let key = format!("{who} {day}");
        self.raise((Rule::OffHours, &key), (who, address), words.into(), now)
    }

    fn spray(&mut self, address: &str, now: Millis) -> Option<Raised> {
        let wrong = self.lately.iter();
        let wrong = wrong.filter(|s| s.kind == Kind::Wrong && s.address == address);
        let names: BTreeSet<&str> = wrong.map(|s| s.who.as_str()).collect();
        let n = names.len();
        if n < NAMES {
            return None;
        }
        let words = format!("10 分钟内用 {n} 个不同的姓名输错密码，像是在一个一个地试");
        self.raise((Rule::Spray, address), ("", address), words, now)
    }

    fn reach(&mut self, r: &Refused, now: Millis) -> Option<Raised> {
        let own = self.lately.iter();
        let n = own
            .filter(|s| s.kind == Kind::Reach && s.who == r.who && s.address == r.address)
            .count();
        if n < REACHES {
            return None;
        }
        let words = format!("10 分钟内 {n} 次打开不归他看、不归他办的");
        let key = format!("{} {}", r.who, r.address);
        self.raise((Rule::Reach, &key), (&r.who, &r.address), words, now)
    }

    fn note(&mut self, seen: Seen) {
        let since = seen.at.0 - WINDOW_MS;
        self.lately.retain(|s| s.at.0 > since && s.at <= seen.at);
        if self.lately.len() >= MOST {
            self.lately.pop_front();
        }
        self.lately.push_back(seen);
    }

    fn raise(
        &mut self,
        (rule, key): (Rule, &str),
        (who, address): (&str, &str),
        words: String,
        now: Millis,
    ) -> Option<Raised> {
        self.raised
            .retain(|(rule, _), at| now.0 - at.0 < quiet(*rule) && *at <= now);
        let key = (rule, key.to_owned());
        if self.raised.contains_key(&key) {
            return None;
        }
        self.raised.insert(key, now);
        Some(Raised {
            rule,
            who: who.to_owned(),
            address: address.to_owned(),
            words,
            at: now,
        })
    }
}

const fn quiet(rule: Rule) -> i64 {
    match rule {
        Rule::OffHours => 24 * QUIET_MS,
        _ => QUIET_MS,
    }
}

impl Access {
    /// Alarms, the newest first; those nobody looked at before the others.
    pub fn list_alarms(&self, most: i64) -> Result<Vec<Alarm>> {
        alarm_store::list_alarms(&self.inner.store.hub()?, most)
    }

    /// How many nobody has looked at.
    pub fn open_alarms(&self) -> Result<i64> {
        alarm_store::count_open(&self.inner.store.hub()?)
    }

    /// Somebody looked at it, and says so with his name.
    pub fn note_alarm(&self, permit: &Permit<NoteAlarm>, id: i64) -> Result<()> {
        let person = permit.who().person;
        self.inner.store.write(
            ShelfNo::HUB,
            permit.stamp_on(format!("alarm/{id}")),
            move |w| {
                w.quiet("报警看过了");
                alarm_store::set_seen(w, id, person).map(drop)
            },
        )?;
        Ok(())
    }

    /// Somebody took files or rows of lists out of the office.
    pub fn took(&self, person: PersonId, files: usize, rows: usize) {
        self.inner
            .watch
            .took(person, (files, rows), self.inner.clock.now());
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    /// 2026-03-10, a Tuesday, 10:00 in Beijing.
    const TEN: Millis = Millis(1_773_108_000_000);
    const MINUTE: i64 = 60_000;

    fn at(ms: i64) -> Millis {
        Millis(TEN.0 + ms)
    }

    fn wrong(gauge: &mut Gauge, name: &str, from: &str, now: Millis) -> Option<Raised> {
        gauge.refused(&Refused::new("login.wrong", name, from, "login"), now)
    }

    #[test]
    fn many_names_from_one_address_are_a_spray() {
        let mut g = Gauge::default();
        for n in 0..20 {
            assert_eq!(wrong(&mut g, "张三", "10.0.0.9", at(n)), None, "one name");
            let other = format!("10.0.1.{n}");
            assert_eq!(
                wrong(&mut g, &format!("人{n}"), &other, at(n)),
                None,
                "one each"
            );
        }
        let mut raised = Vec::new();
        for n in 0..20 {
            raised.extend(wrong(&mut g, &format!("名{n}"), "10.0.0.9", at(100 + n)));
        }
        assert_eq!(raised.len(), 1, "once");
        let first = raised.first().unwrap();
        assert_eq!(
            (first.rule, first.address.as_str()),
            (Rule::Spray, "10.0.0.9")
        );
        // slowly enough it is none
        let mut g = Gauge::default();
        for n in 0..40 {
            let name = format!("名{n}");
            assert_eq!(wrong(&mut g, &name, "10.0.0.9", at(n * 2 * MINUTE)), None);
        }
    }

    #[test]
    fn much_that_is_not_theirs_is_a_reach() {
        let mut g = Gauge::default();
        let mut ask = |who: &str, kind, n| {
            let r = Refused::new(kind, who, "10.0.0.7", "/case/x");
            g.refused(&r, at(n))
        };
        for n in 0..i64::try_from(REACHES).unwrap() - 1 {
            assert_eq!(ask("person:7", "not_found", n), None);
            assert_eq!(ask("person:8", "csrf", n), None, "a stale form is none");
        }
        let raised = ask("person:7", "denied", 50).unwrap();
        assert_eq!(
            (raised.rule, raised.who.as_str()),
            (Rule::Reach, "person:7")
        );
        assert_eq!(ask("person:7", "denied", 51), None, "once an hour");
        for n in 0..i64::try_from(REACHES).unwrap() - 1 {
            assert_eq!(ask("person:7", "denied", 61 * MINUTE + n), None);
        }
        assert!(
            ask("person:7", "denied", 62 * MINUTE).is_some(),
            "and again after it"
        );
    }

    #[test]
    fn files_and_rows_add_up() {
        let mut g = Gauge::default();
        for n in 0..FILES - 1 {
            let now = at(i64::try_from(n).unwrap());
            assert_eq!(g.took("person:7", (1, 0), now), None);
        }
        assert_eq!(g.took("person:8", (1, 0), at(90)), None, "another person");
        let raised = g.took("person:7", (1, 0), at(100)).unwrap();
        assert_eq!(raised.rule, Rule::Bulk);
        let mut g = Gauge::default();
        assert_eq!(g.took("person:7", (1, ROWS - 1), at(0)), None);
        assert_eq!(
            g.took("person:7", (1, 1), at(11 * MINUTE)),
            None,
            "long after"
        );
        assert!(g.took("person:7", (1, ROWS), at(12 * MINUTE)).is_some());
    }

    #[test]
    fn administrators_are_expected_by_day() {
        let zone = Zone::BEIJING;
        let come =
            |g: &mut Gauge, works, now| g.admin_in(("person:1", "10.0.0.1"), (zone, works), now);
        let mut g = Gauge::default();
        assert_eq!(come(&mut g, true, TEN), None);
        let night = at(13 * 60 * MINUTE);
        let raised = come(&mut g, true, night).unwrap();
        assert!(raised.words.contains("下班"), "{raised:?}");
        assert_eq!(
            come(&mut g, true, Millis(night.0 + MINUTE)),
            None,
            "once a day"
        );
        let raised = come(&mut Gauge::default(), false, TEN).unwrap();
        assert!(raised.words.contains("休息日"));
    }

    #[test]
    fn ids_lead_back() {
        for rule in Rule::ALL {
            assert_eq!(Rule::of(rule.id()), Some(rule));
        }
        assert_eq!(Rule::of("x"), None);
    }
}
