//! Pages of an official document as SVG in millimetres (a tenth is one unit), each character where the layout put it.
//! Not here: the layout, and what stands beside the pages. Invariant: drawings by attributes alone, no style; a page
//! is drawn from its pieces and knows no document.

use super::{Markup, html};
use crate::kit::hash::base64;
use crate::layout::document::Form;
use crate::layout::font::Face;
use crate::layout::page::{Element, Ink, Page, Pages, Piece, Rule, Shape, Step, Text};
use crate::layout::pen::{Stroke, outline};
use std::fmt::Write as _;

/// A place on a page that something is said about.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    /// From 0.
    pub page: usize,
    /// Left, top, width, height, mm.
    pub at: (f64, f64, f64, f64),
    /// Its number in the list beside.
    pub n: usize,
    /// Advice and no fault.
    pub soft: bool,
}

/// What somebody wrote on a page by hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Hand<'a> {
    /// From 0.
    pub page: usize,
    pub strokes: &'a [Stroke],
    /// Class of the department's ink.
    pub ink: &'static str,
    /// Who and when, as its title.
    pub said: String,
}

/// What is drawn over the pages.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Over<'a> {
    pub spots: Vec<Spot>,
    pub hands: Vec<Hand<'a>>,
    /// The grid of 22 lines and 28 characters.
    pub mesh: bool,
}

/// All pages, one drawing each.
#[must_use]
pub fn pages(all: &Pages, over: &Over<'_>) -> Markup {
    html! {
        @for (n, page) in all.pages.iter().enumerate() {
            svg.a4 viewBox="0 0 2100 2970" width="210mm" height="297mm" role="img" data-page=(n)
                aria-label=(format!("第 {} 页，共 {} 页：{}", n + 1, all.pages.len(), words(page))) {
                @if over.mesh { (mesh()) }
                @for s in over.spots.iter().filter(|s| s.page == n) { (spot(s)) }
                @for piece in &page.pieces { (drawn(piece)) }
                @for p in all.places.iter().filter(|p| p.page == n && p.element == Element::Seal) { (seal_place(p.at)) }
                @for s in over.spots.iter().filter(|s| s.page == n) { (tag(s)) }
                @for hand in over.hands.iter().filter(|h| h.page == n) { (hand_drawn(hand)) }
            }
        }
    }
}

/// What is read aloud of a page: its first words.
fn words(page: &Page) -> String {
    let texts = page.pieces.iter().filter_map(|p| match p {
        Piece::Text(t) => Some(t.text.as_str()),
        _ => None,
    });
    let all: String = texts.collect();
    all.chars().take(40).collect()
}

/// Tenths of a millimetre, with two decimals at most.
fn u(mm: f64) -> String {
    let mut s = format!("{:.2}", mm * 10.0);
    while s.ends_with('0') {
        s.pop();
    }
    if s.ends_with('.') {
        s.pop();
    }
    if s == "-0" { "0".to_owned() } else { s }
}

/// One piece, for a drawing of its own: a seal by itself.
#[must_use]
pub fn drawn(piece: &Piece) -> Markup {
    let pre = match piece {
        Piece::Text(t) => t.preprinted,
        Piece::Rule(r) => r.preprinted,
        Piece::Picture(_) | Piece::Shape(_) => false,
    };
    let one = match piece {
        Piece::Text(t) => text(t),
        Piece::Rule(r) => rule(r),
        Piece::Shape(s) => shape(s),
        Piece::Picture(p) => html! {
            image x=(u(p.at.0)) y=(u(p.at.1)) width=(u(p.size.0)) height=(u(p.size.1))
                preserveAspectRatio="none" href=(data_url(&p.bytes)) {}
        },
    };
    if pre {
        return html! { g.pre { (one) } };
    }
    one
}

const fn face(face: Face) -> &'static str {
    match face {
        Face::Biaosong => "bs",
        Face::Fangsong => "fs",
        Face::Heiti => "hei",
        Face::Kaiti => "kt",
        Face::Songti => "st",
    }
}

/// The red of marks by its class, a pen's colour by attribute.
fn fill(ink: Ink) -> (Option<&'static str>, Option<String>) {
    match ink {
        Ink::Black => (None, None),
        Ink::Red => (Some("rd"), None),
        Ink::Pen(r, g, b) => (None, Some(format!("#{r:02x}{g:02x}{b:02x}"))),
    }
}

