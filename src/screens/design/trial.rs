//! 试走: a case of the sketch walked through by people of this office, each seeing what they would see; in memory,
//! from the beginning with every press, so nothing is written and nobody is told.

use super::DesignProcedure;
use super::desk::{self, Desk, Tab};
use super::parts;
use crate::engine::case::{CaseState, State, Task, TaskState};
use crate::engine::definition::{Field, Procedure, Step};
use crate::engine::design::sample::{self, Deed, Played};
use crate::engine::facts::{People as _, Viewer};
use crate::engine::offer::Offer;
use crate::engine::people::{self, InOrgan};
use crate::engine::rehearsal::Rehearsal;
use crate::engine::run::Acting;
use crate::kit::{Error, FieldErrors, Id, Millis, PersonId, Principal, Result, ShelfNo};
use crate::screens::case::fill::Beside;
use crate::screens::case::offered::Offered;
use crate::screens::case::sheet::{Paper, Said};
use crate::screens::case::{answer, names};
use crate::ui::note::{Tone, note};
use crate::ui::paper::Sheet;
use crate::ui::{Markup, form, html};
use crate::web::{Cx, Reply, Visit};

/// What was played so far.
const PLAYED: &str = "played";
/// Whose eyes the page is seen with.
const AS: &str = "as";
/// People offered for one task.
const SHOWN: usize = 12;

/// GET `/procedures/{procedure}/design/try`.
pub fn page(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    desk::page(cx, start)
}

/// POST `/procedures/{procedure}/design/try`.
pub fn play(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    let desk = Desk::open(cx)?;
    let people = InOrgan {
        directory: &desk.maker.directory,
        organ: desk.maker.organ,
    };
    let (mut played, mut eyes) = match cx.form("trial") {
        "begin" => {
            let starter = cx.form("starter").parse().map(PersonId);
            let starter = starter.map_err(|_| Error::invalid("", "请选由谁发起"))?;
            (Played::begin(starter, cx.at), starter)
        }
        _ => match (serde_json::from_str(cx.form(PLAYED)), cx.form(AS).parse()) {
            (Ok(played), Ok(eyes)) => (played, PersonId(eyes)),
            _ => return start(cx, &desk, &FieldErrors::default()).map(Reply::Page),
        },
    };
    let mut errors = FieldErrors::default();
    match cx.form("trial") {
        "begin" => {}
        "back" => {
            let last = played.acts.pop();
            eyes = last.map_or(eyes, |d| PersonId(d.who));
        }
        other => match other.strip_prefix("as/").and_then(|id| id.parse().ok()) {
            Some(id) => eyes = PersonId(id),
            None => errors = act(cx, (&desk, &people), &mut played, &mut eyes)?,
        },
    }
    let shown = played.replay(&desk.procedure, &people);
    let it = match shown {
        Ok(it) => it,
        Err(Error::Denied(why) | Error::Conflict(why)) => {
            let mut errors = FieldErrors::default();
            errors.add("", why);
            return start(cx, &desk, &errors).map(Reply::Wrong);
        }
        Err(Error::Invalid(errors)) => return start(cx, &desk, &errors).map(Reply::Wrong),
        Err(e) => return Err(e),
    };
    let wrong = !errors.is_empty();
    let drawn = draw(cx, &desk, (&it, &played, eyes), &errors)?;
    Ok(if wrong {
        Reply::Wrong(drawn)
    } else {
        Reply::Page(drawn)
    })
}

