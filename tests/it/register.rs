//! Registers through a real socket, as a clerk without JavaScript uses them: conditions, order, totals,
//! usual views, Excel and CSV out (and back through LibreOffice), paper, and who may see where a case is.

use crate::support::http::Http;
use crate::support::office::Office;
use crate::support::town::says;
use inkstone::engine::case::Values;
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::kit::{Id, sheet};
use serde_json::json;
use std::time::Duration;

mod out;
pub use out::taken;

const AT: &str = "/register/incoming";

/// Registers a document of an organ; more fields may be said.
fn document(office: &Office, title: &str, from: &str, more: &[(&str, &str)]) -> Id {
    let fields = [&[("from", from)], more].concat();
    let op = format!("op-{title}-{from}");
    let done = office
        .town
        .start("宋小笺", ("incoming-handle", title), &fields, &op);
    done.unwrap().case
}

fn shown(office: &Office) {
    assert!(office.state.store.drain(Duration::from_secs(10)));
}

fn clerk(name: &str) -> (Office, Http) {
    let office = Office::new(name);
    let mut admin = office.admin();
    let clerk = office.colleague(&mut admin, "宋小笺");
    (office, clerk)
}

/// A name of the address, as browsers write it.
fn q(value: &str) -> String {
    inkstone::web::encode(value)
}

/// The titles on a page, in order, of those asked about.
fn order<'t>(page: &str, titles: &[&'t str]) -> Vec<&'t str> {
    let mut found: Vec<(usize, &str)> = titles
        .iter()
        .filter_map(|t| Some((page.find(t)?, *t)))
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, t)| t).collect()
}

#[test]
fn conditions_narrow_by_column_and_stay_in_the_address() {
    let (office, mut clerk) = clerk("register-filter");
    let (fire, water, money) = (
        "关于森林防火的通知",
        "关于汛前检查的通知",
        "关于预算下达的函",
    );
    let all = [fire, water, money];
    document(
        &office,
        fire,
        "县应急局",
        &[("urgency", "特急"), ("received_on", "2026-03-02")],
    );
    document(
        &office,
        water,
        "县水利局",
        &[("copies", "3"), ("received_on", "2026-03-05")],
    );
    document(
        &office,
        money,
        "县财政局",
        &[("from_number", "墨财〔2026〕15号"), ("copies", "12")],
    );
    shown(&office);
    let mut see = |query: &str| {
        let reply = clerk.get(&format!("{AT}?{query}"));
        assert_eq!(reply.status, 200, "{query}");
        reply.text()
    };
    let page = see("");
    assert_eq!(order(&page, &all), [money, water, fire], "newest first");
    assert!(
        page.contains("合计 3 件；份数 16；缓急：普通 2、特急 1"),
        "{page}"
    );
    let cases = [
        (format!("f.urgency={}", q("特急")), vec![fire]),
        (format!("f.from={}", q("水利")), vec![water]),
        // Brackets are alike, and so are full-width figures.
        (format!("f.from_number={}", q("(2026)１５")), vec![money]),
        (format!("q={}", q("县 通知")), vec![water, fire]),
        (
            "f.received_on.from=3.2&f.received_on.to=2026-3-5".into(),
            vec![water, fire],
        ),
        ("f.received_on.from=2026-3-6".into(), vec![money]),
        (format!("state=open&f.title={}", q("预算")), vec![money]),
        ("state=closed".into(), vec![]),
        ("year=2025".into(), vec![]),
        (
            "year=0&by=received_on&order=up".into(),
            vec![fire, water, money],
        ),
        ("by=urgency&order=down".into(), vec![fire, money, water]),
    ];
    for (query, want) in cases {
        let page = see(&query);
        assert_eq!(order(&page, &all), want, "{query}");
        assert!(
            page.contains(&format!("共 {} 件", want.len())),
            "{query}: how many is said"
        );
    }
    // The link of a case leads back to the same list, and the form keeps what the list is sorted by.
    let page = see(&format!("by=received_on&order=up&f.from={}", q("水利")));
    let back = page
        .split("?back=")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let case = page
        .split("href=\"/case/")
        .nth(1)
        .unwrap()
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    assert!(page.contains("name=\"by\" value=\"received_on\""));
    let opened = clerk.get(&format!("/case/{case}?back={back}")).text();
    assert!(opened.contains("返回登记簿"));
    let there = opened.split("class=\"back\" href=\"").nth(1).unwrap();
    let there = there.split('"').next().unwrap().replace("&amp;", "&");
    assert_eq!(order(&clerk.get(&there).text(), &all), [water]);
    let away = clerk
        .get(&format!("/case/{case}?back=//evil.example/register/x"))
        .text();
    assert!(!away.contains("href=\"//evil.example") && away.contains("返回待办"));
}

