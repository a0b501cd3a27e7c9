//! Sealed volumes of other offices, read where they lie, beside ours. Nothing of them enters our lists,
//! and none of their numbers means anything here.
//! Invariant: such a file is never written, and is looked through once before it is opened.

use super::attach::meta;
use super::copy::digest;
use super::damage::{Unsound, differs, unsound};
use super::manifest::{Manifest, Names};
use super::older;
use crate::kit::{Digest, Error, Result, ShelfNo};
use crate::store::blob::BlobReader;
use crate::store::file::File;
use crate::store::query::{Query, Read};
use crate::store::{Stamp, Store, write};
use rusqlite::params;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A volume that stands in none of our seats.
pub struct Beside {
    file: File,
    pub path: PathBuf,
    pub office: String,
    pub year: i16,
    /// Who sealed it, and when in UTC milliseconds.
    pub sealed_by: String,
    pub sealed_at: i64,
    /// By department id of that office.
    pub departments: HashMap<i64, String>,
}

impl Beside {
    /// Reads it.
    pub fn read(&self) -> Result<Read> {
        self.file.read()
    }

    /// Contents of one of its attachments.
    pub fn blob(&self, digest: Digest) -> Result<BlobReader> {
        BlobReader::open(&self.path, digest)
    }
}

/// One line of the list of volumes beside ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BesideRow {
    pub id: i64,
    pub path: String,
    pub office: String,
    pub year: i16,
    pub added_by: String,
}

/// Those that are open.
#[derive(Default)]
pub(in crate::store) struct Besides(Mutex<HashMap<i64, Arc<Beside>>>);

impl Besides {
    fn find(&self, id: i64) -> Option<Arc<Beside>> {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.get(&id).cloned()
    }

    fn put(&self, id: i64, beside: Option<Arc<Beside>>) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match beside {
            Some(beside) => open.insert(id, beside),
            None => open.remove(&id),
        };
    }
}

impl Store {
    /// Looks through a sealed volume of another office and notes where it lies; gives its line.
    pub fn add_beside(&self, path: &Path, by: &str, stamp: Stamp) -> Result<i64> {
        let ours = {
            let conn = checked(path)?;
            meta(&conn, "uuid")?
        };
        if self.volumes()?.iter().any(|v| v.uuid == ours) {
            return Err(Error::invalid(
                "path",
                "这是本单位的柜子。脱机的请用“挂接”，在这台电脑上的直接查就行",
            ));
        }
        sound(path)?;
        let beside = self.open_beside(path)?;
        let (uuid, at) = (beside.file.uuid.clone(), path.display().to_string());
        let (office, year, by) = (beside.office.clone(), beside.year, by.to_owned());
        let done = write::run(self.inner.catalogue.hub(), ShelfNo::HUB, stamp, move |w| {
            w.quiet("外来的柜子不进本单位的清单");
            w.one(
                "INSERT INTO beside(uuid, path, office, year, added_by, added_at)
                     VALUES(?1, ?2, ?3, ?4, ?5, ?6)
                     ON CONFLICT(uuid) DO UPDATE SET path = excluded.path RETURNING id",
                params![uuid, at, office, year, by, w.at().0],
                |r| r.get::<_, i64>(0),
            )
        })?;
        self.inner.beside.put(done.value, Some(Arc::new(beside)));
        Ok(done.value)
    }

    /// Takes a volume of another office off the list; its file is left alone.
    pub fn drop_beside(&self, id: i64, stamp: Stamp) -> Result<()> {
        self.inner.beside.put(id, None);
        write::run(self.inner.catalogue.hub(), ShelfNo::HUB, stamp, move |w| {
            w.execute("DELETE FROM beside WHERE id = ?1", [id])?;
            w.quiet("外来的柜子不进本单位的清单");
            Ok(())
        })
        .map(drop)
    }

    /// Volumes of other offices.
    pub fn besides(&self) -> Result<Vec<BesideRow>> {
        self.hub()?.all(
            "SELECT id, path, office, year, added_by FROM beside ORDER BY office, year DESC, id",
            [],
            |r| {
                Ok(BesideRow {
                    id: r.get(0)?,
                    path: r.get(1)?,
                    office: r.get(2)?,
                    year: r.get(3)?,
                    added_by: r.get(4)?,
                })
            },
        )
    }

    /// One of them, open.
    pub fn beside(&self, id: i64) -> Result<Arc<Beside>> {
        let (uuid, path): (String, String) =
            self.hub()?
                .one("SELECT uuid, path FROM beside WHERE id = ?1", [id], |r| {
                    Ok((r.get(0)?, r.get(1)?))
                })?;
        let path = PathBuf::from(path);
        if !path.exists() {
            self.inner.beside.put(id, None);
            return Err(Error::Busy(format!(
                "{} 现在不在。请接上存放它的盘再打开",
                path.display()
            )));
        }
        if let Some(open) = self.inner.beside.find(id) {
            return Ok(open);
        }
        let beside = Arc::new(self.open_beside(&path)?);
        if beside.file.uuid != uuid {
            return Err(Error::Busy(format!(
                "{} 换成了另一个柜子。请从单子上去掉它，重新打开",
                path.display()
            )));
        }
        self.inner.beside.put(id, Some(beside.clone()));
        Ok(beside)
    }

    fn open_beside(&self, path: &Path) -> Result<Beside> {
        checked(path)?;
        let file = File::open_frozen(path, 0, self.inner.catalogue.kit())?;
        let conn = older::reader(path)?;
        let text = meta(&conn, "sealed")?;
        let (names, sealed_by, sealed_at): (Names, String, i64) =
            serde_json::from_str(&text).unwrap_or_default();
        let year = file
            .read_uncounted()?
            .opt("SELECT max(year) FROM shelf_owner", [], |r| {
                r.get::<_, Option<i16>>(0)
            })?;
        Ok(Beside {
            path: path.to_owned(),
            office: match names.office.as_str() {
                "" => "没有写名称的单位".to_owned(),
                office => office.to_owned(),
            },
            year: year.flatten().unwrap_or(0),
            sealed_by,
            sealed_at,
            departments: names.departments.into_iter().collect(),
            file,
        })
    }
}

/// A sealed volume, opened for reading; one that is still written is refused.
fn checked(path: &Path) -> Result<rusqlite::Connection> {
    older::check_foreign(path)?;
    let conn = older::reader(path)?;
    let open: i64 = conn
        .query_row(
            "SELECT count(*) FROM shelf_owner WHERE state <> 'frozen'",
            [],
            |r| r.get(0),
        )
        .map_err(crate::store::connect::sql)?;
    if open > 0 || meta(&conn, "card")? == "1" {
        return Err(Error::invalid(
            "path",
            "这个柜子没有封存过，不能在这里打开。请对方先封存，再拷过来",
        ));
    }
    Ok(conn)
}

/// Against its manifest where that lies beside it; by itself otherwise.
fn sound(path: &Path) -> Result<()> {
    let wrong = match Manifest::read(path)? {
        Some(manifest) if digest(path, &|_| Ok(()))?.hex() == manifest.sm3 => Vec::new(),
        Some(manifest) => differs(path, &manifest),
        None => unsound(path, Unsound::Everything)?,
    };
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Error::invalid(
        "path",
        format!(
            "{} 和封存时的不一样，没有打开：{}。请换另一份拷贝",
            path.display(),
            wrong.join("；")
        ),
    ))
}
