//! Handwriting as vectors: points in hundredths of a millimetre with pressure and time, and the outline of a stroke,
//! wide where the hand pressed. Not here: whose it is. Invariant: integers only, and never more than can be drawn.

use super::page::Step;

/// One point of a stroke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// Hundredths of a millimetre from the left of the page or box.
    pub x: i32,
    /// The same from its top.
    pub y: i32,
    /// In thousandths; a mouse has 500.
    pub pressure: i32,
    /// Milliseconds since the first point of the writing.
    pub at: i32,
}

/// From the pen's setting down to its lifting.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stroke {
    pub points: Vec<Point>,
}

/// Strokes of one writing at most.
pub const MOST_STROKES: usize = 400;
/// Points of all its strokes together.
pub const MOST_POINTS: usize = 12_000;
/// Half an hour, in milliseconds.
const LONGEST: i32 = 1_800_000;
/// Width of a line pressed least and most, mm.
const THIN: f64 = 0.25;
const THICK: f64 = 0.95;

impl Stroke {
    /// `x,y,pressure,time` of each point, for the replay.
    #[must_use]
    pub fn points_said(&self) -> String {
        let all = self.points.iter();
        let said: Vec<String> = all
            .map(|p| format!("{},{},{},{}", p.x, p.y, p.pressure, p.at))
            .collect();
        said.join(" ")
    }
}

/// Reads strokes: a list a stroke, four integers a point, inside a sheet of this width and height (mm).
///
/// # Errors
/// What is wrong, in a word for the log; a page never sends such a thing.
pub fn read(raw: &[Vec<i64>], (width, height): (f64, f64)) -> Result<Vec<Stroke>, &'static str> {
    if raw.len() > MOST_STROKES {
        return Err("too many strokes");
    }
    if raw.iter().map(|s| s.len() / 4).sum::<usize>() > MOST_POINTS {
        return Err("too many points");
    }
    let most = ((width * 100.0) as i64, (height * 100.0) as i64);
    let mut all = Vec::with_capacity(raw.len());
    let mut last = 0;
    for numbers in raw {
        if numbers.is_empty() || !numbers.len().is_multiple_of(4) {
            return Err("not four numbers a point");
        }
        let mut points = Vec::with_capacity(numbers.len() / 4);
        for four in numbers.chunks_exact(4) {
            let point = point(four, most).ok_or("a point outside")?;
            if point.at < last {
                return Err("time runs backwards");
            }
            last = point.at;
            points.push(point);
        }
        all.push(Stroke { points });
    }
    Ok(all)
}

fn point(four: &[i64], (width, height): (i64, i64)) -> Option<Point> {
    let [x, y, pressure, at] = <[i64; 4]>::try_from(four).ok()?;
    let inside = |v: i64, most: i64| (0..=most).contains(&v);
    let good = inside(x, width)
        && inside(y, height)
        && inside(pressure, 1000)
        && inside(at, i64::from(LONGEST));
    let small = |v: i64| i32::try_from(v).ok();
    good.then_some(())?;
    Some(Point {
        x: small(x)?,
        y: small(y)?,
        pressure: small(pressure)?,
        at: small(at)?,
    })
}

/// Strokes as they are kept: the same lists of integers.
#[must_use]
pub fn written(all: &[Stroke]) -> Vec<Vec<i32>> {
    all.iter()
        .map(|s| {
            let points = s.points.iter();
            points.flat_map(|p| [p.x, p.y, p.pressure, p.at]).collect()
        })
        .collect()
}

/// The filled outline of a stroke, mm: out along one side, back along the other, round at both ends.
#[must_use]
pub fn outline(stroke: &Stroke) -> Vec<Step> {
    let line: Vec<(f64, f64, f64)> = smooth(stroke);
    let (Some(first), Some(last)) = (line.first(), line.last()) else {
        return Vec::new();
    };
    if line.len() == 1 {
        return round(*first);
    }
    let mut out = Vec::with_capacity(line.len() * 2 + 2);
    let mut back = Vec::with_capacity(line.len());
    for i in 0..line.len() {
        let at = line.get(i).copied().unwrap_or(*first);
        let from = line.get(i.saturating_sub(1)).copied().unwrap_or(at);
        let to = line.get(i + 1).copied().unwrap_or(at);
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy).max(1e-9);
        let (nx, ny) = (-dy / length * at.2, dx / length * at.2);
        let (a, b) = ((at.0 + nx, at.1 + ny), (at.0 - nx, at.1 - ny));
        out.push(match i {
            0 => Step::Move(a.0, a.1),
            _ => Step::Line(a.0, a.1),
        });
        back.push(Step::Line(b.0, b.1));
    }
    out.extend(back.into_iter().rev());
    out.push(Step::Close);
    out.extend(round(*first));
    out.extend(round(*last));
    out
}

