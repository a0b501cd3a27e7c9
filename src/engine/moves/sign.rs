//! 签好: whoever was asked to sign beside a step's holder (加签, 会签) says his word, into the same box. What he
//! is asked hangs below the holder's task in the same branch; when nobody of the round is left to sign, the
//! holder has it again, or, where he was done with it, the step goes on.
//! Invariant: a round ends exactly once, whether its last one signs, declines, or is not asked any more.

use super::feed_back::ask_reviewer;
use super::{Move, expect};
use crate::engine::by_hand;
use crate::engine::case::{Purpose, Task, TaskState};
use crate::engine::definition::{MoveId, Need, Step};
use crate::engine::facts::Facts;
use crate::engine::flow;
use crate::engine::offer::{Choice, Input, Note, Offer, OpinionOffer, Turns};
use crate::engine::plan::{BranchRef, Change, Draft, NewTask, Plan};
use crate::kit::{Error, Id, Principal, Result};

pub const MOVE: Move = Move {
    id: MoveId::Sign,
    offer,
    plan,
};

const LABEL: &str = "签好";

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let (task, asker) = asked(facts)?;
    let step = facts.procedure.step(&task.step)?;
    let mut offer = Offer::new(MoveId::Sign, LABEL, Some(task.id));
    offer.choices = vec![Choice::plain("sign", LABEL)];
    let who = facts.people.name(asker.holder);
    offer.said = match task.note.as_str() {
        "" => format!("{who}请您{}。", task.verb),
        note => format!("{who}请您{}：{note}", task.verb),
    };
    match &step.opinion {
        Some(rule) => {
            offer.opinion = Some(OpinionOffer {
                into: rule.into.clone(),
                need: rule.need,
                phrases: rule.phrases.clone(),
                text: String::new(),
            });
        }
        None => {
            offer.note = Some(Note {
                label: "要说的话",
                need: Need::Optional,
            });
        }
    }
    Some(offer)
}

/// The viewer's task to sign, and the task of whoever asked.
pub(super) fn asked<'a>(facts: &Facts<'a>) -> Option<(&'a Task, &'a Task)> {
    let task = facts.task(Purpose::Sign)?;
    let step = facts.procedure.step(&task.step)?;
    let asker = facts.case.task(task.parent?)?;
    facts.may_do(step, task).then_some((task, asker))
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    offer.check(input)?;
    let (task, _) = asked(facts).ok_or_else(|| facts.refusal(MoveId::Sign))?;
    let mut draft = Draft::new(facts);
    let (text, hand) = by_hand::kept(input);
    if let Some(o) = offer.opinion.as_ref().filter(|_| !text.is_empty()) {
        draft.push(Change::WriteOpinion {
            into: o.into.clone(),
            branch: task.branch,
            text,
            hand,
        });
    }
    draft.set_task(task.id, TaskState::Done);
    settled(&mut draft, task)?;
    let label = format!("{}：{LABEL}", task.verb);
    Ok(draft.main(MoveId::Sign, &label, Some(task.id), &input.note))
}

/// Somebody will not sign. Whoever waits for the round hears it when the round is over, with the others' words;
/// who was done with the step has it back at once, for what he sent on does not stand.
pub(super) fn declined(draft: &mut Draft<'_>, task: &Task) -> Result<()> {
    draft.set_task(task.id, TaskState::Returned);
    let asker = task.parent.and_then(|p| draft.facts.case.task(p));
    match asker.filter(|t| t.state == TaskState::Done) {
        Some(asker) => {
            dismiss(draft, asker.id);
            draft.set_task(asker.id, TaskState::Open);
            Ok(())
        }
        None => settled(draft, task),
    }
}

/// One of a round has answered: the next gets his turn, or the round is over.
fn settled(draft: &mut Draft<'_>, task: &Task) -> Result<()> {
    let case = draft.facts.case;
    let Some(asker) = task.parent.and_then(|p| case.task(p)) else {
        return Err(Error::fault("a signature nobody asked for"));
    };
    let stands = |s: TaskState| {
        let mine = case.signers(asker.id).filter(|t| t.id != task.id);
        mine.filter(move |t| t.state == s)
    };
    if let Some(next) = stands(TaskState::Queued).min_by_key(|t| t.ord) {
        if stands(TaskState::Open).next().is_none() {
            draft.set_task(next.id, TaskState::Open);
        }
        return Ok(());
    }
    if stands(TaskState::Open).next().is_some() {
        return Ok(());
    }
    match asker.state {
        TaskState::Waiting => {
            draft.set_task(asker.id, TaskState::Open);
            Ok(())
        }
        _ => go_on(draft, asker),
    }
}

/// Whoever asked was done: the step goes on as it would have without the round.
fn go_on(draft: &mut Draft<'_>, asker: &Task) -> Result<()> {
    let facts = draft.facts;
    let giver = asker.parent.and_then(|p| facts.case.task(p));
    if let Some(giver) = giver.filter(|g| g.state == TaskState::Waiting) {
        draft.set_task(giver.id, TaskState::Open);
        return Ok(());
    }
    let step = facts.procedure.step(&asker.step);
    let review = step.filter(|s| s.label(MoveId::FeedBack).is_some());
    match review.and_then(|s| s.review.as_ref()) {
        Some(review) => ask_reviewer(draft, asker, review, Purpose::Review),
        None => flow::branch_done(draft, asker.branch, None, &[]),
    }
}

