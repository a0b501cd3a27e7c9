//! Personal data as it is shown (个人信息): its middle covered, enough left to tell two people apart.
//! Not here: who may see it whole (`CaseView::may_reveal`). Invariant: how many characters are covered is
//! never told, and the birthday in an identity number is always among them.

use super::definition::Kind;

const COVER: &str = "****";

/// A value with its middle covered: 320****1234.
#[must_use]
pub fn covered(kind: &Kind, whole: &str) -> String {
    whole
        .lines()
        .map(|line| one(kind, line))
        .collect::<Vec<_>>()
        .join("\n")
}

fn one(kind: &Kind, line: &str) -> String {
    let letters: Vec<char> = line.chars().collect();
    let n = letters.len();
    let (head, tail) = match kind {
        // the region, and what stands after the birthday
        Kind::IdNumber if n >= 15 => (3, 4),
        Kind::Phone if n >= 11 => (3, 4),
        // a bank card is known by its last four
        _ if n >= 15 => (4, 4),
        _ if n >= 7 => (1, 2),
        _ if n >= 3 => (0, 1),
        _ if n == 0 => return String::new(),
        _ => (0, 0),
    };
    let first: String = letters.iter().take(head).collect();
    let last: String = letters.iter().skip(n - tail).collect();
    format!("{first}{COVER}{last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_keeps_its_own_ends() {
        let text = Kind::Text { max: 40 };
        for (kind, whole, shown) in [
            (&Kind::IdNumber, "11010519491231002X", "110****002X"),
            (&Kind::Phone, "13812345678", "138****5678"),
            (&Kind::Phone, "0518-85550186", "051****0186"),
            (&Kind::Phone, "5550186", "5****86"),
            (&text, "6222021234567890123", "6222****0123"),
            (&text, "张三丰", "****丰"),
            (&text, "张三", "****"),
            (&text, "", ""),
        ] {
            assert_eq!(covered(kind, whole), shown, "{whole}");
        }
    }

    #[test]
    fn the_cover_does_not_tell_the_length() {
        let text = Kind::Text { max: 40 };
        let cover = |n: usize| covered(&text, &"7".repeat(n)).chars().count();
        assert_eq!(cover(16), cover(30));
        assert!(!covered(&Kind::IdNumber, "11010519491231002X").contains("1949"));
        assert_eq!(
            covered(&text, "6222021234567890123\n13812345678"),
            "6222****0123\n1****78"
        );
    }
}
