//! Handwriting of an opinion: drawn as large as it was written or as fits its box, and the box it is written in, which
//! stands there only when the script does. Not here: what is taken (`engine::by_hand`), writing on pages (`ui::official`).

use super::official::strokes;
use super::{Markup, form, html};
use crate::layout::pen::Stroke;

/// Kept clear round the ink, mm.
const CLEAR: f64 = 1.0;

/// Strokes that stand in an opinion's box.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ink(pub Vec<Stroke>);

impl Ink {
    /// Left, top, width and height of what is written, mm.
    fn bounds(&self) -> (f64, f64, f64, f64) {
        let points = || self.0.iter().flat_map(|s| &s.points);
        let range = |of: fn(&crate::layout::pen::Point) -> i32| {
            let least = points().map(of).min().unwrap_or(0);
            let most = points().map(of).max().unwrap_or(0);
            (f64::from(least) / 100.0, f64::from(most) / 100.0)
        };
        let ((left, right), (top, bottom)) = (range(|p| p.x), range(|p| p.y));
        (
            left - CLEAR,
            top - CLEAR,
            right - left + 2.0 * CLEAR,
            bottom - top + 2.0 * CLEAR,
        )
    }

    /// Width and height inside this room, mm; never larger than it was written.
    #[must_use]
    pub fn fits(&self, (wide, high): (f64, f64)) -> (f64, f64) {
        let (_, _, w, h) = self.bounds();
        let scale = (wide / w).min(high / h).min(1.0);
        (w * scale, h * scale)
    }

    /// The drawing inside this room, mm.
    #[must_use]
    pub fn show(&self, room: (f64, f64)) -> Markup {
        let (x, y, w, h) = self.bounds();
        let (wide, high) = self.fits(room);
        let tenth = |mm: f64| (mm * 10.0).round() as i64;
        let view = format!("{} {} {} {}", tenth(x), tenth(y), tenth(w), tenth(h));
        html! {
            svg.byhand viewBox=(view) width=(format!("{wide:.1}mm")) height=(format!("{high:.1}mm")) role="img" aria-label="手写意见" {
                (strokes(&self.0))
            }
        }
    }
}

/// The box to write in, of this size in mm; `typed` are the strokes of a form that came back.
#[must_use]
pub fn writing_box(name: &str, (wide, high): (f64, f64), typed: &str) -> Markup {
    let view = format!("0 0 {} {}", wide * 10.0, high * 10.0);
    html! {
        div.handbox data-js hidden data-handbox {
            (form::hidden(name, typed))
            p.acts { button.btn.small type="button" data-hand-on { "手写意见" } }
            div data-hand-off hidden {
                svg.pad viewBox=(view) data-wide=(wide * 100.0) data-high=(high * 100.0) role="img" aria-label="在这里手写意见" {}
                p.acts {
                    button.btn.small type="button" data-hand-undo { "擦掉上一笔" }
                    button.btn.small type="button" data-hand-drop { "不手写了" }
                }
                p.hint { "用手指、笔或者鼠标写在框里，会原样印在处理单上；打了字的，字和手写都留。" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::pen::Point;
    use crate::ui::scan::{HOSTILE, check};

    fn line(from: (i32, i32), to: (i32, i32)) -> Ink {
        let point = |(x, y), at| Point {
            x,
            y,
            pressure: 500,
            at,
        };
        Ink(vec![Stroke {
            points: vec![point(from, 0), point(to, 9)],
        }])
    }

    #[test]
    fn it_is_as_large_as_it_was_written_or_as_its_box() {
        let ink = line((1000, 1000), (9000, 3000));
        assert_eq!(ink.fits((133.0, 30.0)), (82.0, 22.0));
        let (wide, high) = ink.fits((41.0, 30.0));
        assert!((wide - 41.0).abs() < 1e-9 && (high - 11.0).abs() < 1e-9);
        let shown = ink.show((133.0, 30.0)).0;
        assert!(shown.contains("viewBox=\"90 90 820 220\""), "{shown}");
        assert!(shown.contains("width=\"82.0mm\""), "{shown}");
    }

    #[test]
    fn hostile_text_stays_text() {
        check(&writing_box(HOSTILE, (120.0, 50.0), HOSTILE));
        check(&line((0, 0), (0, 0)).show((1.0, 1.0)));
    }
}
