//! The objects of a page: layers, blocks, lines, pictures and drawings used again, from the lowest to the topmost.
//! Not here: text (`text`), where layers come from (`ofd`). Invariant: nesting and number are bounded.

use super::budget::Budget;
use super::font::Embedded;
use super::geometry::{Matrix, frame, matrix, number};
use super::package::Package;
use super::resource::{Pen, Resources, byte};
use super::tree::Element;
use super::{Colour, Mark, What, path, text};
use crate::kit::picture;
use crate::layout::page::Step;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Blocks and drawings one in another.
const DEEP: usize = 12;
/// Where nobody says how wide a line is, mm.
const LINE: f64 = 0.353;
/// Fonts opened for the pages asked for.
const MOST_FONTS: usize = 64;

/// Draws the objects of one document.
pub(super) struct Painter<'d, 'z> {
    pub package: &'d mut Package<'z>,
    pub resources: &'d Resources<'d>,
    pub budget: &'d mut Budget,
    fonts: BTreeMap<String, Option<Embedded>>,
    pictures: BTreeMap<String, Option<Arc<[u8]>>>,
    marks: Vec<Mark>,
}

/// Where and how something is drawn.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub matrix: Matrix,
    pub clip: Option<Arc<[Step]>>,
    cover: u8,
    deep: usize,
}

impl Place {
    pub(super) const fn at(matrix: Matrix) -> Self {
        Self {
            matrix,
            clip: None,
            cover: 255,
            deep: 0,
        }
    }

    /// Inside, by a matrix of its own.
    pub(super) fn inside(&self, own: Matrix) -> Self {
        Self {
            matrix: own.then(self.matrix),
            ..self.clone()
        }
    }

    pub(super) fn faded(&self, colour: Colour) -> Colour {
        let cover = f64::from(colour.cover) * f64::from(self.cover) / 255.0;
        Colour {
            cover: byte(cover),
            ..colour
        }
    }
}

impl<'d, 'z> Painter<'d, 'z> {
    pub(super) fn new(
        package: &'d mut Package<'z>,
        resources: &'d Resources<'d>,
        budget: &'d mut Budget,
    ) -> Self {
        Self {
            package,
            resources,
            budget,
            fonts: BTreeMap::new(),
            pictures: BTreeMap::new(),
            marks: Vec::new(),
        }
    }

    /// What was drawn since it was last taken.
    pub(super) fn take(&mut self) -> Vec<Mark> {
        std::mem::take(&mut self.marks)
    }

    pub(super) fn mark(&mut self, place: &Place, what: What) {
        if self.budget.mark() {
            self.marks.push(Mark {
                matrix: place.matrix,
                clip: place.clip.clone(),
                what,
            });
        }
    }

    /// The objects in a layer, a block or an appearance.
    pub(super) fn draw(&mut self, parent: &Element<'_>, pen: &Pen, place: &Place) {
        for object in &parent.children {
            if !self.budget.object() {
                return;
            }
            let drawn = matches!(
                object.name,
                "Layer"
                    | "PageBlock"
                    | "TextObject"
                    | "PathObject"
                    | "ImageObject"
                    | "CompositeObject"
            );
            if !drawn || object.says("Visible").is_some_and(|v| v == "false") {
                continue;
            }
            let mut pen = match object.says("DrawParam") {
                Some(id) => self.resources.pen(&id, pen, self.budget),
                None => pen.clone(),
            };
            self.resources.ink(object, &mut pen, self.budget);
            let mut place = place.clone();
            if let Some(alpha) = object.says("Alpha").and_then(|a| number(&a)) {
                place.cover = byte(f64::from(place.cover) * alpha / 255.0);
            }
            self.clip(object, &mut place);
            self.object(object, &pen, place);
        }
    }

    fn object(&mut self, object: &Element<'_>, pen: &Pen, mut place: Place) {
        match object.name {
            "TextObject" => text::draw(self, object, pen, &place),
            "PathObject" => self.path(object, pen, &place),
            "ImageObject" => self.image(object, &place),
            _ if place.deep >= DEEP => self.budget.say("一层套一层太深的图形没有画出来"),
            "CompositeObject" => {
                place.deep += 1;
                let id = object.says("ResourceID").unwrap_or_default();
                let unit = self.resources.units.get(id.as_ref()).copied();
                if let Some(content) = unit.and_then(|u| u.child("Content")) {
                    self.draw(content, pen, &place.inside(own_matrix(object)));
                }
            }
            _ => {
                place.deep += 1;
                self.draw(object, pen, &place);
            }
        }
    }

    fn path(&mut self, object: &Element<'_>, pen: &Pen, place: &Place) {
        let data = object.word("AbbreviatedData").unwrap_or_default();
        let steps = path::outline(data);
        if steps.len() < 2 || !self.budget.steps(steps.len()) {
            return;
        }
        let path: Arc<[Step]> = Arc::from(steps);
        let place = place.inside(own_matrix(object));
        let says = |name: &str, word: &str| object.says(name).is_some_and(|v| v == word);
        if let Some(colour) = pen.fill.filter(|_| says("Fill", "true")) {
            let what = What::Fill {
                path: Arc::clone(&path),
                colour: place.faded(colour),
                even_odd: says("Rule", "Even-Odd"),
            };
            self.mark(&place, what);
        }
        if !says("Stroke", "false") {
            let what = What::Stroke {
                path,
                colour: place.faded(pen.stroke.unwrap_or(Colour::BLACK)),
                width: pen.width.unwrap_or(LINE),
                dashes: pen.dashes.clone(),
            };
            self.mark(&place, what);
        }
    }

