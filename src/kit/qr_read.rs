//! Reads the code of a printed sheet off a photograph; the only door of `rqrr`.
//! Not here: rights. Whoever prints a code can print any, so what is found names a case and grants nothing.
//! Invariant: a picture that cannot be read is `None`, never an error: it is given its case by hand.

use super::id::Id;
use super::picture;
use image::imageops::FilterType;
use image::{DynamicImage, GrayImage};

/// What a sheet's code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetCode {
    /// The case it opens.
    pub case: Id,
    /// Which sheet of it, where it says so.
    pub sheet: String,
}

/// Long edges tried, the likeliest first: too many pixels make noise of the paper's grain, too few lose
/// the modules.
const EDGES: [u32; 4] = [1_600, 2_400, 1_000, 3_600];
/// Pictures looked at in one PDF: a signed sheet is a page or two.
const IN_PDF: usize = 6;

/// The case whose code is on the picture, a photograph or a scanned PDF.
#[must_use]
pub fn case_in_image(bytes: &[u8]) -> Option<Id> {
    sheet_in_image(bytes).map(|code| code.case)
}

/// The same with the sheet it was printed on.
#[must_use]
pub fn sheet_in_image(bytes: &[u8]) -> Option<SheetCode> {
    if bytes.starts_with(b"%PDF-") {
        let pages = jpegs_in(bytes).into_iter().take(IN_PDF);
        return pages
            .filter_map(|p| picture::open(p).ok())
            .find_map(|p| on(&p));
    }
    on(&picture::open(bytes).ok()?)
}

/// What the address in a code says: `…/case/ID?s=SHEET`.
#[must_use]
pub fn read_address(text: &str) -> Option<SheetCode> {
    let (_, after) = text.split_once("/case/")?;
    let end = after
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(after.len());
    let case = after.get(..end)?.parse().ok()?;
    let sheet = after.split_once("?s=").map_or("", |(_, s)| s);
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    Some(SheetCode {
        case,
        sheet: sheet.chars().take_while(plain).take(40).collect(),
    })
}

fn on(picture: &DynamicImage) -> Option<SheetCode> {
    let (wide, high) = (picture.width(), picture.height());
    let mut tried: Vec<u32> = Vec::new();
    for edge in EDGES {
        let edge = edge.min(wide.max(high));
        if tried.contains(&edge) {
            continue;
        }
        tried.push(edge);
        let seen = picture.resize(edge, edge, FilterType::Triangle).to_luma8();
        let found = decode(&seen)
            .or_else(|| decode(&stretched(&seen)))
            .or_else(|| decode(&image::imageops::blur(&seen, 1.0)));
        if found.is_some() {
            return found;
        }
    }
    None
}

fn decode(seen: &GrayImage) -> Option<SheetCode> {
    let (wide, high) = (seen.width() as usize, seen.height() as usize);
    let at = |x: usize, y: usize| {
        let raw = seen.as_raw();
        raw.get(y * wide + x).copied().unwrap_or(255)
    };
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(wide, high, at);
    let grids = prepared.detect_grids();
    let texts = grids.iter().filter_map(|g| g.decode().ok());
    texts.into_iter().find_map(|(_, text)| read_address(&text))
}

/// Dark and light pulled apart: a sheet photographed in a dim corridor.
fn stretched(seen: &GrayImage) -> GrayImage {
    let mut counts = [0_usize; 256];
    for p in seen.as_raw() {
        if let Some(n) = counts.get_mut(usize::from(*p)) {
            *n += 1;
        }
    }
    let some = seen.as_raw().len() / 50;
    let level = |mut order: Box<dyn Iterator<Item = usize>>| {
        let mut sum = 0;
        let reached = |i: &usize| {
            sum += counts.get(*i).copied().unwrap_or(0);
            sum > some
        };
        order.find(reached).unwrap_or(0)
    };
    let (low, high) = (level(Box::new(0..256)), level(Box::new((0..256).rev())));
    let span = high.saturating_sub(low).max(1);
    let mut out = seen.clone();
    for p in out.iter_mut() {
        let wide = usize::from(*p).saturating_sub(low) * 255 / span;
        *p = u8::try_from(wide.min(255)).unwrap_or(255);
    }
    out
}

