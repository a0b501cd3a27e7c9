//! Text of a file's first page, as far as it is needed to see the mark line of a state secret
//! (README decision 21). Lines as they stand; not for search, which wants the whole text.

use super::sniff::Kind;
use super::{csv, unpack};

/// Largest part unpacked.
const PART: usize = 4 << 20;
/// Lines of a first page.
const LINES: usize = 40;

/// The first lines; `None` where the text cannot be had.
#[must_use]
pub fn text(kind: Kind, bytes: &[u8]) -> Option<String> {
    let text = match kind {
        Kind::Text { .. } => csv::decode(bytes).ok()?,
        Kind::Docx => lines_of(&part(bytes, "word/document.xml")?, &["/w:p"]),
        Kind::Ofd => {
            let first = unpack::entries(bytes)?
                .into_iter()
                .map(|e| e.name)
                .filter(|n| n.contains("Pages/Page_") && n.ends_with("Content.xml"))
                .min_by_key(|n| (n.len(), n.clone()))?;
            lines_of(&part(bytes, &first)?, &["/ofd:TextObject", "/TextObject"])
        }
        _ => return None,
    };
    let head: Vec<&str> = text
        .lines()
        .filter(|l| !l.trim().is_empty())
        .take(LINES)
        .collect();
    Some(head.join("\n"))
}

fn part(zip: &[u8], name: &str) -> Option<String> {
    let xml = unpack::entry(zip, name, PART)?;
    Some(String::from_utf8_lossy(&xml).into_owned())
}

/// Text between tags; these tags end a line.
fn lines_of(xml: &str, ends: &[&str]) -> String {
    let mut text = String::new();
    for piece in xml.split('<') {
        let (tag, after) = piece.split_once('>').unwrap_or(("", piece));
        if ends.contains(&tag) {
            text.push('\n');
        }
        text.push_str(after.trim_end_matches(['\n', '\r']));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::sniff::secret_mark;
    use crate::kit::unpack::stored_zip;

    fn marked(kind: Kind, bytes: &[u8]) -> bool {
        text(kind, bytes).and_then(|t| secret_mark(&t)).is_some()
    }

    #[test]
    fn marks_are_read_out_of_word_and_ofd() {
        let word = |line: &str| {
            let xml = format!(
                "<w:document><w:p><w:r><w:t>000001</w:t></w:r></w:p><w:p><w:r><w:t>{line}</w:t></w:r></w:p></w:document>"
            );
            stored_zip(&[("word/document.xml", xml.as_bytes())])
        };
        assert!(marked(
            Kind::Docx,
            &word("机密★1年</w:t></w:r><w:r><w:t>　特急")
        ));
        assert!(!marked(Kind::Docx, &word("关于保守国家秘密的通知")));
        let ofd = |line: &str| {
            let first = format!(
                "<ofd:Page><ofd:TextObject ID=\"1\"><ofd:TextCode X=\"0\">{line}</ofd:TextCode></ofd:TextObject></ofd:Page>"
            );
            stored_zip(&[
                (
                    "Doc_0/Pages/Page_10/Content.xml",
                    "<ofd:TextCode>秘密★1年</ofd:TextCode>".as_bytes(),
                ),
                ("Doc_0/Pages/Page_0/Content.xml", first.as_bytes()),
            ])
        };
        assert!(marked(Kind::Ofd, &ofd("秘密★6个月")));
        assert!(!marked(Kind::Ofd, &ofd("本文涉及秘密的部分另行通知")));
        assert_eq!(text(Kind::Pdf, b"%PDF"), None);
    }
}
