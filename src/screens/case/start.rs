//! Starting a case: the same paper sheet, filled in by whoever starts it, sent on by its first button.
//! What comes along (files, photographs) is in `pages.rs`, what was there before in `same.rs`.
//! Invariant: nothing typed is lost: files that came with a refused form are kept in the draft, and the
//! page comes back with everything in it.

use super::fill::{Beside, writing_script};
use super::offered::Offered;
use super::page::{acting, told, wary};
use super::pages::Pages;
use super::sheet::Paper;
use super::{StartCase, answer, calls, drafts, names, pages, same};
use crate::engine::case::{CaseState, Values};
use crate::engine::definition::{Field, MoveId, Procedure};
use crate::engine::draft_store::Draft;
use crate::engine::flow;
use crate::engine::offer::{Input, Offer};
use crate::engine::procedures::Published;
use crate::engine::run::{Acting, Done, Engine};
use crate::engine::same_store::{self, Earlier};
use crate::engine::supervision;
use crate::engine::view::CaseView;
use crate::engine::{apply::Means, moves, values};
use crate::kit::{Error, FieldErrors, Id, Millis, Result, text};
use crate::screens::things::beside;
use crate::store::Stamp;
use crate::ui::deed::{Deed, Press};
use crate::ui::form::Ticked;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::paper::Sheet;
use crate::ui::{Link, Markup, form, html};
use crate::web::{Cx, HOME, Reply, Visit};
use serde_json::Value;

/// Characters of a text that was too long that come back in its box.
const SHOWN: usize = 2000;

/// GET `/start/{procedure}?draft=&after=`.
pub fn form(cx: &mut Cx<StartCase>) -> Result<Reply> {
    let published = drafts::there(cx)?;
    let acting = acting(cx)?.seated(&published.procedure);
    let draft = match cx.query(names::DRAFT).parse().ok() {
        Some(id) => Some(drafts::find(cx, &acting, id)?),
        None => None,
    };
    let errors = FieldErrors::default();
    let blank = Blank::of(&cx.state.engine, &published, &acting, cx.at)?;
    let values = match &draft {
        Some(draft) => draft.values.clone(),
        None => match raised(cx, &acting)? {
            Some(view) => from_case(&view, &acting, &published.procedure),
            None => drafts::taken_over(cx, &acting, &published.procedure)?,
        },
    };
    let kept = draft.as_ref().map(|d| &d.values);
    let files = Pages::of(cx, draft.as_ref().map(|d| d.id), kept)?;
    let who = cx.who().scope.json();
    let earlier = same::earlier(cx, (&acting, &who), &published.procedure, &values)?;
    let shown = Shown {
        values,
        files,
        draft,
        visit: None,
        errors: &errors,
        earlier: &earlier,
        who: &who,
        added: None,
    };
    draw(cx, &acting, (&published, &blank), &shown).map(Reply::Page)
}

/// The case this one is raised from, where the page says one and this person may see it.
fn raised(cx: &Cx<StartCase>, acting: &Acting) -> Result<Option<CaseView>> {
    let Some(case) = raised_id(cx) else {
        return Ok(None);
    };
    let opened = cx.state.engine.open(&cx.state.store, acting, (case, None));
    opened.map(Some)
}

fn raised_id(visit: &Visit) -> Option<Id> {
    let typed = [visit.form(names::RAISED), visit.query(names::RAISED)];
    typed.into_iter().find_map(|id| id.parse().ok())
}

fn from_case(view: &CaseView, acting: &Acting, procedure: &Procedure) -> Values {
    let rule = procedure.supervision.as_ref();
    rule.map(|rule| supervision::from_case(view, &acting.directory, (procedure, rule)))
        .unwrap_or_default()
}

/// What was sent, on its way to a case.
struct Sending {
    draft: Option<Id>,
    values: Values,
    deed: (MoveId, String),
    earlier: Vec<Earlier>,
}

