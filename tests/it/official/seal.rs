//! Seals through the pages: taken in, kept, put on a signed-off document, checked by file and by code, undone, destroyed;
//! what is not signed off, not kept or changed since refused.

use super::sealing::{BODY, KEEPER, TITLE, drafted, sent_to_seal, signed, town};
use crate::support::files::Bare;
use crate::support::http::{Http, Part};
use crate::support::office::Office;
use crate::support::reply::Reply;
use crate::support::town::Town;
use inkstone::engine::deed::{Deed, What};
use inkstone::engine::deed_store::list_deeds;
use inkstone::engine::definition::MoveId;
use inkstone::kit::stamped::Stamped;
use inkstone::kit::{Digest, Id, extract};

/// A seal the office has, through the pages: drawn, kept by whoever keeps seals; confirmed where asked.
pub fn seal_of(office: &Office, admin: &mut Http, confirmed: bool) -> String {
    let d = office.town.directory();
    let organ = format!("organ:{}", d.first_organ().unwrap().id);
    let post = d.main_post(office.town.person(KEEPER)).unwrap().id;
    let keeper = format!("post:{post}");
    let page = admin.get("/admin/seals/new");
    let fields = [
        ("owner", organ.as_str()),
        ("name", "砚田镇人民政府印章"),
        ("kind", "government"),
        ("keeper", keeper.as_str()),
        ("legend", "墨川县砚田镇人民政府"),
    ];
    let parts = fields.iter().map(|(name, value)| Part {
        name,
        file: None,
        bytes: value.as_bytes(),
    });
    let made = admin.submit_parts(&page, "/admin/seals/new", parts.collect());
    assert_eq!(made.status, 303, "{}", made.text());
    let at = made.header("Location").unwrap().to_owned();
    if confirmed {
        let done = admin.submit(&at, &format!("{at}/confirm"), &[]);
        assert_eq!(done.status, 303, "{}", done.text());
    }
    at
}

fn deeds(town: &Town, case: Id) -> Vec<Deed> {
    list_deeds(&town.store.shelf(case.shelf()).unwrap(), case).unwrap()
}

fn stamped(deed: &Deed) -> Stamped {
    serde_json::from_value(deed.data["stamped"].clone()).unwrap()
}

/// Seals the case as its keeper does, and gives the deed and the file.
fn sealed(office: &Office, keeper: &mut Http, case: Id) -> (Deed, Vec<u8>) {
    let at = format!("/case/{case}/seal");
    let done = keeper.submit(&at, &at, &[("right", "2")]);
    assert_eq!(done.status, 303, "{}", done.text());
    let all = deeds(&office.town, case);
    let deed = all
        .iter()
        .rfind(|d| d.what == What::Sealed)
        .unwrap()
        .clone();
    let file = deed.data["attachment"].as_str().unwrap().to_owned();
    let saved = keeper.get(&format!("/case/{case}/file/{file}/save"));
    assert_eq!(saved.status, 200);
    (deed, saved.body)
}

fn checks(http: &mut Http, file: &[u8], fields: &[(&str, &str)]) -> Reply {
    let page = http.get("/verify");
    let mut parts = vec![Part {
        name: "file",
        file: Some(("通知.pdf", "application/pdf")),
        bytes: file,
    }];
    parts.extend(fields.iter().map(|(name, value)| Part {
        name,
        file: None,
        bytes: value.as_bytes(),
    }));
    http.submit_parts(&page, "/verify", parts)
}

