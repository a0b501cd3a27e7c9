//! From the controls of a posted tab to what an edit is about: strings die here and in `engine::design`, which says
//! what is wrong with them. Not here: which edits a press asks for (`asked`).

use super::desk::Desk;
use super::held::of_way;
use crate::engine::definition::{Ends, MoveId, Page, Who};
use crate::engine::design::{
    BookEdit, CalendarForm, ClockForm, ColumnForm, ConditionForm, DueForm, FieldForm, Grid,
    HeadForm, Many, OpinionForm, People, SeriesForm, Side, StepEdit, WayEdit, WayForm, WhoPick,
    words,
};
use crate::kit::{Error, Result};
use crate::web::Visit;

/// Rows of columns a table is typed in at most.
pub const COLUMNS: usize = 16;
/// Rows of a condition.
pub const ROWS: usize = 3;

/// What the button says that keeps a tab where nothing is picked.
pub const KEEP: &str = "keep";

/// A button nobody drew.
pub fn strange() -> Error {
    Error::invalid("", "这个按钮没有看懂，请刷新页面再试")
}

/// Full and short names of the organ's departments.
pub fn departments(desk: &Desk) -> Vec<(String, String)> {
    let directory = &desk.maker.directory;
    let all = directory.depts_of(desk.maker.organ);
    all.map(|d| {
        let short = directory.dept_short(d.id).to_owned();
        (d.name.clone(), short)
    })
    .collect()
}

fn owned(all: Vec<&str>) -> Vec<String> {
    all.into_iter().map(str::to_owned).collect()
}

/// Names, who starts, who sees.
pub fn head(cx: &Visit) -> HeadForm {
    HeadForm {
        name: cx.form("name").to_owned(),
        group: cx.form("group").to_owned(),
        start: cx.form("start").to_owned(),
        roles: owned(cx.form_all("roles")),
        title: cx.form("title").to_owned(),
        urgency: cx.form("urgent_by").to_owned(),
        seen: cx.form("seen").to_owned(),
        sees: owned(cx.form_all("sees")),
        urge: owned(cx.form_all("urge")),
        void: owned(cx.form_all("void")),
    }
}

/// A field to be added, as typed.
pub fn new_field(cx: &Visit) -> FieldForm {
    FieldForm {
        label: cx.form("add.label").to_owned(),
        kind: cx.form("add.kind").to_owned(),
        options: cx.form("add.options").to_owned(),
        ..FieldForm::default()
    }
}

/// What begins cases beside a person.
pub fn every(cx: &Visit) -> CalendarForm {
    CalendarForm {
        each: cx.form("every.each").to_owned(),
        on: cx.form("every.on").to_owned(),
        roles: owned(cx.form_all("every.roles")),
        title: cx.form("every.title").to_owned(),
        scan: cx.input.has("every.scan"),
    }
}

/// The number.
pub fn series(cx: &Visit) -> SeriesForm {
    SeriesForm {
        prefix: cx.form("prefix").to_owned(),
        by_department: cx.form("scope") == "department",
    }
}

/// A sheet to be added.
pub fn new_sheet(cx: &Visit) -> BookEdit {
    let page = match cx.form("add.page") {
        "readers" => Page::Readers,
        "ledger" => Page::Ledger,
        _ => Page::Form,
    };
    BookEdit::AddSheet(cx.form("add.title").to_owned(), page)
}

/// The picked field.
pub fn field(cx: &Visit) -> FieldForm {
    let one = |name: &str| cx.form(name).to_owned();
    let column = |n: usize| {
        let of = |what: &str| format!("c{n}.{what}");
        ColumnForm {
            id: one(&of("id")),
            label: one(&of("label")),
            kind: one(&of("kind")),
            options: one(&of("options")),
            must: cx.input.has(&of("must")),
            sum: cx.input.has(&of("sum")),
        }
    };
    let default = match cx.form("default") {
        "words" => one("words"),
        other => other.to_owned(),
    };
    FieldForm {
        label: one("label"),
        help: one("help"),
        kind: one("kind"),
        options: one("options"),
        min: one("min"),
        max: one("max"),
        default,
        columns: (0..COLUMNS).map(column).collect(),
        compute: one("compute"),
        from: owned(cx.form_all("from")),
        of: one("of"),
        masked: cx.input.has("masked"),
    }
}

/// A press on the grid.
pub fn grid(cx: &Visit, act: &str, (r, c): (&str, &str)) -> Result<Grid> {
    let label = cx.form("new").to_owned();
    match act {
        "row" => return Ok(Grid::NewRow(r.parse().ok(), label)),
        "place" => return Ok(Grid::Place(r.to_owned())),
        "readers" => return Ok(Grid::Readers),
        _ => {}
    }
    let (r, c) = (
        r.parse().map_err(|_| strange())?,
        c.parse().map_err(|_| strange())?,
    );
    Ok(match act {
        "left" => Grid::Move(r, c, Side::Left),
        "right" => Grid::Move(r, c, Side::Right),
        "up" => Grid::Move(r, c, Side::Up),
        "down" => Grid::Move(r, c, Side::Down),
        "join" => Grid::Join(r, c),
        "alone" => Grid::Alone(r, c),
        "wider" => Grid::Wider(r, c),
        "narrower" => Grid::Narrower(r, c),
        "merge" => Grid::Merge(r, c),
        "split" => Grid::Split(r, c, label),
        "tall" => Grid::Tall(r, c),
        "lift" => Grid::Lift(r, c),
        _ => return Err(strange()),
    })
}

