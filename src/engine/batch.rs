//! 批量办理: which of somebody's tasks ask nothing but a word, so that several can be done with one.
//! Not here: doing them: each is a move of its own on its own case (`run`).
//! Invariant: a task is offered only where the very move, with a word for an opinion, would be taken.

use super::case::Purpose;
use super::case_store::{fill_tables, find_case};
use super::definition::{MoveId, Need};
use super::facts::Facts;
use super::index_store::Todo;
use super::moves;
use super::offer::{Input, Offer};
use super::run::{Acting, Engine};
use crate::kit::{Error, Id, Result};
use crate::store::{Standing, Store};

/// Moves that several cases may be done with at once.
const MOVES: [MoveId; 4] = [
    MoveId::Submit,
    MoveId::Read,
    MoveId::Close,
    MoveId::FeedBack,
];
/// What stands for an opinion when it is tried whether one is enough.
const A_WORD: &str = "同意。";

/// A way several tasks can be done in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way {
    /// 收文办件
    pub procedure: String,
    /// 审阅
    pub step: String,
    /// The move's word.
    pub mv: String,
    /// Id of the choice.
    pub choice: String,
    /// What the button says.
    pub label: String,
}

/// A task with the ways it can be done in without its form.
#[derive(Debug, Clone)]
pub struct Quick {
    pub task: Id,
    pub case: Id,
    pub title: String,
    pub number: Option<String>,
    pub ways: Vec<Way>,
    /// Whether an opinion must be written.
    pub need: Option<Need>,
    /// Usual phrases of the step.
    pub phrases: Vec<String>,
}

impl Engine {
    /// Those of these tasks that ask nothing but a word. A case that cannot be read just now is left out.
    pub fn quick(&self, store: &Store, acting: &Acting, all: &[Todo]) -> Result<Vec<Quick>> {
        let mut found = Vec::new();
        for todo in all {
            match self.quick_one(store, acting, todo) {
                Ok(one) => found.extend(one),
                Err(Error::NotFound | Error::Busy(_)) => {}
                Err(e) => return Err(e),
            }
        }
        Ok(found)
    }

    fn quick_one(&self, store: &Store, acting: &Acting, todo: &Todo) -> Result<Option<Quick>> {
        if store.standing(todo.case.shelf()) != Standing::Open {
            return Ok(None);
        }
        let read = store.shelf(todo.case.shelf())?;
        let mut case = find_case(&read, todo.case)?;
        let (id, version) = (&case.head.procedure, &case.head.version);
        let procedure = self.procedures.version(&read, id, version)?;
        fill_tables(&read, &procedure, &mut case.state)?;
        drop(read);
        let (viewer, people) = (acting.viewer_in(&procedure.id), acting.people());
        let now = (store.clock().now(), Some(todo.task));
        let facts = self.facts(&procedure, &case.state, (&viewer, &people), now);
        let offers = moves::offers(&facts);
        let lead = offers.iter().find(|o| !o.mv.is_aside());
        let Some(lead) = lead.filter(|o| MOVES.contains(&o.mv) && o.task == Some(todo.task)) else {
            return Ok(None);
        };
        let step = facts.case.task(todo.task);
        let step = step.map_or("", |t| match t.purpose {
            Purpose::Read => "传阅",
            _ => procedure.step_name(&t.step),
        });
        let way = |choice: &str, label: &str| Way {
            procedure: procedure.name.clone(),
            step: step.to_owned(),
            mv: lead.mv.as_str().to_owned(),
            choice: choice.to_owned(),
            label: label.to_owned(),
        };
        let ways: Vec<Way> = lead
            .choices
            .iter()
            .filter(|c| is_plain(&facts, lead, &c.id))
            .map(|c| way(&c.id, &c.label))
            .collect();
        let opinion = lead.opinion.as_ref();
        Ok((!ways.is_empty()).then(|| Quick {
            task: todo.task,
            case: todo.case,
            title: case.head.title.clone(),
            number: case.head.number.clone(),
            ways,
            need: opinion.map(|o| o.need),
            phrases: opinion.map_or_else(Vec::new, |o| o.phrases.clone()),
        }))
    }
}

/// Whether the move would be taken as it is, with nothing typed but a word.
fn is_plain(facts: &Facts<'_>, offer: &Offer, choice: &str) -> bool {
    let found = offer.choices.iter().find(|c| c.id == choice);
    if found.is_none_or(|c| c.pick.is_some() || !c.departments.is_empty()) {
        return false;
    }
    let input = Input {
        choice: choice.to_owned(),
        opinion: offer
            .opinion
            .as_ref()
            .map_or_else(String::new, |_| A_WORD.to_owned()),
        ..Input::default()
    };
    moves::plan(facts, offer.mv, &input).is_ok()
}
