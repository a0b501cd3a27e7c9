//! The page of a case: the sheet with my cell open, who has it, what happened, what I may do.
//! The same page comes back with everything typed where an act is refused.

use super::beside::{Beside, raise_links};
use super::offered::Offered;
use super::passed::{from_old_book, passed};
use super::reading;
pub use super::said::{readers, said, said_at, signed};
use super::sheet::Paper;
use super::unsent::unsent;
use super::{
    Advance, OpenCase, answer, away, calls, files, fill, held, kin, names, reveal, watched, work,
    written,
};
use crate::engine::case::{State, Values};
use crate::engine::definition::{Field, MoveId, text_of};
use crate::engine::facts::Viewer;
use crate::engine::offer::Form;
use crate::engine::people::InOrgan;
use crate::engine::run::{Acting, Ask, Done};
use crate::engine::values;
use crate::engine::view::{CaseView, Stands};
use crate::inbox::phrase;
use crate::kit::{Calendar, Error, FieldErrors, Id, Result, Zone};
use crate::screens::things::beside;
use crate::ui::deed::Deed;
use crate::ui::frame::{Page, crumbs, two};
use crate::ui::paper::Sheet;
use crate::ui::{Link, Markup, form, html, note};
use crate::web::{Cx, HOME, Reply, Visit};

/// GET `/case/{case}?task=`: opening it notes the task as seen, after the reply.
pub fn show(cx: &mut Cx<OpenCase>) -> Result<Reply> {
    let case: Id = cx.path("case")?;
    let focus = cx.query("task").parse().ok();
    let acting = acting(cx)?;
    let opened = cx
        .state
        .engine
        .open(&cx.state.store, &acting, (case, focus));
    let view = match opened {
        Err(Error::Busy(words)) => return away::page(cx, &acting, case, words),
        opened => opened?,
    };
    let task = view.task.and_then(|t| view.case.state.task(t));
    let open = view.stands == Stands::Open;
    if let Some(task) = task.filter(|t| open && t.seen_at.is_none()) {
        let stamp = cx.permit.stamp_on(task.id);
        cx.state.seen.note(stamp, case, task.id);
    }
    let errors = FieldErrors::default();
    let shown = Shown {
        typed: view.draft.as_ref().map(|d| d.values.clone()),
        visit: None,
        errors: &errors,
        added: None,
    };
    draw(cx, &acting, &view, &shown).map(Reply::Page)
}

/// POST `/case/{case}`: does a move, or shows the page again with what is wrong.
pub fn act(cx: &mut Cx<Advance>) -> Result<Reply> {
    let case: Id = cx.path("case")?;
    let (task, rev) = answer::stood(cx);
    let acting = acting(cx)?;
    if cx.input.has(names::ROW) {
        return one_row(cx, &acting, (case, task));
    }
    let (store, engine, deed) = (&cx.state.store, &cx.state.engine, answer::deed(cx));
    // whoever may not see the case learns nothing of what was wrong with the form
    let view = match &deed {
        Ok((mv, _)) => engine.open_to(store, &acting, (case, task), *mv)?,
        Err(_) => engine.open(store, &acting, (case, task))?,
    };
    let (mv, choice) = deed?;
    let mut input = answer::input(cx, &view.procedure, (mv, &choice));
    let done = files::keep(cx, &view, &mut input.values).and_then(|()| {
        let asks_form = view
            .offers
            .iter()
            .any(|o| o.mv == mv && o.form != Form::Apart);
        if !asks_form {
            input.values.clear();
        }
        let ask = Ask {
            case,
            task,
            rev,
            mv,
            input,
        };
        // Another button of the same page is another act, not the first one repeated.
        let mut stamp = cx.permit.stamp_on(case);
        if !stamp.op.is_empty() {
            stamp.op = format!("{}.{}", stamp.op, cx.form(names::DEED));
        }
        let seen = Some((view.case, view.procedure));
        let store = &cx.state.store;
        cx.state.engine.act_on(store, stamp, &acting, (ask, seen))
    });
    match done {
        Ok(receipt) => {
            cx.state.unshown.note(cx.who().person, &receipt);
            let wary = wary(cx, receipt.value.case)?;
            cx.tell(&format!("{}{wary}", told(&receipt.value)));
            let stays = mv == MoveId::Take || (mv.is_aside() && mv != MoveId::Withdraw);
            Ok(Reply::To(if stays {
                format!("/case/{case}")
            } else {
                HOME.into()
            }))
        }
        Err(e) => {
            // The case as it stands now, not as it stood before somebody else was faster.
            let view = cx
                .state
                .engine
                .open(&cx.state.store, &acting, (case, task))?;
            again(cx, &acting, &view, (mv, &choice), e)
        }
    }
}

