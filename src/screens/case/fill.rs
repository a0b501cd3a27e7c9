//! Controls of a sheet that are more than one box: two dates of a span, rows of a table, people to be picked,
//! what is computed, what is covered. Not here: plain boxes (`sheet`), reading them back (`answer`).

use super::names;
use super::sheet::Paper;
use crate::engine::definition::{Column, ColumnOf, Field, Kind, Procedure, is_empty, text_of};
use crate::engine::facts::People as _;
use crate::engine::view::CaseView;
use crate::engine::{compute, printed, rows};
use crate::kit::{Principal, name_keys};
use crate::ui::form::{Choice, field_id};
use crate::ui::person_pick::{Count, Group, Person, Picker};
use crate::ui::rows as ui;
use crate::ui::{Markup, html};
use crate::web::Visit;
use serde_json::Value;

/// What the office has of a word, to choose from.
pub type Things<'a> = dyn Fn(&str) -> Vec<Choice> + 'a;

/// What stands beside the form itself.
#[derive(Clone, Copy, Default)]
pub struct Beside<'a> {
    /// Fields whose covered value is shown whole on this one page.
    pub whole: &'a [String],
    /// Fields this person may ask to see whole, and where that is asked.
    pub asks: &'a [String],
    pub asks_at: &'a str,
    /// What the office has of a word (会议室); a box to write in where nothing is known.
    pub resources: Option<&'a Things<'a>>,
    /// The letterheads that may be chosen, by organ code.
    pub letterheads: Option<&'a dyn Fn() -> Vec<Choice>>,
    /// The table and row that was just added.
    pub added: Option<(&'a str, usize)>,
}

