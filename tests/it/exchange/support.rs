//! What the stories of exchange stand on: two offices, each behind a server of its own; a document sealed and at its issue.

use crate::official::seal::seal_of;
use crate::official::sealing::KEEPER;
use crate::support::http::{Http, Part};
use crate::support::office::Office;
use crate::support::reply::Reply;
use crate::support::town::{Folder, PEOPLE, Town, day, monday, says};
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::kit::{Clock, Id};
use inkstone::modules::exchange::Carrier;
use inkstone::org::template;
use inkstone::store::{Follower, Stamp};
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub const SENDER: &str = "砚田镇人民政府";
pub const RECEIVER: &str = "墨川县应急管理局";
pub const TITLE: &str = "关于开展春季森林防火隐患排查整治的通知";
const BODY: &str = "墨川县应急管理局：\n为做好春季森林防火工作，现将有关事项通知如下：\n一、排查范围\n全镇五个村的林区、林缘和集中祭扫点。\n二、工作要求\n各村按照职责抓好落实。\n特此通知。";
pub const MINUTES: &str = "砚田镇人民政府防汛工作专题会议纪要";
const SAID: &str = "3月9日，镇长江若川主持召开专题会议，研究防汛工作。现纪要如下：\n一、加强值守\n各村（社区）严格执行领导带班制度。\n二、备足物资\n六月一日前清点沙袋和抢险工具。";

/// The office that sends, with its keeper of seals.
pub fn sender(name: &str) -> Office {
    let town = Town::open(Folder::new(name), Clock::held(monday()));
    town.settle_people();
    town.settle(KEEPER, "DZB", "印章");
    Office::of(town)
}

/// The office that receives: another installation, with people of the same names.
pub fn receiver(name: &str) -> Office {
    let town = Town::open(Folder::new(name), Clock::held(monday()));
    let organ = template::organ_named(RECEIVER, "应急局");
    let plan = template::plan(&template::Options::default());
    town.hub(move |w| template::apply(w, &organ, &plan, day("2026-01-01")));
    for (name, dept, post) in PEOPLE {
        town.settle(name, dept, post);
    }
    Office::of(town)
}

/// What a running server does by itself.
pub fn carried(office: &Office) -> Follower {
    let carrier = Carrier::new(&office.state, |at| {
        Stamp::new("system:exchange", "exchange.carry", at)
    });
    office.town.store.follow(Arc::new(carrier)).unwrap()
}

/// Asks again until it is so.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(30), "never: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn go(choice: &str, opinion: &str) -> Input {
    Input {
        choice: choice.into(),
        ..says(opinion)
    }
}

/// A document that is sealed, numbered and at its issue.
pub fn issuable(office: &Office, admin: &mut Http) -> Id {
    let town = &office.town;
    let case = numbered(town, ("通知", "砚政发"), (TITLE, BODY));
    town.act("宋小笺", case, MoveId::Submit, go("print", ""))
        .unwrap();
    seal_of(office, admin, true);
    let mut keeper = office.colleague(admin, KEEPER);
    let at = format!("/case/{case}/seal");
    let done = keeper.submit(&at, &at, &[]);
    assert_eq!(done.status, 303, "{}", done.text());
    town.act(KEEPER, case, MoveId::Submit, go("issue", ""))
        .unwrap();
    case
}

/// Minutes at their issue: no seal is set on them.
pub fn minutes(office: &Office) -> Id {
    let town = &office.town;
    let case = numbered(town, ("纪要", "砚政纪"), (MINUTES, SAID));
    town.act("宋小笺", case, MoveId::Submit, go("issue", ""))
        .unwrap();
    case
}

/// Waits for the leader's word.
pub fn for_signature(town: &Town) -> Id {
    examined(town, ("通知", "砚政发"), (TITLE, BODY))
}

/// At the step that numbers it.
fn numbered(town: &Town, kind: (&str, &str), text: (&str, &str)) -> Id {
    let case = examined(town, kind, text);
    town.act("江若川", case, MoveId::Submit, go("recheck", "发。"))
        .unwrap();
    town.act("宋小笺", case, MoveId::Submit, go("number", "已复核。"))
        .unwrap();
    case
}

/// Examined, and with the leader who signs.
fn examined(town: &Town, (kind, head): (&str, &str), (title, body): (&str, &str)) -> Id {
    let fields = [
        ("kind", kind),
        ("issued_as", head),
        ("openness", "主动公开"),
        ("copies", "10"),
        ("urgency", "加急"),
        ("body", body),
    ];
    let whom = vec![town.post("纪文澜")];
    let case = town
        .start_to("宋小笺", ("outgoing", title), (&fields, whom), kind)
        .unwrap()
        .case;
    town.act("纪文澜", case, MoveId::Submit, go("check", "同意。"))
        .unwrap();
    town.act("纪文澜", case, MoveId::Submit, go("examine", "已核。"))
        .unwrap();
    let examined = [
        ("open_checked", "属实"),
        ("secret_checked", "不涉密，可以在本平台办理"),
        ("law_checked", "不属于审核范围"),
        ("fair_checked", "不涉及经营者"),
    ];
    let examined = Input {
        values: examined
            .map(|(k, v)| (k.to_owned(), json!(v)))
            .into_iter()
            .collect(),
        people: vec![town.post("江若川")],
        ..go("sign", "同意。")
    };
    town.act("纪文澜", case, MoveId::Submit, examined).unwrap();
    case
}

/// A page that has to be there.
pub fn text(http: &mut Http, path: &str) -> String {
    let page = http.get(path);
    assert_eq!(page.status, 200, "{path}: {}", page.text());
    page.text()
}