/// A point is 25.4/72 mm.
const POINT: f64 = 25.4 / 72.0;

fn text(t: &Text) -> Markup {
    let (red, colour) = fill(t.ink);
    let stretched = (t.stretch - 1.0).abs() > 1e-6 && t.stretch > 0.0;
    let (left, across) = match stretched {
        true => (0.0, t.stretch),
        false => (t.at.0, 1.0),
    };
    let mut xs = String::new();
    let mut x = left;
    for advance in &t.advances {
        let _ = write!(xs, "{}{}", if xs.is_empty() { "" } else { " " }, u(x));
        x += advance / across;
    }
    let classes = format!("{} {}", face(t.face), red.unwrap_or_default());
    let y = match stretched {
        true => "0".to_owned(),
        false => u(t.at.1),
    };
    let one = html! {
        text class=(classes.trim()) x=(xs) y=(y) font-size=(u(t.size * POINT)) fill=[colour] xml:space="preserve" { (t.text) }
    };
    if stretched {
        let moved = format!(
            "translate({} {}) scale({:.4} 1)",
            u(t.at.0),
            u(t.at.1),
            t.stretch
        );
        return html! { g transform=(moved) { (one) } };
    }
    one
}

fn rule(r: &Rule) -> Markup {
    let (red, colour) = fill(r.ink);
    let black = red
        .is_none()
        .then(|| colour.unwrap_or_else(|| "#000".to_owned()));
    html! {
        line.rl[red.is_some()] x1=(u(r.from.0)) y1=(u(r.from.1)) x2=(u(r.to.0)) y2=(u(r.to.1))
            stroke-width=(u(r.width)) stroke=[black] {}
    }
}

fn shape(s: &Shape) -> Markup {
    let (red, colour) = fill(s.ink);
    html! { path class=[red] d=(path(&s.path)) fill=[colour] {} }
}

/// The steps of an outline as path data.
#[must_use]
pub fn path(steps: &[Step]) -> String {
    let mut d = String::new();
    for step in steps {
        let _ = match step {
            Step::Move(x, y) => write!(d, "M{} {}", u(*x), u(*y)),
            Step::Line(x, y) => write!(d, "L{} {}", u(*x), u(*y)),
            Step::Curve(a, b, c) => write!(
                d,
                "C{} {} {} {} {} {}",
                u(a.0),
                u(a.1),
                u(b.0),
                u(b.1),
                u(c.0),
                u(c.1)
            ),
            Step::Close => write!(d, "Z"),
        };
    }
    d
}

/// 22 lines of 28 characters in the text block of 156 by 225 mm, 28 mm from the left, 37 mm from the top.
fn mesh() -> Markup {
    let lines = (0..=22).map(|n| format!("M280 {}h1560", u(37.0 + 225.0 / 22.0 * f64::from(n))));
    let columns = (0..=28).map(|n| format!("M{} 370v2250", u(28.0 + 156.0 / 28.0 * f64::from(n))));
    let d: Vec<String> = lines.chain(columns).collect();
    html! { path.mesh fill="none" d=(d.concat()) {} }
}

fn spot(s: &Spot) -> Markup {
    let (x, y, w, h) = s.at;
    html! { rect.spot.soft[s.soft] x=(u(x - 1.0)) y=(u(y - 0.5)) width=(u(w + 2.0)) height=(u(h + 1.0)) {} }
}

/// Its number in the margin, on the side it is nearer to.
fn tag(s: &Spot) -> Markup {
    let (x, y, w, h) = s.at;
    let right = x + w / 2.0 > 105.0;
    let at = if right { 192.5 } else { 17.0 };
    html! {
        circle.tag.soft[s.soft] cx=(u(at)) cy=(u(y + h / 2.0)) r="42" {}
        text.tagn x=(u(at)) y=(u(y + h / 2.0 + 1.9)) font-size="54" text-anchor="middle" fill="#fff" font-weight="700" { (s.n) }
    }
}

/// Where the seal goes, on the screen only.
fn seal_place((x, y, w, h): (f64, f64, f64, f64)) -> Markup {
    html! {
        g.ghost {
            circle.rl cx=(u(x + w / 2.0)) cy=(u(y + h / 2.0)) r=(u(w.min(h) / 2.0)) fill="none" stroke-width="5" stroke-dasharray="22 14" {}
            text.hei.rd x=(u(x + w / 2.0)) y=(u(y + h / 4.0)) font-size="44" text-anchor="middle" { "用 印 处" }
        }
    }
}