/// The value of a rule in the select that picks it.
pub fn who_word(who: &Who) -> String {
    match who {
        Who::Starter => "starter".to_owned(),
        Who::Previous => "previous".to_owned(),
        Who::HandlerOf(s) => format!("handler/{s}"),
        Who::Role(r) => format!("role/{r}"),
        Who::HeadOf(f) => format!("head/{f}"),
        Who::ReceiverOf(f) => format!("receiver/{f}"),
        Who::LeaderOf(f) => format!("leader/{f}"),
        Who::BranchReceiver => "branch_receiver".to_owned(),
        Who::BranchHead => "branch_head".to_owned(),
        Who::ChosenFrom(_) => "chosen_from".to_owned(),
        Who::Chosen => "chosen".to_owned(),
        Who::Superior => "superior".to_owned(),
        _ => "keep".to_owned(),
    }
}

/// Who does it.
fn who(cx: &Visit, name: &str) -> WhoPick {
    let word = cx.form(name);
    let (rule, of) = word.split_once('/').unwrap_or((word, ""));
    let of = of.to_owned();
    WhoPick::Is(match rule {
        "starter" => Who::Starter,
        "previous" => Who::Previous,
        "handler" => Who::HandlerOf(of),
        "role" => Who::Role(of),
        "head" => Who::HeadOf(of),
        "receiver" => Who::ReceiverOf(of),
        "leader" => Who::LeaderOf(of),
        "branch_receiver" => Who::BranchReceiver,
        "branch_head" => Who::BranchHead,
        "chosen_from" => Who::ChosenFrom(owned(cx.form_all("among"))),
        "chosen" => Who::Chosen,
        "superior" => Who::Superior,
        "named" => return WhoPick::HeadOfNamed(of),
        _ => return WhoPick::Keep,
    })
}

/// A part of the picked step, or a press on the steps.
pub fn step(cx: &Visit, desk: &Desk, (act, id): (&str, String)) -> Result<StepEdit> {
    let one = |name: &str| cx.form(name).to_owned();
    Ok(match act {
        "add" => {
            // where the flow was just made anew the step may be gone: at the end, then
            let after = Some(one("add.after")).filter(|a| desk.procedure.step(a).is_some());
            let after = after.filter(|_| cx.form("do") != "quick");
            StepEdit::Add(after, one("add.name"), who(cx, "add.who"))
        }
        "up" => StepEdit::Up(id),
        "down" => StepEdit::Down(id),
        "drop" => StepEdit::Drop(id),
        "name" => StepEdit::Rename(id, one("name"), one("verb")),
        "people" => StepEdit::People(
            id,
            People {
                who: who(cx, "who"),
                many: many(cx),
                not_own: cx.input.has("not_own"),
            },
        ),
        "opinion" => {
            let form = OpinionForm {
                into: one("into"),
                required: cx.form("writes") == "must",
                phrases: one("phrases"),
            };
            StepEdit::Opinion(id, Some(form).filter(|_| cx.form("writes") != "no"))
        }
        "moves" => StepEdit::Moves(id, moves(cx, desk)),
        "due" => {
            let form = DueForm {
                n: one("n"),
                unit: one("unit"),
                after: one("after"),
                field: one("dated"),
            };
            StepEdit::Due(id, Some(form).filter(|f| !f.unit.is_empty()))
        }
        "clock" => StepEdit::Clock(
            id,
            ClockForm {
                extend: one("extend"),
                pause: cx.input.has("pause"),
            },
        ),
        "review" => StepEdit::Review(
            id,
            Some(who(cx, "reviewer")).filter(|_| cx.form("reviewer") != "none"),
        ),
        _ => return Err(strange()),
    })
}

fn many(cx: &Visit) -> Many {
    match cx.form("many") {
        "all" => Many::All,
        "in_order" => Many::InOrder,
        "at_least" => Many::AtLeast(cx.form("least").to_owned()),
        "departments" => Many::Departments(
            cx.form("main").to_owned(),
            cx.form("assisting").to_owned(),
            match cx.form("ends") {
                "principal" => Ends::Principal,
                _ => Ends::All,
            },
        ),
        _ => Many::AnyOne,
    }
}

fn moves(cx: &Visit, desk: &Desk) -> Vec<(MoveId, String)> {
    let ticked = owned(cx.form_all("move"));
    let known = words::OFFERED
        .iter()
        .filter(|o| ticked.iter().any(|t| t == o.0.as_str()));
    let known = known.filter(|o| o.0 != MoveId::Refuse || desk.procedure.refuse.is_some());
    let label = |mv: MoveId| cx.form(&format!("say.{}", mv.as_str())).to_owned();
    known.map(|o| (o.0, label(o.0))).collect()
}

/// A way on.
pub fn way(cx: &Visit, n: usize) -> WayForm {
    let one = |what: &str| cx.form(&of_way(n, what)).to_owned();
    let row = |i: usize| ConditionForm {
        field: one(&format!("w{i}.field")),
        is: one(&format!("w{i}.is")),
        value: one(&format!("w{i}.value")),
    };
    WayForm {
        to: one("to"),
        label: one("label"),
        when: (0..ROWS).map(row).collect(),
    }
}

/// A press on a way.
pub fn way_moved(act: &str, n: &str) -> Result<WayEdit> {
    let at = n.parse::<usize>().map_err(|_| strange())?;
    Ok(match act {
        "drop" => WayEdit::Drop(at),
        "up" => WayEdit::Up(at),
        _ => return Err(strange()),
    })
}
