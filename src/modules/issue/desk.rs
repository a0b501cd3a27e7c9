//! The page of issuing one document: what is sent, to whom, and what came back. Reads a form, asks the engine, shows the
//! page again with everything typed where it is refused. Not here: drawing (`view`).

use super::view::{Shown, page};
use super::{IssueDocument, SeeIssued};
use crate::access::Action;
use crate::engine::case::{Purpose, TaskState};
use crate::engine::definition::MoveId;
use crate::engine::offer::{Input, Offer, Sent, Slip};
use crate::engine::run::{Acting, Ask};
use crate::engine::view::CaseView;
use crate::kit::{Day, Error, FieldErrors, Id, Principal, Result, parse_day, text};
use crate::org::distribution_store::{Distribution, list_distributions};
use crate::web::{Cx, Reply};

/// So many outside organs at a time, as many as fit a sheet.
const MOST: usize = 200;

pub(super) fn show(cx: &mut Cx<SeeIssued>) -> Result<Reply> {
    let (acting, view) = open(cx)?;
    let lists = lists(cx, &acting)?;
    let picked = lists.iter().find(|l| l.id.to_string() == cx.query("list"));
    let shown = Shown {
        acting: &acting,
        view: &view,
        lists: &lists,
        picked,
        typed: None,
        errors: &FieldErrors::default(),
    };
    page(cx, &shown, cx.new_op()?).map(Reply::Page)
}

/// Sends to those chosen and to the outside organs written down.
pub(super) fn send(cx: &mut Cx<IssueDocument>) -> Result<Reply> {
    let (acting, view) = open(cx)?;
    let asked = typed(cx);
    let outside = asked.as_ref().map_or(0, |input| input.sent.len());
    let done = asked.and_then(|input| act(cx, &acting, &view, (MoveId::Issue, input)));
    answer(cx, done, |to| match (to.len(), outside) {
        (0, _) => format!("已登记分发给外单位 {outside} 处，回执回来以后请在下面登记"),
        (n, 0) => format!("已分发给 {n} 处，对方的待办里会有“签收”"),
        (n, out) => format!(
            "已分发给 {n} 处，对方的待办里会有“签收”；另登记了外单位 {out} 处，回执回来以后请在下面登记"
        ),
    })
}

/// A slip that came back.
pub(super) fn slip(cx: &mut Cx<IssueDocument>) -> Result<Reply> {
    let (acting, view) = open(cx)?;
    let input = slip_typed(cx);
    let done = input.and_then(|input| act(cx, &acting, &view, (MoveId::Issue, input)));
    answer(cx, done, |_| "回执已登记".to_owned())
}

/// Reminds those who have not signed for it yet.
pub(super) fn urge(cx: &mut Cx<IssueDocument>) -> Result<Reply> {
    let (acting, view) = open(cx)?;
    let waits = |o: &Offer| {
        let way = o.choices.iter().find(|c| c.id == "readers")?;
        Some((way.id.clone(), way.pick.as_ref()?.among.clone()))
    };
    let asked = view.offers.iter().find(|o| o.mv == MoveId::Urge);
    let Some((choice, among)) = asked.and_then(waits) else {
        cx.tell("现在没有可以催的：都签收了，或者刚刚催过");
        return Ok(Reply::To(at(cx)?));
    };
    let verb = view
        .procedure
        .circulation
        .as_ref()
        .and_then(|c| c.receipt.as_deref());
    let tasks = view.case.state.tasks.iter();
    let open = tasks.filter(|t| {
        t.purpose == Purpose::Read && t.state == TaskState::Open && Some(t.verb.as_str()) == verb
    });
    let people: Vec<Principal> = open
        .map(|t| t.holder)
        .filter(|h| among.contains(h))
        .collect();
    if people.is_empty() {
        cx.tell("现在没有可以催的：都签收了，或者刚刚催过");
        return Ok(Reply::To(at(cx)?));
    }
    let input = Input {
        choice,
        people,
        note: "请签收".to_owned(),
        ..Input::default()
    };
    let done = act(cx, &acting, &view, (MoveId::Urge, input));
    answer(cx, done, |to| format!("已催 {} 人签收", to.len()))
}

/// The case for whoever may see it.
pub(super) fn open<A: Action>(cx: &Cx<A>) -> Result<(Acting, CaseView)> {
    let case: Id = cx.path("case")?;
    let acting = Acting::of(&cx.state.org.current(), cx.who().person)?;
    let view = cx
        .state
        .engine
        .open(&cx.state.store, &acting, (case, None))?;
    // only what makes an official document is issued
    match view.procedure.document {
        Some(_) => Ok((acting, view)),
        None => Err(Error::NotFound),
    }
}

/// Where the page is.
fn at<A: Action>(cx: &Cx<A>) -> Result<String> {
    let case: Id = cx.path("case")?;
    Ok(format!("/case/{case}/issue"))
}

