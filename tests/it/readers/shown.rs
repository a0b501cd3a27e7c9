//! Files of a case as they are looked at: an OFD drawn, Word and Excel as paragraphs and tables, all bounded.

use super::seeds::{self, PAGE};
use crate::taking::desk::Desk;
use inkstone::kit::{Table, sheet};

#[test]
fn files_are_read_on_their_pages() {
    let mut desk = Desk::new("looked-at");
    let long = Table {
        sheet_name: "长表".into(),
        headers: vec!["户名".into()],
        rows: (0..500).map(|n| vec![format!("第{n}户").into()]).collect(),
        ..Table::default()
    };
    let list = (0..400).map(|n| format!("{n},村{n}\n")).collect::<String>();
    let pages = many_pages();
    let files: [(&str, &[u8]); 5] = [
        ("通知.docx", &seeds::docx()[0].bytes()),
        ("台账.xlsx", &sheet::write_table(&long).unwrap()),
        ("名单.csv", list.as_bytes()),
        ("公文.ofd", &seeds::ofd_of(PAGE).bytes()),
        ("多页.ofd", &pages),
    ];
    let case = desk.registered(&[("f.declared", "本件不涉密")], &files);
    let shown: Vec<(String, String)> = desk
        .files_of(case)
        .iter()
        .map(|f| (f.name.clone(), format!("/case/{case}/file/{}", f.id)))
        .collect();
    let mut page = |name: &str, more: &str| {
        let (_, at) = shown.iter().find(|(n, _)| n == name).unwrap();
        let text = desk.clerk.get(&format!("{at}{more}")).text();
        assert!(
            !text.contains("style=") && text.contains(&format!("{at}/save")),
            "{name}"
        );
        text
    };
    let word = page("通知.docx", "");
    assert!(
        word.contains(">关于检查的通知</p>") && word.contains("一、总体要求 &amp; 任务"),
        "{word}"
    );
    assert!(word.contains("<td>村名</td>") && word.contains("修订痕迹") && !word.contains("减"));
    let book = page("台账.xlsx", "");
    assert!(
        book.contains("长表") && book.contains("第298户") && !book.contains("第300户"),
        "{book}"
    );
    assert!(book.contains("501 行"), "{book}");
    let list = page("名单.csv", "");
    assert!(list.contains("<td>村299</td>") && !list.contains("村300") && list.contains("400 行"));
    let ofd = page("公文.ofd", "");
    assert!(
        ofd.contains("<svg class=\"a4\"") && ofd.contains("data:image/jpeg;base64,"),
        "{ofd}"
    );
    assert!(ofd.contains("用这台电脑上相近的字体代替") && ofd.contains("没有验证电子签名"));
    assert!(ofd.contains("只看文字") && ofd.contains("关于检查"));
    let first = page("多页.ofd", "");
    assert!(
        first.contains("共 12 页，下面是第 1 至 10 页") && first.contains("?from=11"),
        "{first}"
    );
    let second = page("多页.ofd", "?from=11");
    assert!(second.contains("第 11 至 12 页") && second.matches("<svg class=\"a4\"").count() == 2);
    for from in ["0", "-1", "99", "x", "18446744073709551615"] {
        assert!(
            page("多页.ofd", &format!("?from={from}")).contains("第 1 至 10 页"),
            "{from}"
        );
    }
}

fn many_pages() -> Vec<u8> {
    let mut seed = seeds::ofd_of(PAGE);
    let seeds::Seed::Parts(parts) = &mut seed else {
        panic!("a package");
    };
    let document = parts
        .iter_mut()
        .find(|(n, _)| n == "Doc_0/Document.xml")
        .unwrap();
    let page = "<Page ID='1' BaseLoc='Pages/Page_0/Content.xml'/>".repeat(12);
    document.1 = format!("<Document><CommonData/><Pages>{page}</Pages></Document>").into_bytes();
    seed.bytes()
}
