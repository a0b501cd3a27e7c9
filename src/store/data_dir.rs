//! Every path in the data folder, and the lock that keeps a second program out of it.
//! The lock is the operating system's, not a pid file: a power cut leaves no stale lock (R11).

use super::trouble;
use crate::kit::{Error, Result};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

/// The data folder of one office.
#[derive(Debug, Clone)]
pub struct DataDir {
    root: PathBuf,
}

/// Held for as long as the server runs.
#[derive(Debug)]
pub struct DirLock {
    _file: File,
}

impl DataDir {
    /// Makes the folder and its subfolders where they are missing.
    pub fn make(root: impl Into<PathBuf>) -> Result<Self> {
        let dir = Self { root: root.into() };
        let mut made = make_own(&dir.root).map_err(|e| refused(&dir.root, &e))?;
        for folder in [dir.volumes(), dir.logs(), dir.spool()] {
            made |= !folder.is_dir();
            fs::create_dir_all(&folder).map_err(|e| match e.kind() {
                // there is an office, of another account
                std::io::ErrorKind::PermissionDenied => trouble::shut(&dir.root, &e),
                _ => refused(&folder, &e),
            })?;
        }
        if made {
            keep_names(&dir.root)?;
            if let Some(above) = dir.root.parent().filter(|p| p.is_dir()) {
                // a folder above that others own may not be opened; the name in it is theirs to keep
                let _ = keep_names(above);
            }
        }
        Ok(dir)
    }

