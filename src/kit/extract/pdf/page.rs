//! Works off the text operators of a page and gives its lines: a new line where the letters move down,
//! a space where they jump ahead. Not here: graphics. Forms inside the page are read to a small depth.

use super::file::{File, Page};
use super::font::Font;
use super::lookalike::push;
use super::object::{Dict, Object, Reader};
use std::collections::HashMap;
use std::rc::Rc;

/// Forms inside forms.
const DEEPEST: u32 = 6;

/// A matrix as PDF writes it.
type Matrix = [f64; 6];
const UNIT: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

fn product(a: Matrix, b: Matrix) -> Matrix {
    let [a0, a1, a2, a3, a4, a5] = a;
    let [b0, b1, b2, b3, b4, b5] = b;
    [
        a0 * b0 + a1 * b2,
        a0 * b1 + a1 * b3,
        a2 * b0 + a3 * b2,
        a2 * b1 + a3 * b3,
        a4 * b0 + a5 * b2 + b4,
        a4 * b1 + a5 * b3 + b5,
    ]
}

#[derive(Clone)]
struct State {
    page: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    leading: f64,
    letter_gap: f64,
    word_gap: f64,
    stretch: f64,
}

pub(super) struct Painter<'f, 'a> {
    file: &'f mut File<'a>,
    fonts: HashMap<u32, Rc<Font>>,
    steps: usize,
    lines: Vec<String>,
    /// Where the last letter ended, on the page, and how high it was.
    end: Option<(f64, f64, f64)>,
}

/// One run over a piece of content.
struct Run {
    state: State,
    kept: Vec<State>,
    text: Matrix,
    line: Matrix,
}

impl<'f, 'a> Painter<'f, 'a> {
    pub(super) fn new(file: &'f mut File<'a>, steps: usize) -> Self {
        Self {
            file,
            fonts: HashMap::new(),
            steps,
            lines: Vec::new(),
            end: None,
        }
    }

    /// The lines of one page.
    pub(super) fn lines(&mut self, page: &Page) -> Vec<String> {
        self.end = None;
        let mut content = Vec::new();
        for number in &page.contents {
            if let Some((_, data)) = self.file.stream(*number) {
                content.extend(data);
                content.push(b'\n');
            }
        }
        self.run(&content, &page.resources, UNIT, 0);
        std::mem::take(&mut self.lines)
    }

    fn run(&mut self, content: &[u8], resources: &Dict, page: Matrix, depth: u32) {
        let mut run = Run {
            state: State {
                page,
                font: None,
                size: 1.0,
                leading: 0.0,
                letter_gap: 0.0,
                word_gap: 0.0,
                stretch: 1.0,
            },
            kept: Vec::new(),
            text: UNIT,
            line: UNIT,
        };
        let fonts = self.file.dict(resources.get(&b"Font"[..]));
        let forms = self.file.dict(resources.get(&b"XObject"[..]));
        let mut reader = Reader::new(content, 0);
        let mut given: Vec<Object> = Vec::new();
        while let Some(object) = reader.next() {
            let Object::Word(word) = object else {
                if given.len() < 64 {
                    given.push(object);
                }
                continue;
            };
            let Some(left) = self.steps.checked_sub(1) else {
                return;
            };
            self.steps = left;
            match word.as_slice() {
                b"Tf" => self.choose(&mut run.state, &fonts, &given),
                b"Do" => self.form(&run.state, &forms, &given, (resources, depth)),
                b"BI" => skip_image(&mut reader),
                b"Tj" | b"TJ" | b"'" | b"\"" => self.show(&mut run, &word, &given),
                _ => run.operate(&word, &given),
            }
            given.clear();
        }
    }

    fn choose(&mut self, state: &mut State, fonts: &Dict, given: &[Object]) {
        let [Object::Name(name), size] = given else {
            return;
        };
        state.size = size.number().unwrap_or(1.0);
        let Some(font) = fonts.get(name) else { return };
        let known = match font {
            Object::Ref(number) => self.fonts.get(number).cloned(),
            _ => None,
        };
        let dict = self.file.dict(Some(font));
        let made = known.unwrap_or_else(|| Rc::new(Font::of(self.file, &dict)));
        if let Object::Ref(number) = font {
            self.fonts.insert(*number, made.clone());
        }
        state.font = Some(made);
    }

    fn form(
        &mut self,
        state: &State,
        forms: &Dict,
        given: &[Object],
        (outer, depth): (&Dict, u32),
    ) {
        let [Object::Name(name)] = given else { return };
        let Some(Object::Ref(number)) = forms.get(name) else {
            return;
        };
        if depth >= DEEPEST {
            return;
        }
        let is_form = self
            .file
            .dict(Some(&Object::Ref(*number)))
            .get(&b"Subtype"[..])
            .and_then(Object::name)
            == Some(b"Form");
        if !is_form {
            return;
        }
        let Some((dict, data)) = self.file.stream(*number) else {
            return;
        };
        let matrix = match dict.get(&b"Matrix"[..]) {
            Some(Object::Array(all)) => matrix_of(all),
            _ => UNIT,
        };
        let own = dict.get(&b"Resources"[..]).map(|r| self.file.dict(Some(r)));
        let resources = own.as_ref().unwrap_or(outer);
        self.run(&data, resources, product(matrix, state.page), depth + 1);
    }

