//! Following a case (关注): who may, what is told and to whom, until he has enough; by the engine and by the page.

use crate::support::office::Office;
use crate::support::town::{Town, says};
use inkstone::engine::definition::MoveId;
use inkstone::engine::follow::Followers;
use inkstone::engine::offer::Input;
use inkstone::inbox::alert::Alerts;
use inkstone::inbox::alert_store::list_alerts;
use inkstone::kit::{Error, Id};
use inkstone::store::{Consumer, Query};
use std::sync::Arc;

fn followers(town: &Town) -> Arc<dyn Consumer> {
    let alerts = Alerts::new(&town.org);
    let of = (town.store.clone(), town.engine.clone(), town.org.clone());
    Arc::new(Followers::new(of.0, of.1, of.2, alerts))
}

fn follow(town: &Town, name: &str, case: Id) -> Result<(), Error> {
    let stamp = town.stamp(name, "case.follow");
    town.engine
        .follow(&town.store, stamp, &town.acting(name), case)
}

fn told(town: &Town, name: &str) -> Vec<String> {
    let hub = town.store.hub().unwrap();
    let all = list_alerts(&hub, Some(town.person(name)), (100, 0)).unwrap();
    all.into_iter().rev().map(|a| a.words).collect()
}

#[test]
fn a_follower_hears_that_it_goes_on_and_how_it_ends() {
    let town = Town::new("follow");
    let consumer = followers(&town);
    town.store.deliver(&consumer).unwrap();
    let case = town.register("incoming-handle", "防火").unwrap().case;
    follow(&town, "江若川", case).unwrap();
    follow(&town, "江若川", case).unwrap();
    follow(&town, "宋小笺", case).unwrap();
    // whoever may not see it may not follow it
    assert!(matches!(
        follow(&town, "田丰收", case),
        Err(Error::NotFound)
    ));
    town.act("宋小笺", case, MoveId::Submit, says("请应急办承办。"))
        .unwrap();
    town.store.deliver(&consumer).unwrap();
    let heard = told(&town, "江若川");
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(
        heard[0].starts_with("宋小笺") && heard[0].contains("现在到纪文澜"),
        "{heard:?}"
    );
    assert!(told(&town, "宋小笺").is_empty(), "his own act");
    // the same event again tells nobody twice
    town.hub(|w| {
        w.execute("DELETE FROM followed WHERE name = 'followers'", [])?;
        w.quiet("the place is forgotten");
        Ok(())
    });
    town.store.deliver(&consumer).unwrap();
    assert_eq!(told(&town, "江若川").len(), 1);
    let ends = Input {
        note: "县里撤销了".into(),
        ..Input::default()
    };
    town.act("纪文澜", case, MoveId::Terminate, ends).unwrap();
    town.store.deliver(&consumer).unwrap();
    let heard = told(&town, "江若川");
    assert!(heard[1].contains("终止"), "{heard:?}");
}

#[test]
fn whoever_has_enough_hears_no_more() {
    let town = Town::new("unfollow");
    let consumer = followers(&town);
    town.store.deliver(&consumer).unwrap();
    let case = town.register("incoming-handle", "防火").unwrap().case;
    follow(&town, "江若川", case).unwrap();
    let stamp = town.stamp("江若川", "case.unfollow");
    let whose = (town.person("江若川"), case);
    town.engine.unfollow(&town.store, stamp, whose).unwrap();
    town.act("宋小笺", case, MoveId::Submit, says("请应急办承办。"))
        .unwrap();
    town.store.deliver(&consumer).unwrap();
    assert!(told(&town, "江若川").is_empty());
    let rows: i64 = town
        .store
        .hub()
        .unwrap()
        .one("SELECT count(*) FROM case_follow", [], |r| r.get(0))
        .unwrap();
    assert_eq!(rows, 0);
}

#[test]
fn the_page_follows_lists_and_lets_go() {
    let office = Office::new("follow-page");
    let mut admin = office.admin();
    let case = office
        .town
        .register("incoming-handle", "防火")
        .unwrap()
        .case;
    let mut chief = office.colleague(&mut admin, "江若川");
    let mut other = office.colleague(&mut admin, "田丰收");
    assert!(office.town.store.drain(std::time::Duration::from_secs(10)));
    let page = format!("/case/{case}");
    let text = chief.get(&page).text();
    assert!(text.contains("关注这一件"), "{text}");
    let done = chief.submit(&page, &format!("{page}/follow"), &[]);
    assert_eq!(done.status, 303, "{}", done.text());
    assert!(chief.get(&page).text().contains("不再关注"));
    let list = chief.get("/followed").text();
    assert!(list.contains("防火") && list.contains("共 1 件"), "{list}");
    let list = other.get("/followed").text();
    assert!(list.contains("您没有关注的件"), "{list}");
    let form = other.get("/me/delegation").hidden("/me/delegation");
    let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let foreign = other.post(&format!("{page}/follow"), &form);
    assert_eq!(foreign.status, 404);
    let gone = chief.submit(&page, &format!("{page}/unfollow"), &[]);
    assert_eq!(gone.status, 303);
    assert!(chief.get("/followed").text().contains("您没有关注的件"));
}