/// POST `/start/{procedure}`.
pub fn send(cx: &mut Cx<StartCase>) -> Result<Reply> {
    let published = drafts::there(cx)?;
    let acting = acting(cx)?.seated(&published.procedure);
    if cx.input.has(names::ROW) {
        return one_row(cx, &acting, &published);
    }
    let put_by = cx.input.has(names::PUT_BY);
    let deed = if put_by {
        (MoveId::Submit, String::new())
    } else {
        answer::deed(cx)?
    };
    let mut sending = Sending {
        draft: drafts::named(cx),
        values: answer::typed(cx, &published.procedure),
        deed,
        earlier: Vec::new(),
    };
    let done = go(cx, &acting, &published, &mut sending);
    match done {
        Ok(None) => {
            let draft = sending.draft.map(|d| d.to_string()).unwrap_or_default();
            cx.tell("已存好，还没有送出。填完再送");
            Ok(Reply::To(format!(
                "/start/{}?draft={draft}",
                published.procedure.id
            )))
        }
        Ok(Some(done)) => {
            let urgency = published.procedure.urgency.as_ref();
            let word = urgency.map_or("", |id| cx.form(&names::field(id)));
            let mut said = told(&done);
            if published.procedure.level(word) == calls::AT_ONCE {
                let call = "件，请马上打电话：打开这一件，有电话单可以打印";
                said.push_str(&format!("。这是{word}{call}"));
            }
            said.push_str(&wary(cx, done.case)?);
            cx.tell(&said);
            Ok(Reply::To(if cx.form(names::NEXT) == "1" {
                format!("/start/{}?after={}", published.procedure.id, done.case)
            } else {
                HOME.into()
            }))
        }
        Err(e) => again(cx, &acting, &published, (&sending, e)),
    }
}

/// A row more or less in a table of the form; files that came along wait in the draft.
fn one_row(cx: &Cx<StartCase>, acting: &Acting, published: &Published) -> Result<Reply> {
    let procedure = &published.procedure;
    let mut values = answer::typed(cx, procedure);
    let turned = answer::turned_rows(cx, &mut values);
    let mut draft = drafts::named(cx);
    if !cx.input.files().is_empty() {
        let (kept, files) = pages::with_files(cx, (acting, stamp(cx)), procedure)?;
        files?;
        draft = kept;
    }
    let blank = Blank::of(&cx.state.engine, published, acting, cx.at)?;
    let errors = FieldErrors::default();
    let who = cx.who().scope.json();
    let shown = Shown {
        values,
        files: Pages::of(cx, draft, None)?,
        draft: draft.map(|id| drafts::find(cx, acting, id)).transpose()?,
        visit: Some(cx),
        errors: &errors,
        earlier: &[],
        who: &who,
        added: turned.and_then(|(id, n)| Some((id, n?))),
    };
    draw(cx, acting, (published, &blank), &shown).map(Reply::Page)
}

/// The page with what is wrong and everything that was typed.
fn again(
    cx: &Cx<StartCase>,
    acting: &Acting,
    published: &Published,
    (sending, error): (&Sending, Error),
) -> Result<Reply> {
    let (mv, choice) = (sending.deed.0, sending.deed.1.as_str());
    let mut errors = FieldErrors::default();
    too_long(cx, &published.procedure, &mut errors);
    let cut = !errors.is_empty();
    let said = answer::shown(error, (mv, choice))?;
    errors
        .0
        .extend(said.0.into_iter().filter(|e| !cut || !e.field.is_empty()));
    let blank = Blank::of(&cx.state.engine, published, acting, cx.at)?;
    let mut values = answer::typed(cx, &published.procedure);
    for (name, _) in cx.input.cut() {
        let id = name.strip_prefix("f.").unwrap_or(name);
        if let Some(Value::String(long)) = values.get_mut(id) {
            *long = text::clip(long, SHOWN);
        }
    }
    let who = cx.who().scope.json();
    let shown = Shown {
        values,
        files: Pages::of(cx, sending.draft, None)?,
        draft: sending
            .draft
            .map(|id| drafts::find(cx, acting, id))
            .transpose()?,
        visit: Some(cx),
        errors: &errors,
        earlier: &sending.earlier,
        who: &who,
        added: None,
    };
    draw(cx, acting, (published, &blank), &shown).map(Reply::Wrong)
}

/// Texts of which only the beginning could be kept.
fn too_long(visit: &Visit, procedure: &Procedure, errors: &mut FieldErrors) {
    for (name, bytes) in visit.input.cut() {
        let field = procedure
            .fields
            .iter()
            .find(|f| names::field(&f.id) == *name);
        let label = field.map_or("有一项", |f| f.label.as_str());
        let size = (*bytes).div_ceil(1 << 20);
        errors.add(
            name,
            format!("{label}太长了（约 {size} MB），放不下。下面只留了开头 {SHOWN} 个字，请改成一句话再送，长的内容请作为附件上传"),
        );
    }
}

