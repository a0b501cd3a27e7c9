//! A procedure made by somebody who may design: by one line, by the grid with keys alone, stopped at a dead end,
//! mended and published; three others run a case through it, and it goes on as it began when the next version
//! is published.

use super::desks::Desks;

const ENTER: char = '\u{E007}';
const DOWN: char = '\u{E015}';
const AT: &str = "/procedures/yysq/design";

fn strike(desks: &Desks, keys: &[char]) {
    desks.browser.strikes(keys);
}

fn focus(desks: &Desks, css: &str) {
    let it = format!("document.querySelector({css:?}).focus()");
    desks.browser.script(&it);
}

#[test]
fn a_procedure_is_made_published_and_used() {
    let Some(mut desks) = Desks::open("designer", &["安守", "雷有备", "江若川"]) else {
        return;
    };
    desks.sits_at_the_server();
    desks.goes("/procedures/new", "从空白表建");
    desks.look("design-new");
    desks.browser.fill("事项名称", "用印申请");
    desks
        .browser
        .fill("谁来填，再由谁办", "申请人→部门负责人→主要领导；超2天催办");
    desks.press("照这句话建", "主要领导审批");
    grid_by_keys(&mut desks);
    looked_at(&mut desks);
    dead_end(&mut desks);
    publish(&mut desks);
    desks.sit("安守");
    desks.goes("/start/yysq", "事由");
    desks.browser.fill("事由", "盖合同章三份");
    desks.send("送部门负责人审批", "现在到");
    second_version(&mut desks);
    desks.opens("雷有备", "审批", "盖合同章三份");
    desks.browser.fill("部门意见", "同意。");
    desks.send("送主要领导审批", "现在到");
    desks.opens("江若川", "审批", "盖合同章三份");
    desks.browser.fill("主要领导意见", "同意。");
    desks.send("办结", "已办结");
}

/// The cell under 事由 is renamed, and another is added, without a mouse.
fn grid_by_keys(desks: &mut Desks) {
    desks.goes(AT, "方向键在格子间走");
    focus(desks, "[data-cell='0:0']");
    strike(desks, &[DOWN]);
    strike(desks, &[DOWN]);
    strike(desks, &[ENTER]);
    desks.browser.wait_for("这一格：附件");
    assert_eq!(desks.browser.focused(), "label");
    desks.browser.composed("用印材料");
    strike(desks, &[ENTER]);
    desks.browser.wait_for("这一格：用印材料");
    focus(desks, "[data-cell='0:0']");
    strike(desks, &['+']);
    assert_eq!(desks.browser.focused(), "add.label");
    desks.browser.composed("用印份数");
    strike(desks, &[ENTER]);
    desks.arrives("这一格：用印份数");
    desks.press("↑ 上移一行", "已存进草稿");
    desks.browser.wait_for("撤销：挪格子");
    desks.press("撤销：挪格子", "已撤销：挪格子");
}

fn looked_at(desks: &mut Desks) {
    desks.look("design-form");
    for (tab, then, name) in [
        ("/flow?step=bm", "谁来办", "design-flow"),
        ("/name", "登记簿的栏目", "design-name"),
        ("/preview", "打印出来的样子", "design-preview"),
        ("/try", "由谁发起", "design-try"),
        ("/publish", "检查结果", "design-publish"),
    ] {
        desks.goes(&format!("{AT}{tab}"), then);
        desks.look(name);
    }
    desks.goes(&format!("{AT}/try"), "由谁发起");
    desks.browser.choose("由谁发起", "安守");
    desks.press("开始试走", "安守看到的");
    desks.browser.fill("事由", "试一试");
    desks.send("送部门负责人审批", "雷有备看到的");
    desks.look("design-trial");
}

fn dead_end(desks: &mut Desks) {
    desks.goes(&format!("{AT}/flow"), "主要领导审批");
    desks.press("3　主要领导审批", "第 3 步　主要领导审批");
    desks.browser.tick("到这里办结");
    desks.send("记下这一步", "已存进草稿");
    desks.goes(&format!("{AT}/publish"), "去改“主要领导审批”这一步");
    desks.look("design-stopped");
    assert!(!desks.browser.sees("发布，新发起的都照它办"));
    desks.press("去改“主要领导审批”这一步", "能做什么");
    desks.browser.tick("到这里办结");
    desks.send("记下这一步", "已存进草稿");
}

fn publish(desks: &mut Desks) {
    desks.goes(&format!("{AT}/publish"), "每一步都走得到");
    desks.browser.fill("为什么改", "照新的用印规定");
    desks.send("发布，新发起的都照它办", "已发布");
}

/// While the case is under way.
fn second_version(desks: &mut Desks) {
    desks.sits_at_the_server();
    desks.goes(&format!("{AT}/flow"), "一句话写流程");
    desks
        .browser
        .fill("一句话写流程", "申请人→部门负责人→印章管理员用印");
    desks.press("照此生成", "印章管理员用印");
    publish(desks);
}
