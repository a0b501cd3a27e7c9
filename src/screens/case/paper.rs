//! Entering what a leader or a reader wrote on paper: whose it is, the words, the day, the photograph, and
//! where the case goes on.
//! Invariant: a photograph is filed to the case before the words are entered, so that a refused form loses
//! neither; what is offered here is what `engine::paper` accepts.

use super::offered::Offered;
use super::page::{acting, told};
use super::{EnterPaper, answer, files, mend, names, signed, written};
use crate::engine::definition::{MoveId, Need};
use crate::engine::paper::{Enterable, Entry, Proof};
use crate::engine::run::Acting;
use crate::engine::view::CaseView;
use crate::kit::{Error, FieldErrors, Id, PersonId, Result, parse_day};
use crate::store::Stamp;
use crate::ui::deed::Deed;
use crate::ui::frame::{Page, crumbs, heading, two};
use crate::ui::paper::{Shot, writing_box};
use crate::ui::{Link, Markup, form, html, list};
use crate::web::{Cx, Reply, Visit};

/// The day written on the paper.
const SAID_ON: &str = "said_on";
/// A photograph taken now.
const PHOTO: &str = "photo";
/// A photograph filed before, by its id.
const KEPT: &str = "kept";
/// Why there is none.
const NO_PHOTO: &str = "no_photo";
/// In whose name.
const PERSON: &str = "person";

/// GET `/case/{case}/paper?task=&person=&kept=`.
pub fn form(cx: &mut Cx<EnterPaper>) -> Result<Reply> {
    let (acting, view, all) = opened(cx)?;
    let errors = FieldErrors::default();
    let asked = (cx.query(names::TASK), cx.query(PERSON));
    let shown = Shown {
        asked: (asked.0.to_owned(), asked.1.to_owned()),
        kept: cx.query(KEPT).to_owned(),
        visit: None,
        errors: &errors,
    };
    draw(cx, (&acting, &view), &all, &shown).map(Reply::Page)
}

/// The page again, with what was wrong in a mending.
pub fn with_errors(cx: &Cx<EnterPaper>, errors: &FieldErrors) -> Result<Reply> {
    let (acting, view, all) = opened(cx)?;
    let shown = Shown {
        asked: (String::new(), String::new()),
        kept: String::new(),
        visit: Some(cx),
        errors,
    };
    draw(cx, (&acting, &view), &all, &shown).map(Reply::Wrong)
}

/// The case, as the clerk sees it, and what may be entered there.
fn opened(cx: &Cx<EnterPaper>) -> Result<(Acting, CaseView, Vec<Enterable>)> {
    let case: Id = cx.path("case")?;
    let acting = acting(cx)?;
    let engine = &cx.state.engine;
    let view = engine.open(&cx.state.store, &acting, (case, None))?;
    if !view.enters_paper(&acting) {
        return Err(Error::Denied(
            "这一类件的纸质意见不由您录入。请交给负责收发的同志办".into(),
        ));
    }
    let all = engine.enterable(&acting, &view);
    Ok((acting, view, all))
}

/// POST `/case/{case}/paper`.
pub fn enter(cx: &mut Cx<EnterPaper>) -> Result<Reply> {
    let (acting, view, all) = opened(cx)?;
    let case = view.case.state.id;
    let mut kept = cx.form(KEPT).to_owned();
    let deed = answer::deed(cx);
    let mv = deed.as_ref().map_or(MoveId::Submit, |d| d.0);
    let choice = deed.as_ref().map_or("", |d| d.1.as_str()).to_owned();
    let done = photographed(cx, &acting, case).and_then(|fresh| {
        if let Some(id) = fresh {
            kept = id.to_string();
        }
        let (mv, choice) = deed?;
        let entry = entry(cx, &view, (mv, &choice), &kept)?;
        let stamp = stamped(cx, case, cx.form(names::DEED));
        let engine = &cx.state.engine;
        engine.enter_paper(&cx.state.store, stamp, &acting, entry)
    });
    match done {
        Ok(receipt) => {
            cx.state.unshown.note(cx.who().person, &receipt);
            let name = cx.form(PERSON).parse().map_or(String::new(), |p| {
                acting.directory.person_name(PersonId(p)).to_owned()
            });
            cx.tell(&format!("已代录{name}的书面意见。{}", told(&receipt.value)));
            Ok(Reply::To(format!("/case/{case}")))
        }
        Err(e) => {
            let errors = wrong(e, (mv, &choice))?;
            let engine = &cx.state.engine;
            let view = engine.open(&cx.state.store, &acting, (case, None))?;
            let shown = Shown {
                asked: (cx.form(names::TASK).into(), cx.form(PERSON).into()),
                kept,
                visit: Some(cx),
                errors: &errors,
            };
            draw(cx, (&acting, &view), &all, &shown).map(Reply::Wrong)
        }
    }
}