#[test]
fn a_signed_document_is_sealed_checked_undone_and_sealed_again() {
    let office = Office::of(town("seal"));
    let mut admin = office.admin();
    let at = seal_of(&office, &mut admin, false);
    let shown = admin.get(&at).text();
    assert!(
        shown.contains("样章，还没启用") && shown.contains("<svg"),
        "{shown}"
    );
    assert!(shown.contains("不是《电子签名法》") && !shown.contains("电子签章"));
    let done = admin.submit(&at, &format!("{at}/confirm"), &[]);
    assert_eq!(done.status, 303, "{}", done.text());
    assert!(admin.get(&at).text().contains("图样核对无误，正式启用"));

    let mut keeper = office.colleague(&mut admin, KEEPER);
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let case = drafted(&office.town);
    let page = format!("/case/{case}/seal");
    // not at that step: nothing to press
    assert!(clerk.get(&page).text().contains("不在用印环节"));
    office
        .town
        .act("江若川", case, MoveId::Submit, super::sealing::plain())
        .unwrap();
    // at the step, and not signed off
    let early = keeper.get(&page).text();
    assert!(
        early.contains("还没有签发") && !early.contains(">盖章<"),
        "{early}"
    );
    signed(&office.town, case);
    let ready = keeper.get(&page);
    let text = ready.text();
    assert!(
        text.contains(">盖章<") && text.contains("砚田镇人民政府印章"),
        "{text}"
    );
    // moved too far, and off the boxes' own words
    let far = keeper.get(&format!("{page}?seal=1&right=90&down=x"));
    assert!(far.text().contains("-15 到 15"), "{}", far.text());
    // whoever does not keep the seal may look on, and not press
    let token = clerk.get("/me").hidden("/me/zoom").remove(0).1;
    let tried = clerk.post(&page, &[("_csrf", &token), ("seal", "1")]);
    assert_eq!(tried.status, 403);
    assert!(tried.text().contains("不在用印环节"), "{}", tried.text());
    assert!(
        deeds(&office.town, case)
            .iter()
            .all(|d| d.what != What::Sealed)
    );

    let (deed, file) = sealed(&office, &mut keeper, case);
    let made = stamped(&deed);
    assert!(file.starts_with(b"%PDF-"));
    assert_eq!(
        (made.signed.file.clone(), made.signed.size),
        (Digest::of(&file).hex(), file.len() as i64)
    );
    assert_eq!(
        (made.signed.name.as_str(), made.signed.title.as_str()),
        (KEEPER, TITLE)
    );
    assert_eq!(made.signed.text, Digest::of(BODY.as_bytes()).hex());
    let extract::Found::Text(words) = extract::all(&file) else {
        panic!("no words")
    };
    assert!(words.contains(&made.signed.code), "{words}");
    // twice is once
    let again = keeper.get(&page).text();
    assert!(
        again.contains("与盖章时一致") && !again.contains(">盖章<"),
        "{again}"
    );

    // by its file, by its code, by the address of the code; from anybody of the office
    let good = checks(&mut clerk, &file, &[]).text();
    assert!(
        good.contains("与盖章时一致") && good.contains(&made.signed.number),
        "{good}"
    );
    let by_code = clerk
        .get(&format!("/verify/{case}-{}", made.signed.code))
        .text();
    assert!(
        by_code.contains("与盖章时一致") && by_code.contains(TITLE),
        "{by_code}"
    );
    let guessed = clerk.get(&format!("/verify/{case}-0000000000")).text();
    assert!(
        guessed.contains("没有这样一份") && !guessed.contains(TITLE),
        "{guessed}"
    );
    let mut changed = file.clone();
    let last = changed.len() - 3;
    changed[last] ^= 1;
    let bad = checks(&mut clerk, &changed, &[]).text();
    assert!(
        bad.contains("与盖章时不一致") && bad.contains("文件内容和盖章时不一样"),
        "{bad}"
    );
    let stranger = checks(&mut clerk, b"%PDF-1.4 another", &[]).text();
    assert!(stranger.contains("没有这样一份盖章文件"), "{stranger}");
    let named = checks(
        &mut clerk,
        b"%PDF-1.4 another",
        &[("code", &made.signed.code)],
    )
    .text();
    assert!(named.contains("文件内容和盖章时不一样"), "{named}");

    // the register of use, undoing with a reason, sealing anew
    assert!(keeper.get("/register-of-seals").text().contains(TITLE));
    assert_eq!(clerk.get("/register-of-seals").status, 403);
    let undo = format!("{page}/undo");
    let silent = keeper.submit(&page, &undo, &[("reason", " ")]);
    assert_eq!(silent.status, 422);
    let undone = keeper.submit(&page, &undo, &[("reason", "附件拿错了")]);
    assert_eq!(undone.status, 303, "{}", undone.text());
    let later = checks(&mut clerk, &file, &[]).text();
    assert!(
        later.contains("与盖章时一致") && later.contains("作废：附件拿错了"),
        "{later}"
    );
    let (second, _) = sealed(&office, &mut keeper, case);
    assert_ne!(second.id, deed.id);
    let register = keeper.get("/register-of-seals").text();
    assert!(
        register.contains("后来作废") && register.contains("附件拿错了"),
        "{register}"
    );

    // destroyed: no more use, and what it was put on is still checked
    let gone = admin.submit(
        &at,
        &format!("{at}/destroy"),
        &[("reason", "换发新章"), ("destroyed_on", "2026-03-09")],
    );
    assert_eq!(gone.status, 303, "{}", gone.text());
    let after = checks(&mut clerk, &file, &[]).text();
    assert!(
        after.contains("与盖章时一致") && after.contains("换发新章"),
        "{after}"
    );
}

