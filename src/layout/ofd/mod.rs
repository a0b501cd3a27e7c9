//! Pages as OFD (GB/T 33190-2016): a zip of XML in millimetres, text as characters with embedded fonts cut down, never page
//! images. Not here: where anything stands; reading others' OFD.
//!
//! Invariant: the same pages give the same bytes; each character on a page is in its file as itself, once and in order.
//!
//! Decision: the fonts carry a character table of their own, and so no CGTransform is needed: readers that know only
//! characters and readers that know glyphs draw the same.

mod content;
mod face;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;

use super::cast::{Cast, Cut};
use super::font::Fonts;
use super::meta::Meta;
use super::page::{PAPER, Pages, Piece};
use crate::kit::hash::Digest;
use crate::kit::text::escaped;
use crate::kit::unpack::Packer;
use crate::kit::{Result, picture};
use content::Drawing;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const SPACE: &str = "xmlns:ofd=\"http://www.ofdspec.org/2016\"";

/// The pages as an OFD file.
///
/// # Errors
/// `Invalid` where a picture on a page cannot be read, `Fault` where a font cannot.
pub fn write(pages: &Pages, fonts: &Fonts, meta: &Meta) -> Result<Vec<u8>> {
    let mut cast = Cast::new(fonts)?;
    for piece in pages.pages.iter().flat_map(|p| &p.pieces) {
        if let Piece::Text(text) = piece {
            cast.take(text)?;
        }
    }
    let cuts = cast.cut()?;
    let mut book = Book::default();
    let faces: Vec<u32> = cuts.iter().map(|_| book.next()).collect();
    let mut list = String::new();
    for (n, page) in pages.pages.iter().enumerate() {
        let id = book.next();
        list += &format!("<ofd:Page ID=\"{id}\" BaseLoc=\"Pages/Page_{n}/Content.xml\"/>");
        let drawn = Drawing::of(page, &cast, (&cuts, &faces), &mut book)?;
        book.pages.push(drawn);
    }
    let mut zip = Packer::default();
    let mut put = |name: &str, xml: String| zip.put(name, format!("{HEAD}{xml}\n").as_bytes());
    put("OFD.xml", root(meta, &book));
    put("Doc_0/Document.xml", document(&book, &list));
    put("Doc_0/PublicRes.xml", public(&cuts, &faces));
    put("Doc_0/DocumentRes.xml", resources(&book));
    for (n, page) in book.pages.iter().enumerate() {
        put(&format!("Doc_0/Pages/Page_{n}/Content.xml"), page.clone());
    }
    for (n, cut) in cuts.iter().enumerate() {
        zip.put(
            &format!("Doc_0/Res/{}", font_file(n, cut)),
            &face::whole(cut),
        );
    }
    for (_, name, bytes) in &book.pictures {
        zip.put(&format!("Doc_0/Res/{name}"), bytes);
    }
    Ok(zip.finish())
}

/// What the pages bring with them.
#[derive(Default)]
struct Book {
    last: u32,
    pages: Vec<String>,
    /// Number, name in the file, bytes.
    pictures: Vec<(u32, String, Vec<u8>)>,
}

impl Book {
    /// A number nothing else in the document has.
    fn next(&mut self) -> u32 {
        self.last += 1;
        self.last
    }

    /// A picture's number; the same picture is kept once.
    fn picture(&mut self, bytes: &[u8]) -> Result<u32> {
        // opened before it is passed on: what goes out is a picture, and upright
        let jpeg = bytes.starts_with(&[0xff, 0xd8]);
        let bytes = if jpeg {
            picture::open(bytes)?;
            bytes.to_vec()
        } else {
            png(&picture::open(bytes)?)?
        };
        if let Some((id, ..)) = self.pictures.iter().find(|(.., b)| *b == bytes) {
            return Ok(*id);
        }
        let id = self.next();
        let end = if jpeg { "jpg" } else { "png" };
        let name = format!("Image_{}.{end}", self.pictures.len());
        self.pictures.push((id, name, bytes));
        Ok(id)
    }
}

fn png(image: &image::DynamicImage) -> Result<Vec<u8>> {
    let mut out = std::io::Cursor::new(Vec::new());
    image
        .write_to(&mut out, image::ImageFormat::Png)
        .map_err(crate::kit::Error::fault)?;
    Ok(out.into_inner())
}

fn root(meta: &Meta, book: &Book) -> String {
    let parts: Vec<&[u8]> = book.pages.iter().map(String::as_bytes).collect();
    let mut parts = vec![Digest::of_parts(&parts).0.to_vec()];
    parts.extend([&meta.title, &meta.number].map(|s| s.clone().into_bytes()));
    parts.push(meta.instant().into_bytes());
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    // of the contents, where others take a random number
    let id: String = Digest::of_parts(&parts).hex().chars().take(32).collect();
    let word = |tag: &str, text: &str| match text {
        "" => String::new(),
        text => format!(
            "<ofd:{tag}>{}</ofd:{tag}>",
            escaped(&super::pdf::clean(text))
        ),
    };
    format!(
        "<ofd:OFD {SPACE} Version=\"1.0\" DocType=\"OFD\"><ofd:DocBody><ofd:DocInfo><ofd:DocID>{id}</ofd:DocID>{}{}{}\
<ofd:CreationDate>{day}</ofd:CreationDate><ofd:ModDate>{day}</ofd:ModDate><ofd:DocUsage>Normal</ofd:DocUsage>\
<ofd:Creator>Inkstone</ofd:Creator></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        word("Title", &meta.title),
        word("Author", &meta.author),
        word("Subject", &meta.number),
        day = meta.day()
    )
}

fn document(book: &Book, list: &str) -> String {
    format!(
        "<ofd:Document {SPACE}><ofd:CommonData><ofd:MaxUnitID>{}</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 {} {}\
</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes><ofd:DocumentRes>DocumentRes.xml\
</ofd:DocumentRes></ofd:CommonData><ofd:Pages>{list}</ofd:Pages></ofd:Document>",
        book.last, PAPER.0, PAPER.1
    )
}

fn font_file(n: usize, cut: &Cut<'_>) -> String {
    format!("Font_{n}.{}", if cut.cff { "otf" } else { "ttf" })
}

fn public(cuts: &[Cut<'_>], faces: &[u32]) -> String {
    let mut fonts = String::new();
    for (n, (cut, id)) in cuts.iter().zip(faces).enumerate() {
        let name = escaped(cut.name);
        fonts += &format!(
            "<ofd:Font ID=\"{id}\" FontName=\"{name}\" FamilyName=\"{name}\" Charset=\"unicode\"><ofd:FontFile>{}</ofd:FontFile></ofd:Font>",
            font_file(n, cut)
        );
    }
    format!("<ofd:Res {SPACE} BaseLoc=\"Res\"><ofd:Fonts>{fonts}</ofd:Fonts></ofd:Res>")
}

fn resources(book: &Book) -> String {
    let mut list = String::new();
    for (id, name, _) in &book.pictures {
        let format = if name.ends_with("jpg") { "JPEG" } else { "PNG" };
        list += &format!(
            "<ofd:MultiMedia ID=\"{id}\" Type=\"Image\" Format=\"{format}\"><ofd:MediaFile>{name}</ofd:MediaFile></ofd:MultiMedia>"
        );
    }
    if !list.is_empty() {
        list = format!("<ofd:MultiMedias>{list}</ofd:MultiMedias>");
    }
    format!("<ofd:Res {SPACE} BaseLoc=\"Res\">{list}</ofd:Res>")
}
