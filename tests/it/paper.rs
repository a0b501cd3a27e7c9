//! Paper beside the screen, through a real socket: what leaders and readers wrote on paper is entered,
//! confirmed or contested; signed sheets find their case by their code; every sheet prints whole.

mod entering;
mod mending;
mod prints;
mod sheets;

use crate::support::http::{Http, Part, Request};
use crate::support::office::Office;
use crate::support::reply::Reply;
use crate::support::town::says;
use image::{Luma, Rgb, RgbImage};
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::kit::Id;
use inkstone::kit::qr;
use std::time::Duration;

/// A case that waits for 江若川's words.
fn at_the_leader(office: &Office, title: &str) -> Id {
    let town = &office.town;
    let case = town.register("incoming-handle", title).unwrap().case;
    town.act("宋小笺", case, MoveId::Submit, says("拟请江镇长批示。"))
        .unwrap();
    let to_leader = Input {
        choice: "instruct".into(),
        people: vec![town.post("江若川")],
        ..Input::default()
    };
    town.act("纪文澜", case, MoveId::Submit, to_leader).unwrap();
    case
}

fn settle(office: &Office) {
    assert!(office.state.store.drain(Duration::from_secs(10)));
}

/// Opens a page, takes the hidden fields of its form to `action`, and posts them with these and a file.
fn post(
    http: &mut Http,
    (page, action): (&str, &str),
    fields: &[(&str, &str)],
    files: &[(&str, &[u8])],
) -> Reply {
    let opened = http.get(page);
    assert_eq!(opened.status, 200, "{page}: {}", opened.text());
    let mut all = opened.hidden(action);
    all.retain(|(name, _)| !fields.iter().any(|(n, _)| n == name));
    let mut parts: Vec<Part<'_>> = all
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .chain(fields.iter().copied())
        .map(|(name, value)| Part {
            name,
            file: None,
            bytes: value.as_bytes(),
        })
        .collect();
    for (name, bytes) in files {
        parts.push(Part {
            name: "photo",
            file: Some((name, "image/jpeg")),
            bytes,
        });
    }
    http.send(&Request::new("POST", action).multipart(&parts))
}

/// A photograph of a sheet with this address on it, askew on a dark table; of an empty one where there is none.
fn photograph(address: Option<&str>) -> Vec<u8> {
    let (wide, high) = (1500_u32, 2000_u32);
    let code = address.map(|a| qr::matrix(a).unwrap());
    let (sin, cos) = 4_f32.to_radians().sin_cos();
    let seen = RgbImage::from_fn(wide, high, |x, y| {
        let (dx, dy) = (x as f32 - 750.0, y as f32 - 1000.0);
        let (u, v) = (dx * cos + dy * sin + 620.0, dy * cos - dx * sin + 877.0);
        if u < 0.0 || v < 0.0 || u >= 1240.0 || v >= 1754.0 {
            return Rgb([60, 52, 44]);
        }
        let ink = code.as_ref().is_some_and(|code| {
            let side = (code.len() + 8) as f32;
            let module = |at: f32, from: f32| ((at - from) * side / 190.0).floor() as i64 - 4;
            let (i, j) = (module(v, 1500.0), module(u, 980.0));
            let row = usize::try_from(i).ok().and_then(|i| code.get(i));
            row.and_then(|r| usize::try_from(j).ok().and_then(|j| r.get(j))) == Some(&true)
        });
        let light = 200 - (x / 20) as u8;
        if ink { Rgb([25; 3]) } else { Rgb([light; 3]) }
    });
    let mut jpeg = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 60);
    seen.write_with_encoder(encoder).unwrap();
    jpeg
}

/// A small photograph nobody reads a code from.
fn snapshot() -> Vec<u8> {
    let mut jpeg = Vec::new();
    image::GrayImage::from_pixel(320, 240, Luma([180]))
        .write_with_encoder(image::codecs::jpeg::JpegEncoder::new_with_quality(
            &mut jpeg, 70,
        ))
        .unwrap();
    jpeg
}

/// The first address on a page that begins like this.
fn link(page: &str, start: &str) -> String {
    let at = page.find(&format!("href=\"{start}"));
    let at = at.unwrap_or_else(|| panic!("no link {start} in {page}")) + 6;
    page[at..].split('"').next().unwrap().replace("&amp;", "&")
}
