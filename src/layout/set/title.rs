//! The title broken into lines: §7.3.1 asks for a trapezium or a rhombus, whole words and a sense to each line.
//! Not here: drawing. Invariant: the lines joined are the title; a line handed in by hand stays where it fits.

use super::grid;
use super::kinsoku::may_break;
use super::lines::break_lines;
use super::measure::Measure;
use super::words;
use crate::layout::font::Face;

/// No title of a document has more lines; longer ones are only filled.
const MOST_LINES: usize = 5;

/// Breaks tried before the title is only filled.
const MOST_TRIED: usize = 60_000;

/// What a further line costs, against which words and shapes are weighed.
const LINE: f64 = 25.0;

/// The title's lines.
#[must_use]
pub fn shaped(measure: &Measure<'_>, title: &[String], width: f64) -> Vec<String> {
    let lines = title.iter().map(|l| l.trim()).filter(|l| !l.is_empty());
    lines.flat_map(|l| one(measure, l, width)).collect()
}

fn one(measure: &Measure<'_>, title: &str, width: f64) -> Vec<String> {
    let cells = measure.cells(title, Face::Biaosong, grid::TITLE);
    let chars: Vec<char> = cells.iter().map(|c| c.c).collect();
    let mut ends = vec![0.0];
    for cell in &cells {
        ends.push(ends.last().unwrap_or(&0.0) + cell.advance);
    }
    let whole = ends.last().copied().unwrap_or_default();
    if whole <= width {
        return vec![title.to_owned()];
    }
    let mut search = Search {
        costs: costs(&chars),
        ends,
        width,
        em: grid::em(grid::TITLE),
        tried: 0,
        best: None,
    };
    let least = (1..=MOST_LINES).find(|n| grid::mm(*n) * width >= whole);
    for count in least.into_iter().flat_map(|n| n..=(n + 1).min(MOST_LINES)) {
        search.run(0, count, &mut Vec::new());
    }
    match search.best {
        Some((_, breaks)) => cut(&chars, &breaks),
        None => filled(measure, title, width),
    }
}

fn cut(chars: &[char], breaks: &[usize]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut from = 0;
    for to in breaks.iter().copied().chain([chars.len()]) {
        lines.push(chars.get(from..to).unwrap_or_default().iter().collect());
        from = to;
    }
    lines
}

/// Line after line to the full width: a title too long for a shape.
fn filled(measure: &Measure<'_>, title: &str, width: f64) -> Vec<String> {
    let cells = measure.cells(title, Face::Biaosong, grid::TITLE);
    let text = |line: &super::lines::Line| {
        let taken = cells.get(line.range.clone()).unwrap_or_default();
        taken.iter().map(|c| c.c).collect()
    };
    break_lines(&cells, width, width).iter().map(text).collect()
}

struct Search {
    /// Of a break before each character.
    costs: Vec<Option<f64>>,
    /// Width up to each character.
    ends: Vec<f64>,
    width: f64,
    em: f64,
    tried: usize,
    best: Option<(f64, Vec<usize>)>,
}

impl Search {
    fn run(&mut self, from: usize, lines: usize, breaks: &mut Vec<usize>) {
        let left = self.between(from, self.costs.len());
        if left > grid::mm(lines) * self.width || self.tried > MOST_TRIED {
            return;
        }
        if lines == 1 {
            self.tried += 1;
            let cost = self.judge(breaks);
            if self.best.as_ref().is_none_or(|(best, _)| cost < *best) {
                self.best = Some((cost, breaks.clone()));
            }
            return;
        }
        for to in from + 1..self.costs.len() {
            if self.between(from, to) > self.width {
                break;
            }
            if self.costs.get(to).copied().flatten().is_some() {
                breaks.push(to);
                self.run(to, lines - 1, breaks);
                breaks.pop();
            }
        }
    }

    fn between(&self, from: usize, to: usize) -> f64 {
        let at = |n: usize| self.ends.get(n).copied().unwrap_or_default();
        at(to) - at(from)
    }

