//! What a parcel keeps in words of the exchange: the metadata, whether the other end is on this server, the draft it is being
//! registered in; and its files as attachments. Not here: rows (`inbox::parcel_store`).
//! Invariant: the files of a parcel are attachments of the parcel, the package among them where it went by file.

use super::elements::Elements;
use super::package::{Part, Sent};
use crate::inbox::parcel::Parcel;
use crate::kit::sniff;
use crate::kit::{Digest, Error, Id, OrganId, PersonId, Result, ShelfNo, closed, text};
use crate::store::attachments::{self, Attachment};
use crate::store::{NewAttachment, Store, Write};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Fields of a parcel's attachments; no field of a form begins so.
pub(super) const PACKAGE: &str = "@package";
pub(super) const RECEIPT: &str = "@receipt";
/// The metadata among the files of a draft: by it the case is known that a parcel became.
pub(super) const LINK: &str = "@parcel";

/// Beside its row.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Kept {
    pub elements: Elements,
    /// The organ at the other end, where it is on this server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sister: Option<OrganId>,
    /// The sender's parcel, of what came from there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home: Option<Id>,
    /// Who it was addressed to, as written on the package.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub to: String,
    /// What did not hold of the sealed pages when it came.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wrong: Vec<String>,
    /// Who sealed it and when, as its proof says.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sealed: String,
    /// Where it is being registered: the draft, and the metadata's attachment in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft: Option<(Id, Id)>,
    /// As what.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub procedure: String,
    /// Who does.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub by: String,
}

impl Kept {
    pub(super) fn of(parcel: &Parcel) -> Self {
        Self::deserialize(&parcel.data).unwrap_or_default()
    }

    pub(super) fn value(&self) -> Result<Value> {
        Ok(serde_json::to_value(self)?)
    }
}

/// The field under which a part's file stands.
pub(super) const fn field(part: Part) -> &'static str {
    match part {
        Part::Pages => "@pages",
        Part::Text => "@text",
        Part::Proof => "@proof",
        Part::Enclosure => "@enclosure",
    }
}

/// What a file of a parcel is called on the page.
pub(super) fn called(field: &str) -> &'static str {
    match field {
        "@pages" => "版式文件",
        "@text" => "正文文本",
        "@proof" => "签名文件",
        "@enclosure" => "附件",
        RECEIPT => "回执",
        _ => "公文包",
    }
}

/// Whether it is one of the document's own.
pub(super) fn is_part(field: &str) -> bool {
    matches!(field, "@pages" | "@text" | "@proof" | "@enclosure")
}

/// Contents that are on disk, and not yet anybody's.
#[derive(Clone)]
pub(super) struct Stored {
    pub field: &'static str,
    pub name: String,
    pub kind: String,
    pub size: i64,
    pub digest: Digest,
}

/// Puts contents on disk beside the volume of a shelf.
pub(super) fn store(
    to: &Store,
    shelf: ShelfNo,
    (field, name, bytes): (&'static str, &str, &[u8]),
) -> Result<Stored> {
    let mut upload = to.upload(shelf)?;
    upload.push(bytes)?;
    let (digest, size) = upload.finish()?;
    let kind = match field {
        PACKAGE | RECEIPT => called(field).to_owned(),
        _ => {
            let kind = sniff::sniff(bytes);
            match closed::why(kind, bytes) {
                Some(why) => format!("{}，{why}", kind.label()),
                None => kind.label().to_owned(),
            }
        }
    };
    Ok(Stored {
        field,
        name: text::safe_file_name(name),
        kind,
        size,
        digest,
    })
}

/// The same of all files of a document.
pub(super) fn store_all(to: &Store, shelf: ShelfNo, files: &[Sent]) -> Result<Vec<Stored>> {
    let one = |f: &Sent| store(to, shelf, (field(f.part), &f.name, &f.bytes));
    files.iter().map(one).collect()
}

impl Stored {
    /// The reference, once it is known to what it belongs.
    pub(super) fn belonging(&self, owner: Id, (person, name): (PersonId, &str)) -> NewAttachment {
        NewAttachment {
            owner,
            field: self.field.to_owned(),
            name: self.name.clone(),
            size: self.size,
            digest: self.digest,
            kind: self.kind.clone(),
            person,
            person_name: name.to_owned(),
        }
    }
}

/// Writes the references of a parcel's files.
pub(super) fn attach_all(
    w: &mut Write<'_>,
    owner: Id,
    all: &[Stored],
    who: (PersonId, &str),
) -> Result<()> {
    for one in all {
        w.attach(&one.belonging(owner, who))?;
    }
    Ok(())
}

/// The attachments of a parcel.
pub(super) fn files_of(store: &Store, parcel: &Parcel) -> Result<Vec<Attachment>> {
    attachments::list(&store.shelf(parcel.id.shelf())?, parcel.id)
}

/// One of them by its field, the newest where there are several.
pub(super) fn file_of(store: &Store, parcel: &Parcel, field: &str) -> Result<Attachment> {
    let all = files_of(store, parcel)?;
    let found = all.into_iter().rev().find(|f| f.field == field);
    found.ok_or(Error::NotFound)
}

/// Contents copied beside the volume of another shelf.
pub(super) fn copy(
    at: &Store,
    (from, to): (ShelfNo, ShelfNo),
    file: &Attachment,
    field: &'static str,
) -> Result<Stored> {
    let mut blob = at.blob(from, file.digest())?;
    let mut upload = at.upload(to)?;
    while let Some(piece) = blob.next_chunk()? {
        upload.push(&piece)?;
    }
    let (digest, size) = upload.finish()?;
    Ok(Stored {
        field,
        name: file.name.clone(),
        kind: file.kind.clone(),
        size,
        digest,
    })
}

/// The field of a part again, as it may be stored anew.
pub(super) fn same_field(field: &str) -> Option<&'static str> {
    let all = ["@pages", "@text", "@proof", "@enclosure", RECEIPT];
    all.into_iter().find(|f| *f == field)
}
