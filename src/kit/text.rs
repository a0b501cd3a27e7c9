//! Text as people type it, made fit to compare, to show on one line, or to name a file.
//! Width and case folding go character by character, so that a folded text keeps its positions for
//! marking hits. Money in capitals is in `money.rs`; pinyin in `pinyin.rs`.
//! Invariant: no result of `one_line`, `many_lines` or `safe_file_name` holds control or bidi characters.

pub use super::money::money_cn;

/// Full-width letters, digits and punctuation made half-width, other dashes made hyphens,
/// 〔〕 and Chinese quotation marks kept. One character for one.
#[must_use]
pub fn fold_char(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xff01 + 0x21).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{2010}'..='\u{2013}' | '\u{2212}' | '\u{fe63}' => '-',
        '￥' => '¥',
        _ => c,
    }
}

/// As [`fold_char`], lower case, and all brackets alike: 〔2026〕 is found by (2026) and [2026].
#[must_use]
pub fn search_char(c: char) -> char {
    match fold_char(c) {
        '〔' | '[' | '【' | '〖' => '(',
        '〕' | ']' | '】' | '〗' => ')',
        c => c.to_lowercase().next().unwrap_or(c),
    }
}

/// For identifiers, numbers and phones: width folded, invisible characters dropped, trimmed.
#[must_use]
pub fn fold(text: &str) -> String {
    let folded: String = text
        .chars()
        .filter(|c| !is_invisible(*c))
        .map(fold_char)
        .collect();
    folded.trim().to_owned()
}

/// For comparing in searches: [`fold`], lower case, brackets alike.
#[must_use]
pub fn fold_search(text: &str) -> String {
    let folded: String = text
        .chars()
        .filter(|c| !is_invisible(*c))
        .map(search_char)
        .collect();
    folded.trim().to_owned()
}

/// A phone number without spaces, dashes, brackets and the country's prefix.
#[must_use]
pub fn phone(text: &str) -> String {
    let bare: String = fold(text)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '(' | ')' | '.' | '—'))
        .collect();
    let national = bare
        .strip_prefix("+86")
        .or_else(|| bare.strip_prefix("0086"))
        .or_else(|| {
            // without a plus only a mobile number is plain enough to cut
            bare.strip_prefix("86")
                .filter(|rest| rest.len() == 11 && rest.starts_with('1'))
        });
    national.unwrap_or(&bare).to_owned()
}

/// One line to show or store: control, bidi and invisible characters dropped, white space collapsed.
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            if !line.is_empty() && !line.ends_with(' ') {
                line.push(' ');
            }
        } else if !is_invisible(c) {
            line.push(c);
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// Text of several lines, as an opinion: line ends become `\n`, the same characters dropped as in
/// [`one_line`], spaces inside lines and empty lines between kept.
#[must_use]
pub fn many_lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(
        ['\r', '\u{2028}', '\u{2029}', '\u{85}', '\u{b}', '\u{c}'],
        "\n",
    );
    let kept: Vec<String> = text
        .split('\n')
        .map(|line| {
            let line: String = line
                .chars()
                .map(|c| if c == '\t' { ' ' } else { c })
                .filter(|c| !is_invisible(*c))
                .collect();
            line.trim_end().to_owned()
        })
        .collect();
    kept.join("\n").trim_matches('\n').to_owned()
}

/// At most `n` characters, the last of them … where something was cut.
#[must_use]
pub fn clip(text: &str, n: usize) -> String {
    if text.chars().nth(n).is_none() {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(n.saturating_sub(1)).collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

/// Columns the text takes in a fixed-width view: Chinese two, Latin one, combining none.
#[must_use]
pub fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

fn char_width(c: char) -> usize {
    if is_invisible(c) {
        return 0;
    }
    match u32::from(c) {
        0x300..=0x36f | 0xfe00..=0xfe0f | 0x000e_0100..=0x000e_01ef => 0,
        0x1100..=0x115f
        | 0x2018..=0x201d
        | 0x2026
        | 0x2014
        | 0x2160..=0x217f
        | 0x2460..=0x24ff
        | 0x25a0..=0x25ff
        | 0x2605
        | 0x2606
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff01..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// Control characters, zero-width ones, and those that turn the direction of writing.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}')
}

const NAME_MAX: usize = 120;
const EXTENSION_MAX: usize = 10;

/// A name fit to show and to offer for download, never a path (S06): what stood before the last slash
/// is cut, reserved characters and device names are defused, Chinese stays as it is.
#[must_use]
pub fn safe_file_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = one_line(base)
        .chars()
        .map(|c| {
            if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') {
                '_'
            } else {
                c
            }
        })
        .collect();
    let clean = clean
        .trim_start_matches(['.', ' '])
        .trim_end_matches(['.', ' ']);
    if clean.is_empty() {
        return "未命名".to_owned();
    }
    let safe = if is_device(clean) {
        format!("_{clean}")
    } else {
        clean.to_owned()
    };
    shorten_name(&safe)
}

/// What follows the last dot, folded to lower case; empty where there is none.
#[must_use]
pub fn extension(name: &str) -> String {
    name.rsplit_once('.')
        .map_or_else(String::new, |(_, ext)| fold_search(ext))
}

/// Windows opens these as devices whatever their extension.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim();
    let stem = stem.to_ascii_uppercase();
    if matches!(
        stem.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$"
    ) {
        return true;
    }
    stem.strip_prefix("COM")
        .or_else(|| stem.strip_prefix("LPT"))
        .is_some_and(|n| {
            let mut digits = n.chars();
            matches!(digits.next(), Some('0'..='9' | '¹' | '²' | '³')) && digits.next().is_none()
        })
}

