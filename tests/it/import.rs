//! Old registers: the corpus as it is, in GBK and as a workbook; broken books; numbers and their floor;
//! broken off by a wish and by a kill, and repeated; and the whole way through a real socket.

use crate::support::corpus;
use crate::support::files;
use crate::support::http::{Http, Part, Request};
use crate::support::long;
use crate::support::office::Office;
use crate::support::reply::Reply;
use crate::support::small;
use crate::support::town::{Folder, Town, day};
use inkstone::engine::case::State;
use inkstone::engine::import::carry::Load;
use inkstone::engine::import::check::Checked;
use inkstone::engine::import::columns::Target;
use inkstone::engine::import::desk::{Desk, Sheet};
use inkstone::engine::index_store::{Asked, count_register, list_register, principals, registers};
use inkstone::engine::register_sql::Sort;
use inkstone::kit::{Cell, Clock, Day, Error, Id, Zone, sheet};
use inkstone::store::Query as _;
use inkstone::store::verify::verify;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

const CLERK: &str = "宋小笺";
/// Where the child carries in; absent in an ordinary run.
const DIR: &str = "INKSTONE_IMPORT_DIR";

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
    assert!(town.store.drain(Duration::from_secs(60)));
    let table = &registers(&town.engine.procedures)[0];
    let holds = town.acting(who).viewer.holds;
    let mine: Vec<_> = holds.iter().map(|h| h.principal).collect();
    let asked = Asked {
        who: &principals(&mine),
        year,
        state: "",
        words: "",
        sort: Sort::Newest,
        limit: 100_000,
        offset: 0,
    };
    let index = town.store.index().unwrap();
    let rows = list_register(&index, table, &asked).unwrap();
    let total = count_register(&index, table, &asked).unwrap();
    (total, rows.into_iter().map(|r| r.columns).collect())
}

