//! An OFD file's documents, pages and templates, and what stands over them: notes and seals (GB/T 33190).
//! Not here: single objects. Invariant: only the pages asked for are read, each once, and no template stands in itself.

use super::budget::Budget;
use super::geometry::{Frame, Matrix, frame};
use super::objects::{Painter, Place};
use super::package::{Package, folder};
use super::resource::{Pen, Resources};
use super::seal::{Impression, impressions};
use super::tree::{Element, tree};
use super::{Sheet, Shown};
use crate::kit::extract::markup::{Piece, pieces};
use crate::kit::{Error, Result};
use crate::layout::page::{PAPER, Step};
use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Pages drawn at once.
pub const MOST_PAGES: usize = 10;
/// Pages counted; documents, resource files, templates, notes read.
const MOST_COUNTED: usize = 10_000;
const MOST_FILES: usize = 64;
/// A seal that is an OFD itself may not have another in it.
const DEEP: usize = 1;
/// Sheets of paper in millimetres; larger ones are drawn as large as this.
const SMALLEST: f64 = 5.0;
const LARGEST: f64 = 2000.0;

/// Pages of an OFD file from `from` on, at most [`MOST_PAGES`].
///
/// # Errors
/// Invalid on `file` where it is no OFD that can be read, saying what to do.
pub fn ofd(bytes: &[u8], from: usize) -> Result<Shown> {
    let refuse = || {
        Error::invalid(
            "file",
            "这个 OFD 文件读不出来，可能没有传完整。请下载后用 OFD 阅读器打开，看看是不是好的",
        )
    };
    if bytes.len() > crate::kit::extract::MOST_BYTES {
        return Err(refuse());
    }
    let read = catch_unwind(AssertUnwindSafe(|| {
        let mut budget = Budget::default();
        let (pages, count) = pages(
            bytes,
            from..from.saturating_add(MOST_PAGES),
            (&mut budget, 0),
        )?;
        Some(Shown {
            pages,
            count,
            left_out: budget.said(),
        })
    }));
    read.unwrap_or(None).ok_or_else(refuse)
}

/// The pages asked for, and how many there are.
fn pages(
    zip: &[u8],
    range: Range<usize>,
    (budget, deep): (&mut Budget, usize),
) -> Option<(Vec<Sheet>, usize)> {
    let mut package = Package::of(zip);
    let xml = package.text("ofd.xml")?;
    let root = tree(&xml)?;
    let mut sheets = Vec::new();
    let mut count = 0;
    for body in root.all("DocBody").take(MOST_FILES) {
        let Some(path) = body.word("DocRoot") else {
            continue;
        };
        let path = package.find("", path);
        let Some(xml) = package.text(&path) else {
            budget.say("有一部分文件缺了，没有画出来");
            continue;
        };
        let Some(root) = tree(&xml) else {
            continue;
        };
        let seals = body.word("Signatures").map(|s| package.find("", s));
        let seals = seals.map(|s| impressions(&mut package, &s));
        let document = Document {
            folder: folder(&path),
            root: &root,
            seals: seals.unwrap_or_default(),
            deep,
        };
        let all = document.pages(&package);
        let own = range.start.saturating_sub(count)..range.end.saturating_sub(count);
        let wanted = all.iter().skip(own.start).take(own.len());
        sheets.extend(document.draw(&mut package, wanted.cloned().collect(), budget));
        count += all.len();
    }
    (count > 0).then_some((sheets, count))
}

struct Document<'a> {
    folder: &'a str,
    root: &'a Element<'a>,
    seals: Vec<Impression>,
    deep: usize,
}

/// A page or template: its number, where it stands, its text.
struct Part {
    id: String,
    path: String,
    xml: String,
}

