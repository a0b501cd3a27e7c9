//! Ledger tables: the register as an account book, with what stands around it (saved views, filters,
//! pager). On a phone each row becomes a card; a column says itself how it behaves there.

use super::form::Field;
use super::{Link, Markup, html};

/// What becomes of a column on a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phone {
    /// The card's title.
    Title,
    /// Runs along in the line under it.
    #[default]
    Inline,
    /// A line of its own.
    Whole,
    /// Label in front of the value.
    Labelled,
    /// Left out.
    Dropped,
}

/// One column.
#[derive(Debug, Clone, Default)]
pub struct Column {
    label: String,
    phone: Phone,
    num: bool,
    short: bool,
    spine: bool,
    void: bool,
    sort: Option<(String, Option<Order>)>,
}

/// How the table is sorted by a column now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Small first.
    Up,
    /// Large first.
    Down,
}

/// Whether a column has nothing to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Void {
    /// Some row has something.
    No,
    /// No row has.
    Yes,
}

impl Column {
    /// A column called so.
    pub fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            ..Self::default()
        }
    }

    /// Figures, to the right.
    #[must_use]
    pub fn num(mut self) -> Self {
        self.num = true;
        self
    }

    /// Never broken over two lines: dates, numbers of documents.
    #[must_use]
    pub fn short(mut self) -> Self {
        self.short = true;
        self
    }

    /// Has the account book's double line at its left.
    #[must_use]
    pub fn spine(mut self) -> Self {
        self.spine = true;
        self
    }

    /// Empty in every row shown: printed as on paper, left out on screen, where width is dear.
    #[must_use]
    pub fn void(mut self, yes: Void) -> Self {
        self.void = yes == Void::Yes;
        self
    }

    /// How it behaves on a phone.
    #[must_use]
    pub fn phone(mut self, phone: Phone) -> Self {
        self.phone = phone;
        self
    }

    /// Its heading sorts the table; `now` if it is sorted by it.
    #[must_use]
    pub fn sort(mut self, href: impl Into<String>, now: Option<Order>) -> Self {
        self.sort = Some((href.into(), now));
        self
    }

    fn class(&self, in_body: bool) -> Option<String> {
        let phone = match self.phone {
            Phone::Title => "big",
            Phone::Inline => "inl",
            Phone::Whole | Phone::Labelled => "",
            Phone::Dropped => "none",
        };
        let words: Vec<&str> = [
            (self.num, "num"),
            (self.short && in_body, "nb"),
            (self.spine, "spine-line"),
            (self.void, "void"),
            (in_body && !phone.is_empty(), phone),
        ]
        .into_iter()
        .filter_map(|(on, word)| on.then_some(word))
        .collect();
        (!words.is_empty()).then(|| words.join(" "))
    }

    fn key(&self) -> Option<&str> {
        (self.phone == Phone::Labelled).then_some(self.label.as_str())
    }
}

/// One row, as many cells as there are columns.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// The cells.
    pub cells: Vec<Markup>,
    /// Checkbox in front: posted value, and what it selects (选中收文 187 号).
    pub pick: Option<(String, String)>,
}

impl Row {
    /// A row without a checkbox.
    #[must_use]
    pub fn new(cells: Vec<Markup>) -> Self {
        Self { cells, pick: None }
    }
}

/// Name under which ticked rows are sent.
pub const PICK: &str = "case";

/// The table; `caption` is read aloud. Show `list::empty` instead where there are no rows.
/// `total` is the last line, one text over the whole width; empty leaves it out.
#[must_use]
pub fn ledger(caption: &str, columns: &[Column], rows: &[Row], total: &str) -> Markup {
    let picks = rows.iter().any(|r| r.pick.is_some());
    let width = columns.len() + usize::from(picks);
    html! {
        div.scroll {
            table.ledger.cards {
                caption.vh { (caption) }
                thead { tr {
                    @if picks { th scope="col" { input type="checkbox" data-all=(PICK) data-js hidden aria-label="全选本页"; } }
                    @for c in columns { (column_head(c)) }
                } }
                tbody { @for row in rows { (body_row(columns, row, picks)) } }
                @if !total.is_empty() { tfoot { tr { td colspan=(width) { (total) } } } }
            }
        }
    }
}

