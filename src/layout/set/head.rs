//! The head of page one (版头 §7.2, §10): copy number, urgency, mark, number, signers and the red rule, each form in its way.
//! Not here: the title. Invariant: all stands at the standard's distances, whatever the page's lines.

use super::grid::{self, ADVANCE, LEFT, PITCH, RIGHT, TOP, WIDTH};
use super::mark::{self, Room};
use super::measure::Measure;
use super::row::{self, Style, span};
use crate::layout::document::{Document, Form};
use crate::layout::font::Face;
use crate::layout::page::{Element, Ink, PAPER, Piece, Rule};

/// What stands above the title.
#[derive(Debug, Default)]
pub struct Head {
    pub pieces: Vec<Piece>,
    pub places: Vec<(Element, (f64, f64, f64, f64))>,
    /// Top of the title's first line; for an order of the text's.
    pub below: f64,
}

/// 7/8 of a 3号 character's height §10.1
const SEVEN_EIGHTHS: f64 = grid::em(grid::BODY) * 7.0 / 8.0;

/// Thick rule, blank and thin rule of a letter's double rule.
const DOUBLE: (f64, f64, f64) = (1.0, 0.7, 0.35);

/// Height of a letter's mark, mm.
const LETTER_MARK: f64 = 16.0;

/// The head by the document's form.
#[must_use]
pub fn head(measure: &Measure<'_>, document: &Document) -> Head {
    let mut head = Head::default();
    match document.form {
        Form::Letter => head.letter(measure, document),
        Form::Order => head.order(measure, document),
        Form::Ordinary | Form::Upward | Form::Minutes => head.file(measure, document),
    }
    head
}

impl Head {
    fn add(&mut self, element: Element, pieces: Vec<Piece>, (top, height): (f64, f64)) {
        if pieces.is_empty() {
            return;
        }
        let (left, right) = span(&pieces);
        self.places
            .push((element, (left, top, right - left, height)));
        self.pieces.extend(pieces);
    }

    /// 3号 text whose em begins at `top`.
    fn text(
        &mut self,
        measure: &Measure<'_>,
        element: Element,
        (text, face): (&str, Face),
        (x, top): (f64, f64),
    ) {
        let em = grid::em(grid::BODY);
        let at = (x, top + grid::ABOVE * em);
        let pieces = row::run(measure, text, at, Style::of(face, grid::BODY));
        self.add(element, pieces, (top, em));
    }

    /// 份号, 内部, 紧急程度, one below the other from `top`; where the last ends.
    fn corner(&mut self, measure: &Measure<'_>, document: &Document, top: f64) -> f64 {
        let internal = document.internal.then(|| "内部".to_owned());
        let all = [
            (Element::Copy, Face::Fangsong, document.copy.clone()),
            (Element::Internal, Face::Heiti, internal),
            (Element::Urgency, Face::Heiti, document.urgency.clone()),
        ];
        let mut at = top;
        for (element, face, text) in all {
            if let Some(text) = text.filter(|t| !t.is_empty()) {
                self.text(measure, element, (&text, face), (LEFT, at));
                at += PITCH;
            }
        }
        if at > top {
            at - PITCH + grid::em(grid::BODY)
        } else {
            top
        }
    }

    fn mark(&mut self, measure: &Measure<'_>, document: &Document, room: Room) -> f64 {
        let (pieces, bottom) = mark::mark(measure, &document.marks, room);
        self.add(Element::Mark, pieces, (room.top, bottom - room.top));
        bottom
    }

    /// §7.2: mark 35 mm below the block's top, number two lines below, rule 4 mm below that, title two lines below.
    fn file(&mut self, measure: &Measure<'_>, document: &Document) {
        let em = grid::em(grid::BODY);
        let line = (PITCH - em) / 2.0;
        self.corner(measure, document, TOP + line);
        let room = Room {
            top: TOP + 35.0,
            fits: 6.0 * PITCH - 35.0 - 4.0 - em,
        };
        let bottom = self.mark(measure, document, room);
        let top = bottom + 2.0 * PITCH;
        let last = match document.form {
            Form::Upward => self.signers(measure, document, top),
            _ => top,
        };
        let number = document.number.as_str();
        let x = match document.form {
            Form::Upward => LEFT + ADVANCE,
            _ => centred(measure, number, Face::Fangsong, grid::BODY),
        };
        self.text(
            measure,
            Element::Number,
            (number, Face::Fangsong),
            (x, last),
        );
        let rule = last + em + 4.0;
        self.pieces.push(red((LEFT, RIGHT), rule, 0.5));
        self.below = rule + 2.0 * PITCH;
    }

