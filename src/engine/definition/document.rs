//! That a procedure makes an official document (公文): which of its fields are the elements of GB/T 9704-2012, and what
//! is done to the document at which step. Not here: laying it out (`layout`), doing the work (`modules`).

use serde::{Deserialize, Serialize};

/// The elements, each by the field it is taken from; what is not said has no element.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The text (正文), a `document` field.
    pub body: String,
    /// 文种: one of the fifteen, a choice field.
    pub kind: String,
    /// In whose name and with which organ code, a `letterhead` field.
    pub letterhead: String,
    /// 主送机关
    pub addressee: Option<String>,
    /// 抄送机关
    pub copy_to: Option<String>,
    /// 发文字号; the series writes it.
    pub number: Option<String>,
    /// 份数
    pub copies: Option<String>,
    /// 附件, a `files` field; what the text names must be among them.
    pub attachments: Option<String>,
    /// 附注, printed in brackets: （此件公开发布）.
    pub note: Option<String>,
    /// 公开属性, and the reason for not publishing (政府信息公开条例 §14–16).
    pub openness: Option<String>,
    /// 成文日期; the day of sign-off where it is empty.
    pub dated_on: Option<String>,
    /// The step at which it is signed (签发): whose holder is 签发人, and after which the text stands.
    pub signed: String,
}

/// What is done to the document at a step. The step does not end while it is not done for the text as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// 公文体检: nothing that must be mended is left.
    Check,
    /// 签发: the text as it stands is what was signed; a later change needs it again (条例 §25(一)).
    SignOff,
    /// 用印: the laid-out document is fixed, with the seal on it.
    Seal,
    /// 分发: at least one receiver has it.
    Issue,
}
