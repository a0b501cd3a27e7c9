//! A form drawn in Excel, with merged cells and `{{字段}}`, becomes a procedure in the browser: uploaded by an ordinary
//! colleague who may design, corrected, stopped by the check at a dead end, mended, published; others run a case
//! through it; the file that is handed out comes in equal; the case goes on as it began when the next version is out.

use super::begin::written;
use super::desks::Desks;
use crate::support::town::Folder;
use inkstone::engine::definition::Procedure;
use rust_xlsxwriter::{Format, FormatBorder, Workbook};

const DESIGNER: &str = "钱细清";
const PEOPLE: &[&str] = &[DESIGNER, "安守", "雷有备", "纪文澜", "江若川"];
const WHY: &str = "排涝泵坏了两台，东圩村告急";

/// A row and a column, from the first.
type At = (u32, u16);

/// Where a cell begins and ends, and what stands in it.
const CELLS: &[(At, At, &str)] = &[
    ((0, 0), (0, 5), "防汛物资调拨单"),
    ((1, 0), (1, 0), "申请部门"),
    ((1, 1), (1, 1), "{{申请部门}}"),
    ((1, 2), (1, 2), "经办人"),
    ((1, 3), (1, 3), "{{经办人}}"),
    ((1, 4), (1, 4), "联系电话"),
    ((1, 5), (1, 5), "{{联系电话}}"),
    ((2, 0), (2, 0), "险情等级"),
    ((2, 1), (2, 2), "{{险情等级}}"),
    ((2, 3), (2, 3), "送达日期"),
    ((2, 4), (2, 5), "{{送达日期}}"),
    ((3, 0), (3, 0), "调拨事由"),
    ((3, 1), (3, 5), "{{调拨事由}}"),
    ((4, 0), (6, 0), "物资明细"),
    ((4, 1), (4, 2), "品名"),
    ((4, 3), (4, 3), "规格"),
    ((4, 4), (4, 4), "数量"),
    ((4, 5), (4, 5), "存放处"),
    ((5, 1), (5, 2), "{{品名}}"),
    ((5, 3), (5, 3), "{{规格}}"),
    ((5, 4), (5, 4), "{{数量}}"),
    ((5, 5), (5, 5), "{{存放处}}"),
    ((6, 1), (6, 2), "{{品名}}"),
    ((6, 3), (6, 3), "{{规格}}"),
    ((6, 4), (6, 4), "{{数量}}"),
    ((6, 5), (6, 5), "{{存放处}}"),
    ((7, 0), (7, 0), "部门意见"),
    ((7, 1), (7, 5), "{{部门意见}}"),
    ((8, 0), (8, 0), "党政办意见"),
    ((8, 1), (8, 5), "{{党政办意见}}"),
    ((9, 0), (9, 0), "主要领导审批"),
    ((9, 1), (9, 5), "{{主要领导审批}}"),
];

/// As the office draws it: merged cells with borders, two columns wider than the others.
fn excel() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let drawn = Format::new().set_border(FormatBorder::Thin);
    for &((r, c), (to_r, to_c), words) in CELLS {
        let done = match (r, c) == (to_r, to_c) {
            true => sheet.write_string_with_format(r, c, words, &drawn),
            false => sheet.merge_range(r, c, to_r, to_c, words, &drawn),
        };
        done.unwrap();
    }
    sheet.set_column_width(1, 16).unwrap();
    sheet.set_column_width(3, 16).unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn an_excel_form_becomes_a_procedure_and_is_used() {
    let Some(mut desks) = Desks::open("browser-drawn", PEOPLE) else {
        return;
    };
    authorise(&mut desks);
    upload(&mut desks);
    let at = correct(&mut desks);
    dead_end(&mut desks, &at);
    publish(&mut desks, &at, "防汛用，照纸上的单子做");
    begin_case(&mut desks, &at);
    comes_back_equal(&mut desks, &at);
    second_version(&mut desks, &at);
    the_case_goes_on(&mut desks);
    a_new_one_goes_the_new_way(&mut desks, &at);
}

/// The administrator lets an ordinary colleague design, by clicking.
fn authorise(desks: &mut Desks) {
    desks.sits_at_the_server();
    desks.goes("/procedures/designers", "谁可以");
    desks.chooses("人员", &[DESIGNER]);
    desks.send("保存设计权限", "设计权限已改好");
    let base = desks.office.at(2).address;
    desks.browser.moves_to(base);
    // other rights end the session of before
    desks.comes_again(DESIGNER);
    desks.sit(DESIGNER);
}

fn upload(desks: &mut Desks) {
    desks.goes("/procedures", "事项管理");
    desks.press("新建事项", "照画好的表格建");
    desks.press("传一张表格", "合并的格子保持合并");
    desks.look("drawn-ask");
    let file = written("防汛物资调拨单.xlsx", &excel());
    desks.browser.attach("画好的表格", &file);
    desks.press("看看认得对不对", "认出 10 项");
    desks.look("drawn-understood");
    assert_eq!(desks.browser.value("事项名称"), "防汛物资调拨单");
    desks.reads(&["物资明细", "品名、规格、数量、存放处"]);
}

