//! The manual and the product say the same: what the manual puts in quotation marks stands so on a page, and every
//! page of trouble is explained.

use super::source::{Kind, Source};

/// Words in “…” of the manual that nothing in the house says: a button was renamed, or never was there.
pub fn unknown_words(
    manual: &[&Source],
    house: &[&Source],
    data: &[(String, String)],
) -> Vec<String> {
    let said: Vec<&str> = house.iter().flat_map(|file| strings(file)).collect();
    let known = |word: &str| {
        said.iter().any(|text| text.contains(word))
            || data.iter().any(|(_, text)| text.contains(word))
    };
    let mut faults = Vec::new();
    for file in manual {
        for (_, token) in file.product().filter(|(_, token)| token.kind == Kind::Text) {
            let unknown = quoted(&token.text).filter(|word| !known(word));
            faults.extend(
                unknown.map(|word| file.fault(token.line, &format!("no page says “{word}”"))),
            );
        }
    }
    faults
}

/// Titles of trouble pages that the manual does not explain.
pub fn unexplained(errors: &Source, manual: &[&Source]) -> Vec<String> {
    let explained: Vec<&str> = manual.iter().flat_map(|file| strings(file)).collect();
    let missing = titles(errors).filter(|(_, title)| !explained.contains(title));
    missing
        .map(|(line, title)| {
            errors.fault(line, &format!("/help/errors does not explain “{title}”"))
        })
        .collect()
}

/// A title stands after its status.
fn titles(errors: &Source) -> impl Iterator<Item = (usize, &str)> {
    errors.product().filter_map(|(at, token)| {
        let status = errors.tokens.get(at.checked_sub(2)?)?;
        let is_status = status.text.len() == 3 && status.text.bytes().all(|b| b.is_ascii_digit());
        (is_status && token.kind == Kind::Text).then_some((token.line, token.text.as_str()))
    })
}

fn strings(file: &Source) -> impl Iterator<Item = &str> {
    let texts = file.product().filter(|(_, token)| token.kind == Kind::Text);
    texts.map(|(_, token)| token.text.as_str())
}

fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('“')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('”')?.0))
}

#[test]
fn a_renamed_button_is_seen() {
    let manual = Source::read(
        "src/screens/help/a.rs",
        "const A: &str = \"点“登记”，再点“送出去”。\";",
    );
    let page = Source::read("src/screens/b.rs", "fn f() { button(\"登记办件\") }");
    let faults = unknown_words(&[&manual], &[&page], &[]);
    assert_eq!(faults.len(), 1, "{faults:?}");
    let data = [("a.toml".to_owned(), "label = \"送出去\"".to_owned())];
    assert!(unknown_words(&[&manual], &[&page], &data).is_empty());
}

#[test]
fn a_new_kind_of_trouble_is_seen() {
    let errors = Source::read(
        "src/web/errors.rs",
        "fn f() { Self::new(418, \"茶壶\", \"请换一把\") }",
    );
    let manual = Source::read("src/screens/help/a.rs", "const A: &str = \"茶壶\";");
    assert_eq!(unexplained(&errors, &[]).len(), 1);
    assert!(unexplained(&errors, &[&manual]).is_empty());
}