/// Files the photograph that came along; none where none did.
fn photographed(cx: &Cx<EnterPaper>, acting: &Acting, case: Id) -> Result<Option<Id>> {
    let Some(sent) = cx.files().iter().find(|f| f.field() == PHOTO) else {
        return Ok(None);
    };
    let (_, ready) = signed::ready(sent)?;
    let sheet = ready.keep(cx, case.shelf(), "")?;
    let stamp = stamped(cx, case, PHOTO);
    let engine = &cx.state.engine;
    let receipt = engine.file_sheet(&cx.state.store, stamp, acting, (case, sheet))?;
    Ok(Some(receipt.value))
}

/// Filing and entering are two deeds of one form, each carried out once.
fn stamped(cx: &Cx<EnterPaper>, case: Id, what: &str) -> Stamp {
    let mut stamp = cx.permit.stamp_on(case);
    if !stamp.op.is_empty() {
        stamp.op = format!("{}.{what}", stamp.op);
    }
    stamp
}

/// What was typed.
fn entry(
    cx: &Cx<EnterPaper>,
    view: &CaseView,
    (mv, choice): (MoveId, &str),
    kept: &str,
) -> Result<Entry> {
    let whose = || Error::invalid("", "请先选择录谁的意见");
    let mut errors = FieldErrors::default();
    let today = cx.zone().day(cx.at);
    let said_on = parse_day(cx.form(SAID_ON), today);
    if let Err(why) = &said_on {
        errors.add(SAID_ON, why.clone());
    }
    let proof = match kept.parse() {
        Ok(id) => Proof::Photo(id),
        Err(_) => Proof::Without(cx.form(NO_PHOTO).to_owned()),
    };
    let task = cx.form(names::TASK).parse().map_err(|_| whose())?;
    let person = cx.form(PERSON).parse().map_err(|_| whose())?;
    errors.check(())?;
    let mut input = answer::input(cx, &view.procedure, (mv, choice));
    input.values.clear();
    Ok(Entry {
        case: view.case.state.id,
        task,
        person: PersonId(person),
        mv,
        input,
        said_on: said_on.unwrap_or(today),
        proof,
    })
}

/// Errors under the names of this page's fields.
fn wrong(error: Error, deed: (MoveId, &str)) -> Result<FieldErrors> {
    let Error::Invalid(all) = error else {
        return answer::shown(error, deed);
    };
    let (own, rest): (Vec<_>, Vec<_>) = all
        .0
        .into_iter()
        .partition(|e| matches!(e.field.as_str(), SAID_ON | PHOTO | NO_PHOTO));
    let mut errors = FieldErrors(own);
    if !rest.is_empty() {
        errors
            .0
            .extend(answer::shown(Error::Invalid(FieldErrors(rest)), deed)?.0);
    }
    Ok(errors)
}

struct Shown<'a> {
    /// Task and person, as asked for.
    asked: (String, String),
    kept: String,
    visit: Option<&'a Visit>,
    errors: &'a FieldErrors,
}

impl Shown<'_> {
    fn typed(&self, name: &str) -> String {
        self.visit
            .map_or_else(String::new, |v| v.form(name).to_owned())
    }
}

fn draw(
    visit: &Visit,
    (acting, view): (&Acting, &CaseView),
    all: &[Enterable],
    shown: &Shown<'_>,
) -> Result<Markup> {
    let case = view.case.state.id;
    let is = |e: &&Enterable| {
        e.task.to_string() == shown.asked.0 && e.person.to_string() == shown.asked.1
    };
    let chosen = all.iter().find(is).or(match all {
        [only] => Some(only),
        _ => None,
    });
    let main = html! {
        (form::errors(shown.errors))
        @if all.is_empty() {
            p { "这一件现在没有等领导批示或传阅的人，没有要代录的书面意见。" }
        } @else {
            (whose(case, all, chosen, &shown.kept))
        }
        @if let Some(e) = chosen { (fields(visit, (acting, view), e, shown)?) }
        @else if !all.is_empty() { p.quiet { "请先选择录谁的意见。" } }
        (mend::section(visit, (acting, view), shown.errors)?)
    };
    let number = view.case.head.number.as_deref().unwrap_or_default();
    let content = html! {
        (crumbs(&Link::new("返回这一件", format!("/case/{case}")), &[], "录入书面意见"))
        (heading("录入书面意见", &format!("{number}　{}", view.case.head.title), &html! {}))
        (two(&main, &photos(view)))
    };
    let mut page = Page::new("录入书面意见").wrong(shown.errors);
    if chosen.is_some() {
        page = page.acting();
    }
    Ok(visit.draw(&page, &content))
}

