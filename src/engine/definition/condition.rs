//! A condition is a row (field, comparison, value), as a leave ladder is written on paper.
//! Never an expression: every open rival that evaluates what an administrator typed has had a hole there.

use super::field::{is_empty, text_of};
use crate::kit::Day;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::cmp::Ordering;

/// What a field is compared with, as the format has it.
pub use toml::Value as Given;

/// One row; rows of a list must all hold.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The field looked at.
    pub field: String,
    /// How it is compared.
    pub is: Is,
    /// With what; nothing for `filled` and `empty`.
    pub value: Option<toml::Value>,
    /// With a share of another number, date or money field instead; rounded down.
    pub than: Option<Than>,
}

/// Another field to compare with.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Than {
    /// The field.
    pub field: String,
    /// Of a span only its first or last day, to compare a day with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
    /// Only so large a share of it: 3 for a third.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub divided_by: u32,
}

/// One end of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    First,
    Last,
}

const fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_one(n: &u32) -> bool {
    *n == 1
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub enum Is {
    /// 等于
    #[serde(rename = "=")]
    Equal,
    /// 不等于
    #[serde(rename = "!=")]
    NotEqual,
    /// 小于
    #[serde(rename = "<")]
    Less,
    /// 不超过
    #[serde(rename = "<=")]
    AtMost,
    /// 大于
    #[serde(rename = ">")]
    More,
    /// 不少于
    #[serde(rename = ">=")]
    AtLeast,
    /// 已填
    #[serde(rename = "filled")]
    Filled,
    /// 未填
    #[serde(rename = "empty")]
    Empty,
}

/// What a value is compared with, as far as a check asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against<'a> {
    /// Nothing was written.
    Nothing,
    /// Words.
    Words(&'a str),
    /// A number.
    Figure,
    /// A day, or a yes or no.
    Other,
}

impl Condition {
    /// What it is compared with.
    #[must_use]
    pub fn against(&self) -> Against<'_> {
        match &self.value {
            None => Against::Nothing,
            Some(toml::Value::String(s)) => Against::Words(s),
            Some(toml::Value::Integer(_) | toml::Value::Float(_)) => Against::Figure,
            Some(_) => Against::Other,
        }
    }

    /// Whether the row holds for these values. What is not filled in holds only for `empty` and `!=`.
    #[must_use]
    pub fn holds(&self, values: &Map<String, Value>) -> bool {
        let value = values.get(&self.field).unwrap_or(&Value::Null);
        match self.is {
            Is::Filled => !is_empty(value),
            Is::Empty => is_empty(value),
            Is::Equal => self.compare(value, values) == Some(Ordering::Equal),
            Is::NotEqual => self.compare(value, values) != Some(Ordering::Equal),
            Is::Less => self.compare(value, values) == Some(Ordering::Less),
            Is::More => self.compare(value, values) == Some(Ordering::Greater),
            Is::AtMost => matches!(
                self.compare(value, values),
                Some(Ordering::Less | Ordering::Equal)
            ),
            Is::AtLeast => matches!(
                self.compare(value, values),
                Some(Ordering::Greater | Ordering::Equal)
            ),
        }
    }

    fn compare(&self, value: &Value, values: &Map<String, Value>) -> Option<Ordering> {
        if is_empty(value) {
            return None;
        }
        if let Some(than) = &self.than {
            let other = values.get(&than.field).filter(|v| !is_empty(v))?;
            let other = match than.end {
                Some(End::First) => other.get("first")?,
                Some(End::Last) => other.get("last")?,
                None => other,
            };
            return match (amount(value), amount(other)) {
                (Some(a), Some(b)) => a.partial_cmp(&(b / f64::from(than.divided_by)).floor()),
                _ => Some(text_of(value).cmp(&text_of(other))),
            };
        }
        match self.value.as_ref()? {
            toml::Value::Integer(n) => amount(value)?.partial_cmp(&(*n as f64)),
            toml::Value::Float(n) => amount(value)?.partial_cmp(n),
            toml::Value::Boolean(b) => Some(value.as_bool()?.cmp(b)),
            toml::Value::String(s) => Some(text_of(value).as_str().cmp(s.as_str())),
            toml::Value::Datetime(d) => Some(text_of(value).as_str().cmp(d.to_string().as_str())),
            _ => None,
        }
    }
}

/// What a value is as a number: money in fen, a span the days it takes, both ends counted.
fn amount(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| {
        let day = |end: &str| value.get(end)?.as_str()?.parse::<Day>().ok();
        Some((day("first")?.days_until(day("last")?) + 1) as f64)
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use serde_json::json;

    fn row(is: Is, value: impl Into<toml::Value>) -> Condition {
        Condition {
            field: "days".into(),
            is,
            value: Some(value.into()),
            than: None,
        }
    }

    #[test]
    fn reads_like_a_ladder() {
        let mut values = Map::new();
        values.insert("days".into(), json!(3));
        assert!(row(Is::AtMost, 3).holds(&values));
        assert!(!row(Is::Less, 3).holds(&values));
        assert!(row(Is::More, 1).holds(&values));
        values.insert("days".into(), json!("特急"));
        assert!(row(Is::Equal, "特急").holds(&values));
        assert!(!row(Is::AtMost, 3).holds(&values), "a word is no number");
        values.clear();
        assert!(!row(Is::Equal, "特急").holds(&values));
        assert!(row(Is::NotEqual, "特急").holds(&values));
        assert!(row(Is::Empty, "").holds(&values));
    }

    #[test]
    fn money_days_and_spans_compare_by_what_they_are() {
        let mut values = Map::new();
        // 5000 元 in fen
        values.insert("days".into(), json!(500_000));
        assert!(row(Is::AtMost, 500_000).holds(&values) && !row(Is::Less, 500_000).holds(&values));
        values.insert(
            "days".into(),
            json!({ "first": "2026-03-09", "last": "2026-03-11" }),
        );
        assert!(row(Is::AtMost, 3).holds(&values) && !row(Is::AtMost, 2).holds(&values));
        values.insert("days".into(), json!("2026-03-09"));
        assert!(row(Is::Less, "2026-10-01").holds(&values));
        let table: toml::Table = toml::from_str("d = 2026-03-09").unwrap();
        let day = table.get("d").unwrap().clone();
        assert!(row(Is::Equal, day.clone()).holds(&values) && !row(Is::More, day).holds(&values));
    }

    #[test]
    fn compares_with_a_share_of_another_field() {
        let third = Condition {
            field: "hosts".into(),
            is: Is::AtMost,
            value: None,
            than: Some(Than {
                field: "guests".into(),
                end: None,
                divided_by: 3,
            }),
        };
        let mut values = Map::new();
        values.insert("guests".into(), json!(14));
        for (hosts, holds) in [(4, true), (5, false)] {
            values.insert("hosts".into(), json!(hosts));
            assert_eq!(third.holds(&values), holds, "{hosts}");
        }
    }
}
