//! The eighteen elements of an official document's metadata (GB/T 33480-2016, core set), as a package carries them.
//! Not here: which field of a case is which. Invariant: written and read by the same table, so that none is lost.

use crate::kit::text::escaped;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// One document's metadata; what it has not is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Elements {
    #[serde(rename = "公文标识")]
    pub id: String,
    #[serde(rename = "文种")]
    pub kind: String,
    #[serde(rename = "份号")]
    pub copy: String,
    /// Empty or 内部: nothing secret is exchanged.
    #[serde(rename = "密级和保密期限")]
    pub secrecy: String,
    #[serde(rename = "紧急程度")]
    pub urgency: String,
    #[serde(rename = "发文机关标志")]
    pub mark: String,
    #[serde(rename = "发文字号")]
    pub number: String,
    #[serde(rename = "签发人")]
    pub signers: String,
    #[serde(rename = "标题")]
    pub title: String,
    #[serde(rename = "主送机关")]
    pub addressee: String,
    #[serde(rename = "附件说明")]
    pub enclosures: String,
    #[serde(rename = "发文机关或签发人署名")]
    pub signature: String,
    #[serde(rename = "成文日期")]
    pub date: String,
    #[serde(rename = "附注")]
    pub note: String,
    #[serde(rename = "抄送机关")]
    pub copy_to: String,
    #[serde(rename = "印发机关")]
    pub printer: String,
    #[serde(rename = "印发日期")]
    pub printed_on: String,
    #[serde(rename = "发布层次")]
    pub level: String,
}

impl Elements {
    /// Name and value, in the standard's order.
    #[must_use]
    pub fn all(&self) -> [(&'static str, &str); 18] {
        [
            ("公文标识", &self.id),
            ("文种", &self.kind),
            ("份号", &self.copy),
            ("密级和保密期限", &self.secrecy),
            ("紧急程度", &self.urgency),
            ("发文机关标志", &self.mark),
            ("发文字号", &self.number),
            ("签发人", &self.signers),
            ("标题", &self.title),
            ("主送机关", &self.addressee),
            ("附件说明", &self.enclosures),
            ("发文机关或签发人署名", &self.signature),
            ("成文日期", &self.date),
            ("附注", &self.note),
            ("抄送机关", &self.copy_to),
            ("印发机关", &self.printer),
            ("印发日期", &self.printed_on),
            ("发布层次", &self.level),
        ]
    }

    /// As XML, for whoever reads the package with another program.
    #[must_use]
    pub fn xml(&self) -> String {
        let mut out = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<公文元数据 标准=\"GB/T 33480-2016\">\n",
        );
        for (name, value) in self.all() {
            // writing to a string cannot fail
            let _ = writeln!(out, "  <{name}>{}</{name}>", escaped(value));
        }
        out.push_str("</公文元数据>\n");
        out
    }
}
