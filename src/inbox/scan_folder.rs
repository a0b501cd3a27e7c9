//! The folder the scanner writes to: files that have stopped growing are kept and then moved into 已收,
//! those that cannot be taken into 未收, with the reason in the tray. Nothing is ever deleted.
//! Invariant: contents first, then the row, then the move. A power cut leaves the file where it was, to
//! be seen again, and what its digest says was taken in is only moved.

use super::scan_store;
use crate::kit::hash::Hasher;
use crate::kit::sniff::{self, Kind};
use crate::kit::{Digest, Error, Result, ShelfNo, closed, extract, picture, text};
use crate::store::{MAX_ATTACHMENT, Stamp, Store};
use std::collections::HashMap;
use std::fs::{self, File, Metadata};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Where files go that were taken in.
pub const DONE: &str = "已收";
/// Where files go that cannot be.
pub const REFUSED: &str = "未收";
/// Largest file looked into.
const LOOKED_INTO: u64 = 20 << 20;
/// Looks after which a file that is still empty is no longer waited for.
const PATIENCE: u32 = 100;
/// Files taken in at one look, so that stopping never waits long.
const AT_ONCE: usize = 20;
const PIECE: usize = 256 << 10;

/// What a file looked like when it was seen last.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Looked {
    size: u64,
    changed: Option<SystemTime>,
    times: u32,
}

/// One folder under watch.
#[derive(Debug, Default)]
pub struct Watch {
    seen: HashMap<PathBuf, Looked>,
}

impl Watch {
    /// Looks once; how many files were taken in. A file is taken when it looked the same the time before
    /// and nobody else holds it.
    pub fn look(
        &mut self,
        (store, shelf): (&Store, ShelfNo),
        folder: &Path,
        stamp: &dyn Fn() -> Stamp,
    ) -> Result<usize> {
        let mut here: Vec<(PathBuf, Metadata)> = Vec::new();
        for entry in fs::read_dir(folder)?.flatten() {
            let path = entry.path();
            // a link could lead anywhere
            if let Ok(meta) = fs::symlink_metadata(&path)
                && meta.is_file()
                && !is_passing(&path)
            {
                here.push((path, meta));
            }
        }
        here.sort_by(|a, b| (a.1.modified().ok(), &a.0).cmp(&(b.1.modified().ok(), &b.0)));
        self.seen.retain(|p, _| here.iter().any(|(h, _)| h == p));
        let mut taken = 0;
        for (path, meta) in here {
            if taken == AT_ONCE {
                break;
            }
            if !self.is_whole(&path, &meta) || !is_free(&path) {
                continue;
            }
            match take((store, shelf), folder, &path, stamp) {
                Ok(true) => taken += 1,
                Ok(false) => {}
                Err(e) => tracing::warn!(cause = %e, "a scan was not taken in"),
            }
        }
        Ok(taken)
    }

    fn is_whole(&mut self, path: &Path, meta: &Metadata) -> bool {
        let (size, changed) = (meta.len(), meta.modified().ok());
        let before = self.seen.get(path).copied();
        let same = before.filter(|b| b.size == size && b.changed == changed);
        let times = same.map_or(0, |b| b.times) + 1;
        self.seen.insert(
            path.to_owned(),
            Looked {
                size,
                changed,
                times,
            },
        );
        if size == 0 {
            return times > PATIENCE;
        }
        times > 1
    }
}

/// Files that are on their way to another name, and those of the system.
fn is_passing(path: &Path) -> bool {
    let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase());
    let name = name.unwrap_or_default();
    let ends = [
        ".tmp",
        ".temp",
        ".part",
        ".partial",
        ".crdownload",
        ".lock",
        ".lck",
    ];
    name.starts_with(['.', '~', '$'])
        || matches!(name.as_str(), "thumbs.db" | "desktop.ini")
        || ends.iter().any(|e| name.ends_with(e))
}

/// Whether nobody else has it open: the scanner's program may pause in the middle of a page.
fn is_free(path: &Path) -> bool {
    open_alone(path).is_ok_and(|file| file.try_lock().is_ok())
}

#[cfg(windows)]
fn open_alone(path: &Path) -> std::io::Result<File> {
    use std::os::windows::fs::OpenOptionsExt as _;
    File::options()
        .read(true)
        .write(true)
        .share_mode(0)
        .open(path)
}

