//! The stories of `tests/flow` on stored cases: whatever the rehearsal does or refuses, the store does or refuses,
//! and the case read back from its file is the rehearsed one. The town of the stories stands in the hub with the very
//! numbers the stories know it by.

use super::{MODES, Mode};
use crate::flow::stories;
use crate::flow::story::{Asked, Beside, Told, play_beside};
use crate::flow::town::Town as Cast;
use crate::support::town::{Folder, Town, day, monday};
use inkstone::agenda::resource_store::add_thing;
use inkstone::engine::case::{CaseState, TaskState, Values};
use inkstone::engine::deed::{Deed, What};
use inkstone::engine::deed_store::insert_deed;
use inkstone::engine::definition::{MoveId, Procedure};
use inkstone::engine::facts::Viewer;
use inkstone::engine::offer::Input;
use inkstone::engine::rehearsal::Rehearsal;
use inkstone::engine::run::{Acting, Ask};
use inkstone::kit::{Clock, DeptId, Id, Millis, PersonId, PostId};
use inkstone::org::edit::{self, DeptDraft, Hold, PersonDraft, PostDraft};
use inkstone::org::letterhead::{plant, usual};
use inkstone::org::{DeptKind, Role, Seen, Weight, template};
use inkstone::store::Stamp;
use inkstone::store::verify::verify;
use std::thread;
use std::time::Duration;

/// Codes of the departments; those the modes name among them.
const CODES: [&str; 7] = ["LD", "DZB", "YJB", "NYZ", "PAB", "WHZ", "CZS"];

