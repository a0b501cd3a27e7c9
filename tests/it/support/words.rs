//! Words of the page turned into what the driver understands: XPath predicates for labels, buttons and
//! options, the keys for a date, and the base64 of a picture.

/// XPath predicate of a thing one can press that says exactly these words.
pub fn pressable(words: &str) -> String {
    let said = quote(words);
    format!(
        "[((self::button or self::a or self::summary) and (normalize-space(.)={said} or @aria-label={said})) \
         or (self::input and @type='submit' and @value={said})]"
    )
}

pub fn is(words: &str) -> String {
    format!("normalize-space(.)={}", quote(words))
}

/// A label may go on with a mark of what is required, or a hint.
pub fn begins(words: &str) -> String {
    format!("starts-with(normalize-space(.), {})", quote(words))
}

/// XPath has no escapes: the quotation mark that the text does not use.
pub fn quote(text: &str) -> String {
    let mark = if text.contains('"') { '\'' } else { '"' };
    format!("{mark}{text}{mark}")
}

/// The keys a person presses in a field of this kind. Chromium's date fields take six-digit years, so
/// after the year one goes on by hand.
pub fn keys(kind: &str, value: &str) -> String {
    match kind {
        "date" | "month" | "datetime-local" => {
            let (year, rest) = value.split_once('-').unwrap();
            let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
            format!("{year}\u{E004}{digits}")
        }
        "time" => value.replace(':', ""),
        _ => value.to_owned(),
    }
}

/// What a screenshot comes in.
pub fn unbase64(text: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(u32::from(byte - b'A')),
        b'a'..=b'z' => Some(u32::from(byte - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let sextets: Vec<u32> = text.bytes().filter_map(value).collect();
    let triple = |four: &[u32]| {
        let bits = (0..4).fold(0, |bits, at| bits << 6 | four.get(at).copied().unwrap_or(0));
        bits.to_be_bytes()[1..four.len()].to_vec()
    };
    sextets.chunks(4).flat_map(triple).collect()
}

#[test]
fn base64_is_read_back() {
    assert_eq!(
        unbase64("56Cas+WPsA=="),
        [0xE7, 0xA0, 0x9A, 0xB3, 0xE5, 0x8F, 0xB0]
    );
    assert_eq!(unbase64("YQ=="), b"a");
}

#[test]
fn a_date_is_typed_by_its_parts() {
    assert_eq!(keys("date", "2026-01-09"), "2026\u{E004}0109");
    assert_eq!(
        keys("datetime-local", "2026-01-09T08:30"),
        "2026\u{E004}01090830"
    );
    assert_eq!(
        (keys("time", "08:30"), keys("text", "a-b")),
        ("0830".into(), "a-b".into())
    );
    assert_eq!(quote("说\"好\""), "'说\"好\"'");
}
