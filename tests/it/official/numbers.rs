//! Numbers by organ code: sixty-four who sign off at once, each code without a gap; numbers kept ahead, taken, given up and
//! never given out again; a code the office does not have.

use crate::support::town::{Folder, Town, monday};
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::kit::{Clock, Error, Id, ShelfNo};
use inkstone::org::letterhead_store::{list_letterheads, set_letterhead};
use inkstone::store::kept::{KeptState, last_number, list_kept};
use inkstone::store::verify::verify;
use inkstone::store::{Query as _, Stamp};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Barrier;

/// Drafted, then signed and numbered.
const SMALL: &str = r#"
id = "paper"
name = "试验发文"
group = "试验"
title = "title"
[start]
label = "拟"
[series]
key = "试发"
scope = "organ"
by = "head"
own = "own"
pattern = "{code}〔{year}〕{n}号"
step = "sign"
field = "number"
[visibility]
rule = "participants"
[[field]]
id = "title"
label = "标题"
kind = "text"
must = ["draft"]
[[field]]
id = "head"
label = "发文字头"
kind = "letterhead"
must = ["draft"]
write = ["sign"]
[[field]]
id = "own"
label = "用预留的号"
kind = "number"
write = ["sign"]
[[field]]
id = "number"
label = "发文字号"
kind = "series_number"
[layout]
rows = [["title 12"], ["head 4", "own 4", "number 4"]]
[[step]]
id = "draft"
name = "拟稿"
who = "starter"
moves = { submit = "送出" }
next = [{ to = "sign", label = "送签发" }]
[[step]]
id = "sign"
name = "签发"
who = "starter"
moves = { submit = "签发" }
next = [{ to = "end", label = "签发" }]
[[step]]
id = "end"
name = "分发"
who = "starter"
moves = { close = "办结" }
[register]
id = "paper"
name = "试验发文登记簿"
columns = [{ id = "number", label = "发文字号", from = { field = "number" }, width = 12 }, { id = "ordinal", label = "顺序号", from = "ordinal", width = 4 }]
[ledger]
columns = [{ label = "签发人", from = { actor = "sign" } }]
"#;

fn town(name: &str) -> Town {
    let more = [SMALL.to_owned()];
    let town = Town::open_with(Folder::new(name), Clock::held(monday()), &more);
    town.settle_people();
    town
}

fn draft(town: &Town, title: &str, head: &str) -> Id {
    let done = town.start("宋小笺", ("paper", title), &[("head", head)], title);
    done.unwrap().case
}

fn sign(
    town: &Town,
    case: Id,
    values: &[(&str, serde_json::Value)],
) -> inkstone::kit::Result<String> {
    let values = values.iter().map(|(k, v)| ((*k).to_owned(), v.clone()));
    let input = Input {
        values: values.collect(),
        ..Input::default()
    };
    // a submit of a person has a key: the form's
    let ask = inkstone::engine::run::Ask {
        case,
        task: town.open_case("宋小笺", case)?.task,
        rev: None,
        mv: MoveId::Submit,
        input,
    };
    let stamp = Stamp {
        op: format!("sign-{case}-{}", town.clock.now().0),
        ..town.stamp("宋小笺", "case.advance")
    };
    let done = town
        .engine
        .act(&town.store, stamp, &town.acting("宋小笺"), ask)?;
    Ok(done.value.number.unwrap())
}

fn said(refused: inkstone::kit::Result<String>) -> String {
    match refused.unwrap_err() {
        Error::Invalid(all) => all.0.into_iter().map(|e| e.message).collect(),
        Error::Conflict(why) | Error::Denied(why) => why,
        other => panic!("{other}"),
    }
}

