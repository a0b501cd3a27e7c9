//! The document check (公文体检): rules of the regulation and the standards over one document, each with its article.
//! A severity follows the strength of its source: law and regulation must, standards should, practice is advice.
//! Not here: showing or applying a finding. Invariant: every finding is one of [`RULES`], and a mend is mechanical: it
//! changes form, never what is said.

mod elements;
mod enclosures;
mod levels;
mod marks;
mod numbers;
mod pages;
mod routing;
mod text;
mod words;

pub use pages::check_pages;

use super::document::Document;
use super::page::Element;
use crate::kit::Day;
use text::Text;

/// What is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    pub document: &'a Document,
    /// The text as it was typed; findings point into its lines.
    pub text: &'a str,
    /// 文种, one of [`KINDS`].
    pub kind: &'a str,
    /// Names of the files that are attached; none where that is not asked.
    pub files: Option<&'a [String]>,
    /// 公开属性 as chosen, empty where it is not; none where that is not asked.
    pub openness: Option<&'a str>,
    pub today: Day,
}

/// 党政机关公文处理工作条例 §8.
pub const KINDS: [&str; 15] = [
    "决议", "决定", "命令", "公报", "公告", "通告", "意见", "通知", "通报", "报告", "请示", "批复",
    "议案", "函", "纪要",
];

/// How strong the source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// 必须改: before it may be signed.
    Must,
    /// 建议改
    Should,
    /// 可以看看
    Advice,
}

/// One thing that is looked at.
pub struct Rule {
    /// Short name, stable: what the office leaves as it is is remembered by it.
    pub id: &'static str,
    /// 成文日期不编虚位
    pub name: &'static str,
    pub severity: Severity,
    /// The source with its article.
    pub article: &'static str,
    look: fn(&Look<'_>, &mut Vec<Found>),
}

/// One thing that is to be mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub rule: &'static str,
    pub severity: Severity,
    pub article: &'static str,
    pub spot: Spot,
    /// What is wrong there and what to do, for the clerk.
    pub says: String,
    pub mend: Option<Mend>,
}

/// Where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    Element(Element),
    /// Characters `from..to` of a line of the text, both from 0.
    Line {
        n: usize,
        from: usize,
        to: usize,
    },
}

/// Characters `from..to` of line `n` become `with`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mend {
    pub n: usize,
    pub from: usize,
    pub to: usize,
    pub with: String,
}

impl Mend {
    /// The text with this mended; as it was where the line is not there any more.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        let mend = |line: &str| -> String {
            let head = line.chars().take(self.from);
            let tail = line.chars().skip(self.to);
            head.chain(self.with.chars()).chain(tail).collect()
        };
        let lines = text.split('\n').enumerate();
        let lines = lines.map(|(n, line)| {
            if n == self.n {
                mend(line)
            } else {
                line.to_owned()
            }
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// All mends of some findings at once: from the end, so that places stay true; of two that overlap the first.
#[must_use]
pub fn apply_all(text: &str, findings: &[Finding]) -> String {
    let mut mends: Vec<&Mend> = findings.iter().filter_map(|f| f.mend.as_ref()).collect();
    mends.sort_by_key(|m| (m.n, m.from, m.to));
    mends.dedup_by(|b, a| a.n == b.n && b.from < a.to);
    let last_first = mends.into_iter().rev();
    last_first.fold(text.to_owned(), |text, mend| mend.apply(&text))
}

/// What a rule looks at.
struct Look<'a> {
    subject: &'a Subject<'a>,
    document: &'a Document,
    text: Text,
}

impl Look<'_> {
    fn kind(&self) -> &str {
        self.subject.kind
    }

    /// The title as one line.
    fn title(&self) -> String {
        self.document.title.concat()
    }

    fn is_kind(&self, kinds: &[&str]) -> bool {
        kinds.contains(&self.kind())
    }
}

/// What a rule found.
struct Found {
    spot: Spot,
    says: String,
    mend: Option<String>,
}

impl Found {
    fn at(element: Element, says: impl Into<String>) -> Self {
        Self {
            spot: Spot::Element(element),
            says: says.into(),
            mend: None,
        }
    }

    fn line((n, from, to): (usize, usize, usize), says: impl Into<String>) -> Self {
        Self {
            spot: Spot::Line { n, from, to },
            says: says.into(),
            mend: None,
        }
    }

    /// Mended by these words in its place.
    fn with(mut self, words: impl Into<String>) -> Self {
        self.mend = Some(words.into());
        self
    }
}

/// All rules, in the order they are shown.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let groups = [
        elements::RULES,
        enclosures::RULES,
        routing::RULES,
        levels::RULES,
        marks::RULES,
        numbers::RULES,
        words::RULES,
    ];
    groups.into_iter().flatten()
}

/// What is to be mended, what must be first, then as it stands in the document.
#[must_use]
pub fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let look = Look {
        subject,
        document: subject.document,
        text: Text::of(subject.text),
    };
    let mut all = Vec::new();
    for rule in rules() {
        let mut found = Vec::new();
        (rule.look)(&look, &mut found);
        all.extend(found.into_iter().map(|f| finding(rule, f)));
    }
    all.sort_by_key(|f| {
        let line = match f.spot {
            Spot::Element(_) => (0, 0),
            Spot::Line { n, from, .. } => (n + 1, from),
        };
        (f.severity, line)
    });
    all
}

fn finding(rule: &Rule, found: Found) -> Finding {
    let mend = match (found.mend, found.spot) {
        (Some(with), Spot::Line { n, from, to }) => Some(Mend { n, from, to, with }),
        _ => None,
    };
    Finding {
        rule: rule.id,
        severity: rule.severity,
        article: rule.article,
        spot: found.spot,
        says: found.says,
        mend,
    }
}

#[cfg(test)]
#[expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests")]
mod tests;