fn lists<A: Action>(cx: &Cx<A>, acting: &Acting) -> Result<Vec<Distribution>> {
    let mut all = list_distributions(&cx.state.store.hub()?, acting.organ)?;
    all.retain(|l| l.on);
    Ok(all)
}

fn act(
    cx: &Cx<IssueDocument>,
    acting: &Acting,
    view: &CaseView,
    (mv, input): (MoveId, Input),
) -> Result<Vec<String>> {
    let case = view.case.state.id;
    let offer = view.offers.iter().find(|o| o.mv == mv);
    let ask = Ask {
        case,
        task: offer.and_then(|o| o.task),
        rev: None,
        mv,
        input,
    };
    let stamp = cx.permit.stamp_on(case);
    let done = cx.state.engine.act(&cx.state.store, stamp, acting, ask)?;
    cx.state.unshown.note(cx.who().person, &done);
    Ok(done.value.to)
}

fn answer(
    cx: &mut Cx<IssueDocument>,
    done: Result<Vec<String>>,
    said: impl FnOnce(&[String]) -> String,
) -> Result<Reply> {
    let errors = match done {
        Ok(to) => {
            cx.tell(&said(&to));
            return Ok(Reply::To(at(cx)?));
        }
        Err(why) => why.shown_at("")?,
    };
    let (acting, view) = open(cx)?;
    let lists = lists(cx, &acting)?;
    let shown = Shown {
        acting: &acting,
        view: &view,
        lists: &lists,
        picked: None,
        typed: Some(&cx.input),
        errors: &errors,
    };
    page(cx, &shown, cx.new_op()?).map(Reply::Wrong)
}

fn today(cx: &Cx<IssueDocument>) -> Day {
    cx.zone().day(cx.at)
}

/// What was chosen and written.
fn typed(cx: &Cx<IssueDocument>) -> Result<Input> {
    let mut errors = FieldErrors::default();
    let chosen = cx
        .form_all("people")
        .into_iter()
        .chain(cx.form_all("depts"));
    let mut people: Vec<Principal> = Vec::new();
    for raw in chosen {
        let one = raw.parse().ok().and_then(Principal::from_raw);
        match one {
            Some(p) if !people.contains(&p) => people.push(p),
            Some(_) => {}
            None => errors.add("people", "选的人看不懂，请重新选择"),
        }
    }
    let mut names: Vec<String> = Vec::new();
    let typed = cx
        .form("outside")
        .lines()
        .flat_map(|l| l.split(['、', '；', ';']));
    for name in typed.map(text::one_line).filter(|n| !n.is_empty()) {
        if name.chars().count() > 60 {
            errors.add(
                "outside",
                format!("“{name}”太长了，一行写一个单位，最多 60 个字"),
            );
        } else if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.len() > MOST {
        errors.add("outside", format!("一次最多 {MOST} 个外单位，请分几次登记"));
    }
    let way = cx.form("way").to_owned();
    if !names.is_empty() && !super::view::WAYS.contains(&way.as_str()) {
        errors.add("way", "请选怎么送的");
    }
    let copies = text::fold(cx.form("copies")).parse().unwrap_or(0_u32);
    if !names.is_empty() && !(1..=9999).contains(&copies) {
        errors.add("copies", "每个单位几份，填 1 到 9999 的整数");
    }
    let on = day(cx, "on", &mut errors);
    let one = |to: String| Sent {
        to,
        way: way.clone(),
        copies,
        taken_by: text::one_line(cx.form("taken_by")),
        on,
    };
    let input = Input {
        people,
        note: cx.form("note").to_owned(),
        sent: names.into_iter().map(one).collect(),
        ..Input::default()
    };
    errors.check(input)
}

/// A day of the past typed in a field; today where it is empty.
fn day(cx: &Cx<IssueDocument>, name: &str, errors: &mut FieldErrors) -> Day {
    let today = today(cx);
    if cx.form(name).trim().is_empty() {
        return today;
    }
    match parse_day(cx.form(name), today) {
        Ok(day) if day > today => errors.add(name, "日期还没有到"),
        Ok(day) => return day,
        Err(why) => errors.add(name, why),
    }
    today
}

fn slip_typed(cx: &Cx<IssueDocument>) -> Result<Input> {
    let mut errors = FieldErrors::default();
    let of: Option<Id> = cx.form("of").parse().ok();
    let by = text::one_line(cx.form("by"));
    if by.is_empty() || by.chars().count() > 30 {
        errors.add("by", "请写签收人，最多 30 个字");
    }
    let on = day(cx, "signed_on", &mut errors);
    let of = of.ok_or(Error::NotFound)?;
    let input = Input {
        slips: vec![Slip { of, by, on }],
        ..Input::default()
    };
    errors.check(input)
}
