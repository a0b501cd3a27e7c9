//! Photographs from telephones and scanners: turned upright by what the camera wrote down, shrunk, and made
//! anew as JPEG, so that nothing hidden in the file comes along.
//! Not here: what is on them (`qr_read`), and one document of several photographs.

use super::error::{Error, Result};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, imageops::FilterType};
use std::io::Cursor;

/// Widest or highest picture decoded (S40).
pub const PIXELS: u32 = 12_000;
/// Long edge kept of a photographed A4 sheet: some 200 dots an inch, handwriting stays sharp.
pub const SHEET_EDGE: u32 = 2_400;
/// Long edge of the small picture beside the words.
pub const SMALL_EDGE: u32 = 420;

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

/// The picture upright, at most `edge` pixels on its long side, as JPEG.
pub fn upright(bytes: &[u8], edge: u32) -> Result<Vec<u8>> {
    let picture = open(bytes)?;
    let (wide, high) = (picture.width(), picture.height());
    let picture = if wide.max(high) > edge {
        picture.resize(edge, edge, FilterType::Triangle)
    } else {
        picture
    };
    let mut jpeg = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, 82);
    picture
        .to_rgb8()
        .write_with_encoder(encoder)
        .map_err(Error::fault)?;
    Ok(jpeg)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage};

    /// A JPEG whose camera was held sideways: wide on the chip, high to the eye.
    fn sideways() -> Vec<u8> {
        let mut picture = RgbImage::from_pixel(640, 360, Rgb([255, 255, 255]));
        for x in 0..40 {
            for y in 0..40 {
                picture.put_pixel(x, y, Rgb([0, 0, 0]));
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
        let made = upright(&sideways(), 320).unwrap();
        let seen = image::load_from_memory(&made).unwrap().to_luma8();
        assert_eq!((seen.width(), seen.height()), (180, 320));
        // the dark corner has gone from the top left to the top right
        assert!(seen.get_pixel(4, 4).0[0] > 200);
        assert!(seen.get_pixel(175, 4).0[0] < 60);
    }

    #[test]
    fn a_small_one_keeps_its_size_and_rubbish_is_refused() {
        let made = upright(&sideways(), 5_000).unwrap();
        let seen = image::load_from_memory(&made).unwrap();
        assert_eq!((seen.width(), seen.height()), (360, 640));
        assert!(upright(b"not a picture", 100).is_err());
    }
}
