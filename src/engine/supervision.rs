//! 督办: matters that are watched until they are done. What the page lists of them, and its lights, reckoned from
//! dates and from what was reported; the fields a new one takes over from the case or the row it comes from.
//! Not here: pages; closing (its procedure says which step must have the proof).
//! Invariant: a light is reckoned each time it is looked at and stored nowhere.

use super::case::{State, Values};
use super::definition::{Kind, Procedure, Raises, Supervision, Watched, is_empty, text_of};
use super::printed;
use super::procedures::{Procedures, Published};
use super::view::CaseView;
use crate::kit::{Calendar, Day, DeptId, Id, Millis, OrganId, Zone, text};
use crate::org::{Directory, Role};
use serde_json::{Value, json};

/// Working days before the end at which a matter turns yellow.
const NEAR: i64 = 3;
/// Working days without a word after which it does: progress is reported weekly (进展周报).
const SILENT: i64 = 5;

/// How a matter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Light {
    /// Past its day.
    Red,
    /// Near it, or nobody has reported for a week.
    Yellow,
    /// In order.
    Green,
    /// Closed.
    Out,
}

impl Light {
    /// 红、黄、绿、已销号.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Red => "红",
            Self::Yellow => "黄",
            Self::Green => "绿",
            Self::Out => "已销号",
        }
    }
}

/// A supervised matter.
#[derive(Debug, Clone)]
pub struct Matter {
    pub case: Id,
    pub number: Option<String>,
    pub title: String,
    pub state: String,
    pub held_by: String,
    pub matter: String,
    pub source: String,
    pub principal: String,
    pub assisting: String,
    pub due_on: Option<Day>,
    pub opened_at: Millis,
    pub closed_at: Option<Millis>,
    /// When something was last reported.
    pub told_at: Option<Millis>,
    /// When, who, and in which words; newest first.
    pub progress: Vec<(Millis, String, String)>,
    /// Whether the proof is there.
    pub proof: bool,
}

/// What the light of a matter is reckoned from, whichever page shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watch {
    pub is_open: bool,
    /// The day that was promised for the whole matter; the date of the step it stands at decides nothing.
    pub due_on: Option<Day>,
    pub opened_at: Millis,
    /// When something was last reported.
    pub told_at: Option<Millis>,
}

impl Matter {
    /// What its light is reckoned from.
    #[must_use]
    pub fn watch(&self) -> Watch {
        Watch {
            is_open: self.state == "open",
            due_on: self.due_on,
            opened_at: self.opened_at,
            told_at: self.told_at,
        }
    }

    /// Its light today.
    #[must_use]
    pub fn light(&self, now: Millis, zone: Zone, calendar: &Calendar) -> Light {
        self.watch().light(now, zone, calendar)
    }

    /// Why it has its light, in words.
    #[must_use]
    pub fn why(&self, now: Millis, zone: Zone, calendar: &Calendar) -> String {
        self.watch().why(now, zone, calendar)
    }
}

impl Watch {
    /// The same of an opened case; nothing of a case nobody supervises.
    #[must_use]
    pub fn of(view: &CaseView) -> Option<Self> {
        let rule = view.procedure.supervision.as_ref()?;
        let s = &view.case.state;
        let due = s.values.get(&rule.due).and_then(Value::as_str);
        let told = s.opinions.iter().rev().find(|o| o.into == rule.progress);
        Some(Self {
            is_open: s.state == State::Open,
            due_on: due.and_then(|d| d.parse().ok()),
            opened_at: s.opened_at,
            told_at: told.map(|o| o.at),
        })
    }

    /// Its light today.
    #[must_use]
    pub fn light(&self, now: Millis, zone: Zone, calendar: &Calendar) -> Light {
        if !self.is_open {
            return Light::Out;
        }
        let today = zone.day(now);
        match self.due_on {
            Some(due) if due < today => return Light::Red,
            Some(due) if calendar.working_days_between(today, due) <= NEAR => return Light::Yellow,
            _ => {}
        }
        let heard = zone.day(self.told_at.unwrap_or(self.opened_at));
        match calendar.working_days_between(heard, today) > SILENT {
            true => Light::Yellow,
            false => Light::Green,
        }
    }

    /// Why it has its light, in words.
    #[must_use]
    pub fn why(&self, now: Millis, zone: Zone, calendar: &Calendar) -> String {
        let today = zone.day(now);
        match (self.light(now, zone, calendar), self.due_on) {
            (Light::Red, Some(due)) => {
                match calendar.working_days_between(due, today) {
                    // on the days off right behind its day
                    0 => "超期".to_owned(),
                    n => format!("超期 {n} 个工作日"),
                }
            }
            (Light::Yellow, Some(due)) if calendar.working_days_between(today, due) <= NEAR => {
                match calendar.working_days_between(today, due) {
                    0 => "今天到期".to_owned(),
                    n => format!("还剩 {n} 个工作日"),
                }
            }
            (Light::Yellow, _) => "一周没有报进展".to_owned(),
            (Light::Out, _) => "办结".to_owned(),
            _ => String::new(),
        }
    }
}

