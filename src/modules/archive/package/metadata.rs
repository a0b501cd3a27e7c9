//! What is said of a piece in XML (elements of DA/T 46-2009, by their Chinese names) and of all pieces in the catalogue
//! (归档文件目录, XML and Excel), and both read back to be compared. Not here: files. Invariant: catalogue and metadata
//! are written from the same values, so that a difference found later was made later.

use super::super::card::{Card, Term};
use super::super::year::Year;
use super::contents::Inside;
use super::xml::{Xml, each, value};
use super::{FileLine, Manifest};
use crate::kit::sheet::{Table, write_table};
use crate::kit::{Cell, Millis, Result, Zone};

/// What both say of a piece: tag and value, in the order of the catalogue.
pub type Said = Vec<(&'static str, String)>;

/// Tags that stand in both and must agree.
pub const BOTH: [&str; 9] = [
    "档号",
    "文号",
    "责任者",
    "题名",
    "日期",
    "密级",
    "页数",
    "保管期限",
    "备注",
];

/// What must not be empty, and what should not.
pub const MUST: [&str; 4] = ["档号", "题名", "责任者", "保管期限"];
pub const SHOULD: [&str; 2] = ["日期", "页数"];

/// What the catalogue says of a piece.
#[must_use]
pub fn said(year: &Year, piece: &Card) -> Said {
    let words = &piece.words;
    let number = piece.place.as_ref().map_or("", |p| p.text.as_str());
    let values = [
        number.to_owned(),
        words.doc_no.clone(),
        words.author.clone(),
        words.printed_title(),
        words.printed_date(),
        // only documents without a mark of secrecy are here (README decision 21)
        String::new(),
        year.pages(piece)
            .map_or_else(String::new, |n| n.to_string()),
        piece.term.map_or("", Term::label).to_owned(),
        words.note.clone(),
    ];
    BOTH.into_iter().zip(values).collect()
}

/// A piece as metadata are written of it.
pub struct Piece<'a> {
    pub year: &'a Year,
    pub card: &'a Card,
    /// Its cards in the order they lie, with what their cases hold.
    pub inside: &'a [(&'a Card, Option<Inside>)],
    pub files: &'a [FileLine],
    pub organ: &'a str,
    pub zone: Zone,
}

impl Piece<'_> {
    /// The file 元数据.xml.
    #[must_use]
    pub fn xml(&self) -> String {
        let settings = &self.year.settings;
        let mut xml = Xml::new();
        xml.open("归档文件元数据");
        xml.leaf("元数据依据", "DA/T 46-2009");
        xml.leaf("聚合层次", "件");
        xml.open("来源");
        xml.leaf("档案馆名称", &settings.home);
        xml.leaf("全宗名称", self.organ);
        xml.leaf("立档单位名称", self.organ);
        xml.close();
        for (tag, text) in said(self.year, self.card) {
            xml.leaf(tag, &text);
        }
        xml.open("档号构成");
        xml.leaf("全宗号", &settings.fonds);
        xml.leaf("门类代码", "WS");
        xml.leaf("年度", &self.year.year.to_string());
        xml.leaf("保管期限代码", self.card.term.map_or("", Term::code));
        xml.leaf("机构或问题", &self.card.office);
        let n = self.card.place.as_ref().map(|p| format!("{:04}", p.n));
        xml.leaf("件号", n.as_deref().unwrap_or_default());
        xml.leaf(
            "盒号",
            &self.card.box_no.map_or_else(String::new, |n| n.to_string()),
        );
        xml.close();
        for (n, (card, inside)) in self.inside.iter().enumerate() {
            self.part(&mut xml, n, (card, inside.as_ref()));
        }
        xml.open("电子文件");
        for file in self.files {
            xml.open("文件");
            xml.leaf("文件名", file.path.rsplit('/').next().unwrap_or_default());
            xml.leaf("大小", &file.size.to_string());
            xml.leaf("SM3", &file.sm3);
            xml.close();
        }
        xml.finish()
    }

    fn part(&self, xml: &mut Xml, n: usize, (card, inside): (&Card, Option<&Inside>)) {
        xml.open("组成部分");
        xml.leaf("顺序", &(n + 1).to_string());
        xml.leaf("稿本", card.words.part.label());
        xml.leaf("部分题名", &card.words.title);
        xml.leaf("载体", inside.map_or("纸质", |_| "电子"));
        if let Some(inside) = inside {
            let head = &inside.view.case.head;
            xml.leaf("文种或事项", &inside.view.procedure.name);
            xml.leaf("办理编号", head.number.as_deref().unwrap_or_default());
            let when = |at: Option<Millis>| at.map_or_else(String::new, |at| self.zone.stamp(at));
            xml.leaf("办结时间", &when(head.closed_at));
            for (_, s) in &inside.stamps {
                xml.open("电子签名");
                xml.leaf("印章", &s.signed.seal);
                xml.leaf("用印人", &s.signed.name);
                xml.leaf("用印时间", &self.zone.stamp(s.signed.at()));
                xml.leaf("签名算法", "SM2-SM3");
                xml.leaf("签名结果", &s.signature);
                xml.close();
            }
            for act in &inside.view.case.acts {
                xml.open("业务行为");
                xml.leaf("行为时间", &self.zone.stamp(act.at));
                xml.leaf("环节", inside.view.procedure.step_name(&act.step));
                xml.leaf("机构", &act.by.dept_name);
                xml.leaf("人员", &act.by.name);
                xml.leaf("行为", &act.detail.label);
                xml.close();
            }
        }
        xml.close();
    }
}

/// The catalogue as XML and as Excel; each line with the folder it lies in.
pub fn catalogue(manifest: &Manifest, lines: &[Said]) -> Result<(String, Vec<u8>)> {
    let mut xml = Xml::new();
    xml.open("归档文件目录");
    xml.leaf("全宗号", &manifest.fonds);
    xml.leaf("全宗名称", &manifest.organ);
    xml.leaf("年度", &manifest.year.to_string());
    xml.leaf("范围", &manifest.scope);
    let mut rows = Vec::new();
    for (n, (line, piece)) in lines.iter().zip(&manifest.pieces).enumerate() {
        xml.open("归档文件");
        xml.leaf("序号", &(n + 1).to_string());
        let mut row = vec![Cell::Number((n + 1) as f64)];
        for (tag, text) in line {
            xml.leaf(tag, text);
            row.push(Cell::of_text(text));
        }
        xml.leaf("文件夹", &piece.folder);
        row.push(Cell::of_text(&piece.folder));
        xml.close();
        rows.push(row);
    }
    let mut headers = vec!["序号".to_owned()];
    headers.extend(BOTH.map(str::to_owned));
    headers.push("文件夹".to_owned());
    let table = Table {
        sheet_name: "归档文件目录".to_owned(),
        headers,
        rows,
        widths: vec![6.0, 26.0, 20.0, 22.0, 60.0, 10.0, 6.0, 6.0, 8.0, 20.0, 34.0],
        notes: vec![
            format!("{}　全宗号 {}", manifest.organ, manifest.fonds),
            format!("{} 年　{}", manifest.year, manifest.scope),
        ],
    };
    Ok((xml.finish(), write_table(&table)?))
}

/// What an XML says under the tags of both.
#[must_use]
pub fn read(xml: &str) -> Said {
    BOTH.map(|tag| (tag, value(xml, tag))).into()
}

/// The lines of a catalogue with their folders.
#[must_use]
pub fn read_catalogue(xml: &str) -> Vec<(String, Said)> {
    each(xml, "归档文件")
        .map(|one| (value(one, "文件夹"), read(one)))
        .collect()
}
