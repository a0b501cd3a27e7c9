//! What a file is, by its first bytes and never by its name (S05).
//! Whether its name fits is in `file_name_rules.rs`; what may not be inside is in `inspect.rs`.
//! Invariant: what a browser could run (HTML, SVG, programs, scripts) is never called anything else.

use super::unpack;

pub use super::file_name_rules::check_name;
pub use super::inspect::{pdf_is_plain, secret_mark};

/// Bytes from the front that are enough for [`sniff`].
pub const HEAD: usize = 64 * 1024;

/// Nobody gives less of a file that is longer: a head of this length may end within a character.
pub const LEAST: usize = 4096;

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8 with or without a mark, ASCII included.
    Utf8,
    /// UTF-16 with a mark.
    Utf16,
    /// GBK or GB 18030.
    Gbk,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// PDF.
    Pdf,
    /// PNG image.
    Png,
    /// JPEG image.
    Jpeg,
    /// GIF image.
    Gif,
    /// BMP image.
    Bmp,
    /// WebP image.
    Webp,
    /// TIFF image, as scanners make.
    Tiff,
    /// Word document (and WPS in that form).
    Docx,
    /// Excel sheet (and WPS in that form).
    Xlsx,
    /// PowerPoint slides (and WPS in that form).
    Pptx,
    /// The compound file of .doc .xls .ppt .wps .et .dps, and of encrypted newer ones.
    OldOffice,
    /// OFD, the national fixed layout (GB/T 33190).
    Ofd,
    /// OpenDocument: .odt .ods .odp.
    OpenDocument,
    /// Rich text.
    Rtf,
    /// Any other zip.
    Zip,
    /// RAR.
    Rar,
    /// 7z.
    SevenZ,
    /// Plain text.
    Text {
        /// How it is written.
        encoding: Encoding,
    },
    /// A web page.
    Html,
    /// A drawing that a browser can run.
    Svg,
    /// A program, a script or a shortcut.
    Executable,
    /// None of these.
    Unknown,
}

impl Kind {
    /// Its name for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Pdf => "PDF 文件",
            Self::Png | Self::Jpeg | Self::Gif | Self::Bmp | Self::Webp => "图片",
            Self::Tiff => "扫描图片",
            Self::Docx => "Word 文档",
            Self::Xlsx => "Excel 表格",
            Self::Pptx => "演示文稿",
            Self::OldOffice => "Office/WPS 文档",
            Self::Ofd => "OFD 版式文件",
            Self::OpenDocument => "开放文档",
            Self::Rtf => "RTF 文档",
            Self::Zip | Self::Rar | Self::SevenZ => "压缩包",
            Self::Text { .. } => "文本文件",
            Self::Html => "网页",
            Self::Svg => "SVG 图形",
            Self::Executable => "程序或脚本",
            Self::Unknown => "其他文件",
        }
    }

    /// Whether it is an image that can be re-encoded and then shown.
    #[must_use]
    pub fn is_image(self) -> bool {
        matches!(
            self,
            Self::Png | Self::Jpeg | Self::Gif | Self::Bmp | Self::Webp
        )
    }

    /// What the reply calls it. Only PDF and images have a type a browser shows.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Bmp => "image/bmp",
            Self::Webp => "image/webp",
            _ => "application/octet-stream",
        }
    }
}

/// What the file is that begins with these bytes; give [`LEAST`] of them at least; no more than [`HEAD`] are looked at.
#[must_use]
pub fn sniff(head: &[u8]) -> Kind {
    let head = head.get(..HEAD).unwrap_or(head);
    if let Some(kind) = by_magic(head) {
        // an image that is a page as well is treated as the page
        let both = (kind.is_image() || kind == Kind::Tiff) && has_markup(head);
        return if both { Kind::Html } else { kind };
    }
    as_text(head)
}

