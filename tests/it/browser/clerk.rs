//! Days of a records clerk: photographs made one original and circulated, words from paper entered, what
//! was mistyped mended, a number voided, a document among three departments.

use super::begin::written;
use super::desks::Desks;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, Rgb, RgbImage};
use inkstone::kit::Id;

/// A photograph of something pale with a dark band; turned as a telephone notes it, where asked.
pub fn photograph(width: u32, height: u32, sideways: bool) -> Vec<u8> {
    let pale = |x: u32, y: u32| match y > height / 3 && y < height / 2 && x > width / 4 {
        true => Rgb([40, 40, 60]),
        false => Rgb([236, 232, 224]),
    };
    let picture = DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, pale));
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 80)
        .encode_image(&picture)
        .unwrap();
    if sideways {
        let mut exif = b"\xFF\xE1\x00\x22Exif\0\0II*\0\x08\0\0\0\x01\0".to_vec();
        exif.extend(b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0");
        jpeg.splice(2..2, exif);
    }
    jpeg
}

/// The form of a document, filled in as far as it must be.
pub fn begins(desks: &mut Desks, kind: &str, (title, number): (&str, &str)) {
    desks.sit("宋小笺");
    desks.press(kind, "登记送出时自动取号");
    let browser = &mut desks.browser;
    browser.fill("来文机关", "墨川县应急管理局");
    browser.fill("来文字号", number);
    browser.fill("标题", title);
}

/// Size and turn of each page of an original.
fn pages(pdf: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(pdf).into_owned();
    let all = text.split("/MediaBox [0 0 ").skip(1);
    let page = |b: &str| {
        let (size, rest) = b.split_once("] /Rotate ").unwrap();
        format!("{size} {}", rest.split(' ').next().unwrap())
    };
    all.map(page).collect()
}

const READ: &str = "关于汛期值班安排的通报";

#[test]
fn three_photographs_are_read_by_five_two_of_them_on_paper_one_late() {
    let all = ["宋小笺", "江若川", "陆平章", "雷有备", "田丰收", "钱细清"];
    let Some(mut desks) = Desks::open("scan", &all) else {
        return;
    };
    let case = photographs_registered(&mut desks);
    on_paper(&mut desks, case, "田丰收", "已阅，各村要盯紧。");
    on_paper(&mut desks, case, "钱细清", "");
    for name in ["江若川", "陆平章"] {
        desks.opens(name, "阅", READ);
        desks.browser.fill("传阅意见", &format!("{name}已阅。"));
        desks.press("阅毕", "没有等您办的件");
    }
    desks.sit("宋小笺");
    desks.goes(&format!("/case/{case}"), READ);
    desks.look("reading");
    desks.press("结束传阅（传阅，4/5）", READ);
    desks.opens("宋小笺", "决定是否归档", READ);
    desks.send("不归档", "没有等您办的件");
    late(&mut desks, case);
}

/// Three photographs in another order than they came, one turned; the case they became.
fn photographs_registered(desks: &mut Desks) -> Id {
    begins(desks, "登记阅件", (READ, "墨应急〔2026〕31号"));
    let (a, b, c) = (
        photograph(900, 1200, false),
        photograph(1200, 900, false),
        photograph(1200, 900, true),
    );
    for (name, bytes) in [("一.jpg", a), ("二.jpg", b), ("三.jpg", c)] {
        desks.browser.attach("附件", &written(name, &bytes));
        desks.reads(&[name]);
    }
    desks.reads(&["已收下"]);
    desks.browser.wait_gone("等待");
    desks.browser.press_in("二.jpg", "上移");
    desks.browser.press_in("三.jpg", "向右转");
    desks.look("photographs");
    desks.browser.tick("本件不涉密");
    let readers = ["江若川", "陆平章", "雷有备", "田丰收", "钱细清"];
    desks.chooses("由谁阅", &readers);
    desks.press("登记并送传阅", "已登记并送传阅");
    desks.settle();
    desks.goes("/doing", READ);
    desks.press(READ, "经过");
    let case = desks.case();
    let files = desks.files_of(case);
    let [original] = &files[..] else {
        panic!("{files:?}")
    };
    assert_eq!(original.name, format!("{READ}（扫描件 3 页）.pdf"));
    let (up, across) = ("595.28 841.89", "841.89 595.28");
    let as_put = [format!("{across} 0"), format!("{up} 0"), format!("{up} 90")];
    assert_eq!(pages(&desks.bytes_of(original)), as_put);
    desks.reads(&["0/5"]);
    case
}