#[test]
fn without_any_seal_the_keeper_is_told_who_registers_one() {
    let office = Office::of(town("no-seal"));
    let mut admin = office.admin();
    let mut keeper = office.colleague(&mut admin, KEEPER);
    let case = sent_to_seal(&office.town);
    signed(&office.town, case);
    let page = keeper.get(&format!("/case/{case}/seal")).text();
    assert!(
        page.contains("本机关还没有登记印章") && page.contains("请管理员"),
        "{page}"
    );
}

#[test]
fn a_test_seal_says_so_and_only_its_keeper_may_use_it() {
    let office = Office::of(town("sample"));
    let mut admin = office.admin();
    let at = seal_of(&office, &mut admin, false);
    let mut keeper = office.colleague(&mut admin, KEEPER);
    let case = sent_to_seal(&office.town);
    signed(&office.town, case);
    let (deed, file) = sealed(&office, &mut keeper, case);
    assert!(stamped(&deed).signed.sample);
    assert!(
        checks(&mut keeper, &file, &[])
            .text()
            .contains("盖的是样章，没有效力")
    );
    // handed over to somebody else: the old keeper keeps nothing
    let other = sent_to_seal(&office.town);
    signed(&office.town, other);
    let clerk = format!("person:{}", office.town.person("宋小笺"));
    let handed = admin.submit(&at, &format!("{at}/keeper"), &[("keeper", &clerk)]);
    assert_eq!(handed.status, 303, "{}", handed.text());
    assert!(admin.get(&at).text().contains("移交保管：原由"));
    let page = keeper.get(&format!("/case/{other}/seal")).text();
    assert!(
        page.contains("不保管本机关的印章") && page.contains("宋小笺"),
        "{page}"
    );
    let stale = admin.submit(
        &at,
        &format!("{at}/destroy"),
        &[("reason", "x"), ("rev", "1")],
    );
    assert_eq!(stale.status, 422, "{}", stale.text());
}

#[test]
fn a_text_changed_after_sign_off_is_not_sealed() {
    let office = Office::of(town("changed"));
    let mut admin = office.admin();
    seal_of(&office, &mut admin, true);
    let mut keeper = office.colleague(&mut admin, KEEPER);
    let case = sent_to_seal(&office.town);
    let path = office.town.folder.dir().volume(1);
    signed(&office.town, case);
    assert!(
        keeper
            .get(&format!("/case/{case}/seal"))
            .text()
            .contains(">盖章<")
    );
    let form = keeper.get(&format!("/case/{case}/seal"));
    // behind the pages' back, as another hand would
    let bare = Bare::keeping(&path);
    bare.one(&format!(
        "UPDATE cases SET form = json_set(form, '$.body', '另一份正文'), rev = rev + 1 WHERE id = {}",
        case.raw()
    ));
    drop(bare);
    let at = format!("/case/{case}/seal");
    let hidden = form.hidden(&at);
    let fields: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let refused = keeper.post(&at, &fields);
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(
        refused.text().contains("签发以后改动过"),
        "{}",
        refused.text()
    );
    assert!(
        deeds(&office.town, case)
            .iter()
            .all(|d| d.what != What::Sealed)
    );
}
