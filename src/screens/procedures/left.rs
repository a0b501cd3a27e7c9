//! POST `/procedures/left`: what a closed department left of its own goes to the department that does its work now; and
//! the notice with the button. Not here: what goes over (`engine::own`). Invariant: how many there are is said, no name.

use super::{AT, PublishProcedure, SeeProcedures, maker};
use crate::access::policy;
use crate::engine::own::Left;
use crate::kit::{DeptId, Error, Result};
use crate::org::Directory;
use crate::ui::deed::Press;
use crate::ui::note::{Tone, note};
use crate::ui::{Markup, form, html};
use crate::web::{Cx, Reply};

pub(super) const LEFT_AT: &str = "/procedures/left";

/// Gives it over.
pub(super) fn hand_on(cx: &mut Cx<PublishProcedure>) -> Result<Reply> {
    let from: DeptId = cx.form("dept").parse().map_err(|_| Error::NotFound)?;
    let maker = maker(cx)?;
    let stamp = cx.permit.stamp_on(format!("dept/{from}"));
    let year = cx.zone().year(cx.at);
    let (engine, store) = (&cx.state.engine, &cx.state.store);
    let heir = engine.hand_on(store, &stamp, &maker, (from, year))?;
    let directory = &maker.directory;
    cx.tell(&format!(
        "{}自己的事项已转给{}：它的人能发起，编号接着编；在办的照常办完",
        directory.dept_name(from),
        directory.dept_name(heir)
    ));
    Ok(Reply::To(AT.to_owned()))
}

/// For whoever makes the office's procedures: each closed department in whose name something stands.
pub(super) fn notices(cx: &Cx<SeeProcedures>) -> Result<Markup> {
    let directory = cx.state.org.current();
    if !maker(cx)?.range.has_office() || !policy::may::<PublishProcedure>(cx.who(), cx.peer()) {
        return Ok(html! {});
    }
    let left = cx.state.engine.left_behind(&cx.state.store, &directory)?;
    let mut all = Vec::with_capacity(left.len());
    for one in &left {
        all.push(notice(cx, &directory, one)?);
    }
    Ok(html! { @for one in &all { (one) } })
}

fn notice(cx: &Cx<SeeProcedures>, directory: &Directory, left: &Left) -> Result<Markup> {
    let head = format!("{}已经撤销。", directory.dept_name(left.dept));
    let what = match (left.procedures, left.drafts) {
        (n, 0) => format!("它自己的 {n} 个事项还在它名下，没有人能发起、能改。"),
        (0, n) => format!("它有 {n} 份没有发布的事项草稿还在它名下。"),
        (n, m) => format!("它自己的 {n} 个事项和 {m} 份草稿还在它名下，没有人能发起、能改。"),
    };
    let Some(heir) = left.heir else {
        let rest =
            html! { (what) "撤销时没有写由哪个部门接续，这些事项就停在这里，办过的件照样查得到。" };
        return Ok(note(Tone::Plain, &head, &rest));
    };
    let press = format!("转给{}", directory.dept_name(heir));
    let rest = html! {
        (what)
        form.inl method="post" action=(LEFT_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::hidden("dept", &left.dept.to_string()))
            (Press::new(&press))
        }
    };
    Ok(note(Tone::Bad, &head, &rest))
}
