//! Whole documents of real towns, laid out, written as PDF, drawn by poppler and measured in the pixels against
//! GB/T 9704-2012: margins, lines, characters, head, title, signature under its seal, imprint, page numbers, to half a
//! millimetre. `--nocapture` prints the largest deviation of every figure. Not here: what the pages say (`files`).

use super::papers::{self, Paper};
use super::ruler::{ADVANCE, Area, EM, Line, PITCH, SMALL, Table, Type, black, ideograph, red};
use super::sheets::{AREA, SEAL, Sheet, sheets};
use crate::support::outside::dense;
use inkstone::layout::font::{Face, fallback};

const MIDDLE: f64 = 106.0;
const TITLE: f64 = 22.0 * 25.4 / 72.0;

/// The head's own lines and the title are no lines of the page's text.
fn title_lines(sheet: &Sheet, paper: &Paper) -> usize {
    let title = dense(&paper.document.title.concat());
    let mut said = String::new();
    let found = sheet.lines.iter().skip(1).position(|l| {
        said += &dense(&l.text);
        said == title
    });
    found.unwrap_or_else(|| panic!("{}: no title in {said}", sheet.name)) + 1
}

/// What every page has: its paper, its lines on the standard's grid between the margins.
fn body(sheet: &Sheet, (from, paper): (usize, &Paper), of: &Type<'_>, table: &mut Table) {
    let at = sheet.name.as_str();
    let (wide, high) = sheet.look.paper();
    table.note("paper: width 210", wide, 210.0, at);
    table.note("paper: height 297", high, 297.0, at);
    // page one's lines begin below its head
    let origin = match sheet.number {
        1 => of.middle(&sheet.lines[from], EM),
        _ => AREA[1] + PITCH / 2.0,
    };
    // an annex' title is higher
    let small = |l: &Line| l.ink[3] - l.ink[1] < 6.6;
    let plain = |l: &&Line| small(l) && l.text.chars().filter(|c| ideograph(*c)).count() >= 6;
    // names of several organs stand in the middle of their seals, not on the page's lines
    let joint = |l: &&Line| {
        let names = &paper.document.signatures;
        names.len() > 1
            && names
                .iter()
                .any(|n| l.text.chars().take(5).eq(n.chars().take(5)))
    };
    let all: Vec<&Line> = sheet.text().skip(from).take_while(|l| !joint(l)).collect();
    let mut kai = false;
    for (n, line) in all.iter().enumerate().filter(|(_, l)| plain(l)) {
        let middle = of.middle(line, EM) - origin;
        let nearest = (middle / PITCH).round() * PITCH;
        table.note("line: on one of the page's 22", middle, nearest, at);
        // headings of the second level are in another face, with other bearings
        kai = match line.ink[0] > AREA[0] + 4.0 {
            true => second_level(&line.text),
            false => kai,
        };
        if kai {
            continue;
        }
        let (left, right) = line.ends(of, EM);
        if ideograph(line.first()) && left < AREA[0] + 1.0 {
            table.note("left edge of the text 28", left, AREA[0], at);
        } else if ideograph(line.first()) && left < AREA[0] + 12.5 {
            table.note(
                "first line of a paragraph, 2 characters in",
                left,
                AREA[0] + 2.0 * ADVANCE,
                at,
            );
        }
        // its paragraph goes on below, so it is drawn to the measure
        let goes_on = all.get(n + 1).is_some_and(|l| l.ink[0] < AREA[0] + 4.0);
        if goes_on && ideograph(line.last()) {
            table.note("right edge of the text 184", right, AREA[2], at);
        }
        let full = line.text.chars().all(ideograph) && line.text.chars().count() == 28;
        if full {
            characters(sheet, line, table);
        }
    }
}

/// （一）
fn second_level(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next() == Some('（')
        && chars
            .next()
            .is_some_and(|c| "一二三四五六七八九十".contains(c))
}

