//! The counter: a clerk with a form in front of her.

use crate::support::http::{Http, Part, Request};
use crate::support::office::Office;
use crate::support::reply::Reply;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, Rgb, RgbImage};
use inkstone::kit::Id;
use inkstone::store::attachments::{self, Attachment};
use std::time::Duration;

pub const START: &str = "/start/incoming-handle";
/// The usual document.
pub const USUAL: &[(&str, &str)] = &[
    ("f.from", "墨川县应急管理局"),
    ("f.from_number", "墨应急发〔2026〕18号"),
    ("f.received_on", "2026-3-9"),
    ("f.title", "关于做好汛前检查的通知"),
    ("f.secrecy", "不涉密"),
    ("f.urgency", "普通"),
    ("f.source", "传真"),
    ("f.head", "红头文件"),
    ("f.level", "上级来文"),
];

/// A clerk and her office.
pub struct Desk {
    pub office: Office,
    pub clerk: Http,
}

impl Desk {
    pub fn new(name: &str) -> Self {
        let office = Office::new(name);
        let mut admin = office.admin();
        let clerk = office.colleague(&mut admin, "宋小笺");
        Self { office, clerk }
    }

    /// The usual document with these fields otherwise; an empty value leaves the field out.
    pub fn fields<'a>(&self, other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut all: Vec<(&str, &str)> = USUAL.to_vec();
        all.retain(|(n, _)| !other.iter().any(|(o, _)| o == n));
        all.extend(other.iter().filter(|(_, v)| !v.is_empty()));
        all.push(("f.signed_by", "4"));
        all
    }

    /// Sends the form with these files, as a browser without script does.
    pub fn send(&mut self, other: &[(&str, &str)], files: &[(&str, &[u8])]) -> Reply {
        let page = match other.iter().find(|(n, _)| *n == "draft") {
            Some((_, draft)) => self.clerk.get(&format!("{START}?draft={draft}")),
            None => self.clerk.get(START),
        };
        let me = self.office.id_of("宋小笺");
        let hidden = page.hidden(START);
        let mut fields = self.fields(other);
        fields.retain(|(n, _)| *n != "f.signed_by");
        fields.push(("f.signed_by", &me));
        if !other.iter().any(|(n, _)| *n == "putby") {
            fields.push(("do", "submit/propose"));
        }
        let mut parts: Vec<Part<'_>> = Vec::new();
        let held = hidden.iter().map(|(n, v)| (n.as_str(), v.as_str()));
        for (name, value) in held.filter(|(n, _)| !fields.iter().any(|(f, _)| f == n)) {
            parts.push(Part {
                name,
                file: None,
                bytes: value.as_bytes(),
            });
        }
        for (name, value) in &fields {
            parts.push(Part {
                name,
                file: None,
                bytes: value.as_bytes(),
            });
        }
        for (name, bytes) in files {
            let file = Some((*name, "application/octet-stream"));
            parts.push(Part {
                name: "f.attachments",
                file,
                bytes,
            });
        }
        self.clerk
            .send(&Request::new("POST", START).multipart(&parts))
    }

    /// Registers it; the case.
    pub fn registered(&mut self, other: &[(&str, &str)], files: &[(&str, &[u8])]) -> Id {
        let reply = self.send(other, files);
        assert_eq!(reply.status, 303, "{}", reply.text());
        self.newest()
    }

    /// The case registered last.
    pub fn newest(&self) -> Id {
        let town = &self.office.town;
        assert!(town.store.drain(Duration::from_secs(10)));
        let index = town.store.index().unwrap();
        let person = town.person("宋小笺");
        let last = inkstone::engine::same_store::find_last_started;
        last(&index, person, "incoming-handle").unwrap().unwrap()
    }

    pub fn files_of(&self, owner: Id) -> Vec<Attachment> {
        let read = self.office.town.store.shelf(owner.shelf()).unwrap();
        attachments::list(&read, owner).unwrap()
    }

    pub fn value(&self, case: Id, field: &str) -> serde_json::Value {
        let view = self.office.town.open_case("宋小笺", case).unwrap();
        view.case
            .state
            .values
            .get(field)
            .cloned()
            .unwrap_or_default()
    }

    pub fn bytes_of(&self, file: &Attachment) -> Vec<u8> {
        let blob = self
            .office
            .town
            .store
            .blob(file.id.shelf(), file.digest())
            .unwrap();
        blob.all(1 << 30).unwrap().unwrap()
    }
}

/// A photograph of one colour with a pattern, wide or high.
pub fn photograph(width: u32, height: u32, colour: [u8; 3]) -> Vec<u8> {
    let image = RgbImage::from_fn(width, height, |x, y| {
        if (x / 40 + y / 40) % 2 == 0 {
            Rgb(colour)
        } else {
            Rgb([90, 160, 120])
        }
    });
    let mut out = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut out, 85);
    DynamicImage::ImageRgb8(image)
        .write_with_encoder(encoder)
        .unwrap();
    out
}

/// The draft a page that came back carries.
pub fn draft_on(reply: &Reply) -> String {
    let hidden = reply.hidden(START);
    let draft = hidden.iter().find(|(n, _)| n == "draft").unwrap();
    assert!(!draft.1.is_empty(), "{}", reply.text());
    draft.1.clone()
}