    fn judge(&self, breaks: &[usize]) -> f64 {
        let torn: f64 = breaks
            .iter()
            .filter_map(|b| self.costs.get(*b).copied().flatten())
            .sum();
        let bounds: Vec<usize> = std::iter::once(0)
            .chain(breaks.iter().copied())
            .chain([self.costs.len()])
            .collect();
        let widths: Vec<f64> = bounds
            .iter()
            .zip(bounds.iter().skip(1))
            .map(|(a, b)| self.between(*a, *b) / self.em)
            .collect();
        torn + shape(&widths) + LINE * grid::mm(widths.len())
    }
}

/// How far the lines, in ems, are from a trapezium or a rhombus.
fn shape(widths: &[f64]) -> f64 {
    let most = widths.iter().copied().fold(0.0, f64::max);
    let least = widths.iter().copied().fold(f64::MAX, f64::min);
    let pairs = || widths.iter().zip(widths.iter().skip(1));
    // wider, then narrower again is a rhombus; narrower, then wider again an hourglass
    let turns = pairs().zip(pairs().skip(1));
    let hourglass = turns.filter(|((a, b), (_, c))| b < a && b < c).count();
    let level = pairs().filter(|(a, b)| (*a - *b).abs() < 0.75).count();
    let wide: f64 = widths.iter().map(|w| (w - 18.0).max(0.0) * 3.0).sum();
    let ragged = (most - least) / most.max(1.0);
    30.0 * grid::mm(hourglass) + 3.0 * grid::mm(level) + wide + 24.0 * ragged * ragged
}

/// What a break before each character costs; none where it may not be.
fn costs(chars: &[char]) -> Vec<Option<f64>> {
    let words = words::spans(chars);
    let mut depth = 0_i32;
    let mut all = Vec::with_capacity(chars.len());
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|b| chars.get(b));
        let inside = if depth > 0 { 6.0 } else { 0.0 };
        let cost = before
            .filter(|b| may_break(**b, *c))
            .map(|b| inside + words.cost(at) + sense(*b, *c, chars.get(at..).unwrap_or_default()));
        all.push(cost);
        depth += i32::from(*c == '《') - i32::from(*c == '》');
    }
    all
}

/// By the words beside the break: what belongs to the words before, what to those after.
fn sense(before: char, c: char, after: &[char]) -> f64 {
    let starts = |word: &str| word.chars().zip(after).all(|(a, b)| a == *b);
    if c == '的' {
        return 14.0;
    }
    if starts("关于") || c == '《' {
        return -4.0;
    }
    match before {
        '、' | '，' | '》' | '的' | ' ' => -1.0,
        '于' | '和' | '与' | '及' | '对' | '在' => 12.0,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::font::fallback;

    fn broken(title: &str) -> Vec<String> {
        let fonts = fallback();
        shaped(&Measure::new(&fonts), &[title.to_owned()], grid::WIDTH)
    }

    #[test]
    fn a_short_title_is_one_line() {
        assert_eq!(broken("关于做好春耕的通知"), ["关于做好春耕的通知"]);
    }

    #[test]
    fn organ_words_and_kind_stay_whole() {
        let lines = broken("砚田镇人民政府关于开展春季森林防火隐患排查整治工作的通知");
        assert_eq!(
            lines,
            [
                "砚田镇人民政府关于开展春季",
                "森林防火隐患排查整治工作的通知"
            ]
        );
    }

    #[test]
    fn lines_joined_are_the_title_and_fit() {
        let long = "砚田镇人民政府办公室关于转发《墨川县应急管理局关于进一步加强烟花爆竹安全管理工作的实施方案》的通知";
        let fonts = fallback();
        let measure = Measure::new(&fonts);
        for cut in 21..long.chars().count() {
            let title: String = long.chars().take(cut).collect();
            let lines = shaped(&measure, std::slice::from_ref(&title), grid::WIDTH);
            assert_eq!(lines.concat(), title);
            for line in &lines {
                let width = measure.width(line, Face::Biaosong, grid::TITLE);
                assert!(width <= grid::WIDTH + 0.001, "{line}");
            }
        }
    }

    #[test]
    fn an_hourglass_costs_more_than_a_rhombus() {
        assert!(shape(&[16.0, 9.0, 16.0]) > shape(&[10.0, 16.0, 10.0]));
        assert!(shape(&[16.0, 9.0, 16.0]) > shape(&[9.0, 13.0, 17.0]));
    }
}