/// From what was sent to the case; nothing where it was only put by.
fn go(
    cx: &Cx<StartCase>,
    acting: &Acting,
    published: &Published,
    sending: &mut Sending,
) -> Result<Option<Done>> {
    let procedure = &published.procedure;
    let (mv, choice) = sending.deed.clone();
    let mut input = answer::input(cx, procedure, (mv, &choice));
    if let (Some(view), Some(rule)) = (raised(cx, acting)?, &procedure.supervision) {
        input.from = Some((view.case.state.id, rule.word.clone()));
    }
    let stamp = stamp(cx);
    if let Some(done) = answered(cx, acting, published, (&input, sending.draft, &stamp))? {
        return Ok(Some(done));
    }
    let (draft, files) = pages::with_files(cx, (acting, stamp.clone()), procedure)?;
    sending.draft = draft;
    if !cx.input.cut().is_empty() {
        // said by `again`, field by field
        return Err(Error::invalid("", "有的内容太长"));
    }
    files?;
    if cx.input.has(names::PUT_BY) {
        return Ok(None);
    }
    let kept = Pages::of(cx, draft, None)?;
    kept.list_in(&mut input.values);
    let who = cx.who().scope.json();
    sending.earlier = same::earlier(cx, (acting, &who), procedure, &input.values)?;
    if !sending.earlier.is_empty()
        && let Some(done) = answered(cx, acting, published, (&input, draft, &stamp))?
    {
        // its twin was faster by a moment, and is what was found
        return Ok(Some(done));
    }
    rehearse(cx, acting, published, &input)?;
    pages::check_declared(procedure, &kept, &input.values)?;
    same::check(procedure, &input.values, &sending.earlier)?;
    if let Some(draft) = draft {
        let values = sending.values.clone();
        let bound = pages::bind(
            cx,
            (acting, stamp.clone()),
            (procedure, &values),
            (draft, kept),
        )?;
        for field in procedure.fields.iter().filter(|f| f.pictures.is_some()) {
            input.values.remove(&field.id);
        }
        bound.list_in(&mut input.values);
    }
    start(cx, acting, published, (input, draft, stamp)).map(Some)
}

/// Everything a case could be refused for, asked before its photographs are bound.
fn rehearse(
    cx: &Cx<StartCase>,
    acting: &Acting,
    published: &Published,
    input: &Input,
) -> Result<()> {
    let blank = Blank::of(&cx.state.engine, published, acting, cx.at)?;
    let people = acting.people();
    let who = (&acting.viewer, &people);
    let engine = &cx.state.engine;
    let facts = engine.facts(&published.procedure, &blank.case, who, (cx.at, None));
    moves::plan(&facts, MoveId::Submit, input).map(|_| ())
}

fn stamp(cx: &Cx<StartCase>) -> Stamp {
    let mut stamp = cx.permit.stamp();
    if !stamp.op.is_empty() {
        stamp.op = format!("{}.{}", stamp.op, cx.form(names::DEED));
    }
    stamp
}

/// What the same form was answered before: pressed twice it is one record, and no duplicate of itself.
fn answered(
    cx: &Cx<StartCase>,
    acting: &Acting,
    published: &Published,
    (input, draft, stamp): (&Input, Option<Id>, &Stamp),
) -> Result<Option<Done>> {
    let shelf = match draft {
        Some(draft) => draft.shelf(),
        None => cx.state.engine.shelf_now(&cx.state.store, acting)?,
    };
    if !cx.state.store.answered(shelf, stamp)? {
        return Ok(None);
    }
    start(cx, acting, published, (input.clone(), draft, stamp.clone())).map(Some)
}

fn start(
    cx: &Cx<StartCase>,
    acting: &Acting,
    published: &Published,
    (input, draft, stamp): (Input, Option<Id>, Stamp),
) -> Result<Done> {
    let receipt =
        cx.state
            .engine
            .start(&cx.state.store, stamp, acting, (published, input, draft))?;
    cx.state.unshown.note(cx.who().person, &receipt);
    Ok(receipt.value)
}

/// The case that would be: begun and not sent, so that the page offers what the server will accept.
struct Blank {
    case: CaseState,
    offers: Vec<Offer>,
}

impl Blank {
    fn of(engine: &Engine, published: &Published, acting: &Acting, now: Millis) -> Result<Self> {
        let id = Id::next(crate::kit::ShelfNo::HUB, now, 0);
        let mut case =
            CaseState::begun(id, (acting.organ, acting.dept), (acting.viewer.person, now));
        let people = acting.people();
        let who = (&acting.viewer, &people);
        let facts = engine.facts(&published.procedure, &case, who, (now, None));
        published.admit(&acting.viewer, &people)?;
        let begin = flow::opening(&facts)?;
        let filled = values::defaults(&facts);
        let mut last = id.raw();
        let mut means = Means {
            now,
            mint: &mut || {
                last += 1;
                Id::from_raw(last)
            },
            number: None,
        };
        case.apply(&begin, &mut means);
        case.values.extend(filled);
        let facts = engine.facts(&published.procedure, &case, who, (now, None));
        let mut offers = moves::offers(&facts);
        offers.retain(|o| o.mv == MoveId::Submit);
        Ok(Self { case, offers })
    }
}