/// What was guessed wrong is put right; the address of the draft.
fn correct(desks: &mut Desks) -> String {
    desks.browser.choose("kind-3", "选一项");
    desks.browser.press("对了，接着设计");
    desks.browser.wait_for("“险情等级”是选择");
    let _ = desks.browser.complaints();
    desks.look("drawn-wrong");
    desks.browser.fill("options-3", "一般、较重、紧急");
    desks.press("对了，接着设计", "表已经成为草稿");
    desks.look("drawn-grid");
    // the grid is the drawing's: which cells stand in a row, and how wide each is
    desks.reads(&["防汛物资调拨单", "险情等级", "送达日期"]);
    let path = desks.browser.path();
    path.split(['?', '#']).next().unwrap().to_owned()
}

fn dead_end(desks: &mut Desks, at: &str) {
    desks.goes(&format!("{at}/flow"), "主要领导审批");
    desks.look("drawn-flow");
    desks.press("4　主要领导审批", "第 4 步　主要领导审批");
    desks.browser.tick("到这里办结");
    desks.send("记下这一步", "已存进草稿");
    desks.goes(&format!("{at}/publish"), "去改“主要领导审批”这一步");
    assert!(!desks.browser.sees("发布，新发起的都照它办"));
    desks.look("drawn-stopped");
    desks.press("去改“主要领导审批”这一步", "能做什么");
    desks.browser.tick("到这里办结");
    desks.send("记下这一步", "已存进草稿");
}

fn publish(desks: &mut Desks, at: &str, why: &str) {
    desks.goes(&format!("{at}/publish"), "每一步都走得到");
    desks.browser.fill("为什么改", why);
    desks.send("发布，新发起的都照它办", "已发布");
}

fn fills_in(desks: &mut Desks, at: &str, why: &str) {
    desks.sit("安守");
    desks.goes("/start", "防汛物资调拨单");
    desks.press("填防汛物资调拨单", "调拨事由");
    assert!(desks.browser.path().contains(id_of(at)));
    desks.browser.fill("联系电话", "13800000001");
    desks.browser.tick("紧急");
    desks.browser.fill("送达日期", "2026-03-10");
    desks.browser.fill("调拨事由", why);
}

fn id_of(at: &str) -> &str {
    at.split('/').nth(2).unwrap()
}

fn begin_case(desks: &mut Desks, at: &str) {
    fills_in(desks, at, WHY);
    desks.look("drawn-start");
    desks.send("送部门审核", "现在到");
}

/// The very file that is handed out, taken in again: no word of it is different.
fn comes_back_equal(desks: &mut Desks, at: &str) {
    let folder = Folder::new("drawn-export");
    std::fs::create_dir_all(&folder.0).unwrap();
    desks.sit(DESIGNER);
    let home = format!("/procedures/{}", id_of(at));
    desks.goes(&home, "导出文件");
    desks.browser.downloads_to(&folder.0);
    desks.browser.press("导出文件");
    let file = desks.browser.downloaded(&folder.0);
    let name = file.file_name().unwrap().to_str().unwrap();
    assert_eq!(name, "防汛物资调拨单（事项）.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let engine = &desks.office.town.engine;
    let published = engine.procedures.current(id_of(at)).unwrap();
    assert_eq!(text, *published.text);
    Procedure::parse(&text).unwrap();
    desks.goes("/procedures/import", "导入事项文件");
    desks.browser.attach("事项文件", &file);
    desks.press("导入成草稿", "已经有这个事项了");
    desks.browser.tick("作为“防汛物资调拨单”的新草稿");
    desks.press("导入成草稿", "和现在的版本一样，没有改动");
    desks.send("放弃草稿", "草稿已放弃");
}

/// While the case is under way.
fn second_version(desks: &mut Desks, at: &str) {
    desks.goes(&format!("{at}/flow"), "一句话写流程");
    let line = "申请人→部门负责人→主要领导";
    desks.browser.fill("一句话写流程", line);
    desks.press("照此生成", "主要领导审批");
    publish(desks, at, "急用，少走一步");
}

/// Through the step that the new version has no more.
fn the_case_goes_on(desks: &mut Desks) {
    desks.opens("雷有备", "部门审核", WHY);
    desks.browser.fill("部门意见", "情况属实，请尽快调拨。");
    desks.send("送党政办审核", "现在到纪文澜");
    desks.opens("纪文澜", "党政办审核", WHY);
    desks.browser.fill("党政办意见", "拟同意。");
    desks.send("送主要领导审批", "现在到江若川");
    desks.opens("江若川", "主要领导审批", WHY);
    desks.look("drawn-case");
    let path = desks.browser.path();
    let case = path.split('?').next().unwrap().to_owned();
    desks.browser.fill("主要领导审批", "同意，即办。");
    desks.send("办结", "已办结");
    desks.goes(&case, "情况属实，请尽快调拨。");
    desks.reads(&["拟同意。", "同意，即办。", "紧急"]);
}

fn a_new_one_goes_the_new_way(desks: &mut Desks, at: &str) {
    fills_in(desks, at, "换届后的第二次");
    desks.send("送部门负责人审批", "现在到");
    desks.opens("雷有备", "审批", "换届后的第二次");
    desks.reads(&["送主要领导审批"]);
    assert!(!desks.browser.sees("送党政办审核"));
}
