//! The fonts of this PC for official documents: the standard's faces are found by the names fonts give themselves, whatever
//! their files are called. Not here: the free ones in the binary, which stand in where a face is missing.
//! Invariant: looking is bounded in files, bytes and time, and a broken file is passed over.

use crate::layout::font::{Face, Font, Fonts, Metrics, fallback, name_tables, names_in};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Folders within folders are looked into so far.
const DEEPEST: usize = 6;
/// No PC has more fonts worth looking at.
const MOST_FILES: usize = 6_000;
/// The first document does not wait longer for a font.
const LONGEST: Duration = Duration::from_secs(5);
/// The directory of tables of a font, or of all fonts of a collection, stands in so many bytes.
const HEAD: usize = 16 * 1024;
/// No table of names is larger.
const MOST_NAMES: usize = 256 * 1024;
/// No font for Chinese is larger, all of a collection's together.
const MOST_BYTES: u64 = 64 << 20;

/// By what names a face's font goes, the best first: letters and digits only, in small letters.
const WANTED: [(Face, &[&str]); 5] = [
    (
        Face::Biaosong,
        &[
            "方正小标宋简体",
            "fzxiaobiaosongb05s",
            "方正小标宋gbk",
            "fzxiaobiaosongb05",
            "方正小标宋gb18030",
            "小标宋",
        ],
    ),
    (
        Face::Fangsong,
        &[
            "仿宋gb2312",
            "fangsonggb2312",
            "仿宋",
            "fangsong",
            "方正仿宋gbk",
            "fzfangsongz02",
            "方正仿宋简体",
            "fzfangsongz02s",
            "方正仿宋gb2312",
            "华文仿宋",
            "stfangsong",
            "朱雀仿宋",
            "zhuquefangsong",
            "fandolfang",
        ],
    ),
    (
        Face::Heiti,
        &[
            "黑体",
            "simhei",
            "方正黑体gbk",
            "fzheib01",
            "方正黑体简体",
            "fzheib01s",
            "华文黑体",
            "stheiti",
            "fandolhei",
        ],
    ),
    (
        Face::Kaiti,
        &[
            "楷体gb2312",
            "kaitigb2312",
            "楷体",
            "kaiti",
            "方正楷体gbk",
            "fzkaiz03",
            "方正楷体简体",
            "fzkaiz03s",
            "华文楷体",
            "stkaiti",
            "fandolkai",
        ],
    ),
    (
        Face::Songti,
        &[
            "宋体",
            "simsun",
            "方正书宋gbk",
            "fzshusongz01",
            "方正书宋简体",
            "fzshusongz01s",
            "华文宋体",
            "stsong",
            "新宋体",
            "nsimsun",
        ],
    ),
];

/// What may stand for a face where it is missing, before the binary's own; named on the page.
const NEAR: [(Face, &[&str]); 2] = [
    (
        Face::Biaosong,
        &[
            "华文中宋",
            "stzhongsong",
            "方正大标宋简体",
            "fzdabiaosongb06s",
        ],
    ),
    (
        Face::Heiti,
        &[
            "文泉驿正黑",
            "wenquanyizenhei",
            "微软雅黑",
            "microsoftyahei",
        ],
    ),
];

/// Where a name was seen.
#[derive(Debug, Clone)]
struct Seen {
    file: PathBuf,
    index: u32,
    name: String,
}

/// The fonts of this PC, the binary's own where it lacks a face.
#[must_use]
pub fn of_this_pc() -> Fonts {
    of_folders(&folders())
}

