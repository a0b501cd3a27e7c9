//! Small OFD files made by hand: what they draw, and hostile ones.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

use super::*;
use crate::kit::unpack::stored_zip;

const OFD: &str = "<ofd:OFD xmlns:ofd='o'><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>\
    <ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody></ofd:OFD>";
const DOCUMENT: &str = "<ofd:Document xmlns:ofd='o'><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>\
    <ofd:PublicRes>PublicRes.xml</ofd:PublicRes><ofd:TemplatePage ID='50' BaseLoc='Tpls/T.xml'/></ofd:CommonData>\
    <ofd:Pages><ofd:Page ID='1' BaseLoc='Pages/P.xml'/></ofd:Pages><ofd:Annotations>Annots/A.xml</ofd:Annotations></ofd:Document>";
const RES: &str = "<ofd:Res xmlns:ofd='o' BaseLoc='Res'><ofd:Fonts><ofd:Font ID='2' FontName='仿宋_GB2312'/></ofd:Fonts>\
    <ofd:MultiMedias><ofd:MultiMedia ID='7' Type='Image'><ofd:MediaFile>p.png</ofd:MediaFile></ofd:MultiMedia>\
    <ofd:MultiMedia ID='8' Format='GBIG2'><ofd:MediaFile>s.jb2</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>\
    <ofd:DrawParams><ofd:DrawParam ID='9' Relative='9' LineWidth='2'><ofd:StrokeColor Value='255 0 0'/></ofd:DrawParam></ofd:DrawParams>\
    <ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID='12'><ofd:Content><ofd:CompositeObject ResourceID='12' Boundary='0 0 1 1'/>\
    <ofd:CompositeObject ResourceID='12' Boundary='0 0 1 1'/></ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits></ofd:Res>";

fn png() -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    let image = image::RgbaImage::from_pixel(4, 4, image::Rgba([200, 0, 0, 120]));
    image.write_to(&mut out, image::ImageFormat::Png).unwrap();
    out.into_inner()
}

/// A package of one page with these objects; other parts may be put in or take the place of those.
fn package(objects: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let page = format!(
        "<ofd:Page xmlns:ofd='o'><ofd:Template TemplateID='50'/><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>"
    );
    let png = png();
    let template = "<ofd:Page xmlns:ofd='o'><ofd:Template TemplateID='50'/><ofd:Content><ofd:Layer>\
        <ofd:PathObject Boundary='0 0 210 297'><ofd:AbbreviatedData>M 1 1 L 2 2</ofd:AbbreviatedData></ofd:PathObject></ofd:Layer></ofd:Content></ofd:Page>";
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("OFD.xml", OFD.as_bytes()),
        ("Doc_0/Document.xml", DOCUMENT.as_bytes()),
        ("Doc_0/PublicRes.xml", RES.as_bytes()),
        ("Doc_0/Res/p.png", &png),
        ("Doc_0/Res/s.jb2", b"\x97JB2\r\n\x1a\n"),
        ("Doc_0/Tpls/T.xml", template.as_bytes()),
        ("Doc_0/Pages/P.xml", page.as_bytes()),
    ];
    parts.retain(|(name, _)| more.iter().all(|(m, _)| m != name));
    parts.extend(more);
    stored_zip(&parts)
}

fn marks(objects: &str) -> Vec<Mark> {
    ofd(&package(objects, &[]), 0)
        .unwrap()
        .pages
        .remove(0)
        .marks
}

#[test]
fn letters_stand_where_the_distances_say() {
    let all = marks(
        "<ofd:TextObject ID='3' Boundary='20 40 100 8' Font='2' Size='5.6'><ofd:FillColor Value='#ff 0 0'/>\
         <ofd:TextCode X='1' Y='5' DeltaX='g 2 5.5 6'>关于燃气</ofd:TextCode></ofd:TextObject>",
    );
    // the template lies below, and only once though it names itself
    assert_eq!(all.len(), 2);
    let What::Words {
        text,
        at,
        face,
        size,
        colour,
    } = &all[1].what
    else {
        panic!("{:?}", all[1]);
    };
    assert_eq!(
        (text.as_str(), *face, *size),
        ("关于燃气", Face::Fangsong, 5.6)
    );
    assert_eq!(at, &[(1.0, 5.0), (6.5, 5.0), (12.0, 5.0), (18.0, 5.0)]);
    assert_eq!((colour.red, colour.green), (255, 0));
    assert_eq!(all[1].matrix.at((1.0, 5.0)), (21.0, 45.0));
}

