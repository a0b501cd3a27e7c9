//! What a font file says of itself: names, which characters it has, how wide they are. The one door of `ttf_parser` for
//! laying out. Not here: outlines for PDF and OFD. Invariant: a broken or hostile file is `None`, never a panic.

use super::Font;
use ttf_parser::{Face, GlyphId, RawFace, Tag, name, name_id};

/// No collection on a PC holds more fonts.
const MOST_OF_COLLECTION: u32 = 64;

/// No font has more names worth reading.
const MOST_NAMES: usize = 200;

/// One font of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// Which of a collection.
    pub index: u32,
    /// Family, full and PostScript names in every language it has, Chinese ones first.
    pub names: Vec<String>,
    pub bold: bool,
    /// TrueType outlines (`glyf`): what old readers draw best.
    pub truetype: bool,
}

/// The fonts of a file; none where it is none or broken.
#[must_use]
pub fn describe(bytes: &[u8]) -> Vec<Described> {
    let count = ttf_parser::fonts_in_collection(bytes).unwrap_or(1);
    (0..count.min(MOST_OF_COLLECTION))
        .filter_map(|index| {
            let face = Face::parse(bytes, index).ok()?;
            Some(Described {
                index,
                names: names(&face),
                bold: face.is_bold(),
                truetype: face.tables().glyf.is_some(),
            })
        })
        .collect()
}

/// Where a file keeps its names, read off its first bytes: which font of it, offset and length. So that a folder of a
/// thousand fonts is looked through without reading them.
#[must_use]
pub fn name_tables(head: &[u8]) -> Vec<(u32, u64, usize)> {
    let count = ttf_parser::fonts_in_collection(head).unwrap_or(1);
    let find = |index| {
        let raw = RawFace::parse(head, index).ok()?;
        let table = raw
            .table_records
            .into_iter()
            .find(|t| t.tag == Tag::from_bytes(b"name"))?;
        Some((
            index,
            u64::from(table.offset),
            usize::try_from(table.length).ok()?,
        ))
    };
    (0..count.min(MOST_OF_COLLECTION))
        .filter_map(find)
        .collect()
}

/// The names of such a table.
#[must_use]
pub fn names_in(table: &[u8]) -> Vec<String> {
    name::Table::parse(table).map_or_else(Vec::new, |t| listed(t.names))
}

fn names(face: &Face<'_>) -> Vec<String> {
    listed(face.names())
}

fn listed(names: name::Names<'_>) -> Vec<String> {
    let wanted = [
        name_id::FAMILY,
        name_id::FULL_NAME,
        name_id::POST_SCRIPT_NAME,
        name_id::TYPOGRAPHIC_FAMILY,
    ];
    let mut all: Vec<String> = names
        .into_iter()
        .take(MOST_NAMES)
        .filter(|n| n.is_unicode() && wanted.contains(&n.name_id))
        .filter_map(|n| n.to_string())
        .filter(|n| !n.trim().is_empty())
        .collect();
    all.sort_by_key(|n| n.is_ascii());
    all.dedup();
    all
}

/// Widths and presence of characters in one font.
pub struct Metrics<'a> {
    face: Face<'a>,
    em: f64,
}

impl<'a> Metrics<'a> {
    /// `None` where the file cannot be read.
    #[must_use]
    pub fn of(font: &'a Font) -> Option<Self> {
        let face = Face::parse(&font.bytes, font.index).ok()?;
        let em = f64::from(face.units_per_em());
        (em > 0.0).then_some(Self { face, em })
    }

    /// Whether it has a glyph for the character.
    #[must_use]
    pub fn has(&self, c: char) -> bool {
        self.glyph(c).is_some()
    }

    /// Natural width in ems.
    #[must_use]
    pub fn advance(&self, c: char) -> Option<f64> {
        let units = self.face.glyph_hor_advance(self.glyph(c)?)?;
        Some(f64::from(units) / self.em)
    }

    /// Left, bottom, right and top of the ink in ems from the baseline's left end; `None` for a space.
    #[must_use]
    pub fn ink(&self, c: char) -> Option<(f64, f64, f64, f64)> {
        let r = self.face.glyph_bounding_box(self.glyph(c)?)?;
        let em = |v: i16| f64::from(v) / self.em;
        Some((em(r.x_min), em(r.y_min), em(r.x_max), em(r.y_max)))
    }

    fn glyph(&self, c: char) -> Option<GlyphId> {
        self.face.glyph_index(c).filter(|g| g.0 != 0)
    }
}

#[cfg(test)]
#[expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::{Face as Asked, fallback};
    use super::*;

    #[test]
    fn a_chinese_character_is_as_wide_as_the_em_and_a_digit_about_half() {
        let fonts = fallback();
        let metrics = Metrics::of(fonts.of(Asked::Fangsong).unwrap()).unwrap();
        assert_eq!(metrics.advance('镇'), Some(1.0));
        let digit = metrics.advance('5').unwrap();
        assert!((0.4..0.65).contains(&digit), "{digit}");
        let (left, bottom, right, top) = metrics.ink('国').unwrap();
        assert!(left < right && bottom < 0.0 && top > 0.7);
        assert_eq!(metrics.ink(' '), None);
        assert!(!metrics.has('\u{20000}'));
    }

    #[test]
    fn names_are_read_in_both_languages() {
        let fonts = fallback();
        let kai = fonts.of(Asked::Kaiti).unwrap();
        let found = describe(&kai.bytes);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].names.first().unwrap(), "砚台楷体");
        assert!(found[0].names.iter().any(|n| n == "Inkstone Kai"));
        assert!(found[0].truetype && !found[0].bold);
    }

    #[test]
    fn names_are_found_without_the_rest_of_the_file() {
        let fonts = fallback();
        let bytes = &fonts.of(Asked::Kaiti).unwrap().bytes;
        let tables = name_tables(&bytes[..1024]);
        let (index, at, length) = tables[0];
        let at = usize::try_from(at).unwrap();
        assert_eq!((tables.len(), index), (1, 0));
        assert_eq!(names_in(&bytes[at..at + length]), describe(bytes)[0].names);
        assert!(name_tables(b"OTTO").is_empty() && names_in(b"\0").is_empty());
    }

    #[test]
    fn what_is_no_font_is_none() {
        assert_eq!(describe(b""), []);
        assert_eq!(describe(b"%PDF-1.4"), []);
        let fonts = fallback();
        let whole = &fonts.of(Asked::Kaiti).unwrap().bytes;
        for cut in [12, 100, 1_000, 100_000] {
            let broken = Font {
                bytes: whole[..cut].into(),
                index: 0,
                name: String::new(),
                substitute: false,
            };
            if let Some(metrics) = Metrics::of(&broken) {
                let _ = (metrics.advance('镇'), metrics.ink('镇'));
            }
        }
    }
}
