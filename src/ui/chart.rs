//! Charts as SVG the server draws: bars side by side and a line, black on white, so that they read the same on
//! screen, on a phone and on paper. No library, no script, no style in them.
//! Invariant: whatever a chart shows stands in a table beside it; a figure is never told by colour alone.

use super::{Markup, html};

/// Size of the drawing, in its own units.
const WIDE: f64 = 720.0;
const HIGH: f64 = 240.0;
const LEFT: f64 = 44.0;
const FOOT: f64 = 26.0;
const HEAD: f64 = 30.0;
const INK: &str = "#1b1e1f";
const HAIR: &str = "#d2d8d4";

/// One group of bars: its word and what this and the other bar stand at.
#[derive(Debug, Clone)]
pub struct Bars {
    /// 3 月
    pub label: String,
    /// The full bar.
    pub now: f64,
    /// The hollow one.
    pub before: f64,
}

/// Bars side by side, full and hollow. `keys` say what each is.
#[must_use]
pub fn bars(title: &str, keys: (&str, &str), all: &[Bars]) -> Markup {
    let most = all
        .iter()
        .flat_map(|b| [b.now, b.before])
        .fold(0.0, f64::max);
    let scale = Scale::up_to(most);
    let slot = (WIDE - LEFT) / all.len().max(1) as f64;
    let bar = (slot * 0.36).min(26.0);
    html! {
        svg.chart viewBox={ "0 0 " (WIDE) " " (HIGH) } role="img" aria-label=(title) {
            (key(LEFT, keys.0, INK)) (key(LEFT + 120.0, keys.1, "#fff"))
            (scale.draw(""))
            @for (i, b) in all.iter().enumerate() {
                @let middle = LEFT + slot * (i as f64 + 0.5);
                (column((middle - bar, bar), &scale, b.before, "#fff"))
                (column((middle, bar), &scale, b.now, INK))
                (text((middle, HIGH - 8.0), "middle", &b.label))
            }
        }
    }
}

/// A line over a hundred: gaps where there is nothing to say.
#[must_use]
pub fn percent_line(title: &str, all: &[(String, Option<f64>)]) -> Markup {
    let scale = Scale {
        top: 100.0,
        step: 25.0,
    };
    let slot = (WIDE - LEFT) / all.len().max(1) as f64;
    let x = |i: usize| LEFT + slot * (i as f64 + 0.5);
    let known: Vec<(usize, f64)> = all
        .iter()
        .enumerate()
        .filter_map(|(i, (_, v))| Some((i, (*v)?)))
        .collect();
    html! {
        svg.chart viewBox={ "0 0 " (WIDE) " " (HIGH) } role="img" aria-label=(title) {
            (scale.draw("%"))
            @for pair in known.windows(2) {
                @if let [(i, a), (j, b)] = pair {
                    @if i + 1 == *j {
                        line x1=(x(*i)) y1=(scale.y(*a)) x2=(x(*j)) y2=(scale.y(*b)) stroke=(INK) stroke-width="2" {}
                    }
                }
            }
            @for (i, v) in &known {
                circle cx=(x(*i)) cy=(scale.y(*v)) r="4" fill=(INK) {}
                (text((x(*i), scale.y(*v) - 9.0), "middle", &format!("{v:.0}")))
            }
            @for (i, (label, _)) in all.iter().enumerate() {
                (text((x(i), HIGH - 8.0), "middle", label))
            }
        }
    }
}