#[test]
fn lines_pictures_and_pens_are_drawn() {
    let all = marks(
        "<ofd:PathObject Boundary='10 10 50 50' DrawParam='9' Fill='true' CTM='2 0 0 2 0 0'><ofd:FillColor Value='128' Alpha='51'/>\
         <ofd:AbbreviatedData>M 0 0 L 10 0 L 10 10 C</ofd:AbbreviatedData></ofd:PathObject>\
         <ofd:ImageObject ResourceID='7' Boundary='30 30 40 20'/>",
    );
    let What::Fill { colour, .. } = &all[1].what else {
        panic!("{:?}", all[1]);
    };
    assert_eq!((colour.red, colour.cover), (128, 51));
    let What::Stroke { width, colour, .. } = &all[2].what else {
        panic!("{:?}", all[2]);
    };
    assert_eq!((*width, colour.red), (2.0, 255));
    assert_eq!(all[2].matrix.at((10.0, 10.0)), (30.0, 30.0));
    let What::Picture { bytes } = &all[3].what else {
        panic!("{:?}", all[3]);
    };
    assert!(bytes.starts_with(b"\x89PNG"));
    assert_eq!(all[3].matrix.at((1.0, 1.0)), (70.0, 50.0));
}

#[test]
fn what_cannot_be_drawn_is_named() {
    let objects = "<ofd:ImageObject ResourceID='8' Boundary='0 0 9 9'/><ofd:ImageObject ResourceID='99' Boundary='0 0 9 9'/>\
        <ofd:TextObject Boundary='0 0 9 9' Font='2' Size='5'><ofd:TextCode X='0' Y='0'>字</ofd:TextCode></ofd:TextObject>";
    let shown = ofd(&package(objects, &[]), 0).unwrap();
    assert_eq!((shown.count, shown.pages[0].size), (1, (210.0, 297.0)));
    let said = shown.left_out.join("\n");
    for word in ["GBIG2", "找不到", "仿宋_GB2312"] {
        assert!(said.contains(word), "{said}");
    }
    assert!(
        ofd(b"PK\x03\x04", 0)
            .unwrap_err()
            .to_string()
            .contains("OFD")
    );
    assert!(ofd(&package("", &[]), 5).unwrap().pages.is_empty());
}

/// A seal's data: a sequence in a sequence, the picture in the middle of it.
fn seal(kind: &str, picture: &[u8]) -> Vec<u8> {
    let value = |tag: u8, data: &[u8]| {
        let mut out = vec![tag, 0x83];
        out.extend(&u32::try_from(data.len()).unwrap().to_be_bytes()[1..]);
        out.extend(data);
        out
    };
    let inner = [
        value(0x16, kind.as_bytes()),
        value(0x04, picture),
        value(2, &[30]),
        value(2, &[30]),
    ];
    value(
        0x30,
        &[value(0x16, b"ES"), value(0x30, &inner.concat())].concat(),
    )
}

fn signed(kind: &str, picture: &[u8]) -> Shown {
    let der = seal(kind, picture);
    let more: [(&str, &[u8]); 3] = [
        ("Doc_0/Signs/Signatures.xml", b"<S><Signature BaseLoc='Sign_0/Signature.xml'/></S>"),
        (
            "Doc_0/Signs/Sign_0/Signature.xml",
            b"<S><SignedInfo><StampAnnot PageRef='1' Boundary='100 200 40 40' Clip='0 0 20 40'/></SignedInfo><SignedValue>/Doc_0/Signs/Sign_0/V.dat</SignedValue></S>",
        ),
        ("Doc_0/Signs/Sign_0/V.dat", &der),
    ];
    ofd(&package("", &more), 0).unwrap()
}

#[test]
fn a_seal_is_drawn_as_its_picture_and_not_called_verified() {
    let shown = signed("png", &png());
    let mark = &shown.pages[0].marks[1];
    assert_eq!(mark.matrix.at((1.0, 1.0)), (140.0, 240.0));
    assert_eq!(mark.clip.as_ref().unwrap()[2], Step::Line(120.0, 240.0));
    assert!(shown.left_out[0].contains("没有验证电子签名"));

    let inner = package(
        "<ofd:PathObject Boundary='0 0 210 297'><ofd:AbbreviatedData>M 0 0 L 210 297</ofd:AbbreviatedData></ofd:PathObject>",
        &[],
    );
    let shown = signed("ofd", &inner);
    let (x, y) = shown.pages[0].marks[2].matrix.at((210.0, 297.0));
    assert!((x - 140.0).abs() < 1e-9 && (y - 240.0).abs() < 1e-9);
}

