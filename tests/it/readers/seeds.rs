//! Good small files of each kind, made here.

use crate::support::long::Chance;
use inkstone::kit::picture_pdf::{self, Turn};
use inkstone::kit::unpack::Packer;
use inkstone::kit::{Table, compound, sheet};
use inkstone::layout::document::{Block, Document, Form, Level};
use inkstone::layout::font::fallback;
use inkstone::layout::meta::Meta;
use inkstone::layout::recognise::Recognised;
use inkstone::layout::{docx as word, ofd as fixed, pdf as paper, set};
use std::io::Cursor;

/// A file, or the parts of a package.
#[derive(Clone)]
pub enum Seed {
    Whole(Vec<u8>),
    Parts(Vec<(String, Vec<u8>)>),
    /// What stands in the compound file of an old sheet.
    Records(Vec<u8>),
}

impl Seed {
    pub fn of(parts: &[(&str, &[u8])]) -> Self {
        let own = |(n, b): &(&str, &[u8])| ((*n).to_owned(), b.to_vec());
        Self::Parts(parts.iter().map(own).collect())
    }

    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Whole(bytes) => bytes.clone(),
            Self::Records(bytes) => compound::plain("Workbook", bytes).unwrap(),
            Self::Parts(parts) => {
                let mut packer = Packer::default();
                for (name, bytes) in parts {
                    packer.put(name, bytes);
                }
                packer.finish()
            }
        }
    }

    pub fn some_part(&mut self, chance: &mut Chance) -> &mut Vec<u8> {
        match self {
            Self::Whole(bytes) | Self::Records(bytes) => bytes,
            Self::Parts(parts) => {
                let at = chance.below(parts.len() as u64) as usize;
                &mut parts[at].1
            }
        }
    }

    /// A package taken to pieces.
    pub fn opened(zip: &[u8]) -> Self {
        let mut archive = inkstone::kit::unpack::Archive::of(zip, 64 << 20);
        let entries = inkstone::kit::unpack::entries(zip).unwrap();
        let parts = entries.into_iter().filter_map(|e| {
            let bytes = archive.part(&e.name, 64 << 20)?;
            Some((e.name, bytes))
        });
        Self::Parts(parts.collect())
    }
}

pub const DOCUMENT: &str = "<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body><w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:r><w:rPr><w:sz w:val=\"44\"/></w:rPr><w:t>关于检查的通知</w:t></w:r></w:p>\
    <w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>总体要求 &amp; 任务</w:t><w:tab/><w:br/></w:r></w:p>\
    <w:p><w:ins w:id=\"1\"><w:r><w:t>加</w:t></w:r></w:ins><w:del w:id=\"2\"><w:r><w:delText>减</w:delText></w:r></w:del></w:p>\
    <w:tbl><w:tblGrid><w:gridCol w:w=\"100\"/><w:gridCol w:w=\"200\"/></w:tblGrid><w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr><w:p><w:r><w:t>村名</w:t></w:r></w:p></w:tc></w:tr>\
    <w:tr><w:tc><w:tcPr><w:vMerge w:val=\"restart\"/></w:tcPr><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl></w:body></w:document>";

const NUMBERING: &str = "<w:numbering xmlns:w=\"w\"><w:abstractNum w:abstractNumId=\"4\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"chineseCounting\"/><w:lvlText w:val=\"%1、\"/></w:lvl></w:abstractNum>\
    <w:num w:numId=\"1\"><w:abstractNumId w:val=\"4\"/></w:num></w:numbering>";

pub fn docx_of(document: &str) -> Seed {
    Seed::of(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", document.as_bytes()),
        ("word/numbering.xml", NUMBERING.as_bytes()),
        (
            "word/styles.xml",
            b"<w:styles><w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"a\"><w:basedOn w:val=\"a\"/></w:style></w:styles>",
        ),
    ])
}

pub fn docx() -> Vec<Seed> {
    let ours = word::write(&document(), &fallback(), &Meta::default()).unwrap();
    vec![docx_of(DOCUMENT), Seed::opened(&ours)]
}