#[cfg(not(windows))]
fn open_alone(path: &Path) -> std::io::Result<File> {
    File::options().read(true).open(path)
}

/// Takes one file in, or says why not; false where it changed meanwhile.
fn take(
    (store, shelf): (&Store, ShelfNo),
    folder: &Path,
    path: &Path,
    stamp: &dyn Fn() -> Stamp,
) -> Result<bool> {
    let before = fs::metadata(path)?;
    let raw = path.file_name().map(|n| n.to_string_lossy().into_owned());
    let name = text::safe_file_name(&raw.unwrap_or_default());
    let size = i64::try_from(before.len()).unwrap_or(i64::MAX);
    let kind = match judge(path, &name, before.len())? {
        Ok(kind) => kind,
        Err(reason) => {
            let (kept, said) = (name.clone(), reason.clone());
            store.write(shelf, stamp(), move |w| {
                w.quiet("扫描文件夹里没有取到的文件");
                w.note(format!("{kept}：{said}"));
                scan_store::insert_refused(w, (&kept, size), &said)
            })?;
            move_into(folder, REFUSED, path, &name)?;
            return Ok(false);
        }
    };
    let digest = digest_of(path)?;
    let known = scan_store::find_state(&store.shelf(shelf)?, shelf, digest)?;
    let fresh = known.as_ref().is_none_or(|(_, state)| state == "dropped");
    if fresh {
        let kept = keep((store, shelf), path, &before)?;
        if kept != Some((digest, size)) {
            return Ok(false);
        }
        let label = name.clone();
        store.write(shelf, stamp(), move |w| {
            w.quiet("扫描页收进来，不影响各类清单");
            w.note(label.clone());
            match known {
                Some((id, _)) => scan_store::set_waiting(w, id),
                None => scan_store::insert_page(w, (&label, &kind), (digest, size)).map(drop),
            }
        })?;
    }
    move_into(folder, DONE, path, &name)?;
    Ok(fresh)
}

/// What a file is, as the tray says it, or why it cannot be taken in.
fn judge(path: &Path, name: &str, size: u64) -> Result<Result<String, String>> {
    if size == 0 {
        return Ok(Err("是空文件，里面没有内容，请重新扫描".into()));
    }
    if size > u64::try_from(MAX_ATTACHMENT).unwrap_or(0) {
        let said = format!("有 {} MB，超过 200 MB，请分成几份扫描", size >> 20);
        return Ok(Err(said));
    }
    let mut bytes = Vec::new();
    let most = if size > LOOKED_INTO {
        sniff::HEAD as u64
    } else {
        size
    };
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    if picture::is_heic(&bytes) {
        return Ok(Err(picture::heic_said(name)));
    }
    let kind = sniff::sniff(&bytes);
    if let Err(why) = sniff::check_name(kind, name) {
        return Ok(Err(why));
    }
    if size > LOOKED_INTO {
        return Ok(Ok(kind.label().to_owned()));
    }
    if kind.is_image()
        && let Err(why) = picture::thumbnail(&bytes)
    {
        return Ok(Err(why));
    }
    let first = extract::first_page(kind, &bytes);
    if let Some(mark) = first.as_deref().and_then(sniff::secret_mark) {
        return Ok(Err(format!(
            "第一页标有“{mark}”。本平台不涉密，没有收下，请按保密规定处理这份扫描件"
        )));
    }
    let drawn = kind == Kind::Pdf && first.is_none();
    let why = closed::why(kind, &bytes).or(drawn.then_some(closed::DRAWN));
    Ok(Ok(match why {
        Some(why) => format!("{}，{why}", kind.label()),
        None => kind.label().to_owned(),
    }))
}

fn digest_of(path: &Path) -> Result<Digest> {
    let mut hasher = Hasher::default();
    each_piece(path, |piece| {
        hasher.update(piece);
        Ok(())
    })?;
    Ok(hasher.finish())
}

/// Stores the contents; none where the file changed meanwhile.
fn keep(
    (store, shelf): (&Store, ShelfNo),
    path: &Path,
    before: &Metadata,
) -> Result<Option<(Digest, i64)>> {
    let mut upload = store.upload(shelf)?;
    each_piece(path, |piece| upload.push(piece))?;
    let after = fs::metadata(path)?;
    let same = after.len() == before.len() && after.modified().ok() == before.modified().ok();
    if same {
        upload.finish().map(Some)
    } else {
        Ok(None)
    }
}

