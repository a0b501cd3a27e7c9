//! Turns what the TOML reader says into a sentence for whoever wrote the file: the line, what is wrong,
//! how to mend it. The reader's own English never reaches a person.

use crate::kit::Error;
use std::fmt;

/// Why a definition was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Counted from 1; `None` where it is about the whole file.
    pub line: Option<usize>,
    /// What is wrong and how to mend it.
    pub message: String,
}

impl Refusal {
    /// About the file as a whole.
    #[must_use]
    pub fn whole(message: impl Into<String>) -> Self {
        Self {
            line: None,
            message: message.into(),
        }
    }

    pub(super) fn from_toml(text: &str, error: &toml::de::Error) -> Self {
        let line = error.span().map(|s| {
            text.as_bytes()
                .iter()
                .take(s.start)
                .filter(|b| **b == b'\n')
                .count()
                + 1
        });
        Self {
            line,
            message: in_chinese(error.message()),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(n) => write!(f, "第 {n} 行：{}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<Refusal> for Error {
    fn from(r: Refusal) -> Self {
        Self::invalid("", r.to_string())
    }
}

fn in_chinese(message: &str) -> String {
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let first = names.first().copied().unwrap_or_default();
    let rest = names.get(1..).unwrap_or_default().join("、");
    if message.starts_with("unknown field") {
        format!("没有“{first}”这一项；这里可以写：{rest}")
    } else if message.starts_with("unknown variant") {
        format!("不认识“{first}”；可以写：{rest}")
    } else if message.starts_with("missing field") {
        format!("缺少“{first}”这一项，请补上")
    } else if message.starts_with("duplicate") {
        "同一项写了两次，请删去一处".to_owned()
    } else if message.starts_with("invalid type") {
        format!("填的内容不对：{}", expected(message))
    } else if message.starts_with("invalid value") || message.starts_with("invalid length") {
        format!("数值不对：{}", expected(message))
    } else if message.contains("must be quoted") {
        "文字要用英文双引号括起来，例如 name = \"拟办\"（不是中文引号）".to_owned()
    } else if message.starts_with("unclosed") || message.contains("literal string") {
        "引号或括号没有配对，请补上另一半".to_owned()
    } else if !message.is_ascii() {
        // ours: said by a `TryFrom` of this room, already a sentence
        message.to_owned()
    } else {
        "这一行的写法不对，请检查等号、引号、逗号和方括号".to_owned()
    }
}

fn expected(message: &str) -> &'static str {
    let wanted = message.rsplit("expected").next().unwrap_or_default();
    if wanted.contains("string") {
        "这里要写文字，例如 \"拟办\""
    } else if wanted.contains("bool") {
        "这里要写 true 或 false"
    } else if wanted.contains("f64") {
        "这里要写数字，例如 1"
    } else if wanted.contains("u32") || wanted.contains("u8") {
        "这里要写不小于 0 的整数"
    } else if wanted.contains("sequence") {
        "这里要写一个列表，例如 [\"register\"]"
    } else if wanted.contains("struct") || wanted.contains("map") || wanted.contains("table") {
        "这里要写一组内容，例如 { to = \"review\", label = \"送审阅\" }"
    } else {
        "请对照范例改一下"
    }
}
