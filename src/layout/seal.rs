//! A seal as shapes on a page: a ring, a five-pointed star, the name round it read from left to right in 宋体 (domain §3.7:
//! 国务院关于国家行政机关和企业事业单位社会团体印章管理的规定, 十一条以下), or its picture; the QR code beside it.
//! Not here: whose it is, and what is signed. Letters come as outlines from whoever reads fonts.
//! Invariant: a test seal wears 样章 whatever its art; the party's emblem is never drawn by us.

use super::font::Face;
use super::page::{Element, Ink, Page, Pages, Picture, Piece, Shape, Step, Text};
use crate::kit::{Error, Result, qr};
use std::f64::consts::PI;
use std::sync::Arc;

/// A letter's outline in ems: left end of the baseline at 0, 0, downwards positive.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    pub path: Vec<Step>,
    pub advance: f64,
}

/// Where letters come from; `None` where the font has none.
pub type Letters<'l> = &'l dyn Fn(char) -> Option<Outline>;

/// What a seal looks like.
#[derive(Debug, Clone, PartialEq)]
pub enum Art {
    /// Drawn by us.
    Drawn {
        /// Round the star: 青石县砚田镇人民政府
        legend: String,
        /// Under the star: 合同专用章
        under: String,
    },
    /// A picture whose white is clear, and its height by its width.
    Picture { bytes: Arc<[u8]>, ratio: f64 },
}

/// A seal to be put on a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Seal {
    pub art: Art,
    /// mm
    pub width: f64,
    /// Not confirmed: wears 样章.
    pub sample: bool,
}

/// mm: the ring's line, and from it to the letters.
const RING: f64 = 1.1;
const GAP: f64 = 1.4;
/// Widest the name runs round, and the usual pitch of its letters by their height.
const ROUND: f64 = 1.5 * PI;
const PITCH: f64 = 1.3;
/// Where the middle of a Chinese letter is above the baseline, in ems.
const MIDDLE: f64 = 0.38;
/// A circle's quarter as a curve.
const QUARTER: f64 = 0.552_284_75;

impl Seal {
    /// Height, mm.
    #[must_use]
    pub fn height(&self) -> f64 {
        match &self.art {
            Art::Drawn { .. } => self.width,
            Art::Picture { ratio, .. } => self.width * ratio,
        }
    }

    /// The pieces, with the left upper corner there.
    ///
    /// # Errors
    /// Invalid where the font lacks a letter.
    pub fn pieces(&self, (left, top): (f64, f64), letters: Letters<'_>) -> Result<Vec<Piece>> {
        let centre = (left + self.width / 2.0, top + self.height() / 2.0);
        let mut all = match &self.art {
            Art::Drawn { legend, under } => drawn(self, (legend, under), centre, letters)?,
            Art::Picture { bytes, .. } => vec![Piece::Picture(Picture {
                at: (left, top),
                size: (self.width, self.height()),
                bytes: bytes.clone(),
            })],
        };
        if self.sample {
            let size = self.width / 4.0;
            let line = straight("样章", centre, (size, size), letters)?;
            let ink = match &self.art {
                Art::Drawn { .. } => Ink::Red,
                Art::Picture { .. } => Ink::Black,
            };
            all.push(shape(line, ink));
        }
        Ok(all)
    }
}

fn shape(path: Vec<Step>, ink: Ink) -> Piece {
    Piece::Shape(Shape { path, ink })
}

