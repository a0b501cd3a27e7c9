//! The search files: damaged, gone, another volume's; order, filters and paging.

use super::{attach, cases, caught_up, find, scope, searching};
use crate::support::town::{Town, says};
use inkstone::engine::definition::MoveId;
use inkstone::search::{Asked, Where};
use inkstone::store::verify::verify;
use std::fs;
use std::path::PathBuf;

fn side_file(town: &Town) -> PathBuf {
    let mut all = fs::read_dir(town.folder.dir().volumes())
        .unwrap()
        .map(|e| e.unwrap().path());
    all.find(|p| p.extension().is_some_and(|e| e == "fts"))
        .expect("a search file")
}

#[test]
fn a_search_file_that_is_damaged_gone_or_foreign_is_made_anew() {
    let mut town = Town::new("search-damaged");
    let case = town
        .register("incoming-handle", "关于修缮沟渠的通知")
        .unwrap()
        .case;
    attach(
        &town,
        case,
        "attachments",
        ("清单.txt", "东沟三号闸".as_bytes()),
    );
    let search = searching(&town);
    caught_up(&search);
    let who = scope(&town, "宋小笺");
    assert_eq!(cases(&find(&search, &who, "三号闸").hits), [case]);
    drop(search);
    let path = side_file(&town);
    for harm in ["gone", "cut", "text", "inside"] {
        let folder = town.stop();
        assert!(verify(&folder.dir()).unwrap().is_empty(), "{harm}");
        let bytes = fs::read(&path).unwrap();
        match harm {
            "gone" => fs::remove_file(&path).unwrap(),
            "cut" => fs::write(&path, &bytes[..bytes.len() / 2]).unwrap(),
            "text" => fs::write(&path, "不是数据库").unwrap(),
            _ => {
                let mut bad = bytes.clone();
                let length = bad.len();
                bad[4096..length].fill(0x5a);
                fs::write(&path, bad).unwrap();
            }
        }
        town = Town::open(
            folder,
            inkstone::kit::Clock::held(crate::support::town::monday()),
        );
        let search = searching(&town);
        caught_up(&search);
        assert_eq!(cases(&find(&search, &who, "三号闸").hits), [case], "{harm}");
        assert!(!search.rebuilding(), "{harm}");
    }
}

#[test]
fn what_changes_is_found_anew_and_what_is_taken_out_is_not() {
    let town = Town::new("search-changes");
    let search = searching(&town);
    let who = scope(&town, "宋小笺");
    let case = town
        .register("incoming-handle", "关于修缮沟渠的通知")
        .unwrap()
        .case;
    let file = attach(
        &town,
        case,
        "attachments",
        ("清单.txt", "东沟三号闸".as_bytes()),
    );
    caught_up(&search);
    assert!(find(&search, &who, "尽快").hits.is_empty());
    town.act("宋小笺", case, MoveId::Submit, says("拟请农业办尽快修好。"))
        .unwrap();
    caught_up(&search);
    let found = find(&search, &who, "尽快 沟渠 闸");
    assert_eq!(
        cases(&found.hits),
        [case],
        "a word in the title, one in an opinion, one in a file"
    );
    let places: Vec<Where> = found.hits[0].excerpts.iter().map(|e| e.place).collect();
    assert_eq!(places, [Where::Opinion, Where::File]);
    let stamp = town.stamp("宋小笺", "test.remove");
    let removed = town.store.write(case.shelf(), stamp, move |w| {
        w.remove_attachment(file)?;
        w.emit("case.advanced", Some(case), &serde_json::json!({}))
    });
    removed.unwrap();
    caught_up(&search);
    assert!(find(&search, &who, "三号闸").hits.is_empty());
}

#[test]
fn the_newest_first_page_by_page_and_by_filters() {
    let town = Town::new("search-pages");
    let search = searching(&town);
    let who = scope(&town, "宋小笺");
    let mut made = Vec::new();
    for n in 0..45 {
        let title = format!("关于第{n}处水渠的通知");
        let (procedure, readers) = match n % 3 {
            0 => ("incoming-read", vec![town.post("田丰收")]),
            _ => ("incoming-handle", Vec::new()),
        };
        let fields = [
            ("from", "墨川县水务局"),
            ("from_number", "墨水发〔2026〕12号"),
        ];
        let op = format!("op{n}");
        let done = town.start_to("宋小笺", (procedure, &title), (&fields, readers), &op);
        made.push(done.unwrap().case);
        town.clock.advance(60_000);
    }
    caught_up(&search);
    let mut asked = Asked {
        words: "水渠".into(),
        most: 20,
        ..Asked::default()
    };
    let mut seen = Vec::new();
    let mut pages = Vec::new();
    loop {
        let page = search.find(&asked, &who).unwrap();
        pages.push(page.hits.len());
        seen.extend(cases(&page.hits));
        asked.before = page.more;
        if page.more.is_none() {
            break;
        }
    }
    made.reverse();
    assert_eq!(pages, [20, 20, 5]);
    assert_eq!(seen, made);

    let count = |change: &dyn Fn(&mut Asked)| {
        let mut asked = Asked {
            words: "水渠".into(),
            most: 100,
            ..Asked::default()
        };
        change(&mut asked);
        search.find(&asked, &who).unwrap().hits.len()
    };
    let desk = town.dept("DZB");
    assert_eq!(count(&|_| ()), 45);
    assert_eq!(count(&|a| a.procedure = "incoming-read".into()), 15);
    assert_eq!(count(&|a| a.year = Some(2026)), 45);
    assert_eq!(count(&|a| a.year = Some(2025)), 0);
    assert_eq!(count(&|a| a.dept = Some(desk)), 45);
    assert_eq!(count(&|a| a.dept = Some(desk + 1)), 0);
    assert_eq!(count(&|a| a.state = "open".into()), 45);
    assert_eq!(count(&|a| a.state = "closed".into()), 0);
    assert_eq!(count(&|a| a.place = Some(Where::Title)), 45);
    assert_eq!(count(&|a| a.place = Some(Where::Opinion)), 0);
    assert_eq!(count(&|a| a.words = "渠".into()), 45, "one character");
    assert_eq!(count(&|a| a.words = "第7处".into()), 1);
    assert_eq!(
        count(&|a| a.words = "（2026）12".into()),
        45,
        "brackets alike"
    );
    assert_eq!(count(&|a| a.words = "水渠 没有".into()), 0);
    assert_eq!(count(&|a| a.words = "《》".into()), 0);
}
