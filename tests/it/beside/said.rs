//! Side talk and relations through a socket: who hears, who sees, and where nothing of it stands.

use super::{office, shown, watch};
use crate::support::http::Http;
use crate::verify::office::to_departments;
use inkstone::inbox::alert_store::list_alerts;
use inkstone::inbox::news::Kind;
use inkstone::kit::Id;

#[test]
fn side_talk_is_heard_by_who_takes_part_and_printed_nowhere() {
    let (office, mut clerk) = office("talk");
    let case = to_departments(&office.town, "关于防汛值班的通知");
    shown(&office);
    // whoever follows the events begins with those after now
    office.state.alerts.deliver(&office.town.store).unwrap();
    let at = format!("/case/{case}");
    let to = format!("{at}/talk");
    let words = "附件第三页要先看";
    let lei = office.town.post("雷有备").to_raw().to_string();
    let said = clerk.submit(&at, &to, &[("talk", words), ("to", &lei)]);
    assert_eq!(said.status, 303, "{}", said.text());
    shown(&office);
    office.state.alerts.deliver(&office.town.store).unwrap();
    let told = |name: &str| {
        let person = Some(office.town.person(name));
        let hub = office.town.store.hub().unwrap();
        let all = list_alerts(&hub, person, (50, 0)).unwrap();
        all.into_iter()
            .filter(|a| a.kind == Kind::Talk)
            .collect::<Vec<_>>()
    };
    assert_eq!(told("雷有备").len(), 1);
    assert!(told("雷有备")[0].words.contains(words) && told("雷有备")[0].by_mail == "no");
    assert!(told("田丰收").is_empty() && told("宋小笺").is_empty());
    let mut head = office.colleague(&mut office.admin(), "雷有备");
    let page = head.get(&at).text();
    assert!(page.contains("旁议 1 条") && page.contains(words) && page.contains("宋小笺"));
    // to all who take part, and to nobody who does not
    let said = head.submit(&at, &to, &[("talk", "看过了"), ("all", "1")]);
    assert_eq!(said.status, 303);
    office.state.alerts.deliver(&office.town.store).unwrap();
    assert!(told("田丰收").len() == 1 && told("江若川").len() == 1 && told("宋小笺").len() == 1);
    assert!(told("雷有备").len() == 1 && told("钱细清").is_empty());
    // nothing of it on paper or in the ledger, and nothing moved
    for page in ["/ledger", "/print/form", "/print/ledger"] {
        let reply = clerk.get(&format!("{at}{page}"));
        assert!(!reply.text().contains(words), "{page}");
    }
    let view = office.town.open_case("宋小笺", case).unwrap();
    assert_eq!(
        view.case.head.rev,
        office.town.open_case("雷有备", case).unwrap().case.head.rev
    );
    assert!(
        view.case
            .acts
            .iter()
            .all(|a| !a.detail.note.contains("附件第三页"))
    );
    // who may not see the case says nothing there, not even something too long
    let mut other = office.colleague(&mut office.admin(), "钱细清");
    let token = other.get("/todo").hidden("/logout");
    let token: Vec<(&str, &str)> = token
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    let long = "长".repeat(1001);
    for typed in ["我也说", &long, ""] {
        let tried = [&token[..], &[("talk", typed)]].concat();
        assert_eq!(other.post(&to, &tried).status, 404);
    }
    let refused = clerk.submit(&at, &to, &[("talk", &long)]);
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains(&long), "what was typed stays");
}

