//! The pages of a document as other programs see them: written as PDF with its seals, drawn by poppler, each band of ink with
//! the words that stand in it. Not here: any measure.

use super::papers::Paper;
use super::ruler::{Area, INCH, Line, Look, black};
use crate::support::outside::{pdf_looks, pdf_words};
use inkstone::layout::font::{Face, Fonts, outline};
use inkstone::layout::page::{Element, Pages, Place};
use inkstone::layout::pdf;
use inkstone::layout::seal::{self, Art, Seal};
use inkstone::layout::set::lay_out;

/// Left, top, right and bottom of the type area.
pub const AREA: Area = [28.0, 37.0, 184.0, 262.0];

/// A county's or a town's seal, mm.
pub const SEAL: f64 = 42.0;

/// The pages of a paper with its seals drawn over signature and date, as they are issued.
fn sealed(paper: &Paper, fonts: &Fonts) -> Pages {
    let mut pages = lay_out(&paper.document, fonts);
    let songti = fonts.of(Face::Songti).unwrap();
    let places = pages.places.iter().filter(|p| p.element == Element::Seal);
    let places: Vec<Place> = places.cloned().collect();
    assert_eq!(
        places.len(),
        paper.document.signatures.len(),
        "{}",
        paper.no
    );
    for (place, legend) in places.iter().zip(&paper.document.signatures) {
        let drawn = Seal {
            art: Art::Drawn {
                legend: legend.clone(),
                under: String::new(),
            },
            width: SEAL,
            sample: false,
        };
        let (left, top, wide, high) = place.at;
        let at = (left + (wide - SEAL) / 2.0, top + (high - SEAL) / 2.0);
        let pieces = drawn.pieces(at, &|c| outline(songti, c)).unwrap();
        seal::put(&mut pages, place.page, pieces);
    }
    pages
}

/// Left end and middle, mm, and what it says.
type Word = (f64, f64, String);

/// One page: its picture and its lines of black text.
pub struct Sheet {
    /// Document and page, for what is said when a measure is off.
    pub name: String,
    pub number: usize,
    pub look: Look,
    pub lines: Vec<Line>,
    /// Places of the imprint's rules, from the top, with their thickness.
    pub rules: Vec<(f64, f64)>,
}

/// The pages of a document as other programs see them.
pub fn sheets(paper: &Paper, fonts: &Fonts) -> Option<Vec<Sheet>> {
    let file = pdf::write(&sealed(paper, fonts), fonts, &paper.meta()).unwrap();
    let words = pdf_words(&file)?;
    let looks = pdf_looks(&file, INCH)?;
    assert_eq!(words.len(), looks.len());
    let sheet = |(n, (picture, words)): (usize, (_, &Vec<Word>))| {
        let look = Look::new(picture);
        let rules = look.rules([AREA[0], AREA[1], AREA[2], AREA[3] + 1.0], black);
        let name = format!("{} page {}", paper.no, n + 1);
        let lines = lines(&bands(&look, &rules), words);
        let read: usize = lines.iter().map(|l| l.text.chars().count()).sum();
        let said: usize = words.iter().map(|w| w.2.chars().count()).sum();
        let mark = if n == 0 {
            paper.document.marks.concat().chars().count()
        } else {
            0
        };
        assert_eq!(
            read + mark,
            said,
            "{name}: every word is on a line of ink: {lines:#?}"
        );
        Sheet {
            name,
            number: n + 1,
            look,
            lines,
            rules,
        }
    };
    Some(
        looks
            .into_iter()
            .zip(&words)
            .enumerate()
            .map(sheet)
            .collect(),
    )
}

/// Each band of ink with the words that stand in it.
fn lines(bands: &[Area], words: &[Word]) -> Vec<Line> {
    let line = |ink: &Area| {
        let within = |w: &&Word| w.1 > ink[1] - 2.0 && w.1 < ink[3] + 2.0;
        let mut found: Vec<&Word> = words.iter().filter(within).collect();
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        Line {
            text: found.iter().map(|w| w.2.as_str()).collect(),
            ink: *ink,
        }
    };
    bands.iter().map(line).collect()
}

/// The bands of text, without the imprint's rules, which stand between them.
fn bands(look: &Look, rules: &[(f64, f64)]) -> Vec<Area> {
    let mut edges = vec![20.0];
    for (middle, thick) in rules {
        edges.extend([middle - thick, middle + thick]);
    }
    edges.push(290.0);
    let between = edges.chunks_exact(2);
    between
        .flat_map(|e| look.bands([20.0, e[0], 195.0, e[1]], black))
        .collect()
}

impl Sheet {
    /// The lines of the text, without imprint and page number.
    pub fn text(&self) -> impl Iterator<Item = &Line> {
        let end = self.rules.first().map_or(AREA[3], |r| r.0);
        self.lines.iter().filter(move |l| l.ink[3] < end)
    }
}
