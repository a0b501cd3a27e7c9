//! Rows of typed columns on a sheet: filled in cell by cell, or read. Works without a script: a button that
//! posts what was typed gives one more row or takes one away; with it (`rows.js`) that is instant, Enter goes
//! down, and a piece of an Excel sheet can be pasted. On a telephone each row is a card.
//! Not here: what the cells mean. Invariant: a cell is named `NAME.ROW.COLUMN`, rows from 0.

use super::form::field_id;
use super::{Markup, html};
use crate::kit::FieldErrors;

/// Blank rows of a table nobody has filled in yet.
const BLANK: usize = 3;

/// What goes into the cells of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Words.
    Words,
    /// A number, standing at the right.
    Figure,
    /// Yuan: a number of two decimals.
    Yuan,
    /// A day.
    Day,
    /// One of these.
    OneOf(Vec<String>),
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// In the cells' names.
    pub id: String,
    /// What stands over it.
    pub label: String,
    pub entry: Entry,
    /// Whether a row needs it.
    pub need: bool,
    /// Whether its sum stands below it.
    pub summed: bool,
}

/// A table of rows.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// 费用明细.
    pub label: &'a str,
    pub columns: &'a [Column],
    /// As many cells as columns.
    pub rows: &'a [Vec<String>],
    /// What stands under each column, empty where nothing does.
    pub sums: Option<&'a [String]>,
}

/// How a table that is filled in is posted.
#[derive(Debug, Clone, Copy)]
pub struct Posts<'a> {
    /// Of its cells.
    pub name: &'a str,
    /// Of the hidden number of rows.
    pub count: &'a str,
    /// Of the buttons, and what they call this table.
    pub button: (&'a str, &'a str),
    /// The row that was just added: its first cell takes the focus.
    pub added: Option<usize>,
    pub hint: Option<&'a str>,
    pub errors: &'a FieldErrors,
}

impl Entry {
    const fn is_figure(&self) -> bool {
        matches!(self, Self::Figure | Self::Yuan)
    }

    const fn word(&self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Figure => "figure",
            Self::Yuan => "yuan",
            Self::Day => "day",
            Self::OneOf(_) => "one",
        }
    }
}

