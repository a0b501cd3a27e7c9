//! What the drawing of a page refers to: fonts, colours, pens, pictures, drawings used again and again.
//! Not here: reading their files. Invariant: what refers to itself comes to an end.

use super::Colour;
use super::budget::Budget;
use super::geometry::{number, numbers};
use super::package::{Package, folder};
use super::tree::Element;
use std::collections::BTreeMap;

/// Drawing parameters that rest on one another.
const DEEP: usize = 8;
/// Dashes of a line.
const MOST_DASHES: usize = 8;

/// All of a document's, by their numbers.
#[derive(Default)]
pub(super) struct Resources<'a> {
    pub fonts: BTreeMap<String, FontFile>,
    pub media: BTreeMap<String, Media>,
    pub units: BTreeMap<String, &'a Element<'a>>,
    params: BTreeMap<String, &'a Element<'a>>,
    spaces: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct FontFile {
    pub name: String,
    /// Where its file stands, if it has one.
    pub path: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Media {
    pub path: String,
    pub format: String,
}

/// How lines and areas are inked where an object does not say it itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Pen {
    pub width: Option<f64>,
    pub dashes: Vec<f64>,
    pub fill: Option<Colour>,
    pub stroke: Option<Colour>,
}

impl<'a> Resources<'a> {
    /// Takes in one resource file that stands at `path`.
    pub(super) fn take(&mut self, root: &'a Element<'a>, path: &str, package: &Package<'_>) {
        let base = root.says("BaseLoc").unwrap_or_default();
        let here = folder(path);
        let inner = package.find(here, &format!("{base}/."));
        let place = |name: &str| {
            let found = package.find(&inner, name);
            if package.has(&found) {
                return found;
            }
            package.find(here, name)
        };
        for list in &root.children {
            for item in &list.children {
                let id = item.says("ID").unwrap_or_default().into_owned();
                match item.name {
                    "Font" => {
                        let says = |n| item.says(n).unwrap_or_default();
                        let name = format!("{} {}", says("FontName"), says("FamilyName"));
                        let path = item.word("FontFile").map(place);
                        self.fonts.insert(id, FontFile { name, path });
                    }
                    "MultiMedia" => {
                        let format = item.says("Format").unwrap_or_default().into_owned();
                        let path = item.word("MediaFile").map(place).unwrap_or_default();
                        self.media.insert(id, Media { path, format });
                    }
                    "DrawParam" => {
                        self.params.insert(id, item);
                    }
                    "ColorSpace" => {
                        let kind = item.says("Type").unwrap_or_default().into_owned();
                        self.spaces.insert(id, kind);
                    }
                    "CompositeGraphicUnit" => {
                        self.units.insert(id, item);
                    }
                    _ => {}
                }
            }
        }
    }

    /// What a set of parameters says over what held before.
    pub(super) fn pen(&self, id: &str, over: &Pen, budget: &mut Budget) -> Pen {
        let mut found = Vec::new();
        let mut next = self.params.get(id).copied();
        while let Some(param) = next.filter(|_| found.len() < DEEP) {
            found.push(param);
            let relative = param.says("Relative");
            next = relative.and_then(|r| self.params.get(r.as_ref()).copied());
        }
        let mut pen = over.clone();
        for param in found.into_iter().rev() {
            self.ink(param, &mut pen, budget);
        }
        pen
    }

    /// What an element says by itself of pen and ink.
    pub(super) fn ink(&self, element: &Element<'_>, pen: &mut Pen, budget: &mut Budget) {
        if let Some(width) = element.says("LineWidth").and_then(|w| number(&w)) {
            pen.width = Some(width.abs());
        }
        if let Some(dashes) = element.says("DashPattern") {
            let dashes = numbers(&dashes).filter(|d| *d >= 0.0);
            pen.dashes = dashes.take(MOST_DASHES).collect();
        }
        if let Some(colour) = element.child("FillColor") {
            pen.fill = self.colour(colour, budget);
        }
        if let Some(colour) = element.child("StrokeColor") {
            pen.stroke = self.colour(colour, budget);
        }
    }

    fn colour(&self, element: &Element<'_>, budget: &mut Budget) -> Option<Colour> {
        let mut of = element;
        // one writer says the value in an element of its own
        let value = element.word("Value");
        if let Some(shading) = element.children.first().filter(|_| value.is_none()) {
            budget.say("渐变色和花纹：按一种颜色画出");
            of = shading
                .children
                .iter()
                .find_map(|c| c.child("Color").or((c.name == "Color").then_some(c)))?;
        }
        let said = of.says("Value");
        let values: Vec<f64> = value
            .or(said.as_deref())
            .unwrap_or_default()
            .split_whitespace()
            .map_while(component)
            .collect();
        let space = of
            .says("ColorSpace")
            .and_then(|s| self.spaces.get(s.as_ref()));
        let (red, green, blue) = match (values.as_slice(), space.map(String::as_str)) {
            ([grey, ..], Some("GRAY")) | ([grey], _) => (*grey, *grey, *grey),
            ([c, m, y, k], _) => {
                let part = |ink: &f64| 255.0 * (1.0 - ink / 255.0) * (1.0 - k / 255.0);
                (part(c), part(m), part(y))
            }
            ([r, g, b, ..], _) => (*r, *g, *b),
            _ => (0.0, 0.0, 0.0),
        };
        let cover = element.says("Alpha").and_then(|a| number(&a));
        Some(Colour {
            red: byte(red),
            green: byte(green),
            blue: byte(blue),
            cover: byte(cover.unwrap_or(255.0)),
        })
    }
}

fn component(word: &str) -> Option<f64> {
    match word.strip_prefix('#') {
        Some(hex) => u8::from_str_radix(hex, 16).ok().map(f64::from),
        None => number(word),
    }
}

/// A number as a byte of colour.
pub(super) fn byte(n: f64) -> u8 {
    let n = n.round().clamp(0.0, 255.0);
    (0..=255_u8).find(|b| f64::from(*b) >= n).unwrap_or(255)
}
