//! Pages set by hand, line by line on the standard's grid, so that what the writers make of them can be measured without
//! the engine's own judgement.

use inkstone::kit::Millis;
use inkstone::layout::document::{Annex, Block, Document, Form, Level};
use inkstone::layout::font::Face;
use inkstone::layout::meta::Meta;
use inkstone::layout::page::{Ink, Page, Pages, Picture, Piece, Rule, Shape, Step, Text};
use std::io::Cursor;

/// An advance of the grid, mm.
pub const CHAR: f64 = 156.0 / 28.0;
/// Points a millimetre.
const MM: f64 = 72.0 / 25.4;

pub const BODY: [&str; 6] = [
    "各村（社区），镇属各单位：",
    "　　为切实做好2026年春季森林防火工作，保护人民群众生",
    "命财产和森林资源安全，现将有关事项通知如下：",
    "　　一、压实责任。各村要把“责任”落实到户&到人<逐级>",
    "签订责任书——不留死角……确保不发生较大以上森林火灾。",
    "　　（一）联系电话：0312-1234567，每日17:30前报送℃。",
];

/// The words of the page in reading order.
pub fn words() -> String {
    let tail = ["白石镇人民政府", "2026年3月10日", "—1—"];
    let head = [
        "白石镇人民政府文件",
        "白政发〔2026〕5号",
        "关于做好2026年春季森林防火工作的通知",
    ];
    head.iter().chain(&BODY).chain(&tail).copied().collect()
}

pub fn meta() -> Meta {
    Meta {
        title: "关于做好2026年春季森林防火工作的通知".into(),
        author: "白石镇人民政府".into(),
        at: Millis(1_773_100_000_000),
        number: "白政发〔2026〕5号".into(),
    }
}

fn line(words: &str, (face, size): (Face, f64), at: (f64, f64), advance: f64) -> Text {
    let way = |c: char| if c.is_ascii() { advance / 2.0 } else { advance };
    Text {
        at,
        face,
        size,
        stretch: 1.0,
        ink: Ink::Black,
        text: words.into(),
        advances: words.chars().map(way).collect(),
        preprinted: false,
    }
}

/// One page with everything a page can have.
pub fn pages() -> Pages {
    let mut mark = line(
        "白石镇人民政府文件",
        (Face::Biaosong, 56.0),
        (34.9, 90.0),
        15.8,
    );
    mark.ink = Ink::Red;
    mark.stretch = 0.8;
    mark.preprinted = true;
    let rule = Rule {
        from: (28.0, 110.0),
        to: (184.0, 110.0),
        width: 0.7,
        ink: Ink::Red,
        preprinted: true,
    };
    let text = (Face::Fangsong, 16.0);
    let mut pieces = vec![
        Piece::Text(mark),
        Piece::Text(line("白政发〔2026〕5号", text, (80.0, 104.0), CHAR)),
        Piece::Rule(rule),
        Piece::Text(line(
            "关于做好2026年春季森林防火工作的通知",
            (Face::Biaosong, 22.0),
            (46.0, 130.0),
            22.0 / MM,
        )),
    ];
    for (words, n) in BODY.iter().zip(0_u8..) {
        let y = 150.0 + f64::from(n) * 225.0 / 22.0;
        pieces.push(Piece::Text(line(words, text, (28.0, y), CHAR)));
    }
    pieces.push(Piece::Text(line(
        "白石镇人民政府",
        text,
        (122.0, 220.0),
        CHAR,
    )));
    pieces.push(Piece::Text(line(
        "2026年3月10日",
        text,
        (123.0, 230.0),
        CHAR,
    )));
    pieces.push(Piece::Picture(seal((122.0, 200.0))));
    pieces.push(Piece::Shape(block((40.0, 240.0))));
    pieces.push(Piece::Text(line(
        "— 1 —",
        (Face::Songti, 14.0),
        (160.0, 271.0),
        14.0 / MM,
    )));
    Pages {
        form: Form::Ordinary,
        pages: vec![Page { pieces }],
        places: Vec::new(),
    }
}