fn by_magic(head: &[u8]) -> Option<Kind> {
    const SIMPLE: &[(&[u8], Kind)] = &[
        (b"\x89PNG\r\n\x1a\n", Kind::Png),
        (b"\xff\xd8\xff", Kind::Jpeg),
        (b"GIF87a", Kind::Gif),
        (b"GIF89a", Kind::Gif),
        (b"II*\0", Kind::Tiff),
        (b"MM\0*", Kind::Tiff),
        (b"%PDF-", Kind::Pdf),
        (b"{\\rtf", Kind::Rtf),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind::OldOffice),
        (b"Rar!\x1a\x07", Kind::Rar),
        (b"7z\xbc\xaf\x27\x1c", Kind::SevenZ),
        (b"\x7fELF", Kind::Executable),
        (b"\xca\xfe\xba\xbe", Kind::Executable),
        (b"\xfe\xed\xfa", Kind::Executable),
        (b"\xcf\xfa\xed\xfe", Kind::Executable),
        (b"L\0\0\0\x01\x14\x02\0", Kind::Executable),
        (b"ITSF", Kind::Executable),
        (b"MSCF", Kind::Executable),
        (b"\0asm", Kind::Executable),
        (b"#!", Kind::Executable),
    ];
    if let Some((_, kind)) = SIMPLE.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(*kind);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Some(of_zip(head));
    }
    if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        return Some(Kind::Webp);
    }
    // two letters are few: the size of the header that follows is checked as well
    if head.starts_with(b"BM")
        && matches!(
            head.get(14..18),
            Some([12 | 40 | 52 | 56 | 108 | 124, 0, 0, 0])
        )
    {
        return Some(Kind::Bmp);
    }
    if head.starts_with(b"MZ") && !is_texty(head) {
        return Some(Kind::Executable);
    }
    None
}

fn of_zip(head: &[u8]) -> Kind {
    let names = unpack::names_in_head(head);
    let has = |prefix: &str| names.iter().any(|n| n.starts_with(prefix));
    let packaged = has("[Content_Types].xml") || has("_rels/") || has("docProps/");
    if packaged && has("word/") {
        return Kind::Docx;
    }
    if packaged && has("xl/") {
        return Kind::Xlsx;
    }
    if packaged && has("ppt/") {
        return Kind::Pptx;
    }
    if names.iter().any(|n| n.eq_ignore_ascii_case("OFD.xml")) || has("Doc_0/") {
        return Kind::Ofd;
    }
    let odf = b"application/vnd.oasis.opendocument.";
    if names.first().is_some_and(|n| n == "mimetype") && unpack::find(head, odf).is_some() {
        return Kind::OpenDocument;
    }
    Kind::Zip
}

fn as_text(head: &[u8]) -> Kind {
    let Some((text, encoding)) = decode(head) else {
        return Kind::Unknown;
    };
    let start: String = text
        .trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
        .chars()
        .take(4096)
        .flat_map(char::to_lowercase)
        .collect();
    if start.starts_with("%pdf-") {
        return Kind::Pdf;
    }
    if start.starts_with("<?php") || start.starts_with("<%") || start.starts_with("#!") {
        return Kind::Executable;
    }
    if start.starts_with('<') && start.contains("<svg") {
        return Kind::Svg;
    }
    if is_page(&start) {
        return Kind::Html;
    }
    Kind::Text { encoding }
}

/// Whether a browser that guesses would take this text for a page.
fn is_page(start: &str) -> bool {
    const TAGS: [&str; 17] = [
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<script",
        "<iframe",
        "<title",
        "<style",
        "<table",
        "<div",
        "<h1",
        "<font",
        "<br",
        "<p>",
        "<a ",
        "<img",
        "<!--",
    ];
    TAGS.iter().any(|tag| start.starts_with(tag))
        || (start.starts_with("<?xml") && start.contains("<html"))
}

fn has_markup(head: &[u8]) -> bool {
    let lower = head.to_ascii_lowercase();
    [
        &b"<script"[..],
        b"<html",
        b"<?php",
        b"<iframe",
        b"<!doctype html",
    ]
    .iter()
    .any(|tag| unpack::find(&lower, tag).is_some())
}

fn is_texty(head: &[u8]) -> bool {
    !head
        .iter()
        .any(|b| *b < 9 || (*b > 13 && *b < 32 && *b != 27))
}

