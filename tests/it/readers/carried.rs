//! Files of our own making that come from others' hands: exchange packages and receipts, signature and key files, backups,
//! lists as text, fonts, texts to be laid out; changed at random. Packages are changed inside as well and sealed and signed
//! anew, as somebody with the code and a key of his own could do.

use super::changed::{change, changed};
use super::seeds::{self, Seed};
use crate::support::long;
use inkstone::kit::recovery::RecoveryKey;
use inkstone::kit::sealed::{self, Head, Opener, SealKey, Sealer};
use inkstone::kit::sm2::Secret;
use inkstone::kit::stamped::{KeyFile, Signed, Stamped};
use inkstone::kit::{Day, Digest, Millis, csv, holiday_notice, secret, unpack};
use inkstone::kit::{hex, unhex};
use inkstone::layout::check::{Subject, check};
use inkstone::layout::font::{self, Face, Font, Metrics, fallback};
use inkstone::layout::recognise::recognise;
use inkstone::layout::{docx, meta::Meta, pdf, set};
use inkstone::modules::exchange::code::Code;
use inkstone::modules::exchange::elements::Elements;
use inkstone::modules::exchange::package::{self, Package, Part, Receipt, Sent};
use std::io::{Cursor, Read, Write};
use std::sync::LazyLock;

static CODE: LazyLock<Code> = LazyLock::new(|| Code::new().unwrap());
static KEY: LazyLock<Secret> = LazyLock::new(|| Secret::new().unwrap());

const FROM: &str = "砚田镇人民政府";
const TO: &str = "墨川县应急管理局";
const ANSWER: [u8; 32] = [9; 32];

fn sent() -> Vec<u8> {
    let file = |name: &str, part, bytes: &[u8]| Sent {
        name: name.into(),
        part,
        bytes: bytes.into(),
    };
    let package = Package {
        delivery: "d-1".into(),
        from: FROM.into(),
        to: TO.into(),
        at: Millis(1_773_025_200_000),
        elements: Elements {
            title: "关于森林防火的报告 <二>".into(),
            number: "砚政发〔2026〕7号".into(),
            ..Elements::default()
        },
        files: vec![
            file("正文.pdf", Part::Pages, b"%PDF-1.7 pages"),
            file("排查表.xlsx", Part::Enclosure, &[7; 300]),
        ],
    };
    package::seal(&package, &KEY, &CODE, &ANSWER).unwrap()
}

/// What is seen of a package before and after its code is known.
fn opened(file: &[u8]) {
    let _ = package::is_package(file);
    let _ = package::cover(file);
    if let Ok(opened) = package::open(file, &CODE) {
        assert!(
            opened
                .package
                .files
                .iter()
                .all(|f| f.bytes.len() <= package::MOST_BYTES)
        );
    }
}

#[test]
fn read_package() {
    let rounds = long::rounds("read_package", 6, 10_000);
    changed(rounds, &[Seed::Whole(sent())], opened);
}

/// What the receiver's code opens: manifest, signature, metadata and files.
struct Inside {
    zip: Seed,
    salt: [u8; 16],
    key: [u8; 32],
}

/// The cover says the salt; the code is stretched with it.
fn inside(package: &[u8]) -> Inside {
    let at = unpack::find(package, b"{").unwrap();
    let length = u32::from_be_bytes(package[at - 4..at].try_into().unwrap()) as usize;
    let cover: serde_json::Value = serde_json::from_slice(&package[at..at + length]).unwrap();
    let salt = unhex(cover["salt"].as_str().unwrap()).unwrap();
    let key = secret::stretched(&CODE.text().replace('-', ""), &salt);
    let about = format!("inkstone package {FROM} {TO}");
    let zip = secret::open(&key, &about, &package[at + length..]).unwrap();
    Inside {
        zip: Seed::opened(&zip),
        salt,
        key,
    }
}

/// Signed and sealed anew whatever stands in it.
fn anew(mut zip: Seed, (salt, key): ([u8; 16], [u8; 32])) -> Vec<u8> {
    if let Seed::Parts(parts) = &mut zip {
        let manifest = parts.iter().find(|p| p.0 == "清单.json").unwrap().1.clone();
        let signature = parts.iter_mut().find(|p| p.0 == "签名.txt").unwrap();
        signature.1 = hex(&KEY.sign(&manifest).unwrap().0).into_bytes();
    }
    let sealed =
        secret::seal(&key, &format!("inkstone package {FROM} {TO}"), &zip.bytes()).unwrap();
    let cover = serde_json::json!({
        "发文单位": FROM, "收文单位": TO, "发出时间": 1_773_025_200_000_i64,
        "salt": hex(&salt), "digest": Digest::of(&sealed).hex(),
    });
    let cover = serde_json::to_vec(&cover).unwrap();
    let length = u32::try_from(cover.len()).unwrap().to_be_bytes();
    ["砚台公文包 1\n".as_bytes(), &length, &cover, &sealed].concat()
}

#[test]
fn read_package_inside() {
    let rounds = long::rounds("read_package_inside", 6, 10_000);
    let within = inside(&sent());
    let place = (within.salt, within.key);
    let whole = anew(within.zip.clone(), place);
    assert!(package::open(&whole, &CODE).is_ok(), "sealed anew it opens");
    let mut chance = long::Chance::new();
    for round in 0..rounds {
        let mut zip = within.zip.clone();
        for _ in 0..=chance.below(4) {
            change(zip.some_part(&mut chance), &mut chance);
        }
        super::changed::in_time(&anew(zip, place), opened, &format!("round {round}"));
    }
}

