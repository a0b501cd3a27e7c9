//! A year's cards over HTTP: gathered, accepted, joined and split, undone, numbered, boxed, printed, taken back; what
//! colleagues see of them; what a wrong box of the form brings back.

use super::{desk, numbers, on_paper, settle, two_cases};
use crate::support::http::Http;
use crate::support::office::Office;
use crate::support::town::Town;
use inkstone::kit::Id;
use inkstone::modules::archive::{State, Term};
use inkstone::store::set_confidential;
use inkstone::store::verify::verify;

const TIDY: &str = "/archive/tidy?year=2026";
const NUMBER: &str = "/archive/number?year=2026";

fn office(name: &str) -> (Office, Http) {
    let town = Town::new(name);
    two_cases(&town);
    let office = Office::of(town);
    let admin = office.admin();
    (office, admin)
}

/// Presses a button of the tidy-up page.
fn press(http: &mut Http, fields: &[(&str, &str)]) {
    let all: Vec<(&str, &str)> = [("year", "2026")].iter().chain(fields).copied().collect();
    let page = http.get(TIDY);
    assert_eq!(page.status, 200, "{}", page.text());
    let done = http.submit(TIDY, "/archive/tidy", &all);
    assert_eq!(done.status, 303, "{fields:?}: {}", done.text());
}

fn card_of(office: &Office, title: &str) -> (Id, i64) {
    let year = desk(&office.town).year(2026).unwrap();
    let card = year.cards.iter().find(|c| c.words.title.contains(title));
    let card = card.unwrap_or_else(|| panic!("no card {title}"));
    (card.id, card.rev)
}

fn state_of(office: &Office, title: &str) -> (State, Option<Term>) {
    let year = desk(&office.town).year(2026).unwrap();
    let card = year.cards.iter().find(|c| c.words.title.contains(title));
    card.map(|c| (c.state, c.term)).unwrap()
}

fn row(id: Id, rev: i64) -> [(String, String); 1] {
    [(format!("r.{id}"), rev.to_string())]
}

/// Sends rows of the form with a button.
fn rows(http: &mut Http, button: &str, more: &[(String, String)], ticked: &[Id]) -> u16 {
    let ticked: Vec<String> = ticked.iter().map(ToString::to_string).collect();
    let mut all: Vec<(&str, &str)> = vec![("year", "2026"), ("do", button)];
    all.extend(more.iter().map(|(n, v)| (n.as_str(), v.as_str())));
    all.extend(ticked.iter().map(|id| ("case", id.as_str())));
    http.submit(TIDY, "/archive/tidy", &all).status
}