/// The clerk enters what a reader wrote on paper.
fn on_paper(desks: &mut Desks, case: Id, name: &str, words: &str) {
    desks.sit("宋小笺");
    desks.goes(&format!("/case/{case}"), READ);
    desks.press("录入书面意见", "录谁的意见");
    desks.press(name, "正在录");
    desks.browser.fill("opinion", words);
    desks.browser.fill("said_on", "2026-03-09");
    let photo = written("签字页.jpg", &photograph(600, 800, false));
    desks.browser.attach("photo", &photo);
    desks.look(if words.is_empty() {
        "paper-kept"
    } else {
        "paper"
    });
    desks.press("录入：阅毕", &format!("已代录{name}的书面意见"));
    desks.reads(&["原件为纸质，宋小笺代录", "3月9日"]);
    desks.sit(name);
    desks.reads(&["请核对代您录的意见", "3月9日"]);
    desks.look("answer");
    if words.is_empty() {
        desks.press("无误", "代录的意见无误");
    }
}

/// Who was not asked any more reads after closing, and the record says so.
fn late(desks: &mut Desks, case: Id) {
    desks.sit("雷有备");
    desks.reads(&["没有等您办的件"]);
    desks.sit("宋小笺");
    desks.goes(&format!("/case/{case}"), READ);
    desks.browser.unfold("补阅");
    desks.chooses("由谁传阅", &["雷有备"]);
    desks.send("补阅", "经过");
    desks.opens("雷有备", "传阅", READ);
    desks.browser.fill("传阅意见", "补阅过了，应急办照此值班。");
    desks.press("我知道了", "没有等您办的件");
    desks.sit("宋小笺");
    desks.goes(&format!("/case/{case}"), READ);
    desks.reads(&["补阅过了，应急办照此值班。", "补阅", "已办结"]);
    desks.reads(&["3月9日（纸质）"]);
    desks.look("late");
    desks.goes(&format!("/case/{case}/print/circulation"), "公文传阅单");
    desks.reads(&["雷有备", "已阅，各村要盯紧。", "3月9日（纸质）"]);
}

#[test]
fn a_mistyped_field_is_mended_and_a_number_voided() {
    let Some(mut desks) = Desks::open("mend", &["宋小笺"]) else {
        return;
    };
    let title = "关于做好清明防火工作的通知";
    begins(&mut desks, "登记办件", (title, "墨林发〔2026〕21号"));
    desks.press("登记并送拟办", "已登记并送拟办");
    desks.opens("宋小笺", "拟办", title);
    let case = desks.case();
    desks.browser.unfold("更多");
    desks.press("更正登记的内容", "只改写错的那几项");
    desks.browser.fill("来文字号", "墨林发〔2026〕12号");
    desks.look("mend");
    // without a reason it comes back with what was typed
    desks.browser.press("更正");
    desks.browser.wait_for("处要改");
    let _ = desks.browser.complaints();
    assert_eq!(desks.browser.value("来文字号"), "墨林发〔2026〕12号");
    desks.reads(&["现在登记的是：墨林发〔2026〕21号"]);
    desks.look("mend-wrong");
    desks.browser.fill("更正的原因", "把 12 号错录成 21 号");
    desks.press("更正", "经过");
    let old_and_new = [
        "墨林发〔2026〕21号",
        "墨林发〔2026〕12号",
        "把 12 号错录成 21 号",
    ];
    desks.reads(&old_and_new);
    desks.look("mended");
    desks.goes(&format!("/case/{case}/print/handling"), "收文处理单");
    desks.reads(&["墨林发〔2026〕12号"]);
    assert!(!desks.browser.sees("墨林发〔2026〕21号"));
    voided(&mut desks, case, title);
}