#[test]
fn hostile_ones_come_to_an_end() {
    let began = std::time::Instant::now();
    let vast = "<ofd:PathObject Boundary='1e308 NaN 1e999 -1e300' CTM='1e300 1e300 1e300 1e300 1e300 1e300' LineWidth='1e300'>\
        <ofd:AbbreviatedData>M 1e300 0 A 1e300 1e-300 7e9 1 1 -1e300 5 B NaN</ofd:AbbreviatedData></ofd:PathObject>";
    for mark in marks(vast) {
        assert!(mark.matrix.0.iter().all(|n| n.is_finite()));
    }
    let round = "<ofd:CompositeObject ResourceID='12' Boundary='0 0 1 1'/>";
    let _ = ofd(&package(round, &[]), 0).unwrap();
    let deep = "<ofd:PageBlock>".repeat(300_000);
    let _ = ofd(&package(&deep, &[]), 0).unwrap();
    let many = "<ofd:PathObject Boundary='0 0 1 1'><ofd:AbbreviatedData>M 0 0 L 1 1</ofd:AbbreviatedData></ofd:PathObject>".repeat(150_000);
    let shown = ofd(&package(&many, &[]), 0).unwrap();
    assert!(shown.pages[0].marks.len() <= 100_000);
    let text = format!(
        "<ofd:TextObject Boundary='0 0 1 1' Size='5'><ofd:TextCode X='0' Y='0' DeltaX='g 99999999999 1'>{}</ofd:TextCode><ofd:CGTransform CodePosition='0' CodeCount='9999999999'/></ofd:TextObject>",
        "字".repeat(500_000)
    );
    let _ = ofd(&package(&text, &[]), 0).unwrap();
    let pages = "<ofd:Page ID='1' BaseLoc='Pages/P.xml'/>".repeat(200_000);
    let document = format!("<D><Pages>{pages}</Pages></D>");
    let many = package("", &[("Doc_0/Document.xml", document.as_bytes())]);
    assert_eq!(ofd(&many, 0).unwrap().pages.len(), MOST_PAGES);
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}

#[test]
fn a_torn_or_changed_one_does_no_harm() {
    let whole = package(
        "<ofd:TextObject Boundary='20 40 100 8' Font='2' Size='5'><ofd:TextCode X='1' Y='5' DeltaX='5'>关于</ofd:TextCode></ofd:TextObject>",
        &[],
    );
    for cut in (0..whole.len()).step_by(11) {
        let _ = ofd(&whole[..cut], 0);
        let mut bad = whole.clone();
        bad[cut] ^= 0x55;
        let _ = ofd(&bad, 0);
    }
}

#[test]
fn what_we_write_is_drawn_with_its_own_glyphs() {
    use crate::layout::{ofd as writer, sample};
    let file = writer::write(&sample::pages(), &sample::fonts(), &sample::meta()).unwrap();
    let shown = ofd(&file, 0).unwrap();
    assert_eq!(shown.count, sample::pages().pages.len());
    let all: Vec<&Mark> = shown.pages.iter().flat_map(|p| &p.marks).collect();
    let words = all.iter().filter(|m| matches!(m.what, What::Words { .. }));
    assert_eq!(words.count(), 0, "{:?}", shown.left_out);
    let glyphs = all
        .iter()
        .filter(|m| matches!(&m.what, What::Fill { path, .. } if path.len() > 4));
    let letters: usize = sample::WORDS
        .iter()
        .map(|w| w.chars().filter(|c| !c.is_whitespace()).count())
        .sum();
    assert!(glyphs.count() >= letters * 9 / 10, "{letters} letters");
    // the first letter stands where the page has it; pictures and shapes lie under the words
    let first = sample::pages().pages[0]
        .pieces
        .iter()
        .find_map(|p| match p {
            crate::layout::page::Piece::Text(t) => Some(t.at),
            _ => None,
        });
    let at = first.unwrap();
    let there = all.iter().any(|m| {
        let (x, y) = m.matrix.at((0.0, 0.0));
        let glyph = matches!(m.what, What::Fill { .. });
        glyph && (x - at.0).abs() < 0.1 && (y - at.1).abs() < 0.1
    });
    assert!(there, "{at:?}");
}
