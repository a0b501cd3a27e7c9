//! Others' documents of fixed layout (OFD, GB/T 33190) as pages in millimetres, drawn from what the file itself has.
//! Not here: our own pages (`layout::page`), HTML, who may look. A seal is drawn as the picture it is; nobody checked it.
//! Invariant: whatever the bytes are, the work ends within [`budget`]'s limits, and what could not be drawn is said.

mod budget;
mod font;
mod geometry;
mod objects;
mod ofd;
mod package;
mod path;
mod resource;
mod seal;
mod text;
mod tree;

pub use geometry::Matrix;
pub use ofd::{MOST_PAGES, ofd};

use super::font::Face;
use super::page::Step;
use std::sync::Arc;

/// Some pages of a document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shown {
    pub pages: Vec<Sheet>,
    /// Pages the whole document has.
    pub count: usize,
    /// What of these pages could not be drawn, for people; each once.
    pub left_out: Vec<String>,
}

/// One page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sheet {
    /// Width and height, mm.
    pub size: (f64, f64),
    /// From the lowest to the topmost.
    pub marks: Vec<Mark>,
}

/// Something drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// From its own measure to millimetres from the page's upper left corner.
    pub matrix: Matrix,
    /// Nothing of it shows outside of this, in millimetres of the page.
    pub clip: Option<Arc<[Step]>>,
    pub what: What,
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A filled outline; glyphs of one font share it.
    Fill {
        path: Arc<[Step]>,
        colour: Colour,
        even_odd: bool,
    },
    /// A drawn line; its width and dashes are in its own measure.
    Stroke {
        path: Arc<[Step]>,
        colour: Colour,
        width: f64,
        dashes: Vec<f64>,
    },
    /// Letters of a font that is not in the file, each at its place.
    Words {
        text: String,
        /// As many as `text` has characters.
        at: Vec<(f64, f64)>,
        face: Face,
        size: f64,
        colour: Colour,
    },
    /// A picture on the square of side 1.
    Picture { bytes: Arc<[u8]> },
}

/// Red, green, blue, and how much it covers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Colour {
    pub red: u8,
    pub green: u8,
    pub blue: u8,
    /// 255 covers wholly.
    pub cover: u8,
}

impl Colour {
    pub const BLACK: Self = Self {
        red: 0,
        green: 0,
        blue: 0,
        cover: 255,
    };
}

#[cfg(test)]
mod tests;
