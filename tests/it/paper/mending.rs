//! Mistyped entries mended by whoever typed them, and readers who signed the sheet before their turn on
//! screen came.

use super::entering::{INSTRUCTED, enter, form_of};
use super::{at_the_leader, settle, snapshot};
use crate::support::office::Office;
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::{Input, Turns};
use inkstone::store::verify::verify;

#[test]
fn a_mistyped_entry_is_mended_by_who_typed_it_and_both_stay() {
    let office = Office::new("paper-mend");
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let mut leader = office.colleague(&mut admin, "江若川");
    let mut director = office.colleague(&mut admin, "纪文澜");
    let case = at_the_leader(&office, "关于汛期检查的通知");
    settle(&office);
    let entered = enter(
        &mut clerk,
        (case, "江若川"),
        INSTRUCTED,
        &[("签字页.jpg", &snapshot())],
    );
    assert_eq!(entered.status, 303, "{}", entered.text());
    settle(&office);
    let (at, page) = (format!("/case/{case}"), format!("/case/{case}/paper"));
    let old = office.town.open_case("宋小笺", case).unwrap().papers[0].id;
    let action = format!("{page}/{old}/mend");
    let of = |name: &str| format!("{name}.{old}");
    let (words, day, reason) = (of("opinion"), of("said_on"), of("reason"));
    assert!(clerk.get(&at).text().contains("更正代录的意见"));
    assert!(!director.get(&at).text().contains("更正代录的意见"));

    // nothing changed, or no reason: said, and what was typed stays
    let same = [
        (&*words, INSTRUCTED[1].1),
        (&*day, "3月9日"),
        (&*reason, "看错"),
    ];
    let refused = clerk.submit(&page, &action, &same);
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("和原来录的一样"));
    let bare = [(&*words, "请应急办五天内查清。"), (&*day, "3月9日")];
    let refused = clerk.submit(&page, &action, &bare);
    assert_eq!(refused.status, 422);
    let said = refused.text();
    assert!(
        said.contains("请写明为什么更正") && said.contains("请应急办五天内查清。"),
        "{said}"
    );

    office.town.clock.advance(60_000);
    let right = [
        (&*words, "请应急办五天内查清。"),
        (&*day, "3月9日"),
        (&*reason, "“五”看成了“三”"),
    ];
    let done = clerk.submit(&page, &action, &right);
    assert_eq!(done.status, 303, "{}", done.text());
    settle(&office);
    let view = office.town.open_case("宋小笺", case).unwrap();
    assert_eq!(view.papers.len(), 2);
    assert!(view.papers[0].mended && !view.papers[1].mended);
    assert_eq!(view.papers[0].words, INSTRUCTED[1].1, "the old words stay");
    assert_eq!(view.papers[1].photo, view.papers[0].photo);
    for page in [&at, &format!("{at}/print/handling")] {
        let page = clerk.get(page).text();
        assert!(page.contains("请应急办五天内查清。"), "{page}");
        assert!(
            page.contains("以前录的是“请应急办三天内查清。”3月9日，更正原因：“五”看成了“三”"),
            "{page}"
        );
    }
    let ledger = clerk.get(&format!("{at}/ledger")).text();
    assert!(
        ledger.contains("2026年3月9日"),
        "the day of the paper: {ledger}"
    );
    assert!(
        ledger.contains("由宋小笺更正代录的意见")
            && ledger.contains("<del>请应急办三天内查清。</del>")
    );
    // the mended entry is asked about, the old one no more; nobody mends it twice
    let home = leader.get("/todo").text();
    assert_eq!(home.matches("代录了您").count(), 1, "{home}");
    assert!(home.contains("请应急办五天内查清。") && !home.contains("三天内"));
    let again = clerk.submit(&page, &format!("{page}/{}/mend", view.papers[1].id), &[]);
    assert_eq!(again.status, 422, "a mended entry may be mended once more");
    let stale = clerk.get("/me").hidden("/logout");
    let csrf = stale.iter().find(|(n, _)| n == "_csrf").unwrap().1.clone();
    let twice = clerk.post(&action, &[&right[..], &[("_csrf", &csrf)]].concat());
    assert_eq!(twice.status, 409, "{}", twice.text());
    // who agreed is not corrected behind his back
    let paper = view.papers[1].id;
    let agreed = leader.submit(&at, &format!("{page}/{paper}"), &[("say", "yes")]);
    assert_eq!(agreed.status, 303, "{}", agreed.text());
    assert!(!clerk.get(&at).text().contains(">更正代录的意见<"));
    settle(&office);
    let wrong = verify(&office.town.folder.dir()).unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn a_later_reader_of_a_round_in_order_may_have_signed_already() {
    let office = Office::new("paper-later");
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let town = &office.town;
    let case = town
        .register("incoming-handle", "关于防火的通知")
        .unwrap()
        .case;
    let names = ["江若川", "陆平章", "雷有备"];
    let round = Input {
        people: names.iter().map(|n| town.post(n)).collect(),
        turns: Turns::InOrder,
        ..Input::default()
    };
    town.act("宋小笺", case, MoveId::Circulate, round).unwrap();
    settle(&office);
    let words = [
        ("do", "read/read"),
        ("opinion", "已阅。"),
        ("said_on", "2026-03-09"),
        ("no_photo", "原件在传阅"),
    ];
    for (name, next) in [("雷有备", "江若川"), ("江若川", "陆平章")] {
        form_of(&mut clerk, case, name);
        let done = enter(&mut clerk, (case, name), &words, &[]);
        assert_eq!(done.status, 303, "{name}: {}", done.text());
        settle(&office);
        for one in names {
            assert_eq!(
                !town.todo(one).is_empty(),
                one == next,
                "{one} after {name}"
            );
        }
    }
    let done = enter(&mut clerk, (case, "陆平章"), &words, &[]);
    assert_eq!(done.status, 303, "{}", done.text());
    settle(&office);
    let view = town.open_case("宋小笺", case).unwrap();
    assert!(view.readers().iter().all(|r| r.task.done_at.is_some()));
    assert!(verify(&office.town.folder.dir()).unwrap().is_empty());
}
