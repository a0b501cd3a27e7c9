//! The faces of an official document and the fonts that stand for them. Fonts come in as bytes: finding them on a PC is
//! `app`'s. Not here: drawing. Invariant: every face has a font; a substitute is known as one and named on the page.

pub mod fallback;
pub mod metrics;

pub use fallback::fallback;
pub use metrics::{Described, Metrics, describe};

use std::sync::Arc;

/// A face the standard asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Face {
    /// 小标宋: mark and title.
    Biaosong,
    /// 仿宋: the text.
    Fangsong,
    /// 黑体: first level, urgency.
    Heiti,
    /// 楷体: second level, the signer's name.
    Kaiti,
    /// 宋体: page numbers, tables.
    Songti,
}

impl Face {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Biaosong,
        Self::Fangsong,
        Self::Heiti,
        Self::Kaiti,
        Self::Songti,
    ];

    /// 仿宋
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Biaosong => "小标宋",
            Self::Fangsong => "仿宋",
            Self::Heiti => "黑体",
            Self::Kaiti => "楷体",
            Self::Songti => "宋体",
        }
    }
}

/// A font file's bytes and which font of them, for one face.
#[derive(Clone)]
pub struct Font {
    pub bytes: Arc<[u8]>,
    /// Of a collection, which; 0 otherwise.
    pub index: u32,
    /// Its own family name, as the file says it.
    pub name: String,
    /// Not the face asked for: said on the page.
    pub substitute: bool,
}

/// A font for every face.
#[derive(Clone)]
pub struct Fonts(Vec<(Face, Font)>);

impl Fonts {
    /// `None` where a face has no font.
    #[must_use]
    pub fn new(all: Vec<(Face, Font)>) -> Option<Self> {
        let every = Face::ALL.iter().all(|f| all.iter().any(|(of, _)| of == f));
        every.then_some(Self(all))
    }

    /// The font of a face; there is one for each.
    #[must_use]
    pub fn of(&self, face: Face) -> Option<&Font> {
        self.0.iter().find(|(of, _)| *of == face).map(|(_, f)| f)
    }

    /// The same with another font for one face.
    #[must_use]
    pub fn with(mut self, face: Face, font: Font) -> Self {
        self.0.retain(|(of, _)| *of != face);
        self.0.push((face, font));
        self
    }

    /// Faces that another font stands for, with that font's name: said on the page.
    #[must_use]
    pub fn substitutes(&self) -> Vec<(Face, &str)> {
        Face::ALL
            .iter()
            .filter_map(|face| {
                let font = self.of(*face).filter(|f| f.substitute)?;
                Some((*face, font.name.as_str()))
            })
            .collect()
    }
}