/// 28 characters: between any two of them a blank where the 28th parts of the width meet.
fn characters(sheet: &Sheet, line: &Line, table: &mut Table) {
    let gaps = sheet.look.gaps(line);
    for n in 1..28 {
        let wanted = AREA[0] + f64::from(n) * ADVANCE;
        let far = |x: &&f64| (**x - wanted).abs();
        let near = gaps.iter().min_by(|a, b| far(a).total_cmp(&far(b)));
        let at = &sheet.name;
        table.note(
            "28 characters a line: between two",
            *near.unwrap(),
            wanted,
            at,
        );
    }
}

/// A page that is full: 22 lines from the upper to the lower edge.
fn full(sheet: &Sheet, of: &Type<'_>, table: &mut Table) {
    let lines: Vec<f64> = sheet.text().map(|l| of.middle(l, EM)).collect();
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
        return;
    };
    if sheet.number == 1 || *last < AREA[3] - PITCH {
        return;
    }
    let whole = lines.windows(2).all(|l| l[1] - l[0] < 1.5 * PITCH);
    if whole && *first < AREA[1] + PITCH {
        assert_eq!(lines.len(), 22, "{}", sheet.name);
        let at = &sheet.name;
        table.note("full page: upper edge 37", first - PITCH / 2.0, AREA[1], at);
        table.note("full page: lower edge 262", last + PITCH / 2.0, AREA[3], at);
        table.note(
            "full page: 22 lines high 225",
            (last - first) / 21.0 * 22.0,
            225.0,
            at,
        );
    }
}

/// Page one: mark, number, red rule, title, addressee.
fn head(sheet: &Sheet, paper: &Paper, (of, bold): (&Type<'_>, &Type<'_>), table: &mut Table) {
    let at = sheet.name.as_str();
    let mark = sheet.look.ink([0.0, 40.0, 210.0, 94.0], red).unwrap();
    table.note(
        "mark: top 35 below the type area's",
        mark[1],
        AREA[1] + 35.0,
        at,
    );
    table.note(
        "mark: in the middle",
        f64::midpoint(mark[0], mark[2]),
        MIDDLE,
        at,
    );
    assert!(
        mark[0] >= AREA[0] - 0.5 && mark[2] <= AREA[2] + 0.5,
        "{at}: {mark:?}"
    );
    let number = &sheet.lines[0];
    let (left, right) = number.ends(of, EM);
    table.note(
        "number: in the middle",
        f64::midpoint(left, right),
        MIDDLE,
        at,
    );
    let top = of.middle(number, EM) - EM / 2.0;
    table.note(
        "number: 2 lines below the mark",
        top - mark[3],
        2.0 * PITCH,
        at,
    );
    let rule = sheet
        .look
        .ink([0.0, top + EM + 1.0, 210.0, top + EM + 8.0], red)
        .unwrap();
    table.note(
        "red rule: 4 below the number",
        f64::midpoint(rule[1], rule[3]) - top - EM,
        4.0,
        at,
    );
    table.note("red rule: left end 28", rule[0], AREA[0], at);
    table.note("red rule: right end 184", rule[2], AREA[2], at);
    let lines = title_lines(sheet, paper);
    for (n, line) in sheet.lines[1..=lines].iter().enumerate() {
        let (left, right) = line.ends(bold, TITLE);
        table.note(
            "title: in the middle",
            f64::midpoint(left, right),
            MIDDLE,
            at,
        );
        assert!(
            left >= AREA[0] - 0.5 && right <= AREA[2] + 0.5,
            "{at}: {line:?}"
        );
        let top = bold.middle(line, TITLE) - PITCH / 2.0 - rule[1];
        table.note(
            "title: 2 lines below the rule",
            top,
            (2.0 + n as f64) * PITCH,
            at,
        );
    }
    if !paper.document.addressee.is_empty() {
        let (title, to) = (&sheet.lines[lines], &sheet.lines[lines + 1]);
        let apart = of.middle(to, EM) - bold.middle(title, TITLE);
        table.note("addressee: a line below the title", apart, 2.0 * PITCH, at);
        let left = of.left(to.first(), to.ink[0], EM);
        table.note("addressee: flush left", left, AREA[0], at);
    }
}

