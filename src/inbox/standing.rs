//! What a stand-in hears of a delegation: once when it is set for later, once when it has begun, once when it is ended
//! before its time.
//! Not here: whose it is and until when (`org::standing`). Pure; `alert.rs` leaves out what was told before.
//! Invariant: keyed by the delegation and the person, so that it is told once however often it is looked at.

use super::alert_store::NewAlert;
use super::news::Kind;
use crate::kit::{Day, Id, Millis, PersonId};
use crate::org::{Delegation, Directory};

/// All there is to tell today, told before or not.
pub(super) fn alerts(
    directory: &Directory,
    named: &dyn Fn(&[String]) -> String,
    at: Millis,
) -> Vec<NewAlert> {
    let Some(today) = directory.today() else {
        return Vec::new();
    };
    let all = directory.delegations().iter();
    all.flat_map(|one| match &one.ended {
        None if one.is_ahead(today) => stand_ins(directory, one, today)
            .into_iter()
            .map(|person| told(directory, one, (person, today, at), named))
            .collect(),
        Some((by, then)) if one.last >= today && at.0 - then.0 < FRESH => {
            let mut all = stand_ins(directory, one, today);
            // whoever ended it knows, and whoever goes on doing it by another one is not told otherwise
            let goes_on = directory.stand_ins_of(one.person);
            all.retain(|p| p != by && !goes_on.contains(p));
            let over = |person| ended(directory, one, (person, *by, at), named);
            all.into_iter().map(over).collect()
        }
        _ => Vec::new(),
    })
    .collect()
}

/// For so long it is worth a word that a delegation was ended: a server that stood still says it late.
const FRESH: i64 = 7 * 86_400_000;

/// Who does it: the one who is named, or the deputies of the posts.
fn stand_ins(directory: &Directory, one: &Delegation, today: Day) -> Vec<PersonId> {
    match one.delegate {
        Some(delegate) if directory.is_here(delegate) => vec![delegate],
        Some(_) => Vec::new(),
        None if one.runs(today) => directory.stand_ins_by(one.id),
        None => {
            let posts = directory.posts_of(one.person);
            let mut all: Vec<PersonId> = posts.flat_map(|p| directory.deputies_of(p.id)).collect();
            all.retain(|p| *p != one.person);
            all.sort_unstable();
            all.dedup();
            all
        }
    }
}

fn told(
    directory: &Directory,
    one: &Delegation,
    (person, today, at): (PersonId, Day, Millis),
    named: &dyn Fn(&[String]) -> String,
) -> NewAlert {
    let absent = directory.person_name(one.person);
    let about = about(one, named);
    let (rule, words) = match one.runs(today) {
        true => (
            "begun",
            format!(
                "从今天起{absent}的{about}由您代办，到{}，已经在您的待办里",
                one.last.short()
            ),
        ),
        false => (
            "set",
            format!("{}{absent}的{about}由您代办", one.span_words()),
        ),
    };
    let words = format!("{words}（{}）", one.reason);
    alert(one, (rule, format!("代{absent}办理"), words), (person, at))
}

/// 雷有备的待办不用您代办了.
fn ended(
    directory: &Directory,
    one: &Delegation,
    (person, by, at): (PersonId, PersonId, Millis),
    named: &dyn Fn(&[String]) -> String,
) -> NewAlert {
    let absent = directory.person_name(one.person);
    let by = match by == one.person {
        true => "本人".to_owned(),
        false => directory.person_name(by).to_owned(),
    };
    let words = format!(
        "{absent}的{}不用您代办了：{}的委托由{by}提前结束，待办已经回到{absent}那里",
        about(one, named),
        one.span_words()
    );
    alert(
        one,
        ("ended", format!("不再代{absent}办理"), words),
        (person, at),
    )
}

/// 待办, or that of some procedures only.
fn about(one: &Delegation, named: &dyn Fn(&[String]) -> String) -> String {
    match one.procedures.as_slice() {
        [] => "待办".to_owned(),
        some => format!("“{}”的待办", named(some)),
    }
}

fn alert(
    one: &Delegation,
    (rule, title, words): (&str, String, String),
    (person, at): (PersonId, Millis),
) -> NewAlert {
    NewAlert {
        source: "delegation".to_owned(),
        epoch: rule.to_owned(),
        seq: one.id,
        person,
        // another span of the same delegation is told again
        what: format!("{} {}", one.first, one.last),
        kind: Kind::Delegated,
        case: one.case().unwrap_or(Id::from_raw(0)),
        task: None,
        title,
        number: String::new(),
        words,
        level: 0,
        hot: false,
        made_at: at,
    }
}