/// The same, looking into these folders.
#[must_use]
pub fn of_folders(folders: &[PathBuf]) -> Fonts {
    let seen = look(folders);
    let mut fonts = fallback();
    for face in Face::ALL {
        let named = |table: &[(Face, &[&'static str])]| -> Vec<&'static str> {
            let of = table.iter().filter(|(f, _)| *f == face);
            of.flat_map(|(_, names)| names.iter().copied()).collect()
        };
        let own = load_first(&seen, &named(&WANTED), false);
        if let Some(font) = own.or_else(|| load_first(&seen, &named(&NEAR), true)) {
            fonts = fonts.with(face, font);
        }
    }
    fonts
}

fn folders() -> Vec<PathBuf> {
    let under = |variable: &str, rest: &str| {
        std::env::var_os(variable).map(|v| PathBuf::from(v).join(rest))
    };
    let own = [
        under("WINDIR", "Fonts"),
        under("LOCALAPPDATA", "Microsoft/Windows/Fonts"),
        under("HOME", ".fonts"),
        under("HOME", ".local/share/fonts"),
        Some(PathBuf::from("/usr/share/fonts")),
        Some(PathBuf::from("/usr/local/share/fonts")),
    ];
    own.into_iter().flatten().collect()
}

/// Every name in the folders, and where.
fn look(folders: &[PathBuf]) -> HashMap<String, Seen> {
    let until = Instant::now() + LONGEST;
    let mut files = Vec::new();
    for folder in folders {
        walk(folder, DEEPEST, &mut files);
    }
    let mut seen = HashMap::new();
    for file in files {
        if Instant::now() > until {
            break;
        }
        for (index, name) in names_of(&file).unwrap_or_default() {
            let found = Seen {
                file: file.clone(),
                index,
                name: name.clone(),
            };
            seen.entry(folded(&name)).or_insert(found);
        }
    }
    seen
}

/// Files that may be fonts, those of a folder before those of folders within it.
fn walk(folder: &Path, deep: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    let mut inner = Vec::new();
    for path in paths {
        if files.len() >= MOST_FILES {
            return;
        }
        let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("ttf" | "ttc" | "otf" | "otc") => files.push(path),
            _ if deep > 0 && path.is_dir() => inner.push(path),
            _ => {}
        }
    }
    for folder in inner {
        walk(&folder, deep - 1, files);
    }
}

/// The names in a font file, with the number of the font in it.
fn names_of(path: &Path) -> Option<Vec<(u32, String)>> {
    let mut file = File::open(path).ok()?;
    let mut head = Vec::new();
    let most = u64::try_from(HEAD).ok()?;
    Read::by_ref(&mut file)
        .take(most)
        .read_to_end(&mut head)
        .ok()?;
    let mut names = Vec::new();
    for (index, at, length) in name_tables(&head) {
        let mut table = vec![0; length.min(MOST_NAMES)];
        file.seek(SeekFrom::Start(at)).ok()?;
        file.read_exact(&mut table).ok()?;
        names.extend(names_in(&table).into_iter().map(|name| (index, name)));
    }
    Some(names)
}

/// Letters and digits, small: 仿宋_GB2312 and FangSong GB2312 are written in many ways.
fn folded(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The first of these that is there and holds what it says.
fn load_first(seen: &HashMap<String, Seen>, names: &[&str], substitute: bool) -> Option<Font> {
    let found = names.iter().filter_map(|n| seen.get(*n));
    found.into_iter().find_map(|s| load(s, substitute))
}

fn load(seen: &Seen, substitute: bool) -> Option<Font> {
    if fs::metadata(&seen.file).ok()?.len() > MOST_BYTES {
        return None;
    }
    let font = Font {
        bytes: fs::read(&seen.file).ok()?.into(),
        index: seen.index,
        name: seen.name.clone(),
        substitute,
    };
    let holds = |metrics: Metrics<'_>| "镇人民政府".chars().all(|c| metrics.advance(c).is_some());
    let sound = Metrics::of(&font).is_some_and(holds);
    sound.then_some(font)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let dir = std::env::temp_dir().join(format!("ink-fonts-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).unwrap();
        dir
    }

    #[test]
    fn names_are_compared_without_their_signs() {
        assert_eq!(folded("仿宋_GB2312"), "仿宋gb2312");
        assert_eq!(folded("FZXiaoBiaoSong-B05S"), "fzxiaobiaosongb05s");
        let listed = WANTED
            .iter()
            .chain(&NEAR)
            .flat_map(|(_, names)| names.iter());
        assert!(listed.into_iter().all(|n| folded(n) == *n));
    }

    #[test]
    fn a_folder_of_rubbish_gives_the_binarys_own() {
        let dir = folder("rubbish");
        fs::write(dir.join("broken.ttf"), b"\0\x01\0\0rubbish").unwrap();
        fs::write(dir.join("empty.ttc"), b"").unwrap();
        fs::create_dir(dir.join("within.ttf")).unwrap();
        let fonts = of_folders(&[dir.clone(), dir.join("none")]);
        assert_eq!(fonts.substitutes(), fallback().substitutes());
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn a_font_is_found_by_its_name_in_a_folder_within() {
        let dir = folder("within");
        let inner = dir.join("chinese");
        fs::create_dir(&inner).unwrap();
        let kai = fallback().of(Face::Kaiti).unwrap().bytes.clone();
        fs::write(inner.join("any.ttf"), &kai).unwrap();
        let seen = look(std::slice::from_ref(&dir));
        let font = load_first(&seen, &["none", "砚台楷体"], true).unwrap();
        assert_eq!((font.name.as_str(), font.substitute), ("砚台楷体", true));
        assert_eq!(font.bytes.len(), kai.len());
        fs::remove_dir_all(dir).unwrap();
    }
}