    /// 签发人 §7.2.6: two names a line, the number stands on the last one's; where that line begins.
    fn signers(&mut self, measure: &Measure<'_>, document: &Document, top: f64) -> f64 {
        const LABEL: &str = "签发人：";
        let names: Vec<&str> = document.signers.iter().map(String::as_str).collect();
        if names.is_empty() {
            return top;
        }
        let em = grid::em(grid::BODY);
        let width = |t: &str, f| measure.width(t, f, grid::BODY);
        let column = names
            .iter()
            .map(|n| width(n, Face::Kaiti))
            .fold(0.0, f64::max);
        let columns = names.len().min(2);
        let block = column * grid::mm(columns) + ADVANCE * grid::mm(columns - 1);
        let first = RIGHT - ADVANCE - block;
        let label = first - width(LABEL, Face::Fangsong);
        let style = |face| Style::of(face, grid::BODY);
        let base = grid::ABOVE * em;
        let mut pieces = row::run(measure, LABEL, (label, top + base), style(Face::Fangsong));
        let mut at = top;
        for (n, line) in names.chunks(2).enumerate() {
            at = top + grid::mm(n) * PITCH;
            let mut x = first;
            for name in line {
                pieces.extend(row::run(measure, name, (x, at + base), style(Face::Kaiti)));
                x += column + ADVANCE;
            }
        }
        self.add(Element::Signer, pieces, (top, at + em - top));
        at
    }

    /// §10.2: mark 20 mm below the block's top, the order's number two lines below, the text two lines below that.
    fn order(&mut self, measure: &Measure<'_>, document: &Document) {
        let em = grid::em(grid::BODY);
        self.corner(measure, document, TOP + (PITCH - em) / 2.0);
        let room = Room {
            top: TOP + 20.0,
            fits: 4.0 * PITCH - 20.0 - em,
        };
        let bottom = self.mark(measure, document, room);
        let number = document.number.as_str();
        let x = centred(measure, number, Face::Fangsong, grid::BODY);
        let top = bottom + 2.0 * PITCH;
        self.text(measure, Element::Number, (number, Face::Fangsong), (x, top));
        self.below = top + em + 2.0 * PITCH;
    }

    /// §10.1: mark 30 mm below the paper's edge, double rule 4 mm below, number at the right under it.
    fn letter(&mut self, measure: &Measure<'_>, document: &Document) {
        let room = Room {
            top: 30.0,
            fits: LETTER_MARK,
        };
        let bottom = self.mark(measure, document, room);
        let (thick, blank, thin) = DOUBLE;
        let high = thick + blank + thin;
        let rule = bottom + 4.0;
        let across = ((PAPER.0 - 170.0) / 2.0, (PAPER.0 + 170.0) / 2.0);
        self.pieces.push(red(across, rule + thick / 2.0, thick));
        self.pieces
            .push(red(across, rule + high - thin / 2.0, thin));
        let foot = PAPER.1 - 20.0;
        self.pieces
            .push(red(across, foot - high + thin / 2.0, thin));
        self.pieces.push(red(across, foot - thick / 2.0, thick));
        let top = rule + high + SEVEN_EIGHTHS;
        let number = document.number.as_str();
        let x = RIGHT - measure.width(number, Face::Fangsong, grid::BODY);
        self.text(measure, Element::Number, (number, Face::Fangsong), (x, top));
        let corner = self.corner(measure, document, top);
        self.below = corner.max(top + grid::em(grid::BODY)) + 2.0 * PITCH;
    }
}

fn centred(measure: &Measure<'_>, text: &str, face: Face, points: f64) -> f64 {
    LEFT + (WIDTH - measure.width(text, face, points)) / 2.0
}

fn red((left, right): (f64, f64), y: f64, width: f64) -> Piece {
    Piece::Rule(Rule {
        from: (left, y),
        to: (right, y),
        width,
        ink: Ink::Red,
        preprinted: true,
    })
}