fn clean(town: Town) -> Folder {
    assert!(town.store.drain(Duration::from_secs(60)));
    let folder = town.stop();
    let findings = verify(&folder.dir()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    folder
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
    clean(town);
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

fn book(rows: usize) -> Vec<u8> {
    let mut text = String::from("收文号,来文机关,来文字号,收文日期,文件标题,备注\n");
    for i in 0..rows {
        let (year, n) = (2001 + i * 25 / rows.max(1), i + 1);
        let _ = writeln!(
            text,
            "收文〔{year}〕{n}号,墨川县第{}局,墨〔{year}〕{n}号,{year}-{:02}-{:02},关于第{n}件事情的通知,旧备注{n}",
            i % 37,
            1 + i % 12,
            1 + i % 28
        );
    }
    text.into_bytes()
}

#[test]
fn stopped_in_the_middle_and_repeated_it_is_whole() {
    let town = town("import-stop");
    let bytes = book(120);
    let sheet = lay(&town, "incoming", ("旧.csv", &bytes));
    let checked = look(&town, &sheet);
    all_right(&checked);
    assert_eq!(checked.good.len(), 120);
    // half of the lines, as if the rest had been stopped; then a real stop
    let half = Load {
        lines: Arc::new(checked.good[..50].to_vec()),
        ..sheet.load(checked)
    };
    run(&town, &sheet, &half);
    assert_eq!(sheet.progress.done(), 50);
    sheet.progress.stop();
    carry(&town, &sheet);
    assert_eq!(sheet.progress.done(), 50, "stopped, and went on");

    let again = lay(&town, "incoming", ("旧.csv", &bytes));
    let rest = carry(&town, &again);
    assert_eq!((rest.there.len(), rest.good.len()), (50, 70));
    assert_eq!(again.progress.done(), 70);
    assert_eq!(shown(&town, CLERK, 0).0, 120);
    // the old plan once more, as a second click would: every line is here already
    let twice = lay(&town, "incoming", ("旧.csv", &bytes));
    run(&town, &twice, &half);
    assert_eq!((twice.progress.done(), twice.progress.there()), (0, 50));
    clean(town);
}

/// Not a test of its own: what the parent below runs and kills.
#[test]
fn child() {
    let Some(dir) = std::env::var_os(DIR) else {
        return;
    };
    // Never dropped: the folder is the parent's.
    let town = std::mem::ManuallyDrop::new(Town::open(Folder(dir.into()), clock()));
    let sheet = lay(&town, "incoming", ("旧.csv", &book(400)));
    let load = sheet.load(look(&town, &sheet));
    std::thread::scope(|s| {
        s.spawn(|| run(&town, &sheet, &load));
        while sheet.progress.done() < 400 {
            println!("done {}", sheet.progress.done());
            std::thread::sleep(Duration::from_millis(1));
        }
    });
}

#[test]
fn killed_in_the_middle_and_repeated_it_is_whole() {
    let town = town("import-kill");
    let folder = town.stop();
    let me = std::env::current_exe().unwrap();
    for round in 0..long::rounds("import-kill", 3, 30) {
        let mut child = Command::new(&me)
            .args(["import::child", "--exact", "--nocapture"])
            .env(DIR, &folder.0)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        for line in lines.map_while(Result::ok) {
            let done: usize = line.strip_prefix("done ").map_or(0, |n| n.parse().unwrap());
            if done >= 40 {
                break;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let town = Town::open(Folder(folder.0.clone()), clock());
        assert!(
            shown(&town, CLERK, 0).0 > 0,
            "round {round}: nothing came in"
        );
        std::mem::forget(clean(town));
    }
    let town = Town::open(folder, clock());
    let before = shown(&town, CLERK, 0).0;
    let sheet = lay(&town, "incoming", ("旧.csv", &book(400)));
    let rest = carry(&town, &sheet);
    all_right(&rest);
    assert_eq!(rest.there.len() as i64, before);
    assert_eq!(shown(&town, CLERK, 0).0, 400);
    clean(town);
}

#[test]
fn a_long_book_is_carried_in_beside_others() {
    let rows = long::rounds("import", 300, 30_000) as usize;
    let town = Arc::new(town("import-long"));
    let bytes = book(rows);
    let begun = std::time::Instant::now();
    let sheet = lay(&town, "incoming", ("旧.csv", &bytes));
    let checked = look(&town, &sheet);
    all_right(&checked);
    let looked = begun.elapsed();
    let load = sheet.load(checked);
    let mut waits = Vec::new();
    std::thread::scope(|s| {
        let carrying = s.spawn(|| run(&town, &sheet, &load));
        while !carrying.is_finished() {
            let one = std::time::Instant::now();
            town.register("incoming-handle", "新来的文件").unwrap();
            waits.push(one.elapsed());
        }
        carrying.join().unwrap();
    });
    let carried = begun.elapsed();
    assert_eq!(sheet.progress.done(), rows);
    assert_eq!(shown(&town, CLERK, 0).0 as usize, rows + waits.len());
    waits.sort();
    println!(
        "{rows} rows: looked at in {looked:?}, carried in after {carried:?}, in the lists after {:?}; \
         {} registrations meanwhile, the slowest {:?}",
        begun.elapsed(),
        waits.len(),
        waits.last().unwrap()
    );
    clean(Arc::into_inner(town).unwrap());
}

const AT: &str = "/register/incoming/import";

fn upload(http: &mut Http, file: &str, bytes: &[u8]) -> Reply {
    let page = http.get(AT);
    assert_eq!(page.status, 200, "{}", page.text());
    let hidden = page.hidden(AT);
    let mut parts: Vec<Part<'_>> = hidden
        .iter()
        .map(|(name, value)| Part {
            name,
            file: None,
            bytes: value.as_bytes(),
        })
        .collect();
    parts.push(Part {
        name: "file",
        file: Some((file, "application/octet-stream")),
        bytes,
    });
    http.send(&Request::new("POST", AT).multipart(&parts))
}

#[test]
fn the_whole_way_through_the_browser() {
    let office = Office::new("import-http");
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, CLERK);
    let mut other = office.colleague(&mut admin, "雷有备");
    let refused = other.get(AT);
    assert_eq!(refused.status, 403);
    assert!(
        !other
            .get("/register/incoming")
            .text()
            .contains("导入旧登记簿")
    );
    assert!(
        clerk
            .get("/register/incoming")
            .text()
            .contains("导入旧登记簿")
    );

    for (file, bytes, said) in [
        (
            "a.xls",
            &b"<html><table><tr><td>1</td></tr></table></html>"[..],
            "其实是网页",
        ),
        ("a.csv", b"", "请选一个旧登记簿文件"),
        ("a.exe", b"MZ\0\0", "请上传"),
        (
            "a.csv",
            "文件标题,收文日期\n".as_bytes(),
            "表头下面一行也没有",
        ),
        ("a.csv", &b"\xff\xff\x80\x81\x00"[..], "文字编码"),
    ] {
        let reply = upload(&mut clerk, file, bytes);
        assert_eq!(reply.status, 422, "{file}");
        assert!(reply.text().contains(said), "{file}: {}", reply.text());
    }

    let came = upload(&mut clerk, "旧登记簿.csv", &gbk(BROKEN));
    assert_eq!(came.status, 303, "{}", came.text());
    let here = came.header("Location").unwrap().to_owned();
    assert_eq!(other.get(&here).status, 403);
    let seen = clerk.get(&here).text();
    for word in [
        "可以导入 3 行",
        "有错误 7 行",
        "2014年",
        "2月没有30日",
        "没有当作一件的行",
        "导入 3 件",
    ] {
        assert!(seen.contains(word), "{word}: {seen}");
    }
    // the clerk may say otherwise, but not two columns for one place
    let columns = format!("{here}/columns");
    let twice = [
        ("c0", "f:number"),
        ("c1", "f:from"),
        ("c2", "f:from"),
        ("c3", "f:received_on"),
        ("c4", "f:title"),
        ("usual", "1"),
    ];
    let wrong = clerk.submit(&here, &columns, &twice);
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("对到了同一项"));
    let chosen = [
        ("c0", "f:number"),
        ("c1", "f:from"),
        ("c2", "f:from_number"),
        ("c3", "f:received_on"),
        ("c4", "f:title"),
        ("c5", "f:secrecy"),
        ("usual", "1"),
    ];
    assert_eq!(clerk.submit(&here, &columns, &chosen).status, 303);
    assert!(clerk.get(&here).text().contains("收文阅件"));

    let errors = clerk.submit(&here, &format!("{here}/errors.xlsx"), &[]);
    let cells = sheet::read_table(&errors.body, "e.xlsx").unwrap();
    assert!(
        cells
            .iter()
            .flatten()
            .any(|c| c.text().contains("2月没有30日"))
    );

    let run = format!("{here}/run");
    let no = clerk.submit(&here, &run, &[("on_bad", "refuse")]);
    assert_eq!(no.status, 422);
    assert!(no.text().contains("一行也没有导入"));
    assert_eq!(clerk.submit(&here, &run, &[("on_bad", "skip")]).status, 303);
    let mut page = String::new();
    for _ in 0..600 {
        page = clerk.get(&here).text();
        if page.contains("导入好了") {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(page.contains("导入 3 件"), "{page}");
    assert!(office.town.store.drain(Duration::from_secs(10)));
    let list = clerk.get("/register/incoming?year=2014").text();
    assert!(list.contains("关于春耕备耕的通知") && list.contains("共 3 件"));
    let case = list
        .split("/case/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let page = clerk.get(&format!("/case/{case}")).text();
    assert!(page.contains("导入自 旧登记簿.csv 第"), "{page}");
    // a second click and the finished sheet's address do nothing more
    let again = clerk.post(&run, &[]);
    assert_ne!(again.status, 200);
    let there = upload(&mut clerk, "旧登记簿.csv", &gbk(BROKEN));
    let seen = clerk.get(there.header("Location").unwrap()).text();
    assert!(seen.contains("可以导入 0 行，已经导入过 3 行"), "{seen}");
    let none = clerk.submit(
        there.header("Location").unwrap(),
        &format!("{}/run", there.header("Location").unwrap()),
        &[("on_bad", "skip")],
    );
    assert_ne!(none.status, 303);
}

#[test]
fn a_book_without_end_is_refused_with_a_sentence() {
    let long = "标题,日期\n".to_owned() + &"通知,2014-01-01\n".repeat(100_000);
    let Err(Error::Invalid(errors)) = sheet::read_table(long.as_bytes(), "a.csv") else {
        panic!("100,000 rows were read");
    };
    assert!(errors.0[0].message.contains("50000 行"));
}