fn drawn(
    seal: &Seal,
    (legend, under): (&str, &str),
    centre: (f64, f64),
    letters: Letters<'_>,
) -> Result<Vec<Piece>> {
    let radius = seal.width / 2.0;
    let mut ring = circle(centre, radius, 1.0);
    // the inner edge runs the other way, so that both rules of filling leave it open
    ring.extend(circle(centre, radius - RING, -1.0));
    let mut all = vec![shape(ring, Ink::Red)];
    // where the test seal's two letters stand there is no star
    if !seal.sample {
        all.push(shape(star(centre, radius / 3.0), Ink::Red));
    }
    all.push(shape(round(legend, (centre, radius), letters)?, Ink::Red));
    if !under.is_empty() {
        let count = under.chars().count() as f64;
        let height = radius / 4.5;
        let width = height.min(radius * 1.2 / count);
        let at = (centre.0, centre.1 + radius * 0.56);
        all.push(shape(
            straight(under, at, (width, height), letters)?,
            Ink::Red,
        ));
    }
    Ok(all)
}

/// The name round the star, from left to right, its middle at the top.
fn round(
    legend: &str,
    (centre, radius): ((f64, f64), f64),
    letters: Letters<'_>,
) -> Result<Vec<Step>> {
    let count = legend.chars().count().max(1) as f64;
    let height = radius / 3.1;
    let middle = radius - RING - GAP - height / 2.0;
    let pitch = (PITCH * height / middle).min(ROUND / count);
    let width = height.min(pitch * middle * 0.92);
    let mut all = Vec::new();
    for (n, letter) in legend.chars().enumerate() {
        let turn = (n as f64 - (count - 1.0) / 2.0) * pitch;
        let (sin, cos) = turn.sin_cos();
        let put = |(x, y): (f64, f64)| {
            let y = y - middle;
            (centre.0 + x * cos - y * sin, centre.1 + x * sin + y * cos)
        };
        all.extend(placed(letter, (width, height), &put, letters)?);
    }
    Ok(all)
}

/// Words on a straight line round a point.
fn straight(
    words: &str,
    centre: (f64, f64),
    (width, height): (f64, f64),
    letters: Letters<'_>,
) -> Result<Vec<Step>> {
    let count = words.chars().count() as f64;
    let mut all = Vec::new();
    for (n, letter) in words.chars().enumerate() {
        let left = (n as f64 - (count - 1.0) / 2.0) * width * 1.05;
        let put = |(x, y): (f64, f64)| (centre.0 + left + x, centre.1 + y);
        all.extend(placed(letter, (width, height), &put, letters)?);
    }
    Ok(all)
}

/// A letter of this size round 0, 0, then where `put` puts it.
fn placed(
    letter: char,
    (width, height): (f64, f64),
    put: &dyn Fn((f64, f64)) -> (f64, f64),
    letters: Letters<'_>,
) -> Result<Vec<Step>> {
    let found = letters(letter).ok_or_else(|| {
        Error::invalid(
            "legend",
            format!("电脑上的宋体没有“{letter}”字，印章画不出来。请上传印章图样，或者换一个字体"),
        )
    })?;
    let at = |(x, y): (f64, f64)| put(((x - found.advance / 2.0) * width, (y + MIDDLE) * height));
    let to = |x: f64, y: f64| at((x, y));
    let step = |s: &Step| match *s {
        Step::Move(x, y) => {
            let p = to(x, y);
            Step::Move(p.0, p.1)
        }
        Step::Line(x, y) => {
            let p = to(x, y);
            Step::Line(p.0, p.1)
        }
        Step::Curve(a, b, c) => Step::Curve(at(a), at(b), at(c)),
        Step::Close => Step::Close,
    };
    Ok(found.path.iter().map(step).collect())
}

/// A circle; `way` 1 runs with the clock, -1 against it.
fn circle((x, y): (f64, f64), r: f64, way: f64) -> Vec<Step> {
    let k = QUARTER * r;
    let at = |dx: f64, dy: f64| (x + dx, y + way * dy);
    let start = at(r, 0.0);
    vec![
        Step::Move(start.0, start.1),
        Step::Curve(at(r, k), at(k, r), at(0.0, r)),
        Step::Curve(at(-k, r), at(-r, k), at(-r, 0.0)),
        Step::Curve(at(-r, -k), at(-k, -r), at(0.0, -r)),
        Step::Curve(at(k, -r), at(r, -k), at(r, 0.0)),
        Step::Close,
    ]
}

