//! Numbers, boxes and matrices of a fixed layout, as the file writes them.
//! Invariant: every number that leaves here is finite and no larger than [`LARGEST`].

/// Farther than any sheet of paper, mm.
const LARGEST: f64 = 1.0e6;

/// x' = a x + c y + e, y' = b x + d y + f.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Matrix(pub [f64; 6]);

impl Matrix {
    pub const NONE: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    #[must_use]
    pub const fn shift(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    #[must_use]
    pub const fn scale(x: f64, y: f64) -> Self {
        Self([x, 0.0, 0.0, y, 0.0, 0.0])
    }

    /// A quarter turn or so, clockwise as seen on paper, where y goes down.
    #[must_use]
    pub fn turn(degrees: f64) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        Self([cos, sin, -sin, cos, 0.0, 0.0])
    }

    /// First `self`, then `next`.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        let [a, b, c, d, e, f] = self.0;
        let [na, nb, nc, nd, ..] = next.0;
        let along = |x: f64, y: f64| (na * x + nc * y, nb * x + nd * y);
        let ((x, y), (u, v)) = (along(a, b), along(c, d));
        let (e, f) = next.at((e, f));
        Self([x, y, u, v, e, f].map(sane))
    }

    #[must_use]
    pub fn at(self, (x, y): (f64, f64)) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (sane(a * x + c * y + e), sane(b * x + d * y + f))
    }
}

/// Left, top, width, height.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Frame {
    pub x: f64,
    pub y: f64,
    pub wide: f64,
    pub high: f64,
}

/// Numbers between blanks or commas; what is no number ends them.
pub(super) fn numbers(text: &str) -> impl Iterator<Item = f64> {
    text.split(|c: char| c.is_whitespace() || c == ',')
        .filter(|t| !t.is_empty())
        .map_while(number)
}

pub(super) fn number(text: &str) -> Option<f64> {
    let n: f64 = text.trim().parse().ok()?;
    n.is_finite().then(|| sane(n))
}

pub(super) fn frame(text: &str) -> Option<Frame> {
    let mut all = numbers(text);
    Some(Frame {
        x: all.next()?,
        y: all.next()?,
        wide: all.next()?,
        high: all.next()?,
    })
}

pub(super) fn matrix(text: &str) -> Option<Matrix> {
    let all: Vec<f64> = numbers(text).take(6).collect();
    Some(Matrix(all.try_into().ok()?))
}

fn sane(n: f64) -> f64 {
    if n.is_finite() {
        n.clamp(-LARGEST, LARGEST)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matrices_follow_one_another() {
        let both = Matrix::scale(2.0, 3.0).then(Matrix::shift(10.0, 20.0));
        assert_eq!(both.at((1.0, 1.0)), (12.0, 23.0));
        let (x, y) = Matrix::turn(90.0).at((1.0, 0.0));
        assert!(x.abs() < 1e-9 && (y - 1.0).abs() < 1e-9);
    }

    #[test]
    fn numbers_are_sane_whatever_is_written() {
        let all: Vec<f64> = numbers("1 -2.5,3e999 7").collect();
        assert_eq!(all, [1.0, -2.5]);
        assert_eq!(number("NaN"), None);
        assert_eq!(number("1e300"), Some(LARGEST));
        assert_eq!(frame("1 2 3"), None);
        let vast = Matrix::scale(1e6, 1e6);
        let vast = vast.then(vast).then(vast);
        assert!(vast.0.iter().all(|n| n.abs() <= LARGEST));
    }
}