/// A row more or less in a table of the page, with everything typed still in it; nothing is done yet.
fn one_row(cx: &Cx<Advance>, acting: &Acting, (case, task): (Id, Option<Id>)) -> Result<Reply> {
    let view = cx
        .state
        .engine
        .open(&cx.state.store, acting, (case, task))?;
    let mut typed = answer::typed(cx, &view.procedure);
    let turned = answer::turned_rows(cx, &mut typed);
    let errors = FieldErrors::default();
    let shown = Shown {
        typed: Some(typed),
        visit: Some(cx),
        errors: &errors,
        added: turned.and_then(|(id, n)| Some((id, n?))),
    };
    draw(cx, acting, &view, &shown).map(Reply::Page)
}

/// The page with fields whole that are covered otherwise, and all that was typed on it.
pub fn with_whole(visit: &Visit, acting: &Acting, view: &CaseView) -> Result<Markup> {
    let errors = FieldErrors::default();
    let shown = Shown {
        typed: Some(answer::typed(visit, &view.procedure)),
        visit: Some(visit),
        errors: &errors,
        added: None,
    };
    draw(visit, acting, view, &shown)
}

fn again(
    cx: &Cx<Advance>,
    acting: &Acting,
    view: &CaseView,
    deed: (MoveId, &str),
    error: Error,
) -> Result<Reply> {
    let errors = answer::shown(error, deed)?;
    let shown = Shown {
        typed: Some(answer::typed(cx, &view.procedure)),
        visit: Some(cx),
        errors: &errors,
        added: None,
    };
    draw(cx, acting, view, &shown).map(Reply::Wrong)
}

/// The page again, with what was wrong in an answer beside the sheet.
pub fn with_errors(
    visit: &Visit,
    acting: &Acting,
    view: &CaseView,
    errors: &FieldErrors,
) -> Result<Reply> {
    let shown = Shown {
        typed: view.draft.as_ref().map(|d| d.values.clone()),
        visit: None,
        errors,
        added: None,
    };
    draw(visit, acting, view, &shown).map(Reply::Wrong)
}

/// What came of an act, for the top of the next page (U61).
pub fn told(done: &Done) -> String {
    let number = done.number.as_ref();
    let number = number.map(|n| format!("{n}：")).unwrap_or_default();
    // a way on may itself be named by what is done: 已用印，送分发
    let label = done.label.strip_prefix('已').unwrap_or(&done.label);
    match done.to.as_slice() {
        [] if done.aside => format!("{number}已{label}"),
        whom if done.aside => format!("{number}已{label}：{}", whom.join("、")),
        [] if done.ended => format!("{number}已{label}，可在“已办”里查看"),
        to if done.ended => format!(
            "{number}已{label}，现在到{}，可在“已办”里查看",
            to.join("、")
        ),
        [] => format!("{number}已{label}"),
        to => format!(
            "{number}已{label}，现在到{}，可在“在办”里查看",
            to.join("、")
        ),
    }
}

/// What stands against a case that was just sent in, behind what was done with it.
pub fn wary<A: crate::access::Action>(cx: &Cx<A>, case: Id) -> Result<String> {
    let said = cx
        .state
        .engine
        .beware(&cx.state.store, &acting(cx)?, case)?;
    Ok(said.iter().map(|s| format!("。请注意：{s}")).collect())
}

/// Who acts in this request.
pub fn acting<A: crate::access::Action>(cx: &Cx<A>) -> Result<Acting> {
    Acting::of(&cx.state.org.current(), cx.who().person)
}

/// The page of a case nobody acts on here; `told` stands at its top.
pub fn looked(visit: &Visit, acting: &Acting, view: &CaseView, told: &Markup) -> Result<Reply> {
    let errors = FieldErrors::default();
    let shown = Shown {
        typed: None,
        visit: None,
        errors: &errors,
        added: None,
    };
    let content = html! { (told) (content(visit, acting, view, &shown)?.0) };
    Ok(visit.page(&view.case.head.title, &content))
}

/// What the page shows beside the case itself.
struct Shown<'a> {
    /// Typed and not sent: the draft, or a form that came back.
    typed: Option<Values>,
    visit: Option<&'a Visit>,
    errors: &'a FieldErrors,
    /// The table and row that was just added.
    added: Option<(String, usize)>,
}

fn draw(visit: &Visit, acting: &Acting, view: &CaseView, shown: &Shown<'_>) -> Result<Markup> {
    let (content, presses) = content(visit, acting, view, shown)?;
    let mut page = Page::new(&view.case.head.title).wrong(shown.errors);
    if presses {
        page = page.acting();
    }
    Ok(visit.draw(&page, &content))
}