/// Five points, one of them up.
fn star((x, y): (f64, f64), r: f64) -> Vec<Step> {
    // the inner corners lie where the lines between every second point cross
    let inner = r * (PI / 10.0).sin() / (3.0 * PI / 10.0).sin();
    let corner = |n: i32| {
        let turn = f64::from(n) * PI / 5.0;
        let r = if n % 2 == 0 { r } else { inner };
        (x + r * turn.sin(), y - r * turn.cos())
    };
    let mut all = Vec::with_capacity(11);
    for n in 0..10 {
        let (x, y) = corner(n);
        all.push(if n == 0 {
            Step::Move(x, y)
        } else {
            Step::Line(x, y)
        });
    }
    all.push(Step::Close);
    all
}

/// A QR code `side` mm wide without its quiet zone, with a line under it.
pub fn code(text: &str, under: &str, (left, top): (f64, f64), side: f64) -> Result<Vec<Piece>> {
    let rows = qr::matrix(text)?;
    let one = side / rows.len().max(1) as f64;
    let mut path = Vec::new();
    for (y, row) in rows.iter().enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&true) {
                let (l, t) = (left + x as f64 * one, top + y as f64 * one);
                let (r, b) = (l + run.len() as f64 * one, t + one);
                path.extend([
                    Step::Move(l, t),
                    Step::Line(r, t),
                    Step::Line(r, b),
                    Step::Line(l, b),
                    Step::Close,
                ]);
            }
            x += run.len();
        }
    }
    let at = (left, top + side + 2.6);
    Ok(vec![shape(path, Ink::Black), small(under, at)])
}

/// Small words in 宋体: 6 pt.
fn small(words: &str, at: (f64, f64)) -> Piece {
    const SIZE: f64 = 6.0;
    let em = SIZE * 25.4 / 72.0;
    let advance = |c: char| if c.is_ascii() { em * 0.55 } else { em };
    Piece::Text(Text {
        at,
        face: Face::Songti,
        size: SIZE,
        stretch: 1.0,
        ink: Ink::Black,
        text: words.to_owned(),
        advances: words.chars().map(advance).collect(),
        preprinted: false,
    })
}

/// Where the standard puts the seal: page from 0, and the square's left, top, width and height.
#[must_use]
pub fn place(pages: &Pages) -> Option<(usize, (f64, f64, f64, f64))> {
    let found = |e: Element| pages.places.iter().rfind(|p| p.element == e);
    let place = found(Element::Seal).or_else(|| found(Element::Date))?;
    Some((place.page, place.at))
}

/// Puts pieces on a page, over what stands there.
pub fn put(pages: &mut Pages, page: usize, pieces: Vec<Piece>) {
    if let Some(Page { pieces: all, .. }) = pages.pages.get_mut(page) {
        all.extend(pieces);
    }
}

#[cfg(test)]
#[expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]
mod tests {
    use super::*;

    /// A square letter of one em.
    fn square(c: char) -> Option<Outline> {
        (c != '缺').then(|| Outline {
            path: vec![
                Step::Move(0.0, -0.88),
                Step::Line(1.0, -0.88),
                Step::Line(1.0, 0.12),
                Step::Line(0.0, 0.12),
                Step::Close,
            ],
            advance: 1.0,
        })
    }

    fn seal(legend: &str) -> Seal {
        Seal {
            art: Art::Drawn {
                legend: legend.to_owned(),
                under: String::new(),
            },
            width: 42.0,
            sample: false,
        }
    }

    fn points(pieces: &[Piece]) -> Vec<(f64, f64)> {
        let of = |p: &Piece| match p {
            Piece::Shape(s) => s.path.clone(),
            _ => Vec::new(),
        };
        let ends = |s: Step| match s {
            Step::Move(x, y) | Step::Line(x, y) | Step::Curve(_, _, (x, y)) => Some((x, y)),
            Step::Close => None,
        };
        pieces.iter().flat_map(of).filter_map(ends).collect()
    }

