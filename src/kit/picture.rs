//! Photographs and scans: turned upright by what the camera wrote down, shrunk, and drawn anew, so that what
//! hides in their bytes stays behind; as pages of an original no larger than print needs, black and white kept
//! as such. Not here: what is on them (`qr_read`), one document of several (`picture_pdf`).
//! Invariant: nothing here draws a picture that was not told by its bytes to be one.

use super::error::{Error, Result};
use super::sniff;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// Widest or highest picture decoded (S40).
const PIXELS: u32 = 12_000;
/// Long edge kept of a photographed A4 sheet: some 200 dots an inch, handwriting stays sharp.
pub const SHEET_EDGE: u32 = 2_400;
/// Long edge of the small picture beside the words.
pub const SMALL_EDGE: u32 = 720;
/// Of a photographed sheet.
const SHEET_QUALITY: u8 = 82;
/// Longest edge of a page in colour or grey: 240 to the inch on A4.
const LONG_EDGE: u32 = 2000;
/// The same in black and white, where a pixel is an eighth of a byte: 300 to the inch.
const LONG_EDGE_BITS: u32 = 3508;
const QUALITY: u8 = 80;
const THUMB: u32 = 360;
const SEEN_QUALITY: u8 = 70;

/// One page's drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// How the bytes are to be read.
    pub ink: Ink,
    /// JPEG, or rows of bits padded to whole bytes, 1 white.
    pub data: Vec<u8>,
}

/// How a drawing is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// JPEG with three components.
    Colour,
    /// JPEG with one.
    Grey,
    /// A bit a pixel.
    Black,
}

/// The picture as it is to be looked at. `Invalid` where it cannot be opened.
pub fn open(bytes: &[u8]) -> Result<DynamicImage> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(PIXELS);
    limits.max_image_height = Some(PIXELS);
    limits.max_alloc = Some(256 << 20);
    reader.limits(limits);
    let unreadable = |_| {
        Error::invalid(
            "photo",
            "这张照片打不开。请重新拍一张，或另存为 JPG 格式再上传",
        )
    };
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    // a camera that wrote nonsense down wrote nothing
    let turn = decoder
        .orientation()
        .unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    picture.apply_orientation(turn);
    Ok(picture)
}

/// A photographed sheet upright, at most `edge` pixels on its long side, as JPEG. `Invalid` as [`open`].
pub fn sheet(bytes: &[u8], edge: u32) -> Result<Vec<u8>> {
    let image = shrunk(open(bytes)?, edge);
    jpeg(&DynamicImage::ImageRgb8(on_white(&image)), SHEET_QUALITY).map_err(Error::fault)
}

/// The picture of a file as a page.
///
/// # Errors
/// A sentence that says what to do with this file.
pub fn page(bytes: &[u8]) -> std::result::Result<Drawing, String> {
    page_at(bytes, QUALITY)
}

/// The same at another quality, for a page whose bytes came out unlucky.
pub(super) fn page_at(bytes: &[u8], quality: u8) -> std::result::Result<Drawing, String> {
    let image = upright(bytes)?;
    let grey = image.to_luma8();
    if is_black_and_white(&image, &grey) {
        let most = image.width().max(image.height());
        let grey = if most > LONG_EDGE_BITS {
            DynamicImage::ImageLuma8(grey)
                .resize(LONG_EDGE_BITS, LONG_EDGE_BITS, FilterType::Triangle)
                .to_luma8()
        } else {
            grey
        };
        return Ok(bits(&grey));
    }
    let image = shrunk(image, LONG_EDGE);
    let ink = if image.color().has_color() {
        Ink::Colour
    } else {
        Ink::Grey
    };
    let image = match ink {
        Ink::Grey => DynamicImage::ImageLuma8(image.to_luma8()),
        Ink::Colour | Ink::Black => DynamicImage::ImageRgb8(on_white(&image)),
    };
    Ok(Drawing {
        width: image.width(),
        height: image.height(),
        ink,
        data: jpeg(&image, quality)?,
    })
}

/// A small JPEG to know a page by.
///
/// # Errors
/// As [`page`].
pub fn thumbnail(bytes: &[u8]) -> std::result::Result<Vec<u8>, String> {
    let image = shrunk(upright(bytes)?, THUMB);
    jpeg(&DynamicImage::ImageRgb8(on_white(&image)), SEEN_QUALITY)
}

/// The image drawn anew as PNG, upright.
///
/// # Errors
/// As [`page`].
pub fn drawn_anew(bytes: &[u8]) -> std::result::Result<Vec<u8>, String> {
    let image = upright(bytes)?;
    let mut png = Vec::new();
    image
        .write_to(&mut Cursor::new(&mut png), ImageFormat::Png)
        .map_err(|_| unreadable())?;
    Ok(png)
}

/// Width and height a picture says it has, before it is opened; `None` where it is none of ours.
#[must_use]
pub fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    if !sniff::sniff(bytes).is_image() {
        return None;
    }
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format();
    reader.ok()?.into_dimensions().ok()
}