#[test]
fn a_day_that_is_none_is_said_and_stays_typed() {
    let (office, mut clerk) = clerk("register-wrong");
    document(&office, "关于一件事的通知", "县政府办", &[]);
    shown(&office);
    let reply = clerk.get(&format!(
        "{AT}?f.received_on.from=2026-2-30&q={}",
        q("一件")
    ));
    assert_eq!(reply.status, 422);
    let page = reply.text();
    assert!(page.contains("2月没有30日"), "{page}");
    assert!(page.contains("value=\"2026-2-30\"") && page.contains("value=\"一件\""));
    let turned = clerk
        .get(&format!("{AT}?f.received_on.from=3-9&f.received_on.to=3-1"))
        .text();
    assert!(turned.contains("起日在止日后面"), "{turned}");
    let none = clerk.get(&format!("{AT}?q={}", q("没有这样的"))).text();
    assert!(
        none.contains("共 0 件") && none.contains("去掉条件"),
        "what to do next is said"
    );
}

#[test]
fn numbers_sort_as_numbers_and_pages_follow() {
    let (office, mut clerk) = clerk("register-sort");
    let titles: Vec<String> = (1..=23).map(|n| format!("第{n:02}份来文")).collect();
    for title in &titles {
        document(&office, title, "县政府办", &[]);
    }
    shown(&office);
    let all: Vec<&str> = titles.iter().map(String::as_str).collect();
    let page = clerk.get(&format!("{AT}?by=number&order=up")).text();
    assert_eq!(order(&page, &all), all[..20], "9号 stands before 10号");
    assert!(page.contains("第 1 至 20 件，共 23 件"), "{page}");
    let page = clerk
        .get(&format!("{AT}?by=number&order=down&page=2"))
        .text();
    assert_eq!(
        order(&page, &all),
        [all[2], all[1], all[0]]
            .map(str::to_owned)
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
    );
    let page = clerk.get(&format!("{AT}?size=50")).text();
    assert_eq!(order(&page, &all).len(), 23);
    // The rows are there to be ticked for their sheets.
    assert_eq!(page.matches("name=\"case\"").count(), 23);
    assert!(page.contains("action=\"/case/print\"") && page.contains("收文处理单"));
    let few = clerk.get(&format!("{AT}?c=number&c=title&size=50")).text();
    assert!(few.contains("现在 2 栏") && !few.contains("<th scope=\"col\">来文机关"));
}

