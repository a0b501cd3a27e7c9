//! Pages of somebody else's fixed layout as SVG, by attributes alone. Not here: reading the file (`layout::foreign`).
//! Invariant: a picture comes in as bytes drawn anew and goes out as data; nothing on the page asks for anything else.

use super::{Markup, html};
use crate::layout::font::Face;
use crate::layout::foreign::{Colour, Mark, Matrix, Sheet, What};
use crate::layout::page::Step;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// One page; `number` is its number, from 1, and parts its names from those of the other pages.
#[must_use]
pub fn sheet(sheet: &Sheet, number: usize) -> Markup {
    let (wide, high) = sheet.size;
    let mut shared = Shared::new(number);
    let drawn: Vec<Markup> = sheet.marks.iter().map(|m| mark(m, &mut shared)).collect();
    html! {
        svg.a4 viewBox={ "0 0 " (n(wide)) " " (n(high)) } width={ (n(wide)) "mm" } height={ (n(high)) "mm" }
            role="img" aria-label={ "第 " (number) " 页" } {
            defs {
                @for (id, path) in &shared.outlines { path id=(id) d=(path) {} }
                @for (id, path) in &shared.clips { clipPath id=(id) { path d=(path) {} } }
            }
            @for one in &drawn { (one) }
        }
    }
}

/// Outlines drawn more than once have a name.
struct Shared {
    page: usize,
    known: BTreeMap<usize, String>,
    outlines: Vec<(String, String)>,
    clips: Vec<(String, String)>,
}

impl Shared {
    const fn new(page: usize) -> Self {
        Self {
            page,
            known: BTreeMap::new(),
            outlines: Vec::new(),
            clips: Vec::new(),
        }
    }

    fn name(&mut self, path: &Arc<[Step]>, clip: bool) -> String {
        let place = path.as_ptr() as usize;
        if let Some(id) = self.known.get(&place) {
            return id.clone();
        }
        let id = format!("p{}-{}", self.page, self.known.len());
        self.known.insert(place, id.clone());
        let list = if clip {
            &mut self.clips
        } else {
            &mut self.outlines
        };
        list.push((id.clone(), data(path)));
        id
    }
}

fn mark(mark: &Mark, shared: &mut Shared) -> Markup {
    let turned = transform(mark.matrix);
    let one = match &mark.what {
        What::Fill {
            path,
            colour,
            even_odd,
        } => {
            let id = shared.name(path, false);
            html! {
                use href={ "#" (id) } transform=(turned) fill=(rgb(*colour)) fill-opacity=[cover(*colour)]
                    fill-rule=[even_odd.then_some("evenodd")] {}
            }
        }
        What::Stroke {
            path,
            colour,
            width,
            dashes,
        } => {
            let dashes: Vec<String> = dashes.iter().map(|d| n(*d)).collect();
            let dashes = dashes.join(" ");
            html! {
                path d=(data(path)) transform=(turned) fill="none" stroke=(rgb(*colour)) stroke-opacity=[cover(*colour)]
                    stroke-width=(n(*width)) stroke-dasharray=[(!dashes.is_empty()).then_some(dashes)] {}
            }
        }
        What::Words { .. } => words(mark, &turned),
        What::Picture { bytes } => html! {
            image transform=(turned) width="1" height="1" preserveAspectRatio="none" href=(data_url(bytes)) {}
        },
    };
    match &mark.clip {
        Some(clip) => {
            let id = shared.name(clip, true);
            html! { g clip-path={ "url(#" (id) ")" } { (one) } }
        }
        None => one,
    }
}

/// Letters in a face of whoever looks, each at its place.
fn words(mark: &Mark, turned: &str) -> Markup {
    let What::Words {
        text,
        at,
        face,
        size,
        colour,
    } = &mark.what
    else {
        return html! {};
    };
    let list = |part: fn(&(f64, f64)) -> f64| {
        let all: Vec<String> = at.iter().map(|p| n(part(p))).collect();
        all.join(" ")
    };
    let bold = matches!(face, Face::Biaosong).then_some("bold");
    html! {
        text transform=(turned) x=(list(|p| p.0)) y=(list(|p| p.1)) font-size=(n(*size)) font-family=(family(*face))
            font-weight=[bold] fill=(rgb(*colour)) fill-opacity=[cover(*colour)] { (text) }
    }
}