/// A picture inside a page, drawn anew: as PNG where something of it is clear, else as JPEG.
///
/// # Errors
/// As [`page`].
pub fn shown(bytes: &[u8]) -> std::result::Result<Vec<u8>, String> {
    let image = shrunk(upright(bytes)?, SHEET_EDGE);
    let clear = image.color().has_alpha() && image.to_rgba8().pixels().any(|p| p.0[3] < 255);
    if !clear {
        return jpeg(&DynamicImage::ImageRgb8(on_white(&image)), SHEET_QUALITY);
    }
    let mut png = Vec::new();
    image
        .write_to(&mut Cursor::new(&mut png), ImageFormat::Png)
        .map_err(|_| unreadable())?;
    Ok(png)
}

/// Whether the first bytes are those of a telephone's HEIC or AVIF photograph.
#[must_use]
pub fn is_heic(head: &[u8]) -> bool {
    const BRANDS: [&[u8]; 8] = [
        b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif",
    ];
    head.get(4..8) == Some(b"ftyp") && head.get(8..12).is_some_and(|b| BRANDS.contains(&b))
}

/// What is said of a HEIC photograph.
#[must_use]
pub fn heic_said(name: &str) -> String {
    format!(
        "“{name}”是苹果手机的 HEIC 照片，这里打不开。请在手机“设置→相机→格式”里选“兼容性最佳”再拍，或者把照片另存为 JPG 再传"
    )
}

fn unreadable() -> String {
    let most = PIXELS;
    format!(
        "图片打不开，可能没有传完、已损坏或太大（长宽都不能超过 {most} 点）。请重新拍照，或者用 300 以下的分辨率重新扫描再传"
    )
}

fn upright(bytes: &[u8]) -> std::result::Result<DynamicImage, String> {
    if !sniff::sniff(bytes).is_image() {
        return Err(unreadable());
    }
    open(bytes).map_err(|_| unreadable())
}

fn shrunk(image: DynamicImage, edge: u32) -> DynamicImage {
    if image.width().max(image.height()) <= edge {
        return image;
    }
    image.resize(edge, edge, FilterType::Triangle)
}

/// Colour on white paper: what was transparent was the paper.
fn on_white(image: &DynamicImage) -> image::RgbImage {
    if !image.color().has_alpha() {
        return image.to_rgb8();
    }
    let mut out = image::RgbImage::new(image.width(), image.height());
    for (to, from) in out.pixels_mut().zip(image.to_rgba8().pixels()) {
        let [r, g, b, a] = from.0.map(u16::from);
        let over = |c: u16| u8::try_from((c * a + 255 * (255 - a)) / 255).unwrap_or(255);
        to.0 = [over(r), over(g), over(b)];
    }
    out
}

fn jpeg(image: &DynamicImage, quality: u8) -> std::result::Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut out, quality);
    image
        .write_with_encoder(encoder)
        .map_err(|_| unreadable())?;
    Ok(out)
}

/// A scan of type on paper: hardly a pixel that is neither ink nor paper, and none in colour.
fn is_black_and_white(image: &DynamicImage, grey: &GrayImage) -> bool {
    let between = grey
        .pixels()
        .filter(|p| (64..192).contains(&p.0[0]))
        .count();
    let all = grey.pixels().count();
    if all < 10_000 || between * 50 > all {
        return false;
    }
    if !image.color().has_color() {
        return true;
    }
    let tinted = |p: &&image::Rgb<u8>| {
        let [r, g, b] = p.0;
        r.max(g).max(b) - r.min(g).min(b) > 40
    };
    let rgb = on_white(image);
    rgb.pixels().step_by(3).filter(tinted).count() * 3 * 500 < all
}

