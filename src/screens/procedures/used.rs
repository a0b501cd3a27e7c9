//! POST `/procedures/{procedure}/use`: a department that runs itself switches a procedure of the office on or off
//! for itself; and the button for it. Not here: switching it for everybody (`place`).

use super::{AT, UseProcedure, at};
use crate::access::{Action, policy};
use crate::engine::procedures::Published;
use crate::kit::{DeptId, Error, Result};
use crate::ui::deed::Press;
use crate::ui::note::{self, State};
use crate::ui::{Markup, form, html};
use crate::web::{Cx, Reply};

/// Switches it, and goes back to the page the button stood on.
pub(super) fn switch(cx: &mut Cx<UseProcedure>) -> Result<Reply> {
    let id: String = cx.path("procedure")?;
    let dept: DeptId = cx.form("dept").parse().map_err(|_| Error::NotFound)?;
    if !cx.who().runs_dept(dept) {
        let why = "只有这个部门的自管员能决定本部门用不用，请与他们联系";
        return Err(Error::Denied(why.into()));
    }
    let on = cx.form("state") == "on";
    let stamp = cx.permit.stamp_on(format!("{id} dept/{dept}"));
    let engine = &cx.state.engine;
    engine.use_here(&cx.state.store, stamp, (dept, &id), on)?;
    let name = engine.procedures.current(&id)?.procedure.name.clone();
    cx.tell(&match on {
        true => format!("“{name}”在本部门启用了"),
        false => format!("“{name}”在本部门停用了：不能再发起，在办的照常办完"),
    });
    let back = match cx.form("from") {
        "list" => AT.to_owned(),
        _ => at(&id),
    };
    Ok(Reply::To(back))
}

/// State and button, a line for each department the person runs; nothing for a department's own procedure.
pub(super) fn buttons<A: Action>(cx: &Cx<A>, p: &Published, from: &str) -> Result<Markup> {
    let runs = &cx.who().runs;
    let shown =
        p.procedure.department.is_none() && policy::may::<UseProcedure>(cx.who(), cx.peer());
    if !shown {
        return Ok(html! {});
    }
    let directory = cx.state.org.current();
    let mut lines = Vec::with_capacity(runs.len());
    for dept in runs {
        let off = p.standing.off_in.contains(dept);
        let name = match runs.as_slice() {
            [_] => "",
            _ => directory.dept_short(*dept),
        };
        let (tone, word, to) = match off {
            true => (note::state(State::Off, "停用"), "启用", "on"),
            false => (note::state(State::Ok, "在用"), "停用", "off"),
        };
        lines.push(html! {
            form.inl method="post" action={ (at(&p.procedure.id)) "/use" } {
                (form::tokens(cx.csrf(), &cx.new_op()?))
                (form::hidden("dept", &dept.to_string()))
                (form::hidden("from", from))
                (name) " " (tone) " "
                (Press::new(word).posts("state", to))
            }
        });
    }
    Ok(html! { @for line in &lines { (line) } })
}