    fn image(&mut self, object: &Element<'_>, place: &Place) {
        let boundary = object.says("Boundary").and_then(|b| frame(&b));
        let boundary = boundary.unwrap_or_default();
        let own = object.says("CTM").and_then(|m| matrix(&m));
        let own = own.unwrap_or_else(|| Matrix::scale(boundary.wide, boundary.high));
        let id = object.says("ResourceID").unwrap_or_default().into_owned();
        if let Some(bytes) = self.picture(&id) {
            let at = own.then(Matrix::shift(boundary.x, boundary.y));
            self.mark(&place.inside(at), What::Picture { bytes });
        }
    }

    fn picture(&mut self, id: &str) -> Option<Arc<[u8]>> {
        if let Some(known) = self.pictures.get(id) {
            return known.clone();
        }
        let drawn = self.open_picture(id);
        self.pictures.insert(id.to_owned(), drawn.clone());
        drawn
    }

    fn open_picture(&mut self, id: &str) -> Option<Arc<[u8]>> {
        let Some(media) = self.resources.media.get(id) else {
            self.budget.say("有的图片在文件里找不到");
            return None;
        };
        let Some(bytes) = self.package.bytes(&media.path) else {
            self.budget.say("有的图片在文件里找不到");
            return None;
        };
        let ending = media.path.rsplit_once('.').map_or("", |(_, e)| e);
        let format = if media.format.is_empty() {
            ending
        } else {
            &media.format
        };
        self.anew(&bytes, format)
    }

    /// A picture drawn anew, so that nothing of its bytes comes through.
    pub(super) fn anew(&mut self, bytes: &[u8], format: &str) -> Option<Arc<[u8]>> {
        let format: String = format
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(8)
            .collect();
        let format = format.to_uppercase();
        let refused = format!("{format} 格式的图片画不出来");
        let Some((wide, high)) = picture::size(bytes) else {
            self.budget.say(refused);
            return None;
        };
        if !self.budget.picture(u64::from(wide) * u64::from(high)) {
            return None;
        }
        match picture::shown(bytes) {
            Ok(drawn) => Some(Arc::from(drawn)),
            Err(_) => {
                self.budget.say(refused);
                None
            }
        }
    }

    /// The font of a number; `None` where the file has no glyphs of it.
    pub(super) fn font(&mut self, id: &str) -> Option<&mut Embedded> {
        if !self.fonts.contains_key(id) {
            let known = self.resources.fonts.get(id);
            let path = known.and_then(|f| f.path.clone());
            let room = self.fonts.len() < MOST_FONTS;
            let bytes = path.filter(|_| room).and_then(|p| self.package.bytes(&p));
            self.fonts
                .insert(id.to_owned(), bytes.and_then(Embedded::of));
        }
        self.fonts.get_mut(id).and_then(Option::as_mut)
    }

    pub(super) fn font_name(&self, id: &str) -> String {
        let known = self.resources.fonts.get(id);
        known.map(|f| f.name.clone()).unwrap_or_default()
    }

    /// How far a letter moves the pen where the file does not say it, in ems.
    pub(super) fn advance(&mut self, id: &str, letter: char) -> f64 {
        let known = self.font(id).and_then(|f| f.advance(f.glyph(letter)?));
        known.unwrap_or(if letter.is_ascii() { 0.5 } else { 1.0 })
    }

    /// The first clip of an object; further ones would only take away more.
    fn clip(&mut self, object: &Element<'_>, place: &mut Place) {
        let Some(clip) = object.child("Clips").and_then(|c| c.child("Clip")) else {
            return;
        };
        let object_matrix = match object.name {
            "PathObject" | "TextObject" | "ImageObject" | "CompositeObject" => own_matrix(object),
            _ => Matrix::NONE,
        };
        let mut steps = Vec::new();
        for area in clip.all("Area") {
            let own = area.says("CTM").and_then(|m| matrix(&m));
            let outer = own
                .unwrap_or(Matrix::NONE)
                .then(object_matrix)
                .then(place.matrix);
            for path in area.all("Path") {
                let data = path.word("AbbreviatedData").unwrap_or_default();
                let to_page = own_matrix(path).then(outer);
                steps.extend(path::outline(data).iter().map(|s| moved(*s, to_page)));
            }
        }
        if !steps.is_empty() && self.budget.steps(steps.len()) {
            place.clip = Some(Arc::from(steps));
        }
    }
}

/// From an object's measure to its parent's.
fn own_matrix(object: &Element<'_>) -> Matrix {
    let boundary = object.says("Boundary").and_then(|b| frame(&b));
    let boundary = boundary.unwrap_or_default();
    let own = object.says("CTM").and_then(|m| matrix(&m));
    own.unwrap_or(Matrix::NONE)
        .then(Matrix::shift(boundary.x, boundary.y))
}

fn moved(step: Step, by: Matrix) -> Step {
    match step {
        Step::Move(x, y) => {
            let (x, y) = by.at((x, y));
            Step::Move(x, y)
        }
        Step::Line(x, y) => {
            let (x, y) = by.at((x, y));
            Step::Line(x, y)
        }
        Step::Curve(a, b, c) => Step::Curve(by.at(a), by.at(b), by.at(c)),
        Step::Close => Step::Close,
    }
}
