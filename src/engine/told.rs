//! What a commit tells of a case: who has something to do now, what is over, who is to hear of it.
//! Pure: compares the case before and after. Not here: who those people are and how they hear (`inbox`).
//! Invariant: what is said is data of the procedure (`tells`); no step is known by its name.

use super::case::{CaseState, Outcome, Purpose, Task, TaskState};
use super::definition::{MoveId, Step};
use super::facts::Facts;
use super::flow;
use super::plan::Act;
use super::stored::Head;
use crate::inbox::news::{Kind, News};
use crate::kit::Principal;

/// The news of the acts of one commit.
pub(super) fn news<'a>(
    facts: &Facts<'_>,
    before: Option<&CaseState>,
    (head, acts): (&Head, impl Iterator<Item = &'a Act>),
) -> News {
    let level = facts.procedure.level(&head.urgency);
    let mut news = News::of(
        facts.viewer.person,
        &head.title,
        head.number.as_deref(),
        level,
    );
    news.procedure.clone_from(&facts.procedure.id);
    let acts: Vec<&Act> = acts.collect();
    let own = |t: &Task| acts.iter().any(|a| a.task == Some(t.id));
    let back = facts
        .case
        .tasks
        .iter()
        .any(|t| t.state == TaskState::Returned && own(t));
    for task in &facts.case.tasks {
        let was = before.and_then(|b| b.task(task.id));
        let is_open = task.state == TaskState::Open;
        let was_open = was.is_some_and(|w| w.state == TaskState::Open);
        let delivered = was.is_none_or(|w| !was_open || w.given_at != task.given_at);
        // whoever waits has nothing to do
        if is_open && delivered && task.purpose != Purpose::Wait {
            let note = match back {
                true => acts.last().map_or("", |a| a.note.as_str()),
                false => task.note.as_str(),
            };
            news.give((task.id, task.holder), &task.verb, back, note);
        } else if was_open && !is_open {
            news.over.push(task.id);
        }
    }
    for act in acts {
        tell(&mut news, facts, act);
        urge(&mut news, facts, act);
    }
    news
}

/// Whoever was urged, with the words.
fn urge(news: &mut News, facts: &Facts<'_>, act: &Act) {
    for task in act.urged.iter().filter_map(|t| facts.case.task(*t)) {
        let words = match act.note.as_str() {
            "" => format!("{}，请{}", act.label, task.verb),
            note => format!("{}，请{}：{note}", act.label, task.verb),
        };
        news.tell(task.holder, Kind::Urged, &words, Some(task.id));
    }
}

fn tell(news: &mut News, facts: &Facts<'_>, act: &Act) {
    if let Some(outcome) = facts.case.outcome
        && matches!(act.mv, MoveId::Reject | MoveId::Terminate)
    {
        tell_of_end(news, facts, (outcome, act));
    }
    if matches!(act.mv, MoveId::Pause | MoveId::Resume) {
        tell_of_clock(news, facts, act);
    }
    let Some(task) = act.task.and_then(|t| facts.case.task(t)) else {
        return;
    };
    if task.purpose == Purpose::Extend {
        return tell_of_time(news, task, act);
    }
    if task.purpose == Purpose::Sign && task.state == TaskState::Returned {
        return tell_of_time(news, task, act);
    }
    if task.state != TaskState::Done {
        return;
    }
    match task.purpose {
        Purpose::Do => {
            if let Some(step) = facts.procedure.step(&task.step) {
                tell_of_step(news, facts, step);
            }
        }
        Purpose::Read if act.mv == MoveId::Read => tell_of_round(news, facts, task),
        Purpose::Read
        | Purpose::Review
        | Purpose::Settle
        | Purpose::Extend
        | Purpose::Sign
        | Purpose::Pause
        | Purpose::Wait => {}
    }
}

/// Whoever the step names hears what was written; not of a bare yes.
fn tell_of_step(news: &mut News, facts: &Facts<'_>, step: &Step) {
    let written = step.opinion.as_ref().and_then(|rule| {
        let all = facts.case.opinions.iter().rev();
        let mut mine = all.filter(|o| o.into == rule.into && o.at == facts.now);
        mine.find(|o| o.person == facts.viewer.person)
    });
    let said = written.map(|o| o.text.trim());
    if step.opinion.is_some() && said.is_none() {
        return;
    }
    for rule in &step.tells {
        if said.is_some_and(|s| rule.unless.iter().any(|u| u == s)) {
            continue;
        }
        let words = match said {
            Some(said) => format!("{}：{said}", step.verb()),
            None => format!("办完了{}", step.verb()),
        };
        for to in flow::by_rule(facts, &rule.who, &facts.case.values, None) {
            if !news.tell.iter().any(|t| t.to == to.to_raw()) {
                news.tell(to, Kind::Written, &words, None);
            }
        }
    }
}

/// Whoever started the case hears that it ended without being done.
fn tell_of_end(news: &mut News, facts: &Facts<'_>, (outcome, act): (Outcome, &Act)) {
    let starter = Principal::Person(facts.case.starter);
    let words = format!("{}：{}", outcome.label(), act.note);
    news.tell(starter, Kind::Returned, &words, None);
}

/// Whoever set the limit hears that it stands still, and that it runs again (双向).
fn tell_of_clock(news: &mut News, facts: &Facts<'_>, act: &Act) {
    let here = |t: &&Task| t.branch == act.branch && t.purpose == Purpose::Do;
    let mut tasks = facts.case.tasks.iter().filter(here);
    let giver = tasks.find(|t| t.parent.is_none()).and_then(|t| t.given_by);
    let words = match act.note.as_str() {
        "" => act.label.clone(),
        note => format!("{}：{note}", act.label),
    };
    if let Some(giver) = giver {
        news.tell(Principal::Person(giver), Kind::Written, &words, None);
    }
}

/// Whoever asked, for more time or for a signature, hears the answer.
fn tell_of_time(news: &mut News, request: &Task, act: &Act) {
    let words = match act.note.as_str() {
        "" => act.label.clone(),
        note => format!("{}：{note}", act.label),
    };
    if let Some(asker) = request.given_by {
        news.tell(Principal::Person(asker), Kind::Written, &words, None);
    }
}

/// The last of those one person let read has read.
fn tell_of_round(news: &mut News, facts: &Facts<'_>, task: &Task) {
    let round: Vec<&Task> = facts.case.round(task.given_by, task.parent).collect();
    let Some(giver) = task
        .given_by
        .filter(|_| round.iter().all(|t| !t.state.is_live()))
    else {
        return;
    };
    let read = round.iter().filter(|t| t.state == TaskState::Done).count();
    let words = format!("看过了，传阅的 {read} 人都看过了");
    news.tell(Principal::Person(giver), Kind::ReadAll, &words, None);
}