/// The JPEG pictures that stand in a PDF as they came from the scanner.
fn jpegs_in(pdf: &[u8]) -> Vec<&[u8]> {
    let find = |from: usize, what: &[u8]| {
        let rest = pdf.get(from..)?;
        let at = rest.windows(what.len()).position(|w| w == what)?;
        Some(from + at)
    };
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(start) = find(at, b"\xff\xd8\xff") {
        let end = find(start, b"endstream").unwrap_or(pdf.len());
        found.extend(pdf.get(start..end));
        at = end.max(start + 3);
    }
    found
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::kit::{Millis, ShelfNo, qr};
    use image::codecs::jpeg::JpegEncoder;
    use image::{Luma, Rgb, RgbImage};

    fn case() -> Id {
        Id::next(ShelfNo(3), Millis(1_773_018_000_000), 0)
    }

    /// A sheet of A4, 1240 pixels wide (150 dots an inch): ruled boxes and the code at the foot, 28 mm wide.
    fn sheet() -> GrayImage {
        let mut page = GrayImage::from_pixel(1240, 1754, Luma([250]));
        for y in (200..1500).step_by(90) {
            for x in 120..1150 {
                page.put_pixel(x, y, Luma([20]));
                page.put_pixel(x, y + 1, Luma([20]));
            }
        }
        let address = format!("http://192.168.1.20:8080/case/{}?s=handling", case());
        let code = qr::matrix(&address).unwrap();
        let side = code.len() + 8;
        let wide = 165;
        for x in 0..wide {
            for y in 0..wide {
                let module = |v: usize| (v * side / wide).wrapping_sub(4);
                let row = code.get(module(y));
                if row.and_then(|r| r.get(module(x))) == Some(&true) {
                    let (x, y) = (
                        u32::try_from(x + 960).unwrap(),
                        u32::try_from(y + 1540).unwrap(),
                    );
                    page.put_pixel(x, y, Luma([15]));
                }
            }
        }
        page
    }

    /// As a telephone sees it: enlarged, turned, on a table, darker to one side, with grain, and saved badly.
    fn photographed(degrees: f32, light: f32, quality: u8) -> Vec<u8> {
        let page = sheet();
        let (wide, high) = (2400_u32, 2400_u32);
        let (sin, cos) = degrees.to_radians().sin_cos();
        let mut seed = 12_345_u32;
        let mut grain = move || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f32::from(u8::try_from(seed >> 24).unwrap()) / 255.0 - 0.5
        };
        let seen = RgbImage::from_fn(wide, high, |x, y| {
            let (dx, dy) = (x as f32 - 1200.0, y as f32 - 1200.0);
            let (u, v) = ((dx * cos + dy * sin) * 0.78, (dy * cos - dx * sin) * 0.78);
            let (u, v) = (u + 620.0, v + 877.0);
            let inside = u >= 0.0 && v >= 0.0 && u < 1240.0 && v < 1754.0;
            let paper = match inside {
                true => f32::from(page.get_pixel(u as u32, v as u32).0[0]),
                false => 90.0,
            };
            let shade = light * (1.0 - 0.35 * x as f32 / wide as f32);
            let v = (paper * shade + grain() * 24.0).clamp(0.0, 255.0) as u8;
            Rgb([v, v, (f32::from(v) * 0.9) as u8])
        });
        let mut jpeg = Vec::new();
        seen.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, quality))
            .unwrap();
        jpeg
    }

    fn said() -> Option<SheetCode> {
        Some(SheetCode {
            case: case(),
            sheet: "handling".into(),
        })
    }

    #[test]
    fn a_photographed_sheet_names_its_case() {
        for (degrees, light, quality) in [
            (0.0, 1.0, 85),
            (7.0, 0.55, 50),
            (-7.0, 0.45, 50),
            (90.0, 0.8, 60),
            (184.0, 0.7, 50),
        ] {
            let found = sheet_in_image(&photographed(degrees, light, quality));
            assert_eq!(found, said(), "{degrees}° light {light} quality {quality}");
        }
    }

    #[test]
    fn a_scan_in_a_pdf_is_read_too() {
        let mut pdf = b"%PDF-1.4\n1 0 obj <</Filter /DCTDecode>> stream\n".to_vec();
        pdf.extend(photographed(0.0, 1.0, 70));
        pdf.extend(b"\nendstream endobj\n%%EOF");
        assert_eq!(case_in_image(&pdf), Some(case()));
    }

    #[test]
    fn what_has_no_code_of_ours_is_none() {
        assert_eq!(case_in_image(b"%PDF-1.4 nothing"), None);
        assert_eq!(case_in_image(b"GIF89a"), None);
        for text in [
            "http://evil/case/",
            "http://x/case/short",
            "http://x/cases/0000000000000",
            "https://u.wechat.com/abc",
        ] {
            assert_eq!(read_address(text), None, "{text}");
        }
        let id = case();
        let other = read_address(&format!("https://oa.example/case/{id}/print/x?s=a<b"));
        assert_eq!(other.map(|c| (c.case, c.sheet)), Some((id, "a".into())));
    }
}
