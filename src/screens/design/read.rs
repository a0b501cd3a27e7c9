//! From a posted form to an edit: the button says which, its fields what. Strings die here and in
//! `engine::design`, which says what is wrong with them.

use super::DesignProcedure;
use super::desk::Desk;
use super::shown::{Panel, of_right, of_way, way_part};
use crate::engine::definition::{Ends, MoveId, Page, Who};
use crate::engine::design::{
    BookEdit, CalendarForm, ClockForm, ColumnForm, ConditionForm, DueForm, Edit, FieldEdit,
    FieldForm, Grid, HeadForm, Many, OpinionForm, People, Right, SeriesForm, Side, StepEdit,
    WayEdit, WayForm, WhoPick, words,
};
use crate::kit::{Error, Result};
use crate::web::{Cx, Visit};

/// Rows of columns a table is typed in at most.
pub const COLUMNS: usize = 16;
/// Rows of a condition.
pub const ROWS: usize = 3;

/// What was done, for the button that takes it back.
pub fn what(deed: &str) -> &'static str {
    let all = [
        ("head", "改名称和发起人"),
        ("series", "改编号"),
        ("field.add", "加一格"),
        ("field.drop", "删一格"),
        ("field.", "改一格"),
        ("grid.row", "加一行"),
        ("grid.split", "拆一格"),
        ("grid.", "挪格子"),
        ("step.add", "加一步"),
        ("step.drop", "删一步"),
        ("step.", "改一步"),
        ("way.", "改去路"),
        ("column", "改登记簿"),
        ("sheet", "改打印稿"),
        ("calendar", "改按时发起"),
        ("quick", "一句话写流程"),
    ];
    let found = all.iter().find(|(start, _)| deed.starts_with(start));
    found.map_or("上一处改动", |(_, what)| what)
}

fn strange() -> Error {
    Error::invalid("", "这个按钮没有看懂，请刷新页面再试")
}

/// The edits a form asks for, in order; none where nothing was changed.
pub fn edits(cx: &Cx<DesignProcedure>, desk: &Desk) -> Result<Vec<Edit>> {
    let mut words = cx.form("do").split(':');
    let (kind, id) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let place = words.next().and_then(|n| n.parse::<usize>().ok());
    Ok(match kind {
        "step.keep" => kept(cx, desk, (id, None))?,
        "step.up" | "step.down" => {
            let mut all = kept(cx, desk, (id, None))?;
            all.push(edit(cx, desk)?);
            all
        }
        "way.up" | "way.drop" => {
            let mut all = kept(cx, desk, (id, place.filter(|_| kind == "way.drop")))?;
            // the button counts the ways it was shown among: before a new one comes between
            let new = |e: &Edit| matches!(e, Edit::Way(_, WayEdit::Add(_)));
            let at = all.iter().position(new).unwrap_or(all.len());
            all.insert(at, edit(cx, desk)?);
            all
        }
        _ => vec![edit(cx, desk)?],
    })
}

/// What was changed in the panel of a step; nothing of the way that goes.
fn kept(
    cx: &Cx<DesignProcedure>,
    desk: &Desk,
    (id, gone): (&str, Option<usize>),
) -> Result<Vec<Edit>> {
    let Some(now) = desk.procedure.step(id) else {
        return Err(Error::invalid("", "这一步已经删掉了，请刷新页面"));
    };
    let panel = Panel::of(cx, desk, now);
    let mut all = Vec::new();
    // how many do it sets what may be done: it comes after what was ticked
    for part in [
        "name", "due", "clock", "opinion", "moves", "people", "review",
    ] {
        if panel.changed(part) {
            all.push(Edit::Step(step(cx, desk, (part, id.to_owned()))?));
        }
    }
    let changed = |n: &usize| panel.changed(&way_part(*n)) && gone != Some(*n);
    for n in (0..=now.next.len()).filter(changed) {
        let form = way(cx, n);
        if n < now.next.len() {
            all.push(Edit::Way(id.to_owned(), WayEdit::Set(n, form)));
        } else if !form.to.is_empty() {
            all.push(Edit::Way(id.to_owned(), WayEdit::Add(form)));
        }
    }
    let fields = desk.procedure.fields.iter();
    let fields = fields.filter(|f| panel.changed(&of_right(&f.id)));
    let sent = fields.filter_map(|f| {
        let right = Right::of(cx.form(&of_right(&f.id)))?;
        Some((f.id.clone(), right))
    });
    let sent: Vec<_> = sent.collect();
    if !sent.is_empty() {
        all.push(Edit::Rights(id.to_owned(), sent));
    }
    Ok(all)
}