    #[test]
    fn a_drawn_seal_is_as_wide_as_it_must_be() {
        let all = seal("青石县砚田镇人民政府")
            .pieces((100.0, 50.0), &square)
            .unwrap();
        assert_eq!(all.len(), 3, "ring, star, name");
        let points = points(&all);
        let (left, right) = points
            .iter()
            .fold((999.0_f64, 0.0_f64), |(l, r), p| (l.min(p.0), r.max(p.0)));
        assert!((left - 100.0).abs() < 0.01 && (right - 142.0).abs() < 0.01);
        let far = |p: &(f64, f64)| (p.0 - 121.0).hypot(p.1 - 71.0);
        assert!(points.iter().all(|p| far(p) < 21.01));
    }

    #[test]
    fn the_name_runs_from_left_to_right_and_leaves_star_and_ring_alone() {
        for legend in [
            "砚田镇人民政府",
            "青石县砚田镇人民政府综合行政执法办公室财务专用章",
        ] {
            let path = round(legend, ((0.0, 0.0), 21.0), &square).unwrap();
            let letters: Vec<&[Step]> = path
                .split(|s| *s == Step::Close)
                .filter(|l| !l.is_empty())
                .collect();
            assert_eq!(letters.len(), legend.chars().count());
            let middles: Vec<f64> = letters
                .iter()
                .map(|l| {
                    let p = points(&[shape(l.to_vec(), Ink::Red)]);
                    let n = p.len() as f64;
                    let (x, y) = p
                        .iter()
                        .fold((0.0, 0.0), |a, p| (a.0 + p.0 / n, a.1 + p.1 / n));
                    assert!(
                        p.iter().all(|p| (7.0..19.95).contains(&p.0.hypot(p.1))),
                        "{p:?}"
                    );
                    x.atan2(-y)
                })
                .collect();
            assert!(
                middles.windows(2).all(|w| w[0] < w[1]),
                "with the clock: {middles:?}"
            );
            assert!((middles.first().unwrap() + middles.last().unwrap()).abs() < 0.01);
        }
    }

    #[test]
    fn a_test_seal_wears_its_word() {
        let plain = seal("砚田镇人民政府").pieces((0.0, 0.0), &square).unwrap();
        let sample = Seal {
            sample: true,
            ..seal("砚田镇人民政府")
        };
        assert_ne!(sample.pieces((0.0, 0.0), &square).unwrap(), plain);
        let picture = Seal {
            art: Art::Picture {
                bytes: Arc::from(*b"png"),
                ratio: 0.5,
            },
            width: 40.0,
            sample: true,
        };
        let all = picture.pieces((0.0, 0.0), &square).unwrap();
        assert!(matches!(&all[..], [Piece::Picture(p), Piece::Shape(_)] if p.size == (40.0, 20.0)));
    }

    #[test]
    fn a_letter_the_font_lacks_is_named() {
        let why = seal("缺字镇")
            .pieces((0.0, 0.0), &square)
            .unwrap_err()
            .to_string();
        assert!(why.contains("“缺”"), "{why}");
    }

    #[test]
    fn a_code_is_as_wide_as_asked() {
        let all = code(
            "http://192.168.1.20:8080/verify/1-AB",
            "核验码",
            (28.0, 270.0),
            18.0,
        )
        .unwrap();
        let points = points(&all);
        let right = points.iter().map(|p| p.0).fold(0.0, f64::max);
        assert!((right - 46.0).abs() < 0.01, "{right}");
        let Some(Piece::Text(t)) = all.last() else {
            panic!("no words")
        };
        assert_eq!(t.advances.len(), t.text.chars().count());
    }
}