/// Points in mm with half their width; those nearer than a tenth of a millimetre to the one before fall away.
fn smooth(stroke: &Stroke) -> Vec<(f64, f64, f64)> {
    let mut line: Vec<(f64, f64, f64)> = Vec::with_capacity(stroke.points.len());
    for p in &stroke.points {
        let (x, y) = (f64::from(p.x) / 100.0, f64::from(p.y) / 100.0);
        let half = (THIN + (THICK - THIN) * f64::from(p.pressure) / 1000.0) / 2.0;
        match line.last() {
            Some(l) if (x - l.0).hypot(y - l.1) < 0.1 => {}
            // a width changes by degrees, as ink does
            Some(l) => line.push((x, y, l.2.mul_add(0.6, half * 0.4))),
            None => line.push((x, y, half)),
        }
    }
    line
}

/// A dot.
fn round((x, y, r): (f64, f64, f64)) -> Vec<Step> {
    // how far the handles of a quarter circle stand from its ends
    let k = r * 0.5523;
    vec![
        Step::Move(x + r, y),
        Step::Curve((x + r, y + k), (x + k, y + r), (x, y + r)),
        Step::Curve((x - k, y + r), (x - r, y + k), (x - r, y)),
        Step::Curve((x - r, y - k), (x - k, y - r), (x, y - r)),
        Step::Curve((x + k, y - r), (x + r, y - k), (x + r, y)),
        Step::Close,
    ]
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const SHEET: (f64, f64) = (210.0, 297.0);

    #[test]
    fn what_is_read_is_kept_the_same() {
        let raw = vec![vec![100, 200, 500, 0, 300, 220, 700, 16], vec![5, 5, 0, 40]];
        let all = read(&raw, SHEET).unwrap();
        assert_eq!(all.len(), 2);
        let kept: Vec<Vec<i64>> = written(&all)
            .into_iter()
            .map(|s| s.into_iter().map(i64::from).collect())
            .collect();
        assert_eq!(kept, raw);
    }

    #[test]
    fn nothing_outside_the_sheet_or_the_bounds_is_taken() {
        for bad in [
            vec![vec![1, 2, 3]],
            vec![vec![]],
            vec![vec![-1, 0, 0, 0]],
            vec![vec![21_001, 0, 0, 0]],
            vec![vec![0, 29_701, 0, 0]],
            vec![vec![0, 0, 1001, 0]],
            vec![vec![0, 0, 0, i64::MAX]],
            vec![vec![0, 0, 0, 9], vec![0, 0, 0, 8]],
            vec![vec![1, 1, 1, 1]; MOST_STROKES + 1],
            vec![vec![1; 4 * (MOST_POINTS + 1)]],
        ] {
            read(&bad, SHEET).unwrap_err();
        }
    }

    #[test]
    fn a_stroke_is_as_wide_as_it_was_pressed() {
        let stroke = |pressure| {
            let points = (0..20).map(|i| Point {
                x: i * 100,
                y: 1000,
                pressure,
                at: i,
            });
            Stroke {
                points: points.collect(),
            }
        };
        let height = |s: &Stroke| {
            let ys = outline(s).into_iter().filter_map(|step| match step {
                Step::Move(_, y) | Step::Line(_, y) => Some(y),
                _ => None,
            });
            let all: Vec<f64> = ys.collect();
            let most = all.iter().copied().fold(f64::MIN, f64::max);
            most - all.iter().copied().fold(f64::MAX, f64::min)
        };
        assert!((height(&stroke(0)) - THIN).abs() < 1e-6);
        assert!((height(&stroke(1000)) - THICK).abs() < 1e-6);
        let dot = Stroke {
            points: vec![Point {
                x: 10,
                y: 10,
                pressure: 500,
                at: 0,
            }],
        };
        assert_eq!(outline(&dot).len(), 6);
        assert!(outline(&Stroke::default()).is_empty());
    }
}