#[test]
fn read_receipt() {
    let rounds = long::rounds("read_receipt", 200, 200_000);
    let receipt = Receipt {
        delivery: "d-1".into(),
        number: "砚政发〔2026〕7号".into(),
        title: "关于森林防火的报告".into(),
        package: "ab".repeat(32),
        organ: TO.into(),
        by: "纪文澜".into(),
        at: 1_773_025_300_000,
        ours: "收文〔2026〕12号".into(),
        refused: String::new(),
    };
    let good = package::answer(&receipt, &KEY, &ANSWER).unwrap();
    changed(rounds, &[Seed::Whole(good)], |file| {
        let _ = package::answered(file);
        let _ = package::read_answer(file, &ANSWER);
    });
}

#[test]
fn read_signature() {
    let rounds = long::rounds("read_signature", 200, 200_000);
    let text = "x".repeat(64);
    let signed: Signed = serde_json::from_value(serde_json::json!({
        "format": "inkstone-seal-1", "deed": "1", "case": "1", "code": "K7QF", "number": "砚政发〔2026〕1号", "title": "通知", "organ": FROM, "seal": "公章",
        "seal_no": 1, "sample": false, "page": 1, "left": 100, "top": 100, "text": text, "file": text, "size": 9,
        "person": 1, "name": "安守", "at": 1,
    }))
    .unwrap();
    let stamped = signed.sign(&KEY).unwrap().bytes().unwrap();
    let key = KeyFile::of(FROM, &KEY.public().unwrap());
    let seeds = [stamped, serde_json::to_vec(&key).unwrap()].map(Seed::Whole);
    changed(rounds, &seeds, |file| {
        if let Some(read) = Stamped::read(file) {
            let _ = read.wrongs(Some((Digest::of(file), 9)), &[KEY.public().unwrap()]);
        }
        let _ = KeyFile::read(file);
    });
}

#[test]
fn read_backup() {
    let rounds = long::rounds("read_backup", 60, 50_000);
    let recovery = RecoveryKey::new([5; 20]);
    let head = Head {
        kind: "backup".into(),
        office: "o".into(),
        name: FROM.into(),
        program: "1".into(),
        at: 1,
        generation: 0,
        key: sealed::wrap(&SealKey([7; 32]), &recovery, [3; 32]).unwrap(),
        salt: vec![1; 32],
    };
    let mut sealer = Sealer::begin(Vec::new(), &head, &SealKey([7; 32])).unwrap();
    (0..300_u32).for_each(|n| sealer.write_all(&n.to_be_bytes().repeat(500)).unwrap());
    let (file, ..) = sealer.finish().unwrap();
    changed(rounds, &[Seed::Whole(file)], |file| {
        let Ok(opener) = Opener::begin(Cursor::new(file)) else {
            return;
        };
        let mut out = Vec::new();
        let _ = opener.with(&SealKey([7; 32])).read_to_end(&mut out);
        assert!(out.len() <= 300 * 2000, "more than was put in");
    });
}

#[test]
fn read_csv() {
    let rounds = long::rounds("read_csv", 200, 200_000);
    let list: String = (0..40)
        .map(|n| format!("{n},\"柳溪村,{n}组\",\"他说\"\"好\"\"\"\r\n"))
        .collect();
    let (gbk, ..) = encoding_rs::GBK.encode(&list);
    let notice =
        "五、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。".as_bytes();
    let seeds = [list.as_bytes(), &gbk, notice].map(|b| Seed::Whole(b.to_vec()));
    changed(rounds, &seeds, |file| {
        let _ = csv::read(file);
        if let Ok(text) = csv::decode(file) {
            let _ = holiday_notice::read_notice(&text);
        }
    });
}

#[test]
fn read_font() {
    let rounds = long::rounds("read_font", 8, 5_000);
    let kai = fallback().of(Face::Kaiti).unwrap().bytes.to_vec();
    changed(rounds, &[Seed::Whole(kai)], |file| {
        let _ = font::describe(file);
        for (_, at, length) in font::name_tables(&file[..file.len().min(4096)]) {
            let from = usize::try_from(at).unwrap_or(usize::MAX).min(file.len());
            let _ = font::names_in(&file[from..from.saturating_add(length).min(file.len())]);
        }
        let font = Font {
            bytes: file.into(),
            index: 0,
            name: "changed".into(),
            substitute: false,
        };
        let outlined = "镇人民政府A1〔"
            .chars()
            .filter_map(|c| font::outline(&font, c));
        let _ = outlined.map(|o| o.path.len()).sum::<usize>();
        if let Some(metrics) = Metrics::of(&font) {
            for c in "镇A".chars() {
                let _ = (metrics.advance(c), metrics.ink(c));
            }
        }
        let fonts = fallback().with(Face::Fangsong, font);
        laid(
            &fonts,
            "关于检查的通知\n各村：\n做好检查。\n砚田镇人民政府\n2026年3月1日",
        );
    });
}

#[test]
fn read_text() {
    let rounds = long::rounds("read_text", 30, 20_000);
    changed(rounds, &seeds::texts(), |file| {
        let text = String::from_utf8_lossy(file);
        laid(&fallback(), &text);
    });
}

/// A text as a document, checked, on its pages and as files.
pub fn laid(fonts: &font::Fonts, text: &str) {
    let document = seeds::recognised(recognise(text));
    let _ = check(&Subject {
        document: &document,
        text,
        kind: "通知",
        files: None,
        openness: None,
        today: Day::new(2026, 11, 22).unwrap(),
    });
    let pages = set::lay_out(&document, fonts);
    for piece in pages.pages.iter().flat_map(|p| &p.pieces) {
        if let inkstone::layout::page::Piece::Text(t) = piece {
            assert!(t.at.0.is_finite() && t.at.1.is_finite(), "{t:?}");
        }
    }
    let _ = pdf::write(&pages, fonts, &Meta::default());
    let _ = docx::write(&document, fonts, &Meta::default());
}
