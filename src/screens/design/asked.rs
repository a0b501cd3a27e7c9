//! Which edits a press on a tab asks for: what was changed in it, and what its button does; and where on the tab is
//! said what is wrong with each. Not here: reading the controls (`read`), doing it (`engine::design`).
//! Invariant: any button of a tab keeps all that was typed in it.

use super::desk::{Desk, Tab};
use super::held::{of_right, of_sheet, of_way, way_part};
use super::read::{self, KEEP, strange};
use super::shown::Shown;
use super::{DesignProcedure, flow_tab, form_tab, head_tab};
use crate::engine::design::{BookEdit, Edit, FieldEdit, Right, WayEdit};
use crate::kit::{Error, FieldErrors, Result};
use crate::web::{Cx, Visit};

/// An edit, and under which names of the tab is said what is wrong with it.
pub struct Asked {
    pub edit: Edit,
    prefix: String,
    first: String,
}

impl Asked {
    fn new(edit: Edit, prefix: &str, first: &str) -> Self {
        Self {
            edit,
            prefix: prefix.to_owned(),
            first: first.to_owned(),
        }
    }

    /// An edit that is wrong as a whole, or not.
    fn plain(edit: Edit) -> Self {
        Self::new(edit, "", "")
    }

    /// The control a word of the edit's form is typed in.
    pub fn place(&self, word: &str) -> String {
        match word {
            "" => self.first.clone(),
            word => format!("{}{word}", self.prefix),
        }
    }
}

/// What was done, for the button that takes it back.
pub fn what(deed: &str, tab: Tab) -> &'static str {
    let all = [
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
        ("quick", "一句话写流程"),
    ];
    let found = all.iter().find(|(start, _)| deed.starts_with(start));
    found.map_or_else(
        || match tab {
            Tab::Flow => "改流程",
            Tab::Head => "改名称和登记簿",
            _ => "改表单",
        },
        |(_, what)| what,
    )
}

/// A button's words: what it does, on what, and where.
struct Deed {
    kind: String,
    one: String,
    two: String,
}

impl Deed {
    fn of(cx: &Visit) -> Self {
        let mut words = cx.form("do").split(':').map(str::to_owned);
        Self {
            kind: words.next().unwrap_or_default(),
            one: words.next().unwrap_or_default(),
            two: words.next().unwrap_or_default(),
        }
    }

    fn is(&self, kind: &str) -> bool {
        self.kind == kind
    }
}

/// The edits a form asks for, in order; none where nothing was changed.
pub fn edits(cx: &Cx<DesignProcedure>, desk: &Desk) -> Result<Vec<Asked>> {
    let deed = Deed::of(cx);
    match Tab::of(cx.form("tab")) {
        Tab::Flow => flow(cx, desk, &deed),
        Tab::Head => books(cx, desk, &deed),
        _ => form(cx, desk, &deed),
    }
}

fn form(cx: &Visit, desk: &Desk, deed: &Deed) -> Result<Vec<Asked>> {
    let none = FieldErrors::default();
    let shown = form_tab::shown(cx, desk, &none);
    let picked = form_tab::picked(cx);
    let mut all = Vec::new();
    match deed.kind.split_once('.') {
        // it says where cells stood when they were shown: before anything else moves them
        Some(("grid", act)) => {
            let edit = Edit::Grid(read::grid(cx, act, (&deed.one, &deed.two))?);
            let first = if matches!(act, "split" | "row") {
                "new"
            } else {
                ""
            };
            all.push(Asked::new(edit, "", first));
        }
        Some(("field", "add" | "set" | "drop")) => {}
        _ if deed.is(KEEP) => {}
        _ => return Err(strange()),
    }
    if shown.changed("field") && !deed.is("field.drop") {
        let edit = FieldEdit::Set(picked, read::field(cx));
        all.push(Asked::new(Edit::Field(edit), "", "kind"));
    }
    if deed.is("field.add") || (shown.changed("add") && !cx.form("add.label").trim().is_empty()) {
        let edit = FieldEdit::Add(read::new_field(cx));
        all.push(Asked::new(Edit::Field(edit), "add.", "add.kind"));
    }
    if deed.is("field.drop") {
        let edit = FieldEdit::Drop(deed.one.clone());
        all.push(Asked::plain(Edit::Field(edit)));
    }
    Ok(all)
}

