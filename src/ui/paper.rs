//! The paper grid: one component for reading, filling in and designing a sheet.
//! What was printed is black type, what a person wrote is Kai; the cell that is mine to write has the
//! thick border. Spans are twelfths of the row.

use super::form::Field;
use super::hand::Ink;
use super::{Markup, html};

/// Room for handwriting on the screen, mm.
const HAND_MM: (f64, f64) = (110.0, 30.0);

/// A sheet of paper with its name and the line under it.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    /// 收文处理单.
    pub title: &'a str,
    /// Left of the line under the title: 砚田镇党政综合办公室.
    pub left: &'a str,
    /// Right of it: 收文〔2026〕186号, or the date.
    pub right: &'a str,
}

impl Sheet<'_> {
    /// The sheet around its cells.
    #[must_use]
    pub fn show(&self, cells: &Markup) -> Markup {
        html! {
            section.sheet aria-label=(self.title) {
                h2 { (self.title) }
                p.sub { span { (self.left) } span { (self.right) } }
                div.paper { (cells) }
            }
        }
    }
}

/// Whose cell it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Hand {
    #[default]
    Others,
    Mine,
}

/// One box of the sheet: its label and how much of the row it takes.
#[derive(Debug, Clone, Copy)]
pub struct Cell<'a> {
    label: &'a str,
    span: u8,
    tall: bool,
    over: bool,
    need: bool,
    hand: Hand,
}

impl<'a> Cell<'a> {
    /// A box over the whole row.
    #[must_use]
    pub const fn new(label: &'a str) -> Self {
        Self {
            label,
            span: 12,
            tall: false,
            over: false,
            need: false,
            hand: Hand::Others,
        }
    }

    /// Takes so many twelfths of the row.
    #[must_use]
    pub const fn span(mut self, twelfths: u8) -> Self {
        self.span = twelfths;
        self
    }

    /// Stands upright: the label runs down the left side.
    #[must_use]
    pub const fn tall(mut self) -> Self {
        self.tall = true;
        self
    }

    /// The label lies over it: what is in it needs the whole width.
    #[must_use]
    pub const fn over(mut self) -> Self {
        self.over = true;
        self
    }

    /// Has to be filled in.
    #[must_use]
    pub const fn need(mut self) -> Self {
        self.need = true;
        self
    }

    /// Mine to write: the thick border.
    #[must_use]
    pub const fn mine(mut self) -> Self {
        self.hand = Hand::Mine;
        self
    }

    fn class(&self) -> String {
        let mut class = String::from("cell");
        if (1..12).contains(&self.span) {
            class.push_str(&format!(" s{}", self.span));
        }
        if self.over {
            class.push_str(" over");
        } else if self.tall {
            class.push_str(" tall");
        }
        if self.hand == Hand::Mine {
            class.push_str(" mine");
        }
        class
    }

    /// A name of up to four characters fills its width; of a longer one the last line stands in the middle.
    fn name(&self) -> Markup {
        let long = self.label.chars().count() > 4;
        html! { span.long[long] { (self.label) } }
    }

    /// The box with something to read in it.
    #[must_use]
    pub fn show(&self, value: &Markup) -> Markup {
        // on paper an empty box waits for a pen; a telephone leaves it out
        let blank = if value.0.is_empty() { " blank" } else { "" };
        html! {
            div class={ (self.class()) (blank) } {
                h3.k { (self.name()) @if self.need { i.need { "必填" } } }
                div.v { (value) }
            }
        }
    }

    /// The box with plain text in it.
    #[must_use]
    pub fn text(&self, value: &str) -> Markup {
        self.show(&html! { (value) })
    }

    /// The box with the document's title in it.
    #[must_use]
    pub fn title(&self, value: &str) -> Markup {
        self.show(&html! { p.title { (value) } })
    }

    /// The box to fill in; the cell's label is the field's label.
    #[must_use]
    pub fn field(&self, field: &Field) -> Markup {
        let heading = format!("k-{}", field.id());
        let need = html! { @if let Some(n) = field.need_words() { i.need { (n) } } };
        html! {
            div class=(self.class()) {
                @if field.is_group() {
                    h3.k id=(heading) { (self.name()) (need) }
                } @else {
                    label.k for=(field.id()) { (self.name()) (need) }
                }
                div.v { (field.control(Some(&heading))) }
            }
        }
    }
}

