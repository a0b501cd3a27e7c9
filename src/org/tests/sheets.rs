//! People from Excel and back.

use super::super::import::{self, Checked, Choice, Imported, OnBad, Others, Whom};
use super::super::sample::{self, DAY, Office};
use super::super::{Role, export};
use crate::kit::{Cell, Error, Result, sheet};

const HEAD: &str = "姓名\t部门\t岗位\t手机\t工号\t分管部门\t备注\n";

fn check(office: &Office, rows: &str) -> Checked {
    let cells = import::of_text(&format!("{HEAD}{rows}")).unwrap();
    import::check(cells, &office.directory(), office.organ()).unwrap()
}

fn choice(on_bad: OnBad, others: Others) -> Choice {
    Choice {
        on_bad,
        others,
        from: DAY(),
    }
}

fn apply(office: &Office, checked: Checked, choice: Choice) -> Result<Imported> {
    office.write(move |w| import::apply(w, &checked, choice))
}

fn import(office: &Office, rows: &str) -> Imported {
    let checked = check(office, rows);
    assert_eq!(checked.bad, []);
    apply(office, checked, choice(OnBad::Refuse, Others::Keep)).unwrap()
}

fn exported(office: &Office) -> Vec<String> {
    let table = export::people(&office.directory(), office.organ());
    let line = |row: &Vec<Cell>| row.iter().map(Cell::text).collect::<Vec<_>>().join("|");
    table.rows.iter().map(line).collect()
}

const PEOPLE: &str = "\
周明\t党政领导\t党委书记\t13805710001\t001\t\t\n\
钱进\t领导\t镇长\t13805710002\t002\t党政办、财政所\t\n\
孙丽\t领导\t副镇长\t13805710003\t\t社事办\t\n\
李强\t领导\t副镇长\t13805710004\t\t应急办、规建办\t\n\
吴芳\tDZB\t党政办主任\t13805710005\t\t\t主岗\n\
吴芳\t人大办\t干事\t\t\t\t兼任\n\
郑洁\t党政办\t收发文员\t13805710006\t\t\t\n\
\t\t\t\t\t\t\n\
王伟\t财政所\t所长\t13805710007\t\t\t\n\
王伟\t党建办\t党务干事\t13805710008\t\t\t\n\
冯军\t\t宣传干事\t13805710009\t\t\t\n\
陈静\t东溪村\t文书\t13805710010\t\t\t\n\
褚云\t财政所\t非税专管员\t13805710011\t\t\t\n";

#[test]
fn a_town_comes_in_by_excel() {
    let office = sample::town("import");
    let done = import(&office, PEOPLE);
    assert_eq!(
        (done.added.len(), done.posts_made, done.skipped),
        (11, 1, 0)
    );
    let d = office.directory();
    let wu = d.named("吴芳").next().unwrap().id;
    assert_eq!(d.posts_of(wu).count(), 2);
    assert_eq!(d.post_title(d.main_post(wu).unwrap().id), "党政办·主任");
    assert_eq!(d.named("王伟").count(), 2);
    let feng = d.named("冯军").next().unwrap().id;
    assert_eq!(
        d.dept_of(feng).unwrap().code,
        "DJB",
        "a blank below a merged cell"
    );
    let mayor = d.named("钱进").next().unwrap().id;
    assert_eq!(d.roles_of(mayor), [Role::PrincipalLeader]);
    let of_finance = d.leaders_of(office.dept("CZS")).next().unwrap();
    assert_eq!(of_finance.name, "党委副书记、镇长");
    let deputies: Vec<_> = ["孙丽", "李强"]
        .iter()
        .map(|n| d.main_post(d.named(n).next().unwrap().id).unwrap())
        .collect();
    assert_ne!(deputies[0].id, deputies[1].id);
    assert_eq!(d.charges_of(deputies[1].id).count(), 2);
    assert_eq!(
        d.posts_in(office.dept("LD")).count(),
        14,
        "no deputy was made twice"
    );
}

#[test]
fn what_goes_out_comes_in_again() {
    let first = sample::town("round-a");
    import(&first, PEOPLE);
    let file = export::people_file(&first.directory(), first.organ()).unwrap();
    let cells = sheet::read_table(&file, "人员.xlsx").unwrap();

    let second = sample::town("round-b");
    let checked = import::check(cells.clone(), &second.directory(), second.organ()).unwrap();
    assert_eq!(checked.bad, []);
    apply(&second, checked, choice(OnBad::Refuse, Others::Keep)).unwrap();
    assert_eq!(exported(&second), exported(&first));

    // the same sheet into the same office changes nothing
    let again = import::check(cells, &first.directory(), first.organ()).unwrap();
    assert!(again.good.iter().all(|g| matches!(g.whom, Whom::Known(_))));
    let done = apply(&first, again, choice(OnBad::Refuse, Others::End)).unwrap();
    assert_eq!((done.added.len(), done.updated, done.unchanged), (0, 0, 11));
    assert_eq!(exported(&second), exported(&first));
}

