//! Two organs of one server: the document arrives at once, its registration sends the receipt back by itself; a refusal too.

use super::support::{MINUTES, SENDER, carried, minutes, register, send_on, sender, text, until};
use crate::support::http::Http;
use crate::support::office::Office;
use crate::support::town::day;
use inkstone::org::edit::{self, Hold, PersonDraft};
use inkstone::org::{Role, Seen, Weight, template};
use inkstone::store::verify::verify;

pub const SISTER: &str = "砚田镇卫生院";
pub const THEIR_CLERK: &str = "白知收";

/// A second organ on the same server, with somebody who registers.
pub fn with_sister(office: &Office) {
    let town = &office.town;
    let organ = template::organ_named(SISTER, "卫生院");
    let plan = template::plan(&template::Options::default());
    town.hub(move |w| template::apply(w, &organ, &plan, day("2026-01-01")));
    let directory = town.directory();
    let organ = directory.organs().find(|o| o.name == SISTER).unwrap().id;
    let post = directory
        .with_role_in(organ, Role::RecordsClerk)
        .next()
        .unwrap()
        .id;
    town.hub(move |w| {
        let draft = PersonDraft {
            name: THEIR_CLERK.to_owned(),
            ..PersonDraft::default()
        };
        let from = day("2026-01-01");
        let person = edit::add_person(w, &draft, from)?;
        let hold = Hold {
            post,
            weight: Weight::Main,
            from,
        };
        edit::hold_post(w, Seen::new(person, 1), hold)
    });
}

/// Where the first that waits stands.
fn waiting(clerk: &mut Http) -> String {
    let page = text(clerk, "/exchange");
    let links = super::support::all_between(&page, "href=\"", "\"");
    links
        .into_iter()
        .find(|l| l.starts_with("/exchange/in/"))
        .unwrap_or_else(|| panic!("nothing waits: {page}"))
}

#[test]
fn an_organ_of_the_same_server_gets_it_at_once_and_answers_by_itself() {
    let office = sender("exchange-sisters");
    with_sister(&office);
    let case = minutes(&office);
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let mut their = office.colleague(&mut admin, THEIR_CLERK);
    assert!(text(&mut their, "/exchange").contains("没有等着登记的公文"));
    let at = format!("/case/{case}/exchange");
    let done = clerk.submit(&at, &at, &[("to", SISTER)]);
    assert_eq!(done.status, 303, "{}", done.text());
    let page = text(&mut clerk, &at);
    assert!(
        page.contains("平台直送") && page.contains("还没有回执"),
        "{page}"
    );
    assert!(text(&mut their, "/todo").contains("外单位来的公文有 1 份等着登记"));
    let came = waiting(&mut their);
    let page = text(&mut their, &came);
    assert!(page.contains(SENDER) && page.contains(MINUTES), "{page}");
    // the sender's own clerk does not see what lies at the other organ
    assert_eq!(clerk.get(&came).status, 404);

    let _carried = carried(&office);
    let draft = register(&mut their, &came);
    send_on(&mut their, &draft);
    until("the receipt is home", || {
        text(&mut clerk, &at).contains("已签收 1/1")
    });
    let page = text(&mut their, &came);
    assert!(page.contains("回执已经自动送到发文单位"), "{page}");
    let issue = text(&mut clerk, &format!("/case/{case}/issue"));
    assert!(
        issue.contains("已签收 1/1") && issue.contains("平台直送") && issue.contains(THEIR_CLERK),
        "{issue}"
    );

    // a second one is sent back
    let done = clerk.submit(&at, &at, &[("to", SISTER)]);
    assert_eq!(done.status, 303, "{}", done.text());
    let second = waiting(&mut their);
    assert_ne!(second, came);
    let refused = their.submit(
        &second,
        &format!("{second}/refuse"),
        &[("reason", "发重了")],
    );
    assert_eq!(refused.status, 303, "{}", refused.text());
    let page = text(&mut clerk, &at);
    assert!(
        page.contains("被退回：") && page.contains("发重了"),
        "{page}"
    );
    assert!(office.town.store.drain(std::time::Duration::from_secs(10)));
    let findings = verify(&office.town.folder.dir()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}
