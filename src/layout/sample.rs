//! A page made by hand for the tests of the writers: mark, number, rule, title, text, a seal's picture, a drawn shape.
//! Not here: the engine that makes real ones.

use super::document::Form;
use super::font::{Face, Font, Fonts};
use super::meta::Meta;
use super::page::{Ink, Page, Pages, Picture, Piece, Rule, Shape, Step, Text};
use crate::kit::Millis;
use std::io::Cursor;

const MM: f64 = 72.0 / 25.4;

/// What stands on the pages, in order.
pub(super) const WORDS: [&str; 9] = [
    "白石镇人民政府文件",
    "白政发〔2026〕5号",
    "关于做好2026年春季森林防火工作的通知",
    "各村（社区），镇属各单位：",
    "一、总体要求。坚持“预防为主、积极消灭”的方针，确保不发",
    "生较大森林火灾（含<边界>与&符号）。联系电话：0312-1234567。",
    "白石镇人民政府",
    "2026年3月10日",
    "— 1 —",
];

/// A line: face, size in pt, place, advance of a full-width character in mm.
pub(super) fn line(text: &str, face: Face, size: f64, at: (f64, f64)) -> Text {
    let em = size / MM;
    let advance = |c: char| if c.is_ascii() { em / 2.0 } else { em };
    Text {
        at,
        face,
        size,
        stretch: 1.0,
        ink: Ink::Black,
        text: text.to_owned(),
        advances: text.chars().map(advance).collect(),
        preprinted: false,
    }
}

pub(super) fn pages() -> Pages {
    let [mark, number, title, to, first, second, sign, date, page] = WORDS;
    let mut mark = line(mark, Face::Biaosong, 56.0, (35.0, 87.0));
    mark.ink = Ink::Red;
    mark.stretch = 0.8;
    mark.preprinted = true;
    mark.advances = vec![15.8; 9];
    let mut body = line(first, Face::Fangsong, 16.0, (39.29, 160.0));
    body.advances = vec![156.0 / 28.0; first.chars().count()];
    let rule = Rule {
        from: (28.0, 110.0),
        to: (184.0, 110.0),
        width: 0.7,
        ink: Ink::Red,
        preprinted: true,
    };
    let front = vec![
        Piece::Text(mark),
        Piece::Text(line(number, Face::Fangsong, 16.0, (80.0, 104.0))),
        Piece::Rule(rule),
        Piece::Text(line(title, Face::Biaosong, 22.0, (36.0, 130.0))),
        Piece::Text(line(to, Face::Fangsong, 16.0, (28.0, 150.0))),
        Piece::Text(body),
        Piece::Text(line(second, Face::Fangsong, 16.0, (28.0, 170.0))),
        Piece::Text(line(sign, Face::Fangsong, 16.0, (122.0, 200.0))),
        Piece::Text(line(date, Face::Fangsong, 16.0, (125.0, 210.0))),
        Piece::Picture(seal()),
        Piece::Shape(star((60.0, 230.0))),
        Piece::Text(line(page, Face::Songti, 14.0, (160.0, 272.0))),
    ];
    Pages {
        form: Form::Ordinary,
        pages: vec![Page { pieces: front }, Page::default()],
        places: Vec::new(),
    }
}

/// A ring of ink, clear inside and out, 42 mm.
fn seal() -> Picture {
    let ring = image::RgbaImage::from_fn(300, 300, |x, y| {
        let (dx, dy) = (f64::from(x) - 149.5, f64::from(y) - 149.5);
        let far = dx.hypot(dy);
        let ink = (120.0..148.0).contains(&far) || far < 40.0;
        image::Rgba(if ink {
            [220, 20, 20, 255]
        } else {
            [255, 255, 255, 0]
        })
    });
    let mut png = Cursor::new(Vec::new());
    ring.write_to(&mut png, image::ImageFormat::Png).unwrap();
    Picture {
        at: (122.0, 184.0),
        size: (42.0, 42.0),
        bytes: png.into_inner().into(),
    }
}

fn star((x, y): (f64, f64)) -> Shape {
    let corner = |n: u8| {
        let turn = f64::from(n) * std::f64::consts::TAU * 2.0 / 5.0;
        (x + 12.0 * turn.sin(), y - 12.0 * turn.cos())
    };
    let mut path = vec![Step::Move(corner(0).0, corner(0).1)];
    path.extend((1..5).map(|n| Step::Line(corner(n).0, corner(n).1)));
    path.push(Step::Close);
    path.push(Step::Move(x + 20.0, y));
    path.push(Step::Curve(
        (x + 30.0, y - 20.0),
        (x + 40.0, y + 20.0),
        (x + 50.0, y),
    ));
    path.push(Step::Line(x + 50.0, y + 1.0));
    path.push(Step::Curve(
        (x + 40.0, y + 21.0),
        (x + 30.0, y - 19.0),
        (x + 20.0, y + 1.0),
    ));
    path.push(Step::Close);
    Shape {
        path,
        ink: Ink::Pen(20, 60, 200),
    }
}

pub(super) fn meta() -> Meta {
    Meta {
        title: "关于做好2026年春季森林防火工作的通知".into(),
        author: "白石镇人民政府".into(),
        at: Millis(1_773_100_000_000),
        number: "白政发〔2026〕5号".into(),
    }
}

/// The fonts that come with the program.
pub(super) fn fonts() -> Fonts {
    super::font::fallback()
}

/// One font for every face.
pub(super) fn every(font: &Font) -> Fonts {
    Fonts::new(Face::ALL.iter().map(|f| (*f, font.clone())).collect()).unwrap()
}

/// Fonts as a collection, as simsun.ttc is one.
pub(super) fn collection(fonts: &[&[u8]]) -> Vec<u8> {
    let long = |n: usize| u32::try_from(n).unwrap().to_be_bytes();
    let mut out = b"ttcf\0\x01\0\0".to_vec();
    out.extend(long(fonts.len()));
    let mut at = 12 + fonts.len() * 4;
    for font in fonts {
        out.extend(long(at));
        at += font.len().next_multiple_of(4);
    }
    for font in fonts {
        let start = out.len();
        let mut font = font.to_vec();
        let tables = usize::from(u16::from_be_bytes([
            *font.get(4).unwrap(),
            *font.get(5).unwrap(),
        ]));
        for n in 0..tables {
            let place = font.get_mut(12 + n * 16 + 8..12 + n * 16 + 12).unwrap();
            let offset = u32::from_be_bytes((&*place).try_into().unwrap()) as usize;
            place.copy_from_slice(&long(offset + start));
        }
        out.extend(font);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    out
}