struct Shown<'a> {
    values: Values,
    files: Pages,
    draft: Option<Draft>,
    visit: Option<&'a Visit>,
    errors: &'a FieldErrors,
    earlier: &'a [Earlier],
    /// Principals of whoever asks.
    who: &'a str,
    /// The table and row that was just added.
    added: Option<(String, usize)>,
}

fn draw(
    visit: &Visit,
    acting: &Acting,
    (published, blank): (&Published, &Blank),
    shown: &Shown<'_>,
) -> Result<Markup> {
    let procedure = &published.procedure;
    let people = acting.people();
    let mut values = blank.case.values.clone();
    values.extend(shown.values.clone());
    let who = (&acting.viewer, &people);
    let engine = &visit.state.engine;
    let facts = engine.facts(procedure, &blank.case, who, (visit.at, None));
    values::preview(&facts, &mut values);
    let draft = shown.draft.as_ref().map(|d| d.id);
    let senders = same_store::list_issuers(&visit.state.store.index()?, acting.organ, shown.who)?;
    let paper = Paper {
        procedure,
        values: &values,
        open: procedure.first_step(),
        said: &[],
        writing: None,
        phrases: &[],
        readers: &[],
        files: &|id: &str| match procedure.field(id) {
            // what a later step takes in has no camera here
            Some(field)
                if procedure
                    .first_step()
                    .is_some_and(|s| field.writable_at(&s.id)) =>
            {
                pages::in_cell(visit, draft, &shown.files, field)
            }
            _ => html! {},
        },
        senders: &senders,
        hidden: &|_: &Field| false,
        mended: &|_: &Field| false,
        people: &people,
        errors: shown.errors,
        beside: Beside {
            added: shown.added.as_ref().map(|(id, n)| (id.as_str(), *n)),
            resources: Some(&|kind: &str| beside::choices(visit, kind)),
            letterheads: Some(&|| beside::letterheads(visit, people.organ)),
            ..Beside::default()
        },
    };
    let offered = Offered {
        offers: &blank.offers,
        people: &people,
        errors: shown.errors,
        visit: shown.visit,
        task: None,
    };
    let title = procedure
        .sheets
        .first()
        .map_or(procedure.name.as_str(), |s| s.title.as_str());
    let sheet = Sheet {
        title,
        left: &visit.site().office,
        right: &visit.zone().day(visit.at).long(),
    };
    let at = format!("/start/{}", procedure.id);
    let op = visit.new_op()?;
    let saved = shown.draft.as_ref();
    let saved = saved.map(|d| format!("草稿已保存 {}", visit.zone().clock(d.at)));
    let bar = Deed {
        said: drafts::what_follows(procedure).into(),
        draft_said: Some(saved.unwrap_or_default()),
        mine: None,
        links: vec![Link::new("先不送，回待办", HOME)],
        presses: std::iter::once(Press::new("先存着").posts(names::PUT_BY, "1"))
            .chain(offered.presses())
            .collect(),
    };
    let notice = match &procedure.same {
        Some(same) => same::notice(visit, (same, &values), shown.earlier, shown.errors),
        None => html! {},
    };
    let next = Ticked::from(match shown.visit {
        Some(typed) => typed.form(names::NEXT) == "1",
        None => !visit.query(names::AFTER).is_empty(),
    });
    let content = html! {
        (crumbs(&Link::new("返回待办", HOME), &[], &procedure.name))
        (heading(&procedure.start.label, &procedure.name, &html! {}))
        form method="post" action=(at) enctype="multipart/form-data" data-draft=(format!("{at}/draft")) data-take=(format!("{at}/file")) data-focus {
            (form::tokens(visit.csrf(), &op))
            @if let Some(from) = raised_id(visit) { (form::hidden(names::RAISED, &from.to_string())) }
            (form::hidden(names::DRAFT, &shown.draft.as_ref().map(|d| d.id.to_string()).unwrap_or_default()))
            (form::errors(shown.errors))
            // above the sheet: in sight of whoever types number and title
            (same::place(procedure, &notice))
            (beside::lines(visit, procedure, (&values, acting.viewer.person))?)
            (sheet.show(&paper.cells(&procedure.layout)))
            (paper.groups(&procedure.layout))
            section {
                (offered.primary())
                @if let Some(kept) = drafts::kept_on(procedure) {
                    (form::tick(names::NEXT, &format!("送出后接着登记下一份（{kept}照抄）"), next))
                }
            }
            (bar)
        }
        script src=(visit.state.assets.url("take.js")) defer {}
        script src=(visit.state.assets.url("rows.js")) defer {}
        (writing_script(visit, procedure))
    };
    let page = Page::new(&procedure.start.label);
    Ok(visit.draw(&page.acting().wrong(shown.errors), &content))
}
