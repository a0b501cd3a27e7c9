//! 批量办理: of the to-dos those that ask nothing but a word, ticked and done with one opinion. Each case is an act
//! of its own; what could not be done says why and stays in the to-dos. Works by keyboard and without a script.
//! Not here: which these are (`engine::batch`).

use super::case::page::acting;
use crate::access::{Allowed, Place, action};
use crate::engine::batch::{Quick, Way};
use crate::engine::definition::{MoveId, Need};
use crate::engine::index_store::list_todo;
use crate::engine::offer::Input;
use crate::engine::run::{Acting, Ask};
use crate::inbox::phrase;
use crate::kit::{Error, FieldErrors, Id, Result};
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::{empty, section};
use crate::ui::note::{State, state};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, HOME, Manifest, Reply, Route};
use std::collections::BTreeMap;

/// The page.
pub const BATCH_AT: &str = "/todo/batch";
/// So many to-dos are looked at.
const MOST: i64 = 100;

action!(pub Batch, "case.batch", "批量办理", Allowed::SignedIn, Place::Anywhere, spare = true);

/// Doing several at once.
pub const MANIFEST: Manifest = Manifest {
    id: "batch",
    menu: &[],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<Batch>(BATCH_AT, show),
        Route::post::<Batch>(BATCH_AT, act),
    ]
}

fn show(cx: &mut Cx<Batch>) -> Result<Reply> {
    draw(cx, &FieldErrors::default()).map(Reply::Page)
}

type Groups = BTreeMap<(String, String, String), Vec<Quick>>;

/// By procedure, step and move: what may be done with one word.
fn groups(cx: &Cx<Batch>, acting: &Acting) -> Result<Groups> {
    let who = cx.who().scope.todo_json();
    let all = list_todo(&cx.state.store.index()?, &who, (MOST, 0))?;
    let mut groups = Groups::new();
    for quick in cx.state.engine.quick(&cx.state.store, acting, &all)? {
        let Some(way) = quick.ways.first() else {
            continue;
        };
        let key = (way.procedure.clone(), way.step.clone(), way.mv.clone());
        groups.entry(key).or_default().push(quick);
    }
    Ok(groups)
}

fn draw(cx: &Cx<Batch>, errors: &FieldErrors) -> Result<Markup> {
    let acting = acting(cx)?;
    let groups = groups(cx, &acting)?;
    let phrases = phrase::list(&cx.state.store.hub()?, acting.viewer.person)?;
    let content = html! {
        (crumbs(&Link::new("返回待办", HOME), &[], "批量办理"))
        (heading("批量办理", "只写一句意见就能办的件，勾上一起办", &html! {}))
        (form::errors(errors))
        @if groups.is_empty() {
            (empty("没有能一起办的件", "要填表、要选人的件，请在待办里一件一件地办。", &[Link::new("回待办", HOME)]))
        }
        @for (n, ((procedure, step, _), all)) in groups.iter().enumerate() {
            (section(&format!("h-b{n}"), &format!("{procedure}·{step} {} 件", all.len()), &"", &group(cx, (n, all), &phrases, errors)?))
        }
    };
    Ok(cx.draw(&Page::new("批量办理").wrong(errors), &content))
}

/// The ways all of a group have.
fn common(all: &[Quick]) -> Vec<&Way> {
    let Some(first) = all.first() else {
        return Vec::new();
    };
    let has = |w: &&Way| all.iter().all(|q| q.ways.contains(w));
    first.ways.iter().filter(has).collect()
}

fn group(
    cx: &Cx<Batch>,
    (n, all): (usize, &[Quick]),
    own: &[String],
    errors: &FieldErrors,
) -> Result<Markup> {
    let here = cx.form("group") == n.to_string();
    let none = FieldErrors::default();
    let errors = if here { errors } else { &none };
    let items: Vec<Choice> = all
        .iter()
        .map(|q| {
            let number = q.number.as_deref().unwrap_or_default();
            Choice::new(
                format!("{}.{}", q.case, q.task),
                format!("{}　{number}", q.title),
            )
        })
        .collect();
    let ticked: Vec<&str> = if here {
        cx.form_all("item")
    } else {
        Vec::new()
    };
    let need = all.iter().find_map(|q| q.need);
    let mut phrases: Vec<&str> = all
        .iter()
        .flat_map(|q| &q.phrases)
        .map(String::as_str)
        .collect();
    phrases.extend(own.iter().map(String::as_str));
    let mut usual: Vec<&str> = Vec::new();
    for p in phrases {
        if !usual.contains(&p) && usual.len() < 6 {
            usual.push(p);
        }
    }
    let op = cx.new_op()?;
    Ok(html! {
        form method="post" action=(BATCH_AT) {
            (form::tokens(cx.csrf(), &op))
            (form::hidden("group", &n.to_string()))
            (form::checks("item", "要一起办的", items).values(ticked).check(errors))
            @if let Some(need) = need {
                @let said = if here { cx.form("opinion").to_owned() } else { String::new() };
                @let field = form::text("opinion", "意见").value(said).check(errors)
                    .suggest(usual.iter().map(|p| ((*p).to_owned(), String::new())).collect());
                @if need == Need::Required { (field.need()) } @else { (field) }
                @if !usual.is_empty() { p.hint { "常用：" (usual.join("　")) } }
            }
            p.acts {
                @for way in common(all) {
                    button.btn type="submit" name="way" value=(format!("{}.{}", way.mv, way.choice)) { (way.label) }
                }
            }
        }
    })
}