const fn family(face: Face) -> &'static str {
    match face {
        Face::Biaosong | Face::Songti => "SimSun,宋体,'Noto Serif CJK SC',serif",
        Face::Fangsong => "FangSong,仿宋,'FangSong_GB2312','Noto Serif CJK SC',serif",
        Face::Heiti => "SimHei,黑体,'Noto Sans CJK SC',sans-serif",
        Face::Kaiti => "KaiTi,楷体,'KaiTi_GB2312','Noto Serif CJK SC',serif",
    }
}

fn data(path: &[Step]) -> String {
    let mut out = String::new();
    let mut put = |letter: char, points: &[(f64, f64)]| {
        out.push(letter);
        for (i, (x, y)) in points.iter().enumerate() {
            let gap = if i > 0 { " " } else { "" };
            // writing into a string does not fail
            let _ = write!(out, "{gap}{} {}", n(*x), n(*y));
        }
    };
    for step in path {
        match *step {
            Step::Move(x, y) => put('M', &[(x, y)]),
            Step::Line(x, y) => put('L', &[(x, y)]),
            Step::Curve(a, b, c) => put('C', &[a, b, c]),
            Step::Close => put('Z', &[]),
        }
    }
    out
}

fn transform(Matrix(m): Matrix) -> String {
    let all: Vec<String> = m.iter().map(|v| fine(*v)).collect();
    format!("matrix({})", all.join(" "))
}

/// A number with three decimals at most.
fn n(value: f64) -> String {
    short(format!("{value:.3}"))
}

/// A part of a matrix, where a glyph of 2048 units becomes three millimetres.
fn fine(value: f64) -> String {
    short(format!("{value:.7}"))
}

fn short(text: String) -> String {
    let cut = text.trim_end_matches('0').trim_end_matches('.');
    if cut == "-0" || cut.is_empty() {
        "0".to_owned()
    } else {
        cut.to_owned()
    }
}

fn rgb(colour: Colour) -> String {
    format!("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue)
}

fn cover(colour: Colour) -> Option<String> {
    (colour.cover < 255).then(|| n(f64::from(colour.cover) / 255.0))
}

/// A picture as part of the page.
fn data_url(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let kind = if bytes.starts_with(&[0xff, 0xd8]) {
        "jpeg"
    } else {
        "png"
    };
    let mut url = format!("data:image/{kind};base64,");
    for three in bytes.chunks(3) {
        let part = |i: usize| u32::from(three.get(i).copied().unwrap_or(0));
        let all = part(0) << 16 | part(1) << 8 | part(2);
        for i in 0..4 {
            let six = (all >> (18 - 6 * i)) & 63;
            let letter = LETTERS.get(six as usize).copied().unwrap_or(b'=');
            url.push(if i <= three.len() {
                char::from(letter)
            } else {
                '='
            });
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::scan::{HOSTILE, check};

    fn shape(path: &Arc<[Step]>, x: f64) -> Mark {
        Mark {
            matrix: Matrix::shift(x, 0.0),
            clip: None,
            what: What::Fill {
                path: Arc::clone(path),
                colour: Colour::BLACK,
                even_odd: false,
            },
        }
    }

    #[test]
    fn a_glyph_drawn_twice_is_there_once() {
        let path: Arc<[Step]> = Arc::from(vec![
            Step::Move(0.0, 0.5),
            Step::Line(-0.0001, 2.0),
            Step::Close,
        ]);
        let page = Sheet {
            size: (210.0, 297.0),
            marks: vec![shape(&path, 1.0), shape(&path, 2.0)],
        };
        let drawn = sheet(&page, 3).into_string();
        assert_eq!(drawn.matches("M0 0.5L0 2Z").count(), 1, "{drawn}");
        assert_eq!(drawn.matches("href=\"#p3-0\"").count(), 2);
        assert!(drawn.contains("viewBox=\"0 0 210 297\""));
    }

    #[test]
    fn hostile_words_stay_text() {
        let what = What::Words {
            text: HOSTILE.to_owned(),
            at: vec![(1.0, 2.0)],
            face: Face::Fangsong,
            size: 5.6,
            colour: Colour::BLACK,
        };
        let mark = Mark {
            matrix: Matrix::NONE,
            clip: None,
            what,
        };
        check(&sheet(
            &Sheet {
                size: (210.0, 297.0),
                marks: vec![mark],
            },
            1,
        ));
    }

    #[test]
    fn bytes_become_letters() {
        assert_eq!(data_url(b"Man"), "data:image/png;base64,TWFu");
        assert_eq!(data_url(b"Ma"), "data:image/png;base64,TWE=");
        assert_eq!(data_url(b"M"), "data:image/png;base64,TQ==");
    }
}
