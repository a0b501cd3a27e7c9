//! Annexes and tables, and texts of chance and malice: all of it is set, by the rules, and setting ends.
//! Not here: distances. Invariant: chance is the same every time.

use super::*;

#[test]
fn annexes_begin_pages_and_tables_set_their_head_again() {
    let mut document = notice(20);
    let rows = (0..60).map(|n| {
        vec![
            format!("{n}村"),
            "林缘堆放秸秆，已经清理并告知户主".repeat(1 + n % 3),
            "是".into(),
        ]
    });
    let head = vec!["村名".to_owned(), "隐患".to_owned(), "已改".to_owned()];
    document.annexes = vec![Annex {
        label: "附件1".into(),
        title: "隐患排查表".into(),
        body: vec![Block::Table {
            head: true,
            rows: std::iter::once(head).chain(rows).collect(),
        }],
    }];
    let pages = laid(&document);
    let annex: Vec<&Place> = pages
        .places
        .iter()
        .filter(|p| p.element == Element::Annex(0))
        .collect();
    assert!(annex.len() >= 3 && annex[0].page == 1, "{}", annex.len());
    let label = texts(&pages, 1).find(|t| t.text == "附件1").unwrap();
    assert!(label.face == Face::Heiti && near(label.at.0, LEFT));
    let title = texts(&pages, 1).find(|t| t.text == "隐患排查表").unwrap();
    assert!(near(
        title.at.1,
        super::grid::baseline(TOP + 2.0 * PITCH, PITCH, 22.0)
    ));
    for place in annex {
        assert!(place.at.1 >= TOP - 0.01 && place.at.1 + place.at.3 <= BOTTOM + 0.01);
        assert_eq!(
            texts(&pages, place.page)
                .filter(|t| t.text == "村名")
                .count(),
            1
        );
    }
    let said = all_text(&pages);
    assert!((0..60).all(|n| said.contains(&format!("{n}村"))));
    for rule in pages
        .pages
        .iter()
        .enumerate()
        .skip(1)
        .flat_map(|(n, _)| rules(&pages, n))
    {
        assert!(rule.from.0 >= LEFT - 0.01 && rule.to.0 <= RIGHT + 0.01);
    }
}

#[test]
fn a_row_higher_than_a_page_is_parted() {
    let mut document = notice(100);
    document.body.push(Block::Table {
        head: false,
        rows: vec![vec!["甲".into(), "很长的一格。".repeat(900)]],
    });
    let pages = laid(&document);
    assert!(pages.pages.len() > 4);
    assert!(all_text(&pages).matches("很长的一格").count() > 800);
    for (n, _) in pages.pages.iter().enumerate() {
        assert!(texts(&pages, n).all(|t| t.at.1 < TOP + HEIGHT + 15.0));
    }
}

/// A full page before an annex is followed by the annex, not by an empty one.
#[test]
fn no_page_before_an_annex_is_empty() {
    for length in (10..900).step_by(13) {
        let mut document = notice(length);
        document.annexes = vec![Annex {
            label: "附件".into(),
            title: "值班表".into(),
            body: vec![paragraph("值班人员见下。")],
        }];
        let pages = laid(&document);
        let annex = place(&pages, Element::Annex(0)).page;
        for page in 0..=annex {
            let written = runs(&pages).count() > 0 && texts(&pages, page).any(|t| t.at.1 < BOTTOM);
            assert!(written, "{length}: page {page} of {annex}");
        }
    }
}

/// Numbers of no meaning, the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }
}

fn random_text(chance: &mut Chance, length: usize) -> String {
    const WORDS: [&str; 22] = [
        "砚",
        "镇",
        "人民政府",
        "。",
        "，",
        "（",
        "）",
        "《",
        "》",
        "“",
        "”",
        "、",
        "2026",
        "3.5%",
        "OA",
        "：",
        "；",
        "——",
        "……",
        "①",
        "a-long-word_of_the_kind/that.goes/on",
        " ",
    ];
    let mut text = String::new();
    let mut marks = 0;
    while text.chars().count() < length {
        let word = WORDS[chance.below(WORDS.len())];
        let first = word.chars().next().unwrap();
        let mark = kinsoku::closes(first) || kinsoku::opens(first) || kinsoku::blank(first);
        marks = if mark { marks + 1 } else { 0 };
        if marks <= 2 {
            text.push_str(word);
        }
    }
    text
}

