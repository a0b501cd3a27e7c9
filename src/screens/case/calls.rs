//! 特急件电话通知单: whom to call at once about a matter of the highest urgency, on one A4 leaf with room to
//! note when each was reached. Who has it comes first, then those the procedure will bring it to.
//! Not here: telling people on the page and by mail (`inbox`).

use super::OpenCase;
use super::page::acting;
use crate::engine::case::State;
use crate::engine::definition::{MoveId, Step, Who};
use crate::engine::facts::People as _;
use crate::engine::run::Acting;
use crate::engine::view::CaseView;
use crate::kit::{Error, Id, PersonId, Principal, Result};
use crate::ui::frame::Page;
use crate::ui::print::{Height, Leaf, PrintBar, pair, print_page, row};
use crate::ui::{Markup, html};
use crate::web::{Cx, Reply, Visit};

/// People on a leaf, and lines left free for others.
const A_LEAF: usize = 14;
const FREE: usize = 3;
/// The level of a procedure's last word of urgency.
pub const AT_ONCE: u8 = 2;

/// Whether there is somebody to call: the matter is of the highest urgency and not over.
pub fn is_asked(view: &CaseView) -> bool {
    view.case.state.state == State::Open && view.procedure.level(&view.case.head.urgency) == AT_ONCE
}

/// GET `/case/{case}/calls`.
pub fn show(cx: &mut Cx<OpenCase>) -> Result<Reply> {
    let case: Id = cx.path("case")?;
    let acting = acting(cx)?;
    let engine = &cx.state.engine;
    let view = engine.open(&cx.state.store, &acting, (case, None))?;
    if !is_asked(&view) {
        return Err(Error::NotFound);
    }
    let people = whom(&acting, &view);
    let lines: Vec<Option<PersonId>> = people
        .into_iter()
        .map(Some)
        .chain(std::iter::repeat_n(None, FREE))
        .collect();
    let count = lines.len().div_ceil(A_LEAF);
    let chunks = lines.chunks(A_LEAF).enumerate();
    let leaves: Vec<Markup> = chunks
        .map(|(i, some)| leaf(cx, (&acting, &view), (i * A_LEAF, some), (i + 1, count)))
        .collect();
    let bar = PrintBar {
        back: &format!("/case/{case}"),
        said: &format!("{count} 页 A4 纸。先打给现在要办的人，再往下打；打通一个记一个时间。"),
    };
    Ok(Reply::Page(print_page(
        cx.site(),
        &Page::new("特急件电话通知单"),
        &bar,
        &html! { @for l in &leaves { (l) } },
    )))
}

/// Who has it now and who is to come, each once; nobody calls himself.
fn whom(acting: &Acting, view: &CaseView) -> Vec<PersonId> {
    let people = acting.people();
    let steps = view.procedure.steps.iter().filter(|s| !files_it(s));
    let roles = steps.flat_map(|s| match &s.who {
        Who::Role(role) => std::slice::from_ref(role),
        Who::ChosenFrom(roles) => roles.as_slice(),
        _ => &[],
    });
    let coming = roles.flat_map(|role| people.with_role(role));
    let held = view.held().map(|(task, _)| task.holder);
    let mut all = Vec::new();
    for principal in held.chain(coming) {
        for person in persons(acting, principal) {
            if person != acting.viewer.person && !all.contains(&person) {
                all.push(person);
            }
        }
    }
    all
}

/// A step that only puts the paper away is nobody's hurry.
fn files_it(step: &Step) -> bool {
    step.label(MoveId::Archive).is_some()
}

fn persons(acting: &Acting, principal: Principal) -> Vec<PersonId> {
    match principal {
        Principal::Person(p) => vec![p],
        Principal::Post(post) => acting.directory.holders_of(post).map(|p| p.id).collect(),
        Principal::Pool(_) | Principal::Organ(_) | Principal::Everyone => Vec::new(),
    }
}

fn leaf(
    visit: &Visit,
    (acting, view): (&Acting, &CaseView),
    (first, lines): (usize, &[Option<PersonId>]),
    place: (usize, usize),
) -> Markup {
    let head = &view.case.head;
    let printed = format!("{}打印", visit.zone().long_time(view.now()));
    let leaf = Leaf {
        org: &visit.site().office_full,
        title: "特急件电话通知单",
        line: (head.number.as_deref().unwrap_or_default(), &head.urgency),
        tail: &["打完以后和来文一起存好。", &printed],
        place,
        void: None,
    };
    let rows = html! {
        (row(Height::Line, &pair("标题", &head.title, 10)))
        (row(Height::Line, &html! {
            th { "序号" } th colspan="2" { "姓名" } th colspan="3" { "职务" } th colspan="2" { "手机" }
            th colspan="2" { "打通时间" } th colspan="2" { "备注" }
        }))
        @for (i, person) in lines.iter().enumerate() { (line(acting, first + i + 1, *person)) }
    };
    leaf.show(&rows, None)
}

fn line(acting: &Acting, n: usize, person: Option<PersonId>) -> Markup {
    let d = &acting.directory;
    let known = person.and_then(|p| d.person(p));
    let post = person.and_then(|p| d.main_post(p));
    let title = post.map_or_else(String::new, |p| d.post_title(p.id));
    let mobile = known.map(|p| p.mobile.as_deref().unwrap_or("没有登记"));
    row(
        Height::Sign,
        &html! {
            td { (n) } td colspan="2" { (known.map_or("", |p| p.name.as_str())) } td colspan="3" { (title) }
            td colspan="2" { (mobile.unwrap_or_default()) } td colspan="2" {} td colspan="2" {}
        },
    )
}