fn whole(town: Town) {
    let folder = town.stop();
    let wrong = verify(&folder.dir()).unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn sixty_four_sign_at_once_and_no_code_has_a_gap() {
    let town = town("official-64");
    let heads = ["砚政发", "砚委发", "砚党政办发"];
    let cases: Vec<(Id, &str)> = (0..64)
        .map(|n| {
            (
                draft(&town, &format!("第{n}件"), heads[n % 3]),
                heads[n % 3],
            )
        })
        .collect();
    let gate = Barrier::new(cases.len());
    let numbers: Vec<(String, String)> = std::thread::scope(|s| {
        let (town, gate) = (&town, &gate);
        let one = |(case, head): (Id, &'static str)| {
            s.spawn(move || {
                gate.wait();
                // a busy hub asks to press again
                let mut tries = 0;
                loop {
                    tries += 1;
                    match sign(town, case, &[]) {
                        Ok(number) => return (head.to_owned(), number),
                        Err(Error::Busy(_)) if tries < 20 => town.clock.advance(1),
                        Err(e) => panic!("{e}"),
                    }
                }
            })
        };
        let all: Vec<_> = cases.iter().map(|c| one(*c)).collect();
        all.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let mut of: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (head, number) in numbers {
        of.entry(head).or_default().push(number);
    }
    for head in heads {
        let mut got = of.remove(head).unwrap();
        let mut want: Vec<String> = (1..=got.len())
            .map(|n| format!("{head}〔2026〕{n}号"))
            .collect();
        got.sort();
        want.sort();
        assert_eq!(got, want);
        println!("{head}: 1 to {} without a gap", want.len());
    }
    whole(town);
}

#[test]
fn a_number_is_kept_taken_given_up_and_never_given_twice() {
    let town = town("official-kept");
    let first = draft(&town, "头一件", "砚政发");
    assert_eq!(sign(&town, first, &[]).unwrap(), "砚政发〔2026〕1号");
    let key = "试发.砚政发/2026";
    let kept = town.hub(|w| {
        let mut all = Vec::new();
        for _ in 0..3 {
            all.push(w.keep_number(
                ("series", "试发.砚政发/2026"),
                "留给年度工作要点",
                "宋小笺",
            )?);
        }
        w.quiet("kept");
        Ok(all)
    });
    assert_eq!(kept, [2, 3, 4]);
    // the next goes past what is kept
    let second = draft(&town, "第二件", "砚政发");
    assert_eq!(sign(&town, second, &[]).unwrap(), "砚政发〔2026〕5号");
    // not of another code, and none that is not kept
    let other = draft(&town, "党委的", "砚委发");
    assert!(said(sign(&town, other, &[("own", json!(3))])).contains("没有预留着"));
    assert_eq!(sign(&town, other, &[]).unwrap(), "砚委发〔2026〕1号");
    let third = draft(&town, "第三件", "砚政发");
    assert!(said(sign(&town, third, &[("own", json!(9))])).contains("9 号没有预留着"));
    assert!(said(sign(&town, third, &[("own", json!(1))])).contains("没有预留着"));
    assert_eq!(
        sign(&town, third, &[("own", json!(3))]).unwrap(),
        "砚政发〔2026〕3号"
    );
    // given up for good
    let give = |town: &Town, n: i64| {
        let stamp = Stamp::new("system:test", "org.test", town.clock.now());
        town.store.write(ShelfNo::HUB, stamp, move |w| {
            w.give_up_number(("series", "试发.砚政发/2026", n), "印错了", "宋小笺")?;
            w.quiet("given up");
            Ok(())
        })
    };
    give(&town, 2).unwrap();
    assert!(give(&town, 2).is_err(), "given up twice");
    assert!(give(&town, 3).is_err(), "what a case has is not given up");
    let fourth = draft(&town, "第四件", "砚政发");
    assert!(said(sign(&town, fourth, &[("own", json!(2))])).contains("没有预留着"));
    // a case that is void keeps its number from others
    assert_eq!(sign(&town, fourth, &[]).unwrap(), "砚政发〔2026〕6号");
    let hub = town.store.hub().unwrap();
    let list = list_kept(&hub, "series").unwrap();
    let states: Vec<(i64, bool, bool)> = list
        .iter()
        .map(|k| {
            (
                k.n,
                k.state == KeptState::Kept,
                matches!(k.state, KeptState::Void(..)),
            )
        })
        .collect();
    assert_eq!(
        states,
        [(4, true, false), (3, false, false), (2, false, true)]
    );
    assert_eq!(last_number(&hub, "series", key).unwrap(), 6);
    drop(hub);
    // what is kept is kept over a restart
    let town = {
        let folder = town.stop();
        Town::open_with(folder, Clock::held(monday()), &[SMALL.to_owned()])
    };
    town.clock.advance(3_600_000);
    let fifth = draft(&town, "第五件", "砚政发");
    assert_eq!(sign(&town, fifth, &[]).unwrap(), "砚政发〔2026〕7号");
    let sixth = draft(&town, "第六件", "砚政发");
    assert_eq!(
        sign(&town, sixth, &[("own", json!(4))]).unwrap(),
        "砚政发〔2026〕4号"
    );
    let kept: i64 = town
        .store
        .hub()
        .unwrap()
        .one(
            "SELECT count(*) FROM number_kept WHERE state = 'kept'",
            [],
            |r| r.get(0),
        )
        .unwrap();
    assert_eq!(kept, 0);
    whole(town);
}

#[test]
fn a_code_the_office_does_not_have_gives_no_number() {
    let town = town("official-code");
    let case = draft(&town, "不知道谁的", "某政发");
    assert!(said(sign(&town, case, &[])).contains("不是本单位的机关代字"));
    // chosen anew on the very page
    assert_eq!(
        sign(&town, case, &[("head", json!("砚政发"))]).unwrap(),
        "砚政发〔2026〕1号"
    );
    // switched off, it can be chosen no more, and what was drafted with it still gets its number
    let case = draft(&town, "早就拟了的", "砚人发");
    town.hub(|w| {
        let all = list_letterheads(w, inkstone::kit::OrganId(1))?;
        let mut one = all.into_iter().find(|l| l.code == "砚人发").unwrap();
        one.on = false;
        set_letterhead(w, &one)?;
        w.quiet("off");
        Ok(())
    });
    assert_eq!(sign(&town, case, &[]).unwrap(), "砚人发〔2026〕1号");
    whole(town);
}