impl Paper<'_> {
    /// The control of a field that is no single box.
    pub fn wide_control(&self, field: &Field) -> Option<Markup> {
        match &field.kind {
            Kind::Span => Some(self.span(field)),
            Kind::Table { columns } => Some(self.table(field, columns, true)),
            Kind::People => Some(self.people_picker(field)),
            _ => None,
        }
    }

    /// A table to be read.
    pub fn table_shown(&self, field: &Field, columns: &[Column]) -> Markup {
        self.table(field, columns, false)
    }

    fn span(&self, field: &Field) -> Markup {
        let value = self.values.get(&field.id);
        let name = names::field(&field.id);
        let wrong = self.errors.of(&name);
        let invalid = wrong.map(|_| "true");
        let typed = |end: &str| {
            value
                .and_then(|v| v.get(end))
                .map(text_of)
                .unwrap_or_default()
        };
        let days = value.and_then(compute::days);
        html! {
            div.span role="group" aria-label=(field.label) data-span {
                input.few id=(field_id(&name)) name=(names::first(&field.id)) type="text" autocomplete="off"
                    value=(typed("first")) aria-label=(format!("{}从哪天", field.label)) aria-invalid=[invalid];
                span { " 至 " }
                input.few name=(names::last(&field.id)) type="text" autocomplete="off"
                    value=(typed("last")) aria-label=(format!("{}到哪天", field.label)) aria-invalid=[invalid];
                span.counted data-days { @if let Some(n) = days { "共 " (n) " 天" } }
            }
            p.hint { (field.help.as_deref().unwrap_or("写 2026-4-3、4月3日 都行，头尾两天都算")) }
            @if let Some(wrong) = wrong { p.wrong id={ "w-" (name) } { (wrong) } }
        }
    }

    fn table(&self, field: &Field, columns: &[Column], open: bool) -> Markup {
        let value = self.values.get(&field.id).cloned().unwrap_or_default();
        let all = value.as_array().map(Vec::as_slice).unwrap_or_default();
        let cells = |row: &Value| {
            let one = |c: &Column| rows::printed(c, row.get(&c.id));
            columns.iter().map(one).collect::<Vec<String>>()
        };
        let lines: Vec<Vec<String>> = all.iter().map(cells).collect();
        let heads: Vec<ui::Column> = columns.iter().map(head).collect();
        let sums = rows::sums(columns, &value);
        let table = ui::Rows {
            label: &field.label,
            columns: &heads,
            rows: &lines,
            sums: sums.as_deref(),
        };
        if !open {
            return table.show();
        }
        let added = self.beside.added.filter(|(id, _)| *id == field.id);
        table.fill(&ui::Posts {
            name: &names::field(&field.id),
            count: &names::rows(&field.id),
            button: (names::ROW, &field.id),
            added: added.map(|(_, n)| n),
            hint: field.help.as_deref(),
            errors: self.errors,
        })
    }

    fn people_picker(&self, field: &Field) -> Markup {
        let chosen: Vec<String> = match self.values.get(&field.id) {
            Some(Value::Array(all)) => all.iter().map(text_of).collect(),
            _ => Vec::new(),
        };
        let name = names::field(&field.id);
        let label = format!("选{}", field.label);
        let mut picker = Picker::new(&name, &label, Count::Many)
            .groups(self.everybody())
            .chosen(chosen)
            .check(self.errors);
        if let Some(help) = &field.help {
            picker = picker.hint(help);
        }
        html! { (picker) }
    }

    fn everybody(&self) -> Vec<Group> {
        let directory = self.people.directory;
        let of = |d: crate::kit::DeptId| {
            let staff = self.people.staff_of(d).into_iter();
            let one = |p: Principal| match p {
                Principal::Person(id) => {
                    let known = directory.person(id)?;
                    let post = directory.main_post(id);
                    let keys = name_keys(&known.name);
                    Some(Person {
                        value: id.to_string(),
                        name: known.name.clone(),
                        post: post.map_or_else(String::new, |p| p.name.clone()),
                        keys: format!("{} {}", keys.full.replace(' ', ""), keys.initials),
                        away: String::new(),
                    })
                }
                _ => None,
            };
            Group {
                dept: self.people.dept_name(d),
                people: staff.filter_map(one).collect(),
            }
        };
        let all = self.people.departments().into_iter().map(of);
        all.filter(|g| !g.people.is_empty()).collect()
    }

    /// What is computed, with its working and its capitals.
    pub fn computed(&self, field: &Field) -> Markup {
        let said = printed::value(field, self.values);
        let capitals = printed::capitals(self.procedure, field, self.values);
        html! {
            div.computed data-computed {
                @if said.is_empty() { p.quiet { "填好以后自动算" } } @else { p { (said) } }
                @if let Some(c) = capitals { p.hint { (c) } }
            }
        }
    }

    /// What is to be read of a plain field: covered where it is personal, with the way to see it whole.
    pub fn read_only(&self, field: &Field) -> Markup {
        let whole = self.beside.whole.contains(&field.id);
        let said = match whole {
            true => printed::whole(field, self.values),
            false => printed::value(field, self.values),
        };
        let capitals = printed::capitals(self.procedure, field, self.values);
        let asks = !whole && self.beside.asks.contains(&field.id);
        let empty = self.values.get(&field.id).is_none_or(is_empty);
        html! {
            // a text of several lines keeps them
            @if said.contains('\n') { @for line in said.lines() { p { (line) } } } @else { (said) }
            @if field.kind == Kind::Money && !said.is_empty() { " 元" }
            @if let Some(c) = capitals { p.hint { (c) } }
            @if asks && !empty {
                " " button.btn.word.small.noprint type="submit" name=(names::REVEAL) value=(field.id)
                    formaction=(self.beside.asks_at) { "看全号" }
            }
            @if whole { p.hint { "只在这一页显示，已记入审计" } }
        }
    }
}

/// The script of tables and sums, where there is something to fill in.
pub fn script(visit: &Visit, view: &CaseView) -> Markup {
    html! {
        @if view.writing_at().is_some() && !view.offers.is_empty() {
            script src=(visit.state.assets.url("rows.js")) defer {}
            (writing_script(visit, &view.procedure))
        }
        @if view.offers.iter().any(|o| o.opinion.is_some()) {
            script src=(visit.state.assets.url("pen.js")) defer {}
        }
    }
}

/// What helps with an official text, where the form has one.
pub fn writing_script(visit: &Visit, procedure: &Procedure) -> Markup {
    html! {
        @if procedure.document.is_some() { script src=(visit.state.assets.url("write.js")) defer {} }
    }
}

fn head(c: &Column) -> ui::Column {
    ui::Column {
        id: c.id.clone(),
        label: c.label.clone(),
        entry: match c.kind {
            ColumnOf::Text => ui::Entry::Words,
            ColumnOf::Number => ui::Entry::Figure,
            ColumnOf::Money => ui::Entry::Yuan,
            ColumnOf::Date => ui::Entry::Day,
            ColumnOf::Choice => ui::Entry::OneOf(c.options.clone()),
        },
        need: c.must,
        summed: c.sum,
    }
}