fn column_head(c: &Column) -> Markup {
    let sorted = match c.sort {
        Some((_, Some(Order::Up))) => Some("ascending"),
        Some((_, Some(Order::Down))) => Some("descending"),
        _ => None,
    };
    html! {
        th scope="col" class=[c.class(false)] aria-sort=[sorted] {
            @match &c.sort {
                Some((href, now)) => {
                    a href=(href) {
                        (c.label)
                        @match now { Some(Order::Up) => " ↑", Some(Order::Down) => " ↓", None => "" }
                    }
                }
                None => { (c.label) }
            }
        }
    }
}

fn body_row(columns: &[Column], row: &Row, picks: bool) -> Markup {
    html! {
        tr {
            @if picks {
                td.fold-sm {
                    @if let Some((value, said)) = &row.pick {
                        input type="checkbox" name=(PICK) value=(value) aria-label=(said);
                    }
                }
            }
            @for (c, cell) in columns.iter().zip(&row.cells) {
                td class=[c.class(true)] data-k=[c.key()] { (cell) }
            }
        }
    }
}

/// A usual way of looking.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// 没办完.
    pub label: &'a str,
    /// Where it leads.
    pub href: &'a str,
    /// How many; none where counting is too dear.
    pub count: Option<u64>,
    /// Shown now.
    pub current: bool,
}

/// Usual ways of looking, above the filters; `save` leads to remembering the present one.
#[must_use]
pub fn views(all: &[View], save: Option<&str>) -> Markup {
    html! {
        nav.views aria-label="常用查法" {
            @for v in all {
                @let count = html! { @if let Some(n) = v.count { i { (n) } } };
                @if v.current { b aria-current="page" { (v.label) (count) } }
                @else { a href=(v.href) { (v.label) (count) } }
            }
            @if let Some(href) = save { a href=(href) { "记下现在的查法" } }
        }
    }
}

/// One filter: a field, or two under one label (from, to).
#[expect(clippy::large_enum_variant, reason = "a page has a handful of them")]
#[derive(Debug, Clone)]
pub enum Filter {
    /// One field.
    One(Field),
    /// From and to; the first field's label stands above both.
    Span(Field, Field),
}

/// Filters that stay folded away until they are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Folded<'a> {
    /// 更多条件.
    pub label: &'a str,
    /// The filters.
    pub all: &'a [Filter],
    /// Unfolded at first: one of them is in use.
    pub open: bool,
}

/// The filter form: at most six, the first (the search box) stays on a phone. `kept` are values of
/// the present view that must survive a new search.
#[must_use]
pub fn filters(action: &str, all: &[Filter], kept: &[(&str, &str)]) -> Markup {
    let none = Folded {
        label: "",
        all: &[],
        open: false,
    };
    filters_folded(action, all, &none, kept)
}

/// The same, with further ones folded away; on a phone they are reached by unfolding.
#[must_use]
pub fn filters_folded(
    action: &str,
    all: &[Filter],
    more: &Folded<'_>,
    kept: &[(&str, &str)],
) -> Markup {
    html! {
        form class={ "filters f" (all.len()) } method="get" action=(action) role="search" {
            @for (name, value) in kept { (super::form::hidden(name, value)) }
            @for (i, f) in all.iter().enumerate() {
                div.fold-sm[i > 0] { (filter(f)) }
            }
            p.acts { button.btn type="submit" { "查询" } }
            @if !more.all.is_empty() {
                details.more open[more.open] {
                    summary { (more.label) }
                    div.many { @for f in more.all { div { (filter(f)) } } }
                }
            }
        }
    }
}

fn filter(f: &Filter) -> Markup {
    html! {
        @match f {
            Filter::One(field) => {
                label for=(field.id()) { (field.label_text()) }
                (field.control(None))
            }
            Filter::Span(from, to) => {
                label for=(from.id()) { (from.label_text()) }
                div.span2 {
                    (from.control(None))
                    label for=(to.id()) { "至" span.vh { (to.label_text()) } }
                    (to.control(None))
                }
            }
        }
    }
}

/// One step of the pager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leaf {
    /// Leads there.
    To(Link),
    /// Here.
    Here(String),
    /// Left out: ….
    Gap,
}