/// What stands in the frame, and whether there is something to press.
fn content(
    visit: &Visit,
    acting: &Acting,
    view: &CaseView,
    shown: &Shown<'_>,
) -> Result<(Markup, bool)> {
    let zone = visit.zone();
    let people = acting.people();
    let offered = Offered {
        offers: &view.offers,
        people: &people,
        errors: shown.errors,
        visit: shown.visit,
        task: view.task,
    };
    let writes = view.offers.iter().any(|o| o.opinion.is_some());
    let phrases = if writes {
        phrase::list(&visit.state.store.hub()?, acting.viewer.person)?
    } else {
        Vec::new()
    };
    let beside = Beside::of(visit, acting, view)?;
    let main = html! {
        (form::errors(shown.errors))
        @if let (Some(sent), Some(typed)) = (shown.visit, &shown.typed) { (unsent(view, sent, typed)) }
        (work::told(view))
        (reading::told(view, acting, zone))
        (files::list_of(view))
        @if view.stands == Stands::Open && view.case.state.state == State::Open {
            (beside::lines(visit, &view.procedure, (&view.case.state.values, view.case.state.starter))?)
        }
        (offered.report())
        (paper_of(visit, view, shown, (&acting.viewer, &people, &phrases)))
        (reading::section(view, zone))
        @if !view.offers.is_empty() {
            section { (offered.primary()) (offered.others(&format!("/case/{}", view.case.state.id))) }
        }
        (beside.section(visit, acting, view))
    };
    let body = two(
        &main,
        &side(
            view,
            (zone, acting.directory.calendar()),
            &watched::ties(visit, beside.related()),
        ),
    );
    let content = html! {
        (top(visit, view, acting))
        (kin::acting_note(view, acting))
        @if view.stands == Stands::Sealed {
            (note::note(note::Tone::Plain, "这一年已经封存。", &"案卷照样能看、能打印、能下载，不能再办。要续办的，请新登记一件，在事由里写上这一件的编号。"))
        }
        @if view.stands == Stands::Open { (written::asked(visit, view, acting, shown.errors)?) }
        @if !view.offers.is_empty() { (form_around(visit, view, &body, &offered)?) }
        @else if !reveal::asks_of(view, &acting.viewer).is_empty() {
            form method="post" action=(format!("/case/{}/reveal", view.case.state.id)) { (form::token(visit.csrf())) (body) }
        } @else { (body) }
        (fill::script(visit, view))
        (beside.forms(visit, view)?)
    };
    Ok((content, !offered.presses().is_empty()))
}

/// Where the reader came from: a list with its conditions and leaf, else the to-dos.
fn way_back(visit: &Visit, view: &CaseView) -> Link {
    if let (Stands::Beside, Some((list, _))) = (view.stands, view.at.split_once("/case/")) {
        return Link::new("返回目录", list);
    }
    match crate::web::safe_next(visit.query("back")) {
        Some(at) if at.starts_with("/register/") => Link::new("返回登记簿", at),
        _ => Link::new("返回待办", HOME),
    }
}

fn top(visit: &Visit, view: &CaseView, acting: &Acting) -> Markup {
    let head = &view.case.head;
    let number = head.number.clone().unwrap_or_default();
    let print = |id: &str| format!("{}/print/{id}", view.at);
    html! {
        (crumbs(&way_back(visit, view), &[], &format!("{}　{number}", view.procedure.name)))
        div.head {
            h1.long { @if let Some(m) = note::urgency(&head.urgency) { (m) " " } (head.title) }
            p.acts {
                @if view.procedure.document.is_some() && view.stands == Stands::Open {
                    a.btn.stays href=(format!("{}/document", view.at)) { "公文预览" }
                }
                @for s in &view.procedure.sheets {
                    a.btn href=(print(&s.id)) { "打印" (s.title) }
                }
                @for s in view.procedure.sheets.iter().filter(|s| !reveal::covered(view, &acting.viewer, &s.id).is_empty()) {
                    form.inl method="post" action=(print(&s.id)) {
                        (form::token(visit.csrf()))
                        button.btn.word type="submit" { "打印" (s.title) "（带全号，记入审计）" }
                    }
                }
                @if calls::is_asked(view) && view.stands != Stands::Beside { a.btn href=(format!("{}/calls", view.at)) { "打印电话单" } }
                (work::links(view))
                (raise_links(visit, acting, view))
                @if view.stands == Stands::Open {
                    @if !visit.state.engine.enterable(acting, view).is_empty() {
                        a.btn.stays href=(format!("{}/paper", view.at)) { "录入书面意见" }
                    } @else if !view.mendable(acting).is_empty() {
                        a.btn.stays href=(format!("{}/paper", view.at)) { "更正代录的意见" }
                    }
                }
            }
        }
    }
}