#[test]
fn a_later_sheet_updates() {
    let office = sample::town("update");
    import(&office, PEOPLE);
    let rows = "郑洁\t财政所\t会计\t13905710006\t\t\t\n褚云\t财政所\t\t13805710011\tA9\t\t\n";
    let checked = check(&office, rows);
    // another number, another department: may be another 郑洁
    assert!(matches!(checked.good[0].whom, Whom::New(_)));
    assert!(checked.good[0].notes.iter().any(|n| n.contains("同名")));
    let rows = "郑洁\t财政所\t会计\t13805710006\t\t\t\n褚云\t财政所\t\t13805710011\tA9\t\t\n";
    let checked = check(&office, rows);
    let done = apply(&office, checked, choice(OnBad::Refuse, Others::End)).unwrap();
    assert_eq!((done.added.len(), done.updated), (0, 2));
    let d = office.directory();
    let zheng = d.named("郑洁").next().unwrap().id;
    assert_eq!(d.posts_of(zheng).count(), 1);
    assert_eq!(d.dept_of(zheng).unwrap().code, "CZS");
    assert_eq!(d.by_staff_no("a9").unwrap().name, "褚云");
}

#[test]
fn bad_rows_are_told_one_by_one() {
    let office = sample::town("bad");
    import(&office, "王伟\t财政所\t所长\t13805710007\tC1\t\t\n");
    let rows = "\
张三\t党政\t干事\t\t\t\t\n\
李四\t财政所\t会计\t1380571\t\t\t\n\
赵六\t财政所\t会计\t\t\t党政办\t\n\
王伟\t党建办\t主任\t13805710007\tC2\t\t\n\
刘七\t财政所\t会计\t13805710007\t\t\t\n\
郑洁\t财政所\t出纳\t\t\t\t\n\
郑洁\t财政所\t出纳\t\t\t\t\n\
\t财政所\t出纳\t\t\t\t\n\
孙丽\t领导\t\t\t\t\t\n";
    let checked = check(&office, rows);
    let told: Vec<(usize, &str)> = checked
        .bad
        .iter()
        .map(|b| (b.line, b.errors[0].as_str()))
        .collect();
    let expected = [
        (2, "没有叫“党政”的部门，是不是“党政办”？"),
        (3, "手机“1380571”应是 11 位"),
        (4, "只有班子成员填"),
        (5, "王伟（财政所）的工号登记为 C1"),
        (6, "与第 5 行的王伟号码相同"),
        (8, "与第 7 行重复"),
        (9, "请填写姓名"),
        (10, "请填写领导职务"),
    ];
    assert_eq!(told.len(), expected.len(), "{told:?}");
    for ((line, why), (want_line, want)) in told.iter().zip(expected) {
        assert_eq!(*line, want_line);
        assert!(why.contains(want), "{line}: {why}");
    }
    assert_eq!(checked.good.len(), 1);
}

#[test]
fn all_or_nothing_or_skip() {
    let office = sample::town("skip");
    let rows = "张三\t没有的科\t干事\t\t\t\t\n李四\t财政所\t会计\t\t\t\t\n";
    let refused = apply(
        &office,
        check(&office, rows),
        choice(OnBad::Refuse, Others::Keep),
    );
    assert!(matches!(refused, Err(Error::Invalid(_))));
    assert_eq!(office.directory().people().count(), 0);
    let checked = check(&office, rows);
    let file = checked.returned_file().unwrap();
    let done = apply(&office, checked, choice(OnBad::Skip, Others::Keep)).unwrap();
    assert_eq!((done.added.len(), done.skipped), (1, 1));

    // the returned sheet, mended, goes in as it is
    let mut cells = sheet::read_table(&file, "人员.xlsx").unwrap();
    assert_eq!(cells[0].last().unwrap().text(), "错误");
    assert!(
        cells[1]
            .last()
            .unwrap()
            .text()
            .contains("没有叫“没有的科”的部门")
    );
    cells[1][1] = Cell::of_text("党建办");
    let checked = import::check(cells, &office.directory(), office.organ()).unwrap();
    assert_eq!(checked.bad, []);
    assert_eq!(checked.returned().headers.len(), 8);
    let done = apply(&office, checked, choice(OnBad::Refuse, Others::Keep)).unwrap();
    assert_eq!((done.added.len(), done.unchanged), (1, 1));
}

#[test]
fn the_template_is_a_sheet_without_people() {
    let office = sample::town("blank");
    let file = export::template_file(&office.directory(), office.organ()).unwrap();
    let cells = sheet::read_table(&file, "人员导入.xlsx").unwrap();
    let refused = import::check(cells.clone(), &office.directory(), office.organ());
    let why = refused.map(|_| ()).unwrap_err().to_string();
    assert!(why.contains("表里没有人员"), "{why}");
    let mut cells = cells;
    cells.push(vec![Cell::of_text("张三"), Cell::of_text("党政办")]);
    let checked = import::check(cells, &office.directory(), office.organ()).unwrap();
    assert_eq!(
        (checked.good.len(), checked.good[0].post_name.as_str()),
        (1, "干事")
    );
}
