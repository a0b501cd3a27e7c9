//! A department that runs itself makes its own procedure, counts its own numbers, and leaves one of the office's
//! unused; its people alone see it; another department's administrator and the office's are told whose it is.

use super::{press, runs};
use crate::design::posted;
use crate::support::files::Image;
use crate::support::http::Http;
use crate::support::office::{Office, PASSWORD};
use inkstone::kit::{Id, ShelfNo};
use inkstone::store::placement::{Policy, Rule};
use inkstone::store::verify::verify;
use inkstone::store::{Query, Stamp, Store};
use std::time::Duration;

const NAME: &str = "隐患排查";
const LEAVE: &str = "leave-request";

struct Town {
    office: Office,
    admin: Http,
    /// Runs 应急管理办公室.
    keeper: Http,
    /// Runs 党政综合办公室.
    other: Http,
    dept: i64,
}

/// Two departments with a cabinet of their own, each run by one of its people.
fn two(name: &str) -> Town {
    let office = Office::new(name);
    let mut admin = office.admin();
    let (dept, office_dept) = (office.town.dept("YJB"), office.town.dept("DZB"));
    let mut rule = Rule::default();
    for dept in [dept, office_dept] {
        let own = Policy {
            exclusive: true,
            yearly: false,
        };
        rule.except.insert(dept, own);
        office.town.store.shelf_for(dept, 2026).unwrap();
    }
    let stamp = Stamp::new("system:test", "storage.rule", office.town.clock.now());
    office.town.store.change_rule(&rule, stamp).unwrap();
    office.town.store.relocate_now().unwrap();
    for name in ["安守", "纪文澜"] {
        drop(office.colleague(&mut admin, name));
    }
    let keeper = runs(&office, &mut admin, "安守", dept);
    let other = runs(&office, &mut admin, "纪文澜", office_dept);
    Town {
        office,
        admin,
        keeper,
        other,
        dept,
    }
}

/// Makes and publishes one by one line, numbered; its id.
fn made(http: &mut Http) -> String {
    let new = "/procedures/new";
    let fields = [
        ("name", NAME),
        ("line", "申请人→部门负责人"),
        ("do", "quick"),
    ];
    let done = http.submit(new, new, &fields);
    let to = done.header("location").unwrap_or_default().to_owned();
    assert_eq!(done.status, 303, "{}", done.text());
    let id = to.split('/').nth(2).unwrap().to_owned();
    let at = format!("/procedures/{id}/design");
    let mut fields = posted::form(&http.get(&format!("{at}/name")).text());
    posted::set(&mut fields, "prefix", "应排");
    posted::set(&mut fields, "scope", "department");
    posted::set(&mut fields, "do", "keep");
    let numbered = posted::send(http, &at, &fields);
    assert_eq!(numbered.status, 303, "{}", numbered.text());
    let publish = format!("/procedures/{id}/publish");
    let done = http.submit(&format!("{at}/publish"), &publish, &[("note", "新做的")]);
    assert_eq!(done.status, 303, "{}", done.text());
    id
}

/// Starts a case; its number.
fn start(town: &Town, http: &mut Http, id: &str, why: &str) -> (Id, String) {
    let at = format!("/start/{id}");
    let sent = http.submit(&at, &at, &[("f.sy", why), ("do", "submit/bm")]);
    assert_eq!(sent.status, 303, "{}", sent.text());
    let store = &town.office.town.store;
    assert!(store.drain(Duration::from_secs(10)));
    store
        .index()
        .unwrap()
        .one(
            "SELECT case_id, coalesce(number, '') FROM case_list ORDER BY case_id DESC LIMIT 1",
            [],
            |r| Ok((Id::from_raw(r.get(0)?), r.get(1)?)),
        )
        .unwrap()
}

fn dept_of(store: &Store, shelf: ShelfNo) -> i64 {
    let all = store.shelves().unwrap();
    all.into_iter().find(|s| s.0 == shelf).unwrap().1
}

