//! A command as a unit of systemd, an entry of the desktop or the list of Windows has it: written, and read again, so that what is
//! taken back is what was set. Pure; Windows' own line is written in `os`.
//! Invariant: however a folder is called, what is read is what was written.

use std::iter::Peekable;
use std::path::PathBuf;
use std::str::Chars;

/// What one of them starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The program's own file.
    pub program: PathBuf,
    /// The data folder.
    pub folder: PathBuf,
}

impl Told {
    fn of(words: Vec<String>) -> Option<Self> {
        let mut words = words.into_iter();
        let program = words.next()?.into();
        let folder = words.skip_while(|w| w != "--data").nth(1)?.into();
        Some(Self { program, folder })
    }

    /// What a unit runs.
    #[cfg(any(not(windows), test))]
    pub fn by_unit(text: &str) -> Option<Self> {
        let line = value(text, "ExecStart=")?;
        let plain = |w: String| w.replace("%%", "%").replace("$$", "$");
        Self::of(words(line, escaped).into_iter().map(plain).collect())
    }

    /// What an entry of the desktop runs.
    #[cfg(any(not(windows), test))]
    pub fn by_entry(text: &str) -> Option<Self> {
        let line = value(text, "Exec=")?.replace(r"\\", r"\");
        let plain = |w: String| w.replace("%%", "%");
        Self::of(words(&line, escaped).into_iter().map(plain).collect())
    }

    /// What the service manager of Windows runs.
    #[cfg(any(windows, test))]
    pub fn by_line(line: &str) -> Option<Self> {
        Self::of(words(line, backslashes))
    }
}

/// A word of a unit's command.
#[cfg(any(not(windows), test))]
pub fn in_unit(word: &str) -> String {
    let mut out = String::from('"');
    for c in word.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '%' | '$' => out.extend([c, c]),
            _ => out.push(c),
        }
    }
    out + "\""
}

/// A word of an entry's command; a backslash is one only after it was read twice.
#[cfg(any(not(windows), test))]
pub fn in_entry(word: &str) -> String {
    let mut out = String::from('"');
    for c in word.chars() {
        match c {
            '"' | '`' | '$' => out.extend(['\\', '\\', c]),
            '\\' => out.push_str(r"\\\\"),
            '%' => out.push_str("%%"),
            _ => out.push(c),
        }
    }
    out + "\""
}

#[cfg(any(not(windows), test))]
fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(key))
}

/// How a backslash is read that stands before these.
type Slash = fn(&mut Peekable<Chars<'_>>, &mut String);

fn words(line: &str, slash: Slash) -> Vec<String> {
    let (mut all, mut word, mut quoted) = (Vec::new(), None::<String>, false);
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        if c == ' ' && !quoted {
            all.extend(word.take());
            continue;
        }
        let word = word.get_or_insert_default();
        match c {
            '"' => quoted = !quoted,
            '\\' => slash(&mut rest, word),
            _ => word.push(c),
        }
    }
    all.extend(word);
    all
}

#[cfg(any(not(windows), test))]
fn escaped(rest: &mut Peekable<Chars<'_>>, word: &mut String) {
    word.extend(rest.next());
}

/// Windows: one is itself, but before a quote two are one.
#[cfg(any(windows, test))]
fn backslashes(rest: &mut Peekable<Chars<'_>>, word: &mut String) {
    let mut count = 1;
    while rest.next_if_eq(&'\\').is_some() {
        count += 1;
    }
    if rest.peek() == Some(&'"') {
        word.extend(std::iter::repeat_n('\\', count / 2));
        if count % 2 == 1 {
            word.extend(rest.next());
        }
    } else {
        word.extend(std::iter::repeat_n('\\', count));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(program: &str, folder: &str) -> Option<Told> {
        Some(Told {
            program: program.into(),
            folder: folder.into(),
        })
    }

    #[test]
    fn f10_the_folder_is_read_out_of_what_was_written() {
        for folder in [
            "/var/lib/inkstone",
            "/home/su/砚台 数据",
            r#"/srv/a"b\c$HOME`%h 100%"#,
        ] {
            let (unit, entry) = (in_unit(folder), in_entry(folder));
            let unit =
                format!("[Service]\nExecStart=\"/opt/i\" service run --data {unit}\nUser=1\n");
            assert_eq!(Told::by_unit(&unit), told("/opt/i", folder), "{unit}");
            let entry = format!("[Desktop Entry]\nExec=\"/opt/i\" serve --data {entry}\n");
            assert_eq!(Told::by_entry(&entry), told("/opt/i", folder), "{entry}");
        }
        assert_eq!(Told::by_unit("[Service]\nExecStart=/bin/true\n"), None);
        assert_eq!(Told::by_entry(""), None);
    }

    #[test]
    fn f10_the_folder_is_read_out_of_a_windows_command_line() {
        let exe = r"C:\Program Files\Inkstone\inkstone.exe";
        for (written, folder) in [
            (r#""D:\office data""#, r"D:\office data"),
            (r#""D:\\""#, r"D:\"),
            (r#""\\server\办公""#, r"\\server\办公"),
            (r"D:\data", r"D:\data"),
        ] {
            let line = format!(r#""{exe}" "service" "run" "--data" {written}"#);
            assert_eq!(Told::by_line(&line), told(exe, folder), "{line}");
        }
        assert_eq!(Told::by_line(r#""C:\a.exe" --data"#), None);
    }
}
