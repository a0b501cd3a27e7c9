//! Files of this office at a place that its rows do not know: the power went after a file had its name and before the
//! row was written, or the hub is an older one. A backup among them is opened and checked like any other and counts
//! from then on, so that it goes when its time comes; a pack is read back and is used or goes with the next sweep.
//! Invariant: what another generation of the office made, or cannot be opened, stays as it is.

use super::book::{self, Packed, Place, Standing};
use super::make::{Run, remove};
use super::manifest::Beside;
use super::{check, pack, snapshot};
use crate::kit::sealed::{Head, Opener};
use crate::kit::{Error, Result, sealed};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

/// Takes in what lies there; what cannot be is left and told to the log.
pub(super) fn take_in(run: &Run<'_>, place: &Place, folder: &Path, work: &Path) -> Result<()> {
    let known = book::packs(run.store, place.id)?;
    let known: BTreeSet<String> = known.into_iter().map(|p| p.beside.name).collect();
    let mut names: Vec<String> = fs::read_dir(folder)?
        .flatten()
        .filter_map(|e| e.file_name().into_string().ok())
        .collect();
    // packs first: a backup is whole only with them
    names.sort_by_key(|n| (n.ends_with(".inkbak"), n.clone()));
    for name in names {
        let taken = match Path::new(&name).extension().and_then(|e| e.to_str()) {
            Some("inkpack") if !known.contains(&name) => pack_in(run, place, folder, &name),
            Some("inkbak") => match book::counts(run.store, place.id, &name)? {
                None => backup_in(run, place, (folder, &name), work),
                Some(false) => remove(&folder.join(&name)),
                Some(true) => Ok(()),
            },
            _ => Ok(()),
        };
        match taken {
            // somebody wants all of it stopped
            Err(Error::Conflict(why)) => return Err(Error::Conflict(why)),
            Err(e) => tracing::warn!(cause = %e, name, "a file at a place of backups is nobody's"),
            Ok(()) => {}
        }
    }
    Ok(())
}

/// What a file says of itself, where this server could have written it.
fn own(run: &Run<'_>, path: &Path, kind: &str) -> Result<Option<Head>> {
    let opener = Opener::begin(BufReader::new(File::open(path)?)).map_err(|e| sealed::why(&e))?;
    let (head, seat) = (opener.head, &run.maker.seat);
    let is_own = head.kind == kind
        && head.office == seat.office
        && head.generation == seat.generation
        && run.ring.find(&head.key.number).is_some();
    Ok(is_own.then_some(head))
}

fn beside(path: &Path, name: &str, head: &Head) -> Result<Beside> {
    Ok(Beside {
        name: name.to_owned(),
        bytes: fs::metadata(path)?.len(),
        digest: snapshot::digest(path)?,
        key: head.key.number.clone(),
    })
}

fn backup_in(
    run: &Run<'_>,
    place: &Place,
    (folder, name): (&Path, &str),
    work: &Path,
) -> Result<()> {
    let (began, path) = (std::time::Instant::now(), folder.join(name));
    let Some(head) = own(run, &path, "backup")? else {
        return Ok(());
    };
    let found = check::read_back(folder, name, &run.ring, work, run.progress)?;
    let sealed = beside(&path, name, &head)?;
    run.keep(place, &sealed, &found, (Standing::Good, "", began))
}

fn pack_in(run: &Run<'_>, place: &Place, folder: &Path, name: &str) -> Result<()> {
    let path = folder.join(name);
    let Some(head) = own(run, &path, "pack")? else {
        return Ok(());
    };
    let key = run
        .ring
        .find(&head.key.number)
        .ok_or_else(|| Error::fault("a pack of a strange key"))?;
    let sealed = beside(&path, name, &head)?;
    let digests = pack::verify(folder, &sealed, &key)?;
    let found = Packed {
        beside: sealed,
        digests,
    };
    book::insert_pack(run.store, place.id, &found)
}