/// What came of one.
struct Did {
    case: Id,
    title: String,
    came: std::result::Result<String, String>,
}

fn act(cx: &mut Cx<Batch>) -> Result<Reply> {
    let acting = acting(cx)?;
    let items: Vec<(Id, Id)> = cx
        .form_all("item")
        .into_iter()
        .filter_map(|i| i.split_once('.'))
        .filter_map(|(case, task)| Some((case.parse().ok()?, task.parse().ok()?)))
        .take(MOST as usize)
        .collect();
    let way = cx.form("way").split_once('.');
    let way = way.and_then(|(mv, choice)| Some((MoveId::of(mv)?, choice.to_owned())));
    let mut errors = FieldErrors::default();
    if items.is_empty() {
        errors.add("item", "请勾选要一起办的件");
    }
    let Some((mv, choice)) = way.filter(|_| !items.is_empty()) else {
        return draw(cx, &errors).map(Reply::Wrong);
    };
    let mut done = Vec::new();
    for (case, task) in items {
        done.push(one(cx, &acting, (case, task), (mv, &choice))?);
    }
    // an opinion that is missing is missing for all of them: it is asked for where it is written
    let unsaid = |d: &Did| {
        d.came
            .as_ref()
            .is_err_and(|why| why.starts_with("请写意见"))
    };
    if done.iter().all(unsaid) {
        errors.add("opinion", "请写意见，例如“同意。”");
        return draw(cx, &errors).map(Reply::Wrong);
    }
    Ok(cx.page("批量办理的结果", &result(&done)))
}

fn one(
    cx: &Cx<Batch>,
    acting: &Acting,
    (case, task): (Id, Id),
    (mv, choice): (MoveId, &str),
) -> Result<Did> {
    let (store, engine) = (&cx.state.store, &cx.state.engine);
    let view = match engine.open_to(store, acting, (case, Some(task)), mv) {
        Ok(view) => view,
        Err(e) => {
            return said(e).map(|why| Did {
                case,
                title: "（看不到的件）".into(),
                came: Err(why),
            });
        }
    };
    let title = view.case.head.title.clone();
    let ask = Ask {
        case,
        task: Some(task),
        rev: None,
        mv,
        input: Input {
            choice: choice.to_owned(),
            opinion: cx.form("opinion").to_owned(),
            ..Input::default()
        },
    };
    let mut stamp = cx.permit.stamp_on(case);
    if !stamp.op.is_empty() {
        stamp.op = format!("{}.{task}", stamp.op);
    }
    let seen = Some((view.case, view.procedure));
    let came = match engine.act_on(store, stamp, acting, (ask, seen)) {
        Ok(receipt) => {
            cx.state.unshown.note(cx.who().person, &receipt);
            Ok(super::case::page::told(&receipt.value))
        }
        Err(e) => Err(said(e)?),
    };
    Ok(Did { case, title, came })
}

/// Why one was not done; a fault of ours is everybody's.
fn said(e: Error) -> Result<String> {
    match e {
        Error::Invalid(errors) => Ok(errors
            .0
            .first()
            .map_or_else(String::new, |e| e.message.clone())),
        Error::Denied(why) | Error::Conflict(why) | Error::Busy(why) => Ok(why),
        Error::NotFound => Ok("没有这一件，或者已经不归您办".into()),
        fault @ Error::Fault(_) => Err(fault),
    }
}

fn result(done: &[Did]) -> Markup {
    let columns = [
        Column::new("标题").spine().phone(Phone::Title),
        Column::new("结果").short().phone(Phone::Inline),
        Column::new("说明").phone(Phone::Labelled),
    ];
    let good = done.iter().filter(|d| d.came.is_ok()).count();
    let rows: Vec<Row> = done
        .iter()
        .map(|d| {
            let (mark, words) = match &d.came {
                Ok(words) => (state(State::Ok, "已办"), words),
                Err(words) => (state(State::Bad, "没有办成"), words),
            };
            Row::new(vec![
                html! { a href=(format!("/case/{}", d.case)) { (d.title) } },
                mark,
                html! { (words) },
            ])
        })
        .collect();
    let bad = done.len() - good;
    let small = match bad {
        0 => format!("{good} 件都办好了"),
        _ => format!("办好 {good} 件，{bad} 件没有办成，还在待办里"),
    };
    html! {
        (crumbs(&Link::new("返回待办", HOME), &[], "批量办理的结果"))
        (heading("批量办理的结果", &small, &html! {}))
        (ledger("批量办理的结果", &columns, &rows, ""))
        p.acts { (Link::new("接着批量办理", BATCH_AT).button()) (Link::new("回待办", HOME).button()) }
    }
}
