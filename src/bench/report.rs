//! What a benchmark says: one figure a line, with the ceiling of the same run beside it.
//! Not here: measuring. Invariant: the JSON line has exactly the fields of the contract
//! (performance.md), in their order, and a figure with one wrong answer never counts as well.

use super::plan::Loaded;
use crate::kit::Result;
use serde::{Serialize, Serializer};
use std::io::Write;

/// Which way a ratio should go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// More is better: rates.
    High,
    /// Less is better: times, sizes.
    Low,
}

/// One measured figure. The field order is that of the JSON line.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    /// Name in the contract.
    pub name: String,
    /// What was measured.
    #[serde(serialize_with = "short")]
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// What the value is compared with, measured in the same run or fixed by the goal.
    #[serde(serialize_with = "short_or_none")]
    pub ceiling: Option<f64>,
    /// `value / ceiling`.
    #[serde(serialize_with = "short_or_none")]
    pub ratio: Option<f64>,
    /// The ratio to reach; none where the figure is only reported.
    #[serde(serialize_with = "short_or_none")]
    pub goal: Option<f64>,
    /// Which side of the goal is good.
    pub better: Better,
    /// Half of the answers came within.
    #[serde(serialize_with = "short_or_none")]
    pub p50_ms: Option<f64>,
    /// 99 of 100 answers came within.
    #[serde(serialize_with = "short_or_none")]
    pub p99_ms: Option<f64>,
    /// Answers counted.
    pub n: u64,
    /// Answers that were not the answer to their request.
    pub wrong: u64,
}

impl Figure {
    /// A figure of which more is better and nothing is compared.
    pub fn new(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self {
            name: name.into(),
            value,
            unit,
            ceiling: None,
            ratio: None,
            goal: None,
            better: Better::High,
            p50_ms: None,
            p99_ms: None,
            n: 0,
            wrong: 0,
        }
    }

    /// The rate and the latencies of one load.
    pub fn rate(name: impl Into<String>, load: &Loaded) -> Self {
        Self::new(name, load.rate, "/s").load(load)
    }

    /// Takes latencies, number and wrong answers from a load.
    #[must_use]
    pub fn load(mut self, load: &Loaded) -> Self {
        self.p50_ms = Some(load.p50_ms);
        self.p99_ms = Some(load.p99_ms);
        self.n = load.n;
        self.wrong = load.wrong;
        self
    }

    /// A ceiling: its own measure.
    #[must_use]
    pub fn is_ceiling(self) -> Self {
        let own = self.value;
        self.against(own, 1.0)
    }

    /// Compares with what was measured beside it; the ratio should reach `goal`.
    #[must_use]
    pub fn against(mut self, ceiling: f64, goal: f64) -> Self {
        self.ceiling = Some(ceiling);
        self.ratio = (ceiling > 0.0).then(|| self.value / ceiling);
        self.goal = Some(goal);
        self
    }

    /// Compares with what was measured beside it; the contract sets no goal for the ratio.
    #[must_use]
    pub fn beside(mut self, ceiling: f64) -> Self {
        self = self.against(ceiling, 0.0);
        self.goal = None;
        self
    }

    /// Compares, with the goal the contract sets, if it does.
    #[must_use]
    pub fn compared(self, ceiling: f64, goal: Option<f64>) -> Self {
        match goal {
            Some(goal) => self.against(ceiling, goal),
            None => self.beside(ceiling),
        }
    }

    /// Less is better; with a comparison the ratio should stay below the goal.
    #[must_use]
    pub const fn low(mut self) -> Self {
        self.better = Better::Low;
        self
    }

    /// How many were counted, where no load counted them.
    #[must_use]
    pub const fn counted(mut self, n: u64) -> Self {
        self.n = n;
        self
    }

    /// Whether the goal is reached; none where there is no goal.
    #[must_use]
    pub fn reached(&self) -> Option<bool> {
        let (ratio, goal) = (self.ratio?, self.goal?);
        Some(match self.better {
            Better::High => ratio >= goal,
            Better::Low => ratio <= goal,
        })
    }
}

/// Where figures go as they are measured.
pub struct Report<'o> {
    out: &'o mut dyn Write,
    json: bool,
    figures: Vec<Figure>,
    unsound: Vec<String>,
}

impl<'o> Report<'o> {
    /// Starts a table, or lines of JSON.
    pub fn start(out: &'o mut dyn Write, json: bool) -> Result<Self> {
        if !json {
            writeln!(
                out,
                "名称　　　　　　　　　　　　　　　　数值　　　　　对照　　　比值　目标　　　中位　　99%内　　　次数　错"
            )?;
        }
        Ok(Self {
            out,
            json,
            figures: Vec::new(),
            unsound: Vec::new(),
        })
    }

