//! A picture as objects of a PDF. What is clear in it is left unpainted by a mask of single bits, which is no transparency to
//! the archival profile; its edge is drawn finer than the picture so that it does not show steps.
//! Not here: where it stands.

use super::super::page::Picture;
use super::Book;
use crate::kit::{Result, picture, unpack};
use image::{DynamicImage, GrayImage, imageops::FilterType};
use pdf_writer::{Filter, Finish, Name, Ref};

/// The mask has at most so many pixels on its long side.
const MASK_EDGE: u32 = 4096;

/// The picture's object.
pub(super) fn embed(book: &mut Book<'_>, picture: &Picture) -> Result<Ref> {
    let id = book.next();
    let image = picture::open(&picture.bytes)?;
    if let Some(grey) = plain_jpeg(&picture.bytes, &image) {
        let mut out = object(book, (id, &picture.bytes), &image, grey);
        out.filter(Filter::DctDecode);
        return Ok(id);
    }
    let mask = clear(&image).map(|alpha| {
        let id = book.next();
        stencil(book, id, alpha);
        id
    });
    let grey = !image.color().has_color();
    let data = if grey {
        image.to_luma8().into_raw()
    } else {
        image.to_rgb8().into_raw()
    };
    let packed = unpack::pack_zlib(&data);
    let mut out = object(book, (id, &packed), &image, grey);
    out.filter(Filter::FlateDecode);
    if let Some(mask) = mask {
        out.stencil_mask(mask);
    }
    out.finish();
    Ok(id)
}

/// Whether a JPEG can stand as it is: upright, one component or three.
fn plain_jpeg(bytes: &[u8], image: &DynamicImage) -> Option<bool> {
    let (grey, components) = match image {
        DynamicImage::ImageLuma8(_) => (true, 1),
        DynamicImage::ImageRgb8(_) => (false, 3),
        _ => return None,
    };
    let frame = frame(bytes)?;
    let upright = frame.size == (image.width(), image.height()) && !frame.turned;
    (upright && frame.components == components).then_some(grey)
}

/// What a JPEG's frame header says.
struct Frame {
    size: (u32, u32),
    components: u8,
    /// It says somewhere how it is to be turned, or that its colours are not the usual ones.
    turned: bool,
}

fn frame(bytes: &[u8]) -> Option<Frame> {
    let mut at = 2;
    let mut turned = false;
    if !bytes.starts_with(&[0xff, 0xd8]) {
        return None;
    }
    loop {
        let &[0xff, kind, high, low] = bytes.get(at..at + 4)? else {
            return None;
        };
        let size = usize::from(u16::from_be_bytes([high, low]));
        match kind {
            // Exif may turn it, Adobe's marker may change its colours
            0xe1 | 0xee => turned = true,
            0xc0..=0xc2 => {
                let &[_, h1, h2, w1, w2, components] = bytes.get(at + 4..at + 10)? else {
                    return None;
                };
                let two = |a, b| u32::from(u16::from_be_bytes([a, b]));
                return Some(Frame {
                    size: (two(w1, w2), two(h1, h2)),
                    components,
                    turned,
                });
            }
            0xda => return None,
            _ => {}
        }
        at += 2 + size.max(2);
    }
}

fn object<'b>(
    book: &'b mut Book<'_>,
    (id, data): (Ref, &'b [u8]),
    image: &DynamicImage,
    grey: bool,
) -> pdf_writer::writers::ImageXObject<'b> {
    let mut out = book.pdf.image_xobject(id, data);
    out.width(pixels(image.width()))
        .height(pixels(image.height()));
    let space: &[u8] = if grey { b"DeviceGray" } else { b"DeviceRGB" };
    out.color_space_name(Name(space)).bits_per_component(8);
    out
}

/// How opaque each pixel is, where any is not.
fn clear(image: &DynamicImage) -> Option<GrayImage> {
    if !image.color().has_alpha() {
        return None;
    }
    let all = image.to_rgba8();
    let alpha = GrayImage::from_fn(all.width(), all.height(), |x, y| {
        let [.., a] = all.get_pixel(x, y).0;
        image::Luma([a])
    });
    let any = alpha.as_raw().iter().any(|a| *a < 255);
    any.then_some(alpha)
}

/// One bit a pixel, 1 where nothing is painted.
fn stencil(book: &mut Book<'_>, id: Ref, alpha: GrayImage) {
    let (w, h) = alpha.dimensions();
    let times = (MASK_EDGE / w.max(h).max(1)).clamp(1, 4);
    let alpha = if times > 1 {
        image::imageops::resize(&alpha, w * times, h * times, FilterType::Triangle)
    } else {
        alpha
    };
    let mut bits = Vec::new();
    for row in alpha.rows() {
        let row: Vec<bool> = row.map(|p| p.0 < [128]).collect();
        for eight in row.chunks(8) {
            let mut byte = 0_u8;
            for (n, clear) in eight.iter().enumerate() {
                byte |= u8::from(*clear) << (7 - n);
            }
            bits.push(byte);
        }
    }
    let packed = unpack::pack_zlib(&bits);
    let mut out = book.pdf.image_xobject(id, &packed);
    out.width(pixels(alpha.width()))
        .height(pixels(alpha.height()));
    out.image_mask(true).bits_per_component(1);
    out.filter(Filter::FlateDecode);
}

fn pixels(n: u32) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}
