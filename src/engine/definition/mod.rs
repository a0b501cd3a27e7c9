//! A procedure (事项) as an office writes it: one TOML text, read once and never changed.
//! Not here: what a case does with it (`flow`, `moves`) and whether it makes sense (`publish`).
//! Invariant: the version is the SM3 digest of the text, so two servers holding the same version hold
//! the same procedure; a text that cannot be read whole is refused whole.

pub mod arrive;
mod claim;
mod condition;
mod counts;
pub mod difference;
mod document;
mod exchange;
mod field;
mod filing;
mod import;
pub mod kinds;
mod lanes;
mod layout;
mod lending;
pub mod limit;
mod record;
mod refuse;
mod sheet;
mod step;
mod watched;

pub use arrive::{Arrival, Every};
pub use claim::{Claim, Over, What};
pub use condition::{Against, Condition, End, Given, Is};
pub use counts::Counts;
pub use document::{Document, Work};
pub use exchange::Exchange;
pub use field::{
    Column, ColumnOf, Compute, Default, Field, Keep, Kind, Pictures, is_empty, text_of,
};
pub use filing::Filing;
pub use import::Import;
pub use lanes::{Carried, DelegateRule, SpawnRule};
pub use layout::{COLUMNS, Cell, Content, Layout, Row};
pub use lending::Lending;
pub use limit::{Limit, Term};
pub use record::{
    Circulation, ColumnKind, Correction, Extending, Grant, Ledger, LedgerColumn, Medium, PaperRule,
    Pausing, Powers, Readers, Refusing, Register, RegisterColumn, Rule, Same, Scope, SeenBy,
    Series, Source, Start, Urging, Visibility, Voiding,
};
pub use refuse::Refusal;
pub use sheet::{Count, Page, Sheet};
pub use step::{Due, Ends, HowMany, MoveId, Need, Next, OpinionRule, Review, Step, TellRule, Who};
pub use watched::{Raises, Supervision, Watched};

use crate::kit::{DeptId, Digest};
use serde::{Deserialize, Serialize};

/// A definition: form, flow, numbering, register, print sheets, who may start it, time limits.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// ASCII identifier, the same in every version.
    pub id: String,
    /// 收文办件
    pub name: String,
    /// Under which heading it stands in menus: 收文.
    pub group: String,
    /// Field whose text is the case's title.
    pub title: String,
    /// Choice field whose text is the case's urgency.
    pub urgency: Option<String>,
    /// Whose own it is: only this department's people start and see it, and whoever runs its file makes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<DeptId>,
    /// Fields that tell the case apart in lists, shown beside its title.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub brief: Vec<String>,
    /// Who starts it, and what the button says.
    pub start: Start,
    /// The number it takes.
    pub series: Option<Series>,
    /// Who sees it without having had it in hand.
    pub visibility: Visibility,
    /// By what a document that came twice is known.
    pub same: Option<Same>,
    /// The side lane of readers.
    pub circulation: Option<Circulation>,
    /// Mending what was registered.
    pub correct: Option<Correction>,
    /// Taking a case and its number out of the register's count.
    pub void: Option<Voiding>,
    /// Reminding whoever has it.
    pub urge: Option<Urging>,
    /// Asking for more time.
    pub extend: Option<Extending>,
    /// Ending a case that is under way, with a reason.
    pub terminate: Option<Powers>,
    /// Going on with a closed case.
    pub reopen: Option<Powers>,
    /// Sending a case to any step, with a reason.
    pub jump: Option<Powers>,
    /// Letting time stand still.
    pub pause: Option<Pausing>,
    /// What must hold between fields.
    #[serde(rename = "rule", default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// Whose tasks go to another when a step is left with approval.
    #[serde(rename = "delegate", default, skip_serializing_if = "Vec::is_empty")]
    pub delegates: Vec<DelegateRule>,
    /// What it takes that others may not have at the same time.
    #[serde(rename = "claim", default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
    /// That it makes an official document, and which fields are its elements.
    pub document: Option<Document>,
    /// What of a case stands on its archive card.
    pub archive: Option<Filing>,
    /// What a refusal at some step leaves in the form.
    pub refuse: Option<Refusing>,
    /// Opinions written on paper.
    pub paper: Option<PaperRule>,
    /// That its cases supervise other work (督办).
    pub supervision: Option<Supervision>,
    /// That the rows of one of its tables become supervised matters.
    pub raises: Option<Raises>,
    /// What a supervised matter raised from one of its cases says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub watched: Vec<Watched>,
    /// What is filled in, in the order of the form.
    #[serde(rename = "field")]
    pub fields: Vec<Field>,
    /// The paper grid: one layout for the screen and the A4 sheet.
    pub layout: Layout,
    /// The path; the first step is where a case begins.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
    /// The register (登记簿); procedures may share one.
    pub register: Register,
    /// How lines of an old register become cases of it; none are taken where it does not say.
    pub import: Option<Import>,
    /// How a document that came from another office begins a case of it.
    pub exchange: Option<Exchange>,
    /// How a piece chosen in the archive's catalogue begins a case of it.
    pub lending: Option<Lending>,
    /// The columns of 处理流程台账, filled by the engine.
    pub ledger: Ledger,
    /// Print sheets.
    #[serde(rename = "sheet", default)]
    pub sheets: Vec<Sheet>,
    /// SM3 of the text.
    #[serde(skip)]
    version: String,
}

