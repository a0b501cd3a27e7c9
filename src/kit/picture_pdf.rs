//! Pages of pictures as one PDF of A4 sheets, in order, each turned as the person wanted: the original of
//! a document that came as photographs or scans.
//! Not a typesetter. Invariant: the file has pages and drawings only, and passes our own look for active
//! parts ([`super::sniff::pdf_is_plain`]), so that it can be shown in the page.

use super::picture::{self, Drawing, Ink};
use super::{sniff, unpack};
use std::io::Write as _;

/// A4 in points.
const SHORT: f64 = 595.276;
const LONG: f64 = 841.89;
/// Pages of one original at most.
pub const MOST_PAGES: usize = 300;

/// Quarter turns clockwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Turn {
    /// As it is.
    #[default]
    None,
    /// 90° to the right.
    Right,
    /// Upside down.
    Over,
    /// 90° to the left.
    Left,
}

impl Turn {
    /// From degrees clockwise, as a form says them.
    #[must_use]
    pub fn of(degrees: &str) -> Self {
        match degrees {
            "90" => Self::Right,
            "180" => Self::Over,
            "270" => Self::Left,
            _ => Self::None,
        }
    }

    /// Degrees clockwise.
    #[must_use]
    pub const fn degrees(self) -> u16 {
        match self {
            Self::None => 0,
            Self::Right => 90,
            Self::Over => 180,
            Self::Left => 270,
        }
    }
}

/// The pictures as one PDF; each is bytes of an image file and its turn.
///
/// # Errors
/// Which page cannot be drawn (from 0), and what to do about it.
pub fn bound(
    mut pictures: impl Iterator<Item = (Vec<u8>, Turn)>,
) -> Result<Vec<u8>, (usize, String)> {
    let mut pdf = Pdf::new();
    for (n, (bytes, turn)) in pictures.by_ref().enumerate() {
        if n == MOST_PAGES {
            return Err((n, format!("一份原件最多 {MOST_PAGES} 页，请分成两份登记")));
        }
        let drawing = plain(&bytes).map_err(|why| (n, why))?;
        pdf.page(&drawing, turn);
    }
    Ok(pdf.finish())
}

/// The drawing of a page in bytes that cannot be taken for a name that acts: one JPEG in some hundreds
/// has such bytes by chance, and a shade less quality makes others.
fn plain(bytes: &[u8]) -> Result<Drawing, String> {
    let mut drawing = packed(picture::page(bytes)?);
    for quality in (70..80).rev() {
        if sniff::pdf_is_plain(&drawing.data) {
            break;
        }
        drawing = packed(picture::page_at(bytes, quality)?);
    }
    Ok(drawing)
}

fn packed(mut drawing: Drawing) -> Drawing {
    if drawing.ink == Ink::Black {
        drawing.data = unpack::pack_zlib(&drawing.data);
    }
    drawing
}

struct Pdf {
    out: Vec<u8>,
    /// Where each object begins; the first two are the catalogue and the list of pages.
    at: Vec<usize>,
    pages: Vec<usize>,
}

impl Pdf {
    fn new() -> Self {
        Self {
            out: b"%PDF-1.4\n%\xe7\xa0\x9a\xe5\x8f\xb0\n".to_vec(),
            at: vec![0, 0],
            pages: Vec::new(),
        }
    }

    fn object(&mut self, n: usize, words: &str, stream: Option<&[u8]>) {
        if let Some(at) = self.at.get_mut(n - 1) {
            *at = self.out.len();
        }
        // writing into a vector does not fail
        let _ = write!(self.out, "{n} 0 obj\n{words}\n");
        if let Some(stream) = stream {
            self.out.extend_from_slice(b"stream\n");
            self.out.extend_from_slice(stream);
            self.out.extend_from_slice(b"\nendstream\n");
        }
        self.out.extend_from_slice(b"endobj\n");
    }

    fn next(&mut self) -> usize {
        self.at.push(0);
        self.at.len()
    }