/// Signature and date with the seal over both.
fn signed(sheet: &Sheet, paper: &Paper, of: &Type<'_>, table: &mut Table) {
    let date = paper.document.date.unwrap().long();
    let found = sheet.lines.iter().rposition(|l| l.text == date);
    // the date of a text that is issued with it may stand on another page
    let Some((n, rings)) = found.and_then(|n| Some((n, rings(sheet, n, paper)?))) else {
        return;
    };
    let at = sheet.name.as_str();
    let (date, text) = (&sheet.lines[n], &sheet.lines[n - 1 - names(paper)]);
    let below = rings[0][1] - of.middle(text, EM) - PITCH / 2.0;
    assert!(
        (0.0..=PITCH).contains(&below),
        "{at}: the seal begins {below:.1} mm below the text"
    );
    table.note("seal: half a line below the text", below, PITCH / 2.0, at);
    for ring in &rings {
        table.note("seal: width 42", ring[2] - ring[0], SEAL, at);
        table.note("seal: height 42", ring[3] - ring[1], SEAL, at);
        assert!(
            ring[3] > date.ink[3] && ring[0] > AREA[0] && ring[2] < AREA[2] + 9.0,
            "{at}: {ring:?}"
        );
    }
    for two in rings.windows(2) {
        assert!(two[1][0] > two[0][2], "{at}: seals touch");
    }
    let last = rings.last().unwrap();
    let (left, right) = date.ends(of, EM);
    let (middle, dated) = (f64::midpoint(last[0], last[2]), f64::midpoint(left, right));
    table.note("seal: over the date's middle", middle, dated, at);
    if rings.len() == 1 {
        let (from, to) = sheet.lines[n - 1].ends(of, EM);
        table.note(
            "seal: over the signature's middle",
            middle,
            f64::midpoint(from, to),
            at,
        );
        if to - from <= 8.0 * ADVANCE + right - left {
            table.note(
                "date: 4 characters in from the right",
                right,
                AREA[2] - 4.0 * ADVANCE,
                at,
            );
        }
    }
}

/// On how many lines the signatures stand.
fn names(paper: &Paper) -> usize {
    match paper.document.signatures.len() {
        1 => 1,
        // too long for half the width
        _ => 2,
    }
}

/// The seals beside and over a date, from the left.
fn rings(sheet: &Sheet, date: usize, paper: &Paper) -> Option<Vec<Area>> {
    let text = date.checked_sub(1 + names(paper))?;
    let area = [
        20.0,
        sheet.lines[text].ink[3],
        205.0,
        sheet.lines[date].ink[3] + 25.0,
    ];
    let parts = sheet.look.parts(area, red);
    let ring = |(left, right): &(f64, f64)| {
        sheet
            .look
            .ink([left - 0.2, area[1], right + 0.2, area[3]], red)
    };
    let rings: Vec<Area> = parts.iter().filter_map(ring).collect();
    (!rings.is_empty()).then_some(rings)
}

