//! What stands before the text: title, number, addressee; and the lines that begin an annex. Not here: the text.
//! Invariant: a line is taken only where it can be nothing else.

use super::Recognised;

/// A title ends with one of these.
const KINDS: [&str; 29] = [
    "决议", "决定", "命令", "令", "公报", "公告", "通告", "意见", "通知", "通报", "报告", "请示",
    "批复", "议案", "函", "纪要", "办法", "规定", "细则", "方案", "规则", "章程", "制度", "预案",
    "规划", "计划", "要点", "总结", "条例",
];

/// No title runs over more lines.
const MOST_TITLE: usize = 5;

/// No addressee is longer, in characters.
const MOST_ADDRESSEE: usize = 300;

/// Takes the opening; the rest is the text.
pub fn opening<'a, 'b>(lines: &'b [&'a str], title: &str, found: &mut Recognised) -> &'b [&'a str] {
    let count = match known(lines, title) {
        0 => guessed(lines),
        n => n,
    };
    let (title, mut rest) = lines.split_at(count.min(lines.len()));
    found.title = title.iter().map(|l| (*l).to_owned()).collect();
    if let Some((first, after)) = rest.split_first().filter(|(l, _)| is_number(l)) {
        found.number = (*first).to_owned();
        rest = after;
    }
    if let Some((first, after)) = rest.split_first()
        && let Some(name) = addressee(first)
    {
        found.addressee = name.to_owned();
        rest = after;
    }
    rest
}

/// How many lines at the head say the title of the text that a document issues: 《…》 of the document's own title.
pub fn issued_title(lines: &[&str], document: &str) -> usize {
    match (named_title(lines, document), guessed(lines), lines.first()) {
        (0, 0, Some(first)) => usize::from(may_title(first)),
        (0, n, _) => n,
        (n, _, _) => n,
    }
}

/// How many lines at the head say what stands in 《》 of the document's title.
pub fn named_title(lines: &[&str], document: &str) -> usize {
    let quoted = document
        .split_once('《')
        .and_then(|(_, r)| r.rsplit_once('》'));
    quoted.map_or(0, |(name, _)| known(lines, name))
}

/// How many lines at the head say the known title; none where there is no title.
fn known(lines: &[&str], title: &str) -> usize {
    let wanted = squeezed(title);
    let mut said = String::new();
    for (n, line) in lines.iter().take(MOST_TITLE).enumerate() {
        said.push_str(&squeezed(line));
        if said == wanted {
            return n + 1;
        }
        if !wanted.starts_with(&said) {
            return 0;
        }
    }
    0
}

/// How many lines at the head are a title by their look: they end, after one or more lines, with a kind of document.
fn guessed(lines: &[&str]) -> usize {
    for (n, line) in lines.iter().take(2).enumerate() {
        if !may_title(line) || addressee(line).is_some() {
            return 0;
        }
        let plain = line.trim_end_matches(['》', '）', ')']);
        let plain = plain.split(['（', '(']).next().unwrap_or(plain);
        if KINDS
            .iter()
            .any(|k| plain.ends_with(k) || line.ends_with(k))
        {
            return n + 1;
        }
    }
    0
}

/// Whether a line may be a title: not a sentence, not numbered, not too long.
pub fn may_title(line: &str) -> bool {
    let ends = line.ends_with(['。', '；', '：', '，', '、', ';', ':', '！', '？']);
    let cells = line.contains('|') || line.contains('\t');
    let numbered = super::blocks::level(line).is_some();
    !ends && !cells && !numbered && !line.contains('。') && line.chars().count() <= 100
}

/// 砚政发〔2026〕5号 and nothing else; with the wrong brackets too, which the check will say.
fn is_number(line: &str) -> bool {
    let short = line.chars().count() <= 40;
    let year = line.contains(['〔', '[', '［', '【', '（', '(']);
    short && year && line.ends_with('号') && line.chars().any(|c| c.is_ascii_digit())
}

/// The addressee of a line that is one.
fn addressee(line: &str) -> Option<&str> {
    let name = line.strip_suffix(['：', ':'])?;
    let says = [
        "如下",
        "根据",
        "为了",
        "经研究",
        "现将",
        "通知",
        "公告",
        "。",
        "；",
    ];
    let numbered = super::blocks::level(line).is_some();
    let short = name.chars().count() <= MOST_ADDRESSEE;
    (short && !numbered && !name.is_empty() && !says.iter().any(|s| name.contains(s)))
        .then_some(name)
}

/// A line that begins an annex: its label, and the title where that stands on the same line.
pub fn annex_label(line: &str) -> Option<(String, Option<String>)> {
    let rest = line.strip_prefix("附件")?;
    let rest = rest.trim_start();
    let digits: String = rest
        .chars()
        .take_while(|c| {
            c.is_ascii_digit() || "一二三四五六七八九十０１２３４５６７８９".contains(*c)
        })
        .collect();
    let after = rest.strip_prefix(digits.as_str())?.trim();
    let colon = after.strip_prefix(['：', ':']).map(str::trim);
    let label = format!("附件{digits}");
    match (after, colon) {
        ("", _) | (_, Some("")) => Some((label, None)),
        // 附件：名 is 附件说明; 附件1：名 is a label with its title where it stands after the signature
        _ => None,
    }
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
