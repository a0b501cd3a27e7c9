//! Tests only: reads the HTML a component made, tag by tag, and refuses what the content security
//! policy or the house forbids. Quoted values are honoured, so hostile text inside them is no tag.

use maud::Markup;

/// Text a bad guest would type: tags, attributes, quotes, a comment end.
pub const HOSTILE: &str =
    r#""><script>alert(1)</script><img src=x onerror=alert(1)>' onclick='x' style="x" --> &lt;"#;

/// One opening tag.
pub struct Tag {
    pub name: String,
    pub attrs: Vec<(String, String)>,
}

impl Tag {
    /// Value of an attribute.
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attrs
            .iter()
            .find(|(k, _)| k == name)
            .map(|(_, v)| v.as_str())
    }
}

/// All opening tags of a piece.
pub fn tags(text: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let name_end = rest
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(rest.len());
        if name_end == 0 {
            continue;
        }
        let name = rest[..name_end].to_owned();
        rest = &rest[name_end..];
        let mut attrs = Vec::new();
        loop {
            rest = rest.trim_start();
            if rest.is_empty() || rest.starts_with('>') {
                break;
            }
            let key_end = rest.find(['=', '>', ' ']).unwrap_or(rest.len());
            let key = rest[..key_end].to_owned();
            rest = &rest[key_end..];
            let mut value = String::new();
            if let Some(after) = rest.strip_prefix("=\"") {
                let end = after.find('"').unwrap_or(after.len());
                value = after[..end].to_owned();
                rest = after.get(end + 1..).unwrap_or("");
            }
            attrs.push((key, value));
        }
        found.push(Tag { name, attrs });
    }
    found
}

/// Panics on inline scripts, inline styles, event attributes, unescaped hostile text, an id used
/// twice, a label or a description that points nowhere.
pub fn check(piece: &Markup) -> Vec<Tag> {
    let text = &piece.0;
    assert!(!text.contains("<script>alert"), "unescaped: {text}");
    let tags = tags(text);
    let mut ids: Vec<&str> = Vec::new();
    for tag in &tags {
        assert_ne!(tag.name, "img", "unescaped tag: {text}");
        if tag.name == "script" {
            assert!(tag.attr("src").is_some(), "inline script: {text}");
        }
        for (key, _) in &tag.attrs {
            assert!(!key.starts_with("on"), "event attribute {key}: {text}");
            assert_ne!(key, "style", "inline style: {text}");
        }
        if let Some(id) = tag.attr("id") {
            assert!(!ids.contains(&id), "id twice: {id}");
            ids.push(id);
        }
    }
    for tag in &tags {
        for key in ["for", "aria-labelledby", "aria-describedby"] {
            if let Some(all) = tag.attr(key) {
                for id in all.split(' ').filter(|id| *id != HOSTILE) {
                    assert!(ids.contains(&id), "{key} points nowhere: {id} in {text}");
                }
            }
        }
    }
    tags
}