/// Whether a step goes on without anybody choosing where to and to whom.
pub(super) fn goes_on_by_itself(facts: &Facts<'_>, step: &Step) -> bool {
    let has = |mv| step.label(mv).is_some();
    if has(MoveId::FeedBack) || has(MoveId::Read) {
        return true;
    }
    let sends = has(MoveId::Submit) || has(MoveId::HandOut);
    let chosen = |to: &str| {
        let target = facts.procedure.step(to);
        target.is_none_or(|t| t.who.is_chosen())
    };
    match step.next.as_slice() {
        [only] => {
            let free = only.when.is_empty() && !chosen(&only.to);
            sends && free && facts.case.comes_back_to().is_none()
        }
        _ => false,
    }
}

/// Those still to sign are not asked any more.
pub(super) fn dismiss(draft: &mut Draft<'_>, asker: Id) {
    let case = draft.facts.case;
    let live: Vec<Id> = case
        .signers(asker)
        .filter(|t| draft.task_state(t.id).is_some_and(TaskState::is_live))
        .map(|t| t.id)
        .collect();
    for id in live {
        draft.set_task(id, TaskState::Cancelled);
    }
}

/// Who may be asked: everybody but the viewer, whoever has a share of this branch now, and whoever may not do
/// the step at all.
pub(super) fn candidates(facts: &Facts<'_>, task: &Task, step: &Step) -> Vec<Principal> {
    let all = facts.people.everybody().into_iter();
    let mut free = super::others(facts, facts.viewer.person, all);
    free.retain(|p| is_free(facts, (task, step), *p));
    free
}

/// Whether somebody may be asked to sign beside this task.
pub(super) fn is_free(facts: &Facts<'_>, (task, step): (&Task, &Step), p: Principal) -> bool {
    let own = step.not_own && facts.same(Principal::Person(facts.case.starter), p);
    // who was offered the same task loses it to whoever asks
    let offered = |t: &Task| {
        t.purpose == Purpose::Do
            && t.state == TaskState::Open
            && (t.purpose, t.parent) == (task.purpose, task.parent)
    };
    let has_it = |t: &&Task| {
        t.state.is_live() && t.purpose.is_main() && t.branch == task.branch && !offered(t)
    };
    let mut held = facts.case.tasks.iter().filter(has_it);
    !own && !held.any(|t| facts.same(t.holder, p))
}

/// The holder's task waits or is done, and these are asked to sign below it.
pub(super) fn ask(
    draft: &mut Draft<'_>,
    (task, verb): (&Task, &str),
    (holders, turns): (&[Principal], Turns),
    note: &str,
    held: TaskState,
) {
    flow::finish_task(draft, task, held);
    let in_order = turns == Turns::InOrder && holders.len() > 1;
    for (turn, holder) in (1..).zip(holders) {
        draft.open_task(NewTask {
            branch: task.branch.map(BranchRef::Known),
            parent: Some(task.id),
            purpose: Purpose::Sign,
            step: task.step.clone(),
            verb: verb.to_owned(),
            holder: *holder,
            given_by: Some(draft.facts.viewer.person),
            state: match in_order && turn > 1 {
                true => TaskState::Queued,
                false => TaskState::Open,
            },
            ord: if in_order { turn } else { 0 },
            note: note.trim().to_owned(),
            due_at: None,
        });
    }
}

/// The choice of whoever asked and will not wait any longer.
pub(super) const TAKE_BACK: &str = "take_back";

/// The viewer's task that waits for a round asked for under this label, where he may take the round back.
pub(super) fn waiting<'a>(facts: &Facts<'a>, mv: MoveId) -> Option<(&'a Task, Offer)> {
    let waits = |t: &&Task| {
        t.state == TaskState::Waiting && t.purpose == Purpose::Do && facts.holds(t.holder)
    };
    let here = |t: &Task| {
        let branch = t.branch.and_then(|b| facts.case.branch(b));
        branch.is_some_and(|b| b.visit == facts.case.visit)
    };
    let mut mine = facts.case.tasks.iter().filter(waits).filter(|t| here(t));
    mine.find_map(|task| {
        let label = facts.procedure.step(&task.step)?.label(mv)?;
        let live = |t: &&Task| t.state.is_live() && t.verb == label;
        let left: Vec<String> = facts
            .case
            .signers(task.id)
            .filter(live)
            .map(|t| facts.people.name(t.holder))
            .collect();
        if left.is_empty() {
            return None;
        }
        let mut offer = Offer::new(mv, format!("收回{label}"), None);
        offer.said = format!(
            "还没有签的：{}。收回以后不再等他们，由您接着办。",
            left.join("、")
        );
        offer.choices = vec![Choice::plain(TAKE_BACK, format!("收回{label}"))];
        offer.note = Some(Note {
            label: "收回的原因",
            need: Need::Optional,
        });
        Some((task, offer))
    })
}

/// Whoever asked has it again, signed as far as it is.
pub(super) fn take_back(facts: &Facts<'_>, mv: MoveId, input: &Input) -> Result<Plan> {
    let (task, offer) = waiting(facts, mv).ok_or_else(|| facts.refusal(mv))?;
    offer.check(input)?;
    let mut draft = Draft::new(facts);
    dismiss(&mut draft, task.id);
    draft.set_task(task.id, TaskState::Open);
    Ok(draft.main(mv, &offer.label, None, &input.note))
}