/// The edit a form asks for.
fn edit(cx: &Cx<DesignProcedure>, desk: &Desk) -> Result<Edit> {
    let deed = cx.form("do").to_owned();
    let mut words = deed.split(':');
    let (kind, one, two) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let id = one.to_owned();
    let (area, act) = kind.split_once('.').unwrap_or((kind, ""));
    Ok(match (area, act) {
        ("head", _) => Edit::Head(head(cx)),
        ("series", _) => Edit::Series(SeriesForm {
            prefix: cx.form("prefix").to_owned(),
            by_department: cx.form("scope") == "department",
        }),
        ("calendar", _) => Edit::Calendar(CalendarForm {
            each: cx.form("each").to_owned(),
            on: cx.form("on").to_owned(),
            roles: owned(cx.form_all("whom")),
            title: cx.form("called").to_owned(),
            scan: cx.input.has("scan"),
        }),
        ("quick", _) => Edit::Quick(cx.form("line").to_owned(), departments(desk)),
        ("field", "add") => Edit::Field(FieldEdit::Add(field(cx))),
        ("field", "set") => Edit::Field(FieldEdit::Set(id, field(cx))),
        ("field", "drop") => Edit::Field(FieldEdit::Drop(id)),
        ("grid", act) => Edit::Grid(grid(cx, act, (one, two))?),
        ("step", act) => Edit::Step(step(cx, desk, (act, id))?),
        ("way", act) => Edit::Way(id, way_moved(act, two)?),
        ("column", "add") => Edit::Book(BookEdit::AddColumn(cx.form("of").to_owned())),
        ("column", "drop") => Edit::Book(BookEdit::DropColumn(id)),
        ("column", "left") => Edit::Book(BookEdit::MoveColumn(id)),
        ("sheet", "add") => Edit::Book(BookEdit::AddSheet(
            cx.form("title").to_owned(),
            match cx.form("page") {
                "readers" => Page::Readers,
                "ledger" => Page::Ledger,
                _ => Page::Form,
            },
        )),
        ("sheet", "drop") => Edit::Book(BookEdit::DropSheet(id)),
        ("sheet", "rename") => Edit::Book(BookEdit::RenameSheet(id, cx.form("title").to_owned())),
        _ => return Err(strange()),
    })
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

fn head(cx: &Visit) -> HeadForm {
    HeadForm {
        name: cx.form("name").to_owned(),
        group: cx.form("group").to_owned(),
        start: cx.form("start").to_owned(),
        roles: owned(cx.form_all("roles")),
        title: cx.form("title").to_owned(),
        urgency: cx.form("urgency").to_owned(),
        seen: cx.form("seen").to_owned(),
        sees: owned(cx.form_all("sees")),
        urge: owned(cx.form_all("urge")),
        void: owned(cx.form_all("void")),
    }
}

fn field(cx: &Visit) -> FieldForm {
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

fn grid(cx: &Visit, act: &str, (r, c): (&str, &str)) -> Result<Grid> {
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

fn step(cx: &Visit, desk: &Desk, (act, id): (&str, String)) -> Result<StepEdit> {
    let one = |name: &str| cx.form(name).to_owned();
    Ok(match act {
        "add" => {
            let after = Some(one("after")).filter(|a| !a.is_empty());
            StepEdit::Add(after, one("new"), who(cx, "who"))
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

fn way(cx: &Visit, n: usize) -> WayForm {
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

fn way_moved(act: &str, n: &str) -> Result<WayEdit> {
    let at = n.parse::<usize>().map_err(|_| strange())?;
    Ok(match act {
        "drop" => WayEdit::Drop(at),
        "up" => WayEdit::Up(at),
        _ => return Err(strange()),
    })
}