/// The line under a table: how many, how many a page, and the pages.
#[derive(Debug, Clone, Default)]
pub struct Pager {
    /// 第 1 至 20 件，共 187 件.
    pub said: String,
    /// 每页 20, 50, 100; the one shown is `Leaf::Here`.
    pub sizes: Vec<Leaf>,
    /// 上一页.
    pub back: Option<String>,
    /// The page numbers; may be empty where only 上一页 and 下一页 are known.
    pub pages: Vec<Leaf>,
    /// 下一页.
    pub next: Option<String>,
}

/// Page numbers around the current one with first and last: 1 … 4 5 6 … 10.
pub fn page_leaves(current: u64, last: u64, href: impl Fn(u64) -> String) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    let mut before = 0;
    for n in 1..=last.max(1) {
        if n != 1 && n != last && n.abs_diff(current) > 2 {
            continue;
        }
        if n > before + 1 {
            leaves.push(Leaf::Gap);
        }
        leaves.push(if n == current {
            Leaf::Here(n.to_string())
        } else {
            Leaf::To(Link::new(n.to_string(), href(n)))
        });
        before = n;
    }
    leaves
}

/// The pager.
#[must_use]
pub fn pager(p: &Pager) -> Markup {
    html! {
        nav.pager aria-label="翻页" {
            p { (p.said) @if !p.sizes.is_empty() { "　每页 " (leaves(&p.sizes)) } }
            p {
                @if let Some(href) = &p.back { a href=(href) rel="prev" { "上一页" } }
                (leaves(&p.pages))
                @if let Some(href) = &p.next { a href=(href) rel="next" { "下一页" } }
            }
        }
    }
}

fn leaves(all: &[Leaf]) -> Markup {
    html! {
        @for leaf in all {
            @match leaf {
                Leaf::To(link) => (link),
                Leaf::Here(word) => { b aria-current="true" { (word) } }
                Leaf::Gap => { span { "…" } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::form;
    use crate::ui::scan::{HOSTILE, check};

    #[test]
    fn hostile_text_stays_text() {
        let columns = [
            Column::new(HOSTILE)
                .num()
                .spine()
                .sort(HOSTILE, Some(Order::Down)),
            Column::new(HOSTILE).short().phone(Phone::Labelled),
        ];
        let row = Row {
            cells: vec![html! { (HOSTILE) }, html! { (HOSTILE) }],
            pick: Some((HOSTILE.into(), HOSTILE.into())),
        };
        check(&ledger(HOSTILE, &columns, &[row], HOSTILE));
        check(&views(
            &[View {
                label: HOSTILE,
                href: HOSTILE,
                count: Some(1),
                current: false,
            }],
            Some(HOSTILE),
        ));
        check(&filters(
            HOSTILE,
            &[
                Filter::One(form::text("q", HOSTILE).value(HOSTILE)),
                Filter::Span(form::date("from", HOSTILE), form::date("to", HOSTILE)),
            ],
            &[(HOSTILE, HOSTILE)],
        ));
        check(&pager(&Pager {
            said: HOSTILE.into(),
            sizes: vec![Leaf::Here(HOSTILE.into())],
            back: Some(HOSTILE.into()),
            pages: vec![Leaf::To(Link::new(HOSTILE, HOSTILE)), Leaf::Gap],
            next: Some(HOSTILE.into()),
        }));
    }

    #[test]
    fn a_column_knows_its_place_on_a_phone() {
        let column = Column::new("期限").short().phone(Phone::Labelled);
        let html = ledger("簿", &[column], &[Row::new(vec![html! { "3-13" }])], "").into_string();
        assert!(
            html.contains(r#"<td class="nb" data-k="期限">3-13</td>"#),
            "{html}"
        );
        assert!(!html.contains("tfoot"));
    }

    #[test]
    fn long_registers_leave_out_the_middle() {
        let words = |current, last| -> String {
            page_leaves(current, last, |n| format!("?p={n}"))
                .into_iter()
                .map(|l| match l {
                    Leaf::To(link) => link.label,
                    Leaf::Here(n) => format!("[{n}]"),
                    Leaf::Gap => "…".into(),
                })
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(words(1, 1), "[1]");
        assert_eq!(words(1, 10), "[1] 2 3 … 10");
        assert_eq!(words(6, 10), "1 … 4 5 [6] 7 8 … 10");
        assert_eq!(words(1, 0), "[1]");
    }
}
