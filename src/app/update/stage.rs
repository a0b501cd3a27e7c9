//! The new program as a file beside the old one: taken out of its package, which is checked once more while that is done.
//! Also where packages are looked for. Invariant: what lies under the new program's name is whole and was signed.

use super::package::{self, Publishers};
use crate::kit::{Error, Result};
use crate::store::data_dir::put_in_place;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

const ENDING: &str = "inkup";
/// Entries of a folder that are looked at.
const MOST_ENTRIES: usize = 2_000;

/// `inkstone-0.2.0.new` beside `inkstone`; Windows wants its ending last.
pub(super) fn beside(program: &Path, tail: &str) -> PathBuf {
    let stem = program.file_stem().unwrap_or_default().to_string_lossy();
    let ending = match program.extension() {
        Some(e) => format!(".{}", e.to_string_lossy()),
        None => String::new(),
    };
    program.with_file_name(format!("{stem}-{tail}{ending}"))
}

/// Takes the program out; `more` may end it.
pub(super) fn stage(
    from: &Path,
    publishers: &Publishers,
    to: &Path,
    more: &mut dyn FnMut(u64) -> Result<()>,
) -> Result<()> {
    let mut from = BufReader::new(File::open(from)?);
    let header = package::open(&mut from, publishers)?;
    let part = to.with_extension("part");
    let mut out = File::create(&part).map_err(|e| refused(to, &e))?;
    let done = package::read_program(&mut from, &header, &mut out, more);
    drop(out);
    let done = done.and_then(|()| {
        executable(&part)?;
        Ok(put_in_place(&part, to)?)
    });
    if done.is_err() {
        let _ = fs::remove_file(part);
    }
    done
}

fn refused(to: &Path, e: &std::io::Error) -> Error {
    let folder = to.parent().unwrap_or(to).display().to_string();
    Error::Busy(format!(
        "砚台程序所在的文件夹 {folder} 不能写（{e}），换不上新程序。请用管理员身份重新设一次自动启动（inkstone service install），它会把这个文件夹交给砚台；或者停下砚台，用新的程序文件换掉旧的"
    ))
}

#[cfg(unix)]
fn executable(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(fs::set_permissions(
        path,
        fs::Permissions::from_mode(0o755),
    )?)
}

#[cfg(not(unix))]
const fn executable(_: &Path) -> Result<()> {
    Ok(())
}

/// Packages in a drive's first folder and in those of it.
pub(super) fn packages_in(drive: &Path) -> Vec<PathBuf> {
    let (mut found, folders) = look(drive);
    for folder in folders {
        found.extend(look(&folder).0);
    }
    found.sort_unstable();
    found
}

/// Packages and folders of a folder.
fn look(folder: &Path) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let entries = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .take(MOST_ENTRIES);
    let paths = entries.filter_map(|e| Some(e.ok()?.path()));
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) = paths.partition(|p| p.is_dir());
    let is_one = |p: &PathBuf| {
        p.extension()
            .is_some_and(|e| e.eq_ignore_ascii_case(ENDING))
    };
    (files.into_iter().filter(is_one).collect(), folders)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn names_beside_a_program() {
        let at = |p: &str, tail: &str| beside(Path::new(p), tail).display().to_string();
        assert_eq!(
            at("/opt/inkstone/inkstone", "0.1.0"),
            "/opt/inkstone/inkstone-0.1.0"
        );
        assert_eq!(
            at("/d/inkstone.exe", "0.2.0.new"),
            "/d/inkstone-0.2.0.new.exe"
        );
    }

    #[test]
    fn packages_are_found_one_folder_deep() {
        let drive = std::env::temp_dir().join(format!("ink-stick-{}", std::process::id()));
        fs::create_dir_all(drive.join("a/b")).unwrap();
        for name in ["x.inkup", "a/y.INKUP", "a/b/z.inkup", "a/note.txt"] {
            fs::write(drive.join(name), b"").unwrap();
        }
        let found = packages_in(&drive);
        let names: Vec<_> = found.iter().filter_map(|p| p.file_name()).collect();
        assert_eq!(names, ["y.INKUP", "x.inkup"]);
        fs::remove_dir_all(drive).unwrap();
    }
}