/// 版记 and the page it stands on.
fn imprint(sheet: &Sheet, paper: &Paper, of: &Type<'_>, table: &mut Table) {
    let at = sheet.name.as_str();
    assert!(sheet.number.is_multiple_of(2), "{at}: on an even page");
    assert_eq!(sheet.rules.len(), 3, "{at}");
    for (n, (middle, thick)) in sheet.rules.iter().enumerate() {
        let ink = sheet
            .look
            .ink([0.0, middle - thick, 210.0, middle + thick], black)
            .unwrap();
        table.note("imprint's rules: left end 28", ink[0], AREA[0], at);
        table.note("imprint's rules: right end 184", ink[2], AREA[2], at);
        let wanted = if n == 1 { 0.25 } else { 0.35 };
        assert!(
            (thick - wanted).abs() < 0.12,
            "{at}: rule {n} is {thick:.2} mm"
        );
        table.note(
            "imprint's rules: 0.35, 0.25, 0.35 thick",
            *thick,
            wanted,
            at,
        );
    }
    table.note(
        "imprint: last rule at the lower edge",
        sheet.rules[2].0,
        AREA[3],
        at,
    );
    let row = |from: f64, to: f64| {
        sheet
            .lines
            .iter()
            .filter(move |l| l.ink[1] > from && l.ink[3] < to)
    };
    let copies = row(sheet.rules[0].0, sheet.rules[1].0).next().unwrap();
    let printed = row(sheet.rules[1].0, sheet.rules[2].0).next().unwrap();
    for line in [copies, printed] {
        let left = of.left(line.first(), line.ink[0], SMALL);
        table.note(
            "imprint: a character in at the left",
            left,
            AREA[0] + SMALL,
            at,
        );
    }
    let (_, right) = printed.ends(of, SMALL);
    table.note(
        "imprint: a character in at the right",
        right,
        AREA[2] - SMALL,
        at,
    );
    assert!(
        dense(&printed.text).starts_with(&dense(&paper.document.printer)),
        "{at}"
    );
}

/// — 1 —
fn page_number(sheet: &Sheet, song: &Type<'_>, table: &mut Table) {
    let at = sheet.name.as_str();
    let line = sheet.lines.last().unwrap();
    assert_eq!(dense(&line.text), format!("—{}—", sheet.number), "{at}");
    let (left, right) = line.ends(song, SMALL);
    let dash = [line.ink[0], line.ink[1], line.ink[0] + 4.0, line.ink[3]];
    let dash = sheet.look.ink(dash, black).unwrap();
    table.note(
        "page number: dash 7 below the type area",
        dash[1] - AREA[3],
        7.0,
        at,
    );
    if sheet.number.is_multiple_of(2) {
        table.note(
            "even page's number: a character in at the left",
            left,
            AREA[0] + ADVANCE,
            at,
        );
    } else {
        table.note(
            "odd page's number: a character in at the right",
            right,
            AREA[2] - ADVANCE,
            at,
        );
    }
}

#[test]
fn town_documents_measure_as_the_standard_says() {
    let Some(papers) = papers::papers() else {
        return;
    };
    let fonts = fallback();
    let [of, bold, song] =
        [Face::Fangsong, Face::Biaosong, Face::Songti].map(|f| Type::of(fonts.of(f).unwrap()));
    let mut table = Table::default();
    for paper in &papers {
        let Some(sheets) = sheets(paper, &fonts) else {
            return;
        };
        // a blank page before the imprint: neither has a number §7.5
        let blank = sheets.iter().position(|s| s.lines.is_empty());
        for sheet in &sheets {
            let from = if sheet.number == 1 {
                head(sheet, paper, (&of, &bold), &mut table);
                1 + title_lines(sheet, paper)
            } else {
                0
            };
            body(sheet, (from, paper), &of, &mut table);
            full(sheet, &of, &mut table);
            signed(sheet, paper, &of, &mut table);
            if blank.is_none_or(|b| sheet.number <= b) {
                page_number(sheet, &song, &mut table);
            }
        }
        imprint(sheets.last().unwrap(), paper, &of, &mut table);
    }
    table.print();
    assert!(papers.len() >= 10);
    let seals: usize = papers.iter().map(|p| p.document.signatures.len()).sum();
    assert_eq!(table.count("seal: width 42"), seals);
    assert!(table.count("full page: upper edge 37") >= 10);
    assert!(table.count("28 characters a line: between two") >= 27 * 2);
}
