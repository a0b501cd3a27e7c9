//! Numbers of the old book: kept as they stand, new ones above them, in the office's series and in a
//! department's own.

use super::{CLERK, carry, clean, clock, lay, look, shown, town};
use crate::support::files;
use crate::support::small;
use crate::support::town::{Folder, Town};
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::kit::Id;
use inkstone::store::Query as _;
use inkstone::store::verify::verify;

#[test]
fn numbers_of_the_book_stay_and_new_ones_come_above() {
    let town = town("import-numbers");
    let number = |title: &str| {
        town.register("incoming-handle", title)
            .unwrap()
            .number
            .unwrap()
    };
    assert_eq!(number("先登记的"), "收文〔2026〕1号");
    let book = "收文号,文件标题,收文日期,归档号,办阅\n\
        1,占了新件的号,2026-01-04,,\n\
        收文〔2026〕7号,旧簿里的第七件,2026-01-05,,阅件\n\
        收文〔2026〕12号,旧簿里的第十二件,2026-01-06,,办件\n\
        2025-0018,去年的,2025-12-31,,\n\
        ,没有号的,2025-12-30,2025-WS-3,\n\
        收文〔2025〕30号,年初才收到的,2026-01-02,,\n";
    let sheet = lay(&town, "incoming", ("旧.csv", book.as_bytes()));
    let checked = look(&town, &sheet);
    let bad: Vec<_> = checked
        .bad
        .iter()
        .map(|b| (b.line, b.errors[0].clone()))
        .collect();
    assert_eq!(bad.len(), 1, "{bad:?}");
    assert!(bad[0].0 == 2 && bad[0].1.contains("已经登记过"), "{bad:?}");
    carry(&town, &sheet);
    // 2 to 11 were never given out here and are left to the book
    assert_eq!(number("后登记的"), "收文〔2026〕13号");
    assert_eq!(number("再登记的"), "收文〔2026〕14号");
    let of = |year: i16| -> Vec<(String, String, String)> {
        let (_, lines) = shown(&town, CLERK, year);
        let row = |l: &Vec<String>| (l[0].clone(), l[9].clone(), l[16].clone());
        lines.iter().map(row).collect()
    };
    let row = |n: &str, kind: &str, state: &str| (n.to_owned(), kind.to_owned(), state.to_owned());
    let last = of(2025);
    assert!(
        last.contains(&row("2025-0018", "收文办件", "办结")),
        "{last:?}"
    );
    assert!(last.contains(&row("", "收文办件", "归档")), "{last:?}");
    assert!(
        last.contains(&row("收文〔2025〕30号", "收文办件", "办结")),
        "{last:?}"
    );
    assert!(of(2026).contains(&row("收文〔2026〕7号", "收文阅件", "办结")));
    let again = look(&town, &lay(&town, "incoming", ("旧.csv", book.as_bytes())));
    assert_eq!(
        (again.good.len(), again.there.len(), again.bad.len()),
        (0, 5, 1)
    );
    let other = "收文号,文件标题,收文日期\n7,另一件,2026-01-05\n";
    let other = look(&town, &lay(&town, "incoming", ("别.csv", other.as_bytes())));
    assert!(other.bad[0].errors[0].contains("7 号已经登记过"));
    a_wrong_line_is_voided(&town);
    clean(town);
}

/// The way back: a line that should not have come in is voided with its reason, its number with it.
fn a_wrong_line_is_voided(town: &Town) {
    let shelves = town.store.shelves().unwrap();
    let (shelf, ..) = shelves.iter().find(|(_, _, year)| *year == 2026).unwrap();
    let find = "SELECT case_id FROM imported WHERE shelf = ?1 AND line = 3";
    let read = town.store.shelf(*shelf).unwrap();
    let case: i64 = read.one(find, [shelf.0], |r| r.get(0)).unwrap();
    drop(read);
    let why = Input {
        choice: "void".into(),
        note: "和新登记的是同一件".into(),
        ..Input::default()
    };
    town.act(CLERK, Id::from_raw(case), MoveId::Void, why)
        .unwrap();
    let (_, lines) = shown(town, CLERK, 2026);
    let seventh = lines.iter().find(|l| l[0] == "收文〔2026〕7号").unwrap();
    assert_eq!(seventh[16], "作废：和新登记的是同一件");
}

/// A procedure whose numbers are the department's own, with an old book.
fn of_department() -> String {
    format!(
        "{}\n[[field]]\nid = \"day\"\nlabel = \"日期\"\nkind = \"date\"\n[import]\non = \"day\"\n",
        small::of_department()
    )
}

#[test]
fn a_department_keeps_its_own_numbers_on_its_shelf() {
    let more = [of_department()];
    let town = Town::open_with(Folder::new("import-dept"), clock(), &more);
    town.settle_people();
    let start = |op: &str| {
        let done = town
            .start(CLERK, ("department-note", "小事"), &[], op)
            .unwrap();
        done.number.unwrap()
    };
    assert_eq!(start("a"), "小件〔2026〕1号");
    let register = &town
        .engine
        .procedures
        .current("department-note")
        .unwrap()
        .procedure
        .register
        .id;
    let book = "编号,标题,日期\n5,第五件,2026-01-05\n9,第九件,2026-01-06\n1,占了的,2026-01-07\n3,前年的,2024-01-01\n";
    let sheet = lay(&town, register, ("旧.csv", book.as_bytes()));
    let checked = carry(&town, &sheet);
    assert_eq!((checked.good.len(), checked.bad.len()), (3, 1));
    assert_eq!(start("b"), "小件〔2026〕10号");
    let folder = clean(town);
    // both halves of the claim are seen when they are broken
    let volume = files::Bare::open(&folder.dir().volume(1));
    volume.one("UPDATE number_floor SET n = 8 WHERE n = 9");
    volume.one("UPDATE series SET next = next WHERE year = 2026");
    let broken: Vec<_> = verify(&folder.dir())
        .unwrap()
        .into_iter()
        .map(|f| f.claim)
        .collect();
    assert!(broken.contains(&"number-floor"), "{broken:?}");
}
