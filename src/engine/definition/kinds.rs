//! The fifteen kinds of official document (文种): direction, use, a skeleton of the text and usual closings, as data.
//! Not here: rules about them (`layout::check`). Source: 党政机关公文处理工作条例 第八条; the closings are usage.

use serde::Deserialize;
use std::sync::LazyLock;

const TEXT: &str = include_str!("../../../assets/kinds.toml");

/// Where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// 上行
    Up,
    /// 下行
    Down,
    /// 平行
    Level,
    /// 公布
    Public,
    /// Any of them, by its addressee.
    Any,
}

/// One kind.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentKind {
    pub name: String,
    pub way: Way,
    pub used_for: String,
    pub closings: Vec<String>,
    /// A text to begin with, by the text convention; ×× is to be replaced.
    pub text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kinds {
    kind: Vec<DocumentKind>,
}

static KINDS: LazyLock<Vec<DocumentKind>> =
    LazyLock::new(|| toml::from_str(TEXT).map_or_else(|_| Vec::new(), |k: Kinds| k.kind));

/// All of them, in the order of the regulation.
#[must_use]
pub fn kinds() -> &'static [DocumentKind] {
    &KINDS
}

/// The kind of this name; 命令（令） is 命令.
#[must_use]
pub fn kind_named(name: &str) -> Option<&'static DocumentKind> {
    let name = name.split(['（', '(']).next().unwrap_or(name).trim();
    KINDS.iter().find(|k| k.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_knows_the_same_fifteen() {
        let names = kinds().iter().map(|k| k.name.trim_end_matches("（令）"));
        assert!(names.eq(crate::layout::check::KINDS));
    }

    #[test]
    fn there_are_fifteen_and_each_begins_with_something() {
        assert_eq!(kinds().len(), 15);
        for kind in kinds() {
            assert!(kind.text.lines().count() >= 1, "{}", kind.name);
            assert!(!kind.used_for.is_empty());
        }
        let up: Vec<&str> = kinds()
            .iter()
            .filter(|k| k.way == Way::Up)
            .map(|k| k.name.as_str())
            .collect();
        assert_eq!(up, ["报告", "请示", "议案"]);
        assert_eq!(kind_named("命令（令）").map(|k| k.way), Some(Way::Down));
    }
}
