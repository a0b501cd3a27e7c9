//! A QR code as SVG, from a matrix of dark modules; `kit::qr` makes the matrix.
//! Runs of a row are one path step, so that a code stays under three kilobytes.

use super::{Markup, html};
use std::fmt::Write as _;

/// Light modules around the code: scanners of old phones want four.
const QUIET: usize = 4;

/// Draws the code; `label` is what it leads to, read aloud.
#[must_use]
pub fn qr_svg(dark: &[Vec<bool>], label: &str) -> Markup {
    let side = dark.len() + 2 * QUIET;
    html! {
        svg.qr viewBox={ "0 0 " (side) " " (side) } role="img" aria-label=(label) {
            path d=(path(dark)) {}
        }
    }
}

fn path(dark: &[Vec<bool>]) -> String {
    let mut d = String::new();
    for (y, row) in dark.iter().enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&true) {
                let (left, top, n) = (x + QUIET, y + QUIET, run.len());
                let _ = write!(d, "M{left} {top}h{n}v1h-{n}z");
            }
            x += run.len();
        }
    }
    d
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::scan::{HOSTILE, check};

    #[test]
    fn runs_become_one_step() {
        let svg = qr_svg(
            &[vec![true, true, false, true], vec![false; 4]],
            "本平台地址",
        )
        .into_string();
        assert!(svg.contains(r#"d="M4 4h2v1h-2zM7 4h1v1h-1z""#), "{svg}");
        assert!(svg.contains(r#"viewBox="0 0 10 10""#), "{svg}");
    }

    #[test]
    fn label_is_escaped() {
        check(&qr_svg(&[vec![true]], HOSTILE));
    }
}
