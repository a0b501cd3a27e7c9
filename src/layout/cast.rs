//! Fonts cut down to the characters that pages use, and each text as glyphs of them: what PDF and OFD embed.
//! Not here: either file. Invariant: every character has a glyph, of its face where the face has one, of another face where
//! that has one, and else the mark 〓 printers set for a missing sort; the text itself is never changed.

use super::font::{Face, Font, Fonts};
use super::page::Text;
use crate::kit::{Error, Result};
use std::collections::BTreeMap;
use std::sync::Arc;
use subsetter::GlyphRemapper;
use ttf_parser::{Face as Parsed, GlyphId};

/// Drawn for a character no font has, the first of them that a font has.
const MISSING: [char; 4] = ['〓', '□', '?', ' '];

/// The fonts of some pages.
pub(super) struct Cast<'a> {
    sources: Vec<Source<'a>>,
    faces: Vec<(Face, usize)>,
}

/// One font file and what is used of it.
struct Source<'a> {
    font: &'a Font,
    parsed: Parsed<'a>,
    /// Characters and their glyphs in the whole font.
    used: BTreeMap<char, GlyphId>,
}

/// A font with the glyphs used only.
pub(super) struct Cut<'a> {
    pub parsed: Parsed<'a>,
    /// Its family, as the file says it.
    pub name: &'a str,
    /// An OpenType file without `cmap`.
    pub bytes: Vec<u8>,
    /// Whether its outlines are PostScript's.
    pub cff: bool,
    /// By the character: glyph in `bytes`, natural width in ems.
    pub glyphs: BTreeMap<char, (u16, f64)>,
    /// By the glyph: which character it is read as, where several share it the first.
    pub reads: BTreeMap<u16, char>,
}

/// A character on its line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Glyph {
    /// Which of the cuts.
    pub cut: usize,
    pub id: u16,
    pub char: char,
    /// Natural width, ems.
    pub width: f64,
    /// To the next one, mm.
    pub advance: f64,
}

impl<'a> Cast<'a> {
    /// `Fault` where a font's bytes are not a font.
    pub fn new(fonts: &'a Fonts) -> Result<Self> {
        let mut cast = Self {
            sources: Vec::new(),
            faces: Vec::new(),
        };
        for face in Face::ALL {
            let font = fonts
                .of(face)
                .ok_or_else(|| Error::fault("a face without a font"))?;
            let known = |s: &Source<'_>| {
                Arc::ptr_eq(&s.font.bytes, &font.bytes) && s.font.index == font.index
            };
            let at = if let Some(at) = cast.sources.iter().position(known) {
                at
            } else {
                let parsed = Parsed::parse(&font.bytes, font.index)
                    .map_err(|e| Error::fault(format!("font {}: {e}", font.name)))?;
                cast.sources.push(Source {
                    font,
                    parsed,
                    used: BTreeMap::new(),
                });
                cast.sources.len() - 1
            };
            cast.faces.push((face, at));
        }
        Ok(cast)
    }

    /// Counts in what a text needs.
    pub fn take(&mut self, text: &Text) -> Result<()> {
        for c in drawn(text) {
            let (at, glyph) = self
                .find(text.face, c)
                .ok_or_else(|| Error::fault(format!("no font has a glyph for {c:?}")))?;
            if let Some(source) = self.sources.get_mut(at) {
                source.used.insert(c, glyph);
            }
        }
        Ok(())
    }

    fn find(&self, face: Face, c: char) -> Option<(usize, GlyphId)> {
        let first = self
            .faces
            .iter()
            .find(|(f, _)| *f == face)
            .map(|(_, at)| *at)?;
        let order = || std::iter::once(first).chain(0..self.sources.len());
        let of = |c: char| {
            order().find_map(|at| {
                let glyph = self.sources.get(at)?.parsed.glyph_index(c)?;
                (glyph.0 != 0).then_some((at, glyph))
            })
        };
        of(c).or_else(|| MISSING.into_iter().find_map(of))
    }

    /// A text as glyphs of the cuts that [`Cast::cut`] makes.
    pub fn set(&self, text: &Text, cuts: &[Cut<'_>]) -> Vec<Glyph> {
        let advances = text.advances.iter().copied().chain(std::iter::repeat(0.0));
        let glyph = |(char, advance): (char, f64)| {
            let (at, _) = self.find(text.face, char)?;
            // the cuts are of the used sources only
            let cut = self
                .sources
                .iter()
                .take(at)
                .filter(|s| !s.used.is_empty())
                .count();
            let (id, width) = *cuts.get(cut)?.glyphs.get(&char)?;
            Some(Glyph {
                cut,
                id,
                char,
                width,
                advance,
            })
        };
        let both = text.text.chars().zip(advances);
        both.filter(|(c, _)| !c.is_control())
            .filter_map(glyph)
            .collect()
    }

    /// The fonts used, each with its glyphs in the order of the characters.
    pub fn cut(&self) -> Result<Vec<Cut<'a>>> {
        let used = self.sources.iter().filter(|s| !s.used.is_empty());
        used.map(Source::cut).collect()
    }
}