impl Rows<'_> {
    /// The table to be read.
    #[must_use]
    pub fn show(&self) -> Markup {
        html! {
            @if self.rows.is_empty() { p.quiet { "没有填" } } @else {
                div.scroll {
                    table.ledger.cards.lines-in {
                        caption.vh { (self.label) }
                        thead { tr { (self.number_head()) @for c in self.columns { th.num[c.entry.is_figure()] scope="col" { (c.label) } } } }
                        tbody {
                            @for (n, row) in self.rows.iter().enumerate() {
                                tr {
                                    td.no { (n + 1) }
                                    @for (c, v) in self.columns.iter().zip(row) {
                                        td.num[c.entry.is_figure()] data-k=(c.label) { (v) }
                                    }
                                }
                            }
                        }
                        (self.foot(None))
                    }
                }
            }
        }
    }

    fn number_head(&self) -> Markup {
        html! { th.no scope="col" { "序号" } }
    }

    fn foot(&self, last: Option<&Markup>) -> Markup {
        html! {
            @if let Some(sums) = self.sums {
                tfoot { tr {
                    td.no { "合计" }
                    @for (c, sum) in self.columns.iter().zip(sums) {
                        @if c.summed { td.num data-k=(c.label) data-sum=(c.id) { (sum) } } @else { td {} }
                    }
                    @if let Some(last) = last { (last) }
                } }
            }
        }
    }

    /// The table to be filled in.
    #[must_use]
    pub fn fill(&self, posts: &Posts<'_>) -> Markup {
        let shown = self
            .rows
            .len()
            .max(if self.rows.is_empty() { BLANK } else { 1 });
        let id = field_id(posts.name);
        let wrong = posts.errors.of(posts.name);
        html! {
            div.rows id=(id) tabindex="-1" role="group" aria-label=(self.label) data-rows=(posts.name) {
                input type="hidden" name=(posts.count) value=(shown);
                div.scroll {
                    table.ledger.cards.fill-in {
                        caption.vh { (self.label) }
                        thead { tr {
                            (self.number_head())
                            @for c in self.columns {
                                th.num[c.entry.is_figure()] scope="col" { (c.label) @if c.need { i.need { "必填" } } }
                            }
                            th scope="col" { span.vh { "删去" } }
                        } }
                        tbody { @for n in 0..shown { (self.row(posts, n)) } }
                        (self.foot(Some(&html! { td {} })))
                    }
                }
                p.acts {
                    button.btn.small type="submit" name=(posts.button.0) value={ "add." (posts.button.1) } data-add { "加一行" }
                    span.hint data-js hidden { "按回车到下一行；从 Excel 里复制几行，点一格再粘贴，就一起填进来" }
                }
                @if let Some(hint) = posts.hint { p.hint { (hint) } }
                @if let Some(wrong) = wrong { p.wrong id={ "w-" (posts.name) } { (wrong) } }
            }
        }
    }

    fn row(&self, posts: &Posts<'_>, n: usize) -> Markup {
        let row = self.rows.get(n).map(Vec::as_slice).unwrap_or_default();
        let value = |i: usize| row.get(i).map_or("", String::as_str);
        html! {
            tr {
                td.no { (n + 1) }
                @for (i, c) in self.columns.iter().enumerate() {
                    @let fresh = posts.added == Some(n) && i == 0;
                    td.num[c.entry.is_figure()] data-k=(c.label) { (self.cell(posts, c, (n, value(i), fresh))) }
                }
                td.take { button.btn.word.small type="submit" name=(posts.button.0)
                    value={ "take." (posts.button.1) "." (n) } data-take-row aria-label=(format!("删去第 {} 行", n + 1)) { "删去" } }
            }
        }
    }

    fn cell(
        &self,
        posts: &Posts<'_>,
        c: &Column,
        (n, value, fresh): (usize, &str, bool),
    ) -> Markup {
        let name = format!("{}.{n}.{}", posts.name, c.id);
        let said = format!("{}第 {} 行 {}", self.label, n + 1, c.label);
        let wrong = posts.errors.of(&name);
        let invalid = wrong.map(|_| "true");
        let described = wrong.map(|_| format!("w-{name}"));
        let mode = c.entry.is_figure().then_some("decimal");
        html! {
            @if let Entry::OneOf(all) = &c.entry {
                select id=(field_id(&name)) name=(name) aria-label=(said) aria-invalid=[invalid]
                    aria-describedby=[&described] autofocus[fresh] {
                    option value="" {}
                    @for o in all { option value=(o) selected[o == value] { (o) } }
                    @if !value.is_empty() && !all.iter().any(|o| o == value) { option value=(value) selected { (value) } }
                }
            } @else {
                input id=(field_id(&name)) name=(name) type="text" value=(value) inputmode=[mode] autocomplete="off"
                    aria-label=(said) aria-invalid=[invalid] aria-describedby=[&described]
                    autofocus[fresh] data-entry=(c.entry.word());
            }
            @if let Some(wrong) = wrong { p.wrong id={ "w-" (name) } { (wrong) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::scan::{HOSTILE, check};

    fn columns(label: &str) -> Vec<Column> {
        let column = |id: &str, entry| Column {
            id: id.to_owned(),
            label: label.to_owned(),
            entry,
            need: true,
            summed: true,
        };
        vec![
            column("a", Entry::Words),
            column("b", Entry::Yuan),
            column("c", Entry::OneOf(vec![label.to_owned()])),
        ]
    }

    fn posts(errors: &FieldErrors) -> Posts<'_> {
        Posts {
            name: "f.t",
            count: "rows.t",
            button: ("row", "t"),
            added: None,
            hint: Some(HOSTILE),
            errors,
        }
    }

    #[test]
    fn hostile_text_stays_text_and_errors_lead_to_their_cell() {
        let columns = columns(HOSTILE);
        let rows = vec![vec![HOSTILE.to_owned(); 3]; 2];
        let sums = vec![HOSTILE.to_owned(); 3];
        let table = Rows {
            label: HOSTILE,
            columns: &columns,
            rows: &rows,
            sums: Some(&sums),
        };
        let mut wrong = FieldErrors::default();
        wrong.add("f.t.1.b", HOSTILE);
        wrong.add("f.t", HOSTILE);
        check(&table.show());
        let tags = check(&table.fill(&posts(&wrong)));
        let bad = tags.iter().find(|t| t.attr("aria-invalid").is_some());
        assert_eq!(bad.and_then(|t| t.attr("name")), Some("f.t.1.b"));
        assert_eq!(bad.and_then(|t| t.attr("id")), Some("f-f.t.1.b"));
        assert_eq!(
            bad.and_then(|t| t.attr("aria-describedby")),
            Some("w-f.t.1.b")
        );
    }

    #[test]
    fn an_empty_table_has_rows_to_begin_with() {
        let columns = columns("栏");
        let table = Rows {
            label: "明细",
            columns: &columns,
            rows: &[],
            sums: None,
        };
        let none = FieldErrors::default();
        let html = table.fill(&posts(&none)).into_string();
        assert!(html.contains(r#"name="rows.t" value="3""#), "{html}");
        assert_eq!(html.matches("data-take-row").count(), 3);
        assert!(table.show().into_string().contains("没有填"));
    }
}