/// A short document of ours.
fn document() -> Document {
    let text = |level, text: &str| Block::Paragraph {
        level,
        lead: 0,
        text: text.to_owned(),
    };
    Document {
        form: Form::Ordinary,
        copy: None,
        internal: false,
        urgency: Some("特急".into()),
        marks: vec!["白石镇人民政府文件".into()],
        number: "白政发〔2026〕5号".into(),
        signers: Vec::new(),
        title: vec!["关于做好森林防火工作的通知".into()],
        addressee: "各村（社区）".into(),
        body: vec![
            text(Level::First, "一、总体要求"),
            text(Level::Text, "坚持预防为主。"),
            Block::Table {
                head: true,
                rows: vec![
                    vec!["村名".into(), "户数".into()],
                    vec!["柳溪".into(), "12".into()],
                ],
            },
        ],
        enclosures: vec!["名单".into()],
        signatures: vec!["白石镇人民政府".into()],
        date: "2026-03-10".parse().ok(),
        sealed: true,
        note: Some("此件公开发布".into()),
        annexes: Vec::new(),
        copy_to: "县林业局".into(),
        printer: "白石镇党政办公室".into(),
        printed_on: None,
        present: Vec::new(),
    }
}

/// Texts as they are typed and pasted.
pub fn texts() -> Vec<Seed> {
    let issued = "关于印发《检查办法》的通知\n各村、各部门：\n现将办法印发给你们。\n砚田镇人民政府\n2026年3月1日\n（此件公开发布）\n检查办法\n第一章 总则\n一、目的\n（一）为了安全。各村执行。\n1.一是\n（1）二是";
    let table = "通知\n| 村名 | 户数 |\n| --- | --- |\n| 柳溪 | 12 |\n甲\t乙\n1\t2\n附件：1.名单2.图\n出席：甲 乙\n附件1\n名单\n柳溪村，12户。\n抄送：县林业局。\n党政办公室　2026年3月2日印发";
    [issued, table].map(|t| Seed::Whole(t.into())).into()
}

/// A document of what was recognised.
pub fn recognised(read: Recognised) -> Document {
    Document {
        number: read.number,
        title: read.title,
        addressee: read.addressee,
        body: read.body,
        enclosures: read.enclosures,
        signatures: read.signatures,
        date: read.date,
        note: read.note,
        annexes: read.annexes,
        copy_to: read.copy_to,
        printer: read.printer,
        printed_on: read.printed_on,
        present: read.present,
        ..document()
    }
}

pub fn xlsx() -> Vec<Seed> {
    let table = Table {
        sheet_name: "台账".into(),
        headers: vec!["户名".into(), "金额".into(), "日期".into()],
        rows: (0..20)
            .map(|n| vec![format!("第{n}户").into(), n.into(), "2026-01-05".into()])
            .collect(),
        ..Table::default()
    };
    vec![Seed::opened(&sheet::write_table(&table).unwrap())]
}

