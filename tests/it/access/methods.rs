//! S01: methods nobody serves, and a server nobody has claimed.

use super::matrix::{Places, routes, said};
use super::office::{LAN, Office};
use crate::support::http::Request;
use crate::support::town::{Folder, Town};
use inkstone::access::{Access, Chance, Cost, Setup};
use inkstone::kit::{Clock, Millis, Zone};
use inkstone::web::Method;
use std::collections::BTreeSet;

#[test]
fn s01_other_methods_do_nothing() {
    let office = Office::new("methods");
    let places = Places::of(&office);
    let mut clerk = office.lan("宋小笺");
    let paths: BTreeSet<&str> = routes().into_iter().map(|(_, path, _)| path).collect();
    for path in paths {
        let path = places.fill(path);
        for verb in [
            "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND", "get",
        ] {
            let reply = clerk.send(&Request::new(verb, &path));
            assert!(
                matches!(reply.status, 400 | 405),
                "{verb} {path}: {}",
                reply.status
            );
        }
        let (head, get) = (clerk.send(&Request::new("HEAD", &path)), clerk.get(&path));
        assert_eq!(head.status, get.status, "HEAD {path}");
        assert!(head.body.is_empty(), "HEAD {path}");
    }
    assert_eq!(office.state.faults(), 0);
}

#[test]
fn s01_before_the_claim_only_set_up_answers() {
    let town = Town::open(
        Folder::new("access-unclaimed"),
        Clock::held(Millis(1_773_016_200_000)),
    );
    let setup = Setup {
        chance: Chance::System,
        cost: Cost::TEST,
        zone: Zone::BEIJING,
    };
    let access = Access::open(&town.store, setup).unwrap();
    let office = Office::serve(town, access);
    let mut lan = office.visitor(LAN);
    for (method, path, public) in routes() {
        let path = path.replace(['{', '}'], "");
        let reply = match method {
            Method::Get => lan.get(&path),
            Method::Post => lan.post(&path, &[]),
        };
        let first_run = public && path.starts_with("/setup");
        match (first_run, method) {
            (false, _) => assert_eq!(reply.status, 503, "{path}"),
            (true, Method::Get) if path == "/setup" => assert_eq!(reply.status, 200),
            (true, Method::Get) => assert_eq!(said(&reply), "setup", "{path}"),
            (true, Method::Post) => assert_eq!(reply.status, 403, "{path}: no form token"),
        }
    }
}
