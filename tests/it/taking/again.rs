//! The same document by post, by fax and from a meeting: one registration, and a reason for a second.

use super::desk::{Desk, START};
use crate::support::http::Http;

#[test]
fn a_document_that_came_twice_is_known_however_its_number_is_typed() {
    let mut desk = Desk::new("twice");
    desk.registered(&[], &[]);
    for typed in [
        "墨应急发[2026]18号",
        "墨应急发（２０２６）０１８号",
        "墨应急发 〔2026〕 第18号",
    ] {
        let fields = [("f.from_number", typed), ("f.title", "汛前检查")];
        let again = desk.send(&fields, &[]);
        assert_eq!(again.status, 422, "{typed}");
        let text = again.text();
        let all = [
            "已经登记过",
            "收文〔2026〕1号",
            "2026年3月9日登记",
            "现在到",
            "仍要登记的原因",
        ];
        for said in all {
            assert!(text.contains(said), "{said}: {text}");
        }
        assert!(
            text.contains(&format!("value=\"{typed}\"")),
            "what was typed stays"
        );
    }
    // another number, another sender: other documents
    desk.registered(&[("f.from_number", "墨应急发〔2026〕180号")], &[]);
    desk.registered(&[("f.from", "墨川县水务局")], &[]);
    // with a reason it is registered, and the reason stays in the case
    let fields = [
        ("f.from_number", "墨应急发[2026]18号"),
        ("f.same_reason", "另一份给分管领导"),
    ];
    let case = desk.registered(&fields, &[]);
    assert_eq!(desk.value(case, "same_reason"), "另一份给分管领导");
    let page = desk.clerk.get(&format!("/case/{case}")).text();
    assert!(page.contains("另一份给分管领导") && page.contains("重复登记原因"));
}

#[test]
fn without_a_number_the_title_and_the_sender_tell_across_years() {
    let mut desk = Desk::new("twice-title");
    let white = [
        ("f.head", "白头文件"),
        ("f.from_number", ""),
        ("f.title", "请示：修建河堤"),
    ];
    desk.registered(&white, &[]);
    desk.office.town.clock.advance(300 * 24 * 3_600_000);
    let mut admin = desk.office.admin();
    let words = crate::support::office::slip_for(&desk.office, &mut admin, "宋小笺");
    desk.clerk = desk.office.logged_in(2, "宋小笺", &words);
    let fields = [
        ("password", "今天的雨下得真大呀"),
        ("again", "今天的雨下得真大呀"),
    ];
    assert_eq!(
        desk.clerk
            .submit("/me/password", "/me/password", &fields)
            .status,
        303
    );
    let again = desk.send(&[("f.title", "请示  修建河堤"), white[0], white[1]], &[]);
    assert_eq!(again.status, 422, "{}", again.text());
    assert!(again.text().contains("收文〔2026〕1号"));
    let other = [
        white[0],
        white[1],
        ("f.title", "请示：修建河堤"),
        ("f.from", "石桥村"),
    ];
    assert_eq!(desk.send(&other, &[]).status, 303);
}

fn asked(http: &mut Http, number: &str) -> String {
    let number = number
        .replace('〔', "%E3%80%94")
        .replace('〕', "%E3%80%95")
        .replace('号', "%E5%8F%B7");
    let from = "%E5%A2%A8%E5%B7%9D%E5%8E%BF%E5%BA%94%E6%80%A5%E7%AE%A1%E7%90%86%E5%B1%80";
    let at = format!("{START}/same?f.from={from}&f.from_number={number}");
    let reply = http.get(&at);
    assert_eq!(reply.status, 200);
    reply.text()
}

#[test]
fn while_it_is_typed_the_page_is_told_and_nobody_learns_more_than_he_may() {
    let mut desk = Desk::new("twice-typed");
    let usual = "%E5%A2%A8%E5%BA%94%E6%80%A5%E5%8F%91";
    assert_eq!(asked(&mut desk.clerk, &format!("{usual}〔2026〕18号")), "");
    let case = desk.registered(&[], &[]);
    let told = asked(&mut desk.clerk, &format!("{usual}〔2026〕18号"));
    assert!(
        told.contains("收文〔2026〕1号") && told.contains(&format!("/case/{case}")),
        "{told}"
    );
    assert_eq!(asked(&mut desk.clerk, &format!("{usual}〔2026〕19号")), "");

    // another clerk of the same organ, who has no part in it
    let town = &desk.office.town;
    let index = town.store.index().unwrap();
    let mut values = inkstone::engine::case::Values::new();
    for (field, value) in [
        ("from", "墨川县应急管理局"),
        ("from_number", "墨应急发〔2026〕18号"),
    ] {
        values.insert(field.into(), value.into());
    }
    let published = town.engine.procedures.current("incoming-handle").unwrap();
    let same = published.procedure.same.as_ref().unwrap();
    let keys = inkstone::engine::same_store::Keys::of(same, &values).unwrap();
    let organ = town.acting("钱细清").organ;
    let list = |who: &str| inkstone::engine::same_store::list_earlier(&index, organ, &keys, who);
    let stranger = list("[]").unwrap();
    assert!(stranger.len() == 1 && !stranger[0].seen);
    // whoever may not start it is told nothing at all
    let mut admin = desk.office.admin();
    let mut other = desk.office.colleague(&mut admin, "钱细清");
    let from = format!("{START}/same?f.from_number=1");
    assert_eq!(other.get(&from).status, 404);
}

#[test]
fn pressed_twice_it_is_one_record_and_no_duplicate_of_itself() {
    let mut desk = Desk::new("twice-pressed");
    let op = ("_op", "0123456789abcdef");
    assert_eq!(desk.send(&[op], &[]).status, 303);
    let first = desk.newest();
    assert_eq!(desk.send(&[op], &[]).status, 303);
    assert_eq!(desk.newest(), first);
}
