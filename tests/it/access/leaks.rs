//! S07, S08, S09 and "Must show" 4: what one person's session met, asked for with another's. Whose a case
//! is stands in the story told here, so that the rule is not checked against itself.

use super::crawl::walk;
use super::csrf::token;
use super::office::{LAN, Office, ROLES};
use inkstone::kit::{Id, PersonId};
use inkstone::store::{NewAttachment, Stamp};
use std::collections::BTreeSet;

/// Puts a file into a case, as its page does.
pub fn attach(office: &Office, case: Id, name: &str) -> Id {
    let store = &office.town.store;
    let text = format!("附件内容：{name}");
    let mut upload = store.upload(case.shelf()).unwrap();
    upload.push(text.as_bytes()).unwrap();
    let (digest, size) = upload.finish().unwrap();
    let file = NewAttachment {
        owner: case,
        field: "attachments".into(),
        name: name.into(),
        size,
        digest,
        kind: "文本".into(),
        person: PersonId(1),
        person_name: "宋小笺".into(),
    };
    let stamp = Stamp::new("person:1", "case.advance", office.town.clock.now());
    let kept = store.write(case.shelf(), stamp, move |w| {
        let id = w.attach(&file)?;
        w.emit("case.filed", Some(case), &())?;
        Ok(id)
    });
    kept.unwrap().value
}

/// A draft of the clerk's.
pub fn draft(office: &Office) -> Id {
    let mut clerk = office.lan("宋小笺");
    let csrf = token(&clerk.get("/me"));
    let fields = [
        ("_csrf", csrf.as_str()),
        ("f.title", "还没有送出的密语草稿"),
    ];
    let reply = clerk.post("/start/incoming-handle/draft", &fields);
    let said: serde_json::Value = serde_json::from_str(&reply.text()).unwrap();
    said["draft"].as_str().unwrap().parse().unwrap()
}

/// A case, the mark its title bears, a file of it, and who has a part in it.
struct Told {
    case: Id,
    file: Id,
    mark: &'static str,
    whose: &'static [&'static str],
}

const OFFICE: &[&str] = &["宋小笺", "纪文澜", "江若川"];
const HANDED: &[&str] = &["宋小笺", "纪文澜", "江若川", "纳百川"];

fn stories(office: &Office) -> Vec<Told> {
    let tell = |mark: &'static str, steps, whose| {
        let case = office.case(&format!("{mark}的通知"), steps);
        let file = attach(office, case, &format!("{mark}附件.txt"));
        Told {
            case,
            file,
            mark,
            whose,
        }
    };
    let mut all = vec![
        tell("甲槐", 0, OFFICE),
        tell("乙柳", 1, OFFICE),
        tell("丙松", 2, &["宋小笺", "纪文澜", "江若川"]),
        tell("丁柏", 4, HANDED),
        tell("戊桂", 8, &["宋小笺", "纪文澜", "江若川", "纳百川", "苏简"]),
    ];
    all.push(reading(office));
    all
}

/// A reading item, sent to one leader at once; through the page, as the clerk does it.
fn reading(office: &Office) -> Told {
    let mut clerk = office.lan("宋小笺");
    let at = "/start/incoming-read";
    let reader = office.town.post("陆平章").to_raw().to_string();
    let fields = [
        ("do", "submit/circulate"),
        ("people.submit.circulate", reader.as_str()),
        ("f.title", "己梅的通知"),
        ("f.from", "墨川县应急管理局"),
        ("f.from_number", "墨应急发〔2026〕13号"),
    ];
    let reply = clerk.submit(at, at, &fields);
    assert_eq!(reply.status, 303, "{}", reply.text());
    office.drain();
    let mut reader = office.lan("陆平章");
    let todo = reader.get("/todo").text();
    let at = todo.split("href=\"/case/").nth(1).unwrap();
    let case: Id = at[..13].parse().unwrap();
    Told {
        case,
        file: attach(office, case, "己梅附件.txt"),
        mark: "己梅",
        whose: &["宋小笺", "纪文澜", "江若川", "陆平章"],
    }
}

/// Nobody of the story's others: the departments without a part, the administrators, everybody else.
fn people() -> impl Iterator<Item = &'static str> {
    let out = ["must_change", "disabled"];
    ROLES
        .iter()
        .filter(move |(role, _)| !out.contains(role))
        .map(|(_, name)| *name)
}

fn pages_of(told: &Told) -> Vec<String> {
    let (case, file) = (told.case, told.file);
    let mut all = vec![format!("/case/{case}"), format!("/case/{case}/ledger")];
    all.extend(["handling", "circulation", "ledger"].map(|s| format!("/case/{case}/print/{s}")));
    all.extend(["", "/save", "/shown"].map(|s| format!("/case/{case}/file/{file}{s}")));
    all
}

#[test]
fn s08_nobody_meets_what_is_not_theirs() {
    let office = Office::new("leaks");
    let stories = stories(&office);
    let draft = draft(&office);
    let mut met: BTreeSet<String> = BTreeSet::new();
    for name in people() {
        let mut http = office.lan(name);
        let walk = walk(&mut http);
        for (at, reply) in &walk.pages {
            let text = reply.text();
            for told in stories.iter().filter(|t| !may(t, name)) {
                assert!(
                    !text.contains(told.mark),
                    "{name} reads {} at {at}",
                    told.mark
                );
            }
            let drafts = name == "宋小笺" || !text.contains("密语草稿");
            assert!(drafts, "{name} reads the clerk's draft at {at}");
        }
        for told in stories.iter().filter(|t| may(t, name)) {
            let own = format!("/case/{}", told.case);
            assert_eq!(
                http.get(&own).status,
                200,
                "{name} has a part in {}",
                told.mark
            );
        }
        met.extend(walk.pages.into_keys());
    }
    assert!(met.iter().any(|u| u.contains("/file/")), "{met:?}");
    met.extend(stories.iter().flat_map(pages_of));
    met.insert(format!("/start/incoming-handle?draft={draft}"));
    replay(&office, &stories, &met, &draft);
    assert_eq!(office.state.faults(), 0);
}

fn may(told: &Told, name: &str) -> bool {
    told.whose.contains(&name)
}

/// Every object's address with everybody's session, and with none.
fn replay(office: &Office, stories: &[Told], met: &BTreeSet<String>, draft: &Id) {
    for name in people() {
        let mut http = office.lan(name);
        for at in met {
            let told = stories.iter().find(|t| at.contains(&t.case.to_string()));
            let others = match told {
                Some(told) => !may(told, name),
                None => at.contains(&draft.to_string()) && name != "宋小笺",
            };
            if !others {
                continue;
            }
            let reply = http.get(at);
            // somebody without a post, or who may not start it at all, is told so before anything is looked for
            let first = name == "无所任" || (at.starts_with("/start/") && reply.status == 403);
            let no = if first { 403 } else { 404 };
            assert_eq!(reply.status, no, "{name} {at}");
            let text = reply.text();
            assert!(
                stories.iter().all(|t| !text.contains(t.mark)),
                "{name} {at}"
            );
        }
    }
    let mut nobody = office.visitor(LAN);
    for at in met.iter().filter(|at| !at.starts_with("/login")) {
        let reply = nobody.get(at);
        assert_eq!(reply.status, 303, "{at}");
        assert!(
            reply.header("Location").unwrap().starts_with("/login"),
            "{at}"
        );
    }
}