/// Cuts the middle, so that the extension survives.
fn shorten_name(name: &str) -> String {
    if name.chars().count() <= NAME_MAX {
        return name.to_owned();
    }
    match name.rsplit_once('.') {
        Some((stem, ext)) if !ext.is_empty() && ext.chars().count() <= EXTENSION_MAX => {
            let room = NAME_MAX - ext.chars().count() - 1;
            format!("{}.{ext}", clip(stem, room))
        }
        _ => clip(name, NAME_MAX),
    }
}

/// Text inside HTML or XML, quotes included. XML allows no other control characters than line ends and tabs,
/// not even escaped: they are left out.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' | '\r' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// How much room something takes: 4.9 MB, 67 GB.
#[must_use]
pub fn size(bytes: u64) -> String {
    const STEPS: [(u64, &str); 4] = [
        (1 << 40, "TB"),
        (1 << 30, "GB"),
        (1 << 20, "MB"),
        (1 << 10, "KB"),
    ];
    let step = STEPS.iter().find(|(of, _)| bytes >= *of);
    let (of, unit) = step.copied().unwrap_or((1 << 10, "KB"));
    match u128::from(bytes) * 10 / u128::from(of) {
        tenths if tenths >= 100 => format!("{} {unit}", tenths / 10),
        tenths => format!("{}.{} {unit}", tenths / 10, tenths % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_widths() {
        assert_eq!(fold("　ＡＢｃ－１２３（甲）：，\u{200b} "), "ABc-123(甲):,");
        assert_eq!(fold("浙政发〔２０２６〕３号"), "浙政发〔2026〕3号");
        assert_eq!(
            fold_search("浙政发〔２０２６〕３号ＡＢ"),
            "浙政发(2026)3号ab"
        );
        assert_eq!(fold_search("[2026]"), fold_search("【2026】"));
    }

    #[test]
    fn phones_compare_equal() {
        for typed in [
            "138 0571 1234",
            "138-0571-1234",
            "+86 13805711234",
            "0086-13805711234",
            "8613805711234",
            "１３８０５７１１２３４",
        ] {
            assert_eq!(phone(typed), "13805711234", "{typed}");
        }
        assert_eq!(phone("（0571）8765-4321"), "057187654321");
        assert_eq!(phone("86123456"), "86123456");
    }

    #[test]
    fn one_line_is_one_line() {
        assert_eq!(
            one_line("  关于\r\n\t转发\u{202e}的\u{0}　通知 \n"),
            "关于 转发的 通知"
        );
        assert_eq!(one_line("\u{200f}\n"), "");
        assert_eq!(
            many_lines("同意。\r\n\r\n  请办\u{202e}理。 \n\n"),
            "同意。\n\n  请办理。"
        );
    }

    #[test]
    fn clips_and_measures() {
        assert_eq!(clip("一二三四", 4), "一二三四");
        assert_eq!(clip("一二三四五", 4), "一二三…");
        assert_eq!(clip("", 0), "");
        assert_eq!(clip("甲", 0), "…");
        assert_eq!(width("砚台 Ink"), 8);
        assert_eq!(width("e\u{301}"), 1);
    }

    #[test]
    fn file_names_lose_what_is_dangerous() {
        for (name, want) in [
            ("../../x", "x"),
            ("..\\..\\x.doc", "x.doc"),
            ("\\\\host\\share\\s.pdf", "s.pdf"),
            ("C:evil", "C_evil"),
            ("CON", "_CON"),
            ("nul.txt", "_nul.txt"),
            ("com1.tar.gz", "_com1.tar.gz"),
            ("common.doc", "common.doc"),
            ("a\nb\"c.pdf", "a b_c.pdf"),
            ("报告.pdf. . ", "报告.pdf"),
            ("照片\u{202e}gpj.exe", "照片gpj.exe"),
            ("a.php%00.jpg", "a.php%00.jpg"),
            ("a.txt::$DATA", "a.txt__$DATA"),
            (
                "关于2026年春节放假的通知（盖章）.docx",
                "关于2026年春节放假的通知（盖章）.docx",
            ),
            ("/", "未命名"),
            ("..", "未命名"),
            (".htaccess", "htaccess"),
        ] {
            assert_eq!(safe_file_name(name), want, "{name:?}");
        }
        let long = format!("{}.docx", "长".repeat(300));
        let short = safe_file_name(&long);
        assert_eq!(short.chars().count(), 120);
        assert!(short.ends_with("….docx"));
        assert_eq!(safe_file_name(&"x".repeat(300)).chars().count(), 120);
        assert_eq!(extension("a.TAR.ＧＺ"), "gz");
        assert_eq!(extension("无"), "");
    }

    #[test]
    fn sizes_are_short() {
        let all = [0, 900, 10 << 10, 1_500_000, 440 << 20, 7 << 30];
        let said = all.map(size);
        assert_eq!(
            said,
            ["0.0 KB", "0.8 KB", "10 KB", "1.4 MB", "440 MB", "7.0 GB"]
        );
    }
}
