//! Pages as positioned pieces, in millimetres from the paper's upper left corner: what the screen, PDF and OFD draw.
//! Not here: why a piece stands where it does. Invariant: a piece draws itself without knowing any other.

use super::document::Form;
use super::font::Face;
use std::sync::Arc;

/// A4, in millimetres.
pub const PAPER: (f64, f64) = (210.0, 297.0);

/// A document on its pages.
#[derive(Debug, Clone, PartialEq)]
pub struct Pages {
    pub form: Form,
    pub pages: Vec<Page>,
    /// Where each element came to stand, for marks of the check and for tests; a long one once a page.
    pub places: Vec<Place>,
}

/// One page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    pub pieces: Vec<Piece>,
}

/// Something drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    Text(Text),
    Rule(Rule),
    Picture(Picture),
    Shape(Shape),
}

impl Piece {
    /// Whether it stands on the office's red-headed paper already.
    #[must_use]
    pub const fn is_preprinted(&self) -> bool {
        match self {
            Self::Text(text) => text.preprinted,
            Self::Rule(rule) => rule.preprinted,
            Self::Picture(_) | Self::Shape(_) => false,
        }
    }
}

/// Characters on one line in one face.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// Left end of the baseline, mm.
    pub at: (f64, f64),
    pub face: Face,
    /// Height of the em, pt.
    pub size: f64,
    /// Width of a glyph by its natural one: the mark is drawn to a measure.
    pub stretch: f64,
    pub ink: Ink,
    /// What is read and copied.
    pub text: String,
    /// From each character's left to the next one's, mm; as many as `text` has characters.
    pub advances: Vec<f64>,
    /// Printed on the office's red-headed paper already: left out when printing onto it (套打).
    pub preprinted: bool,
}

/// A straight line.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    pub from: (f64, f64),
    pub to: (f64, f64),
    /// mm
    pub width: f64,
    pub ink: Ink,
    pub preprinted: bool,
}

/// A picture: a seal's image, a photograph.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Upper left corner, mm.
    pub at: (f64, f64),
    /// mm
    pub size: (f64, f64),
    /// A PNG or JPEG file; white of a seal's image is clear already.
    pub bytes: Arc<[u8]>,
}

/// A filled outline: a drawn seal, handwriting.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    pub path: Vec<Step>,
    pub ink: Ink,
}

/// A step of an outline, mm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    Move(f64, f64),
    Line(f64, f64),
    Curve((f64, f64), (f64, f64), (f64, f64)),
    Close,
}

/// Colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    Black,
    /// 红色: marks, rules of the head, seals.
    Red,
    /// A department's pen colour, red, green and blue.
    Pen(u8, u8, u8),
}

impl Ink {
    /// Red, green and blue, 0 to 255 (sRGB).
    #[must_use]
    pub const fn rgb(self) -> (u8, u8, u8) {
        match self {
            Self::Black => (0, 0, 0),
            Self::Red => (255, 0, 0),
            Self::Pen(r, g, b) => (r, g, b),
        }
    }
}

/// Where an element stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    pub element: Element,
    /// From 0.
    pub page: usize,
    /// Left, top, width, height, mm.
    pub at: (f64, f64, f64, f64),
}

/// What stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Element {
    Copy,
    Internal,
    Urgency,
    Mark,
    Number,
    Signer,
    Title,
    Addressee,
    /// A block of the text, from 0.
    Body(usize),
    Enclosures,
    Signature,
    Date,
    /// Where the seal goes: its square.
    Seal,
    Note,
    /// An annex, from 0.
    Annex(usize),
    CopyTo,
    Printer,
    PageNumber,
}
