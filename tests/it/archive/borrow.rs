//! 申请借阅: whoever finds a piece in the catalogue asks for it from there, its title and number filled in; who does not see
//! it finds nothing, what is gone is not asked for.

use super::{carded, desk, press};
use crate::support::office::Office;
use crate::support::town::Town;
use crate::verify::office::through_all_hands;
use serde_json::json;

#[test]
fn a_piece_found_in_the_catalogue_is_asked_for_with_its_title_and_number() {
    let town = Town::new("archive-borrow");
    through_all_hands(&town);
    carded(&town);
    let year = desk(&town).year(2026).unwrap();
    let card = year.numbered()[0].clone();
    let number = card.place.clone().unwrap().text;
    let office = Office::of(town);
    let mut admin = office.admin();
    let mut handled = office.colleague(&mut admin, "雷有备");
    let mut stranger = office.colleague(&mut admin, "钱细清");

    let found = handled.get("/archive?year=2026").text();
    assert!(
        found.contains(&card.words.title) && found.contains("再点“申请借阅”"),
        "{found}"
    );
    let at = format!("/archive/card/{}", card.id);
    let ask = format!("{at}/ask");
    assert!(handled.get(&at).text().contains("申请借阅"));
    let asked = handled.submit(&at, &ask, &[]);
    assert_eq!(asked.status, 303, "{}", asked.text());
    let draft = asked.header("Location").unwrap().to_owned();
    let form = handled.get(&draft).text();
    for words in [&card.words.title, &number] {
        assert!(
            form.contains(&format!("value=\"{words}\"")),
            "{words}: {form}"
        );
    }
    // the rest of the form begins as it does for everybody
    assert!(
        form.contains("雷有备") && form.contains("室内查阅"),
        "{form}"
    );

    assert_eq!(stranger.get(&at).status, 404);
    let hidden = handled.get(&at).hidden(&ask);
    let fields: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let csrf = stranger.get("/archive").hidden("/logout");
    let token = csrf.iter().find(|(n, _)| n == "_csrf").unwrap();
    let mut theirs = fields.clone();
    theirs.retain(|(n, _)| *n != "_csrf");
    theirs.push(("_csrf", &token.1));
    assert_eq!(stranger.post(&ask, &theirs).status, 404);

    let archive = desk(&office.town);
    let gone = json!({ "approved": "江若川", "watched": "甲、乙" });
    let stamp = press(&office.town, 20);
    archive
        .note_later(&[card.id], "destroyed", &gone, &stamp)
        .unwrap();
    assert!(!handled.get(&at).text().contains("申请借阅"));
    assert_eq!(handled.post(&ask, &fields).status, 409);
}