#[test]
fn a_relation_is_made_by_search_and_gives_no_right() {
    let (office, mut clerk) = office("relate");
    let one = office
        .town
        .register("incoming-handle", "关于防汛的通知")
        .unwrap()
        .case;
    let two = to_departments(&office.town, "关于防汛值班的补充通知");
    let mine = watch(&office.town, "只有我看得见的事", ("NYZ", "2026-03-31"));
    shown(&office);
    let at = format!("/case/{one}/relate");
    let q = inkstone::web::encode("防汛 补充");
    let found = clerk.get(&format!("{at}?q={q}")).text();
    assert!(
        found.contains("找到 1 件") && found.contains("补充通知"),
        "{found}"
    );
    let tie =
        |other: &Id, word: &str| vec![("other", other.to_string()), ("word", word.to_owned())];
    let page = format!("{at}?q={q}");
    let send = |http: &mut Http, fields: Vec<(&str, String)>| {
        let hidden = http.get(&page).hidden(&page);
        let mut all: Vec<(&str, &str)> = hidden
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        all.extend(fields.iter().map(|(k, v)| (*k, v.as_str())));
        http.post(&at, &all)
    };
    assert_eq!(
        send(&mut clerk, tie(&two, "")).status,
        422,
        "a word is asked"
    );
    assert_eq!(
        send(&mut clerk, tie(&one, "依据")).status,
        422,
        "not with itself"
    );
    assert_eq!(send(&mut clerk, tie(&two, "依据")).status, 303);
    let again = send(&mut clerk, tie(&two, "依据"));
    assert!(
        again.status == 422 && again.text().contains("已经按"),
        "{}",
        again.status
    );
    assert_eq!(send(&mut clerk, tie(&mine, "同一事项")).status, 303);
    shown(&office);
    let page = clerk.get(&format!("/case/{one}")).text();
    assert!(
        page.contains("关联 2 件") && page.contains("只有我看得见的事"),
        "{page}"
    );
    // a related case is opened at its own road, and this page tells only this one's
    let link = format!("href=\"/case/{two}\"");
    assert!(page.contains(&link) && !page.contains("分办"), "{page}");
    let other = clerk.get(&format!("/case/{two}")).text();
    assert!(other.contains("分办") && other.contains("经过"), "{other}");
    // the trail beside the sheet is short; the whole ledger is a page of its own
    let ledger = format!("/case/{two}/ledger");
    assert!(other.contains(&format!("href=\"{ledger}\"")), "{other}");
    assert!(
        other.find("class=\"paper") < other.find("经过"),
        "the sheet and its files come first"
    );
    // the head of a department sees the second case and not the first
    let mut head = office.colleague(&mut office.admin(), "雷有备");
    let his = head.get(&format!("/case/{two}")).text();
    assert!(
        his.contains("关联 1 件") && his.contains("另有一件，您看不到"),
        "{his}"
    );
    assert!(!his.contains("关于防汛的通知"), "{his}");
    assert_eq!(
        head.get(&format!("/case/{one}")).status,
        404,
        "a relation is no right"
    );
    let nothing = head
        .get(&format!(
            "/case/{two}/relate?q={}",
            inkstone::web::encode("只有我")
        ))
        .text();
    assert!(nothing.contains("没有找到"), "{nothing}");
    assert_eq!(head.get(&at).status, 404);
}

#[test]
fn a_wrong_relation_is_taken_back_with_a_reason_and_may_be_made_again() {
    let (office, mut clerk) = office("apart");
    let one = to_departments(&office.town, "关于防汛的通知");
    let two = office
        .town
        .register("incoming-handle", "关于防汛值班的补充通知")
        .unwrap()
        .case;
    shown(&office);
    let relate = format!("/case/{one}/relate");
    let search = format!("{relate}?q={}", inkstone::web::encode("补充"));
    let tie = |http: &mut Http| {
        let other = two.to_string();
        http.submit(&search, &search, &[("other", &other), ("word", "依据")])
    };
    assert_eq!(tie(&mut clerk).status, 303);
    shown(&office);
    let page = clerk.get(&format!("/case/{one}")).text();
    let link = page.split(&format!("{relate}/")).nth(1).unwrap();
    let at = format!("{relate}/{}", link.split('"').next().unwrap());
    assert!(
        !clerk
            .get(&format!("/case/{two}"))
            .text()
            .contains("撤回</a>"),
        "on the other end it is not taken back"
    );
    // who sees the case, and neither made it nor has work on it, may not; who does not see it learns nothing
    let mut leader = office.colleague(&mut office.admin(), "江若川");
    let page = leader.get(&format!("/case/{one}")).text();
    assert!(page.contains("关联 1 件") && !page.contains(&at), "{page}");
    let denied = leader.submit(&at, &at, &[("why", "看着不对")]);
    assert_eq!(denied.status, 403, "{}", denied.text());
    assert!(denied.text().contains("请宋小笺撤回"), "{}", denied.text());
    let mut stranger = office.colleague(&mut office.admin(), "钱细清");
    assert_eq!(stranger.get(&at).status, 404);
    // a head who has work on it may
    let mut head = office.colleague(&mut office.admin(), "雷有备");
    assert!(head.get(&format!("/case/{one}")).text().contains(&at));
    let none = clerk.submit(&at, &at, &[("why", " ")]);
    assert!(
        none.status == 422 && none.text().contains("请写明为什么撤回"),
        "{}",
        none.text()
    );
    let done = clerk.submit(&at, &at, &[("why", "选错了件")]);
    assert_eq!(done.status, 303, "{}", done.text());
    shown(&office);
    let page = clerk.get(&format!("/case/{one}")).text();
    assert!(
        page.contains("关联 0 件") && page.contains("已撤回：依据") && page.contains("选错了件"),
        "{page}"
    );
    assert!(
        clerk
            .get(&format!("/case/{two}"))
            .text()
            .contains("关联 0 件")
    );
    assert_eq!(clerk.get(&at).status, 409, "somebody was faster");
    assert_eq!(tie(&mut clerk).status, 303);
    shown(&office);
    let page = clerk.get(&format!("/case/{two}")).text();
    assert!(
        page.contains("关联 1 件") && page.contains("关于防汛的通知"),
        "{page}"
    );
}
