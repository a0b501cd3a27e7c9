//! Old registers: the corpus as it is, in GBK and as a workbook; broken books; numbers and their floor;
//! broken off by a wish and by a kill, and repeated; and the whole way through a real socket.

mod back;
mod broken_off;
mod numbers;
mod pages;

use crate::support::corpus;
use crate::support::files;
use crate::support::town::{Folder, Town, day};
use inkstone::engine::case::State;
use inkstone::engine::import::carry::Load;
use inkstone::engine::import::check::Checked;
use inkstone::engine::import::columns::Target;
use inkstone::engine::import::desk::{Desk, Sheet};
use inkstone::engine::index_store::registers;
use inkstone::engine::register_sql::Want;
use inkstone::engine::register_store::{count_totals, list_keys, list_rows};
use inkstone::kit::{Cell, Clock, Day, Error, Id, Zone, sheet};
use inkstone::store::Query as _;
use inkstone::store::verify::verify;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

const CLERK: &str = "宋小笺";
fn clock() -> Clock {
    Clock::held(Zone::BEIJING.at(day("2026-11-22"), 9, 0))
}

fn town(name: &str) -> Town {
    let town = Town::open(Folder::new(name), clock());
    town.settle_people();
    town
}

fn lay(town: &Town, register: &str, (file, bytes): (&str, &[u8])) -> Arc<Sheet> {
    let rows = sheet::read_table(bytes, file).unwrap();
    let kindred = town.engine.kindred(&town.acting(CLERK), register).unwrap();
    let whose = (town.person(CLERK), register, town.clock.now());
    Desk::default()
        .lay("s".into(), whose, (file.into(), rows), kindred)
        .unwrap()
}

fn look(town: &Town, sheet: &Sheet) -> Checked {
    let today = Zone::BEIJING.day(town.clock.now());
    sheet
        .check(&town.store, &town.acting(CLERK), today)
        .unwrap()
}

fn carry(town: &Town, sheet: &Sheet) -> Checked {
    let checked = look(town, sheet);
    let load = sheet.load(checked.clone());
    run(town, sheet, &load);
    checked
}

fn run(town: &Town, sheet: &Sheet, load: &Load) {
    let stamp = town.stamp(CLERK, "register.import");
    town.engine
        .import(
            &town.store,
            (&stamp, &town.acting(CLERK)),
            load,
            &sheet.progress,
        )
        .unwrap();
}

/// Rows of the register in a year, as this person sees it; 0: all.
fn shown(town: &Town, who: &str, year: i16) -> (i64, Vec<Vec<String>>) {
    assert!(town.store.drain(Duration::from_secs(900)));
    let table = &registers(&town.engine.procedures)[0];
    let holds = town.acting(who).viewer.holds;
    let want = Want {
        who: holds.iter().map(|h| h.principal.to_raw()).collect(),
        year,
        ..Want::default()
    };
    let index = town.store.index().unwrap();
    let keys = list_keys(&index, table, (&want, 100_000, 0)).unwrap();
    let rows = list_rows(&index, table, (&want.who, &keys)).unwrap();
    let total = i64::try_from(count_totals(&index, table, &want).unwrap().rows).unwrap();
    (total, rows.into_iter().map(|r| r.columns).collect())
}