/// What somebody wrote, with the signature.
#[derive(Debug, Clone, Copy)]
pub struct Opinion<'a> {
    /// The words, as written; line breaks are kept.
    pub words: &'a str,
    /// The signature: 江若川, or 宋小笺代苏简.
    pub who: &'a str,
    /// 3月10日 08:52.
    pub when: &'a str,
    /// Where it was written on paper: by whom it was entered, what its writer says of the entry.
    pub notes: &'a [String],
    /// The photograph of that paper.
    pub photo: Option<&'a Shot>,
    /// What was written by hand.
    pub hand: Option<&'a Ink>,
    /// The ink of whoever signed beside (`ui::ink`); black where there is none.
    pub ink: Option<&'static str>,
}

/// A photograph beside the words: the small picture leads to the large one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shot {
    /// The large one.
    pub href: String,
    /// The small one.
    pub small: String,
}

impl Shot {
    /// The small picture as a link.
    #[must_use]
    pub fn show(&self) -> Markup {
        // a page of its own: what is being typed stays where it is
        html! {
            a.shot href=(self.href) target="_blank" rel="noopener" {
                img src=(self.small) alt="签批单照片，新开一页看大图";
            }
        }
    }
}

/// Opinions under each other, in Kai, each signed at the right.
#[must_use]
pub fn opinions(all: &[Opinion]) -> Markup {
    html! { @for o in all { (says(o)) } }
}

/// One opinion.
#[must_use]
pub fn says(o: &Opinion) -> Markup {
    html! {
        div class={ "says" @if let Some(ink) = o.ink { " " (ink) } } {
            div {
                @for line in o.words.lines() { p { (line) } }
                @if let Some(ink) = o.hand { (ink.show(HAND_MM)) }
                @for note in o.notes { p.aside { (note) } }
                @if let Some(shot) = o.photo { (shot.show()) }
            }
            div.sig { b { (o.who) } (o.when) }
        }
    }
}

/// The writing box on ruled lines, with usual phrases under it (there when the script is).
#[must_use]
pub fn writing_box(field: &Field, phrases: &[String], more: Option<&str>) -> Markup {
    html! {
        div.write {
            label.vh for=(field.id()) { (field.label_text()) }
            (field.control(None))
            p.phrases data-js hidden {
                @for p in phrases {
                    button type="button" data-say=(p) data-into=(field.id()) { (p) }
                }
                @if let Some(href) = more { a.btn.word.small href=(href) { "更多常用语" } }
            }
        }
    }
}

/// A cell whose content is still to come: whose turn it is and when.
#[must_use]
pub fn not_yet(words: &str) -> Markup {
    html! { p.quiet { (words) } }
}

/// Who has to read, and whether.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// Name.
    pub who: &'a str,
    /// 3月10日 08:52 for those who have read, 已打开，未阅 or 未打开 otherwise.
    pub how: &'a str,
}

/// The readers of a circulated document.
#[must_use]
pub fn readers(all: &[Reader]) -> Markup {
    html! {
        ul.readers { @for r in all { li { b { (r.who) } span.faint { (r.how) } } } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::FieldErrors;
    use crate::ui::form;
    use crate::ui::scan::{HOSTILE, check};

    #[test]
    fn hostile_text_stays_text() {
        let mut wrong = FieldErrors::default();
        wrong.add("op", HOSTILE);
        let cells = html! {
            (Cell::new(HOSTILE).span(6).text(HOSTILE))
            (Cell::new(HOSTILE).title(HOSTILE))
            (Cell::new(HOSTILE).tall().mine().field(&form::lined("op", HOSTILE).check(&wrong)))
            (writing_box(&form::lined("op2", HOSTILE), &[HOSTILE.into()], Some(HOSTILE)))
            (opinions(&[Opinion { words: HOSTILE, who: HOSTILE, when: HOSTILE, notes: &[HOSTILE.into()], photo: None, hand: None, ink: Some("ink1") }]))
            (readers(&[Reader { who: HOSTILE, how: HOSTILE }]))
            (not_yet(HOSTILE))
        };
        let sheet = Sheet {
            title: HOSTILE,
            left: HOSTILE,
            right: HOSTILE,
        };
        check(&sheet.show(&cells));
    }

    #[test]
    fn classes_follow_the_stylesheet() {
        assert_eq!(Cell::new("x").span(6).class(), "cell s6");
        assert_eq!(Cell::new("x").span(12).class(), "cell");
        assert_eq!(Cell::new("x").tall().mine().class(), "cell tall mine");
    }

    #[test]
    fn a_group_in_a_cell_is_named_by_its_heading() {
        let offers = vec![form::Choice::new("事假", "事假")];
        let tags =
            check(&Cell::new("类别").field(&form::radios("lb", "类别", offers).value("事假")));
        let group = tags.iter().find(|t| t.attr("role") == Some("radiogroup"));
        assert_eq!(
            group.and_then(|g| g.attr("aria-labelledby")),
            Some("k-f-lb")
        );
        assert!(tags.iter().any(|t| t.attr("checked").is_some()));
    }
}