impl Procedure {
    /// Reads a definition.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line and how to mend it.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let mut procedure: Self = toml::from_str(text).map_err(|e| Refusal::from_toml(text, &e))?;
        if procedure.steps.is_empty() {
            return Err(Refusal::whole("这个事项一个环节也没有，请至少加一个环节"));
        }
        procedure.version = Digest::of(text.as_bytes()).hex();
        Ok(procedure)
    }

    /// The text that says the same as this: what a designer writes. Reading it gives the same procedure.
    ///
    /// # Errors
    /// Fault where a value has no words in the format; none has.
    pub fn text(&self) -> crate::kit::Result<String> {
        toml::to_string_pretty(self).map_err(crate::kit::Error::fault)
    }

    /// SM3 of the text, in hexadecimal.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The step of this id.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|s| s.id == id)
    }

    /// Where a step stands in the list; "earlier" and "downstream" are said by it.
    #[must_use]
    pub fn place(&self, id: &str) -> Option<usize> {
        self.steps.iter().position(|s| s.id == id)
    }

    /// Where a case begins.
    #[must_use]
    pub fn first_step(&self) -> Option<&Step> {
        self.steps.first()
    }

    /// Where pages of the scanner go at the start: the field that takes photographs, or else the first for files.
    #[must_use]
    pub fn scans(&self) -> Option<&Field> {
        let first = self.first_step()?;
        let files = |f: &&Field| f.kind == Kind::Files && f.writable_at(&first.id);
        let mut all = self.fields.iter().filter(files);
        let mut pictures = self.fields.iter().filter(files);
        pictures.find(|f| f.pictures.is_some()).or_else(|| {
            let named = self.start.from == Some(Arrival::Scan);
            all.next().filter(|_| named)
        })
    }

    /// The field of this id.
    #[must_use]
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.id == id)
    }

    /// Fields whose value is a table; their rows have a table of their own in the volume.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        let all = self.fields.iter();
        all.filter(|f| matches!(f.kind, Kind::Table { .. }))
            .map(|f| f.id.as_str())
    }

    /// How urgent a word of the urgency field is: 0 its first option, 2 its last, 1 what is between.
    #[must_use]
    pub fn level(&self, word: &str) -> u8 {
        let field = self.urgency.as_ref().and_then(|id| self.field(id));
        let Some(Kind::Choice { options }) = field.map(|f| &f.kind) else {
            return 0;
        };
        match options.iter().position(|o| o == word) {
            None | Some(0) => 0,
            Some(n) if n + 1 == options.len() => 2,
            Some(_) => 1,
        }
    }

    /// What a step is called on the page; its id where the version does not know it.
    #[must_use]
    pub fn step_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.step(id).map_or(id, |s| s.name.as_str())
    }
}