/// Does what was pressed; what the engine says against it comes back.
fn act(
    cx: &Cx<DesignProcedure>,
    (desk, people): (&Desk, &InOrgan<'_>),
    played: &mut Played,
    eyes: &mut PersonId,
) -> Result<FieldErrors> {
    let (mv, choice) = answer::deed(cx)?;
    let input = answer::input(cx, &desk.procedure, (mv, &choice));
    let mut next = played.clone();
    next.acts.push(Deed::new(*eyes, mv, input));
    match next.replay(&desk.procedure, people) {
        Ok(it) => {
            *played = next;
            if let Some(holder) = holders(&it.case, people)
                .first()
                .filter(|_| !has_task(&it.case, people, *eyes))
            {
                *eyes = holder.1;
            }
            Ok(FieldErrors::default())
        }
        Err(e) => answer::shown(e, (mv, &choice)),
    }
}

fn open_tasks(case: &CaseState) -> impl Iterator<Item = &Task> {
    case.tasks.iter().filter(|t| t.state == TaskState::Open)
}

fn has_task(case: &CaseState, people: &InOrgan<'_>, person: PersonId) -> bool {
    open_tasks(case).any(|t| people.fills(person, t.holder))
}

/// Each open task's step with each who may do it.
fn holders(case: &CaseState, people: &InOrgan<'_>) -> Vec<(String, PersonId)> {
    let everybody = people.everybody();
    let mut all = Vec::new();
    for task in open_tasks(case) {
        let fills = |p: &Principal| match p {
            Principal::Person(id) => people.fills(*id, task.holder).then_some(*id),
            _ => None,
        };
        for id in everybody.iter().filter_map(fills).take(SHOWN) {
            if !all.iter().any(|(s, p)| *s == task.step && *p == id) {
                all.push((task.step.clone(), id));
            }
        }
    }
    all
}

/// The page before anything was played.
fn start(cx: &Cx<DesignProcedure>, desk: &Desk, errors: &FieldErrors) -> Result<Markup> {
    let directory = &desk.maker.directory;
    let people = InOrgan {
        directory,
        organ: desk.maker.organ,
    };
    let roles = &desk.procedure.start.roles;
    let may = |id: PersonId| {
        let has = people::viewer(directory, id).roles;
        roles.is_empty() || roles.iter().any(|r| has.contains(r))
    };
    let all: Vec<(String, String)> = people
        .everybody()
        .into_iter()
        .filter_map(|p| match p {
            Principal::Person(id) if may(id) => Some((id.0.to_string(), people.name(p))),
            _ => None,
        })
        .collect();
    let me = cx.who().person.0.to_string();
    let content = html! {
        section {
            h2.band { span { "试走一遍" } i { "什么也不写，谁也不会收到" } }
            p { "用本单位现在的人走一遍，看看每一步会送到谁、他看到什么、能按什么。" }
            @if all.is_empty() {
                (note(Tone::Bad, "现在没有人可以发起。", &"请到“名称和登记簿”看“谁可以发起”。"))
            } @else {
                form method="post" action=(desk.at(Tab::Try)) {
                    (form::token(cx.csrf()))
                    (parts::field("由谁发起", &parts::pick("starter", "由谁发起", &all, &me)))
                    p.acts { button.btn.key type="submit" name="trial" value="begin" { "开始试走" } }
                }
            }
        }
    };
    Ok(desk.draw(cx, (Tab::Try, errors), &content))
}

type Now<'a> = (&'a Rehearsal<'a>, &'a Played, PersonId);

fn draw(
    cx: &Cx<DesignProcedure>,
    desk: &Desk,
    (it, played, eyes): Now<'_>,
    errors: &FieldErrors,
) -> Result<Markup> {
    let people = InOrgan {
        directory: &desk.maker.directory,
        organ: desk.maker.organ,
    };
    let viewer = people::viewer(people.directory, eyes);
    let carried = serde_json::to_string(played)?;
    let name = people.name(Principal::Person(eyes));
    let offers: Vec<Offer> = it
        .offers(&viewer)
        .into_iter()
        .filter(|o| !o.mv.is_aside())
        .collect();
    let offered = Offered {
        offers: &offers,
        people: &people,
        errors,
        visit: (!errors.is_empty()).then_some(&**cx),
        task: None,
    };
    let hidden = html! {
        (form::token(cx.csrf()))
        (form::hidden(PLAYED, &carried))
        (form::hidden(AS, &eyes.0.to_string()))
    };
    let over = it.case.state != State::Open;
    let content = html! {
        div.two {
            div {
                h2.band { span { (name) "看到的" } @if let Some(s) = it.procedure.step(&it.case.step) { i { "件在“" (s.name) "”" } } }
                @if over { (note(Tone::Done, "办结了。", &format!("一共办了 {} 次。换个人再走，或者从头再来。", played.acts.len()))) }
                @else if offers.is_empty() { (note(Tone::Plain, &format!("{name}现在没有要办的。"), &"右边换成该办的人。")) }
                form method="post" action=(desk.at(Tab::Try)) enctype="multipart/form-data" {
                    (hidden)
                    (form::errors(errors))
                    (sheet(cx, (it, &viewer, &people), &offers, errors))
                    (offered.primary())
                    (offered.others(""))
                    p.acts { @for press in offered.presses() { (press) } }
                }
            }
            div.side { (aside(desk, (it, played, eyes), (&people, &hidden))) }
        }
    };
    Ok(desk.draw(cx, (Tab::Try, &FieldErrors::default()), &content))
}

