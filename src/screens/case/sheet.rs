//! The paper sheet of a case: every cell as the layout says, read or filled in, from one definition.
//! Not here: who may write where. The page says which step's fields are open; the engine checks again.

use super::fill::Beside;
use super::names;
use crate::engine::by_hand;
use crate::engine::case::Values;
use crate::engine::definition::{
    Cell as Place, Content, Field, Is, Kind, Layout, Procedure, Step, is_empty, text_of,
};
use crate::engine::facts::People;
use crate::engine::offer::OpinionOffer;
use crate::engine::people::InOrgan;
use crate::engine::printed;
use crate::kit::{DeptId, FieldErrors, Principal, name_keys};
use crate::ui::form::{self, Choice};
use crate::ui::hand::{self, Ink};
use crate::ui::note::{Rank, mark};
use crate::ui::paper::{Cell, Opinion, Reader, Shot, not_yet, opinions, readers, writing_box};
use crate::ui::{Markup, html};
use serde_json::Value;

/// What somebody wrote, ready to print.
pub struct Said {
    pub into: String,
    pub words: String,
    pub who: String,
    pub when: String,
    pub notes: Vec<String>,
    pub photo: Option<Shot>,
    /// Written by hand beside the words, or instead of them.
    pub hand: Option<Ink>,
    /// Of whoever signed beside.
    pub ink: Option<&'static str>,
}

impl Said {
    /// As the sheet draws it.
    pub fn opinion(&self) -> Opinion<'_> {
        Opinion {
            words: &self.words,
            who: &self.who,
            when: &self.when,
            notes: &self.notes,
            photo: self.photo.as_ref(),
            hand: self.hand.as_ref(),
            ink: self.ink,
        }
    }
}

/// Everything the cells are drawn from.
pub struct Paper<'a> {
    pub procedure: &'a Procedure,
    /// What the case holds, or what was typed where it came back.
    pub values: &'a Values,
    /// The step whose fields may be filled in.
    pub open: Option<&'a Step>,
    pub said: &'a [Said],
    /// The opinion to be written, with what was typed and, where a hand may write, what it wrote.
    pub writing: Option<(&'a OpinionOffer, &'a str, Option<&'a str>)>,
    /// The writer's own usual phrases, after the step's.
    pub phrases: &'a [String],
    /// Name and how far.
    pub readers: &'a [(String, String)],
    /// The files of a field, as links.
    pub files: &'a dyn Fn(&str) -> Markup,
    /// Fields this person does not see.
    pub hidden: &'a dyn Fn(&Field) -> bool,
    /// Senders written before.
    pub senders: &'a [String],
    /// Fields that were mended since they were registered.
    pub mended: &'a dyn Fn(&Field) -> bool,
    pub people: &'a InOrgan<'a>,
    pub errors: &'a FieldErrors,
    pub beside: Beside<'a>,
}