/// Bars lying down, one a name, with what each comes to at its end.
#[must_use]
pub fn lying(title: &str, all: &[(String, f64, String)]) -> Markup {
    const ROW: f64 = 26.0;
    const NAMES: f64 = 150.0;
    let most = all.iter().map(|(_, v, _)| *v).fold(1.0, f64::max);
    let high = ROW * all.len() as f64 + 6.0;
    let long = |v: f64| (WIDE - NAMES - 110.0) * (v / most).max(0.0);
    html! {
        svg.chart viewBox={ "0 0 " (WIDE) " " (high) } role="img" aria-label=(title) {
            @for (i, (name, v, said)) in all.iter().enumerate() {
                @let y = ROW * i as f64 + 4.0;
                (text((NAMES - 8.0, y + 14.0), "end", name))
                rect x=(NAMES) y=(y) width=(long(*v).max(1.0)) height="18" fill=(INK) {}
                (text((NAMES + long(*v) + 8.0, y + 14.0), "start", said))
            }
            line x1=(NAMES) y1="0" x2=(NAMES) y2=(high) stroke=(INK) {}
        }
    }
}

fn key(x: f64, word: &str, fill: &str) -> Markup {
    html! {
        rect x=(x) y="6" width="14" height="12" fill=(fill) stroke=(INK) {}
        (text((x + 20.0, 17.0), "start", word))
    }
}

fn column((x, wide): (f64, f64), scale: &Scale, value: f64, fill: &str) -> Markup {
    let y = scale.y(value);
    html! {
        @if value > 0.0 {
            rect x=(x) y=(y) width=(wide) height=(HIGH - FOOT - y) fill=(fill) stroke=(INK) {}
            (text((x + wide / 2.0, y - 4.0), "middle", &format!("{value:.0}")))
        }
    }
}

fn text((x, y): (f64, f64), anchor: &str, words: &str) -> Markup {
    html! { text x=(x) y=(y) font-size="13" text-anchor=(anchor) fill=(INK) { (words) } }
}

/// The lines behind the bars.
struct Scale {
    top: f64,
    step: f64,
}

impl Scale {
    /// Round numbers, four lines at most.
    fn up_to(most: f64) -> Self {
        let mut step = 1.0;
        for factor in [2.0, 2.5, 2.0].into_iter().cycle().take(30) {
            if step * 4.0 >= most {
                break;
            }
            step *= factor;
        }
        let step: f64 = step.ceil();
        Self {
            top: step * (most / step).ceil().max(1.0),
            step,
        }
    }

    fn y(&self, value: f64) -> f64 {
        let room = HIGH - FOOT - HEAD;
        HIGH - FOOT - room * (value / self.top).clamp(0.0, 1.0)
    }

    fn draw(&self, unit: &str) -> Markup {
        let lines = (self.top / self.step).round() as usize;
        html! {
            @for i in 0..=lines {
                @let v = self.step * i as f64;
                line x1=(LEFT) y1=(self.y(v)) x2=(WIDE) y2=(self.y(v)) stroke=(if i == 0 { INK } else { HAIR }) {}
                (text((LEFT - 6.0, self.y(v) + 4.0), "end", &format!("{v:.0}{unit}")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::scan::{HOSTILE, check};

    #[test]
    fn hostile_names_stay_text() {
        let b = Bars {
            label: HOSTILE.into(),
            now: 3.0,
            before: 0.0,
        };
        check(&bars(HOSTILE, (HOSTILE, HOSTILE), &[b]));
        check(&percent_line(HOSTILE, &[(HOSTILE.into(), Some(50.0))]));
        check(&lying(HOSTILE, &[(HOSTILE.into(), 2.0, HOSTILE.into())]));
    }

    #[test]
    fn the_scale_is_round_and_holds_the_highest() {
        for most in [0.0, 1.0, 3.0, 7.0, 19.0, 187.0, 999.0, 10_000.0] {
            let s = Scale::up_to(most);
            assert!(
                s.top >= most && s.top / s.step <= 4.01,
                "{most}: {} {}",
                s.top,
                s.step
            );
            assert!(s.y(most) >= HEAD - 0.01);
        }
    }

    #[test]
    fn a_month_without_dates_breaks_the_line() {
        let all = [Some(100.0), None, Some(50.0)].map(|v| ("月".to_owned(), v));
        let svg = percent_line("按期", &all).into_string();
        assert!(!svg.contains(r#"stroke-width="2""#), "{svg}");
        assert_eq!(svg.matches("<circle").count(), 2);
    }
}
