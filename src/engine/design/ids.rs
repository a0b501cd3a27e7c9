//! Ids of what is made by clicking: pinyin initials, or a word of the kind with a counter.
//! Not for people's eyes. Invariant: lower-case ASCII, begins with a letter, not taken before.

use crate::engine::definition::Procedure;
use crate::kit::name_keys;

/// Characters of an id before its counter.
const LONGEST: usize = 16;

/// An id for a label among those taken; `kind` where the label has no letters.
pub fn made(label: &str, kind: &str, taken: impl Fn(&str) -> bool) -> String {
    let letters = name_keys(label).initials.to_ascii_lowercase();
    let plain: String = letters
        .chars()
        .filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        .skip_while(char::is_ascii_digit)
        .take(LONGEST)
        .collect();
    let stem = if plain.is_empty() {
        kind.to_owned()
    } else {
        plain
    };
    if !taken(&stem) {
        return stem;
    }
    let more = (2_u32..).map(|n| format!("{stem}_{n}"));
    let mut more = more.skip_while(|id| taken(id));
    more.next().unwrap_or(stem)
}

/// For a new field.
pub fn field(p: &Procedure, label: &str) -> String {
    made(label, "field", |id| p.field(id).is_some())
}

/// For a new step.
pub fn step(p: &Procedure, name: &str) -> String {
    made(name, "step", |id| p.step(id).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_initials_and_never_twice() {
        assert_eq!(made("用印事由", "field", |_| false), "yysy");
        assert_eq!(made("用印事由", "field", |id| id == "yysy"), "yysy_2");
        assert_eq!(made("（1）", "field", |_| false), "field");
        assert_eq!(made("3天内", "step", |_| false), "tn");
        assert!(made(&"长".repeat(60), "x", |_| false).len() <= LONGEST);
    }
}
