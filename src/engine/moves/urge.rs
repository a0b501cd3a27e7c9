//! 催办: whoever gave a task, or the office, reminds its holder, with or without words. Nothing of the case
//! moves; the ledger row names who urged whom, and the same task is left alone for some hours after.
//! Decision (2026-11-22): the hours are plain ones, so that the rule can be said in one breath (四小时内不重复
//! 催); working hours would need a table nobody keeps.

use super::{Move, expect};
use crate::engine::case::{Part, Purpose, Task, TaskState};
use crate::engine::definition::{MoveId, Need, Urging};
use crate::engine::facts::Facts;
use crate::engine::offer::{Choice, Input, Note, Offer, Ordered, Pick};
use crate::engine::plan::{Draft, Plan};
use crate::kit::{Error, Millis, Principal, Result};

pub const MOVE: Move = Move {
    id: MoveId::Urge,
    offer,
    plan,
};

const READERS: &str = "readers";
const READING: &str = "催阅";
const HOUR: i64 = 3_600_000;

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let rule = facts.procedure.urge.as_ref()?;
    let (readers, workers): (Vec<&Task>, Vec<&Task>) = urgeable(facts, rule)
        .filter(|t| cooling(facts, rule, t).is_none())
        .partition(|t| t.purpose == Purpose::Read);
    let mut offer = Offer::new(MoveId::Urge, &rule.label, None);
    let left = readers.len();
    let ways = [
        ("work", rule.label.clone(), workers),
        (READERS, READING.to_owned(), readers),
    ];
    for (id, label, tasks) in ways {
        if let Some(pick) = pick(facts, &rule.label, &tasks) {
            offer.choices.push(Choice {
                pick: Some(pick),
                ..Choice::plain(id, label)
            });
        }
    }
    offer.note = Some(Note {
        label: "催办的话",
        need: Need::Optional,
    });
    let left = match left {
        0 => String::new(),
        n => format!("可以催阅的有 {n} 人。"),
    };
    offer.said = format!("{left}催过的人 {} 小时内不重复催。", rule.again_after_hours);
    (!offer.choices.is_empty()).then_some(offer)
}

/// Open tasks of others that this viewer may urge.
fn urgeable<'a>(facts: &Facts<'a>, rule: &Urging) -> impl Iterator<Item = &'a Task> {
    let (case, viewer, people) = (facts.case, facts.viewer, facts.people);
    let office = rule.roles.iter().any(|r| viewer.roles.contains(r));
    case.tasks.iter().filter(move |t| {
        t.state == TaskState::Open
            && (office || t.given_by == Some(viewer.person))
            && !people.fills(viewer.person, t.holder)
            && !viewer.holds.iter().any(|h| h.principal == t.holder)
    })
}

/// Until when a task is left alone.
fn cooling(facts: &Facts<'_>, rule: &Urging, task: &Task) -> Option<Millis> {
    let last = facts.case.urges_of(task.id).last()?;
    let until = Millis(last.at.0 + i64::from(rule.again_after_hours) * HOUR);
    // what was delivered anew since is another matter
    (last.at >= task.given_at && facts.now < until).then_some(until)
}

/// Their holders, each once. Of several departments the principal's is chosen already (S3-57).
fn pick(facts: &Facts<'_>, label: &str, tasks: &[&Task]) -> Option<Pick> {
    let assists = |t: &Task| {
        let branch = t.branch.and_then(|b| facts.case.branch(b));
        t.purpose != Purpose::Read && branch.is_some_and(|b| b.part == Part::Assist)
    };
    let once = |all: &mut Vec<Principal>, p: Principal| {
        if !all.contains(&p) {
            all.push(p);
        }
    };
    let (mut among, mut usual) = (Vec::new(), Vec::new());
    for t in tasks {
        once(&mut among, t.holder);
        if !assists(t) {
            once(&mut usual, t.holder);
        }
    }
    (!among.is_empty()).then(|| Pick {
        label: format!("被{label}"),
        most: among.len(),
        among,
        usual,
        ordered: Ordered::AtOnce,
    })
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    let Some(rule) = &facts.procedure.urge else {
        return Err(facts.refusal(MoveId::Urge));
    };
    let choice = offer.check(input);
    if let (Err(_), Some(said)) = (&choice, urged_lately(facts, rule, &input.people)) {
        return Err(Error::Conflict(said));
    }
    let reads = choice?.is_some_and(|c| c.id == READERS);
    let mut draft = Draft::new(facts);
    for task in urgeable(facts, rule) {
        let chosen = input.people.contains(&task.holder) && cooling(facts, rule, task).is_none();
        if chosen && (task.purpose == Purpose::Read) == reads {
            draft.urge(task);
        }
    }
    let label = if reads { READING } else { rule.label.as_str() };
    Ok(draft.side(MoveId::Urge, label, None, &input.note))
}

/// Somebody chosen on a page that is older than another's urging.
fn urged_lately(facts: &Facts<'_>, rule: &Urging, people: &[Principal]) -> Option<String> {
    let chosen = |t: &&Task| people.contains(&t.holder);
    urgeable(facts, rule)
        .filter(chosen)
        .find_map(|t| said(facts, rule, t))
}

/// Why a task is not urged again yet.
fn said(facts: &Facts<'_>, rule: &Urging, task: &Task) -> Option<String> {
    let until = cooling(facts, rule, task)?;
    let last = facts.case.urges_of(task.id).last()?;
    let time = |at| facts.zone.short_time(at, facts.now);
    let (by, whom) = (
        facts.people.name(Principal::Person(last.by)),
        facts.people.name(task.holder),
    );
    Some(format!(
        "{by} {} 已经催过{whom}，{} 以后可以再催",
        time(last.at),
        time(until)
    ))
}

/// Why nobody can be urged now, where that is because all were urged lately.
pub(super) fn resting(facts: &Facts<'_>) -> Option<String> {
    let rule = facts.procedure.urge.as_ref()?;
    urgeable(facts, rule).find_map(|t| said(facts, rule, t))
}