#[test]
fn he_makes_a_procedure_and_only_his_department_has_it() {
    let mut town = two("storage-own");
    let page = town.keeper.get("/procedures").text();
    for words in [
        "应急管理办公室（消防）自己的事项",
        "本部门还没有自己的事项",
        "在用",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let id = made(&mut town.keeper);
    let p = town.office.state.engine.procedures.current(&id).unwrap();
    assert_eq!(p.procedure.department.map(|d| d.0), Some(town.dept));

    let mut head = town.office.colleague(&mut town.admin, "雷有备");
    let mut clerk = town.office.colleague(&mut town.admin, "宋小笺");
    assert!(head.get("/start").text().contains(NAME));
    let (case, number) = start(&town, &mut head, &id, "汛前排查");
    assert_eq!(number, "应排〔2026〕1号");
    let store = &town.office.town.store;
    assert_eq!(dept_of(store, case.shelf()), town.dept);
    assert!(store.drain(Duration::from_secs(10)));
    let book = format!("/register/{}", p.procedure.register.id);
    assert!(head.get(&book).text().contains("汛前排查"));

    // nobody else has it, and nobody else reads its name
    for at in ["/start", "/register", "/search", "/procedures"] {
        assert!(!town.admin.get(at).text().contains(NAME), "{at}");
    }
    assert!(!clerk.get("/start").text().contains(NAME));
    for at in [format!("/start/{id}"), book] {
        assert_eq!(clerk.get(&at).status, 404, "{at}");
    }
    let all = town.admin.get("/procedures").text();
    assert!(
        all.contains("应急管理办公室") && all.contains("1 个，由它的自管员管"),
        "{all}"
    );
    let volumes = store.volumes().unwrap();
    let own = volumes.iter().find(|v| v.key.dept == Some(town.dept));
    let seen = format!("/storage/volume/{}", own.unwrap().no);
    let seen = town.admin.get(&seen).text();
    assert!(
        seen.contains("应急") && seen.contains("开着，") && !seen.contains("汛前排查"),
        "state and size, no title: {seen}"
    );
}

#[test]
fn what_is_anothers_is_refused_with_a_sentence() {
    let mut town = two("storage-own-other");
    let id = made(&mut town.keeper);
    let own = format!("/procedures/{id}");
    let whose = "这是应急管理办公室（消防）自己的事项，由它的自管员管";
    let before = town.office.state.engine.procedures.current(&id).unwrap();
    for http in [&mut town.other, &mut town.admin] {
        for at in ["", "/design", "/design/name", "/publish", "/place", "/copy"] {
            let said = http.get(&format!("{own}{at}"));
            let text = said.text();
            assert_eq!(said.status, 403, "{at}: {text}");
            assert!(text.contains(whose) && !text.contains(NAME), "{at}: {text}");
        }
        let token = http.get("/procedures/new");
        for (at, fields) in [
            ("/publish", &[("rev", "1"), ("note", "改")][..]),
            (
                "/place",
                &[("state", "off"), ("rev", "0"), ("sort", "1")][..],
            ),
            ("/drop", &[("rev", "1")][..]),
            (
                "/design",
                &[("do", "series"), ("prefix", "丁"), ("rev", "0")][..],
            ),
            ("/export", &[][..]),
        ] {
            let mut all = token.hidden("/procedures/new");
            all.retain(|(n, _)| n == "_csrf" || n == "_op");
            let mut all: Vec<(&str, &str)> = all.iter().map(|(n, v)| (&**n, &**v)).collect();
            all.extend_from_slice(fields);
            let said = http.post(&format!("{own}{at}"), &all);
            assert_eq!(said.status, 403, "{at}: {}", said.text());
        }
    }
    assert_eq!(town.admin.get(&format!("{own}/rights")).status, 403);
    let after = town.office.state.engine.procedures.current(&id).unwrap();
    assert_eq!(before.procedure.version(), after.procedure.version());
    assert!(!after.standing.off);

    // and he touches nothing of the office's
    for at in ["/design", "/publish", "/place"] {
        let said = town.keeper.get(&format!("/procedures/{LEAVE}{at}"));
        let text = said.text();
        let wanted = at != "/publish" || text.contains("全单位的事项");
        assert!(
            said.status == 403 && wanted || at == "/place",
            "{at}: {text}"
        );
    }
    let place = format!("/procedures/{LEAVE}/place");
    let page = town.keeper.get(&format!("/procedures/{LEAVE}"));
    let tokens = page.hidden(&format!("/procedures/{LEAVE}/use"));
    let tokens = tokens.iter().filter(|(n, _)| n.starts_with('_'));
    let mut fields = vec![("state", "off"), ("sort", "1"), ("rev", "0")];
    fields.extend(tokens.map(|(n, v)| (&**n, &**v)));
    let tried = town.keeper.post(&place, &fields);
    assert!(
        tried.status == 403 && tried.text().contains("另存为新事项"),
        "{}",
        tried.text()
    );
    // but may begin with a copy of it
    let copy = format!("/procedures/{LEAVE}/copy");
    let done = town.keeper.submit(&copy, &copy, &[("name", "外勤请假")]);
    let to = done.header("location").unwrap_or_default().to_owned();
    assert_eq!(done.status, 303, "{}", done.text());
    assert!(
        town.keeper
            .get(&format!("{to}/publish"))
            .text()
            .contains("全单位的东西")
    );
    assert_eq!(
        town.admin.get(&to).status,
        403,
        "a draft is nobody else's either"
    );
}

#[test]
fn he_leaves_one_of_the_offices_unused_in_his_department() {
    let mut town = two("storage-own-off");
    let mut head = town.office.colleague(&mut town.admin, "雷有备");
    let mut clerk = town.office.colleague(&mut town.admin, "宋小笺");
    let at = format!("/start/{LEAVE}");
    assert_eq!(head.get(&at).status, 200, "the set-up");
    let page = town.keeper.get("/procedures");
    let deed = format!("/procedures/{LEAVE}/use");
    let off = press(&mut town.keeper, &page, &deed, &[("state", "off")]);
    assert_eq!(off.status, 303, "{}", off.text());
    let refused = head.get(&at);
    assert!(
        refused.status == 409 && refused.text().contains("在本部门已经停用"),
        "{}",
        refused.text()
    );
    assert_eq!(clerk.get(&at).status, 200, "elsewhere it goes on");
    assert!(
        town.admin
            .get("/procedures")
            .text()
            .contains("1 个部门自己停用")
    );

    // neither the other department's nor the office's administrator switches it there
    let dept = town.dept.to_string();
    let page = town.other.get("/procedures");
    let fields = [("state", "on"), ("dept", &*dept)];
    let said = press(&mut town.other, &page, &deed, &fields);
    assert!(said.status == 403 && said.text().contains("只有这个部门的自管员"));
    town.office
        .state
        .engine
        .reload(&town.office.town.store)
        .unwrap();
    assert_eq!(head.get(&at).status, 409, "it is kept");
    let page = town.keeper.get(&format!("/procedures/{LEAVE}"));
    let on = press(&mut town.keeper, &page, &deed, &[("state", "on")]);
    assert_eq!(on.status, 303);
    assert_eq!(head.get(&at).status, 200);
}

#[test]
fn he_goes_on_counting_where_the_paper_book_ended() {
    let mut town = two("storage-own-numbers");
    let at = "/storage/mine/numbers";
    assert!(town.keeper.get(at).text().contains("还没有自己编的号"));
    let id = made(&mut town.keeper);
    let page = town.keeper.get(at).text();
    assert!(
        page.contains("应排") && page.contains("今年还没有"),
        "{page}"
    );
    let dept = town.dept.to_string();
    let set = |http: &mut Http, n: &str| {
        http.submit(at, at, &[("dept", &dept), ("key", "应排"), ("n", n)])
    };
    assert_eq!(set(&mut town.keeper, "40").status, 303);
    let mut keeper = town.office.logged_in(2, "安守", PASSWORD);
    assert_eq!(start(&town, &mut keeper, &id, "一").1, "应排〔2026〕41号");
    for n in ["41", "7", "0", "很多"] {
        let back = set(&mut town.keeper, n);
        let text = back.text();
        assert_eq!(back.status, 422, "{n}: {text}");
        assert!(
            text.contains("41 号") || text.contains("最后一个号"),
            "{n}: {text}"
        );
    }
    let page = town.other.get("/procedures");
    let deed = format!("/procedures/{LEAVE}/use");
    let tokens = page.hidden(&deed).into_iter();
    let tokens: Vec<(String, String)> = tokens.filter(|(n, _)| n.starts_with('_')).collect();
    let mut fields = vec![("dept", &*dept), ("key", "应排"), ("n", "90")];
    fields.extend(tokens.iter().map(|(n, v)| (&**n, &**v)));
    let stranger = town.other.post(at, &fields);
    assert!(
        stranger.status == 403 && stranger.text().contains("自管员"),
        "{}",
        stranger.text()
    );
    assert_eq!(start(&town, &mut keeper, &id, "二").1, "应排〔2026〕42号");
    assert!(town.office.town.store.drain(Duration::from_secs(10)));
    town.office.town.store.checkpoint();
    let image = Image::of(&town.office.town.folder).copy_all("storage-own-verify");
    let found = verify(&image.dir()).unwrap();
    assert!(found.is_empty(), "{found:?}");
}

/// Closes 应急管理办公室 as the administrator does it, some days back.
fn close(town: &mut Town, successor: &str) {
    let dept = town.dept;
    let at = format!("/admin/org/dept/{dept}/close");
    let fields = [("last_day", "2026-03-06"), ("successor", successor)];
    let said = town.admin.submit(&at, &at, &fields);
    assert_eq!(said.status, 303, "{}", said.text());
}

#[test]
fn what_a_closed_department_made_goes_to_its_successor_by_a_press() {
    let mut town = two("storage-own-left");
    let id = made(&mut town.keeper);
    let mut head = town.office.colleague(&mut town.admin, "雷有备");
    assert_eq!(
        start(&town, &mut head, &id, "汛前排查").1,
        "应排〔2026〕1号"
    );
    assert!(
        !town.admin.get("/procedures").text().contains("已经撤销"),
        "the set-up"
    );
    let heir = town.office.town.dept("DZB");
    close(&mut town, &heir.to_string());
    let page = town.admin.get("/procedures");
    let said = page.text();
    for words in [
        "应急管理办公室（消防）已经撤销",
        "1 个事项",
        "转给党政综合办公室",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains(NAME), "how many, no name: {said}");
    let deed = "/procedures/left";
    let gone = press(&mut town.admin, &page, deed, &[]);
    assert_eq!(gone.status, 303, "{}", gone.text());
    let after = town.admin.get("/procedures").text();
    assert!(!after.contains("已经撤销"), "{after}");
    let now = town.office.state.engine.procedures.current(&id).unwrap();
    assert_eq!(now.procedure.department.map(|d| d.0), Some(heir));
    // the heir's people begin it, on their own shelf, above the last number
    let mut clerk = town.office.colleague(&mut town.admin, "宋小笺");
    assert!(clerk.get("/start").text().contains(NAME));
    let (case, number) = start(&town, &mut clerk, &id, "汛中排查");
    assert_eq!(number, "应排〔2026〕2号");
    let store = &town.office.town.store;
    assert_eq!(dept_of(store, case.shelf()), heir);
    let mut other = town.office.logged_in(2, "纪文澜", PASSWORD);
    assert_eq!(other.get(&format!("/procedures/{id}/design")).status, 200);
    // pressed again from a page that is old by now, nothing more happens
    let again = press(&mut town.admin, &page, deed, &[]);
    assert!(
        again.status == 303 || again.status == 409,
        "{}",
        again.text()
    );
    assert!(store.drain(Duration::from_secs(10)));
    store.checkpoint();
    let image = Image::of(&town.office.town.folder).copy_all("storage-own-left-verify");
    let found = verify(&image.dir()).unwrap();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn without_a_successor_it_is_said_and_there_is_no_button() {
    let mut town = two("storage-own-left-alone");
    let id = made(&mut town.keeper);
    close(&mut town, "");
    let page = town.admin.get("/procedures");
    assert!(
        page.text().contains("没有写由哪个部门接续") && !page.text().contains("/procedures/left"),
        "{}",
        page.text()
    );
    // whoever only runs another department neither reads of it nor may press
    assert!(!town.other.get("/procedures").text().contains("已经撤销"));
    let now = town.office.state.engine.procedures.current(&id).unwrap();
    assert_eq!(now.procedure.department.map(|d| d.0), Some(town.dept));
}