/// Every character once and in order, no line over the measure, no mark at the wrong end: for any text.
#[test]
fn random_texts_are_set_whole_and_by_the_rules() {
    let fonts = fallback();
    let mut chance = Chance(20_260_311);
    for round in 0..60 {
        let length = 1 + chance.below(1_500);
        let text = random_text(&mut chance, length);
        let measure = Measure::new(&fonts);
        let cells = measure.cells(&text, Face::Fangsong, grid::BODY);
        let lines = lines::break_lines(&cells, WIDTH - 2.0 * ADVANCE, WIDTH);
        let mut at = 0;
        for (n, line) in lines.iter().enumerate() {
            assert_eq!(line.range.start, at, "round {round}");
            assert_eq!(line.range.len(), line.advances.len());
            at = line.range.end;
            let wide = if n == 0 { WIDTH - 2.0 * ADVANCE } else { WIDTH };
            assert!(
                line.width() <= wide + 1e-6,
                "round {round}, line {n}: {}",
                line.width()
            );
            assert!(line.advances.iter().all(|a| *a >= 0.0));
            if let (Some(a), Some(b)) = (line.range.end.checked_sub(1), cells.get(line.range.end)) {
                let (a, b) = (cells[a].c, b.c);
                assert!(
                    !kinsoku::closes(b) || kinsoku::latin(b),
                    "round {round}: {b} begins a line"
                );
                assert!(
                    !kinsoku::opens(a) || kinsoku::latin(a),
                    "round {round}: {a} ends a line"
                );
            }
        }
        assert_eq!(at, cells.len());

        let mut document = notice(0);
        document.body = vec![paragraph(&text)];
        let pages = laid(&document);
        let said: String = all_text(&pages)
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        let wanted: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let body = said.find(&wanted);
        assert!(body.is_some() || wanted.is_empty(), "round {round}");
    }
}

#[test]
fn hostile_documents_end() {
    let fonts = fallback();
    let mut document = notice(0);
    document.body = vec![
        paragraph(""),
        paragraph(&"。".repeat(3_000)),
        paragraph(&"W".repeat(3_000)),
        paragraph("\u{0}\u{200b}\u{20000}\u{1f600}"),
    ];
    document.title = vec!["的".repeat(400)];
    document.marks = vec!["砚".repeat(200), String::new(), "田".into()];
    document.signatures = vec!["很长的署名".repeat(40)];
    document.enclosures = vec!["名".repeat(900); 12];
    document.copy_to = "某局，".repeat(400);
    document.number = "号".repeat(100);
    document.signers = vec!["名".repeat(40); 9];
    document.note = Some("注".repeat(900));
    for form in [
        Form::Ordinary,
        Form::Upward,
        Form::Letter,
        Form::Order,
        Form::Minutes,
    ] {
        document.form = form;
        assert!(lay_out(&document, &fonts).pages.len() > 2);
    }
    document.body.push(Block::Table {
        head: true,
        rows: vec![vec!["格".repeat(20); 300]; 4],
    });
    document.body.push(Block::Table {
        head: false,
        rows: vec![Vec::new()],
    });
    assert!(!lay_out(&document, &fonts).pages.is_empty());
}

/// A table's gap below it is no page of its own.
#[test]
fn a_text_that_ends_in_a_table_ends_on_the_tables_page() {
    for rows in 1..50 {
        let row = |n: usize| vec![format!("第{n}行"), "内容".to_owned()];
        let table = Block::Table {
            head: true,
            rows: (0..rows).map(row).collect(),
        };
        let document = Document {
            form: Form::Letter,
            signatures: Vec::new(),
            date: None,
            sealed: false,
            note: None,
            copy_to: String::new(),
            printer: String::new(),
            body: vec![heading(Level::First, "一、填写的内容"), table],
            ..notice(0)
        };
        let pages = laid(&document);
        for n in 0..pages.pages.len() {
            let stands = |p: &&Place| p.page == n && matches!(p.element, Element::Body(_));
            let table = pages.places.iter().any(|p| stands(&p));
            let words = pages.pages[n].pieces.iter();
            let words = words.filter(|p| matches!(p, Piece::Text(_))).count();
            assert!(table || words > 1, "{rows} rows: page {n} is empty");
        }
    }
}