/// Sends the document by package: its code and its bytes.
pub fn sent(clerk: &mut Http, case: Id, to: &str) -> (String, Vec<u8>) {
    let at = format!("/case/{case}/exchange");
    let made = clerk.submit(&at, &at, &[("to", to)]);
    assert_eq!(made.status, 200, "{}", made.text());
    let page = made.text();
    let code = between(&page, "<code>", "</code>");
    let link = all_between(&page, "href=\"", "\"")
        .into_iter()
        .find(|l| l.ends_with("/package"))
        .unwrap();
    let package = clerk.get(&link);
    assert_eq!(package.status, 200);
    (code, package.body)
}

/// Brings a package to the desk of another office.
pub fn bring(clerk: &mut Http, bytes: &[u8], code: &str) -> Reply {
    let page = clerk.get("/exchange");
    let parts = vec![
        Part {
            name: "package",
            file: Some(("公文.gwb", "application/octet-stream")),
            bytes,
        },
        Part {
            name: "code",
            file: None,
            bytes: code.as_bytes(),
        },
    ];
    clerk.submit_parts(&page, "/exchange", parts)
}

/// Where a taken-in package stands.
pub fn brought(clerk: &mut Http, bytes: &[u8], code: &str) -> String {
    let came = bring(clerk, bytes, code);
    assert_eq!(came.status, 303, "{}", came.text());
    came.header("Location").unwrap().to_owned()
}

/// Brings a receipt back to the case.
pub fn bring_back(clerk: &mut Http, case: Id, bytes: &[u8]) -> Reply {
    let at = format!("/case/{case}/exchange");
    let page = clerk.get(&at);
    let part = Part {
        name: "receipt",
        file: Some(("回执.gwhz", "application/octet-stream")),
        bytes,
    };
    clerk.submit_parts(&page, &format!("{at}/receipt"), vec![part])
}

/// Begins the incoming case of what came, and sends it on as it was filled; the address of its draft's page.
pub fn register(clerk: &mut Http, at: &str) -> String {
    let page = clerk.get(at);
    let label = page.text();
    assert!(label.contains("登记办件"), "{label}");
    let taken = clerk.submit(at, &format!("{at}/take"), &[("as", "incoming-handle")]);
    assert_eq!(taken.status, 303, "{}", taken.text());
    taken.header("Location").unwrap().to_owned()
}

/// Sends the filled form on, as it stands on the page.
pub fn send_on(clerk: &mut Http, at: &str) {
    let page = clerk.get(at);
    let shown = page.text();
    let mut fields: Vec<(String, String)> = page.hidden("/start/incoming-handle");
    for (name, value) in typed(&shown) {
        if !fields.iter().any(|(n, _)| *n == name) {
            fields.push((name, value));
        }
    }
    let parts = fields.iter().map(|(name, value)| Part {
        name,
        file: None,
        bytes: value.as_bytes(),
    });
    let request = crate::support::http::Request::new("POST", "/start/incoming-handle");
    let parts: Vec<Part<'_>> = parts.collect();
    let done = clerk.send(&request.multipart(&parts));
    assert_eq!(done.status, 303, "{}", done.text());
}

/// What the fields of a page hold: texts, chosen options, ticked radios, and the first button.
fn typed(page: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let attribute = |tag: &str, name: &str| {
        let rest = tag.split(&format!(" {name}=\"")).nth(1)?;
        Some(rest.split('"').next()?.to_owned())
    };
    for tag in page.split("<input").skip(1) {
        let tag = tag.split('>').next().unwrap();
        let (name, value) = (attribute(tag, "name"), attribute(tag, "value"));
        let kind = attribute(tag, "type").unwrap_or_else(|| "text".into());
        let on = !matches!(&*kind, "radio" | "checkbox") || tag.contains(" checked");
        if let (Some(name), true) = (name.filter(|n| n.starts_with("f.")), on && kind != "file") {
            all.push((name, value.unwrap_or_default()));
        }
    }
    for field in page.split("<select").skip(1) {
        let field = field.split("</select").next().unwrap();
        let Some(name) = attribute(field, "name").filter(|n| n.starts_with("f.")) else {
            continue;
        };
        let chosen = field
            .split("<option")
            .skip(1)
            .find(|o| o.contains(" selected"));
        let first = field.split("<option").nth(1).unwrap_or_default();
        let value = attribute(chosen.unwrap_or(first), "value").unwrap_or_default();
        all.push((name, value));
    }
    for field in page.split("<textarea").skip(1) {
        let head = field.split('>').next().unwrap();
        if let Some(name) = attribute(head, "name").filter(|n| n.starts_with("f.")) {
            let value = field
                .split('>')
                .nth(1)
                .unwrap()
                .split("</textarea")
                .next()
                .unwrap();
            all.push((name, value.to_owned()));
        }
    }
    let deed = page
        .split("<button")
        .skip(1)
        .filter_map(|b| Some((attribute(b, "name")?, attribute(b, "value")?)))
        .find(|(_, value)| value.starts_with("submit/"));
    all.extend(deed);
    all
}

pub fn between(text: &str, from: &str, to: &str) -> String {
    let rest = text.split(from).nth(1);
    let rest = rest.unwrap_or_else(|| panic!("no {from} in {text}"));
    rest.split(to).next().unwrap().to_owned()
}

pub fn all_between(text: &str, from: &str, to: &str) -> Vec<String> {
    let pieces = text.split(from).skip(1);
    pieces
        .map(|p| p.split(to).next().unwrap().to_owned())
        .collect()
}
