//! Who has the issued document: every receiver with the way it went and the receipt that came. Inside the organ the receipt is
//! the reader's own press (签收); outside it is a deed entered from the slip. Not here: issuing (`moves::issue`).

use super::case::{CaseState, Purpose, Task, TaskState};
use super::deed::{Deed, What};
use crate::kit::{Id, Millis};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// The deed that says it went out.
    pub deed: Id,
    /// 应急办 安小防, 县防汛抗旱指挥部
    pub to: String,
    /// 平台, 专人送达, 邮寄…
    pub way: String,
    pub copies: i64,
    /// Who carried or took it; empty inside.
    pub taken_by: String,
    /// Who sent it.
    pub by: String,
    pub at: Millis,
    /// The reader's task, inside.
    pub task: Option<Id>,
    pub receipt: Receipt,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// Nothing yet.
    Awaited,
    /// Signed for: by whom, when. A slip tells a day only.
    Signed(String, When),
    /// Sent back by the other organ: by whom, on which day, why.
    Refused(String, String, String),
    /// Taken back or ended before it was signed for.
    Ended,
}

/// When a receipt was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    At(Millis),
    /// "2026-03-09", as entered from the slip.
    Day(String),
}

/// The way inside the organ, as deeds store it.
pub const INSIDE: &str = "inside";

/// The ways whose receipt comes as a file, or home by itself; stored by these words.
pub const BY_FILE: &str = "公文包";
pub const AT_ONCE: &str = "平台直送";

/// Where a Received deed says why the document was sent back.
pub const REFUSED: &str = "refused";

/// What an Issued deed keeps of where the document went.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Went {
    pub way: String,
    pub to: String,
    pub copies: i64,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub taken_by: String,
    /// The day it was sent, of what goes outside.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub on: String,
    /// Who signs for it, of what stays inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<i64>,
}

impl Went {
    /// As a deed's data.
    pub fn data(&self) -> Value {
        // a struct of words and numbers has a value
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// All receivers in the order they were sent to; `name` says who a person is.
#[must_use]
pub fn receivers(case: &CaseState, name: &dyn Fn(&Task) -> String) -> Vec<Receiver> {
    let issued = case.deeds.iter().filter(|d| d.what == What::Issued);
    let mut used: Vec<Id> = Vec::new();
    issued
        .map(|deed| {
            let went = Went::deserialize(&deed.data).unwrap_or_default();
            let task = reader(case, deed, &used);
            used.extend(task.map(|t| t.id));
            Receiver {
                deed: deed.id,
                to: went.to,
                way: match went.way.as_str() {
                    INSIDE => "平台".to_owned(),
                    _ => went.way,
                },
                copies: went.copies,
                taken_by: went.taken_by,
                by: deed.name.clone(),
                at: deed.at,
                task: task.map(|t| t.id),
                receipt: match task {
                    Some(task) => inside(task, name),
                    None => outside(case, deed),
                },
            }
        })
        .collect()
}

/// How many have it signed for, of how many that still count.
#[must_use]
pub fn count(all: &[Receiver]) -> (usize, usize) {
    let live = all.iter().filter(|r| r.receipt != Receipt::Ended);
    let signed = all
        .iter()
        .filter(|r| matches!(r.receipt, Receipt::Signed(..)));
    (signed.count(), live.count())
}

fn said(data: &Value, key: &str) -> String {
    let found = data.get(key).and_then(Value::as_str);
    found.unwrap_or_default().to_owned()
}

/// The reading task a deed inside the organ came with; each task answers one deed.
fn reader<'a>(case: &'a CaseState, deed: &Deed, used: &[Id]) -> Option<&'a Task> {
    let holder = deed.data.get("principal").and_then(Value::as_i64)?;
    case.tasks.iter().find(|t| {
        t.purpose == Purpose::Read
            && t.holder.to_raw() == holder
            && t.given_at == deed.at
            && !used.contains(&t.id)
    })
}

fn inside(task: &Task, name: &dyn Fn(&Task) -> String) -> Receipt {
    match (task.state, task.done_at) {
        (TaskState::Done, Some(at)) => Receipt::Signed(name(task), When::At(at)),
        (TaskState::Withdrawn | TaskState::Cancelled, _) => Receipt::Ended,
        _ => Receipt::Awaited,
    }
}

fn outside(case: &CaseState, deed: &Deed) -> Receipt {
    let of = deed.id.to_string();
    let mut all = case.deeds.iter().filter(|d| d.what == What::Received);
    match all.find(|d| said(&d.data, "of") == of) {
        Some(d) => {
            let (by, on, why) = (
                said(&d.data, "by"),
                said(&d.data, "on"),
                said(&d.data, REFUSED),
            );
            match why.is_empty() {
                true => Receipt::Signed(by, When::Day(on)),
                false => Receipt::Refused(by, on, why),
            }
        }
        None => Receipt::Awaited,
    }
}