/// The procedure that supervises, where the office has one.
#[must_use]
pub fn supervisor(procedures: &Procedures) -> Option<(Published, Supervision)> {
    let all = procedures.all();
    let mut ruled = all
        .iter()
        .filter_map(|p| Some((p, p.procedure.supervision.as_ref()?)));
    ruled.next().map(|(p, rule)| (p.clone(), rule.clone()))
}

/// What a matter raised from a case starts with: where it comes from and what is to be done: what the minutes say was
/// decided, else the words of the last opinion of a leader, else the title.
#[must_use]
pub fn from_case(
    view: &CaseView,
    directory: &Directory,
    (to, rule): (&Procedure, &Supervision),
) -> Values {
    let head = &view.case.head;
    let number = head.number.as_deref().unwrap_or_default();
    let from = format!("{} {number}《{}》", view.procedure.name, head.title);
    let told = Told::of(view, directory);
    let mut values = Values::new();
    if let Some(source) = told.source_in(to, rule) {
        put(&mut values, to, &rule.source, &source);
    } else {
        put(&mut values, to, &rule.source, &from);
    }
    let noted = rule.note.as_deref().filter(|id| to.field(id).is_some());
    if let Some(id) = noted {
        put(&mut values, to, id, &from);
    }
    let words = told.words.unwrap_or_default();
    let matter = match (noted, words.as_str()) {
        (None, "") => from,
        (None, words) => format!("{from}\n{words}"),
        (Some(_), "") => head.title.clone(),
        (Some(_), words) => words.to_owned(),
    };
    put(&mut values, to, &rule.matter, &matter);
    if to.title != rule.matter && to.title != rule.source {
        put(&mut values, to, &to.title, &head.title);
    }
    values
}

/// What a case says to whoever supervises it: where the matter comes from, and what is to be done.
struct Told {
    source: String,
    words: Option<String>,
}

impl Told {
    fn of(view: &CaseView, directory: &Directory) -> Self {
        let values = &view.case.state.values;
        let fits = |w: &&Watched| w.when.iter().all(|c| c.holds(values));
        let named = view.procedure.watched.iter().find(fits);
        let rows = view.procedure.raises.as_ref();
        if named.is_none() && rows.is_none() {
            let words = instructed(view, directory);
            let source = if words.is_some() { "批示" } else { "文件" };
            return Self {
                source: source.to_owned(),
                words,
            };
        }
        let field = named.and_then(|w| view.procedure.field(w.matter.as_deref()?));
        // what this reader may not see does not travel on in his name
        let field = field.filter(|f| view.shows(f));
        let written = field.map(|f| printed::value(f, values));
        let decided = rows.map(|rule| listed(&items(view, rule)));
        let said = decided.filter(|d| !d.is_empty()).or(written);
        Self {
            source: named.map_or_else(|| "会议".to_owned(), |w| w.source.clone()),
            words: said.filter(|s| !s.is_empty()),
        }
    }

    /// The choice that has the word, else the last; nothing where the source is written out.
    fn source_in(&self, to: &Procedure, rule: &Supervision) -> Option<String> {
        let Some(Kind::Choice { options }) = to.field(&rule.source).map(|f| &f.kind) else {
            return None;
        };
        let found = options.iter().find(|o| o.contains(&self.source));
        found.or_else(|| options.last()).cloned()
    }
}

/// 陆平章：请应急办牵头。 What a leader wrote last; what departments answered is no instruction.
fn instructed(view: &CaseView, directory: &Directory) -> Option<String> {
    let leads = |person| {
        let roles = directory.roles_of(person);
        roles.contains(&Role::PrincipalLeader) || roles.contains(&Role::Leader)
    };
    let all = view.case.state.opinions.iter().zip(&view.case.said).rev();
    let mut mine = all
        .filter(|(o, _)| leads(o.acting_for.unwrap_or(o.person)))
        .filter(|(o, _)| view.procedure.field(&o.into).is_none_or(|f| view.shows(f)));
    mine.next()
        .map(|(o, by)| format!("{}：{}", by.name, o.text))
}

/// 1. 清淤（应急办，3月31日前）
fn listed(all: &[Item]) -> String {
    let lines: Vec<String> = all
        .iter()
        .map(|i| {
            let until = match i.due.as_str() {
                "" => String::new(),
                due => format!("{due}前"),
            };
            let said: Vec<&str> = [i.principal.as_str(), until.as_str()]
                .into_iter()
                .filter(|s| !s.is_empty())
                .collect();
            match said.as_slice() {
                [] => format!("{}. {}", i.n + 1, i.matter),
                said => format!("{}. {}（{}）", i.n + 1, i.matter, said.join("，")),
            }
        })
        .collect();
    lines.join("\n")
}

