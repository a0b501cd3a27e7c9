//! A text object: where each of its letters stands and which glyph it is (GB/T 33190 §11).
//! Not here: the glyphs' outlines. Invariant: a letter without a glyph is written in another face, not lost.

use super::geometry::{Matrix, frame, matrix, number, numbers};
use super::objects::{Painter, Place};
use super::resource::Pen;
use super::tree::Element;
use super::{Colour, What, font};
use std::collections::BTreeMap;

/// Letters of one object.
const MOST_LETTERS: usize = 20_000;
/// Glyphs that stand for one run of letters.
const MOST_GLYPHS: usize = 1000;

struct Letter {
    letter: char,
    at: (f64, f64),
}

pub(super) fn draw(painter: &mut Painter<'_, '_>, object: &Element<'_>, pen: &Pen, place: &Place) {
    let says = |name: &str| object.says(name);
    let boundary = says("Boundary").and_then(|b| frame(&b)).unwrap_or_default();
    let size = says("Size").and_then(|s| number(&s)).unwrap_or(0.0).abs();
    let own = says("CTM").and_then(|m| matrix(&m)).unwrap_or(Matrix::NONE);
    let place = place.inside(own.then(Matrix::shift(boundary.x, boundary.y)));
    let stretch = says("HScale").and_then(|s| number(&s)).unwrap_or(1.0);
    let turned = says("CharDirection")
        .and_then(|d| number(&d))
        .unwrap_or(0.0);
    let id = says("Font").unwrap_or_default().into_owned();
    let seen =
        says("Fill").is_none_or(|f| f != "false") || says("Stroke").is_some_and(|s| s == "true");
    if size <= 0.0 || !seen {
        return;
    }
    let ink = place.faded(pen.fill.unwrap_or(Colour::BLACK));
    let shape = Matrix::scale(stretch, 1.0).then(Matrix::turn(turned));
    let run = Run {
        id,
        size,
        shape,
        ink,
        place,
    };
    let letters = letters(painter, object, &run);
    run.draw(painter, &letters, &glyphs(object));
}

struct Run {
    id: String,
    size: f64,
    /// How each glyph is stretched and turned about its own place.
    shape: Matrix,
    ink: Colour,
    place: Place,
}

impl Run {
    fn draw(
        &self,
        painter: &mut Painter<'_, '_>,
        letters: &[Letter],
        glyphs: &BTreeMap<usize, Vec<u16>>,
    ) {
        let mut plain = Vec::new();
        let (embedded, em) = match painter.font(&self.id) {
            Some(font) => (true, font.em()),
            None => (false, 1.0),
        };
        let flip = Matrix::scale(self.size / em, -self.size / em).then(self.shape);
        for (n, letter) in letters.iter().enumerate() {
            if !embedded {
                plain.push(letter);
                continue;
            }
            let own = glyphs.get(&n).cloned();
            let all = own.unwrap_or_else(|| {
                let font = painter.font(&self.id);
                font.and_then(|f| f.glyph(letter.letter))
                    .into_iter()
                    .collect()
            });
            if all.is_empty() && !glyphs.contains_key(&n) {
                plain.push(letter);
                continue;
            }
            for glyph in all {
                let outline = painter.font(&self.id).and_then(|f| f.outline(glyph));
                match outline {
                    Some(path) if !path.is_empty() => {
                        let at = flip.then(Matrix::shift(letter.at.0, letter.at.1));
                        let what = What::Fill {
                            path,
                            colour: self.ink,
                            even_odd: false,
                        };
                        painter.mark(&self.place.inside(at), what);
                    }
                    Some(_) => {}
                    None => plain.push(letter),
                }
            }
        }
        self.words(painter, &plain);
    }

    /// Letters in a face of this PC.
    fn words(&self, painter: &mut Painter<'_, '_>, letters: &[&Letter]) {
        let letters: Vec<&&Letter> = letters
            .iter()
            .filter(|l| !l.letter.is_whitespace() && !l.letter.is_control())
            .collect();
        if letters.is_empty() {
            return;
        }
        let name = painter.font_name(&self.id);
        let said = name.split_whitespace().next().unwrap_or("没有名称");
        painter.budget.say(format!(
            "字体“{said}”的字形文件里没有，用这台电脑上相近的字体代替"
        ));
        let (face, size, colour) = (font::face_of(&name), self.size, self.ink);
        let words = |text: String, at: Vec<(f64, f64)>| What::Words {
            text,
            at,
            face,
            size,
            colour,
        };
        if self.shape == Matrix::NONE {
            let text = letters.iter().map(|l| l.letter).collect();
            let at = letters.iter().map(|l| l.at).collect();
            painter.mark(&self.place, words(text, at));
            return;
        }
        for letter in letters {
            let at = self.shape.then(Matrix::shift(letter.at.0, letter.at.1));
            let what = words(letter.letter.to_string(), vec![(0.0, 0.0)]);
            painter.mark(&self.place.inside(at), what);
        }
    }
}

