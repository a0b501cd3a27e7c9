//! Opinions written by hand in their box: kept with the opinion and never without one, shown on the page and printed on the
//! sheet, of papers that come in as of those that go out; what is no handwriting refused with what was typed.

use crate::support::office::Office;
use crate::support::town::{Town, says};
use inkstone::engine::by_hand::{SAID, strokes};
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::kit::{Error, Id};
use inkstone::store::verify::verify;

/// Two strokes, as the page posts them.
pub const HAND: &str = "[[1000,1000,500,0,3000,1200,700,40,3400,2600,600,80],[4000,900,500,200]]";

/// An opinion with a hand beside its words, or alone.
pub fn signed_by_hand(words: &str) -> Input {
    Input {
        hand: HAND.into(),
        ..says(words)
    }
}

fn registered(town: &Town) -> Id {
    town.register("incoming-handle", "关于春季森林防火的通知")
        .unwrap()
        .case
}

#[test]
fn a_hand_stands_in_its_opinion_on_the_page_and_on_the_sheet() {
    let office = Office::new("by-hand");
    let town = &office.town;
    let case = registered(town);
    town.act(
        "宋小笺",
        case,
        MoveId::Submit,
        signed_by_hand("拟请江镇长批示。"),
    )
    .unwrap();
    let to_leader = Input {
        choice: "instruct".into(),
        people: vec![town.post("江若川")],
        ..signed_by_hand("")
    };
    town.act("纪文澜", case, MoveId::Submit, to_leader).unwrap();

    let view = town.open_case("江若川", case).unwrap();
    let said: Vec<(&str, usize)> = view
        .case
        .state
        .opinions
        .iter()
        .map(|o| (o.text.as_str(), strokes(&o.hand).unwrap().len()))
        .collect();
    assert_eq!(said, [("拟请江镇长批示。", 2), (SAID, 2)]);

    let mut admin = office.admin();
    let mut leader = office.colleague(&mut admin, "江若川");
    let page = leader.get(&format!("/case/{case}")).text();
    assert_eq!(page.matches("class=\"byhand\"").count(), 2, "{page}");
    assert!(page.contains("data-handbox"), "{page}");
    let sheet = leader.get(&format!("/case/{case}/print/handling")).text();
    // on paper the director's word, which mends the clerk's, stands for both
    assert_eq!(sheet.matches("class=\"byhand\"").count(), 1, "{sheet}");
    assert!(!sheet.contains("handbox"), "{sheet}");

    // through the page's own form, without a word
    let at = format!("/case/{case}");
    let choice = view.offers[0].choices[0].id.clone();
    let deed = format!("submit/{choice}");
    let refused = leader.submit(
        &at,
        &at,
        &[("do", &deed), ("opinion", ""), ("hand", "[[1,2,3]]")],
    );
    assert_eq!(refused.status, 422);
    assert!(
        refused.text().contains("手写的太多了"),
        "{}",
        refused.text()
    );
    assert!(
        refused.text().contains("value=\"[[1,2,3]]\""),
        "what was written is kept"
    );
    let sent = leader.submit(&at, &at, &[("do", &deed), ("opinion", ""), ("hand", HAND)]);
    assert_eq!(sent.status, 303, "{}", sent.text());
    let view = town.open_case("宋小笺", case).unwrap();
    assert_eq!(view.case.state.opinions.last().unwrap().text, SAID);

    assert!(town.store.drain(std::time::Duration::from_secs(10)));
    let findings = verify(&town.folder.dir()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn no_stroke_is_no_opinion_and_nothing_unbounded_is_kept() {
    let town = Town::new("by-hand-bounds");
    let case = registered(&town);
    let said = |opinion: &str, hand: &str| Input {
        hand: hand.into(),
        ..says(opinion)
    };
    let many = format!("[{}[1,1,1,1]]", "[1,1,1,1],".repeat(400));
    for bad in [
        "[[12001,0,0,0]]",
        "[[0,0,0,9],[0,0,0,8]]",
        "{}",
        many.as_str(),
    ] {
        let refused = town.act("宋小笺", case, MoveId::Submit, said("拟请批示。", bad));
        assert!(matches!(refused, Err(Error::Invalid(_))), "{bad}");
    }
    // words that say there is a hand, and none
    let refused = town.act("宋小笺", case, MoveId::Submit, said(SAID, "[]"));
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    let view = town.open_case("宋小笺", case).unwrap();
    assert!(view.case.state.opinions.is_empty());
    town.act("宋小笺", case, MoveId::Submit, said("拟请批示。", "[]"))
        .unwrap();
    let view = town.open_case("宋小笺", case).unwrap();
    assert_eq!(view.case.state.opinions[0].hand, "");
}