/// A value as a field takes it: cut to its length, one line where it has one.
pub fn put(values: &mut Values, to: &Procedure, id: &str, words: &str) {
    let Some(field) = to.field(id) else { return };
    let words = match field.kind {
        Kind::Text { max } => text::clip(&text::one_line(words), max),
        Kind::LongText { max } => text::clip(words, max),
        _ => words.to_owned(),
    };
    if !words.is_empty() {
        values.insert(id.to_owned(), json!(words));
    }
}

/// A row of a table that may become a matter.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its place in the table, from 0.
    pub n: usize,
    pub matter: String,
    pub principal: String,
    pub assisting: String,
    pub due: String,
}

/// The rows of a case that may become matters; those that say nothing are left out.
#[must_use]
pub fn items(view: &CaseView, rule: &Raises) -> Vec<Item> {
    let rows = view
        .case
        .state
        .values
        .get(&rule.table)
        .and_then(Value::as_array);
    let cell = |row: &Value, id: Option<&String>| {
        let value = id.and_then(|id| row.get(id)).filter(|v| !is_empty(v));
        value.map(text_of).unwrap_or_default()
    };
    let item = |(n, row): (usize, &Value)| {
        let matter = cell(row, Some(&rule.matter));
        (!matter.is_empty()).then(|| Item {
            n,
            matter,
            principal: cell(row, rule.principal.as_ref()),
            assisting: cell(row, rule.assisting.as_ref()),
            due: cell(row, rule.due.as_ref()),
        })
    };
    rows.map(|all| all.iter().enumerate().filter_map(item).collect())
        .unwrap_or_default()
}

/// Departments as somebody wrote them in a row: 应急办、农服中心. By full or short name; what is none is left out.
#[must_use]
pub fn depts_named(directory: &Directory, organ: OrganId, words: &str) -> Vec<DeptId> {
    let split = |c: char| c.is_whitespace() || "、，,；;".contains(c);
    words
        .split(split)
        .filter(|w| !w.is_empty())
        .filter_map(|w| {
            let mut all = directory.depts_of(organ);
            all.find(|d| d.name == w || directory.dept_short(d.id) == w)
                .map(|d| d.id)
        })
        .collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::kit::ShelfNo;

    fn matter(state: &str, due: &str, told: Option<&str>) -> Matter {
        let zone = Zone::BEIJING;
        let at = |d: &str| zone.at(d.parse().unwrap(), 9, 0);
        Matter {
            case: Id::next(ShelfNo(1), Millis(1), 0),
            number: None,
            title: String::new(),
            state: state.into(),
            held_by: String::new(),
            matter: String::new(),
            source: String::new(),
            principal: String::new(),
            assisting: String::new(),
            due_on: due.parse().ok(),
            opened_at: at("2026-03-02"),
            closed_at: None,
            told_at: told.map(at),
            progress: Vec::new(),
            proof: false,
        }
    }

    #[test]
    fn the_light_is_of_dates_and_of_what_was_reported() {
        let table = [
            // Monday 16 March
            (
                "open",
                "2026-03-13",
                Some("2026-03-16"),
                Light::Red,
                "超期 1 个工作日",
            ),
            (
                "open",
                "2026-03-16",
                Some("2026-03-16"),
                Light::Yellow,
                "今天到期",
            ),
            (
                "open",
                "2026-03-19",
                Some("2026-03-16"),
                Light::Yellow,
                "还剩 3 个工作日",
            ),
            ("open", "2026-03-20", Some("2026-03-16"), Light::Green, ""),
            // five working days of silence are a week, six are too many
            ("open", "2026-04-30", Some("2026-03-09"), Light::Green, ""),
            (
                "open",
                "2026-04-30",
                Some("2026-03-06"),
                Light::Yellow,
                "一周没有报进展",
            ),
            ("open", "2026-04-30", None, Light::Yellow, "一周没有报进展"),
            ("open", "", Some("2026-03-16"), Light::Green, ""),
            ("closed", "2026-03-01", None, Light::Out, "办结"),
            ("archived", "2026-03-01", None, Light::Out, "办结"),
        ];
        let (zone, calendar) = (Zone::BEIJING, Calendar::built_in());
        let now = zone.at("2026-03-16".parse().unwrap(), 10, 0);
        for (state, due, told, light, why) in table {
            let m = matter(state, due, told);
            assert_eq!(
                m.light(now, zone, &calendar),
                light,
                "{state} {due} {told:?}"
            );
            assert_eq!(m.why(now, zone, &calendar), why, "{state} {due} {told:?}");
        }
        assert!(Light::Red < Light::Yellow && Light::Yellow < Light::Green);
    }
}