/// The characters that leave a mark or a room: control characters do neither.
fn drawn(text: &Text) -> impl Iterator<Item = char> + '_ {
    text.text.chars().filter(|c| !c.is_control())
}

impl<'a> Source<'a> {
    fn cut(&self) -> Result<Cut<'a>> {
        let mut remapper = GlyphRemapper::new();
        let em = f64::from(self.parsed.units_per_em().max(1));
        let mut glyphs = BTreeMap::new();
        let mut reads = BTreeMap::new();
        for (c, glyph) in &self.used {
            let units = self.parsed.glyph_hor_advance(*glyph).unwrap_or(0);
            let id = remapper.remap(glyph.0);
            glyphs.insert(*c, (id, f64::from(units) / em));
            reads.entry(id).or_insert(*c);
        }
        let bytes = subsetter::subset(&self.font.bytes, self.font.index, &remapper)
            .map_err(|e| Error::fault(format!("font {}: {e}", self.font.name)))?;
        Ok(Cut {
            parsed: self.parsed.clone(),
            name: &self.font.name,
            cff: bytes.starts_with(b"OTTO"),
            bytes,
            glyphs,
            reads,
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::page::Piece;
    use super::super::sample;
    use super::*;

    /// One text in the fonts given, cut.
    fn cut(fonts: &Fonts, face: Face, text: &str) -> (Vec<Glyph>, Vec<Vec<u8>>) {
        let text = sample::line(text, face, 16.0, (28.0, 50.0));
        let mut cast = Cast::new(fonts).unwrap();
        cast.take(&text).unwrap();
        let cuts = cast.cut().unwrap();
        let glyphs = cast.set(&text, &cuts);
        (glyphs, cuts.into_iter().map(|c| c.bytes).collect())
    }

    #[test]
    fn faces_of_one_file_share_one_font() {
        let fonts = sample::fonts();
        let mut cast = Cast::new(&fonts).unwrap();
        for piece in sample::pages().pages.iter().flat_map(|p| &p.pieces) {
            if let Piece::Text(text) = piece {
                cast.take(text).unwrap();
            }
        }
        let cuts = cast.cut().unwrap();
        assert_eq!(
            cuts.len(),
            2,
            "bold for the mark and title, regular for the rest"
        );
        let whole: usize = Face::ALL
            .iter()
            .map(|f| fonts.of(*f).unwrap().bytes.len())
            .sum();
        let small: usize = cuts.iter().map(|c| c.bytes.len()).sum();
        assert!(small * 50 < whole, "{small} of {whole}");
    }

    #[test]
    fn a_character_no_font_has_is_drawn_as_the_missing_sort() {
        let (glyphs, cuts) = cut(&sample::fonts(), Face::Fangsong, "甲\u{2b740}〓\u{7}乙");
        let chars: String = glyphs.iter().map(|g| g.char).collect();
        assert_eq!((chars.as_str(), cuts.len()), ("甲\u{2b740}〓乙", 1));
        let [_, missing, sort, _] = glyphs.as_slice() else {
            unreachable!("four glyphs")
        };
        assert!(missing.id == sort.id && missing.id != 0);
    }

    #[test]
    fn a_collection_of_truetype_fonts_is_cut_like_a_font_alone() {
        let fonts = sample::fonts();
        let alone = fonts.of(Face::Songti).unwrap();
        let other = fonts.of(Face::Kaiti).unwrap();
        let font = Font {
            bytes: sample::collection(&[&other.bytes, &alone.bytes]).into(),
            index: 1,
            name: "SimSun".into(),
            substitute: false,
        };
        let text = "镇人民政府";
        let (ours, cuts) = cut(&sample::every(&font), Face::Heiti, text);
        let (theirs, same) = cut(&sample::every(alone), Face::Heiti, text);
        assert_eq!((ours, &cuts), (theirs, &same));
        assert_eq!(cuts.len(), 1);
    }

    #[test]
    fn bytes_that_are_no_font_are_a_fault_and_no_panic() {
        let whole = sample::fonts().of(Face::Kaiti).unwrap().bytes.clone();
        for end in [0, 4, 12, 200, 40_000, whole.len() / 2] {
            let font = Font {
                bytes: whole.get(..end).unwrap().into(),
                index: 0,
                name: "torn".into(),
                substitute: false,
            };
            let fonts = sample::every(&font);
            let text = sample::line("镇", Face::Kaiti, 16.0, (28.0, 50.0));
            let made = Cast::new(&fonts).and_then(|mut cast| {
                cast.take(&text)?;
                cast.cut().map(|cuts| cuts.len())
            });
            assert!(made.is_err(), "{end}");
        }
    }
}