fn hand_drawn(hand: &Hand<'_>) -> Markup {
    html! {
        g class={ "hand " (hand.ink) } {
            title { (hand.said) }
            (strokes(hand.strokes))
        }
    }
}

/// Strokes of handwriting as filled outlines, each with its points for the replay.
#[must_use]
pub fn strokes(all: &[Stroke]) -> Markup {
    html! {
        @for s in all {
            path d=(path(&outline(s))) fill="currentColor" data-points=(s.points_said()) {}
        }
    }
}

/// The format in words, for the head of the preview.
#[must_use]
pub const fn form_said(form: Form) -> &'static str {
    match form {
        Form::Ordinary => "文件格式",
        Form::Upward => "文件格式，上行文",
        Form::Letter => "信函格式",
        Form::Order => "命令格式",
        Form::Minutes => "纪要格式",
    }
}

/// A picture inside the page; it is PNG or JPEG by its first bytes.
pub(super) fn data_url(bytes: &[u8]) -> String {
    let kind = if bytes.starts_with(&[0xff, 0xd8]) {
        "jpeg"
    } else {
        "png"
    };
    format!("data:image/{kind};base64,{}", base64(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::page::{Picture, Place};
    use crate::layout::pen::Point;
    use crate::ui::scan::{HOSTILE, check};
    use std::sync::Arc;

    fn text_piece(words: &str, stretch: f64) -> Piece {
        Piece::Text(Text {
            at: (28.0, 50.0),
            face: Face::Fangsong,
            size: 16.0,
            stretch,
            ink: Ink::Black,
            text: words.to_owned(),
            advances: vec![5.571; words.chars().count()],
            preprinted: false,
        })
    }

    fn one_page(pieces: Vec<Piece>) -> Pages {
        Pages {
            form: Form::Ordinary,
            pages: vec![Page { pieces }],
            places: vec![Place {
                element: Element::Seal,
                page: 0,
                at: (120.0, 200.0, 42.0, 42.0),
            }],
        }
    }

    #[test]
    fn every_character_stands_where_it_was_put() {
        let svg = pages(
            &one_page(vec![text_piece("特此通知", 1.0)]),
            &Over::default(),
        )
        .into_string();
        assert!(
            svg.contains(r#"x="280 335.71 391.42 447.13" y="500" font-size="56.44""#),
            "{svg}"
        );
        assert!(svg.contains("用 印 处"));
    }

    #[test]
    fn a_stretched_mark_is_scaled_about_its_left_end() {
        let svg = pages(&one_page(vec![text_piece("砚田", 0.5)]), &Over::default()).into_string();
        assert!(svg.contains("translate(280 500) scale(0.5000 1)"), "{svg}");
        assert!(svg.contains(r#"x="0 111.42" y="0""#), "{svg}");
    }

    #[test]
    fn what_is_written_is_escaped_and_nothing_is_styled() {
        let points = vec![
            Point {
                x: 100,
                y: 200,
                pressure: 500,
                at: 0,
            },
            Point {
                x: 400,
                y: 260,
                pressure: 900,
                at: 16,
            },
        ];
        let strokes = [Stroke { points }];
        let over = Over {
            spots: vec![Spot {
                page: 0,
                at: (28.0, 40.0, 50.0, 8.0),
                n: 1,
                soft: false,
            }],
            hands: vec![Hand {
                page: 0,
                strokes: &strokes,
                ink: "ink1",
                said: HOSTILE.to_owned(),
            }],
            mesh: true,
        };
        let page = pages(&one_page(vec![text_piece(HOSTILE, 1.0)]), &over);
        check(&page);
        assert!(
            page.into_string()
                .contains("data-points=\"100,200,500,0 400,260,900,16\"")
        );
    }

    #[test]
    fn pictures_stand_in_the_page_itself() {
        assert_eq!(data_url(b"Man"), "data:image/png;base64,TWFu");
        assert_eq!(data_url(b"Ma"), "data:image/png;base64,TWE=");
        assert_eq!(data_url(b"M"), "data:image/png;base64,TQ==");
        let piece = Piece::Picture(Picture {
            at: (1.0, 2.0),
            size: (42.0, 42.0),
            bytes: Arc::from(b"Man".as_slice()),
        });
        let svg = pages(&one_page(vec![piece]), &Over::default()).into_string();
        assert!(svg.contains(r#"width="420""#), "{svg}");
    }
}
