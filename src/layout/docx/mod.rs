//! A document as DOCX (ISO/IEC 29500 transitional), to be written on in Word, WPS or LibreOffice: page, grid, exact pitch and
//! styles of GB/T 9704-2012 by name, so that a change of a style changes the paper. Not here: pages (the other programs break
//! lines themselves), seals (a copy to be edited bears none).
//!
//! Invariant: the same document gives the same bytes; its words are those of the document, in reading order.

mod body;
mod head;
mod page;
mod styles;
mod table;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
mod xml;

use super::document::{Document, Form};
use super::font::Fonts;
use super::meta::Meta;
use super::set::lay_out;
use crate::kit::Result;
use crate::kit::text::escaped;
use crate::kit::unpack::Packer;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const WORD: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

const APP: &str = "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\">\
<Application>Inkstone</Application></Properties>";

/// The document as a DOCX file; what stands above the text, and the title's lines, are where our own pages have them.
///
/// # Errors
/// None today; the signature is that of the other writers.
pub fn write(document: &Document, fonts: &Fonts, meta: &Meta) -> Result<Vec<u8>> {
    let mut zip = Packer::default();
    let mut put = |name: &str, xml: String| zip.put(name, format!("{HEAD}{xml}").as_bytes());
    put("[Content_Types].xml", types());
    put(
        "_rels/.rels",
        related(&[
            ("officeDocument", "word/document.xml"),
            ("extended-properties", "docProps/app.xml"),
        ]),
    );
    put("docProps/core.xml", core(meta));
    put("docProps/app.xml", APP.to_owned());
    put(
        "word/_rels/document.xml.rels",
        related(&[
            ("styles", "styles.xml"),
            ("settings", "settings.xml"),
            ("fontTable", "fontTable.xml"),
            ("footer", "footer1.xml"),
            ("footer", "footer2.xml"),
            ("footer", "footer3.xml"),
        ]),
    );
    put("word/document.xml", body(document, fonts));
    put("word/styles.xml", styles::sheet());
    put("word/fontTable.xml", styles::fonts());
    put("word/settings.xml", page::settings());
    let letter = document.form == Form::Letter;
    put("word/footer1.xml", page::footer(page::Side::Odd));
    put("word/footer2.xml", page::footer(page::Side::Even));
    put(
        "word/footer3.xml",
        page::footer(if letter {
            page::Side::Letter
        } else {
            page::Side::Odd
        }),
    );
    Ok(zip.finish())
}

fn body(document: &Document, fonts: &Fonts) -> String {
    let mut out = String::new();
    let from = head::draw(document, &lay_out(document, fonts), &mut out);
    body::draw(document, (fonts, from), &mut out);
    let section = page::section(document.form);
    format!("<w:document {WORD}><w:body>{out}{section}</w:body></w:document>")
}

fn types() -> String {
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    let mut parts = String::new();
    for (name, kind) in [
        ("document", "document.main"),
        ("styles", "styles"),
        ("settings", "settings"),
        ("fontTable", "fontTable"),
        ("footer1", "footer"),
        ("footer2", "footer"),
        ("footer3", "footer"),
    ] {
        parts +=
            &format!("<Override PartName=\"/word/{name}.xml\" ContentType=\"{word}.{kind}+xml\"/>");
    }
    format!(
        "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>{parts}\
<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
<Override PartName=\"/docProps/app.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.extended-properties+xml\"/></Types>"
    )
}

/// Relations in order, rId1 first; the top one has the core properties besides.
fn related(parts: &[(&str, &str)]) -> String {
    let mut list = String::new();
    for (n, (kind, target)) in parts.iter().enumerate() {
        list += &format!(
            "<Relationship Id=\"rId{}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>",
            n + 1
        );
    }
    if parts.iter().any(|(kind, _)| *kind == "officeDocument") {
        list += &format!(
            "<Relationship Id=\"rId9\" Type=\"{PACKAGE}/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>"
        );
    }
    format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{list}</Relationships>")
}

fn core(meta: &Meta) -> String {
    let word = |text: &str| escaped(&super::pdf::clean(text));
    let at = meta.instant();
    format!(
        "<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title>\
<dc:subject>{}</dc:subject><dc:creator>{}</dc:creator><dcterms:created xsi:type=\"dcterms:W3CDTF\">{at}</dcterms:created>\
<dcterms:modified xsi:type=\"dcterms:W3CDTF\">{at}</dcterms:modified></cp:coreProperties>",
        word(&meta.title),
        word(&meta.number),
        word(&meta.author)
    )
}
