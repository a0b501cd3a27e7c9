//! A font cut down, as the four objects a PDF keeps it in; two bytes a glyph, and which character each glyph is read as.
//! Not here: the cutting. Invariant: widths in the file are the font's own, as the archival profile wants them.

use super::super::cast::Cut;
use super::Book;
use crate::kit::hash::Digest;
use crate::kit::{Error, Result, unpack};
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish, Name, Rect, Ref, Str};
use ttf_parser::RawFace;

const IDENTITY: SystemInfo<'static> = SystemInfo {
    registry: Str(b"Adobe"),
    ordering: Str(b"Identity"),
    supplement: 0,
};

/// The objects of a font; `id` is what pages name.
pub(super) fn embed(book: &mut Book<'_>, cut: &Cut<'_>, id: Ref) -> Result<()> {
    let (child, descriptor, file, map) = (book.next(), book.next(), book.next(), book.next());
    let name = name(cut);
    let name = Name(name.as_bytes());
    let mut font = book.pdf.type0_font(id);
    font.base_font(name)
        .encoding_predefined(Name(b"Identity-H"));
    font.descendant_font(child).to_unicode(map);
    font.finish();
    let mut cid = book.pdf.cid_font(child);
    cid.subtype(if cut.cff {
        CidFontType::Type0
    } else {
        CidFontType::Type2
    });
    cid.base_font(name).system_info(IDENTITY);
    cid.font_descriptor(descriptor).default_width(0.0);
    if !cut.cff {
        cid.cid_to_gid_map_predefined(Name(b"Identity"));
    }
    let mut widths = cid.widths();
    for (id, width) in cut.glyphs.values() {
        widths.consecutive(*id, [thousandths(*width)]);
    }
    widths.finish();
    cid.finish();
    describe(book, cut, (name, descriptor, file));
    let mut unicode = UnicodeCmap::new(Name(b"Adobe-Identity-UCS"), IDENTITY);
    for (id, c) in &cut.reads {
        unicode.pair(*id, *c);
    }
    let unicode = unpack::pack_zlib(&unicode.finish());
    book.pdf.stream(map, &unicode).filter(Filter::FlateDecode);
    outlines(book, cut, file)
}

fn outlines(book: &mut Book<'_>, cut: &Cut<'_>, file: Ref) -> Result<()> {
    let bytes = if cut.cff {
        let all = RawFace::parse(&cut.bytes, 0).map_err(Error::fault)?;
        let table = all.table(ttf_parser::Tag::from_bytes(b"CFF "));
        table.ok_or_else(|| Error::fault("a font without outlines"))?
    } else {
        &cut.bytes
    };
    let packed = unpack::pack_zlib(bytes);
    let mut stream = book.pdf.stream(file, &packed);
    stream.filter(Filter::FlateDecode);
    if cut.cff {
        stream.pair(Name(b"Subtype"), Name(b"CIDFontType0C"));
    } else {
        stream.pair(Name(b"Length1"), i32::try_from(bytes.len()).unwrap_or(0));
    }
    Ok(())
}

fn describe(book: &mut Book<'_>, cut: &Cut<'_>, (name, id, file): (Name<'_>, Ref, Ref)) {
    let face = &cut.parsed;
    let em = f64::from(face.units_per_em().max(1));
    let scaled = |v: i16| thousandths(f64::from(v) / em);
    let all = face.global_bounding_box();
    let mut out = book.pdf.font_descriptor(id);
    out.name(name).flags(FontFlags::SYMBOLIC);
    out.bbox(Rect::new(
        scaled(all.x_min),
        scaled(all.y_min),
        scaled(all.x_max),
        scaled(all.y_max),
    ));
    out.italic_angle(0.0)
        .ascent(scaled(face.ascender()))
        .descent(scaled(face.descender()));
    out.cap_height(scaled(face.capital_height().unwrap_or(face.ascender())));
    // nobody measures stems of a Chinese face; readers ask for a number
    out.stem_v(80.0);
    if cut.cff {
        out.font_file3(file);
    } else {
        out.font_file2(file);
    }
}

/// ABCDEF+Name: six letters say it is a part, and of which; the same part has the same.
fn name(cut: &Cut<'_>) -> String {
    let digest = Digest::of(&cut.bytes).0;
    let tag: String = digest
        .iter()
        .take(6)
        .map(|b| char::from(b'A' + b % 26))
        .collect();
    let plain: String = postscript(cut)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(40)
        .collect();
    format!("{tag}+{}", if plain.is_empty() { "Font" } else { &plain })
}

fn postscript(cut: &Cut<'_>) -> String {
    let names = cut.parsed.names().into_iter();
    let mut own = names.filter(|n| n.name_id == ttf_parser::name_id::POST_SCRIPT_NAME);
    own.find_map(|n| n.to_string())
        .unwrap_or_else(|| cut.name.to_owned())
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a width in thousandths of an em; the format has single precision"
)]
fn thousandths(ems: f64) -> f32 {
    (ems * 1000.0) as f32
}
