//! An official document as its elements (公文要素, GB/T 9704-2012 §7), before it is laid out.
//! Not here: where they come from (a case's fields, a package) and where they go on paper.

use crate::kit::Day;

/// The whole of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The format: §7 ordinary and upward, §10 the special ones.
    pub form: Form,
    /// 份号, six digits.
    pub copy: Option<String>,
    /// 密级和保密期限 never; of what stands in that place only 内部 (工作秘密).
    pub internal: bool,
    /// 紧急程度: 特急, 加急.
    pub urgency: Option<String>,
    /// 发文机关标志: one organ, or several of a joint document, the principal first; with 文件 where it has it.
    pub marks: Vec<String>,
    /// 发文字号; for an order its 令号.
    pub number: String,
    /// 签发人, in an upward document.
    pub signers: Vec<String>,
    /// 标题, where it was broken by hand one line an entry; else one entry, broken by the layout.
    pub title: Vec<String>,
    /// 主送机关, without its closing colon.
    pub addressee: String,
    /// 正文
    pub body: Vec<Block>,
    /// 附件说明: the names, in order.
    pub enclosures: Vec<String>,
    /// 发文机关署名, the principal first.
    pub signatures: Vec<String>,
    /// 成文日期
    pub date: Option<Day>,
    /// Whether a seal is set over signature and date.
    pub sealed: bool,
    /// 附注, without its brackets.
    pub note: Option<String>,
    /// 附件
    pub annexes: Vec<Annex>,
    /// 抄送机关, without 抄送 and the closing stop.
    pub copy_to: String,
    /// 印发机关
    pub printer: String,
    /// 印发日期
    pub printed_on: Option<Day>,
    /// 出席、请假、列席 of minutes: label and names.
    pub present: Vec<(String, String)>,
}

/// Which of the standard's formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// 文件格式 (下行、平行)
    #[default]
    Ordinary,
    /// 文件格式, 上行文: with 签发人.
    Upward,
    /// 信函格式 §10.1
    Letter,
    /// 命令（令）格式 §10.2
    Order,
    /// 纪要格式 §10.3
    Minutes,
}

/// A piece of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph, its first line two characters in.
    Paragraph {
        /// Its level, by its number: 一、 （一） 1. （1）; none for plain text.
        level: Level,
        /// How many characters of it are the heading, set in the level's face; all of it where it ends there.
        lead: usize,
        /// All its characters, without indent.
        text: String,
    },
    /// A line of its own in the middle.
    Centred(String),
    /// A table: rows of cells, the first row the head where there is one.
    Table {
        /// Whether the first row stands again on each page.
        head: bool,
        /// Cells; a row may be shorter than the widest.
        rows: Vec<Vec<String>>,
    },
}

/// 结构层次 §7.3.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Level {
    /// Plain text, 仿宋.
    #[default]
    Text,
    /// 一、 in 黑体.
    First,
    /// （一） in 楷体.
    Second,
    /// 1. in 仿宋.
    Third,
    /// （1） in 仿宋.
    Fourth,
}

/// 附件 §7.3.7: begins on a page of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annex {
    /// 附件1; 附件 where there is one only.
    pub label: String,
    pub title: String,
    pub body: Vec<Block>,
}
