//! What a stand-in hears of a delegation: once when it is set for later, once when it has begun.
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
    let ahead = directory.delegations().iter().filter(|d| d.is_ahead(today));
    ahead
        .flat_map(|one| {
            stand_ins(directory, one, today)
                .into_iter()
                .map(|person| told(directory, one, (person, today, at), named))
        })
        .collect()
}

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
    let about = match one.procedures.as_slice() {
        [] => "待办".to_owned(),
        some => format!("“{}”的待办", named(some)),
    };
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
        title: format!("代{absent}办理"),
        number: String::new(),
        words: format!("{words}（{}）", one.reason),
        level: 0,
        hot: false,
        made_at: at,
    }
}