/// A ring of ink 42 mm wide, clear elsewhere.
fn seal(at: (f64, f64)) -> Picture {
    let ring = image::RgbaImage::from_fn(420, 420, |x, y| {
        let far = (f64::from(x) - 209.5).hypot(f64::from(y) - 209.5);
        let ink = (190.0..210.0).contains(&far);
        image::Rgba(if ink {
            [220, 20, 20, 255]
        } else {
            [255, 255, 255, 0]
        })
    });
    let mut png = Cursor::new(Vec::new());
    ring.write_to(&mut png, image::ImageFormat::Png).unwrap();
    Picture {
        at,
        size: (42.0, 42.0),
        bytes: png.into_inner().into(),
    }
}

/// A square of blue ink, 10 mm.
fn block((x, y): (f64, f64)) -> Shape {
    Shape {
        path: vec![
            Step::Move(x, y),
            Step::Line(x + 10.0, y),
            Step::Line(x + 10.0, y + 10.0),
            Step::Curve((x + 7.0, y + 10.0), (x + 3.0, y + 10.0), (x, y + 10.0)),
            Step::Close,
        ],
        ink: Ink::Pen(20, 60, 200),
    }
}

/// A document with every element of the ordinary form.
pub fn document() -> Document {
    let paragraph = |level, lead, text: &str| Block::Paragraph {
        level,
        lead,
        text: text.into(),
    };
    let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
    Document {
        form: Form::Ordinary,
        copy: Some("000001".into()),
        internal: false,
        urgency: Some("加急".into()),
        marks: vec!["白石镇人民政府文件".into()],
        number: "白政发〔2026〕5号".into(),
        signers: Vec::new(),
        title: vec!["关于做好春季森林防火工作的通知".into()],
        addressee: "各村（社区），镇属各单位".into(),
        body: vec![
            paragraph(
                Level::Text,
                0,
                "为切实做好今年春季森林防火工作保护人民群众生命财产安全和全镇森林资源安全根据国家和省有关法律法规规定经镇政府研究同意现将有关事项通知如下。",
            ),
            paragraph(Level::First, 6, "一、压实责任"),
            paragraph(
                Level::Second,
                8,
                "（一）落实到人。各村要把<责任>落实到户&到人。",
            ),
            Block::Table {
                head: true,
                rows: vec![row(["村名", "户数"]), row(["白石村", "三百"])],
            },
            paragraph(Level::Text, 0, "特此通知。"),
        ],
        enclosures: vec!["任务分解表".into(), "值班安排".into()],
        signatures: vec!["白石镇人民政府".into()],
        date: "2026-03-10".parse().ok(),
        sealed: true,
        note: Some("此件公开发布".into()),
        annexes: vec![Annex {
            label: "附件1".into(),
            title: "任务分解表".into(),
            body: vec![paragraph(Level::Text, 0, "分解如下。")],
        }],
        copy_to: "县林业局，县应急管理局".into(),
        printer: "白石镇党政办公室".into(),
        printed_on: "2026-03-10".parse().ok(),
        present: Vec::new(),
    }
}

/// Its words in reading order.
pub fn document_words() -> String {
    [
        "000001加急白石镇人民政府文件白政发〔2026〕5号关于做好春季森林防火工作的通知各村（社区），镇属各单位：",
        "为切实做好今年春季森林防火工作保护人民群众生命财产安全和全镇森林资源安全根据国家和省有关法律法规规定经镇政府研究同意现将有关事项通知如下。",
        "一、压实责任（一）落实到人。各村要把<责任>落实到户&到人。村名户数白石村三百特此通知。",
        "附件：1.任务分解表2.值班安排白石镇人民政府2026年3月10日（此件公开发布）",
        "附件1任务分解表分解如下。抄送：县林业局，县应急管理局。白石镇党政办公室2026年3月10日印发",
    ]
    .concat()
}