impl Paper<'_> {
    /// All cells of a layout.
    pub fn cells(&self, layout: &Layout) -> Markup {
        html! {
            @for place in layout.cells() { (self.cell(place)) }
        }
    }

    fn cell(&self, place: &Place) -> Markup {
        match &place.content {
            Content::Readers => shape("传阅", place).show(&self.reading()),
            Content::Field(id) => match self.procedure.field(id) {
                Some(field) => self.field(field, shape(&field.label, place)),
                None => html! {},
            },
        }
    }

    fn reading(&self) -> Markup {
        if self.readers.is_empty() {
            return not_yet("没有传阅");
        }
        let all = self.readers.iter();
        let all: Vec<Reader<'_>> = all.map(|(who, how)| Reader { who, how }).collect();
        readers(&all)
    }

    fn field(&self, field: &Field, cell: Cell<'_>) -> Markup {
        if (self.hidden)(field) {
            return cell.text("");
        }
        if self.is_left_out(field) {
            return html! {};
        }
        let open = self.open.is_some_and(|s| field.writable_at(&s.id));
        match (&field.kind, open) {
            (Kind::OpinionBox, _) => self.opinion_box(field, cell),
            (Kind::Files, _) => cell.show(&self.file_cell(field, open)),
            (Kind::Computed(_), _) => cell.show(&self.computed(field)),
            (Kind::Table { columns }, false) => cell.over().show(&self.table_shown(field, columns)),
            (Kind::SeriesNumber, _) | (_, false) => {
                let printed = printed::value(field, self.values);
                if printed.is_empty() && field.kind == Kind::SeriesNumber {
                    cell.show(&not_yet(field.help.as_deref().unwrap_or("送出时自动取号")))
                } else if (self.mended)(field) {
                    cell.show(&html! { (self.read_only(field)) " " (mark(Rank::Calm, "更正")) })
                } else if field.id == self.procedure.title {
                    cell.title(&printed)
                } else {
                    cell.show(&self.read_only(field))
                }
            }
            (_, true) => match self.wide_control(field) {
                Some(control) => self.need_of(field, cell).show(&control),
                None => cell.field(&self.control(field)),
            },
        }
    }

    /// A box over more than one control, marked where it has to be filled in.
    fn need_of<'c>(&self, field: &Field, cell: Cell<'c>) -> Cell<'c> {
        let must = self.open.is_some_and(|s| field.must_at(&s.id));
        let cell = if must { cell.need() } else { cell };
        match field.kind {
            Kind::Table { .. } => cell.over(),
            _ => cell,
        }
    }

    /// A box nobody needs to see empty; the reason for a second registration is asked beside the notice.
    fn is_left_out(&self, field: &Field) -> bool {
        let open = self.open.is_some_and(|s| field.writable_at(&s.id));
        let asked = self
            .procedure
            .same
            .as_ref()
            .is_some_and(|s| s.why == field.id);
        let empty = self.values.get(&field.id).is_none_or(is_empty);
        field.quiet && if open { asked } else { empty }
    }

    fn opinion_box(&self, field: &Field, cell: Cell<'_>) -> Markup {
        let writing = self.writing.filter(|(offer, ..)| offer.into == field.id);
        let all = self.said.iter().filter(|s| s.into == field.id);
        // what stands in the writing box to be mended is not shown a second time above it
        let revised = all.clone().next_back().filter(|last| {
            writing.is_some_and(|(offer, ..)| !offer.text.is_empty() && offer.text == last.words)
        });
        let said: Vec<Opinion<'_>> = all
            .filter(|s| !revised.is_some_and(|r| std::ptr::eq(r, *s)))
            .map(Said::opinion)
            .collect();
        let Some((offer, typed, hand)) = writing else {
            return cell.show(&opinions(&said));
        };
        let words = if typed.is_empty() {
            offer.text.as_str()
        } else {
            typed
        };
        let field = form::lined(names::OPINION, &field.label)
            .value(words)
            .hint(match revised {
                Some(r) => format!("{} {} 写的，可以直接改；不改就是照原话", r.who, r.when),
                None => "写在这里的话会原样印在处理单上".to_owned(),
            })
            .check(self.errors);
        cell.mine().show(&html! {
            (opinions(&said))
            (writing_box(&field, &self.phrases_of(offer), Some("/me")))
            @if let Some(strokes) = hand { (hand::writing_box(names::HAND, by_hand::BOX, strokes)) }
        })
    }

    fn phrases_of(&self, offer: &OpinionOffer) -> Vec<String> {
        let mut all = offer.phrases.clone();
        all.extend(
            self.phrases
                .iter()
                .filter(|p| !offer.phrases.contains(p))
                .cloned(),
        );
        all
    }

    fn file_cell(&self, field: &Field, open: bool) -> Markup {
        let mut add = form::many_files(&names::field(&field.id), &field.label).check(self.errors);
        if let Some(help) = &field.help {
            add = add.hint(help);
        }
        html! {
            ((self.files)(&field.id))
            @if open {
                label.vh for=(add.id()) { (field.label) }
                (add.control(None))
            }
        }
    }

    /// The control of a field that may be filled in.
    fn control(&self, field: &Field) -> form::Field {
        let mut control = self.bare_control(field);
        if let Some(help) = &field.help {
            control = control.hint(help);
        }
        if self.open.is_some_and(|s| field.must_at(&s.id)) {
            control = control.need();
        }
        for c in field.must_when.iter().filter(|c| c.is == Is::Equal) {
            if let Some(value) = c.value.as_ref().and_then(|v| v.as_str()) {
                control = control
                    .opened_by(names::field(&c.field), value)
                    .need_said(&format!("{value}必填"));
            }
        }
        if field.kind == Kind::OutsideOrgan {
            let letters = |s: &String| (s.clone(), name_keys(s).initials);
            control = control.suggest(self.senders.iter().map(letters).collect());
        }
        control.check(self.errors)
    }

    pub fn bare_control(&self, field: &Field) -> form::Field {
        let name = names::field(&field.id);
        let label = field.label.as_str();
        let typed = self.values.get(&field.id);
        let one = typed.map(text_of).unwrap_or_default();
        let several: Vec<String> = match typed {
            Some(Value::Array(all)) => all.iter().map(text_of).collect(),
            _ => Vec::new(),
        };
        match &field.kind {
            Kind::LongText { .. } => form::area(&name, label, 3).value(one),
            Kind::Document { .. } => form::area(&name, label, 18)
                .value(one)
                .hint(WRITES_SO)
                .watched("document"),
            Kind::Number { .. } => form::number(&name, label).value(one),
            Kind::Money => {
                let now = match typed {
                    Some(Value::String(typed)) => typed.clone(),
                    _ => printed::whole(field, self.values),
                };
                let capitals = printed::capitals(self.procedure, field, self.values);
                let hint = capitals.unwrap_or_else(|| "单位元，例如 1280.50".to_owned());
                form::number(&name, label)
                    .value(now)
                    .hint(hint)
                    .watched("money")
            }
            Kind::Time => form::text(&name, label).value(one).few().hint("例如 14:30"),
            Kind::IdNumber => form::text(&name, label)
                .value(one)
                .line()
                .hint("18 位身份证号码，最后一位可能是 X"),
            Kind::Resource { of } => self.resource(of, form::text(&name, label).value(&one), &one),
            Kind::Letterhead => self.letterhead(form::text(&name, label).value(&one), &one),
            Kind::Date => form::date(&name, label).value(one),
            Kind::Phone => form::tel(&name, label).value(one),
            Kind::Choice { options } if options.len() <= 3 => {
                form::radios(&name, label, plain(options)).value(one)
            }
            Kind::Choice { options } => {
                // the first of a list is nobody's choice
                let blank = one.is_empty().then(|| Choice::new("", "请选择"));
                let all = blank.into_iter().chain(plain(options)).collect();
                form::select(&name, label, all).value(one)
            }
            Kind::Choices { options } => form::checks(&name, label, plain(options)).values(several),
            Kind::Person => {
                let mut all = vec![Choice::new("", "请选择")];
                all.extend(self.staff());
                form::select(&name, label, all).value(one)
            }
            Kind::People => form::checks(&name, label, self.staff()).values(several),
            Kind::Department => {
                let mut all = vec![Choice::new("", "请选择")];
                all.extend(self.departments());
                form::select(&name, label, all).value(one)
            }
            Kind::Departments => {
                form::checks(&name, label, self.departments_short()).values(several)
            }
            _ => form::text(&name, label).value(one),
        }
    }

    /// One of the organ's letterheads; what stands there and was switched off since can be kept.
    fn letterhead(&self, plain: form::Field, now: &str) -> form::Field {
        let mut all = self.beside.letterheads.map(|f| f()).unwrap_or_default();
        if all.is_empty() && now.is_empty() {
            return plain.hint("还没有发文字头，请收发文员先在“发文字头”里加上");
        }
        if !now.is_empty() && !all.iter().any(|c| c.value == now) {
            all.insert(0, Choice::new(now, now));
        }
        all.insert(0, Choice::new("", "请选择"));
        plain.chosen_from(all)
    }

    /// One of the office's list; what stands there and is not in the list any more can be kept.
    fn resource(&self, of: &str, plain: form::Field, now: &str) -> form::Field {
        let mut all = self.beside.resources.map(|f| f(of)).unwrap_or_default();
        if all.is_empty() {
            return plain.line().hint(format!("写用哪一个{of}"));
        }
        if !now.is_empty() && !all.iter().any(|c| c.value == now) {
            all.insert(0, Choice::new(now, now));
        }
        all.insert(0, Choice::new("", "请选择"));
        plain.chosen_from(all)
    }

    fn departments(&self) -> Vec<Choice> {
        let all = self.people.departments().into_iter();
        all.map(|d| Choice::new(d.to_string(), self.people.dept_name(d)))
            .collect()
    }

    /// By their short names: an office has twenty, and all of them are to be seen at once.
    fn departments_short(&self) -> Vec<Choice> {
        let short = |d: DeptId| match self.people.directory.dept_short(d) {
            "" => self.people.dept_name(d),
            short => short.to_owned(),
        };
        let all = self.people.departments().into_iter();
        all.map(|d| Choice::new(d.to_string(), short(d))).collect()
    }

    fn staff(&self) -> Vec<Choice> {
        let all = self.people.everybody().into_iter();
        all.filter_map(|p| match p {
            Principal::Person(id) => Some(Choice::new(id.to_string(), self.people.name(p))),
            _ => None,
        })
        .collect()
    }

    /// Marks the groups of ticks that stand on the page, so that none ticked is told from not shown.
    pub fn groups(&self, layout: &Layout) -> Markup {
        let ticks = |f: &Field| {
            let open = self.open.is_some_and(|s| f.writable_at(&s.id));
            open && matches!(
                f.kind,
                Kind::Choices { .. } | Kind::People | Kind::Departments
            )
        };
        html! {
            @for place in layout.cells() {
                @if let Content::Field(id) = &place.content {
                    @if self.procedure.field(id).is_some_and(ticks) {
                        (form::hidden(&names::group(id), "1"))
                    }
                }
            }
        }
    }
}

/// How an official text is typed.
const WRITES_SO: &str = "一段一行，行首不用空格；一、（一）1.（1）写在行首就是标题。最多 6 万字";

fn shape<'a>(label: &'a str, place: &Place) -> Cell<'a> {
    let cell = Cell::new(label).span(place.span);
    if place.tall { cell.tall() } else { cell }
}

fn plain(all: &[String]) -> Vec<Choice> {
    all.iter()
        .map(|o| Choice::new(o.as_str(), o.as_str()))
        .collect()
}
