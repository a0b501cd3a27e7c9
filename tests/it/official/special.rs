//! The standard's special forms measured in the pixels: upward with its signer, letter, order (GB/T 9704-2012 §7.2.6, §10).
//! Not here: what every page has (`measured`).

use super::papers;
use super::ruler::{ADVANCE, EM, PITCH, Table, Type, red};
use super::sheets::{AREA, Sheet, sheets};
use inkstone::layout::document::Form;
use inkstone::layout::font::{Face, fallback};

/// 签发人 at the right of the number §7.2.6.
fn upward(sheet: &Sheet, [of, kai]: [&Type<'_>; 2], table: &mut Table) {
    let line = &sheet.lines[0];
    let left = of.left(line.first(), line.ink[0], EM);
    table.note(
        "upward: number a character in",
        left,
        AREA[0] + ADVANCE,
        &sheet.name,
    );
    let right = kai.right(line.last(), line.ink[2], EM);
    table.note(
        "upward: signer a character in",
        right,
        AREA[2] - ADVANCE,
        &sheet.name,
    );
}

/// §10.1
fn letter(sheet: &Sheet, of: &Type<'_>, table: &mut Table) {
    let at = sheet.name.as_str();
    let mark = sheet.look.ink([0.0, 20.0, 210.0, 48.5], red).unwrap();
    table.note("letter: mark 30 below the paper's edge", mark[1], 30.0, at);
    let head = sheet.look.rules([20.0, 45.0, 190.0, 60.0], red);
    let foot = sheet.look.rules([20.0, 265.0, 190.0, 285.0], red);
    assert_eq!((head.len(), foot.len()), (2, 2), "{at}: {head:?} {foot:?}");
    assert!(
        head[0].1 > head[1].1 && foot[0].1 < foot[1].1,
        "{at}: thick above, thick below"
    );
    let upper = head[0].0 - head[0].1 / 2.0;
    table.note(
        "letter: double rule 4 below the mark",
        upper - mark[3],
        4.0,
        at,
    );
    let lower = foot[1].0 + foot[1].1 / 2.0;
    table.note(
        "letter: double rule 20 above the paper's edge",
        297.0 - lower,
        20.0,
        at,
    );
    for (middle, thick) in head.iter().chain(&foot) {
        let ink = sheet
            .look
            .ink([0.0, middle - thick, 210.0, middle + thick], red)
            .unwrap();
        table.note("letter: rules 170 long", ink[2] - ink[0], 170.0, at);
        table.note(
            "letter: rules in the middle",
            f64::midpoint(ink[0], ink[2]),
            105.0,
            at,
        );
    }
    let (_, right) = sheet.lines[0].ends(of, EM);
    table.note("letter: number at the right edge", right, AREA[2], at);
    let last = sheet.lines.last().unwrap();
    assert!(
        !last.text.contains('—') && last.ink[3] < AREA[3],
        "{at}: no number on page one"
    );
}

/// §10.2
fn order(sheet: &Sheet, of: &Type<'_>, table: &mut Table) {
    let at = sheet.name.as_str();
    let mark = sheet.look.ink([0.0, 40.0, 210.0, 90.0], red).unwrap();
    table.note(
        "order: mark 20 below the type area's top",
        mark[1],
        AREA[1] + 20.0,
        at,
    );
    let top = of.middle(&sheet.lines[0], EM) - EM / 2.0;
    table.note(
        "order: number 2 lines below the mark",
        top - mark[3],
        2.0 * PITCH,
        at,
    );
    let text = of.middle(&sheet.lines[1], EM) - PITCH / 2.0;
    table.note(
        "order: text 2 lines below the number",
        text - top - EM,
        2.0 * PITCH,
        at,
    );
}

#[test]
fn special_forms_measure_as_the_standard_says() {
    let Some(mut papers) = papers::papers() else {
        return;
    };
    let fonts = fallback();
    let [of, kai] = [Face::Fangsong, Face::Kaiti].map(|f| Type::of(fonts.of(f).unwrap()));
    let mut table = Table::default();
    let paper = &mut papers[2];
    paper.document.signers = vec!["赵寒".into()];
    for form in [Form::Upward, Form::Letter, Form::Order] {
        paper.document.form = form;
        let Some(sheets) = sheets(paper, &fonts) else {
            return;
        };
        match form {
            Form::Upward => upward(&sheets[0], [&of, &kai], &mut table),
            Form::Letter => letter(&sheets[0], &of, &mut table),
            _ => order(&sheets[0], &of, &mut table),
        }
    }
    table.print();
}