    /// Says one figure at once: a run takes minutes and somebody is waiting.
    pub fn add(&mut self, figure: Figure) -> Result<()> {
        if self.json {
            writeln!(self.out, "{}", serde_json::to_string(&figure)?)?;
        } else {
            writeln!(self.out, "{}", row(&figure))?;
        }
        self.out.flush()?;
        self.figures.push(figure);
        Ok(())
    }

    /// A remark for the reader of the table: what the generator cost, what could not be measured.
    pub fn remark(&mut self, text: &str) -> Result<()> {
        if !self.json {
            writeln!(self.out, "　　{text}")?;
        }
        Ok(())
    }

    /// Something that may not be: an acknowledged document missing, a claim of `verify` broken.
    pub fn unsound(&mut self, what: impl Into<String>) -> Result<()> {
        let what = what.into();
        self.remark(&format!("不对：{what}"))?;
        self.unsound.push(what);
        Ok(())
    }

    /// The figure of that name measured so far.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Figure> {
        self.figures.iter().find(|f| f.name == name)
    }

    /// What may not be and was found.
    #[must_use]
    pub fn unsoundness(&self) -> &[String] {
        &self.unsound
    }

    /// All is well: every answer was right and every file sound. A goal missed on a slow or busy
    /// machine is said in its line and is not an error of the run.
    #[must_use]
    pub fn well(&self) -> bool {
        self.unsound.is_empty()
            && !self.figures.is_empty()
            && self.figures.iter().all(|f| f.wrong == 0)
    }
}

fn row(f: &Figure) -> String {
    let ratio = opt(f.ratio, 3);
    let goal = f.goal.map_or_else(String::new, |g| {
        let sign = if f.better == Better::High {
            "≥"
        } else {
            "≤"
        };
        format!("{sign}{g}")
    });
    let mark = match f.reached() {
        Some(true) => "达到",
        Some(false) => "未达",
        None => "　　",
    };
    format!(
        "{:<30}{:>12} {:<4}{:>12}{ratio:>10} {goal:>6} {mark}{:>9}{:>9}{:>10}{:>5}",
        f.name,
        number(f.value),
        f.unit,
        opt(f.ceiling, 1),
        opt(f.p50_ms, 2),
        opt(f.p99_ms, 2),
        f.n,
        f.wrong
    )
}

fn number(v: f64) -> String {
    if v >= 100.0 {
        format!("{v:.0}")
    } else {
        format!("{v:.3}")
    }
}

fn opt(v: Option<f64>, places: usize) -> String {
    v.map_or_else(String::new, |v| format!("{v:.places$}"))
}

/// Four decimals: more would be noise, and a diff of two runs unreadable.
fn rounded(v: f64) -> f64 {
    (v * 10_000.0).round() / 10_000.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn short<S: Serializer>(v: &f64, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_f64(rounded(*v))
}

#[expect(clippy::ref_option, reason = "serde's signature")]
fn short_or_none<S: Serializer>(v: &Option<f64>, s: S) -> Result<S::Ok, S::Error> {
    v.map(rounded).serialize(s)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_json_line_is_the_contract() {
        let line = serde_json::to_string(
            &Figure::new("create_16", 5000.0, "/s")
                .against(20_000.0, 0.3)
                .counted(7),
        )
        .unwrap();
        assert_eq!(
            line,
            r#"{"name":"create_16","value":5000.0,"unit":"/s","ceiling":20000.0,"ratio":0.25,"goal":0.3,"better":"high","p50_ms":null,"p99_ms":null,"n":7,"wrong":0}"#
        );
    }

    #[test]
    fn a_goal_has_a_side() {
        let high = Figure::new("a", 30.0, "/s").against(100.0, 0.3);
        assert_eq!(high.reached(), Some(true));
        assert_eq!(high.low().reached(), Some(true));
        assert_eq!(
            Figure::new("b", 31.0, "s")
                .against(100.0, 0.3)
                .low()
                .reached(),
            Some(false)
        );
        assert_eq!(Figure::new("c", 1.0, "ms").reached(), None);
    }

    #[test]
    fn one_wrong_answer_spoils_the_run() {
        let mut out = Vec::new();
        let mut report = Report::start(&mut out, false).unwrap();
        assert!(!report.well(), "nothing measured is not well");
        report
            .add(Figure::new("a", 1.0, "/s").is_ceiling())
            .unwrap();
        assert!(report.well());
        let mut bad = Figure::new("b", 1.0, "/s");
        bad.wrong = 1;
        report.add(bad).unwrap();
        assert!(!report.well());
        assert_eq!(report.find("b").unwrap().wrong, 1);
    }

    #[test]
    fn json_says_nothing_but_figures() {
        let mut out = Vec::new();
        let mut report = Report::start(&mut out, true).unwrap();
        report.remark("发压").unwrap();
        report.add(Figure::new("a", 1.0, "/s")).unwrap();
        report.unsound("少一件").unwrap();
        assert!(!report.well());
        assert_eq!(String::from_utf8(out).unwrap().lines().count(), 1);
    }
}
