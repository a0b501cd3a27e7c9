//! A seal's picture: drawn anew like every picture that comes in, its white made clear, so that signature and date show
//! through under it. Not here: seals drawn by us (`layout::seal`), what a picture may weigh (`picture::open` bounds it).
//! Invariant: what comes out is a PNG with no byte of what came in.

use super::error::{Error, Result};
use super::picture;
use super::sniff;
use image::imageops::FilterType;
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use std::io::Cursor;

/// Pixels of the longer edge: 4.2 cm at 480 to the inch.
const EDGE: u32 = 800;
/// Fewer than these make a seal of steps.
const LEAST: u32 = 200;
/// Paper is never quite white, and a scanner adds its grain.
const PAPER: u8 = 40;
/// Least part of the picture that must be ink, in hundredths.
const LEAST_INK: usize = 2;

/// The picture cut to its ink, as PNG; height by width comes with it.
///
/// # Errors
/// A sentence for whoever uploads it.
pub fn clear(bytes: &[u8]) -> Result<(Vec<u8>, f64)> {
    let wrong = |why: &str| Error::invalid("image", why);
    if !sniff::sniff(bytes).is_image() {
        return Err(wrong("印章图样要用图片：扫描件或照片存成 PNG、JPG 再选"));
    }
    let image = picture::open(bytes)
        .map_err(|_| wrong("这张图片打不开，可能没有传完。请重新扫描，存成 PNG 或 JPG 再选"))?;
    if image.width().min(image.height()) < LEAST {
        return Err(wrong(
            "这张图片太小，印出来会有锯齿。请用 300 以上的分辨率重新扫描印模",
        ));
    }
    let image = match image.width().max(image.height()) > EDGE {
        true => image.resize(EDGE, EDGE, FilterType::CatmullRom),
        false => image,
    };
    let mut inked = image.to_rgba8();
    for pixel in inked.pixels_mut() {
        *pixel = lifted(*pixel);
    }
    let inked = cut(&inked).ok_or_else(|| wrong("图片里没有看到印章，请裁掉四周，留下印章再选"))?;
    let (width, height) = inked.dimensions();
    let mut png = Vec::new();
    DynamicImage::ImageRgba8(inked)
        .write_to(&mut Cursor::new(&mut png), ImageFormat::Png)
        .map_err(Error::fault)?;
    Ok((png, f64::from(height) / f64::from(width.max(1))))
}

/// Height by width of a PNG of ours.
#[must_use]
pub fn ratio(png: &[u8]) -> Option<f64> {
    let side = |at: usize| {
        let four = png.get(at..at + 4)?.try_into().ok()?;
        Some(f64::from(u32::from_be_bytes(four)))
    };
    let (width, height) = (side(16)?, side(20)?);
    (width > 0.0).then(|| height / width)
}

/// How much ink lies on white paper there, and its own colour without the paper.
fn lifted(Rgba([r, g, b, a]): Rgba<u8>) -> Rgba<u8> {
    let ink = (255 - r.min(g).min(b)).min(a);
    if ink < PAPER {
        return Rgba([255, 255, 255, 0]);
    }
    let own = |c: u8| {
        let left = i32::from(c) - (255 - i32::from(ink));
        u8::try_from((left * 255 / i32::from(ink)).clamp(0, 255)).unwrap_or(0)
    };
    Rgba([own(r), own(g), own(b), ink])
}

/// Without the empty margins; `None` where there is hardly any ink.
fn cut(image: &RgbaImage) -> Option<RgbaImage> {
    let inked = || image.enumerate_pixels().filter(|(_, _, p)| p.0[3] > 0);
    let all = image.width() as usize * image.height() as usize;
    if inked().count() * 100 < all * LEAST_INK {
        return None;
    }
    let (left, right) = (inked().map(|p| p.0).min()?, inked().map(|p| p.0).max()?);
    let (top, bottom) = (inked().map(|p| p.1).min()?, inked().map(|p| p.1).max()?);
    let view = image::imageops::crop_imm(image, left, top, right - left + 1, bottom - top + 1);
    Some(view.to_image())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn scanned(width: u32, height: u32) -> Vec<u8> {
        let image = image::RgbImage::from_fn(width, height, |x, y| {
            let (dx, dy) = (f64::from(x) - 300.0, f64::from(y) - 250.0);
            match (150.0..170.0).contains(&dx.hypot(dy)) {
                true => image::Rgb([200, 20, 30]),
                false => image::Rgb([250, 251, 249]),
            }
        });
        let mut png = Vec::new();
        image
            .write_to(&mut Cursor::new(&mut png), ImageFormat::Png)
            .unwrap();
        png
    }

    #[test]
    fn paper_goes_and_ink_stays() {
        let (png, high) = clear(&scanned(600, 500)).unwrap();
        let seen = image::load_from_memory(&png).unwrap().to_rgba8();
        assert!(
            (338..=342).contains(&seen.width()),
            "cut to its ink: {}",
            seen.width()
        );
        assert!((high - 1.0).abs() < 0.02 && (ratio(&png).unwrap() - high).abs() < 0.001);
        let middle = seen.get_pixel(seen.width() / 2, seen.height() / 2);
        assert_eq!(middle.0[3], 0, "the paper is clear");
        let ring = seen.get_pixel(10, seen.height() / 2);
        assert!(
            ring.0[3] > 200 && ring.0[0] > 180 && ring.0[1] < 20,
            "{ring:?}"
        );
    }

    #[test]
    fn what_is_no_seal_is_said() {
        for (bytes, word) in [
            (b"%PDF-1.4".to_vec(), "图片"),
            (scanned(150, 150), "太小"),
            (b"\x89PNG\r\n\x1a\n torn".to_vec(), "打不开"),
        ] {
            let why = clear(&bytes).unwrap_err().to_string();
            assert!(why.contains(word), "{why}");
        }
        let white = image::RgbImage::from_pixel(300, 300, image::Rgb([255, 255, 255]));
        let mut png = Vec::new();
        white
            .write_to(&mut Cursor::new(&mut png), ImageFormat::Png)
            .unwrap();
        assert!(
            clear(&png)
                .unwrap_err()
                .to_string()
                .contains("没有看到印章")
        );
    }
}
