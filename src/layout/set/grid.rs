//! The measures of GB/T 9704-2012 in millimetres, from the paper's upper left corner. Not here: what stands where.
//! Invariant: 28 characters fill the width and 22 lines the height exactly (README decision 27).

/// 天头 §5.2.1
pub const TOP: f64 = 37.0;
/// 订口 §5.2.1
pub const LEFT: f64 = 28.0;
/// 版心 156 mm × 225 mm §5.2.1
pub const WIDTH: f64 = 156.0;
pub const HEIGHT: f64 = 225.0;
pub const RIGHT: f64 = LEFT + WIDTH;
pub const BOTTOM: f64 = TOP + HEIGHT;
/// 22 lines a page §5.2.3
pub const PITCH: f64 = HEIGHT / 22.0;
/// 28 characters a line §5.2.3; the glyphs are 16 pt and so a little wider than their places
pub const ADVANCE: f64 = WIDTH / 28.0;

/// 3号, 4号 and 2号 in points
pub const BODY: f64 = 16.0;
pub const SMALL: f64 = 14.0;
pub const TITLE: f64 = 22.0;

/// Of a Chinese glyph's em this much stands above the baseline.
pub const ABOVE: f64 = 0.88;

/// An em in millimetres.
#[must_use]
pub const fn em(points: f64) -> f64 {
    points * 25.4 / 72.0
}

/// The baseline of glyphs whose em stands in the middle of a line of this height.
#[must_use]
pub fn baseline(top: f64, height: f64, points: f64) -> f64 {
    top + (height - em(points)) / 2.0 + ABOVE * em(points)
}

/// How much closer characters of this size stand than their font has them: 28 of the text fill the width, others keep
/// their own. The same for every character, as word processors do it, so that a line ends where theirs does.
#[must_use]
pub fn closer(points: f64) -> f64 {
    match (points - BODY).abs() < f64::EPSILON {
        true => em(BODY) - ADVANCE,
        false => 0.0,
    }
}

/// Millimetres of a whole number.
#[must_use]
pub fn mm(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
