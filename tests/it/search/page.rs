//! The search page through a socket.

use super::attach;
use crate::support::office::Office;
use inkstone::engine::definition::MoveId;
use std::time::Duration;

#[test]
fn the_page_marks_words_and_leads_to_case_and_file() {
    let office = Office::new("search-page");
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let town = &office.town;
    let case = town
        .register("incoming-handle", "关于<b>清淤</b>的通知")
        .unwrap()
        .case;
    let file = attach(
        town,
        case,
        "attachments",
        ("清单.txt", "东沟三号闸底板开裂".as_bytes()),
    );
    attach(
        town,
        case,
        "attachments",
        ("扫描.png", b"\x89PNG\r\n\x1a\n"),
    );
    town.act(
        "宋小笺",
        case,
        MoveId::Submit,
        crate::support::town::says("拟请农业办先行垫付。"),
    )
    .unwrap();
    assert!(office.state.search.drain(Duration::from_secs(60)));

    let empty = clerk.get("/search").text();
    assert!(
        empty.contains("两个字就够") && empty.contains("action=\"/search\""),
        "{empty}"
    );
    let page = clerk.get("/search?q=%E6%B8%85%E6%B7%A4").text();
    assert!(
        page.contains("关于&lt;b&gt;<mark>清淤</mark>&lt;/b&gt;的通知"),
        "{page}"
    );
    assert!(
        page.contains(&format!("href=\"/case/{case}\"")) && page.contains("共 1 件"),
        "{page}"
    );
    let page = clerk.get("/search?q=%E4%B8%89%E5%8F%B7%E9%97%B8").text();
    assert!(
        page.contains(&format!("/case/{case}/file/{file}")) && page.contains("<mark>三号闸</mark>"),
        "{page}"
    );
    let page = clerk.get("/search?q=%E5%9E%AB%E4%BB%98").text();
    assert!(
        page.contains("意见") && page.contains("宋小笺") && page.contains("<mark>垫付</mark>"),
        "{page}"
    );
    let page = clerk.get("/search?q=%E6%89%AB%E6%8F%8F").text();
    assert!(page.contains("只能按名称查找"), "{page}");
    let page = clerk
        .get("/search?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%B8%AA")
        .text();
    assert!(page.contains("没有查到"), "{page}");

    let stranger = office
        .colleague(&mut admin, "田丰收")
        .get("/search?q=%E6%B8%85%E6%B7%A4")
        .text();
    assert!(
        stranger.contains("没有查到") && !stranger.contains(&case.to_string()),
        "{stranger}"
    );
}

#[test]
fn whatever_is_asked_is_answered() {
    let office = Office::new("search-odd");
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    office
        .town
        .register("incoming-handle", "关于清淤的通知")
        .unwrap();
    assert!(office.state.search.drain(Duration::from_secs(60)));
    let long = "%E6%B8%85".repeat(900);
    let odd = [
        "q=%22%20OR%20*",
        "q=%27%3B--",
        "q=NEAR(a%20b)",
        "q=who1",
        "q=%00%FF",
        &format!("q={long}"),
        "q=a&year=99999",
        "q=%E6%B8%85%E6%B7%A4&before=x-y",
        "q=%E6%B8%85&before=9223372036854775807-1",
        "q=%E6%B8%85&year=-5&dept=x&state=%22",
        "q=%E6%B8%85&procedure=%22%20OR",
        "q=%E6%B8%85&year=32767&before=-9223372036854775808-0",
    ];
    for query in odd {
        let reply = clerk.get(&format!("/search?{query}"));
        assert_eq!(reply.status, 200, "{query}: {}", reply.text());
    }
}