fn form_around(
    visit: &Visit,
    view: &CaseView,
    body: &Markup,
    offered: &Offered<'_>,
) -> Result<Markup> {
    let case = view.case.state.id;
    let draft = view.task.map(|t| format!("/case/{case}/draft/{t}"));
    let op = visit.new_op()?;
    Ok(html! {
        form method="post" action=(format!("/case/{case}")) enctype="multipart/form-data" data-draft=[draft] {
            (form::tokens(visit.csrf(), &op))
            (form::hidden(names::REV, &view.case.head.rev.to_string()))
            @if let Some(t) = view.task { (form::hidden(names::TASK, &t.to_string())) }
            (body)
            @if !offered.presses().is_empty() { (deed(view, offered, visit.zone())) }
        }
    })
}

/// What goes to somebody comes back while he has not opened it; what ends here does not.
fn withdrawable(view: &CaseView) -> String {
    use MoveId::{Assign, Close, FeedBack, HandOut, Return, Sign, Submit, Transfer};
    let on = [
        Submit, Assign, Close, FeedBack, HandOut, Return, Sign, Transfer,
    ];
    let goes_on = view.offers.first().is_some_and(|o| on.contains(&o.mv));
    let said = if goes_on {
        "送出后，对方打开以前都能撤回"
    } else {
        ""
    };
    said.to_owned()
}

fn deed(view: &CaseView, offered: &Offered<'_>, zone: Zone) -> Deed {
    let saved = view.draft.as_ref();
    let saved = saved.map(|d| format!("草稿已保存 {}", zone.clock(d.at)));
    let writes = view.offers.first().is_some_and(|o| o.opinion.is_some());
    Deed {
        said: withdrawable(view),
        draft_said: view.task.map(|_| saved.unwrap_or_default()),
        mine: writes.then(|| (form::field_id(names::OPINION), "去写意见".to_owned())),
        links: Vec::new(),
        presses: offered.presses(),
    }
}

fn paper_of(
    visit: &Visit,
    view: &CaseView,
    shown: &Shown<'_>,
    (viewer, people, phrases): (&Viewer, &InOrgan<'_>, &[String]),
) -> Markup {
    let zone = visit.zone();
    let mut values = view.case.state.values.clone();
    values.extend(shown.typed.clone().unwrap_or_default());
    let engine = &visit.state.engine;
    let facts = engine.facts(
        &view.procedure,
        &view.case.state,
        (viewer, people),
        (view.now(), view.task),
    );
    values::preview(&facts, &mut values);
    let asks = reveal::asks_of(view, viewer);
    let asks_at = format!("/case/{}/reveal", view.case.state.id);
    let typed = |name: &str| match (shown.visit, &shown.typed) {
        (Some(v), _) => v.form(name).to_owned(),
        (None, Some(draft)) => draft.get(name).map(text_of).unwrap_or_default(),
        (None, None) => String::new(),
    };
    let (typed, hand) = (typed(names::OPINION), typed(names::HAND));
    let writing = view.offers.iter().find_map(|o| o.opinion.as_ref());
    let fills = view.offers.iter().any(|o| o.form != Form::Apart);
    let paper = Paper {
        procedure: &view.procedure,
        values: &values,
        open: view.writing_at().filter(|_| fills),
        said: &said(view, zone),
        writing: writing.map(|w| (w, typed.as_str(), Some(hand.as_str()))),
        phrases,
        readers: &readers(view, zone),
        files: &|field: &str| files::in_cell(view, field),
        senders: &[],
        hidden: &|f: &Field| !view.shows(f),
        mended: &|f: &Field| view.corrected(&f.id).is_some(),
        people,
        errors: shown.errors,
        beside: fill::Beside {
            whole: &view.whole,
            asks: &asks,
            asks_at: &asks_at,
            resources: Some(&|kind: &str| beside::choices(visit, kind)),
            letterheads: Some(&|| beside::letterheads(visit, people.organ)),
            added: shown.added.as_ref().map(|(id, n)| (id.as_str(), *n)),
        },
    };
    let sheet = Sheet {
        title: title_of(view),
        left: &visit.site().office,
        right: view.case.head.number.as_deref().unwrap_or_default(),
    };
    html! {
        (sheet.show(&paper.cells(&view.procedure.layout)))
        (paper.groups(&view.procedure.layout))
    }
}

/// 收文处理单: what the office calls the sheet.
pub fn title_of(view: &CaseView) -> &str {
    let first = view.procedure.sheets.first();
    first.map_or(view.procedure.name.as_str(), |s| s.title.as_str())
}

fn side(view: &CaseView, (zone, calendar): (Zone, &Calendar), ties: &Markup) -> Markup {
    let ledger = format!("{}/ledger", view.at);
    html! {
        (watched::light(view, (zone, calendar)))
        (held::held(view, zone))
        (ties)
        (kin::kin(view))
        (passed(view, zone))
        @if let Some(o) = &view.origin { (from_old_book(o)) }
        p { a href=(ledger) { "看处理流程台账" } }
    }
}
