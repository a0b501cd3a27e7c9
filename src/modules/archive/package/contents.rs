//! What a card's case holds that belongs into a package: the fixed document with its signature, its text, enclosures, the
//! handling sheet. Not here: where it is written, the metadata. Invariant: a file of the case is given by its digest and
//! read when it is written; nothing of the case is left out because it cannot be shown.

use super::super::year::Archive;
use super::handling;
use crate::engine::deed::{SEALED_FILE, What};
use crate::engine::deed_store::list_deeds;
use crate::engine::official;
use crate::engine::view::CaseView;
use crate::kit::stamped::Stamped;
use crate::kit::{Digest, Id, Result, ShelfNo, Zone, text};
use crate::layout::font::Fonts;
use crate::layout::meta::Meta;
use crate::layout::pdf::Options;
use crate::layout::set::lay_out;
use crate::layout::{ofd, pdf};
use crate::store::Attachment;
use std::collections::BTreeSet;

/// The ending of a sealed file's signature, behind its own.
pub const SIGNED: &str = ".sig.json";

/// Where the bytes of a file come from.
pub enum Body {
    Made(Vec<u8>),
    Kept {
        shelf: ShelfNo,
        digest: Digest,
        size: u64,
    },
}

/// A file of a piece.
pub struct Content {
    /// Inside the piece's folder.
    pub name: String,
    pub body: Body,
}

/// A card's case with its files.
pub struct Inside {
    pub view: CaseView,
    pub files: Vec<Content>,
    /// 用印 of files in it, by their names, as they were signed.
    pub stamps: Vec<(String, Stamped)>,
}

/// What a document is made with.
pub struct Making<'a> {
    pub archive: &'a Archive,
    pub fonts: &'a Fonts,
    pub zone: Zone,
}

/// Names already given inside a piece's folder.
#[derive(Default)]
pub struct Names(BTreeSet<String>);

impl Names {
    /// A name of its own: a second one of the same name is （2）.
    pub fn give(&mut self, wanted: &str) -> String {
        let wanted = text::safe_file_name(wanted);
        let (stem, end) = match wanted.rsplit_once('.') {
            Some((stem, end)) if !stem.is_empty() => (stem.to_owned(), format!(".{end}")),
            _ => (wanted.clone(), String::new()),
        };
        let mut name = wanted;
        let mut n = 2;
        // folders of other systems tell no capitals apart
        while !self.0.insert(name.to_lowercase()) {
            name = format!("{stem}（{n}）{end}");
            n += 1;
        }
        name
    }
}

impl Making<'_> {
    /// What the case holds; its files bear this before their names.
    pub fn inside(&self, case: Id, (prefix, names): (&str, &mut Names)) -> Result<Inside> {
        let store = &self.archive.store;
        let read = store.shelf(case.shelf())?;
        let now = store.clock().now();
        let view = self.archive.engine.look(&read, case, String::new(), now)?;
        let deeds = list_deeds(&read, case)?;
        drop(read);
        let undone = |id: Id| {
            let id = id.to_string();
            deeds.iter().any(|d| {
                d.what == What::Unsealed
                    && d.data.get("deed").and_then(|v| v.as_str()) == Some(&*id)
            })
        };
        let mut stamps: Vec<(String, Stamped)> = Vec::new();
        for deed in deeds
            .iter()
            .filter(|d| d.what == What::Sealed && !undone(d.id))
        {
            let file = deed.data.get("attachment").and_then(|v| v.as_str());
            let stamped = deed.data.get("stamped").cloned();
            let stamped = stamped.and_then(|v| serde_json::from_value(v).ok());
            stamps.extend(file.map(str::to_owned).zip(stamped));
        }
        let mut inside = Inside {
            view,
            files: Vec::new(),
            stamps: Vec::new(),
        };
        for file in inside.view.files.clone() {
            let stamped = stamps.iter().find(|(id, _)| *id == file.id.to_string());
            self.attached(&file, stamped.map(|(_, s)| s), (prefix, names), &mut inside)?;
        }
        self.made((prefix, names), &mut inside)?;
        Ok(inside)
    }

    fn attached(
        &self,
        file: &Attachment,
        stamped: Option<&Stamped>,
        (prefix, names): (&str, &mut Names),
        inside: &mut Inside,
    ) -> Result<()> {
        let word = match (file.field == SEALED_FILE, stamped) {
            (true, Some(_)) => "盖章文件-",
            (true, None) => "已作废的盖章文件-",
            (false, _) => "",
        };
        let name = names.give(&format!("{prefix}{word}{}", file.name));
        inside.files.push(Content {
            name: name.clone(),
            body: Body::Kept {
                shelf: file.id.shelf(),
                digest: file.digest(),
                size: u64::try_from(file.size).unwrap_or(0),
            },
        });
        if let Some(stamped) = stamped {
            inside.files.push(Content {
                name: names.give(&format!("{name}{SIGNED}")),
                body: Body::Made(stamped.bytes()?),
            });
            inside.stamps.push((name, stamped.clone()));
        }
        Ok(())
    }

    /// The text, the laid-out document where none is sealed, the handling sheet.
    fn made(&self, (prefix, names): (&str, &mut Names), inside: &mut Inside) -> Result<()> {
        let view = &inside.view;
        let of = (&view.case, &*view.procedure);
        let document = official::of_case(&self.archive.store, of, &view.files, self.zone)?;
        let mut made = Vec::new();
        if let Some(document) = document {
            let body = official::body(&view.procedure, &view.case.state.values);
            made.push(("正文.txt", body.as_bytes().to_vec()));
            if inside.stamps.is_empty() {
                let meta = meta(view, &document.title.concat());
                let pages = lay_out(&document, self.fonts);
                made.push(("正文.pdf", pdf::write(&pages, self.fonts, &meta)?));
                made.push(("正文.ofd", ofd::write(&pages, self.fonts, &meta)?));
            }
        }
        let sheet = handling::sheet(view, self.zone);
        let meta = meta(view, &sheet.title.concat());
        let pages = lay_out(&sheet, self.fonts);
        // the rules of a letter's head are not a sheet's
        let bare = Options {
            bare: true,
            ..Options::default()
        };
        let sheet = pdf::write_with(&pages, self.fonts, &meta, bare)?;
        made.push(("处理单.pdf", sheet));
        for (name, bytes) in made {
            inside.files.push(Content {
                name: names.give(&format!("{prefix}{name}")),
                body: Body::Made(bytes),
            });
        }
        Ok(())
    }
}

fn meta(view: &CaseView, title: &str) -> Meta {
    let head = &view.case.head;
    Meta {
        title: title.to_owned(),
        author: String::new(),
        at: head
            .archived_at
            .or(head.closed_at)
            .unwrap_or(head.changed_at),
        number: head.number.clone().unwrap_or_default(),
    }
}