    /// A folder as it stands; nothing is made.
    #[must_use]
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Where the user's data lives when nothing else is said (README decision 26).
    #[must_use]
    pub fn default_root() -> PathBuf {
        let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty());
        if cfg!(windows) {
            let base =
                var("ProgramData").map_or_else(|| PathBuf::from("C:\\ProgramData"), PathBuf::from);
            return base.join("Inkstone");
        }
        if let Some(xdg) = var("XDG_DATA_HOME") {
            return PathBuf::from(xdg).join("inkstone");
        }
        var("HOME")
            .map_or_else(|| PathBuf::from("."), PathBuf::from)
            .join(".local/share/inkstone")
    }

    /// The folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Takes the folder for this process; `Busy` where another holds it.
    pub fn lock(&self) -> Result<DirLock> {
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.root.join("lock"))
            .map_err(|e| trouble::shut(&self.root, &e))?;
        match file.try_lock() {
            Ok(()) => Ok(DirLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::Busy(format!(
                "数据文件夹 {} 正由另一个砚台程序使用",
                self.root.display()
            ))),
            Err(TryLockError::Error(e)) => Err(e.into()),
        }
    }

    /// Hub file: people, accounts, catalogue, claims.
    #[must_use]
    pub fn hub(&self) -> PathBuf {
        self.root.join("hub.db")
    }

    /// Index file: derived, may be deleted.
    #[must_use]
    pub fn index(&self) -> PathBuf {
        self.root.join("index.db")
    }

    /// Folder of the volumes.
    #[must_use]
    pub fn volumes(&self) -> PathBuf {
        self.root.join("volumes")
    }

    /// File of a volume.
    #[must_use]
    pub fn volume(&self, no: i64) -> PathBuf {
        self.volumes().join(format!("{no:04}.vol"))
    }

    /// Attachment file beside a volume.
    #[must_use]
    pub fn attach(&self, no: i64) -> PathBuf {
        self.volumes().join(format!("{no:04}.att"))
    }

    /// What is known of a frozen volume, beside it.
    #[must_use]
    pub fn manifest(&self, no: i64) -> PathBuf {
        self.volumes().join(format!("{no:04}.manifest.json"))
    }

    /// What stays of a volume that was carried off.
    #[must_use]
    pub fn card(&self, no: i64) -> PathBuf {
        self.volumes().join(format!("{no:04}.card"))
    }

    /// Whether volumes are here without their hub: a new hub would make somebody else's office of them.
    #[must_use]
    pub fn hub_is_lost(&self) -> bool {
        let volumes = fs::read_dir(self.volumes());
        !self.hub().exists() && volumes.is_ok_and(|mut all| all.next().is_some())
    }

    /// Moves hub, index and volumes into a folder inside this one, named by the caller, and makes the
    /// place for new ones. The hub goes last: cut short, the next call with the same name goes on.
    pub fn set_aside(&self, name: &str) -> Result<PathBuf> {
        let aside = self.root.join(name);
        fs::create_dir_all(&aside)?;
        keep_names(&self.root)?;
        let volumes = aside.join("volumes");
        if !volumes.exists() {
            fs::rename(self.volumes(), volumes)?;
        }
        let (hub, index) = ("hub.db", "index.db");
        let logs = [hub, index].map(|f| [format!("{f}-wal"), format!("{f}-shm")]);
        let files = logs.iter().flatten().map(String::as_str);
        for file in files.chain([index]) {
            let from = self.root.join(file);
            if from.exists() {
                fs::rename(from, aside.join(file))?;
            }
        }
        // The hub is the sign that there is more to move: it may not go before the rest is on disk.
        keep_names(&aside)?;
        keep_names(&self.root)?;
        fs::rename(self.hub(), aside.join(hub))?;
        keep_names(&aside)?;
        Self::make(&self.root)?;
        keep_names(&self.root)?;
        Ok(aside)
    }

    /// Folder of files on their way in; emptied at start.
    #[must_use]
    pub fn spool(&self) -> PathBuf {
        self.root.join("spool")
    }

    /// Folder of the copies this PC makes for itself.
    #[must_use]
    pub fn copies(&self) -> PathBuf {
        self.root.join("backup")
    }

    /// Folder of packages made to be carried away.
    #[must_use]
    pub fn packages(&self) -> PathBuf {
        self.root.join("packages")
    }

    /// Folder of the log files.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.root.join("log")
    }

    /// 32 random bytes, made once; a copy of the databases alone does not have them.
    pub fn machine_key(&self) -> Result<[u8; 32]> {
        let path = self.root.join("machine.key");
        match fs::read(&path) {
            Ok(bytes) => <[u8; 32]>::try_from(bytes).map_err(|_| {
                Error::Busy(format!(
                    "{} 损坏了。请从备份里恢复它；没有备份就删掉它，再重新填一次邮件密码、换一把签名钥匙",
                    path.display()
                ))
            }),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => self.make_key(),
            Err(e) => Err(e.into()),
        }
    }

    fn make_key(&self) -> Result<[u8; 32]> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(Error::fault)?;
        self.keep_machine_key(&key)?;
        Ok(key)
    }

    /// Keeps it: whole or not at all, and for this server alone.
    pub fn keep_machine_key(&self, key: &[u8; 32]) -> Result<()> {
        let part = self.root.join("machine.key.part");
        fs::write(&part, key)?;
        own_only(&part)?;
        Ok(put_in_place(&part, &self.root.join("machine.key"))?)
    }

    /// Says that everything was closed in order.
    pub fn mark_clean(&self) -> Result<()> {
        let mark = self.root.join("clean");
        fs::write(&mark, b"")?;
        Ok(flush(&mark)?)
    }

    /// Whether everything was closed in order; the next stop has to say so again.
    #[must_use]
    pub fn take_clean_mark(&self) -> bool {
        fs::remove_file(self.root.join("clean")).is_ok()
    }

    /// Says which computer works here: the lock of a share may not hold between two.
    pub fn sign(&self) -> Result<()> {
        Ok(fs::write(
            self.root.join("in-use"),
            format!("{}\n{}\n", host(), std::process::id()),
        )?)
    }

    /// The running one stops where something is written into this file; it makes the file itself.
    #[must_use]
    pub fn bell(&self) -> PathBuf {
        self.root.join("stop")
    }

    /// Takes the sign down again.
    pub fn unsign(&self) {
        let _ = fs::remove_file(self.root.join("in-use"));
        let _ = fs::remove_file(self.bell());
    }

    /// Another computer that says it works here, with the time of its last sign.
    #[must_use]
    pub fn signed_elsewhere(&self) -> Option<(String, std::time::SystemTime)> {
        let sign = self.root.join("in-use");
        let text = fs::read_to_string(&sign).ok()?;
        let name = text.lines().next()?.to_owned();
        let at = fs::metadata(&sign).ok()?.modified().ok()?;
        (!name.is_empty() && name != host()).then_some((name, at))
    }

    /// Folder of an update of the program: its package, its note, copies of the data until it is over.
    #[must_use]
    pub fn update(&self) -> PathBuf {
        self.root.join("update")
    }

    /// The sealing keys of backups, in the data folder and nowhere else.
    #[must_use]
    pub fn backup_key(&self) -> PathBuf {
        self.root.join("backup.key")
    }

    /// Keeps them: whole or not at all, and for this server alone.
    pub fn keep_backup_key(&self, bytes: &[u8]) -> Result<()> {
        let part = self.root.join("backup.key.part");
        fs::write(&part, bytes)?;
        own_only(&part)?;
        Ok(put_in_place(&part, &self.backup_key())?)
    }

    /// Folder of copies on their way into a backup or out of one; emptied before each.
    #[must_use]
    pub fn backup_work(&self) -> PathBuf {
        self.root.join("backup-work")
    }

    /// Folder of restored files that wait to take their places.
    #[must_use]
    pub fn restored(&self) -> PathBuf {
        self.root.join("restored")
    }

    /// The port chosen once and kept (trust-and-ux U16: the address people wrote down stays right).
    #[must_use]
    pub fn kept_port(&self) -> Option<u16> {
        self.number("port")
    }

    /// Keeps the port.
    pub fn keep_port(&self, port: u16) -> Result<()> {
        self.keep_number("port", port)
    }

    /// The same of the encrypted address.
    #[must_use]
    pub fn kept_https_port(&self) -> Option<u16> {
        self.number("port-https")
    }

    /// Keeps it.
    pub fn keep_https_port(&self, port: u16) -> Result<()> {
        self.keep_number("port-https", port)
    }

    fn number(&self, name: &str) -> Option<u16> {
        let text = fs::read_to_string(self.root.join(name)).ok()?;
        text.trim().parse().ok()
    }

    fn keep_number(&self, name: &str, number: u16) -> Result<()> {
        let part = self.root.join(format!("{name}.part"));
        fs::write(&part, number.to_string())?;
        Ok(put_in_place(&part, &self.root.join(name))?)
    }
}