#[test]
fn every_story_goes_the_same_in_every_mode() {
    let told: Vec<(usize, usize)> = thread::scope(|s| {
        let all: Vec<_> = MODES.iter().map(|mode| s.spawn(|| all_of(*mode))).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let (cases, moves) = told[0];
    println!("{cases} cases, {moves} moves in each mode");
    assert!(cases > 25 && moves > 200, "{told:?}");
    assert!(told.iter().all(|t| *t == told[0]), "{told:?}");
}

/// Plays all of them in one office; how many cases were stored, and how many moves were done or refused.
fn all_of((name, rule, place): Mode) -> (usize, usize) {
    let town = Town::open(
        Folder::new(&format!("stories-{name}")),
        Clock::held(monday()),
    );
    settle(&town);
    town.store.place_by(&rule(&town)).unwrap();
    let mut filed = Filed {
        town,
        begun: None,
        case: None,
        cases: 0,
        moves: 0,
    };
    let mut failed = Vec::new();
    // those of documents and four everyday forms: what others type (rows, files, sums) a store reads, and a rehearsal
    // takes as told
    let all = filed.town.engine.procedures.all();
    let everyday = [
        "请假（公休）申请",
        "公务用车申请",
        "工作联系单",
        "督办通知单",
    ];
    let of_papers = all.iter().filter(|p| {
        let p = &p.procedure;
        matches!(p.group.as_str(), "收文" | "发文") || everyday.contains(&p.name.as_str())
    });
    let names: Vec<String> = of_papers.map(|p| p.procedure.name.clone()).collect();
    let ships = |text: &str| {
        let mut told = text.lines().filter_map(|l| l.strip_prefix("事项 "));
        told.all(|name| names.iter().any(|n| n == name.trim()))
    };
    let shipped: Vec<_> = stories().into_iter().filter(|(_, t)| ships(t)).collect();
    for (story, text) in shipped {
        if let Err(e) = play_beside(&text, &mut filed) {
            failed.push(format!("{story}：{e}"));
        }
    }
    assert!(failed.is_empty(), "{name}\n{}", failed.join("\n"));
    let Filed {
        town, cases, moves, ..
    } = filed;
    let dept = town.dept("DZB");
    let key = place(dept);
    let volumes = town.store.volumes().unwrap();
    let own = volumes.iter().find(|v| v.key == key).unwrap();
    assert!(own.shelves.iter().any(|(_, d, y)| (*d, *y) == (dept, 2026)));
    assert!(town.store.drain(Duration::from_secs(60)));
    let folder = town.stop();
    let mut findings = verify(&folder.dir()).unwrap();
    // a story says that it was sealed and has no file with a signature: `official::seal` seals for real
    let unsealed = findings.extract_if(.., |f| f.claim.starts_with("stamp-"));
    assert_eq!(unsealed.count(), 2, "{name}: set-up");
    assert!(findings.is_empty(), "{name}: {findings:?}");
    (cases, moves)
}

/// The cast of the stories, each with one post of the same number.
fn settle(town: &Town) {
    let from = day("2026-01-01");
    town.hub(move |w| {
        let draft = template::organ_named("砚田镇人民政府", "砚田镇");
        let organ = edit::add_organ(w, &draft, from)?;
        plant(w, &usual(organ, &draft, "党政综合办公室"))?;
        for ((name, code), sort) in Cast::depts().iter().zip(CODES).zip(1..) {
            let draft = DeptDraft {
                code: code.into(),
                name: (*name).into(),
                short_name: String::new(),
                kind: match sort {
                    1 => DeptKind::Leaders,
                    2 => DeptKind::Office,
                    _ => DeptKind::Department,
                },
                sort,
            };
            assert_eq!(edit::add_dept(w, organ, &draft, from)?, DeptId(sort));
        }
        for ((name, dept, roles, _), n) in Cast::people().zip(1..) {
            let post = PostDraft {
                name: format!("{name}的岗位"),
                sort: n,
                roles: roles.iter().filter_map(|r| Role::from_id(r)).collect(),
            };
            assert_eq!(edit::add_post(w, DeptId(dept), &post, from)?, PostId(n));
            let draft = PersonDraft {
                name: name.into(),
                ..PersonDraft::default()
            };
            let person = edit::add_person(w, &draft, from)?;
            assert_eq!(person, PersonId(n));
            let hold = Hold {
                post: PostId(n),
                weight: Weight::Main,
                from,
            };
            edit::hold_post(w, Seen::new(person, 1), hold)?;
        }
        for ((_, _, _, leads), n) in Cast::people().zip(1..) {
            let depts: Vec<DeptId> = leads.iter().map(|d| DeptId(*d)).collect();
            if !depts.is_empty() {
                edit::set_charges(w, Seen::new(PostId(n), 1), &depts)?;
            }
        }
        add_thing(w, "车辆", "苏A12345", "")
    });
}

/// The same cases in a store.
struct Filed {
    town: Town,
    /// Procedure, who began it, what was typed: until it is sent for the first time.
    begun: Option<(String, PersonId, Values)>,
    case: Option<(Id, PersonId)>,
    cases: usize,
    moves: usize,
}

impl Filed {
    /// The person of today, and for whom he stands in.
    fn acting(&self, viewer: &Viewer) -> Acting {
        let mut acting = Acting::of(&self.town.directory(), viewer.person).unwrap();
        let lent = viewer.holds.iter().filter(|h| h.acting_for.is_some());
        acting.viewer.holds.extend(lent.cloned());
        acting
    }

    fn stamp(&mut self, viewer: &Viewer, now: Millis) -> Stamp {
        let clock = &self.town.clock;
        clock.advance(now.0 - clock.now().0);
        self.moves += 1;
        Stamp {
            op: format!("story-{}", self.moves),
            ..Stamp::new(format!("person:{}", viewer.person), "case.advance", now)
        }
    }

    fn stored(&self) -> Option<CaseState> {
        let (case, starter) = self.case?;
        let acting = Acting::of(&self.town.directory(), starter).unwrap();
        let view = self
            .town
            .engine
            .open(&self.town.store, &acting, (case, None));
        Some(view.unwrap().case.state)
    }

    /// The first move sends the case off; what comes before it is not stored at all.
    fn start(&mut self, play: &Rehearsal<'_>, asked: &Asked<'_>) -> Option<bool> {
        if asked.mv != MoveId::Submit {
            return None;
        }
        let (kind, starter, typed) = self.begun.clone()?;
        let town = &self.town;
        let published = town.engine.procedures.current(&kind).unwrap().clone();
        let mut values = typed;
        values.extend(asked.input.values.clone());
        let input = Input {
            values,
            ..asked.input.clone()
        };
        let acting = self.acting(asked.viewer);
        let stamp = self.stamp(asked.viewer, play.now);
        let town = &self.town;
        let done = town
            .engine
            .start(&town.store, stamp, &acting, (&published, input, None));
        let done = done.inspect_err(|e| println!("库里不能发起：{e}"));
        let done = done.ok().map(|d| d.value.case);
        if let Some(case) = done {
            (self.case, self.begun) = (Some((case, starter)), None);
            self.cases += 1;
        }
        Some(done.is_none())
    }

    fn act(&mut self, play: &Rehearsal<'_>, before: &CaseState, asked: &Asked<'_>) -> Option<bool> {
        let (case, _) = self.case?;
        let here = self.stored()?;
        let same = |task: Id| before.tasks.iter().position(|t| t.id == task);
        let ask = Ask {
            case,
            task: asked.focus.and_then(same).map(|n| here.tasks[n].id),
            rev: None,
            mv: asked.mv,
            input: asked.input.clone(),
        };
        let acting = self.acting(asked.viewer);
        let stamp = self.stamp(asked.viewer, play.now);
        let town = &self.town;
        let done = town.engine.act(&town.store, stamp, &acting, ask);
        Some(done.is_err())
    }
}

impl Beside for Filed {
    fn begins(&mut self, procedure: &Procedure, (viewer, typed): (&Viewer, &Values)) {
        self.begun = Some((procedure.id.clone(), viewer.person, typed.clone()));
        self.case = None;
    }

    fn opens(&mut self, play: &Rehearsal<'_>, viewer: &Viewer) -> Told {
        let (Some(here), Some((case, _))) = (self.stored(), self.case) else {
            return Ok(());
        };
        for task in here.tasks.iter().filter(|t| t.state == TaskState::Open) {
            if viewer.holds.iter().any(|h| h.principal == task.holder) {
                let stamp = self.stamp(viewer, play.now);
                let town = &self.town;
                let seen = town.engine.seen(&town.store, stamp, (case, task.id));
                seen.map_err(|e| e.to_string())?;
            }
        }
        Ok(())
    }

    fn does(&mut self, play: &Rehearsal<'_>, viewer: &Viewer, what: What) -> Told {
        let Some((case, _)) = self.case else {
            return Ok(());
        };
        let stamp = self.stamp(viewer, play.now);
        let deed = play.case.deeds.last().cloned().ok_or("没有这件事")?;
        assert_eq!(deed.what, what);
        let written = self.town.store.write(case.shelf(), stamp, move |w| {
            let deed = Deed {
                id: w.next_id(),
                ..deed
            };
            insert_deed(w, case, &deed)?;
            w.quiet("a deed beside the moves");
            Ok(())
        });
        written.map(drop).map_err(|e| e.to_string())
    }

    fn acts(&mut self, play: &Rehearsal<'_>, before: &CaseState, asked: &Asked<'_>) -> Told {
        let refused = match self.case {
            None => self.start(play, asked),
            Some(_) => self.act(play, before, asked),
        };
        match refused {
            // done to what is only being filled in
            None => self.begun = None,
            Some(refused) if refused != asked.refused => {
                return Err(format!(
                    "{:?} 排练时拒绝：{}，库里拒绝：{refused}",
                    asked.mv, asked.refused
                ));
            }
            Some(_) => {}
        }
        let series = play.procedure.series.as_ref().map(|s| s.field.clone());
        match self.stored() {
            Some(here) => same(
                &told(&here, series.as_deref()),
                &told(&play.case, series.as_deref()),
            ),
            None => Ok(()),
        }
    }
}

/// A case as both must have it: everything but ids, the number, which one rehearsal alone counts from one, and for
/// whom an opinion was written, which a stored one takes from the log-in.
fn told(case: &CaseState, series: Option<&str>) -> Vec<String> {
    let mut all = vec![format!("{:?} {} {}", case.state, case.step, case.visit)];
    all.extend(case.tasks.iter().map(|t| {
        let branch = t
            .branch
            .and_then(|b| case.branches.iter().position(|x| x.id == b));
        let parent = t
            .parent
            .and_then(|p| case.tasks.iter().position(|x| x.id == p));
        let (what, how) = ((&t.purpose, &t.step, &t.verb), (&t.state, t.ord, &t.note));
        format!(
            "{what:?} {:?} {how:?} {:?} {branch:?} {parent:?}",
            t.holder, t.due_at
        )
    }));
    let branches = case.branches.iter();
    all.extend(branches.map(|b| {
        format!(
            "{} {} {:?} {:?} {:?}",
            b.step, b.visit, b.part, b.dept, b.state
        )
    }));
    all.extend(
        case.opinions
            .iter()
            .map(|o| format!("{} {} {:?}", o.into, o.text, o.person)),
    );
    all.push(format!("催办 {}", case.urges.len()));
    let deeds = case.deeds.iter();
    all.extend(deeds.map(|d| format!("{} {} {:?}", d.what.word(), d.text.hex(), d.person)));
    let mut values = case.values.clone();
    if let Some(field) = series {
        values.remove(field);
    }
    // what was filled in for somebody is noted as such where it is stored
    values.remove("@");
    // typed and read: nothing is nothing, and ten is ten
    values.retain(|_, v| !v.is_null() && v.as_str() != Some(""));
    let plain = |v: &serde_json::Value| match v.as_f64() {
        Some(n) => n.to_string(),
        None => v.to_string(),
    };
    all.extend(values.iter().map(|(k, v)| format!("{k}={}", plain(v))));
    let mut grants: Vec<String> = case.grants.iter().map(|g| format!("{g:?}")).collect();
    grants.sort();
    all.extend(grants);
    all
}

fn same(here: &[String], there: &[String]) -> Told {
    let lacks = |a: &[String], b: &[String]| {
        let all: Vec<String> = a.iter().filter(|x| !b.contains(x)).cloned().collect();
        all.join("；")
    };
    match here == there {
        true => Ok(()),
        false => Err(format!(
            "多了 {} ｜ 少了 {}",
            lacks(here, there),
            lacks(there, here)
        )),
    }
}
