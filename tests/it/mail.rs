//! Alerts and mail from the event to the mailbox: the office with its alerts followed, a mail server that
//! does what the test says, and a clock the test moves. Rounds are run by hand; only what is meant to be
//! tried beside the pages runs on a thread.

mod channels;
mod letters;
mod log;
mod pulse;
mod server;
mod told;
mod trouble;

use crate::support::http::Http;
use crate::support::office::Office;
use crate::support::reply::Reply;
use crate::support::smtp::Smtp;
use crate::support::town::{day, says};
use inkstone::app::alerts;
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::inbox::alert_store::{self, Alert};
use inkstone::inbox::choice::{self, Choice};
use inkstone::inbox::post::{Here, Post, Round};
use inkstone::kit::{Id, Zone};

/// An office whose alerts are followed.
pub struct Desk {
    // dropped before the office: it holds the store
    pub post: Post,
    pub office: Office,
}

/// Where somebody's mail goes.
pub fn mailbox(name: &str) -> &'static str {
    match name {
        "宋小笺" => "song@example.gov.cn",
        "纪文澜" => "ji@example.gov.cn",
        "江若川" => "jiang@example.gov.cn",
        "陆平章" => "lu@example.gov.cn",
        "雷有备" => "lei@example.gov.cn",
        "苏简" => "su@example.gov.cn",
        other => panic!("{other} has no mailbox"),
    }
}

impl Desk {
    pub fn new(name: &str) -> Self {
        let office = Office::new(name);
        office.state.name_office(Zone::BEIJING);
        // what happens from now on is news
        office.state.alerts.deliver(&office.town.store).unwrap();
        let post = alerts::post(&office.state).unwrap();
        Self { post, office }
    }

    /// The same with mail set up as an administrator does it.
    pub fn with(name: &str, smtp: &Smtp, more: &[(&str, &str)]) -> Self {
        let desk = Self::new(name);
        let said = desk.set_mail(smtp, more);
        assert_eq!(said.status, 303, "{}", said.text());
        desk
    }

    /// Posts the form of the settings; `more` goes before what is usual.
    pub fn set_mail(&self, smtp: &Smtp, more: &[(&str, &str)]) -> Reply {
        let (port, base) = (smtp.port.to_string(), self.base());
        let usual = [
            ("host", "127.0.0.1"),
            ("port", port.as_str()),
            ("security", "none"),
            ("sender", "bgs@example.gov.cn"),
            ("login", ""),
            ("password", ""),
            ("authority", ""),
            ("base", base.as_str()),
            ("on_now", "1"),
        ];
        let mut fields = more.to_vec();
        fields.extend(
            usual
                .iter()
                .filter(|(k, _)| more.iter().all(|(m, _)| m != k)),
        );
        let mut admin = self.office.admin();
        admin.submit("/admin/mail", "/admin/mail", &fields)
    }

    /// This server as the LAN sees it.
    pub fn base(&self) -> String {
        let port = self.office.server.addresses()[0].port();
        format!("http://127.0.0.2:{port}")
    }

    /// From now on this person gets mail, at the usual times.
    pub fn wants_mail(&self, name: &str) {
        self.chooses(name, Choice::default());
    }

    pub fn chooses(&self, name: &str, choice: Choice) {
        let person = self.office.town.person(name);
        let choice = Choice {
            mail: true,
            address: mailbox(name).to_owned(),
            ..choice
        };
        self.office
            .town
            .hub(move |w| choice::keep(w, person, &choice));
    }

    pub fn round(&self) -> Round {
        let here = Here {
            base: "http://nowhere".into(),
            office: "砚田镇".into(),
            zone: Zone::BEIJING,
        };
        self.office
            .state
            .alerts
            .deliver(&self.office.town.store)
            .unwrap();
        self.post.round(&here).unwrap()
    }

    /// Moves the clock on to this moment.
    pub fn until(&self, text: &str) {
        let (date, clock) = text.split_once(' ').unwrap();
        let (hour, minute) = clock.split_once(':').unwrap();
        let at = Zone::BEIJING.at(day(date), hour.parse().unwrap(), minute.parse().unwrap());
        let clock = &self.office.town.clock;
        assert!(at >= clock.now(), "{text} is past");
        clock.advance(at.0 - clock.now().0);
    }

    pub fn later(&self, minutes: i64) {
        self.office.town.clock.advance(minutes * 60_000);
    }

    /// A document that waits for 纪文澜's review.
    pub fn to_review(&self, title: &str) -> Id {
        self.to_review_with(title, &[])
    }

    pub fn to_review_with(&self, title: &str, fields: &[(&str, &str)]) -> Id {
        let mut all = vec![
            ("from", "墨川县应急管理局"),
            ("from_number", "墨应急发〔2026〕12号"),
        ];
        all.extend(fields);
        let op = format!("op {title}");
        let town = &self.office.town;
        let case = town
            .start("宋小笺", ("incoming-handle", title), &all, &op)
            .unwrap()
            .case;
        town.act("宋小笺", case, MoveId::Submit, says("拟请江镇长批示。"))
            .unwrap();
        case
    }

    /// 纪文澜 sends it on to these leaders.
    pub fn to_leaders(&self, case: Id, leaders: &[&str]) {
        let town = &self.office.town;
        let input = Input {
            choice: "instruct".into(),
            people: leaders.iter().map(|l| town.post(l)).collect(),
            ..Input::default()
        };
        town.act("纪文澜", case, MoveId::Submit, input).unwrap();
    }

    /// What somebody was told, the oldest first: kind and words.
    pub fn told(&self, name: &str) -> Vec<String> {
        self.office
            .state
            .alerts
            .deliver(&self.office.town.store)
            .unwrap();
        let all = self.alerts(name);
        all.iter()
            .rev()
            .map(|a| format!("{} {}", a.kind.label(), a.words))
            .collect()
    }

    pub fn alerts(&self, name: &str) -> Vec<Alert> {
        let hub = self.office.town.store.hub().unwrap();
        let person = self.office.town.person(name);
        alert_store::list_alerts(&hub, Some(person), (1000, 0)).unwrap()
    }

    /// A browser of this person.
    pub fn browser(&self, name: &str) -> Http {
        let mut admin = self.office.admin();
        self.office.colleague(&mut admin, name)
    }
}