/// Name of this computer; empty where it has none.
fn host() -> String {
    let told = std::env::var("COMPUTERNAME").ok();
    let told = told.or_else(|| fs::read_to_string("/proc/sys/kernel/hostname").ok());
    told.unwrap_or_default().trim().to_owned()
}

/// Puts a file's bytes on disk. Opened for writing: Windows flushes nothing through a reader.
pub(super) fn flush(path: &Path) -> std::io::Result<()> {
    File::options().write(true).open(path)?.sync_all()
}

/// Gives a file written under another name its own, for good: its bytes first, then the name.
pub fn put_in_place(part: &Path, path: &Path) -> std::io::Result<()> {
    flush(part)?;
    patient(|| fs::rename(part, path))?;
    keep_names(path.parent().unwrap_or(path))
}

/// A copy under another name: whole, or not there.
pub fn copy_in_place(from: &Path, to: &Path) -> std::io::Result<()> {
    let part = to.with_extension("part");
    let done = fs::copy(from, &part).and_then(|_| put_in_place(&part, to));
    if done.is_err() {
        let _ = fs::remove_file(part);
    }
    done
}

/// On Windows a virus scanner holds a file that is new for some moments (errors 5, 32, 33): tried again for two seconds.
pub fn patient<T>(mut work: impl FnMut() -> std::io::Result<T>) -> std::io::Result<T> {
    const HELD: [i32; 3] = [5, 32, 33];
    let mut left = 40;
    loop {
        match work() {
            Err(e)
                if left > 0
                    && e.raw_os_error()
                        .is_some_and(|n| cfg!(windows) && HELD.contains(&n)) =>
            {
                left -= 1
            }
            done => return done,
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

/// Puts the names in a folder on disk: a file made, renamed or deleted may come back as it was after a
/// power cut until its folder is flushed. Windows flushes no folder; NTFS keeps the order of names itself. A
/// share that cannot flush one is no worse than it was: the file on it is whole.
pub fn keep_names(folder: &Path) -> std::io::Result<()> {
    use std::io::ErrorKind::{InvalidInput, Unsupported};
    if !cfg!(unix) {
        return Ok(());
    }
    match File::open(folder)?.sync_all() {
        Err(e) if matches!(e.kind(), InvalidInput | Unsupported) => Ok(()),
        done => done,
    }
}

fn refused(folder: &Path, e: &std::io::Error) -> Error {
    Error::Busy(format!(
        "建不了数据文件夹 {}：{e}。请换一个能写的地方，例如用 --data 指定",
        folder.display()
    ))
}

/// Makes the folder, where it is missing, for this account alone; true where it was. One that stands there keeps the rights
/// somebody gave it: a service's account may be among them. On Windows `app::folder` says the same to the system.
fn make_own(root: &Path) -> std::io::Result<bool> {
    if root.is_dir() {
        return Ok(false);
    }
    if let Some(above) = root.parent() {
        fs::create_dir_all(above)?;
    }
    match own_folder().create(root) {
        // of two starts at once the other was first
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists && root.is_dir() => Ok(false),
        made => made.map(|()| true),
    }
}

#[cfg(unix)]
fn own_folder() -> fs::DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    let mut folder = fs::DirBuilder::new();
    folder.mode(0o700);
    folder
}

#[cfg(not(unix))]
fn own_folder() -> fs::DirBuilder {
    fs::DirBuilder::new()
}

/// Nobody else on this PC may read it; on Windows the folder's own rights say so.
#[cfg(unix)]
fn own_only(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(
        path,
        fs::Permissions::from_mode(0o600),
    )?)
}

#[cfg(not(unix))]
fn own_only(_: &Path) -> Result<()> {
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_machines_key_is_made_once() {
        let root = std::env::temp_dir().join(format!("ink-key-{}", std::process::id()));
        let dir = DataDir::make(&root).unwrap();
        let key = dir.machine_key().unwrap();
        assert_ne!(key, [0; 32]);
        assert_eq!(dir.machine_key().unwrap(), key);
        fs::write(root.join("machine.key"), b"short").unwrap();
        assert!(matches!(dir.machine_key(), Err(Error::Busy(_))));
        fs::remove_dir_all(root).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_new_folder_is_nobody_elses() {
        use std::os::unix::fs::PermissionsExt;
        let above = std::env::temp_dir().join(format!("ink-own-{}", std::process::id()));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let root = above.join("in/data");
        DataDir::make(&root).unwrap();
        assert_eq!(mode(&root), 0o700);
        assert_ne!(
            mode(&above),
            0o700,
            "what is above stays as the system makes it"
        );
        // the rights somebody gave a folder are his
        fs::set_permissions(&root, fs::Permissions::from_mode(0o750)).unwrap();
        fs::remove_dir_all(root.join("spool")).unwrap();
        DataDir::make(&root).unwrap();
        assert_eq!(mode(&root), 0o750);
        fs::remove_dir_all(above).unwrap();
    }

    #[test]
    fn one_program_at_a_time() {
        let root = std::env::temp_dir().join(format!("ink-lock-{}", std::process::id()));
        let dir = DataDir::make(&root).unwrap();
        let held = dir.lock().unwrap();
        assert!(matches!(dir.lock(), Err(Error::Busy(_))));
        drop(held);
        assert!(dir.lock().is_ok());
        assert_eq!(dir.kept_port(), None);
        dir.keep_port(8080).unwrap();
        assert_eq!(dir.kept_port(), Some(8080));
        fs::remove_dir_all(root).unwrap();
    }
}
