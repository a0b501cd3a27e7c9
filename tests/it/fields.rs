//! Every kind of field through a real socket: filled in well and badly, computed, covered and asked for,
//! hidden, mended, listed, taken out and printed. The form is the tests' own (`form`).

mod covered;
mod filled;
mod form;
mod look;

use crate::support::http::Http;
use crate::support::office::Office;
use crate::support::town::{Folder, Town, monday};
use inkstone::engine::definition::Procedure;
use inkstone::engine::publish;
use inkstone::kit::{Clock, Id};
use inkstone::org::Role;
use std::time::Duration;

/// An office that has the form, and its people who are logged in: clerk, office director, mayor.
struct Desk {
    clerk: Http,
    director: Http,
    mayor: Http,
    // last: the browsers go before the server
    office: Office,
}

fn desk(name: &str) -> Desk {
    let office = office(name);
    let mut admin = office.admin();
    Desk {
        clerk: office.colleague(&mut admin, "宋小笺"),
        director: office.colleague(&mut admin, "纪文澜"),
        mayor: office.colleague(&mut admin, "江若川"),
        office,
    }
}

fn office(name: &str) -> Office {
    let more = [form::TEXT.to_owned()];
    let town = Town::open_with(Folder::new(name), Clock::held(monday()), &more);
    town.settle_people();
    Office::of(town)
}

impl Desk {
    /// Sends the form and gives the case it became.
    fn sent(&mut self, fields: &[(&str, &str)]) -> Id {
        let reply = self.clerk.submit(form::AT, form::AT, fields);
        assert_eq!(reply.status, 303, "{}", plain(&reply.text()));
        self.newest()
    }

    fn newest(&mut self) -> Id {
        assert!(self.office.town.store.drain(Duration::from_secs(10)));
        let page = self.clerk.get("/register/every_kind").text();
        let at = page.split("href=\"/case/").nth(1).unwrap();
        at.split(['?', '"']).next().unwrap().parse().unwrap()
    }

    fn of(&mut self, path: &str) -> String {
        let reply = self.clerk.get(path);
        assert_eq!(reply.status, 200, "{path}");
        plain(&reply.text())
    }
}

/// What stands on a page, without its marks.
fn plain(html: &str) -> String {
    let mut out = String::new();
    for piece in html.split('<') {
        let text = piece.split_once('>').map_or("", |(_, text)| text);
        out.push_str(text.trim_matches('\n'));
        out.push(' ');
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_form_may_be_published() {
    let procedure = Procedure::parse(form::TEXT).unwrap();
    let roles: Vec<&str> = Role::ALL.iter().map(|r| r.id()).collect();
    assert_eq!(publish::check(&procedure, &roles), Vec::<String>::new());
}

/// One thing wrong at a time, and the sentence that says so.
#[test]
fn what_is_wrong_with_a_kind_is_said() {
    let roles: Vec<&str> = Role::ALL.iter().map(|r| r.id()).collect();
    for (from, to, said) in [
        (
            "working_days = \"span\"",
            "working_days = \"title\"",
            "要按字段“事由”来算，它要是起止日期字段",
        ),
        (
            "working_days = \"span\"",
            "working_days = \"nothing\"",
            "要按另一格来算，那一格不存在",
        ),
        ("age = \"id_no\"", "age = \"phone\"", "它要是身份证号字段"),
        (
            "column = \"price\"",
            "column = \"what\"",
            "要加起来的栏“what”，在那张表里不是数字或金额栏",
        ),
        ("table = \"items\"", "table = \"fare\"", "它要是表格字段"),
        (
            "sum = [\"fare\", \"bed\", \"rest\"]",
            "sum = []",
            "没有写由哪些字段加起来",
        ),
        (
            "sum = [\"fare\", \"bed\", \"rest\"]",
            "sum = [\"fare\", \"guests\"]",
            "把金额和不是金额的数加在一起了",
        ),
        (
            "sum = [\"fare\", \"bed\", \"rest\"]",
            "sum = [\"fare\", \"total\"]",
            "请把它排在“报销总额”后面",
        ),
        (
            "compute = { days = \"span\" }",
            "compute = { days = \"span\" }\nwrite = [\"apply\"]",
            "由平台算，不用写在哪一环节填",
        ),
        (
            "kind = \"choice\", options = [\"张\", \"次\"]",
            "kind = \"choice\"",
            "是选择项，请写出可选的内容",
        ),
        (
            "label = \"名目\", must = true",
            "label = \"名目\", must = true, sum = true",
            "不是数字或金额，不能合计",
        ),
        ("{ id = \"n\", label", "{ id = \"what\", label", "代号重了"),
        (
            "kind = \"money\"\nwrite",
            "kind = \"money\"\nmasked = true\nwrite",
            "字段“住宿费”不能遮盖",
        ),
        (
            "reveal = [\"office_director\"]",
            "reveal = [\"chief\"]",
            "用到的角色本单位没有",
        ),
        (
            "label = \"会议室\"\nkind = \"resource\"",
            "label = \"会议室\"\nkind = \"resource\"\nreveal = [\"leader\"]",
            "写了谁能看全号，却没有遮盖",
        ),
        (
            "label = \"事由\"\nkind = \"text\"",
            "label = \"事由\"\nkind = \"text\"\nmasked = true",
            "是标题或查重用的",
        ),
        (
            "must = [{ field = \"hosts\"",
            "must = [{ field = \"cooks\"",
            "第 1 条填写要求指到的字段不存在",
        ),
        (
            "steps = [\"apply\"]\nwhen",
            "steps = [\"dinner\"]\nwhen",
            "第 1 条填写要求指到的环节不存在",
        ),
        ("divided_by = 3", "divided_by = 0", "分母不能是 0"),
        (
            "field = \"guests\", divided_by",
            "field = \"title\", divided_by",
            "不是同一类，比不了大小",
        ),
        (
            "is = \"<=\", value = 3",
            "is = \"<=\", value = \"3\"",
            "“工作日”是数，要和数比",
        ),
        (
            "value = \"飞机\"",
            "value = \"轮船\"",
            "“乘坐”没有“轮船”这一项可选",
        ),
        ("of = \"会议室\"", "of = \"\"", "要写出从哪一类里选"),
        (
            "label = \"来宾人数\"\nkind = \"number\"\nmin = 0",
            "label = \"来宾人数\"\nkind = \"number\"\nmin = 9\nmax = 3",
            "什么数都填不进去",
        ),
        ("fields = [\"span\"", "fields = [\"days\"", "不能更正"),
    ] {
        assert!(form::TEXT.contains(from), "{from}");
        let text = form::TEXT.replacen(from, to, 1);
        let found = publish::check(&Procedure::parse(&text).unwrap(), &roles);
        assert!(found.iter().any(|s| s.contains(said)), "{to}: {found:#?}");
    }
}
