//! What offices asked other products for, about files: domain.md §2.5, by the number of the wish.

use super::desk::Desk;
use crate::support::papers::docx;
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;

#[test]
fn steedos_7105_two_files_of_one_name_are_never_taken_for_each_other() {
    let mut desk = Desk::new("same-name");
    let one = desk.registered(&[], &[("正文.txt", "甲文件的正文".as_bytes())]);
    let two = desk.registered(
        &[
            ("f.from_number", "墨应急发〔2026〕19号"),
            ("f.title", "关于防汛演练的通知"),
        ],
        &[("正文.txt", "乙文件的正文".as_bytes())],
    );
    let mut read = |case| {
        let file = desk.files_of(case).remove(0);
        let at = format!("/case/{case}/file/{}/save", file.id);
        (at.clone(), desk.clerk.get(&at))
    };
    let ((at1, first), (at2, second)) = (read(one), read(two));
    assert_ne!(
        at1, at2,
        "an address of its own, so that no cache mixes them up"
    );
    assert!(first.text().contains("甲文件") && second.text().contains("乙文件"));
    for answer in [first, second] {
        let kept = answer
            .header("Cache-Control")
            .unwrap_or_default()
            .to_owned();
        assert!(
            kept.contains("no-store") || kept.contains("private"),
            "{kept}"
        );
        let named = answer.header("Content-Disposition").unwrap_or_default();
        // 正文.txt, as phones and PCs both read it
        assert!(
            named.contains("filename*=UTF-8''%E6%AD%A3%E6%96%87.txt"),
            "{named}"
        );
    }
}

#[test]
fn steedos_304_4512_8180_an_office_file_is_read_on_the_page_without_an_office_server() {
    let mut desk = Desk::new("in-words");
    let letter = docx("关于汛前检查的安排\n请各村于三月底前查完堤坝 <含涵闸>");
    let case = desk.registered(
        &[],
        &[
            ("安排.docx", &letter),
            (
                "老文件.doc",
                &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1].repeat(80),
            ),
        ],
    );
    let case_page = desk.clerk.get(&format!("/case/{case}")).text();
    for file in desk.files_of(case) {
        let at = format!("/case/{case}/file/{}", file.id);
        assert!(case_page.contains(&at));
        let page = desk.clerk.get(&at).text();
        if file.name == "安排.docx" {
            assert!(
                page.contains("请各村于三月底前查完堤坝 &lt;含涵闸&gt;"),
                "{page}"
            );
        } else {
            assert!(
                page.contains("不能在这里看") && page.contains("下载"),
                "{page}"
            );
        }
    }
}

#[test]
fn steedos_1997_what_is_closed_still_has_its_original() {
    let mut desk = Desk::new("original");
    let case = desk.registered(&[], &[("原件.txt", "来文原件的正文".as_bytes())]);
    let back = Input {
        note: "不是发给我镇的".into(),
        ..Input::default()
    };
    desk.office
        .town
        .act("宋小笺", case, MoveId::Refuse, back)
        .unwrap();
    let view = desk.office.town.open_case("宋小笺", case).unwrap();
    assert_eq!(view.case.state.state, inkstone::engine::case::State::Closed);
    let file = desk.files_of(case).remove(0);
    let page = desk
        .clerk
        .get(&format!("/case/{case}/file/{}", file.id))
        .text();
    assert!(page.contains("来文原件的正文"));
}