#[test]
fn usual_views_are_ones_own_or_the_offices() {
    let (office, mut clerk) = clerk("register-views");
    let mut admin = office.admin();
    let mut other = office.colleague(&mut admin, "田丰收");
    document(&office, "特急的事", "县应急局", &[("urgency", "特急")]);
    shown(&office);
    let query = format!("year=2026&f.urgency={}", q("特急"));
    let page = format!("{AT}/views?{query}");
    // The action is looked for as it stands in the page, and posted as a browser would.
    let post = |http: &mut Http, name: &str, whose: &str| {
        let seen = http.get(&page);
        assert_eq!(seen.status, 200);
        assert!(
            seen.text().contains("缓急：特急"),
            "what is remembered is said"
        );
        let mut fields = seen.hidden(&page.replace('&', "&amp;"));
        fields.extend([("name".into(), name.into()), ("whose".into(), whose.into())]);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (&**n, &**v)).collect();
        http.post(&page, &fields)
    };
    assert_eq!(post(&mut clerk, "我的特急", "me").status, 303);
    assert_eq!(post(&mut clerk, "大家的特急", "office").status, 303);
    let again = post(&mut clerk, "我的特急", "me");
    assert_eq!(again.status, 422);
    assert!(again.text().contains("请换个名字"));
    let denied = post(&mut other, "冒充大家", "office");
    assert_eq!(denied.status, 403);
    let mine = clerk.get(AT).text();
    assert!(mine.contains("我的特急") && mine.contains("大家的特急"));
    let theirs = other.get(AT).text();
    assert!(!theirs.contains("我的特急") && theirs.contains("大家的特急"));
    // The link shows the view, whichever year, and marks it.
    let link = format!("{AT}?f.urgency={}", q("特急"));
    assert!(mine.contains(&format!("href=\"{link}\"")), "{mine}");
    assert!(
        clerk
            .get(&link)
            .text()
            .contains("<b aria-current=\"page\">我的特急")
    );
    // Renamed; a stale page is told so; forgotten.
    let list = clerk.get(&page).text();
    let at = list
        .split("action=\"")
        .find(|s| s.contains("/name?"))
        .unwrap();
    let id: String = at
        .split("/views/")
        .nth(1)
        .unwrap()
        .split('/')
        .next()
        .unwrap()
        .into();
    let csrf = clerk.get(&page).hidden(&page.replace('&', "&amp;"));
    let csrf = csrf.iter().find(|(n, _)| n == "_csrf").unwrap().1.clone();
    let mut deed = |what: &str, rev: &str, name: &str, op: &str| {
        let fields = [("_csrf", &*csrf), ("rev", rev), ("name", name), ("_op", op)];
        clerk
            .post(&format!("{AT}/views/{id}/{what}?{query}"), &fields)
            .status
    };
    assert_eq!(deed("name", "1", "改过的", "o1"), 303);
    assert_eq!(deed("name", "1", "又改", "o2"), 409);
    assert_eq!(deed("take", "1", "", "o3"), 409);
    assert_eq!(deed("take", "2", "", "o4"), 303);
    let csrf = other.get(AT).text();
    let csrf = csrf
        .split("name=\"_csrf\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let fields = [("_csrf", csrf), ("rev", "1"), ("_op", "o5")];
    let shared = clerk.get(&page).text();
    let shared = shared
        .split("/views/")
        .filter_map(|s| s.split('/').next()?.parse::<i64>().ok());
    for id in shared.collect::<std::collections::BTreeSet<_>>() {
        let tried = other.post(&format!("{AT}/views/{id}/take"), &fields);
        assert!(
            matches!(tried.status, 403 | 404),
            "{id} {:?}",
            tried.header("Location")
        );
    }
}