/// The text of a head that may be cut within a character.
fn decode(head: &[u8]) -> Option<(String, Encoding)> {
    if let Some((found, mark)) = encoding_rs::Encoding::for_bom(head) {
        let (text, _) = found.decode_without_bom_handling(head.get(mark..)?);
        let encoding = if found == encoding_rs::UTF_8 {
            Encoding::Utf8
        } else {
            Encoding::Utf16
        };
        let broken = text.contains('\0') || text.trim_end_matches('\u{fffd}').contains('\u{fffd}');
        return (!broken).then(|| (text.into_owned(), encoding));
    }
    if head.is_empty() || !is_texty(head) {
        return None;
    }
    for (found, encoding) in [
        (encoding_rs::UTF_8, Encoding::Utf8),
        (encoding_rs::GB18030, Encoding::Gbk),
    ] {
        // the last character may be cut in two where the head ends
        for cut in 0..4 {
            let whole = head.get(..head.len().saturating_sub(cut))?;
            if let Some(text) = found.decode_without_bom_handling_and_without_replacement(whole)
                && (cut == 0 || head.len() >= LEAST)
            {
                return Some((text.into_owned(), encoding));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::unpack::stored_zip;

    const UTF8: Kind = Kind::Text {
        encoding: Encoding::Utf8,
    };

    #[test]
    fn knows_office_files_by_content() {
        let types: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");
        for (name, kind) in [
            ("word/document.xml", Kind::Docx),
            ("xl/workbook.xml", Kind::Xlsx),
            ("ppt/presentation.xml", Kind::Pptx),
        ] {
            assert_eq!(sniff(&stored_zip(&[types, (name, b"x")])), kind);
        }
        let docx = stored_zip(&[types, ("word/document.xml", b"x")]);
        assert_eq!(sniff(&stored_zip(&[("报告.docx", &docx)])), Kind::Zip);
        assert_eq!(sniff(&stored_zip(&[("OFD.xml", b"x")])), Kind::Ofd);
        let odt = stored_zip(&[("mimetype", b"application/vnd.oasis.opendocument.text")]);
        assert_eq!(sniff(&odt), Kind::OpenDocument);
        assert_eq!(sniff(b"%PDF-1.7\n"), Kind::Pdf);
        assert_eq!(
            sniff(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0"),
            Kind::OldOffice
        );
    }

    #[test]
    fn knows_what_a_browser_could_run() {
        for (bytes, kind) in [
            (&b"<!DOCTYPE HTML><p>"[..], Kind::Html),
            (b"\xef\xbb\xbf\n <HTML>", Kind::Html),
            (b"<?xml version='1.0'?><svg onload='x'>", Kind::Svg),
            (b"<?php system($_GET[0]);", Kind::Executable),
            (b"<%@ page import=\"java.io.*\" %>", Kind::Executable),
            (b"MZ\x90\0\x03\0\0\0", Kind::Executable),
            (b"#!/bin/sh\n", Kind::Executable),
            (b"GIF89a=1;//<script>alert(1)</script>", Kind::Html),
            (b"\x89PNG\r\n\x1a\n....<HTML><body>", Kind::Html),
        ] {
            assert_eq!(sniff(bytes), kind, "{}", String::from_utf8_lossy(bytes));
        }
        let wide: Vec<u8> = "\u{feff}<script>"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(sniff(&wide), Kind::Html);
    }

    #[test]
    fn knows_texts_and_images() {
        assert_eq!(sniff("关于放假的通知".as_bytes()), UTF8);
        let (gbk, _, _) = encoding_rs::GBK.encode("关于放假的通知");
        assert_eq!(
            sniff(&gbk),
            Kind::Text {
                encoding: Encoding::Gbk
            }
        );
        // wherever the head of a long one is cut
        let long = "某年某月，长长的一篇。".repeat(HEAD / 8);
        for cut in [LEAST, LEAST + 1, LEAST + 2, HEAD] {
            let head = long.as_bytes().get(..cut).unwrap_or_default();
            assert_eq!(sniff(head), UTF8, "{cut}");
        }
        assert_eq!(sniff(b"MZ is how this note begins"), UTF8);
        assert_eq!(sniff(b"BM is how this note begins"), UTF8);
        assert_eq!(sniff(b"\xff\xd8\xff\xe0\0\x10JFIF"), Kind::Jpeg);
        assert_eq!(sniff(b"RIFF\0\0\0\0WEBPVP8 "), Kind::Webp);
        assert_eq!(sniff(b"II*\0\x08\0\0\0"), Kind::Tiff);
        assert_eq!(sniff(b"\0\x01\x02\x03"), Kind::Unknown);
        assert_eq!(sniff(b""), Kind::Unknown);
        assert_eq!(Kind::Docx.label(), "Word 文档");
    }
}
