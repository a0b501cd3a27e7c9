//! What the page says beside the sheet: that the case is void or was sent back, that I am urged, and how far
//! the readers are, each with time and words, in the order they were asked.

use crate::engine::case::Opinion;
use crate::engine::printed::refused;
use crate::engine::reading::{Reader, Reads};
use crate::engine::run::Acting;
use crate::engine::stored::Acted;
use crate::engine::view::CaseView;
use crate::kit::{Millis, PersonId, Principal, Zone};
use crate::ui::list;
use crate::ui::note::{State, Tone, note, state};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Markup, html};

/// What is to be known before anything else.
pub fn told(view: &CaseView, acting: &Acting, zone: Zone) -> Markup {
    let by = |a: &Acted| {
        let when = zone.short_time(a.at, view.now());
        let why = a.detail.note.trim_end_matches('。');
        format!("{} {when}，原因：{why}。", a.by.name)
    };
    html! {
        @if let Some(a) = view.voided() {
            (note(Tone::Bad, "这一件已作废。", &html! { (by(a)) "号留在登记簿里，不再给别的件用。" }))
        }
        @if let Some((how, a)) = view.given_up() {
            (note(Tone::Bad, &format!("这一件已{how}。"), &html! { (by(a)) }))
        }
        @if let Some(a) = refused(&view.case) {
            (note(Tone::Plain, &format!("已{}。", a.detail.label), &html! { (by(a)) }))
        }
        @if let Some((words, when)) = urged(view, acting, zone) {
            (note(Tone::Plain, "催办", &html! { (words) "　" (when) }))
        }
    }
}

/// Who urged me on the task this page is about, and with which words.
fn urged(view: &CaseView, acting: &Acting, zone: Zone) -> Option<(String, String)> {
    let urge = view.case.state.urges_of(view.task?).next_back()?;
    let by = name_of(view, urge.by, acting);
    let words = match urge.words.as_str() {
        "" => format!("{by}催您办这一件"),
        words => format!("{by}：{words}"),
    };
    Some((words, zone.short_time(urge.at, view.now())))
}

/// The name somebody acted under on this case.
fn name_of(view: &CaseView, person: PersonId, acting: &Acting) -> String {
    use crate::engine::facts::People as _;
    let mut acts = view.case.acts.iter().rev();
    let found = acts.find(|a| a.by.person == person);
    found.map_or_else(
        || acting.people().name(Principal::Person(person)),
        |a| a.by.name.clone(),
    )
}

/// The readers' table; nothing where nobody was asked to read.
pub fn section(view: &CaseView, zone: Zone) -> Markup {
    let all = view.readers();
    let (Some(label), false) = (
        view.procedure.circulation.as_ref().map(|c| &c.label),
        all.is_empty(),
    ) else {
        return html! {};
    };
    let read = all.iter().filter(|r| r.reads == Reads::Read).count();
    let columns = [
        Column::new("传阅人").short().phone(Phone::Title),
        Column::new("谁传的").short().phone(Phone::Labelled),
        Column::new("送到").short().phone(Phone::Labelled),
        Column::new("阅毕").short().phone(Phone::Labelled),
        Column::new("意见").spine().phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = all.iter().map(|r| row(view, r, zone)).collect();
    let title = format!("{label}　已阅 {read}/{}", all.len());
    list::section(
        "h-readers",
        &title,
        &"",
        &html! { div.scroll { (ledger("传阅的人，按送到的先后", &columns, &rows, "")) } },
    )
}

fn row(view: &CaseView, r: &Reader<'_>, zone: Zone) -> Row {
    let when = |at: Millis| zone.short_time(at, view.now());
    let urges = view.case.state.urges_of(r.task.id).count();
    let stands = match (r.reads, r.task.done_at) {
        (Reads::Read, Some(at)) => {
            let on_paper = super::written::read_on(view, r.task);
            state(State::Ok, &on_paper.unwrap_or_else(|| when(at)))
        }
        (Reads::Read, None) => state(State::Ok, "已阅"),
        (Reads::Unread, _) => state(State::Off, "未阅"),
        (Reads::Asked, _) if r.task.seen_at.is_some() => state(State::Now, "已打开"),
        (Reads::Asked, _) if r.task.ord > 0 && r.task.state == QUEUED => {
            state(State::Waiting, "还没轮到")
        }
        (Reads::Asked, _) => state(State::Waiting, "未打开"),
    };
    let tasks = view.case.state.tasks.iter().zip(&view.case.names);
    let giver = tasks.clone().find(|(t, _)| t.id == r.task.id);
    Row::new(vec![
        html! { b { (r.name) } },
        html! { (giver.map_or("", |(_, (_, from))| from.as_str())) },
        html! { span.nb { (when(r.task.given_at)) } },
        html! { (stands) @if urges > 0 { "　催 " (urges) " 次" } },
        html! { @if let Some(o) = words(view, r) { span.kai { (o.text) } } },
    ])
}

const QUEUED: crate::engine::case::TaskState = crate::engine::case::TaskState::Queued;

/// What a reader wrote when reading: the opinion of the same hand at the same instant.
fn words<'a>(view: &'a CaseView, r: &Reader<'_>) -> Option<&'a Opinion> {
    let (person, done) = (r.task.person?, r.task.done_at?);
    let at = view.paper_of(r.task).map_or(done, |p| p.at);
    let mut all = view.case.state.opinions.iter();
    all.find(|o| o.person == person && o.at == at)
}
