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
        let said = error.message();
        let whole = line.is_none() || said.contains("`step`") || said.contains("`field`");
        let message = match missing(said) {
            Some("step") if whole && !has_header(text, "[[step]]") => {
                "这个事项一个环节也没有，请至少加一个环节".to_owned()
            }
            Some("field") if whole && !has_header(text, "[[field]]") => {
                "这个事项一个字段也没有，请至少加一格".to_owned()
            }
            Some(key) => {
                let place = line.map(|n| place(text, n)).unwrap_or_default();
                format!("{place}没有写{}，请补上", word_of(key))
            }
            None => in_chinese(said),
        };
        let line = line.filter(|_| !message.starts_with("这个事项一个"));
        Self { line, message }
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

/// The key that is missing.
fn missing(message: &str) -> Option<&str> {
    let rest = message.strip_prefix("missing field `")?;
    rest.split('`').next()
}

fn has_header(text: &str, header: &str) -> bool {
    text.lines().any(|l| l.trim_start().starts_with(header))
}

/// 环节“拟稿”, 第 3 个字段: what the part of the file is about in which a line stands.
fn place(text: &str, line: usize) -> String {
    let is_header = |l: &&str| l.trim_start().starts_with('[');
    let above: Vec<&str> = text.lines().take(line).collect();
    let Some(header) = above.iter().rev().find(|l| is_header(l)) else {
        return String::new();
    };
    let kind = match header.trim() {
        h if h.starts_with("[[step]]") => "环节",
        h if h.starts_with("[[field]]") => "字段",
        _ => return String::new(),
    };
    let nth = above.iter().filter(|l| l.trim() == header.trim()).count();
    let from = above.iter().rposition(is_header).unwrap_or(0);
    let block = text.lines().skip(from + 1).take_while(|l| !is_header(l));
    let mut named = block.filter_map(|l| {
        let (key, value) = l.split_once('=')?;
        let value = value.trim().strip_prefix('"')?;
        let known = matches!(key.trim(), "label" | "name");
        known.then(|| value.split('"').next().unwrap_or_default())
    });
    match named.next() {
        Some(name) => format!("{kind}“{name}”"),
        None => format!("第 {nth} 个{kind}"),
    }
}

/// What a key of the format is called.
fn word_of(key: &str) -> &'static str {
    match key {
        "id" => "代号",
        "label" | "name" => "名称",
        "kind" => "填什么",
        "who" => "由谁办",
        "moves" => "能做的动作",
        "to" => "去哪一个环节",
        "step" => "在哪一个环节",
        "field" => "用哪一个字段",
        "title" => "标题用哪一格",
        "group" => "归到哪一组",
        "start" => "怎样发起",
        "visibility" => "谁能看",
        "layout" => "表单的版式",
        "register" => "登记簿",
        "ledger" => "台账",
        "columns" => "有哪些栏",
        "options" => "可选的内容",
        "pattern" => "编号的写法",
        "key" => "编号前面的字",
        "scope" => "编号怎么编",
        "into" => "意见写在哪一栏",
        "need" => "意见要不要写",
        "steps" => "在哪些环节",
        "roles" => "由哪些角色",
        "say" => "要对人说的话",
        "is" => "怎么比",
        _ => "要写的一项",
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
    } else if message.starts_with("duplicate") {
        "同一项写了两次，请删去一处".to_owned()
    } else if message.starts_with("invalid type") {
        format!("填的内容不对：{}", expected(message))
    } else if message.starts_with("invalid value") || message.starts_with("invalid length") {
        format!("数值不对：{}", expected(message))
    } else if message.contains("must be quoted") {
        "文字要用英文双引号括起来，例如 \"拟办\"（不是中文引号）".to_owned()
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
