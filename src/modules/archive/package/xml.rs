//! The little XML of packages: elements with text, one a line, and their text read back. Not a reader of others' XML.
//! Invariant: what is written is well formed whatever stands in the text; what is read is what was written.

use crate::kit::text::escaped;

/// An element tree being written.
#[derive(Debug, Default)]
pub struct Xml {
    out: String,
    open: Vec<&'static str>,
}

impl Xml {
    /// With its first line.
    #[must_use]
    pub fn new() -> Self {
        Self {
            out: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(),
            open: Vec::new(),
        }
    }

    fn indent(&mut self) {
        self.out.push_str(&"  ".repeat(self.open.len()));
    }

    /// Opens an element; `said` is its attribute 依据 or empty.
    pub fn open(&mut self, tag: &'static str) {
        self.indent();
        self.out.push_str(&format!("<{tag}>\n"));
        self.open.push(tag);
    }

    /// Ends the innermost one.
    pub fn close(&mut self) {
        if let Some(tag) = self.open.pop() {
            self.indent();
            self.out.push_str(&format!("</{tag}>\n"));
        }
    }

    /// An element with text.
    pub fn leaf(&mut self, tag: &str, text: &str) {
        self.indent();
        self.out
            .push_str(&format!("<{tag}>{}</{tag}>\n", escaped(text)));
    }

    /// The whole.
    #[must_use]
    pub fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.out
    }
}

/// The text of the first element of this name; empty where there is none.
#[must_use]
pub fn value(xml: &str, tag: &str) -> String {
    let (before, after) = (format!("<{tag}>"), format!("</{tag}>"));
    let found = xml.split_once(&before);
    let text = found.and_then(|(_, rest)| rest.split_once(&after));
    let text = text.map_or("", |(text, _)| text);
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// The insides of all elements of this name, at most so many.
pub fn each<'x>(xml: &'x str, tag: &str) -> impl Iterator<Item = &'x str> {
    let (before, after) = (format!("<{tag}>"), format!("</{tag}>"));
    let mut rest = xml;
    std::iter::from_fn(move || {
        let (_, from) = rest.split_once(before.as_str())?;
        let (inside, left) = from.split_once(after.as_str())?;
        rest = left;
        Some(inside)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_comes_back_as_it_was() {
        let hostile = "关于<“A&B”>的\"通知\" 'C' &lt;不是标签&gt;\u{7}";
        let mut xml = Xml::new();
        xml.open("目录");
        xml.leaf("题名", hostile);
        xml.open("件");
        xml.leaf("号", "1");
        xml.close();
        xml.open("件");
        xml.leaf("号", "2");
        let text = xml.finish();
        assert_eq!(value(&text, "题名"), hostile.replace('\u{7}', ""));
        let all: Vec<String> = each(&text, "件").map(|one| value(one, "号")).collect();
        assert_eq!(all, ["1", "2"]);
        assert_eq!(value(&text, "没有"), "");
        assert!(text.ends_with("</件>\n</目录>\n"), "{text}");
    }
}