/// All letters of the object with their places.
fn letters(painter: &mut Painter<'_, '_>, object: &Element<'_>, run: &Run) -> Vec<Letter> {
    let mut all = Vec::new();
    let mut at = (0.0, 0.0);
    for code in object.all("TextCode") {
        let place = |name: &str| code.says(name).and_then(|n| number(&n));
        at = (place("X").unwrap_or(at.0), place("Y").unwrap_or(at.1));
        let text = code.text.trim_matches(['\n', '\r', '\t']);
        let count = text.chars().count().min(MOST_LETTERS);
        let delta = |name: &str| code.says(name).map(|d| deltas(&d, count));
        let (across, down) = (delta("DeltaX"), delta("DeltaY"));
        for (n, letter) in text.chars().enumerate() {
            if all.len() >= MOST_LETTERS {
                painter.budget.say("文字太多，后面的没有画出来");
                return all;
            }
            all.push(Letter { letter, at });
            let step = |deltas: &Option<Vec<f64>>| {
                let deltas = deltas.as_ref()?;
                deltas.get(n).or(deltas.last()).copied()
            };
            match (step(&across), step(&down)) {
                (None, None) => at.0 += painter.advance(&run.id, letter) * run.size,
                (x, y) => at = (at.0 + x.unwrap_or(0.0), at.1 + y.unwrap_or(0.0)),
            }
        }
    }
    all
}

/// Distances between letters, written out or as `g COUNT DISTANCE`.
fn deltas(text: &str, most: usize) -> Vec<f64> {
    let mut all = Vec::new();
    let mut words = text.split_whitespace();
    while all.len() < most {
        match words.next() {
            Some("g") => {
                let times = words.next().and_then(number).unwrap_or(0.0);
                let Some(by) = words.next().and_then(number) else {
                    break;
                };
                let room = most - all.len();
                let times = (0..room).take_while(|n| (*n as f64) < times).count();
                all.extend(std::iter::repeat_n(by, times));
            }
            Some(word) => match number(word) {
                Some(by) => all.push(by),
                None => break,
            },
            None => break,
        }
    }
    all
}

/// Glyphs by the letter they stand for, where the file says so itself; a letter drawn with the one before has none.
fn glyphs(object: &Element<'_>) -> BTreeMap<usize, Vec<u16>> {
    let mut all = BTreeMap::new();
    for transform in object.all("CGTransform") {
        let count = |name: &str| {
            let n = transform.says(name).and_then(|n| n.trim().parse().ok());
            n.unwrap_or(1_usize).clamp(1, MOST_LETTERS)
        };
        let position = transform.says("CodePosition");
        let from: usize = position.and_then(|p| p.trim().parse().ok()).unwrap_or(0);
        let letters = count("CodeCount");
        let list = transform.child("Glyphs").map_or("", |g| g.text.as_str());
        let list: Vec<u16> = numbers(list)
            .take(MOST_LETTERS)
            .map(|n| u16::try_from(n as i64).unwrap_or(0))
            .collect();
        if from > MOST_LETTERS {
            continue;
        }
        for n in 0..letters.min(MOST_LETTERS) {
            let mine: Vec<u16> = if list.len() == letters {
                list.get(n).copied().into_iter().collect()
            } else if n == 0 {
                list.iter().copied().take(MOST_GLYPHS).collect()
            } else {
                Vec::new()
            };
            all.insert(from + n, mine);
        }
        if all.len() > MOST_LETTERS {
            break;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_may_be_said_together() {
        assert_eq!(deltas("1 g 3 2.5 4", 10), [1.0, 2.5, 2.5, 2.5, 4.0]);
        assert_eq!(deltas("g 99999999999 1", 3), [1.0; 3]);
        assert_eq!(deltas("g x 1 2", 3), [2.0]);
        assert!(deltas("NaN 1", 3).is_empty());
    }
}
