//! The demonstration office: filled through the engine, sound, busy in every state; gone on with after a
//! kill; put aside only where it is invented.

use crate::setup::wizard::{Server, to};
use crate::support::http::Http;
use crate::support::town::Folder;
use inkstone::access::demo::Phase;
use inkstone::app::clearing::clear_where_asked;
use inkstone::app::serve;
use inkstone::bench::demo;
use inkstone::engine::index_store::{count_work, list_todo, principals};
use inkstone::engine::run::Acting;
use inkstone::kit::{Clock, Error, Principal};
use inkstone::store::verify::verify;
use inkstone::web::State;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn over(folder: &Folder) -> Arc<State> {
    serve::open_with(&folder.dir(), Clock::System, Some(demo::fill)).unwrap()
}

fn todo(state: &State, name: &str) -> Vec<String> {
    let directory = state.org.current();
    let person = directory.named(name).next().unwrap().id;
    let acting = Acting::of(&directory, person).unwrap();
    let mine: Vec<Principal> = acting.viewer.holds.iter().map(|h| h.principal).collect();
    let index = state.store.index().unwrap();
    let all = list_todo(&index, &principals(&mine), (100, 0)).unwrap();
    assert_eq!(
        count_work(&index, &principals(&mine), person).unwrap().todo,
        all.len() as u64
    );
    all.into_iter()
        .map(|t| format!("{} {}", t.verb, t.title))
        .collect()
}

#[test]
fn the_office_is_busy_and_sound() {
    let folder = Folder::new("demo-fill");
    let state = over(&folder);
    let began = Instant::now();
    assert!(demo::fill(&state, None, "r1").unwrap().is_none());
    println!("filled in {:?}", began.elapsed());
    for name in ["宋小笺", "纪文澜", "江若川", "陆平章", "程秉笔", "霍先知", "禾苗青", "苏简"] {
        let waits = todo(&state, name);
        println!("{name} {waits:#?}");
        assert!(!waits.is_empty(), "{name}");
    }
    let clerk = todo(&state, "宋小笺").join("\n");
    for verb in ["拟办", "分办", "审核反馈", "重新分办", "办结", "决定是否归档"] {
        assert!(clerk.contains(verb), "{verb} in {clerk}");
    }
    let again = demo::fill(&state, None, "r2");
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
    let kept = state.access.demo().unwrap().unwrap();
    assert_eq!(kept.phase, Phase::Ready);
    assert!(state.store.drain(Duration::from_secs(10)));
    assert_eq!(state.faults(), 0);
    drop(state);
    let findings = verify(&folder.dir()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}
