//! From the first page to an office full of people: the code of the screen, the wizard, people from
//! Excel with a row that is wrong, slips, and everybody's first log-in.

use super::album::Album;
use super::office::{Office, Pc};
use inkstone::kit::sheet::{Cell, Table, write_table};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

pub const ADMIN: &str = "苏简";
const SENTENCE: &str = "门前老槐树开花了";

/// Name, department, post, mobile, departments in charge.
pub const PEOPLE: &[[&str; 5]] = &[
    ["江若川", "党政领导", "党委副书记、镇长", "13800000011", ""],
    [
        "陆平章",
        "党政领导",
        "副镇长",
        "13800000012",
        "应急管理办公室",
    ],
    ["纪文澜", "党政办", "主任", "13800000013", ""],
    ["宋小笺", "党政办", "收发文员", "13800000014", ""],
    ["文存真", "党政办", "机要档案员", "13800000015", ""],
    ["雷有备", "应急管理办公室", "主任", "13800000016", ""],
    ["安守", "应急管理办公室", "安全员", "13800000017", ""],
    ["田丰收", "农业农村服务中心", "主任", "13800000018", ""],
    ["钱细清", "财政所", "所长", "13800000019", ""],
];

/// A row that nobody can import.
const BAD: [&str; 5] = ["何处来", "没有的部门", "干事", "1380", ""];

/// Away from the server's screen: the code, then every step.
pub fn claim(pc: &mut Pc, office: &Office, album: &mut Album) {
    pc.is_refused("/login", "系统尚未初始化");
    album.take(pc, "unclaimed");
    pc.goto("/setup");
    pc.browser.fill("code", "0000 0000");
    pc.browser.press(FIRST_KEY);
    pc.browser.wait_for("还可以试 4 次");
    let _ = pc.browser.complaints();
    album.take(pc, "setup-code");
    pc.browser.fill("code", &office.code());
    pc.press(FIRST_KEY, "这台电脑上还没有本单位的数据");
    album.take(pc, "setup-choose");
    pc.press("全新使用", "单位全称");
    pc.browser.fill("单位全称", "墨川县砚田镇人民政府");
    pc.browser.fill("单位简称", "砚田镇");
    pc.press("下一步：机关代字", "已按简称拟好");
    album.take(pc, "setup-office");
    pc.press("下一步：部门", "村（社区）");
    pc.browser.fill("villages", "东溪村、西岭村");
    pc.browser.fill("count", "2");
    album.take(pc, "setup-org");
    pc.press("下一步：管理员", "三员怎么安排");
    pc.browser.fill("name-1", ADMIN);
    pc.browser.fill("mobile-1", "13800000001");
    pc.browser.choose("post-1", "党政办·信息");
    pc.browser.fill("password-1", SENTENCE);
    pc.browser.fill("again-1", SENTENCE);
    album.take(pc, "setup-admins");
    // the PC that was told to wait for the claim has opened the office already
    pc.press("启用，开始使用", "别的电脑和手机都能用了");
    album.take(pc, "setup-lan");
    pc.press("下一步", "已经启用");
    album.take(pc, "setup-done");
    pc.goto("/setup/choose");
    pc.reads(&["没有等您办的件"]);
}

const FIRST_KEY: &str = "启用这台服务器";

fn log_in(pc: &mut Pc, name: &str, password: &str, then: &str) {
    pc.goto("/login");
    pc.browser.fill("姓名、手机号或工号", name);
    pc.browser.fill("密码", password);
    pc.press("登录", then);
}

pub fn import_people(pc: &mut Pc, album: &mut Album) {
    pc.at_the_server();
    pc.goto("/login");
    album.take(pc, "login");
    log_in(pc, ADMIN, SENTENCE, "待办");
    pc.reads(&["分给三个人"]);
    pc.press("管理", "导入人员");
    pc.press("导入人员", "先看一遍");
    pc.browser.attach("人员表", &people_file());
    pc.press("先看一遍", "还没有导入");
    pc.reads(&["没有问题的 9 行", "有错误的 1 行", "何处来", "没有的部门"]);
    album.take(pc, "import-preview");
    pc.browser.tick("跳过有错误的行，先导没有问题的");
    pc.press("导入 9 人", "新增 9 人");
    pc.reads(&["跳过 1 行"]);
}

fn people_file() -> PathBuf {
    let headers = ["姓名", "部门", "岗位/职务", "手机", "分管部门"];
    let rows = PEOPLE.iter().chain([&BAD]);
    let table = Table {
        sheet_name: "人员".into(),
        headers: headers.map(str::to_owned).to_vec(),
        rows: rows
            .map(|r| r.iter().map(|c| Cell::of_text(c)).collect())
            .collect(),
        widths: Vec::new(),
        notes: vec!["砚田镇人员名单".into()],
    };
    written("人员名单.xlsx", &write_table(&table).unwrap())
}

/// A file of the test, for a file field.
pub fn written(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("journey-{:?}", std::thread::current().id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(name);
    std::fs::write(&file, bytes).unwrap();
    file
}

/// Name to one-time password, as the paper says.
pub fn issue_slips(pc: &mut Pc, album: &mut Album) -> HashMap<String, String> {
    pc.goto("/admin/slips");
    pc.reads(&["还没有账号的全部人员（9 人）"]);
    album.take(pc, "slips-ask");
    pc.press("发密码单，去打印", "9 张密码单");
    album.take(pc, "slips");
    let text = pc.browser.text();
    let found = read_slips(&text);
    assert_eq!(found.len(), PEOPLE.len(), "{text}");
    pc.goto("/admin/slips");
    pc.reads(&["密码单没用"]);
    for secret in found.values() {
        pc.does_not_read(&[secret]);
    }
    pc.at_a_desk();
    found
}

/// Name to one-time password, off the printed page.
pub fn read_slips(text: &str) -> HashMap<String, String> {
    let mut found = HashMap::new();
    let mut name = String::new();
    let text = text.replace(['\t', '　'], " ");
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        match word {
            "姓名" => name = words.next().unwrap().to_owned(),
            "密码" if !name.is_empty() => {
                let secret = words.next().unwrap().to_owned();
                found.insert(std::mem::take(&mut name), secret);
            }
            _ => {}
        }
    }
    found
}

/// Everybody's first log-in changes the password; the slip is then dead.
pub fn everybody_comes_in(pc: &mut Pc, slips: &HashMap<String, String>, album: &mut Album) {
    for [name, ..] in PEOPLE {
        pc.make_room(name);
        log_in(pc, name, &slips[*name], "先设一个自己的密码");
        if *name == "江若川" {
            album.take(pc, "first-password");
            pc.goto("/todo");
            pc.reads(&["先设一个自己的密码"]);
        }
        let own = format!("{SENTENCE}，我是第一批");
        pc.browser.fill("新密码", &own);
        pc.browser.fill("新密码再写一遍", &own);
        pc.press("改密码", "密码已改好");
        pc.goto("/todo");
        pc.reads(&[name, "没有等您办的件"]);
    }
    pc.make_room("nobody");
    pc.goto("/login");
    pc.browser.fill("姓名、手机号或工号", "江若川");
    pc.browser.fill("密码", &slips["江若川"]);
    pc.browser.press("登录");
    pc.browser.wait_for("密码");
    assert!(
        pc.browser.path().starts_with("/login"),
        "a used slip is dead"
    );
    let _ = pc.browser.complaints();
}