fn books(cx: &Visit, desk: &Desk, deed: &Deed) -> Result<Vec<Asked>> {
    let none = FieldErrors::default();
    let shown = head_tab::shown(cx, desk, &none);
    let mut all = Vec::new();
    if shown.changed("head") {
        all.push(Asked::new(Edit::Head(read::head(cx)), "", "title"));
    }
    if shown.changed("every") {
        let edit = Edit::Calendar(read::every(cx));
        all.push(Asked::new(edit, "every.", "every.each"));
    }
    if shown.changed("series") {
        all.push(Asked::new(Edit::Series(read::series(cx)), "", "prefix"));
    }
    let book = |edit, first: &str| Asked::new(Edit::Book(edit), "", first);
    for s in &desk.procedure.sheets {
        let name = of_sheet(&s.id);
        let goes = deed.is("sheet.drop") && deed.one == s.id;
        if shown.changed(&name) && !goes {
            let title = cx.form(&name).to_owned();
            all.push(book(BookEdit::RenameSheet(s.id.clone(), title), &name));
        }
    }
    if deed.is("column.add") || (shown.changed("column") && !cx.form("add.of").is_empty()) {
        let of = cx.form("add.of").to_owned();
        all.push(book(BookEdit::AddColumn(of), "add.of"));
    }
    if deed.is("sheet.add") || (shown.changed("sheet") && !cx.form("add.title").trim().is_empty()) {
        all.push(book(read::new_sheet(cx), "add.title"));
    }
    let id = deed.one.clone();
    match deed.kind.as_str() {
        KEEP | "column.add" | "sheet.add" => {}
        "column.drop" => all.push(book(BookEdit::DropColumn(id), "")),
        "column.left" => all.push(book(BookEdit::MoveColumn(id), "")),
        "sheet.drop" => all.push(book(BookEdit::DropSheet(id), "")),
        _ => return Err(strange()),
    }
    Ok(all)
}

fn flow(cx: &Visit, desk: &Desk, deed: &Deed) -> Result<Vec<Asked>> {
    let none = FieldErrors::default();
    let shown = flow_tab::shown(cx, desk, &none);
    let picked = flow_tab::picked(cx);
    let keeps = deed.is("step.keep") || deed.is(KEEP);
    if deed.is("step.keep") && desk.procedure.step(&deed.one).is_none() {
        return Err(Error::invalid("", "这一步已经删掉了，请刷新页面"));
    }
    let mut all = Vec::new();
    if !deed.is("step.drop") {
        all = kept(cx, desk, (&shown, &picked), deed)?;
    }
    // Enter in the line that was typed, and nothing else
    let line = cx.form("line");
    let entered = keeps && shown.changed("line") && !shown.changed_but("line");
    if deed.is("quick") || (entered && !line.trim().is_empty()) {
        let edit = Edit::Quick(line.to_owned(), read::departments(desk));
        all.push(Asked::new(edit, "", "line"));
    }
    if deed.is("step.add") || (shown.changed("add") && !cx.form("add.name").trim().is_empty()) {
        let edit = Edit::Step(read::step(cx, desk, ("add", String::new()))?);
        all.push(Asked::new(edit, "add.", "add.name"));
    }
    match deed.kind.split_once('.') {
        Some(("step", act @ ("up" | "down" | "drop"))) => {
            let edit = Edit::Step(read::step(cx, desk, (act, deed.one.clone()))?);
            all.push(Asked::plain(edit));
        }
        Some(("step", "add" | "keep") | ("way", "up" | "drop")) => {}
        _ if keeps || deed.is("quick") => {}
        _ => return Err(strange()),
    }
    Ok(all)
}

/// What was changed in the panel of the picked step; nothing of the way that goes.
fn kept(
    cx: &Visit,
    desk: &Desk,
    (shown, id): (&Shown<'_>, &str),
    deed: &Deed,
) -> Result<Vec<Asked>> {
    let Some(now) = desk.procedure.step(id) else {
        return Ok(Vec::new());
    };
    let mut all = Vec::new();
    // how many do it sets what may be done: it comes after what was ticked
    for (part, first) in [
        ("name", "name"),
        ("due", "n"),
        ("clock", "extend"),
        ("opinion", "into"),
        ("moves", "move"),
        ("people", "who"),
        ("review", "reviewer"),
    ] {
        if shown.changed(part) {
            let first = match cx.form("many") {
                "at_least" if part == "people" => "least",
                _ => first,
            };
            let edit = Edit::Step(read::step(cx, desk, (part, id.to_owned()))?);
            all.push(Asked::new(edit, "", first));
        }
    }
    let place = deed.two.parse::<usize>().ok();
    let gone = place.filter(|_| deed.is("way.drop"));
    let way = |n: usize, edit: WayEdit| {
        let edit = Edit::Way(id.to_owned(), edit);
        Asked::new(edit, &of_way(n, ""), &of_way(n, "to"))
    };
    let changed = |n: &usize| shown.changed(&way_part(*n)) && gone != Some(*n);
    let mut new = None;
    for n in (0..=now.next.len()).filter(changed) {
        let form = read::way(cx, n);
        if n < now.next.len() {
            all.push(way(n, WayEdit::Set(n, form)));
        } else if !form.to.is_empty() {
            new = Some(way(n, WayEdit::Add(form)));
        }
    }
    // the button counts the ways it was shown among: before a new one comes between
    if let Some(act @ ("up" | "drop")) = deed.kind.strip_prefix("way.") {
        let edit = read::way_moved(act, &deed.two)?;
        all.push(Asked::plain(Edit::Way(id.to_owned(), edit)));
    }
    all.extend(new);
    let fields = desk.procedure.fields.iter();
    let fields = fields.filter(|f| shown.changed(&of_right(&f.id)));
    let sent = fields.filter_map(|f| {
        let right = Right::of(cx.form(&of_right(&f.id)))?;
        Some((f.id.clone(), right))
    });
    let sent: Vec<_> = sent.collect();
    if !sent.is_empty() {
        all.push(Asked::plain(Edit::Rights(id.to_owned(), sent)));
    }
    Ok(all)
}