fn each_piece(path: &Path, mut f: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let mut file = File::open(path)?;
    let mut piece = vec![0; PIECE];
    loop {
        let n = file.read(&mut piece)?;
        if n == 0 {
            return Ok(());
        }
        f(piece.get(..n).unwrap_or_default())?;
    }
}

/// Moves a file into a subfolder, under another name where one like it is there.
fn move_into(folder: &Path, sub: &str, path: &Path, name: &str) -> Result<()> {
    let to = folder.join(sub);
    fs::create_dir_all(&to)?;
    let (stem, end) = match name.rsplit_once('.') {
        Some((stem, end)) => (stem, format!(".{end}")),
        None => (name, String::new()),
    };
    let mut target = to.join(name);
    for n in 2..10_000 {
        if !target.exists() {
            break;
        }
        target = to.join(format!("{stem}（{n}）{end}"));
    }
    Ok(fs::rename(path, target)?)
}

/// Whether a folder may be watched; the sentence says what to choose instead.
pub fn check(typed: &str, data: &Path) -> Result<PathBuf> {
    let refuse = |why: &str| Err(Error::invalid("folder", why));
    let typed = text::one_line(typed);
    let path = PathBuf::from(typed.trim_matches('"'));
    if !path.is_absolute() {
        return refuse("请写完整的路径，例如 D:\\扫描 或 /home/office/扫描");
    }
    if !path.is_dir() {
        return refuse("这台电脑上没有这个文件夹。请先建好，再把完整的路径写在这里");
    }
    let real = fs::canonicalize(&path)?;
    let data = fs::canonicalize(data).unwrap_or_else(|_| data.to_owned());
    if real.starts_with(&data) || data.starts_with(&real) {
        return refuse("这是砚台存放数据的地方，不能用来放扫描件。请另建一个文件夹，例如 D:\\扫描");
    }
    if is_of_the_system(&real) {
        return refuse("这是系统自己的文件夹，不能用来放扫描件。请另建一个文件夹，例如 D:\\扫描");
    }
    let probe = real.join(".inkstone-probe.tmp");
    let written = fs::write(&probe, b"ok").and_then(|()| fs::create_dir_all(real.join(DONE)));
    let _ = fs::remove_file(&probe);
    if written.is_err() {
        return refuse(
            "这个文件夹不让砚台写入，收过的扫描件移不走。请给它加上写入权限，或者换一个文件夹",
        );
    }
    Ok(path)
}

/// Roots of drives, and what belongs to the system: files are moved about in this folder.
fn is_of_the_system(path: &Path) -> bool {
    let text = path.to_string_lossy().to_lowercase().replace('\\', "/");
    let text = text.trim_start_matches("//?/").trim_end_matches('/');
    let unix = [
        "/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/root", "/run", "/sbin",
        "/sys", "/usr", "/var/lib", "/var/log",
    ];
    let bare = text.split_once(':').map_or("", |(_, rest)| rest);
    let windows = [
        "/windows",
        "/program files",
        "/program files (x86)",
        "/programdata",
    ];
    let within = |at: &str, root: &str| {
        at.strip_prefix(root)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let root = text.is_empty() || (text.contains(':') && bare.is_empty());
    root || matches!(text, "/home" | "/var" | "/tmp" | "/opt" | "/mnt" | "/media")
        || unix.iter().any(|r| within(text, r))
        || windows.iter().any(|r| within(bare, r))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_the_system_are_known() {
        for path in [
            "/",
            "/etc",
            "/usr/share",
            "/home",
            "C:\\",
            "D:/",
            "C:\\Windows\\Temp",
            "\\\\?\\C:\\Program Files\\x",
        ] {
            assert!(is_of_the_system(Path::new(path)), "{path}");
        }
        for path in [
            "/home/office/扫描",
            "/etcetera",
            "D:\\扫描",
            "C:\\Users\\songx\\扫描",
            "/srv/scan",
        ] {
            assert!(!is_of_the_system(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn files_on_their_way_are_left_alone() {
        for name in [
            "a.tmp",
            "~WRL0001.docx",
            ".hidden.pdf",
            "x.PDF.part",
            "Thumbs.db",
        ] {
            assert!(is_passing(Path::new(name)), "{name}");
        }
        assert!(!is_passing(Path::new("扫描0001.pdf")));
    }
}
