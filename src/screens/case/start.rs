//! Starting a case: the same paper sheet, filled in by whoever starts it, sent on by its first button.
//! Invariant: nothing typed is lost: files that came with a refused form are kept in the draft, and the
//! page comes back with everything in it.

use super::offered::Offered;
use super::page::{acting, told};
use super::sheet::Paper;
use super::{StartCase, answer, drafts, files, names};
use crate::engine::case::{CaseState, Values};
use crate::engine::definition::{Field, MoveId};
use crate::engine::draft_store::Draft;
use crate::engine::flow;
use crate::engine::offer::{Input, Offer};
use crate::engine::procedures::Published;
use crate::engine::run::{Acting, Engine};
use crate::engine::{apply::Means, moves, values};
use crate::kit::{FieldErrors, Id, Millis, Result};
use crate::store::attachments::Attachment;
use crate::ui::deed::Deed;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::paper::Sheet;
use crate::ui::{Link, Markup, form, html};
use crate::web::{Cx, HOME, Reply, Visit};

/// GET `/start/{procedure}?draft=`.
pub fn form(cx: &mut Cx<StartCase>) -> Result<Reply> {
    let published = published(cx)?;
    let acting = acting(cx)?;
    let draft = match cx.query(names::DRAFT).parse().ok() {
        Some(id) => Some(drafts::find(cx, &acting, id)?),
        None => None,
    };
    let errors = FieldErrors::default();
    let blank = Blank::of(&cx.state.engine, &published, &acting, cx.at)?;
    let shown = Shown {
        values: draft
            .as_ref()
            .map_or_else(Values::new, |d| d.values.clone()),
        files: drafts::files_of(cx, draft.as_ref().map(|d| d.id))?,
        draft,
        visit: None,
        errors: &errors,
    };
    draw(cx, &acting, (&published, &blank), &shown).map(Reply::Page)
}

/// POST `/start/{procedure}`.
pub fn send(cx: &mut Cx<StartCase>) -> Result<Reply> {
    let published = published(cx)?;
    let acting = acting(cx)?;
    let (mv, choice) = answer::deed(cx)?;
    let mut input = answer::input(cx, &published.procedure, (mv, &choice));
    let draft = drafts::with_files(cx, &acting, &published.procedure, &input.values);
    let (draft, done) = match draft {
        Ok(draft) => {
            files::list_values(&mut input.values, &drafts::files_of(cx, draft)?);
            (draft, start(cx, &acting, &published, (input, draft)))
        }
        Err(e) => (drafts::named(cx), Err(e)),
    };
    match done {
        Ok(said) => {
            cx.tell(&said);
            Ok(Reply::To(HOME.into()))
        }
        Err(e) => {
            let errors = answer::shown(e, (mv, &choice))?;
            let blank = Blank::of(&cx.state.engine, &published, &acting, cx.at)?;
            let shown = Shown {
                values: answer::typed(cx, &published.procedure),
                files: drafts::files_of(cx, draft)?,
                draft: draft.map(|id| drafts::find(cx, &acting, id)).transpose()?,
                visit: Some(cx),
                errors: &errors,
            };
            draw(cx, &acting, (&published, &blank), &shown).map(Reply::Wrong)
        }
    }
}

fn start(
    cx: &Cx<StartCase>,
    acting: &Acting,
    published: &Published,
    (input, draft): (Input, Option<Id>),
) -> Result<String> {
    let mut stamp = cx.permit.stamp();
    if !stamp.op.is_empty() {
        stamp.op = format!("{}.{}", stamp.op, cx.form(names::DEED));
    }
    let receipt =
        cx.state
            .engine
            .start(&cx.state.store, stamp, acting, (published, input, draft))?;
    cx.state.unshown.note(cx.who().person, &receipt);
    Ok(told(&receipt.value))
}

fn published(cx: &Cx<StartCase>) -> Result<Published> {
    let id: String = cx.path("procedure")?;
    cx.state.engine.procedures.current(&id).cloned()
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
        let begin = flow::begin(&facts)?;
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
    files: Vec<Attachment>,
    draft: Option<Draft>,
    visit: Option<&'a Visit>,
    errors: &'a FieldErrors,
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
    let paper = Paper {
        procedure,
        values: &values,
        open: procedure.first_step(),
        said: &[],
        writing: None,
        phrases: &[],
        readers: &[],
        files: &|field: &str| files::in_draft(&shown.files, field),
        hidden: &|_: &Field| false,
        mended: &|_: &Field| false,
        people: &people,
        errors: shown.errors,
    };
    let offered = Offered {
        offers: &blank.offers,
        people: &people,
        errors: shown.errors,
        visit: shown.visit,
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
        said: "登记后自动取号，送到下一环节".into(),
        draft_said: Some(saved.unwrap_or_default()),
        mine: None,
        links: vec![Link::new("先不送，回待办", HOME)],
        presses: offered.presses(),
    };
    let content = html! {
        (crumbs(&Link::new("返回待办", HOME), &[], &procedure.name))
        (heading(&procedure.start.label, &procedure.name, &html! {}))
        form method="post" action=(at) enctype="multipart/form-data" data-draft=(format!("{at}/draft")) {
            (form::tokens(visit.csrf(), &op))
            (form::hidden(names::DRAFT, &shown.draft.as_ref().map(|d| d.id.to_string()).unwrap_or_default()))
            (form::errors(shown.errors))
            (sheet.show(&paper.cells(&procedure.layout)))
            (paper.groups(&procedure.layout))
            section { (offered.primary()) }
            (bar)
        }
    };
    Ok(visit.draw(
        &Page::new(&procedure.start.label)
            .acting()
            .wrong(shown.errors),
        &content,
    ))
}
