//! What a four-property check found (DA/T 70-2018: 真实性、完整性、可用性、安全性): each check with what was looked at and
//! what was found, as it is shown, printed and kept. Not here: judging. Invariant: what was not looked at says so.

use serde::{Deserialize, Serialize};

/// Findings of one check that are named; the others are counted.
const MOST: usize = 100;

/// Which of the four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Property {
    Authentic,
    Complete,
    Usable,
    Safe,
}

impl Property {
    /// In the standard's order.
    pub const ALL: [Self; 4] = [Self::Authentic, Self::Complete, Self::Usable, Self::Safe];

    /// As the standard says.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Authentic => "真实性",
            Self::Complete => "完整性",
            Self::Usable => "可用性",
            Self::Safe => "安全性",
        }
    }
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 通过
    Good,
    /// Good, with something to be known.
    Noted,
    /// 不通过
    Bad,
    /// 没有检测
    NotLooked,
}

impl Verdict {
    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Good => "通过",
            Self::Noted => "通过，有提示",
            Self::Bad => "不通过",
            Self::NotLooked => "没有检测",
        }
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    pub of: Property,
    pub name: String,
    /// What was looked at.
    pub looked: String,
    pub verdict: Verdict,
    pub findings: Vec<String>,
}

/// All of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What was checked: 2026 年全年, or the package's name.
    pub about: String,
    pub organ: String,
    pub pieces: usize,
    pub files: usize,
    pub bytes: u64,
    /// SM3 of the package; none for a year.
    pub sm3: Option<String>,
    pub checks: Vec<Check>,
}

impl Check {
    /// Of what is wrong.
    #[must_use]
    pub fn wrong(of: Property, name: &str, looked: String, findings: Vec<String>) -> Self {
        Self::judged((of, name), looked, (findings, Vec::new()))
    }

    /// Of what is wrong, and what is only to be known.
    #[must_use]
    pub fn judged(
        (of, name): (Property, &str),
        looked: String,
        (wrong, notes): (Vec<String>, Vec<String>),
    ) -> Self {
        let verdict = match (wrong.is_empty(), notes.is_empty()) {
            (false, _) => Verdict::Bad,
            (true, false) => Verdict::Noted,
            (true, true) => Verdict::Good,
        };
        let mut findings = wrong;
        findings.extend(notes);
        let rest = findings.len().saturating_sub(MOST);
        findings.truncate(MOST);
        if rest > 0 {
            findings.push(format!("另有 {rest} 处，不一一列出"));
        }
        Self {
            of,
            name: name.to_owned(),
            looked,
            verdict,
            findings,
        }
    }

    /// Not looked at, and why.
    #[must_use]
    pub fn not_looked(of: Property, name: &str, why: &str) -> Self {
        Self {
            of,
            name: name.to_owned(),
            looked: why.to_owned(),
            verdict: Verdict::NotLooked,
            findings: Vec::new(),
        }
    }
}

impl Report {
    /// How many checks found something wrong.
    #[must_use]
    pub fn wrong(&self) -> usize {
        let bad = |c: &&Check| c.verdict == Verdict::Bad;
        self.checks.iter().filter(bad).count()
    }

    /// Those of a property.
    pub fn of(&self, property: Property) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(move |c| c.of == property)
    }

    /// In one sentence.
    #[must_use]
    pub fn summary(&self) -> String {
        match self.wrong() {
            0 => format!(
                "四性检测通过：{} 件、{} 个文件，{} 项检测没有发现问题",
                self.pieces,
                self.files,
                self.checks.len()
            ),
            n => format!(
                "四性检测不通过：{} 项里有 {n} 项发现问题",
                self.checks.len()
            ),
        }
    }

    /// As plain text, for the command line.
    #[must_use]
    pub fn text(&self) -> String {
        let mut all = format!("{}\n{}\n", self.about, self.summary());
        for property in Property::ALL {
            all.push_str(&format!("【{}】\n", property.label()));
            for check in self.of(property) {
                all.push_str(&format!(
                    "　{}　{}（{}）\n",
                    check.verdict.label(),
                    check.name,
                    check.looked
                ));
                for line in &check.findings {
                    all.push_str(&format!("　　　{line}\n"));
                }
            }
        }
        all
    }
}