fn bits(grey: &GrayImage) -> Drawing {
    let mut data = Vec::with_capacity((grey.width() as usize).div_ceil(8) * grey.height() as usize);
    for row in grey.rows() {
        let (mut byte, mut n) = (0_u8, 0_u8);
        for pixel in row {
            byte = (byte << 1) | u8::from(pixel.0[0] >= 128);
            n += 1;
            if n == 8 {
                data.push(byte);
                (byte, n) = (0, 0);
            }
        }
        if n > 0 {
            data.push(byte << (8 - n));
        }
    }
    Drawing {
        width: grey.width(),
        height: grey.height(),
        ink: Ink::Black,
        data,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
pub(crate) mod tests {
    use super::*;

    /// A photograph: left half red, right half a ramp.
    pub fn photograph(width: u32, height: u32) -> Vec<u8> {
        let image = image::RgbImage::from_fn(width, height, |x, y| {
            if x < width / 2 {
                image::Rgb([200, 30, 30])
            } else {
                let v = u8::try_from((x * 7 + y * 3) % 256).unwrap();
                image::Rgb([v, 255 - v, 90])
            }
        });
        jpeg(&DynamicImage::ImageRgb8(image), 85).unwrap()
    }

    /// The same with an EXIF orientation.
    pub fn turned(jpeg: &[u8], orientation: u8) -> Vec<u8> {
        let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
        let mut out = jpeg[..2].to_vec();
        out.extend([0xff, 0xe1]);
        out.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
        out.extend(exif);
        out.extend(&jpeg[2..]);
        out
    }

    pub fn scan(width: u32, height: u32) -> Vec<u8> {
        let image = GrayImage::from_fn(width, height, |x, y| {
            image::Luma([if (x / 9 + y / 13) % 7 == 0 { 10 } else { 250 }])
        });
        let mut png = Vec::new();
        DynamicImage::ImageLuma8(image)
            .write_to(&mut Cursor::new(&mut png), ImageFormat::Png)
            .unwrap();
        png
    }

    #[test]
    fn a_photograph_stands_upright_and_is_shrunk() {
        let wide = photograph(3000, 1500);
        let plain = page(&wide).unwrap();
        assert_eq!(
            (plain.width, plain.height, plain.ink),
            (2000, 1000, Ink::Colour)
        );
        assert!(plain.data.starts_with(&[0xff, 0xd8]) && plain.data.len() < wide.len());
        let held = page(&turned(&wide, 6)).unwrap();
        assert_eq!((held.width, held.height), (1000, 2000));
        // orientation 6: what was left stands on top
        let image = image::load_from_memory(&held.data).unwrap().to_rgb8();
        assert!(image.get_pixel(500, 100).0[0] > 150 && image.get_pixel(500, 100).0[1] < 90);
        let upside = page(&turned(&wide, 3)).unwrap();
        let image = image::load_from_memory(&upside.data).unwrap().to_rgb8();
        assert!(image.get_pixel(1900, 500).0[0] > 150 && image.get_pixel(1900, 500).0[1] < 90);
        assert!(thumbnail(&wide).unwrap().len() < 30_000);
    }

    #[test]
    fn a_scan_in_black_and_white_stays_so() {
        let drawn = page(&scan(1003, 1400)).unwrap();
        assert_eq!(
            (drawn.width, drawn.height, drawn.ink),
            (1003, 1400, Ink::Black)
        );
        assert_eq!(drawn.data.len(), 126 * 1400);
        let grey = GrayImage::from_fn(300, 300, |x, y| {
            image::Luma([u8::try_from((x + y) % 256).unwrap()])
        });
        let mut png = Vec::new();
        DynamicImage::ImageLuma8(grey)
            .write_to(&mut Cursor::new(&mut png), ImageFormat::Png)
            .unwrap();
        assert_eq!(page(&png).unwrap().ink, Ink::Grey);
    }

    #[test]
    fn what_is_no_picture_is_said() {
        for bytes in [
            &b"\xff\xd8\xff\xe0 torn"[..],
            b"%PDF-1.4",
            b"",
            b"\x89PNG\r\n\x1a\n",
        ] {
            assert!(page(bytes).unwrap_err().contains("打不开"), "{bytes:?}");
        }
        assert!(is_heic(b"\0\0\0\x18ftypheic\0\0\0\0") && !is_heic(b"\0\0\0\x18ftypisom"));
    }

    /// A JPEG whose camera was held sideways: wide on the chip, high to the eye.
    fn held_sideways() -> Vec<u8> {
        let mut picture = image::RgbImage::from_pixel(640, 360, image::Rgb([255, 255, 255]));
        for x in 0..40 {
            for y in 0..40 {
                picture.put_pixel(x, y, image::Rgb([0, 0, 0]));
            }
        }
        let mut plain = Vec::new();
        picture
            .write_with_encoder(JpegEncoder::new_with_quality(&mut plain, 95))
            .unwrap();
        // Exif: little endian, one entry, orientation (0x0112) 6: turn right to be upright
        let exif: &[u8] =
            b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        let mut all = vec![
            0xff,
            0xd8,
            0xff,
            0xe1,
            0,
            u8::try_from(exif.len() + 2).unwrap(),
        ];
        all.extend_from_slice(exif);
        all.extend_from_slice(plain.get(2..).unwrap());
        all
    }

    #[test]
    fn a_photograph_is_turned_and_shrunk() {
        let made = sheet(&held_sideways(), 320).unwrap();
        let seen = image::load_from_memory(&made).unwrap().to_luma8();
        assert_eq!((seen.width(), seen.height()), (180, 320));
        // the dark corner has gone from the top left to the top right
        assert!(seen.get_pixel(4, 4).0[0] > 200);
        assert!(seen.get_pixel(175, 4).0[0] < 60);
    }

    #[test]
    fn a_small_one_keeps_its_size_and_rubbish_is_refused() {
        let made = sheet(&held_sideways(), 5_000).unwrap();
        let seen = image::load_from_memory(&made).unwrap();
        assert_eq!((seen.width(), seen.height()), (360, 640));
        assert!(sheet(b"not a picture", 100).is_err());
    }
}
