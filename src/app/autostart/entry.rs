//! Entries of a Linux desktop, this person's own: what runs at the log-on, and the program in the menu with what can be asked of it,
//! with its icon beside them.
//! Invariant: only files with this program's own name are written or removed.

use super::line::{Told, in_entry};
use crate::kit::{Error, Result};
use crate::screens::health::HEALTH_AT;
use crate::web::ADDRESS_AT;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What the pages show in the browser's tab.
const ICON: &[u8] = include_bytes!("../../../assets/web/icon.png");

/// Where they are.
pub struct Entries {
    start: PathBuf,
    menu: PathBuf,
    icon: PathBuf,
}

impl Entries {
    /// This person's, where he has a home.
    pub fn own() -> Option<Self> {
        let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty());
        let home = var("HOME").map(PathBuf::from);
        let config = var("XDG_CONFIG_HOME").map(PathBuf::from);
        let config = config.or_else(|| Some(home.clone()?.join(".config")))?;
        let data = var("XDG_DATA_HOME").map(PathBuf::from);
        let data = data.or_else(|| Some(home?.join(".local/share")))?;
        Some(Self::below(&config, &data))
    }

    fn below(config: &Path, data: &Path) -> Self {
        Self {
            start: config.join("autostart/inkstone.desktop"),
            menu: data.join("applications/inkstone.desktop"),
            icon: data.join("icons/hicolor/64x64/apps/inkstone.png"),
        }
    }

    /// What the log-on starts.
    pub fn at_log_on(&self) -> Option<Told> {
        Told::by_entry(&fs::read_to_string(&self.start).ok()?)
    }

    /// What stands in the menu.
    pub fn in_menu(&self) -> Option<Told> {
        Told::by_entry(&fs::read_to_string(&self.menu).ok()?)
    }

    /// At the log-on, and in the menu.
    pub fn set(&self, what: &Told) -> Result<()> {
        self.show(what)?;
        let text = self.entry(what, "serve --no-browser", "");
        put(&self.start, text.as_bytes())
    }

    /// In the menu alone.
    pub fn show(&self, what: &Told) -> Result<()> {
        let deed = |id: &str, name: &str, words: &str| {
            let exec = exec(what, words);
            format!("\n[Desktop Action {id}]\nName={name}\n{exec}\n")
        };
        let more = [
            "Actions=Open;Address;Health;Stop;\n".to_owned(),
            deed("Open", "打开", "serve"),
            deed("Address", "地址卡", &format!("serve --page {ADDRESS_AT}")),
            deed("Health", "系统体检", &format!("serve --page {HEALTH_AT}")),
            deed("Stop", "停止", "stop --ask"),
        ];
        put(&self.icon, ICON)?;
        let text = self.entry(what, "serve", &more.concat());
        put(&self.menu, text.as_bytes())
    }

    /// All of it.
    pub fn remove(&self) -> Result<()> {
        for file in [&self.start, &self.menu, &self.icon] {
            match fs::remove_file(file) {
                Err(e) if e.kind() != ErrorKind::NotFound => {
                    return Err(Error::Busy(format!(
                        "{} 删不掉（{e}），没有取消自动启动",
                        file.display()
                    )));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn entry(&self, what: &Told, words: &str, more: &str) -> String {
        format!(
            "[Desktop Entry]
Type=Application
Version=1.0
Name=砚台
Comment=乡镇机关办公平台
{}
Icon={}
Terminal=false
Categories=Office;
{more}",
            exec(what, words),
            self.icon.display()
        )
    }
}

fn exec(what: &Told, words: &str) -> String {
    format!(
        "Exec={} {words} --data {}",
        in_entry(&what.program.display().to_string()),
        in_entry(&what.folder.display().to_string())
    )
}

fn put(file: &Path, bytes: &[u8]) -> Result<()> {
    let folder = file.parent().unwrap_or(file);
    let done = fs::create_dir_all(folder).and_then(|()| fs::write(file, bytes));
    done.map_err(|e| refused(file, &e))
}

/// A file of the system that is not ours to write.
pub fn refused(file: &Path, e: &std::io::Error) -> Error {
    Error::Busy(format!(
        "{} 写不进去（{e}），没有设成自动启动",
        file.display()
    ))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn f03_without_rights_on_the_system_it_starts_at_the_log_on() {
        let folder = std::env::temp_dir().join(format!("ink-entry-{}", std::process::id()));
        let entries = Entries::below(&folder.join("c"), &folder.join("d"));
        let what = Told {
            program: "/home/su/inkstone".into(),
            folder: "/home/su/砚台 数据".into(),
        };
        entries.show(&what).unwrap();
        assert_eq!(
            (entries.at_log_on(), entries.in_menu()),
            (None, Some(what.clone()))
        );
        entries.set(&what).unwrap();
        assert_eq!(entries.at_log_on(), Some(what));
        let start = fs::read_to_string(&entries.start).unwrap();
        let exec = "Exec=\"/home/su/inkstone\" serve --no-browser --data \"/home/su/砚台 数据\"\n";
        assert!(
            start.contains(exec) && !start.contains("Actions="),
            "{start}"
        );
        let menu = fs::read_to_string(&entries.menu).unwrap();
        for part in [
            "Exec=\"/home/su/inkstone\" serve --data \"/home/su/砚台 数据\"\n",
            "Actions=Open;Address;Health;Stop;\n",
            "[Desktop Action Address]\nName=地址卡\nExec=\"/home/su/inkstone\" serve --page /address --data",
            "[Desktop Action Stop]\nName=停止\nExec=\"/home/su/inkstone\" stop --ask --data",
        ] {
            assert!(menu.contains(part), "{part} in {menu}");
        }
        assert!(menu.contains(&format!("Icon={}\n", entries.icon.display())));
        assert_eq!(fs::read(&entries.icon).unwrap(), ICON);
        entries.remove().unwrap();
        assert!(
            ![&entries.start, &entries.menu, &entries.icon]
                .iter()
                .any(|f| f.exists())
        );
        entries.remove().unwrap();
        fs::remove_dir_all(folder).unwrap();
    }
}