fn clean(town: Town) -> Folder {
    assert!(town.store.drain(Duration::from_secs(900)));
    let folder = town.stop();
    let findings = verify(&folder.dir()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    folder
}

/// A book of one line, for towns that need a case of an old register.
pub fn one_line(town: &Town) {
    let book = "收文号,文件标题,收文日期,备注\n12,旧簿里的一件,2020-05-06,有备注\n";
    let sheet = lay(town, "incoming", ("旧.csv", book.as_bytes()));
    all_right(&carry(town, &sheet));
}

fn all_right(checked: &Checked) {
    let bad: Vec<_> = checked.bad.iter().map(|b| (b.line, &b.errors)).collect();
    assert!(bad.is_empty(), "{bad:?}");
}

fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

/// The corpus names its columns in English, so the clerk says which is which.
fn corpus_columns(sheet: &Sheet) {
    let field = |id: &str| Target::Field(id.into());
    let targets = vec![
        field("title"),
        field("from_number"),
        field("from"),
        field("received_on"),
        Target::Keep,
    ];
    assert_eq!(sheet.head.labels.len(), 5, "{:?}", sheet.head);
    sheet.choose(targets, 0).unwrap();
}

#[test]
fn the_corpus_comes_in_over_its_years_in_every_encoding() {
    let (Some(rows), Some(dir)) = (corpus::register(), corpus::folder()) else {
        return;
    };
    let bytes = std::fs::read(dir.join("register.csv")).unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    let town = town("import-corpus");
    let first = lay(&town, "incoming", ("register.csv", &bytes));
    corpus_columns(&first);
    let checked = carry(&town, &first);
    all_right(&checked);
    assert_eq!((checked.good.len(), first.progress.done()), (200, 200));

    let mut years: BTreeMap<i16, i64> = BTreeMap::new();
    for row in &rows {
        *years.entry(row.date[..4].parse().unwrap()).or_default() += 1;
    }
    for (year, n) in &years {
        assert_eq!(shown(&town, CLERK, *year).0, *n, "{year}");
    }
    let (all, lines) = shown(&town, CLERK, 0);
    assert_eq!(all, 200);
    for row in &rows {
        let title = inkstone::kit::text::one_line(&row.title);
        let line = lines
            .iter()
            .find(|l| l[3] == inkstone::kit::text::one_line(&row.number));
        let line = line.unwrap_or_else(|| panic!("{}", row.number));
        assert_eq!(
            (&line[4], &line[2], &line[1]),
            (&title, &row.issuer, &row.date)
        );
        assert!(line[0].is_empty(), "a number was made up: {line:?}");
    }
    // the leaders and the office see it, a department does not; nobody has anything to do
    assert_eq!(shown(&town, "江若川", 0).0, 200);
    assert_eq!(shown(&town, "纪文澜", 0).0, 200);
    assert_eq!(shown(&town, "雷有备", 0).0, 0);
    let index = town.store.index().unwrap();
    for table in ["SELECT count(*) FROM todo", "SELECT count(*) FROM hand"] {
        assert_eq!(index.one(table, [], |r| r.get::<_, i64>(0)).unwrap(), 0);
    }
    drop(index);
    closed_and_told(&town, &rows);

    // the same book in other clothes is the same book
    let day_cells = |row: &corpus::RegisterRow| -> Vec<Cell> {
        let on: Day = row.date.parse().unwrap();
        let text = |s: &String| Cell::from(s.as_str());
        vec![
            text(&row.title),
            text(&row.number),
            text(&row.issuer),
            on.into(),
            text(&row.kind),
        ]
    };
    let book = sheet::write_table(&sheet::Table {
        headers: ["title", "number", "issuer", "date", "kind"]
            .map(String::from)
            .to_vec(),
        rows: rows.iter().map(day_cells).collect(),
        ..sheet::Table::default()
    });
    for (file, bytes) in [
        ("register.csv", bytes),
        ("登记簿.txt", gbk(&text)),
        ("bom.csv", format!("\u{feff}{text}").into_bytes()),
        ("登记簿.xlsx", book.unwrap()),
    ] {
        let again = lay(&town, "incoming", (file, &bytes));
        corpus_columns(&again);
        let checked = carry(&town, &again);
        all_right(&checked);
        assert_eq!(
            (checked.good.len(), checked.there.len()),
            (0, 200),
            "{file}"
        );
    }
    assert_eq!(shown(&town, CLERK, 0).0, 200);
    clean(town);
}

fn closed_and_told(town: &Town, rows: &[corpus::RegisterRow]) {
    let shelves = town.store.shelves().unwrap();
    let mut told = 0;
    for (shelf, _, year) in shelves {
        let read = town.store.shelf(shelf).unwrap();
        let cases: Vec<i64> = read
            .all("SELECT id FROM cases WHERE shelf = ?1", [shelf.0], |r| {
                r.get(0)
            })
            .unwrap();
        drop(read);
        for case in cases {
            let case = Id::from_raw(case);
            assert_eq!(case.shelf(), shelf);
            let view = town
                .engine
                .open(&town.store, &town.acting(CLERK), (case, None))
                .unwrap();
            let (head, state) = (&view.case.head, &view.case.state);
            let row = rows
                .iter()
                .find(|r| state.values["from_number"] == inkstone::kit::text::one_line(&r.number))
                .unwrap();
            assert_eq!((state.state, head.year), (State::Closed, year));
            let zone = Zone::BEIJING;
            assert_eq!(zone.day(state.opened_at).to_string(), row.date);
            assert_eq!(zone.day(head.closed_at.unwrap()).to_string(), row.date);
            assert!(state.tasks.is_empty() && head.number.is_none());
            let origin = view.origin.unwrap();
            assert_eq!(origin.extra, [("kind".to_owned(), row.kind.clone())]);
            let act = &view.case.acts[0];
            assert_eq!(act.by.name, CLERK);
            assert_eq!(
                act.detail.note,
                format!("导入自旧登记簿 register.csv 第 {} 行", origin.line)
            );
            told += 1;
        }
    }
    assert_eq!(told, 200);
}

const BROKEN: &str = "砚田镇人民政府收文登记簿,,,,,,,\n\
    收文号,来文,,收文日期,文件标题,密级,承办部门,备注\n\
    ,机关,字号,,,,,\n\
    1,县府办,墨府办〔2014〕3号,2014-02-13,关于春耕备耕的通知,,财政所,传阅张、李\n\
    2,县府办,墨府办〔2014〕4号,2014.3.1,关于防火的通知,内部,老办公室,\n\
    2,县府办,墨府办〔2014〕5号,2014/3/2,关于防汛的通知,,,\n\
    4,县府办,墨府办〔2014〕6号,2014-2-30,关于统计的通知,,,\n\
    5,县府办,墨府办〔2014〕7号,31/12/99,关于年报的通知,,,\n\
    6,县府办,墨府办〔2014〕8号,20140305,,,,\n\
    7,县委,墨委〔2014〕9号,2014年3月6日,关于干部的通知,机密★5年,,\n\
    八,县委,墨委〔2014〕10号,41683,关于工会的通知,,,\n\
    9,县委,墨委〔2014〕11号,41683,关于妇联的通知,无,,\n\
    1,县府办,墨府办〔2014〕3号,2014-02-13,关于春耕备耕的通知,,财政所,传阅张、李\n\
    \n\
    合计,9 件,,,,,,\n";

#[test]
fn a_broken_book_says_row_by_row_what_is_wrong() {
    let town = town("import-broken");
    let sheet = lay(&town, "incoming", ("旧.csv", &gbk(BROKEN)));
    assert_eq!((sheet.head.at, sheet.head.rows), (1, 2), "{:?}", sheet.head);
    let words: Vec<String> = sheet.chosen().targets.iter().map(Target::word).collect();
    assert_eq!(
        words,
        [
            "f:number",
            "f:from",
            "f:from_number",
            "f:received_on",
            "f:title",
            "f:secrecy",
            "f:principal_department",
            "keep"
        ]
    );
    let checked = look(&town, &sheet);
    let said: BTreeMap<usize, String> = checked
        .bad
        .iter()
        .map(|b| (b.line, b.errors.join("；")))
        .collect();
    for (line, word) in [
        (6, "2 号和第 5 行重了"),
        (7, "2月没有30日"),
        (8, "看不懂日期"),
        (9, "没有标题"),
        (10, "不涉密"),
        (11, "看不懂收文号"),
        (13, "和第 4 行一模一样"),
    ] {
        assert!(said[&line].contains(word), "{line}: {said:?}");
    }
    assert_eq!(said.len(), 7, "{said:?}");
    let good: Vec<usize> = checked.good.iter().map(|l| l.line).collect();
    assert_eq!(good, [4, 5, 12]);
    assert_eq!(checked.passed.len(), 1, "{:?}", checked.passed);

    // the file comes back with one more column, and without the bad rows it goes in
    let back = sheet::write_table(&checked.returned(&sheet.head, &sheet.rows)).unwrap();
    let back = sheet::read_table(&back, "b.xlsx").unwrap();
    assert_eq!(back[0].last().unwrap().text(), "错误");
    assert!(
        back.iter()
            .any(|r| r.last().unwrap().text().contains("2月没有30日"))
    );
    carry(&town, &sheet);
    let (n, lines) = shown(&town, CLERK, 2014);
    assert_eq!(n, 3);
    let first = lines.iter().find(|l| l[4] == "关于春耕备耕的通知").unwrap();
    assert_eq!(
        (first[0].as_str(), first[10].as_str()),
        ("收文〔2014〕1号", "财政所")
    );
    let extras = files::list::<String>;
    let folder = clean(town);
    let kept = extras(
        &folder.dir().volume(1),
        "SELECT extra FROM imported ORDER BY line",
    );
    assert!(kept[0].contains("传阅张、李"), "{kept:?}");
    assert!(
        kept[1].contains("承办部门") && kept[1].contains("老办公室"),
        "{kept:?}"
    );
}

#[test]
fn a_book_without_end_is_refused_with_a_sentence() {
    let long = "标题,日期\n".to_owned() + &"通知,2014-01-01\n".repeat(100_000);
    let Err(Error::Invalid(errors)) = sheet::read_table(long.as_bytes(), "a.csv") else {
        panic!("100,000 rows were read");
    };
    assert!(errors.0[0].message.contains("50000 行"));
}
