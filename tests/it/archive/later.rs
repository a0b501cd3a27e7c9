//! After the year: the same cards in all four ways of filing; a sealed year whose cards cannot change while lending,
//! handing over and destruction are written to the standing shelf.

use super::{accept_all, carded, desk, numbers, on_paper, press, settle};
use crate::freeze::year::{over, reopened, seal};
use crate::modes::{MODES, town};
use crate::support::office::Office;
use crate::verify::office::through_all_hands;
use inkstone::engine::filed_store::Ended;
use inkstone::kit::Id;
use inkstone::modules::archive::{Term, Width};
use inkstone::store::verify::verify;

#[test]
fn the_year_is_numbered_alike_in_every_way_of_filing() {
    let mut all = Vec::new();
    for (name, rule, _) in MODES {
        let town = town(&format!("archive-{name}"), rule);
        through_all_hands(&town);
        carded(&town);
        on_paper(&town, 8, ("防火会议记录", Some(Term::D10)));
        let archive = desk(&town);
        let year = archive.year(2026).unwrap();
        assert_eq!(
            archive.number(&year, &press(&town, 9)).unwrap(),
            1,
            "{name}"
        );
        let year = archive.year(2026).unwrap();
        let boxes = archive.put_in_boxes(&year, Width(30), &press(&town, 10));
        assert!(boxes.unwrap() > 0, "{name}");
        let folder = town.stop();
        let findings = verify(&folder.dir()).unwrap();
        assert!(findings.is_empty(), "{name}: {findings:?}");
        all.push(numbers(&crate::support::town::Town::open(
            folder,
            inkstone::kit::Clock::held(crate::support::town::monday()),
        )));
    }
    assert_eq!(all[0].len(), 2, "{all:?}");
    assert!(all.iter().all(|one| *one == all[0]), "{all:?}");
}

/// The one numbered card.
fn the_card(town: &crate::support::town::Town) -> Id {
    desk(town).year(2026).unwrap().numbered()[0].id
}

#[test]
fn a_sealed_year_keeps_its_cards_and_is_lent_from_the_standing_shelf() {
    let year = over("archive-sealed");
    let town = year.town;
    settle(&town);
    desk(&town)
        .gather(2026, Ended::Archived, &press(&town, 1))
        .unwrap();
    accept_all(&town, 2);
    let archive = desk(&town);
    let before = archive.year(2026).unwrap();
    archive.number(&before, &press(&town, 3)).unwrap();
    seal(&town);
    let folder = town.stop();
    let bytes = std::fs::read(folder.dir().volume(1)).unwrap();
    let town = reopened(folder);
    let card = the_card(&town);
    let year = desk(&town).year(2026).unwrap();
    let class = year.card(card).unwrap().place.clone().unwrap().class;
    let refused = desk(&town).unnumber(&year, &class, &press(&town, 4));
    assert!(refused.unwrap_err().to_string().contains("已经封存"));
    let office = Office::of(town);
    let mut archivist = office.admin();
    // looked at, not changed
    let tidy = archivist.get("/archive/tidy?year=2026").text();
    assert!(tidy.contains("已封存"), "{tidy}");
    let at = format!("/archive/card/{card}");
    assert!(archivist.get(&at).text().contains("Z109-WS·2026"));
    // lent, overdue, returned
    let later = format!("/archive/later?card={card}");
    let id = card.to_string();
    let no_name = [("do", "lend"), ("card", &*id), ("due", "2027-03-01")];
    assert_eq!(
        archivist.submit(&later, "/archive/later", &no_name).status,
        422
    );
    let lend = [
        ("do", "lend"),
        ("card", &*id),
        ("to", "应急办 雷有备"),
        ("due", "2027-03-01"),
    ];
    let lent = archivist.submit(&later, "/archive/later", &lend);
    assert_eq!(lent.status, 303, "{}", lent.text());
    assert_eq!(
        archivist.submit(&later, "/archive/later", &lend).status,
        422,
        "it is out"
    );
    office.town.clock.advance(40 * 86_400_000);
    // the log-in ran out meanwhile
    let mut archivist = office.admin();
    let page = archivist.get("/archive/later");
    assert!(page.text().contains("过期未还"), "{}", page.text());
    let back = [("do", "return"), ("card", &*id), ("note", "完好")];
    assert_eq!(
        archivist.submit(&later, "/archive/later", &back).status,
        303
    );
    assert!(archivist.get(&at).text().contains("借给 应急办 雷有备"));
    assert!(
        std::fs::read(office.town.folder.dir().volume(1)).unwrap() == bytes,
        "frozen bytes are never touched again"
    );
}

#[test]
fn what_is_over_is_proposed_destroyed_by_two_and_stays_a_card() {
    let town = crate::support::town::Town::new("archive-over");
    through_all_hands(&town);
    carded(&town);
    let card = the_card(&town);
    town.clock.advance(12 * 366 * 86_400_000);
    let office = Office::of(town);
    let mut archivist = office.admin();
    let at = "/archive/later";
    let id = card.to_string();
    let list = archivist.get("/archive/print/destroy").text();
    assert!(
        list.contains("档案销毁清册") && list.contains("森林防火"),
        "{list}"
    );
    let alone = [
        ("do", "destroy"),
        ("case", &*id),
        ("approved", "镇长江若川批准"),
        ("first", "苏简"),
        ("second", "苏简"),
    ];
    let refused = archivist.submit(at, at, &alone);
    assert_eq!(refused.status, 422);
    assert!(
        refused.text().contains("镇长江若川批准"),
        "what was typed stays"
    );
    let two = [
        ("do", "destroy"),
        ("case", &*id),
        ("approved", "镇长江若川批准"),
        ("first", "苏简"),
        ("second", "宋小笺"),
    ];
    let done = archivist.submit(at, at, &two);
    assert_eq!(done.status, 303, "{}", done.text());
    assert!(archivist.get(at).text().contains("没有保管期限已满的件"));
    let kept = archivist.get(&format!("/archive/card/{card}")).text();
    assert!(
        kept.contains("销毁，批准：镇长江若川批准，监销：苏简、宋小笺"),
        "{kept}"
    );
    let year = desk(&office.town).year(2026).unwrap();
    assert!(year.card(card).is_some(), "the card stays");
    // it was noted by mistake: taken back with a reason, once, and nothing is lost of it
    let page = archivist.get(at).text();
    let (_, from) = page.split_once("name=\"batch\" value=\"").unwrap();
    let batch = from.split('"').next().unwrap();
    let undo = |reason: &'static str| [("do", "undo"), ("batch", batch), ("reason", reason)];
    let refused = archivist.submit(at, at, &undo(""));
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("请写明为什么撤销"));
    let done = archivist.submit(at, at, &undo("清册上的是另一件"));
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(archivist.submit(at, at, &undo("再来")).status, 409);
    let year = desk(&office.town).year(2026).unwrap();
    assert!(!year.was(card, "destroyed"));
    assert!(!archivist.get(at).text().contains("没有保管期限已满的件"));
    let kept = archivist.get(&format!("/archive/card/{card}")).text();
    assert!(
        kept.contains("监销：苏简、宋小笺") && kept.contains("撤销销毁的登记：清册上的是另一件"),
        "{kept}"
    );
    assert_eq!(
        archivist.submit(at, at, &two).status,
        303,
        "and again, rightly"
    );
}