fn voided(desks: &mut Desks, case: Id, title: &str) {
    desks.goes(&format!("/case/{case}"), title);
    desks.browser.unfold("更多");
    desks.browser.unfold("作废");
    desks.reads(&["号留在登记簿里"]);
    desks.look("void");
    desks.browser.press_button("作废");
    desks.browser.wait_for("请写明作废的原因");
    let _ = desks.browser.complaints();
    desks.browser.fill("作废的原因", "与 3 号重复登记");
    desks.send("作废", "作废");
    desks.sit("宋小笺");
    desks.reads(&["没有等您办的件"]);
    desks.goes(&format!("/case/{case}"), "这一件已作废");
    desks.reads(&["与 3 号重复登记"]);
    assert!(
        !desks.browser.sees("录入书面意见"),
        "nobody is to write any more"
    );
    desks.look("voided");
    desks.goes("/register/incoming", "收文〔2026〕1号");
    desks.reads(&[title, "作废"]);
    desks.look("register-void");
    begins(
        desks,
        "登记办件",
        ("关于春季植树的通知", "墨林发〔2026〕13号"),
    );
    desks.press("登记并送拟办", "已登记并送拟办");
    desks.settle();
    desks.goes("/register/incoming", "收文〔2026〕2号");
    desks.reads(&[
        "收文〔2026〕1号",
        "作废：与 3 号重复登记",
        "关于春季植树的通知",
    ]);
}

const SHARED: &str = "关于开展农村自建房安全排查的通知";

#[test]
fn three_departments_one_gives_it_back_one_passes_it_on() {
    let all = ["宋小笺", "纪文澜", "雷有备", "田丰收", "钱细清"];
    let Some(mut desks) = Desks::open("three", &all) else {
        return;
    };
    for (name, dept, post) in [("何安民", "SHB", "主任"), ("石砌", "GHB", "主任")] {
        desks.office.town.settle(name, dept, post);
        desks.joins(name);
    }
    begins(&mut desks, "登记办件", (SHARED, "墨建发〔2026〕8号"));
    desks.press("登记并送拟办", "已登记并送拟办");
    desks.opens("宋小笺", "拟办", SHARED);
    desks
        .browser
        .fill("拟办意见", "拟请应急办牵头，农业中心、财政所配合。");
    desks.press("拟办并送办公室主任审阅", "现在到纪文澜");
    desks.opens("纪文澜", "审阅", SHARED);
    desks.press("审阅并送党政办分办", "现在到宋小笺");
    desks.opens("宋小笺", "分办", SHARED);
    desks.browser.choose("主办部门", "应急管理办公室（消防）");
    desks.browser.tick("农业中心");
    desks.browser.tick("财政所");
    desks.look("hand-out");
    desks.press("分办到主办和协办部门", "已分办");
    given_back(&mut desks);
    passed_on(&mut desks);
    for (name, words) in [
        ("雷有备", "应急办已排查四十户。"),
        ("何安民", "社事办已核对五保户住房。"),
        ("石砌", "规建办已出具鉴定意见。"),
    ] {
        desks.opens(name, "承办", SHARED);
        desks.browser.fill("承办情况", words);
        desks.press("反馈", "没有等您办的件");
    }
    for _ in 0..3 {
        desks.opens("宋小笺", "审核反馈", SHARED);
        desks.press("采用反馈", "已采用反馈");
    }
    desks.opens("宋小笺", "办结", SHARED);
    desks.reads(&[
        "应急办已排查四十户。",
        "社事办已核对五保户住房。",
        "规建办已出具鉴定意见。",
    ]);
    desks.look("all-fed-back");
    desks.press("办结并送归档", "现在到");
}

/// 财政所 says it is not theirs; the clerk gives its share to another department.
fn given_back(desks: &mut Desks) {
    desks.opens("钱细清", "承办", SHARED);
    desks.browser.unfold("退回");
    desks.browser.fill("退回的理由", "自建房排查不归财政所。");
    desks.look("give-back");
    desks.send("退回重新分办", "没有等您办的件");
    desks.opens("宋小笺", "重新分办", SHARED);
    desks.reads(&["自建房排查不归财政所。"]);
    desks.browser.choose("改交其他部门", "社会事务办公室");
    desks.look("settle");
    desks.press("改交其他部门", "现在到");
    desks.sit("钱细清");
    desks.reads(&["没有等您办的件"]);
}

/// 农业中心 passes its share straight on.
fn passed_on(desks: &mut Desks) {
    desks.opens("田丰收", "承办", SHARED);
    desks.browser.unfold("转办");
    desks
        .browser
        .choose("转办其他部门", "规划建设和生态环境办公室");
    desks.browser.fill("转办的理由", "房屋安全由规建办管。");
    desks.look("pass-on");
    desks.send("转办其他部门", "没有等您办的件");
}