#[test]
fn a_year_is_tidied_numbered_printed_and_taken_back() {
    let (office, mut archivist) = office("archive-year");
    settle(&office.town);
    let page = archivist.get(TIDY).text();
    assert!(page.contains("2 件已归档"), "{page}");
    // the address of the page it goes back to holds what was asked, whatever that is
    press(
        &mut archivist,
        &[
            ("do", "gather"),
            ("state", "') OR &1=1 -- "),
            ("q", "印发 通知"),
        ],
    );
    // suggested by the table: 机构编制 for ever, a notice from above for ten years
    assert_eq!(state_of(&office, "机构编制"), (State::Draft, Some(Term::Y)));
    assert_eq!(
        state_of(&office, "森林防火"),
        (State::Draft, Some(Term::D10))
    );
    let page = archivist.get(TIDY).text();
    assert!(
        page.contains("含“机构编制”"),
        "the reason stands beside it: {page}"
    );
    assert!(page.contains("没有扫描件"), "what is missing is said");
    press(&mut archivist, &[("do", "gather")]);
    assert_eq!(
        desk(&office.town).year(2026).unwrap().cards.len(),
        2,
        "none twice"
    );
    let (fire, rev) = card_of(&office, "森林防火");
    let fields = [
        row(fire, rev).to_vec(),
        vec![
            (format!("t.{fire}"), "30年".into()),
            (format!("p.{fire}"), "十二".into()),
        ],
    ]
    .concat();
    assert_eq!(rows(&mut archivist, "save", &fields, &[]), 422);
    assert_eq!(
        state_of(&office, "森林防火").1,
        Some(Term::D10),
        "nothing was saved"
    );
    let fields = [
        row(fire, rev).to_vec(),
        vec![
            (format!("t.{fire}"), "30年".into()),
            (format!("p.{fire}"), "１２".into()),
        ],
    ]
    .concat();
    assert_eq!(rows(&mut archivist, "save", &fields, &[]), 303);
    assert_eq!(
        state_of(&office, "森林防火"),
        (State::Sorted, Some(Term::D30))
    );
    assert_eq!(
        rows(
            &mut archivist,
            "save",
            &[
                (format!("r.{fire}"), rev.to_string()),
                (format!("t.{fire}"), "永久".into())
            ],
            &[]
        ),
        409,
        "somebody was faster"
    );
    press(&mut archivist, &[("do", "undo")]);
    assert_eq!(
        state_of(&office, "森林防火"),
        (State::Draft, Some(Term::D10)),
        "undone"
    );
    for title in ["森林防火", "机构编制"] {
        let (id, rev) = card_of(&office, title);
        assert_eq!(rows(&mut archivist, "accept", &row(id, rev), &[id]), 303);
    }
    on_paper(&office.town, 90, ("护林员培训照片", Some(Term::Y)));
    let preview = archivist.get(NUMBER).text();
    assert!(preview.contains("Z109-WS·2026-Y-BGS-0002"), "{preview}");
    assert!(numbers(&office.town).is_empty(), "looking takes none");
    let done = archivist.submit(
        NUMBER,
        "/archive/number",
        &[("year", "2026"), ("do", "number")],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    let all = [
        "Z109-WS·2026-Y-BGS-0001",
        "Z109-WS·2026-Y-BGS-0002",
        "Z109-WS·2026-D10-BGS-0001",
    ];
    assert_eq!(numbers(&office.town), all);
    // a numbered card keeps its class
    let (id, rev) = card_of(&office, "森林防火");
    let term = [
        row(id, rev).to_vec(),
        vec![(format!("t.{id}"), "永久".into())],
    ]
    .concat();
    assert_eq!(rows(&mut archivist, "save", &term, &[]), 409);
    printed(&mut archivist);
    let class = "Z109-WS·2026-Y-BGS";
    let done = archivist.submit(
        NUMBER,
        "/archive/number",
        &[("year", "2026"), ("do", "cancel"), ("class", class)],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(numbers(&office.town), ["Z109-WS·2026-D10-BGS-0001"]);
    on_paper(&office.town, 91, ("一月的会议记录", Some(Term::Y)));
    let done = archivist.submit(
        NUMBER,
        "/archive/number",
        &[("year", "2026"), ("do", "number")],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(numbers(&office.town).len(), 4);
    let findings = verify(&office.town.folder.dir()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}

/// Every paper has what the standard wants of it.
fn printed(archivist: &mut Http) {
    let done = archivist.submit(
        NUMBER,
        "/archive/number",
        &[("year", "2026"), ("do", "box"), ("width", "20")],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    let papers = [
        (
            "catalogue",
            vec![
                "归档文件目录",
                "序号",
                "责任者",
                "密级",
                "Z109-WS·2026-Y-BGS-0001",
                "［护林员培训照片］",
            ],
        ),
        ("cover", vec!["全宗名称", "永久", "党政"]),
        ("spine", vec!["全宗号", "0001", "盒号"]),
        ("remarks", vec!["备考表", "盒内文件情况说明", "检查人"]),
        ("stamp", vec!["Z109", "#d00000"]),
        ("transfer", vec!["档案移交清单", "墨川县档案馆", "共 3 件"]),
    ];
    for (paper, words) in papers {
        let page = archivist.get(&format!("/archive/print/{paper}?year=2026&width=20"));
        assert_eq!(page.status, 200, "{paper}: {}", page.text());
        for word in words {
            assert!(page.text().contains(word), "{paper} lacks {word}");
        }
    }
    assert_eq!(
        archivist.get("/archive/print/nothing?year=2026").status,
        404
    );
}

#[test]
fn pieces_are_joined_and_split_and_a_letter_lies_behind_its_answer() {
    let (office, mut archivist) = office("archive-piece");
    settle(&office.town);
    let ask = on_paper(&office.town, 1, ("关于修缮东岭水库的请示", None));
    let answer = on_paper(&office.town, 2, ("关于同意修缮东岭水库的批复", None));
    let page = archivist.get(TIDY).text();
    assert!(page.contains("1 对来文和复文"), "{page}");
    assert_eq!(
        rows(&mut archivist, "join", &[], &[ask]),
        422,
        "one is no piece"
    );
    assert_eq!(rows(&mut archivist, "join", &[], &[ask, answer]), 303);
    let year = desk(&office.town).year(2026).unwrap();
    assert_eq!(
        year.card(ask).unwrap().joined,
        Some(answer),
        "the answer leads"
    );
    assert_eq!(year.inside(year.card(answer).unwrap()).len(), 2);
    assert_eq!(rows(&mut archivist, "split", &[], &[answer]), 303);
    assert_eq!(
        desk(&office.town)
            .year(2026)
            .unwrap()
            .card(ask)
            .unwrap()
            .joined,
        None
    );
    press(&mut archivist, &[("do", "undo")]);
    assert_eq!(
        desk(&office.town)
            .year(2026)
            .unwrap()
            .card(ask)
            .unwrap()
            .joined,
        Some(answer)
    );
}

#[test]
fn colleagues_see_what_is_theirs_and_a_confidential_department_keeps_its_titles() {
    let (office, mut archivist) = office("archive-rights");
    settle(&office.town);
    press(&mut archivist, &[("do", "gather")]);
    for title in ["森林防火", "机构编制"] {
        let (id, rev) = card_of(&office, title);
        assert_eq!(rows(&mut archivist, "accept", &row(id, rev), &[id]), 303);
    }
    let mut handler = office.colleague(&mut archivist, "雷有备");
    let mut stranger = office.colleague(&mut archivist, "钱细清");
    let fire = "关于开展春季森林防火的通知";
    let at = "/archive?year=2026";
    assert!(archivist.get(at).text().contains(fire));
    assert!(handler.get(at).text().contains(fire), "it was in his hands");
    assert!(!stranger.get(at).text().contains(fire), "he never had it");
    let (id, _) = card_of(&office, "森林防火");
    assert_eq!(handler.get(&format!("/archive/card/{id}")).status, 200);
    assert_eq!(stranger.get(&format!("/archive/card/{id}")).status, 404);
    assert_eq!(handler.get(TIDY).status, 403);
    let dept = office.town.dept("DZB");
    office.town.hub(move |w| {
        w.quiet("the department is confidential");
        set_confidential(w, dept, true)
    });
    office.town.store.conceal().unwrap();
    assert!(!handler.get(at).text().contains(fire));
    assert_eq!(handler.get(&format!("/archive/card/{id}")).status, 404);
    assert!(
        archivist.get(at).text().contains(fire),
        "her own department"
    );
}

#[test]
fn settings_say_what_is_wrong_and_keep_what_was_typed() {
    let (office, mut archivist) = office("archive-settings");
    let at = "/archive/settings";
    let fields = [
        ("fonds", "甲 一"),
        ("home", "墨川县档案馆"),
        ("arrangement", "term_first"),
    ];
    let wrong = archivist.submit(at, at, &fields);
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text().contains("甲 一") && wrong.text().contains("例如 Z109"),
        "{}",
        wrong.text()
    );
    let dzb = format!("office.{}", office.dept("DZB"));
    let fields = [
        ("fonds", "z109"),
        ("home", ""),
        ("arrangement", "term_first"),
        (dzb.as_str(), "bgs"),
        ("rev", "0"),
    ];
    let kept = archivist.submit(at, at, &fields);
    assert_eq!(kept.status, 303, "{}", kept.text());
    let settings = desk(&office.town).settings().unwrap();
    assert_eq!(settings.fonds, "Z109");
    assert_eq!(settings.codes(), ["BGS"]);
    let rules = [
        ("words.0", "森林 草原"),
        ("from.0", "上级"),
        ("keep.0", "永久"),
        ("says.0", "防火"),
        ("page.0", "第 3 页"),
    ];
    let kept = archivist.submit(at, "/archive/settings/rules", &rules);
    assert_eq!(kept.status, 303, "{}", kept.text());
    press(&mut archivist, &[("do", "gather")]);
    assert_eq!(state_of(&office, "森林防火").1, Some(Term::Y));
    let page = archivist.get(TIDY).text();
    assert!(page.contains("含“森林”，防火（第 3 页）"), "{page}");
}
