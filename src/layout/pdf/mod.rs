//! Pages as PDF/A-2u: text that can be selected, read in order and searched, fonts embedded and cut down, colours by an sRGB
//! output intent, no transparency. Not here: where anything stands.
//!
//! Invariant: the same pages give the same bytes; nothing in the file is active.
//!
//! Decision: pictures and shapes are drawn first, print over them. A seal's ink then never covers a letter, as red ink under
//! black print, and needs no blending, which the archival profile would have to allow for.

mod content;
mod font;
mod image;
mod profile;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
mod xmp;

pub(super) use xmp::clean;

use super::cast::Cast;
use super::font::Fonts;
use super::meta::Meta;
use super::page::{PAPER, Page, Pages, Piece};
use crate::kit::hash::Digest;
use crate::kit::{Result, unpack};
use pdf_writer::types::OutputIntentSubtype;
use pdf_writer::{Date, Filter, Finish, Name, Pdf, Rect, Ref, TextStr};

const MM: f64 = 72.0 / 25.4;

/// What is printed, and where on the paper.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Options {
    /// Onto the office's red-headed paper: what is printed on it already is left out (套打).
    pub bare: bool,
    /// Everything so far to the right and down, mm: no two trays draw paper alike.
    pub offset: (f64, f64),
}

/// The pages as a PDF file.
///
/// # Errors
/// `Invalid` where a picture on a page cannot be read, `Fault` where a font cannot.
pub fn write(pages: &Pages, fonts: &Fonts, meta: &Meta) -> Result<Vec<u8>> {
    write_with(pages, fonts, meta, Options::default())
}

/// The same, for printing.
///
/// # Errors
/// As [`write`].
pub fn write_with(pages: &Pages, fonts: &Fonts, meta: &Meta, options: Options) -> Result<Vec<u8>> {
    let mut book = Book::new(fonts)?;
    for page in &pages.pages {
        for piece in kept(page, options) {
            if let Piece::Text(text) = piece {
                book.cast.take(text)?;
            }
        }
    }
    let cuts = book.cast.cut()?;
    let faces: Vec<Ref> = cuts.iter().map(|_| book.next()).collect();
    for page in &pages.pages {
        book.page(page, (&cuts, &faces), options)?;
    }
    for (cut, id) in cuts.iter().zip(&faces) {
        font::embed(&mut book, cut, *id)?;
    }
    Ok(book.finish(meta))
}

/// The pieces of a page that are to be drawn.
fn kept(page: &Page, options: Options) -> impl Iterator<Item = &Piece> {
    page.pieces
        .iter()
        .filter(move |p| !(options.bare && p.is_preprinted()))
}

/// The file as it grows.
struct Book<'a> {
    pdf: Pdf,
    cast: Cast<'a>,
    last: i32,
    tree: Ref,
    kids: Vec<Ref>,
}

impl<'a> Book<'a> {
    fn new(fonts: &'a Fonts) -> Result<Self> {
        let mut pdf = Pdf::new();
        pdf.set_version(1, 7);
        Ok(Self {
            pdf,
            cast: Cast::new(fonts)?,
            last: 1,
            tree: Ref::new(1),
            kids: Vec::new(),
        })
    }

    fn next(&mut self) -> Ref {
        self.last += 1;
        Ref::new(self.last)
    }