impl Document<'_> {
    /// Numbers and places of the pages.
    fn pages(&self, package: &Package<'_>) -> Vec<(String, String)> {
        let list = self.root.child("Pages");
        let all = list.into_iter().flat_map(|l| l.all("Page"));
        all.take(MOST_COUNTED)
            .filter_map(|p| {
                let id = p.says("ID").unwrap_or_default().into_owned();
                Some((id, package.find(self.folder, &p.says("BaseLoc")?)))
            })
            .collect()
    }

    fn draw(
        &self,
        package: &mut Package<'_>,
        wanted: Vec<(String, String)>,
        budget: &mut Budget,
    ) -> Vec<Sheet> {
        if wanted.is_empty() {
            return Vec::new();
        }
        let mut read = |all: Vec<(String, String)>| -> Vec<Part> {
            let part = |(id, path): (String, String)| {
                let xml = package.text(&path).unwrap_or_default();
                Part { id, path, xml }
            };
            all.into_iter().map(part).collect()
        };
        let pages = read(wanted);
        let templates = read(self.templates(&pages));
        let files = self.resource_files(package, pages.iter().chain(&templates));
        let trees: Vec<(&str, Element<'_>)> = files
            .iter()
            .filter_map(|(path, xml)| Some((path.as_str(), tree(xml)?)))
            .collect();
        let mut resources = Resources::default();
        for (path, root) in &trees {
            resources.take(root, path, package);
        }
        let notes = self.notes(package, &pages);
        let mut painter = Painter::new(package, &resources, budget);
        let mut sheets = Vec::new();
        for page in &pages {
            sheets.push(self.sheet(&mut painter, page, (&templates, &notes)));
        }
        sheets
    }

    fn common(&self) -> Option<&Element<'_>> {
        self.root.child("CommonData")
    }

    /// Templates that these pages stand on.
    fn templates(&self, pages: &[Part]) -> Vec<(String, String)> {
        let used: Vec<String> = pages.iter().flat_map(|p| used(&p.xml)).collect();
        let all = self
            .common()
            .into_iter()
            .flat_map(|c| c.all("TemplatePage"));
        all.filter_map(|t| Some((t.says("ID")?.into_owned(), t.says("BaseLoc")?)))
            .filter(|(id, _)| used.contains(id))
            .take(MOST_FILES)
            .map(|(id, path)| (id, super::package::join(self.folder, &path)))
            .collect()
    }

    fn resource_files<'p>(
        &self,
        package: &mut Package<'_>,
        parts: impl Iterator<Item = &'p Part>,
    ) -> Vec<(String, String)> {
        let mut paths: Vec<String> = Vec::new();
        let common = self.common().into_iter().flat_map(|c| &c.children);
        for name in common.filter(|c| matches!(c.name, "PublicRes" | "DocumentRes")) {
            paths.push(package.find(self.folder, name.text.trim()));
        }
        for part in parts {
            for name in own_resources(&part.xml) {
                paths.push(package.find(folder(&part.path), &name));
            }
        }
        paths.sort();
        paths.dedup();
        paths.truncate(MOST_FILES);
        let read = |path: String| Some((package.text(&path)?, path));
        let read = paths.into_iter().filter_map(read);
        read.map(|(xml, path)| (path, xml)).collect()
    }

    /// The files of notes that stand on these pages, by the page.
    fn notes(&self, package: &mut Package<'_>, pages: &[Part]) -> BTreeMap<String, Vec<String>> {
        let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let Some(list) = self.root.word("Annotations") else {
            return all;
        };
        let list = package.find(self.folder, list);
        let xml = package.text(&list).unwrap_or_default();
        let root = tree(&xml).unwrap_or_default();
        for page in root.all("Page") {
            let id = page.says("PageID").unwrap_or_default();
            if !pages.iter().any(|p| p.id == id) {
                continue;
            }
            for file in page.all("FileLoc").take(MOST_FILES) {
                let path = package.find(folder(&list), &file.text);
                let xml = package.text(&path).unwrap_or_default();
                all.entry(id.to_string()).or_default().push(xml);
            }
        }
        all
    }

    fn sheet(
        &self,
        painter: &mut Painter<'_, '_>,
        page: &Part,
        (templates, notes): (&[Part], &BTreeMap<String, Vec<String>>),
    ) -> Sheet {
        let Some(root) = tree(&page.xml) else {
            painter.budget.say("有的页缺了，没有画出来");
            return Sheet {
                size: PAPER,
                marks: Vec::new(),
            };
        };
        let inside = || root.child("Content")?.child("PageArea");
        let own = area(root.child("Area").or_else(inside));
        let template = |id: &str| templates.iter().find(|t| t.id == id);
        let first = root.child("Template").and_then(|t| t.says("TemplateID"));
        let of_template = || tree(&template(&first?)?.xml).and_then(|t| area(t.child("Area")));
        let of_document = || area(self.common()?.child("PageArea"));
        let paper = own
            .or_else(of_template)
            .or_else(of_document)
            .unwrap_or(Frame {
                wide: PAPER.0,
                high: PAPER.1,
                ..Frame::default()
            });
        let place = Place::at(Matrix::shift(-paper.x, -paper.y));
        for front in [false, true] {
            if front {
                layers(painter, &root, &place);
            }
            for used in root.all("Template").take(MOST_FILES) {
                let id = used.says("TemplateID").unwrap_or_default();
                let above = used.says("ZOrder").is_some_and(|z| z == "Foreground");
                let under = template(&id).filter(|_| above == front);
                if let Some(root) = under.and_then(|t| tree(&t.xml)) {
                    layers(painter, &root, &place);
                }
            }
        }
        for xml in notes.get(&page.id).into_iter().flatten() {
            over(painter, xml, &place);
        }
        self.seal(painter, &page.id, &place);
        let side = |n: f64| n.abs().clamp(SMALLEST, LARGEST);
        Sheet {
            size: (side(paper.wide), side(paper.high)),
            marks: painter.take(),
        }
    }

    /// The seals of a page, each as its picture.
    fn seal(&self, painter: &mut Painter<'_, '_>, page: &str, place: &Place) {
        for seal in self.seals.iter().filter(|s| s.page == page) {
            painter
                .budget
                .say("印章：只画出图案，没有验证电子签名；要验证请用专门的 OFD 阅读器");
            let mut place = place.inside(Matrix::shift(seal.at.x, seal.at.y));
            place.clip = seal.part.map(|part| corners(part, place.matrix));
            let Some((kind, bytes)) = &seal.picture else {
                painter.budget.say("有的印章图案读不出来");
                continue;
            };
            if kind != "ofd" {
                let fit = place.inside(Matrix::scale(seal.at.wide, seal.at.high));
                if let Some(bytes) = painter.anew(bytes, kind) {
                    painter.mark(&fit, super::What::Picture { bytes });
                }
                continue;
            }
            let drawn = match self.deep {
                deep if deep < DEEP => pages(bytes, 0..1, (painter.budget, deep + 1)),
                _ => None,
            };
            let Some(sheet) = drawn.and_then(|(sheets, _)| sheets.into_iter().next()) else {
                painter.budget.say("有的印章图案读不出来");
                continue;
            };
            let (wide, high) = (seal.at.wide / sheet.size.0, seal.at.high / sheet.size.1);
            for mark in sheet.marks {
                let fit = place.inside(mark.matrix.then(Matrix::scale(wide, high)));
                painter.mark(&fit, mark.what);
            }
        }
    }
}

