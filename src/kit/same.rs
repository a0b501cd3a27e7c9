//! By what two registrations of one document are known: numbers and names as people type them, made equal.
//! Width, brackets, spaces, 第 and padded zeros do not tell documents apart; everything else does.
//! Not here: which fields hold them (the procedure says that) and what was registered before.

use super::text;

/// 沪府发〔2026〕018号 and 沪府发 [2026] 第18号 are one number.
#[must_use]
pub fn number_key(number: &str) -> String {
    let plain: Vec<char> = text::fold_search(number)
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let mut key = String::with_capacity(number.len());
    let mut before = ' ';
    for (i, c) in plain.iter().enumerate() {
        let next = plain.get(i + 1).copied().unwrap_or(' ');
        let padding = *c == '0' && !before.is_ascii_digit() && next.is_ascii_digit();
        let ordinal = *c == '第' && next.is_ascii_digit();
        if padding {
            continue;
        }
        if !ordinal {
            key.push(*c);
        }
        before = *c;
    }
    key.strip_suffix('号').unwrap_or(&key).to_owned()
}

/// Names and titles without width, spaces and the signs people put or leave out.
#[must_use]
pub fn name_key(name: &str) -> String {
    text::fold_search(name)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_one_however_it_is_typed() {
        let key = number_key("墨应急发〔2026〕18号");
        for typed in [
            "墨应急发[2026]18号",
            "墨应急发（2026）18号",
            "墨应急发【２０２６】０１８号",
            "墨应急发 〔2026〕 第18号",
            "墨应急发〔2026〕018",
            "墨应急发\u{3000}〔2026〕0018号\u{200b}",
        ] {
            assert_eq!(number_key(typed), key, "{typed}");
        }
        for other in [
            "墨应急发〔2026〕180号",
            "墨应急发〔2025〕18号",
            "墨应急〔2026〕18号",
            "墨应急发〔2026〕1号8",
            "墨应急发〔2026〕1－8号",
        ] {
            assert_ne!(number_key(other), key, "{other}");
        }
        assert_eq!(number_key("  "), "");
        assert_eq!(number_key("100号"), "100");
        assert_eq!(number_key("0号"), "0");
    }

    #[test]
    fn a_title_is_one_with_or_without_its_signs() {
        assert_eq!(
            name_key("关于转发《防汛预案》的通知"),
            name_key("关于转发 防汛预案 的通知　")
        );
        assert_ne!(name_key("关于防汛的通知"), name_key("关于防火的通知"));
    }
}