    fn page(
        &mut self,
        page: &Page,
        (cuts, faces): (&[super::cast::Cut<'_>], &[Ref]),
        options: Options,
    ) -> Result<()> {
        let mut drawing = content::Drawing::new(options.offset);
        let mut images = Vec::new();
        for piece in kept(page, options) {
            match piece {
                Piece::Picture(picture) => {
                    let id = image::embed(self, picture)?;
                    drawing.picture(picture, images.len());
                    images.push(id);
                }
                Piece::Shape(shape) => drawing.shape(shape),
                Piece::Text(_) | Piece::Rule(_) => {}
            }
        }
        for piece in kept(page, options) {
            match piece {
                Piece::Text(text) => drawing.text(text, &self.cast.set(text, cuts), cuts),
                Piece::Rule(rule) => drawing.rule(rule),
                Piece::Picture(_) | Piece::Shape(_) => {}
            }
        }
        let stream = unpack::pack_zlib(&drawing.finish());
        let (content, id) = (self.next(), self.next());
        self.pdf
            .stream(content, &stream)
            .filter(Filter::FlateDecode);
        let mut sheet = self.pdf.page(id);
        sheet.parent(self.tree).contents(content);
        sheet.media_box(Rect::new(0.0, 0.0, pt(PAPER.0), pt(PAPER.1)));
        let mut resources = sheet.resources();
        let mut fonts = resources.fonts();
        for (n, face) in faces.iter().enumerate() {
            fonts.pair(Name(content::font_name(n).as_bytes()), *face);
        }
        fonts.finish();
        let mut objects = resources.x_objects();
        for (n, image) in images.iter().enumerate() {
            objects.pair(Name(content::image_name(n).as_bytes()), *image);
        }
        objects.finish();
        resources.finish();
        sheet.finish();
        self.kids.push(id);
        Ok(())
    }

    fn finish(mut self, meta: &Meta) -> Vec<u8> {
        let (profile, words, info, catalog) = (self.next(), self.next(), self.next(), self.next());
        let count = i32::try_from(self.kids.len()).unwrap_or(i32::MAX);
        let kids = std::mem::take(&mut self.kids);
        self.pdf.pages(self.tree).kids(kids).count(count);
        let icc = unpack::pack_zlib(&profile::srgb());
        let mut stream = self.pdf.icc_profile(profile, &icc);
        stream.n(3);
        stream.filter(Filter::FlateDecode);
        stream.finish();
        self.pdf.metadata(words, xmp::packet(meta).as_bytes());
        describe(&mut self.pdf, info, meta);
        let mut root = self.pdf.catalog(catalog);
        root.pages(self.tree).metadata(words).lang(TextStr("zh-CN"));
        root.viewer_preferences().display_doc_title(true);
        let mut intents = root.output_intents();
        let mut intent = intents.push();
        intent.subtype(OutputIntentSubtype::PDFA);
        intent.output_condition_identifier(TextStr("sRGB"));
        intent.info(TextStr("sRGB IEC61966-2.1"));
        intent.dest_output_profile(profile);
        intent.finish();
        intents.finish();
        root.finish();
        // of what is in the file, so that it is the same for the same document
        let id = Digest::of(self.pdf.as_bytes()).0;
        let id = id.get(..16).unwrap_or(&id).to_vec();
        self.pdf.set_file_id((id.clone(), id));
        self.pdf.finish()
    }
}

/// The same words as in the XMP packet: the profile wants them equal.
fn describe(pdf: &mut Pdf, id: Ref, meta: &Meta) {
    let (day, hour, minute, second) = meta.parts();
    let date = Date::new(day.year().unsigned_abs())
        .month(day.month().unsigned_abs())
        .day(day.day().unsigned_abs())
        .hour(hour)
        .minute(minute)
        .second(second)
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    let mut info = pdf.document_info(id);
    info.title(TextStr(&xmp::clean(&meta.title)));
    if !meta.author.is_empty() {
        info.author(TextStr(&xmp::clean(&meta.author)));
    }
    if !meta.number.is_empty() {
        info.subject(TextStr(&xmp::clean(&meta.number)));
    }
    info.creator(TextStr(xmp::CREATOR));
    info.producer(TextStr(xmp::CREATOR));
    info.creation_date(date);
    info.modified_date(date);
}

/// Millimetres as points.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a length on paper; the format has single precision"
)]
fn pt(mm: f64) -> f32 {
    (mm * MM) as f32
}