/// A part of a definition, from its text: what is not said of it is at rest.
pub(super) fn part<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    toml::from_str(text).ok()
}

/// A part of a definition as text.
pub(in crate::engine) fn written(part: &impl Serialize) -> crate::kit::Result<String> {
    toml::to_string(part).map_err(crate::kit::Error::fault)
}

/// Words as they stand in a text.
pub(in crate::engine) fn quoted(words: &str) -> String {
    toml::Value::from(words).to_string()
}

/// What is not said need not be written.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_false(b: &bool) -> bool {
    !*b
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::engine::shipped;

    fn shipped_with(from: &str, to: &str) -> Refusal {
        let text = shipped::TEXTS.first().unwrap();
        assert!(text.contains(from), "{from}");
        Procedure::parse(&text.replacen(from, to, 1)).unwrap_err()
    }

    #[test]
    fn the_version_is_the_text() {
        let text = shipped::TEXTS.first().unwrap();
        let one = Procedure::parse(text).unwrap();
        assert_eq!(one.version(), Digest::of(text.as_bytes()).hex());
        let other = Procedure::parse(&format!("{text}\n")).unwrap();
        assert_ne!(one.version(), other.version());
    }

    #[test]
    fn refuses_with_the_line_and_how_to_mend_it() {
        let cases = [
            (
                "kind = \"date\"",
                "kind = \"dat\"",
                "不认识“dat”；可以写：text、long_text",
            ),
            ("label = \"来文机关\"\n", "", "没有写名称，请补上"),
            (
                "must = [\"register\"]",
                "musst = [\"register\"]",
                "没有“musst”这一项；这里可以写：id、",
            ),
            ("min = 1", "min = \"一\"", "填的内容不对"),
            ("id = \"number\"", "id = “number”", "英文双引号"),
            (
                "\"from 6\", \"from_number 6\"",
                "\"from 6\", \"from_number 7\"",
                "每行要正好 12 栏",
            ),
            ("\"title 12\"", "\"title\"", "写成“字段 栏数”"),
            (
                "options = [\"不涉密\", \"内部\"]\n",
                "",
                "字段“密级”是选择项",
            ),
            (
                "submit = \"送拟办\"",
                "sumbit = \"送拟办\"",
                "不认识“sumbit”",
            ),
            ("working_days = 1", "working_days = -1", "不小于 0 的整数"),
        ];
        for (from, to, said) in cases {
            let refusal = shipped_with(from, to);
            assert!(refusal.message.contains(said), "{to}: {refusal}");
            let line = refusal.line.unwrap();
            assert!(refusal.to_string().starts_with(&format!("第 {line} 行：")));
            assert!(line > 1, "{to}: {refusal}");
        }
    }

    #[test]
    fn what_is_written_is_read_as_the_same() {
        for text in shipped::TEXTS.iter() {
            let one = Procedure::parse(text).unwrap();
            let written = one.text().unwrap();
            let other = Procedure::parse(&written).unwrap();
            assert_eq!(other.text().unwrap(), written);
            let (mut one, mut other) = (one, other);
            (one.version, other.version) = (String::new(), String::new());
            assert_eq!(format!("{one:?}"), format!("{other:?}"));
        }
    }

    #[test]
    fn a_procedure_without_steps_is_none() {
        let text = shipped::TEXTS.first().unwrap();
        let start = text.find("[[step]]").unwrap();
        let end = text.find("[register]").unwrap();
        let cut = format!("{}{}", text.get(..start).unwrap(), text.get(end..).unwrap());
        let refused = Procedure::parse(&cut).unwrap_err().message;
        assert!(refused.contains("环节"), "{refused}");
    }
}