/// The layers of a page or template: backgrounds first, the text, what lies above it.
fn layers(painter: &mut Painter<'_, '_>, root: &Element<'_>, place: &Place) {
    let Some(content) = root.child("Content") else {
        return;
    };
    let depth = |layer: &Element<'_>| match layer.says("Type").as_deref() {
        Some("Background") => 0,
        Some("Foreground") => 2,
        _ => 1,
    };
    for wanted in 0..=2 {
        let mut some = Element::default();
        some.children = content
            .all("Layer")
            .filter(|l| depth(l) == wanted)
            .cloned()
            .collect();
        painter.draw(&some, &Pen::default(), place);
    }
}

/// Notes over a page: their appearance, where they have one.
fn over(painter: &mut Painter<'_, '_>, xml: &str, place: &Place) {
    let Some(root) = tree(xml) else {
        return;
    };
    for note in root.all("Annot") {
        let Some(look) = note.child("Appearance") else {
            continue;
        };
        if note.says("Visible").is_some_and(|v| v == "false") {
            continue;
        }
        let at = look
            .says("Boundary")
            .and_then(|b| frame(&b))
            .unwrap_or_default();
        let place = place.inside(Matrix::shift(at.x, at.y));
        painter.draw(look, &Pen::default(), &place);
    }
}

fn area(area: Option<&Element<'_>>) -> Option<Frame> {
    let found = frame(area?.word("PhysicalBox")?)?;
    (found.wide > 0.0 && found.high > 0.0).then_some(found)
}

fn corners(part: Frame, to_page: Matrix) -> Arc<[Step]> {
    let corner = |x: f64, y: f64| to_page.at((part.x + x, part.y + y));
    let (a, b) = (corner(0.0, 0.0), corner(part.wide, 0.0));
    let (c, d) = (corner(part.wide, part.high), corner(0.0, part.high));
    Arc::from(vec![
        Step::Move(a.0, a.1),
        Step::Line(b.0, b.1),
        Step::Line(c.0, c.1),
        Step::Line(d.0, d.1),
        Step::Close,
    ])
}

/// Templates a page says it stands on.
fn used(xml: &str) -> Vec<String> {
    let id = |piece: Piece<'_>| match piece {
        Piece::Open("Template", a) => {
            crate::kit::extract::markup::attribute(a, "TemplateID").map(|v| v.into_owned())
        }
        _ => None,
    };
    let before = pieces(xml).take_while(|p| !matches!(p, Piece::Open("Content", _)));
    before.filter_map(id).take(MOST_FILES).collect()
}

/// Resource files that only this page uses.
fn own_resources(xml: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut inside = false;
    for piece in pieces(xml) {
        match piece {
            Piece::Open("Content", _) => break,
            Piece::Open("PageRes", _) => inside = true,
            Piece::Close("PageRes") => inside = false,
            Piece::Text(text) if inside && all.len() < MOST_FILES => {
                all.push(text.trim().to_owned())
            }
            _ => {}
        }
    }
    all
}