/// Whose paper it is: a line of links, one a person.
fn whose(case: Id, all: &[Enterable], chosen: Option<&Enterable>, kept: &str) -> Markup {
    let lines: Vec<Markup> = all
        .iter()
        .map(|e| {
            let at = format!(
                "/case/{case}/paper?task={}&person={}&kept={kept}",
                e.task, e.person
            );
            let here = chosen.is_some_and(|c| c.task == e.task && c.person == e.person);
            html! {
                a href=(at) aria-current=[here.then_some("true")] { (e.name) }
                span.when { "等" (e.verb) @if here { "，正在录" } }
            }
        })
        .collect();
    list::section("h-whose", "录谁的意见", &"", &list::lines(&lines))
}

fn fields(
    visit: &Visit,
    (acting, view): (&Acting, &CaseView),
    e: &Enterable,
    shown: &Shown<'_>,
) -> Result<Markup> {
    let case = view.case.state.id;
    let people = acting.people();
    let offered = Offered {
        offers: std::slice::from_ref(&e.offer),
        people: &people,
        errors: shown.errors,
        visit: shown.visit,
        task: None,
    };
    let op = visit.new_op()?;
    let mut presses = offered.presses();
    for press in &mut presses {
        press.label = format!("录入：{}", press.label);
    }
    let bar = Deed {
        said: format!("会记为{}的意见，并注明原件为纸质、由您代录", e.name),
        presses,
        ..Deed::default()
    };
    Ok(html! {
        form method="post" action=(format!("/case/{case}/paper")) enctype="multipart/form-data" {
            (form::tokens(visit.csrf(), &op))
            (form::hidden(names::TASK, &e.task.to_string()))
            (form::hidden(PERSON, &e.person.to_string()))
            (words(e, shown))
            (form::date(SAID_ON, "纸上写的日期").value(shown.typed(SAID_ON)).need()
                .hint("不是录入的日期。纸上没写日期的，填签字那天").check(shown.errors))
            (proof(view, shown))
            section { (offered.primary()) }
            (bar)
        }
    })
}

fn words(e: &Enterable, shown: &Shown<'_>) -> Markup {
    let Some(rule) = &e.offer.opinion else {
        return html! { p.quiet { "这里只记已阅，没有意见栏。" } };
    };
    let label = format!("{}在纸上写的意见", e.name);
    let area = form::lined(names::OPINION, &label)
        .value(shown.typed(names::OPINION))
        .hint("照原样录，一字不改；看不清的字写“□”")
        .check(shown.errors);
    let need = rule.need == Need::Required;
    html! {
        section {
            h2.k { (label) @if need { span.need { "必填" } } @else { span.need { "只签了名字的可以不填" } } }
            (writing_box(&area, &rule.phrases, None))
        }
    }
}

/// A photograph taken now, one filed before, or why there is none.
fn proof(view: &CaseView, shown: &Shown<'_>) -> Markup {
    let before: Vec<form::Choice> = written::sheets_of(view)
        .map(|f| form::Choice::new(f.id.to_string(), f.name.clone()))
        .collect();
    let none = form::Choice::new("", "另拍一张，或没有照片");
    let has = !before.is_empty();
    let all: Vec<form::Choice> = before.into_iter().rev().chain([none]).collect();
    html! {
        @if has {
            (form::radios(KEPT, "用已经归到这一件的照片", all).value(shown.kept.clone()))
        }
        (form::file(PHOTO, "签字那一页的照片").accept("image/*,application/pdf")
            .hint("手机上可以直接拍；会自动转正、缩小，和意见放在一起").check(shown.errors))
        (form::text(NO_PHOTO, "没有照片的，写明原因").value(shown.typed(NO_PHOTO))
            .hint("例如：原件已随文退回").check(shown.errors))
    }
}

/// The case's signed sheets, large enough to type from.
fn photos(view: &CaseView) -> Markup {
    let case = view.case.state.id;
    let all: Vec<_> = written::sheets_of(view).collect();
    html! {
        @if all.is_empty() {
            p.quiet { "这一件还没有签批单照片。" }
        } @else {
            h2 { "已归到这一件的签批单照片" }
            @for f in all.iter().rev() {
                @let at = format!("/case/{case}/file/{}", f.id);
                @if f.name.ends_with(".jpg") {
                    (Shot { small: format!("{at}/small"), href: at }.show())
                }
                p.quiet { (f.name) "　" (files::bytes_said(f.size)) }
            }
        }
    }
}