#[test]
fn where_a_case_is_shows_only_from_ones_own_step_downstream() {
    let (office, mut clerk) = clerk("register-downstream");
    let mut admin = office.admin();
    let mut dept = office.colleague(&mut admin, "雷有备");
    let mut stranger = office.colleague(&mut admin, "钱细清");
    let town = &office.town;
    let title = "关于排查隐患的通知";
    let case = town.register("incoming-handle", title).unwrap().case;
    let mut values = Values::new();
    values.insert("principal_department".into(), json!(town.dept("YJB")));
    let to_leader = Input {
        choice: "instruct".into(),
        people: vec![town.post("江若川")],
        ..Input::default()
    };
    let road = [
        ("宋小笺", MoveId::Submit, says("拟请批示。")),
        ("纪文澜", MoveId::Submit, to_leader),
        ("江若川", MoveId::Submit, says("请应急办办理。")),
        (
            "宋小笺",
            MoveId::HandOut,
            Input {
                values,
                ..Input::default()
            },
        ),
    ];
    for (who, mv, input) in road {
        town.act(who, case, mv, input).unwrap();
    }
    shown(&office);
    // At its own step: the department sees the facts of the registration and who has it.
    let page = dept.get(AT).text();
    assert!(
        page.contains(title) && page.contains("墨应急发〔2026〕12号"),
        "{page}"
    );
    assert!(
        page.contains("（承办）"),
        "who has it in the department is shown"
    );
    assert!(
        !stranger.get(AT).text().contains(title),
        "without a part in it: not even the line"
    );
    // Taken back: where it is above is not the department's to see, the registration still is.
    town.act("宋小笺", case, MoveId::Withdraw, Input::default())
        .unwrap();
    shown(&office);
    let above = clerk.get(AT).text();
    assert!(above.contains("（分办）"), "{above}");
    let page = dept.get(AT).text();
    assert!(page.contains(title) && page.contains("在办"), "{page}");
    assert!(!page.contains("分办）"), "{page}");
    let rows = sheet::read_table(&taken(&mut dept, "excel", "").body, "a.xlsx").unwrap();
    assert!(!rows.iter().flatten().any(|c| c.text().contains("分办）")));
    let printed = dept.get(&format!("{AT}/print")).text();
    assert!(printed.contains(title) && !printed.contains("分办）"));
    // Nor is it found by searching for it.
    assert!(
        !dept
            .get(&format!("{AT}?q={}", q("分办）")))
            .text()
            .contains(title)
    );
    assert!(!stranger.get(&format!("{AT}/print")).text().contains(title));
}

#[test]
fn the_page_shows_what_its_definition_puts_in_sight_and_all_on_request() {
    let (office, mut clerk) = clerk("register-sight");
    let fields = [("urgency", "急"), ("from_number", "墨财〔2026〕15号")];
    document(&office, "关于预算下达的函", "县财政局", &fields);
    shown(&office);
    let heads = |page: &str| -> Vec<String> {
        let table = page.split("<thead>").nth(1).unwrap();
        let table = table.split("</thead>").next().unwrap();
        let cells = table.split("<th").skip(1);
        let words = |c: &str| {
            let text = c.split_once('>').unwrap().1;
            let plain: Vec<&str> = text
                .split('<')
                .map(|p| p.rsplit('>').next().unwrap())
                .collect();
            plain.concat().trim().to_owned()
        };
        cells.map(words).filter(|w| !w.is_empty()).collect()
    };
    let page = clerk.get(AT).text();
    let usual = [
        "收文号",
        "收文日期",
        "来文机关",
        "来文字号",
        "文件标题",
        "承办单位",
        "现在到",
        "状态",
    ];
    assert_eq!(heads(&page), usual);
    assert!(
        page.contains("warm\">急<"),
        "urgency is a mark before the title"
    );
    let paper = heads(&clerk.get(&format!("{AT}/print")).text());
    assert!(paper.contains(&"签收人".to_owned()) && paper.contains(&"状态".to_owned()));
    for empty in ["附件", "复文号", "归入卷号"] {
        assert!(
            !paper.contains(&empty.to_owned()),
            "{empty} takes room: {paper:?}"
        );
    }
    let every = clerk.get(&format!("{AT}?c=*")).text();
    assert_eq!(heads(&every).len(), 17);
    assert!(every.contains("name=\"c\" value=\"*\"") && every.contains("回到平常的栏"));
    let chosen = clerk.get(&format!("{AT}?c=number&c=title")).text();
    assert_eq!(heads(&chosen), ["收文号", "文件标题"]);
    let printed = clerk
        .get(&format!("{AT}/print?c=number&c=reply_number"))
        .text();
    assert_eq!(
        heads(&printed),
        ["收文号", "复文号"],
        "what was chosen stays, empty or not"
    );
}