/// A workbook whose sheet is this.
/// An old sheet: its records, and the file around them.
pub fn xls() -> Vec<Seed> {
    let record = |kind: u16, body: &[u8]| {
        let length = u16::try_from(body.len()).unwrap();
        [&kind.to_le_bytes(), &length.to_le_bytes(), body].concat()
    };
    let begin = record(0x809, &[0, 6, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let (end, cell) = (record(0x0a, &[]), [1, 0, 0, 0, 0, 0]);
    let head = |at: u8| {
        let strings = [
            &[2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, b'h', b'i'][..],
            &[1, 0, 9, 1, 0, 7, 78, 0, 0, 0, 0],
        ];
        let bound = record(0x85, &[at, 0, 0, 0, 0, 0, 1, 0, b'S']);
        let date = record(
            0x41e,
            &[
                164, 0, 10, 0, 0, b'y', b'y', b'y', b'y', b'-', b'm', b'm', b'-', b'd', b'd',
            ],
        );
        let all = [
            begin.clone(),
            record(0x42, &[0xb0, 4]),
            date,
            record(0xe0, &[0; 20]),
            bound,
        ];
        [all.concat(), record(0xfc, &strings.concat()), end.clone()].concat()
    };
    let at = u8::try_from(head(0).len()).unwrap();
    let float = 46_000.5_f64.to_le_bytes();
    let inside = [
        record(0x200, &[0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 5, 0, 0, 0]),
        record(0xfd, &[&cell[..], &[1, 0, 0, 0]].concat()),
        record(0x203, &[&cell[..], &float].concat()),
        record(0x204, &[&cell[..], &[2, 0, 0, b'a', b'b']].concat()),
        record(0x205, &[&cell[..], &[1, 0]].concat()),
        record(0x27e, &[&cell[..], &[0, 0, 0x24, 0x40]].concat()),
        record(
            0xbd,
            &[
                2, 0, 0, 0, 0, 0, 0, 0, 0x24, 0x40, 0, 0, 0, 0, 0x34, 0x40, 1, 0,
            ],
        ),
        record(
            0x06,
            &[
                &cell[..],
                &[
                    0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 3, 0, 0x1e, 1, 0,
                ],
            ]
            .concat(),
        ),
        record(0x207, &[2, 0, 0, b'o', b'k']),
    ];
    let records = [head(at), begin, inside.concat(), end].concat();
    let whole = compound::plain("Workbook", &records).unwrap();
    vec![Seed::Records(records), Seed::Whole(whole)]
}

pub fn ods() -> Seed {
    let content = "<?xml version='1.0'?><office:document-content xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' \
        xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'>\
        <office:body><office:spreadsheet><table:table table:name='S'><table:table-row table:number-rows-repeated='2'>\
        <table:table-cell table:number-columns-repeated='3'/><table:table-cell office:value-type='string' table:number-columns-repeated='2'>\
        <text:p>张三</text:p></table:table-cell><table:table-cell office:value-type='float' office:value='3.5' table:formula='of:=1'/>\
        <table:table-cell table:number-columns-repeated='16000'/></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>";
    Seed::of(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest:manifest xmlns:manifest='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'/>"),
        ("content.xml", content.as_bytes()),
    ])
}

pub fn xlsx_of(sheet: &str) -> Seed {
    let mut seed = xlsx().remove(0);
    if let Seed::Parts(parts) = &mut seed {
        let place = parts
            .iter_mut()
            .find(|(n, _)| n == "xl/worksheets/sheet1.xml");
        place.unwrap().1 = sheet.as_bytes().to_vec();
    }
    seed
}

pub const PAGE: &str = "<ofd:Page xmlns:ofd='o'><ofd:Area><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:Area><ofd:Template TemplateID='50'/><ofd:Content><ofd:Layer ID='2'>\
    <ofd:TextObject ID='3' Boundary='20 40 100 8' Font='2' Size='5.6'><ofd:FillColor Value='255 0 0'/><ofd:CGTransform CodePosition='0' CodeCount='2' GlyphCount='2'><ofd:Glyphs>5 6</ofd:Glyphs></ofd:CGTransform>\
    <ofd:TextCode X='1' Y='5' DeltaX='g 3 5.5'>关于检查</ofd:TextCode></ofd:TextObject>\
    <ofd:PathObject ID='4' Boundary='10 10 50 50' Fill='true' CTM='2 0 0 2 0 0' LineWidth='0.5'><ofd:FillColor Value='128' Alpha='51'/><ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary='0 0 9 9'><ofd:AbbreviatedData>M 0 0 L 9 9 C</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>\
    <ofd:AbbreviatedData>M 0 0 L 10 0 Q 11 1 12 5 B 1 2 3 4 5 6 A 5 5 30 0 1 10 10 C</ofd:AbbreviatedData></ofd:PathObject>\
    <ofd:ImageObject ID='6' ResourceID='7' Boundary='30 30 40 20'/><ofd:CompositeObject ID='8' ResourceID='12' Boundary='0 0 9 9'/></ofd:Layer></ofd:Content></ofd:Page>";

pub fn ofd_of(page: &str) -> Seed {
    let picture = image_of(image::ImageFormat::Png);
    Seed::of(&[
        ("OFD.xml", b"<OFD><DocBody><DocRoot>Doc_0/Document.xml</DocRoot><Signatures>Doc_0/Signs/S.xml</Signatures></DocBody></OFD>"),
        (
            "Doc_0/Document.xml",
            b"<Document><CommonData><PublicRes>R.xml</PublicRes><TemplatePage ID='50' BaseLoc='Tpls/T.xml'/></CommonData><Pages><Page ID='1' BaseLoc='Pages/Page_0/Content.xml'/></Pages></Document>",
        ),
        (
            "Doc_0/R.xml",
            b"<Res BaseLoc='Res'><Fonts><Font ID='2' FontName='SimSun'/></Fonts><MultiMedias><MultiMedia ID='7' Type='Image'><MediaFile>p.png</MediaFile></MultiMedia></MultiMedias>\
              <CompositeGraphicUnits><CompositeGraphicUnit ID='12'><Content><PathObject Boundary='0 0 9 9'><AbbreviatedData>M 0 0 L 1 1</AbbreviatedData></PathObject></Content></CompositeGraphicUnit></CompositeGraphicUnits></Res>",
        ),
        ("Doc_0/Res/p.png", &picture),
        ("Doc_0/Tpls/T.xml", b"<Page><Content><Layer/></Content></Page>"),
        ("Doc_0/Pages/Page_0/Content.xml", page.as_bytes()),
        ("Doc_0/Signs/S.xml", b"<S><Signature BaseLoc='X.xml'/></S>"),
        (
            "Doc_0/Signs/X.xml",
            b"<S><SignedInfo><StampAnnot PageRef='1' Boundary='10 20 30 40'/></SignedInfo><SignedValue>V.dat</SignedValue></S>",
        ),
        ("Doc_0/Signs/V.dat", b"\x30\x08\x16\x03png\x04\x01x"),
    ])
}

pub fn ofd() -> Vec<Seed> {
    let pages = set::lay_out(&document(), &fallback());
    let ours = fixed::write(&pages, &fallback(), &Meta::default()).unwrap();
    vec![ofd_of(PAGE), Seed::opened(&ours)]
}

pub fn pdf() -> Vec<Seed> {
    let scan = image_of(image::ImageFormat::Jpeg);
    let scans = picture_pdf::bound([(scan, Turn::None)].into_iter()).unwrap();
    let text = "%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n\
        2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 /Resources << /Font << /F1 5 0 R >> >> >> endobj\n\
        3 0 obj << /Type /Page /Parent 2 0 R /Contents 4 0 R >> endobj\n\
        4 0 obj << /Length 60 >>\nstream\nBT /F1 16 Tf 80 700 Td (Notice 2026) Tj 0 -20 Td <0041> Tj ET\nendstream endobj\n\
        5 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >> endobj\n\
        6 0 obj << /Length 70 >>\nstream\n1 beginbfchar <41> <6392> endbfchar 1 beginbfrange <42> <50> <4E00> endbfrange\nendstream endobj\n\
        trailer << /Root 1 0 R >>\n%%EOF";
    let pages = set::lay_out(&document(), &fallback());
    let ours = paper::write(&pages, &fallback(), &Meta::default()).unwrap();
    vec![
        Seed::Whole(scans),
        Seed::Whole(text.into()),
        Seed::Whole(ours),
    ]
}

pub fn image_of(format: image::ImageFormat) -> Vec<u8> {
    let picture =
        image::RgbImage::from_fn(48, 32, |x, y| image::Rgb([x as u8 * 5, y as u8 * 7, 90]));
    let mut out = Cursor::new(Vec::new());
    image::DynamicImage::ImageRgb8(picture)
        .write_to(&mut out, format)
        .unwrap();
    out.into_inner()
}

pub fn images() -> Vec<Seed> {
    use image::ImageFormat::{Bmp, Gif, Jpeg, Png, WebP};
    [Png, Jpeg, Gif, Bmp, WebP]
        .map(|f| Seed::Whole(image_of(f)))
        .into()
}

pub fn zip() -> Vec<Seed> {
    let whole = |seeds: Vec<Seed>| seeds.into_iter().map(|s| Seed::Whole(s.bytes()));
    let plain = Seed::of(&[
        ("一.txt", "甲".repeat(3000).as_bytes()),
        ("目录/b.bin", b"PK\x03\x04"),
    ]);
    whole(vec![plain])
        .chain(whole(docx()))
        .chain(whole(ofd()))
        .collect()
}
