//! QR codes as plain matrices; the only door of `qrcode`. `ui` draws them as SVG.
//! Not for reading codes. Error correction is medium: codes are printed and copied.

use super::error::{Error, Result};
use qrcode::{Color, EcLevel, QrCode};

/// Light modules round the code that scanners ask for.
const QUIET: usize = 4;

/// Rows of modules, true where dark, without the quiet zone.
pub fn matrix(text: &str) -> Result<Vec<Vec<bool>>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)
        .map_err(|_| Error::invalid("", "内容太长，放不进二维码，请缩短后再试"))?;
    let dark: Vec<bool> = code
        .to_colors()
        .into_iter()
        .map(|c| c == Color::Dark)
        .collect();
    Ok(dark
        .chunks(code.width().max(1))
        .map(<[bool]>::to_vec)
        .collect())
}

/// The code for a dark console, two rows of modules a line; the text itself where it does not fit.
#[must_use]
pub fn for_console(text: &str) -> String {
    let Ok(rows) = matrix(text) else {
        return text.to_owned();
    };
    let size = rows.len();
    let light = |y: usize, x: usize| {
        let at = |v: usize| v.checked_sub(QUIET);
        let dark = at(y)
            .and_then(|y| rows.get(y))
            .and_then(|row| at(x).and_then(|x| row.get(x)));
        dark != Some(&true)
    };
    let edge = size + 2 * QUIET;
    let mut out = String::new();
    for y in (0..edge).step_by(2) {
        for x in 0..edge {
            // light is drawn, because the console is dark
            out.push(match (light(y, x), light(y + 1, x)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn is_square_with_its_finders() {
        let rows = matrix("http://192.168.1.20:8080/").unwrap();
        assert!(rows.len() >= 21);
        assert!(rows.iter().all(|r| r.len() == rows.len()));
        let corner: Vec<bool> = rows.first().unwrap().iter().copied().take(8).collect();
        assert_eq!(corner, [true, true, true, true, true, true, true, false]);
    }

    #[test]
    fn console_has_a_quiet_zone() {
        let text = for_console("砚台");
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines.first().unwrap().chars().all(|c| c == '█'));
        assert!(
            lines
                .iter()
                .all(|l| l.starts_with("████") && l.ends_with("████"))
        );
        let long = "长".repeat(3000);
        assert!(matrix(&long).is_err());
        assert_eq!(for_console(&long), long);
    }
}