    /// One sheet, upright or across as the picture is, the picture as large as the sheet takes it.
    fn page(&mut self, drawing: &Drawing, turn: Turn) {
        let (w, h) = (f64::from(drawing.width), f64::from(drawing.height));
        let (sheet_w, sheet_h) = if w > h { (LONG, SHORT) } else { (SHORT, LONG) };
        let scale = (sheet_w / w).min(sheet_h / h);
        let (wide, high) = (w * scale, h * scale);
        let (x, y) = ((sheet_w - wide) / 2.0, (sheet_h - high) / 2.0);
        let space = match drawing.ink {
            Ink::Colour => "/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode",
            Ink::Grey => "/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode",
            Ink::Black => "/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /FlateDecode",
        };
        let image = self.next();
        let words = format!(
            "<< /Type /XObject /Subtype /Image /Width {} /Height {} {space} /Length {} >>",
            drawing.width,
            drawing.height,
            drawing.data.len()
        );
        self.object(image, &words, Some(&drawing.data));
        let draw = format!("q {wide:.2} 0 0 {high:.2} {x:.2} {y:.2} cm /Im Do Q");
        let content = self.next();
        let length = format!("<< /Length {} >>", draw.len());
        self.object(content, &length, Some(draw.as_bytes()));
        let page = self.next();
        let words = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {sheet_w:.2} {sheet_h:.2}] /Rotate {} \
             /Resources << /XObject << /Im {image} 0 R >> >> /Contents {content} 0 R >>",
            turn.degrees()
        );
        self.object(page, &words, None);
        self.pages.push(page);
    }

    fn finish(mut self) -> Vec<u8> {
        self.object(1, "<< /Type /Catalog /Pages 2 0 R >>", None);
        let kids: Vec<String> = self.pages.iter().map(|n| format!("{n} 0 R")).collect();
        let list = format!(
            "<< /Type /Pages /Count {} /Kids [{}] >>",
            kids.len(),
            kids.join(" ")
        );
        self.object(2, &list, None);
        let table = self.out.len();
        let count = self.at.len() + 1;
        let _ = write!(self.out, "xref\n0 {count}\n0000000000 65535 f \n");
        for at in &self.at {
            let _ = writeln!(self.out, "{at:010} 00000 n ");
        }
        let _ = write!(
            self.out,
            "trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"
        );
        self.out
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::picture::tests::{photograph, scan, turned};
    use super::*;

    #[test]
    fn three_pages_stand_in_order_each_as_it_was_turned() {
        let pages = [
            (photograph(3000, 2000), Turn::None),
            (turned(&photograph(3000, 2000), 6), Turn::None),
            (scan(1654, 2339), Turn::Over),
        ];
        let pdf = bound(pages.into_iter()).unwrap();
        assert!(sniff::pdf_is_plain(&pdf));
        let text = String::from_utf8_lossy(&pdf);
        let boxes: Vec<&str> = text.split("/MediaBox ").skip(1).collect();
        assert_eq!(boxes.len(), 3);
        let begins = |n: usize, with: &str| boxes.get(n).unwrap().starts_with(with);
        assert!(begins(0, "[0 0 841.89 595.28] /Rotate 0"), "{text}");
        assert!(begins(1, "[0 0 595.28 841.89] /Rotate 0"));
        assert!(begins(2, "[0 0 595.28 841.89] /Rotate 180"));
        assert!(text.contains("/Count 3") && text.contains("/FlateDecode"));
        // the table says where the objects are
        let table: usize = text
            .rsplit("startxref\n")
            .next()
            .unwrap()
            .lines()
            .next()
            .unwrap()
            .parse()
            .unwrap();
        assert!(pdf.get(table..).unwrap().starts_with(b"xref\n0 12\n"));
        let rows = String::from_utf8_lossy(pdf.get(table..).unwrap()).into_owned();
        for (n, row) in rows.lines().skip(3).take(11).enumerate() {
            let at: usize = row.get(..10).unwrap().parse().unwrap();
            let head = format!("{} 0 obj", n + 1);
            assert!(pdf.get(at..).unwrap().starts_with(head.as_bytes()), "{row}");
        }
    }

    #[test]
    fn a_page_of_type_is_small() {
        let pdf = bound([(scan(1654, 2339), Turn::None)].into_iter()).unwrap();
        assert!(pdf.len() < 100_000, "{}", pdf.len());
    }

    #[test]
    fn the_page_that_cannot_be_drawn_is_named() {
        let pages = [
            (photograph(200, 100), Turn::None),
            (b"torn".to_vec(), Turn::None),
        ];
        let (n, why) = bound(pages.into_iter()).unwrap_err();
        assert!(n == 1 && why.contains("打不开"), "{n} {why}");
    }

    #[test]
    fn turns_are_said_in_degrees() {
        for degrees in ["0", "90", "180", "270"] {
            assert_eq!(Turn::of(degrees).degrees().to_string(), degrees);
        }
        assert_eq!(Turn::of("45"), Turn::None);
    }
}