    fn show(&mut self, run: &mut Run, word: &[u8], given: &[Object]) {
        if word == b"\"" {
            let number = |i: usize| given.get(i).and_then(Object::number).unwrap_or(0.0);
            run.state.word_gap = number(0);
            run.state.letter_gap = number(1);
        }
        if matches!(word, b"'" | b"\"") {
            run.move_line(0.0, -run.state.leading);
        }
        match given.last() {
            Some(Object::Text(text)) => self.put(run, text),
            Some(Object::Array(all)) => {
                for one in all {
                    match one {
                        Object::Text(text) => self.put(run, text),
                        Object::Number(n) => {
                            run.advance(-n / 1000.0 * run.state.size * run.state.stretch)
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn put(&mut self, run: &mut Run, shown: &[u8]) {
        let Some(font) = run.state.font.clone() else {
            return;
        };
        for (letter, width) in font.letters(shown) {
            let s = &run.state;
            let mut step = width / 1000.0 * s.size + s.letter_gap;
            if letter == " " {
                step += s.word_gap;
            }
            let step = step * s.stretch;
            let at = product(run.text, s.page);
            let [_, _, c, d, x, y] = at;
            let high = (c.hypot(d) * s.size).abs();
            self.letter(&letter, (x, y, high));
            run.advance(step);
            let [.., x, y] = product(run.text, run.state.page);
            self.end = Some((x, y, high));
        }
    }

    fn letter(&mut self, letter: &str, (x, y, high): (f64, f64, f64)) {
        match (self.end, self.lines.last_mut()) {
            (Some((end, last, before)), Some(line))
                if (y - last).abs() < high.max(before) * 0.5 =>
            {
                // a letter drawn twice on one place for boldness comes once
                let back = end - x;
                if back > high * 0.6 && back < high * 1.4 && line.ends_with(letter) {
                    return;
                }
                if x - end > high * 0.25 && !line.ends_with(' ') && letter != " " {
                    line.push(' ');
                }
                push(line, letter);
            }
            _ => {
                let mut line = String::new();
                push(&mut line, letter);
                self.lines.push(line);
            }
        }
    }
}

impl Run {
    fn operate(&mut self, word: &[u8], given: &[Object]) {
        let n = |i: usize| given.get(i).and_then(Object::number).unwrap_or(0.0);
        match word {
            b"q" if self.kept.len() < 256 => self.kept.push(self.state.clone()),
            b"Q" => {
                if let Some(state) = self.kept.pop() {
                    self.state = state;
                }
            }
            b"cm" => self.state.page = product(matrix_of(given), self.state.page),
            b"BT" => (self.text, self.line) = (UNIT, UNIT),
            b"Tm" => {
                self.line = matrix_of(given);
                self.text = self.line;
            }
            b"Td" => self.move_line(n(0), n(1)),
            b"TD" => {
                self.state.leading = -n(1);
                self.move_line(n(0), n(1));
            }
            b"T*" => self.move_line(0.0, -self.state.leading),
            b"TL" => self.state.leading = n(0),
            b"Tc" => self.state.letter_gap = n(0),
            b"Tw" => self.state.word_gap = n(0),
            b"Tz" => self.state.stretch = n(0) / 100.0,
            _ => {}
        }
    }

    fn move_line(&mut self, x: f64, y: f64) {
        self.line = product([1.0, 0.0, 0.0, 1.0, x, y], self.line);
        self.text = self.line;
    }

    fn advance(&mut self, step: f64) {
        self.text = product([1.0, 0.0, 0.0, 1.0, step, 0.0], self.text);
    }
}

fn matrix_of(given: &[Object]) -> Matrix {
    let mut matrix = UNIT;
    for (place, one) in matrix.iter_mut().zip(given) {
        *place = one.number().unwrap_or(*place);
    }
    matrix
}

/// Behind the bytes of an image written into the page.
fn skip_image(reader: &mut Reader<'_>) {
    while let Some(object) = reader.next() {
        if object == Object::Word(b"ID".to_vec()) {
            let rest = reader.bytes.get(reader.at..).unwrap_or_default();
            let end = rest
                .windows(4)
                .position(|w| matches!(w, [9 | 10 | 13 | 32, b'E', b'I', 9 | 10 | 13 | 32]));
            reader.at += end.map_or(rest.len(), |e| e + 4);
            return;
        }
    }
}