/// Who has it now, and what was done.
fn aside(
    desk: &Desk,
    (it, played, eyes): Now<'_>,
    (people, hidden): (&InOrgan<'_>, &Markup),
) -> Markup {
    let p = &desk.procedure;
    let who = |id: i64| people.name(Principal::Person(PersonId(id)));
    html! {
        h2.band { span { "现在到谁" } }
        form method="post" action=(desk.at(Tab::Try)) {
            (hidden)
            ul.plainlist {
                @for (step, id) in holders(&it.case, people) {
                    li { (p.step_name(&step)) "："
                        @if id == eyes { b { (who(id.0)) } }
                        @else { button.btn.small type="submit" name="trial" value=(format!("as/{}", id.0)) { "换成" (who(id.0)) } }
                    }
                }
            }
            @if it.case.state != State::Open { p { "已经办结，没有人要办了。" } }
            h2.band { span { "走过的" } }
            ol.plainlist {
                @for act in it.acts.iter().skip(1) {
                    li { (who(act.by.0)) "　" (act.label)
                        @if !act.to.is_empty() {
                            " → " (act.to.iter().map(|t| people.name(*t)).collect::<Vec<_>>().join("、"))
                        }
                    }
                }
            }
            p.acts.tight {
                @if !played.acts.is_empty() { button.btn.small type="submit" name="trial" value="back" { "撤回上一步，重走" } }
                a.btn.small href=(desk.at(Tab::Try)) { "从头再来" }
            }
        }
    }
}

fn sheet(
    cx: &Visit,
    (it, viewer, people): (&Rehearsal<'_>, &Viewer, &InOrgan<'_>),
    offers: &[Offer],
    errors: &FieldErrors,
) -> Markup {
    let facts = it.facts(viewer, None);
    let p = it.procedure;
    let mine = open_tasks(&it.case).find(|t| facts.holds(t.holder));
    let step: Option<&Step> = mine.and_then(|t| p.step(&t.step));
    let came: Vec<&str> = it
        .case
        .tasks
        .iter()
        .filter(|t| facts.holds(t.holder))
        .map(|t| t.step.as_str())
        .collect();
    let mut values = it.case.values.clone();
    sample::named(p, &mut values, people);
    if !errors.is_empty() {
        values.extend(answer::typed(cx, p));
    }
    let said: Vec<Said> = it
        .case
        .opinions
        .iter()
        .map(|o| Said {
            into: o.into.clone(),
            words: o.text.clone(),
            who: people.name(Principal::Person(o.person)),
            when: cx.zone().short_time(o.at, it.now),
            notes: Vec::new(),
            photo: None,
            hand: None,
            ink: None,
        })
        .collect();
    let opinion = offers.iter().find_map(|o| o.opinion.as_ref());
    let typed = if errors.is_empty() {
        ""
    } else {
        cx.form(names::OPINION)
    };
    let paper = Paper {
        procedure: p,
        values: &values,
        open: step,
        said: &said,
        writing: opinion.map(|o| (o, typed, None)),
        phrases: &[],
        readers: &[],
        files: &|_: &str| html! { span.hint { "附件在试走里不用传" } },
        senders: &[],
        hidden: &|f: &Field| {
            !came.is_empty() && came.iter().all(|s| f.hidden_from.iter().any(|h| h == s))
        },
        mended: &|_: &Field| false,
        people,
        errors,
        beside: Beside::default(),
    };
    framed(cx, p, &paper)
}

fn framed(cx: &Visit, p: &Procedure, paper: &Paper<'_>) -> Markup {
    let sheet = Sheet {
        title: p
            .sheets
            .first()
            .map_or(p.name.as_str(), |s| s.title.as_str()),
        left: &cx.site().office,
        right: &cx.zone().day(cx.at).long(),
    };
    html! { (sheet.show(&paper.cells(&p.layout))) (paper.groups(&p.layout)) }
}

/// The form as whoever starts it sees it, to be looked at.
pub fn screen(cx: &Visit, acting: &Acting, p: &Procedure) -> Markup {
    let people = acting.people();
    let begun = Played::begin(acting.viewer.person, cx.at).replay(p, &people);
    let values = begun.map_or_else(|_| crate::engine::case::Values::new(), |it| it.case.values);
    let errors = FieldErrors::default();
    let paper = Paper {
        procedure: p,
        values: &values,
        open: p.first_step(),
        said: &[],
        writing: None,
        phrases: &[],
        readers: &[],
        files: &|_: &str| html! {},
        senders: &[],
        hidden: &|_: &Field| false,
        mended: &|_: &Field| false,
        people: &people,
        errors: &errors,
        beside: Beside::default(),
    };
    framed(cx, p, &paper)
}

/// A case nobody has begun: where whoever looks may not begin one.
pub fn blank(acting: &Acting, now: Millis) -> CaseState {
    let id = Id::next(ShelfNo(1), now, 0);
    CaseState::begun(id, (acting.organ, acting.dept), (acting.viewer.person, now))
}
