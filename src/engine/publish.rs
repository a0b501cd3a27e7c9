//! Checks a definition before it may be published: what parses may still lead nowhere.
//! Every sentence names the step or field by its label, in the office's words, and says what to mend.
//! Not here: whether somebody fills a role today; that is asked when a case comes to the step.

mod aside;
mod claimed;
mod explore;
mod kinds;
mod lanes_side;
mod official_side;
mod paper_side;
mod reach;
mod staff;
mod standing;
mod state;
mod telling;
mod troupe;
mod valuation;

use super::definition::{Field, HowMany, Kind, MoveId, Procedure, Step, Who};
use super::facts::People;
use super::register;
use crate::org::Role;
use std::collections::{BTreeMap, BTreeSet};

/// What the check says of a definition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// What has to be mended before it may be published.
    pub faults: Vec<String>,
    /// What to know; it may be published all the same.
    pub warnings: Vec<String>,
}

/// The whole check: the definition by itself, every state a case of it can come to, and whether somebody of this
/// organ can do each step today.
#[must_use]
pub fn judge(procedure: &Procedure, roles: &[&str], people: &dyn People) -> Verdict {
    let mut verdict = Verdict {
        faults: check(procedure, roles),
        warnings: Vec::new(),
    };
    // what names nothing real cannot be played
    if verdict.faults.is_empty() {
        explore::explore(procedure, &mut verdict);
        verdict.warnings.extend(staff::warnings(procedure, people));
    }
    verdict
}

/// What is wrong with a definition beside the others of the office.
#[must_use]
pub fn beside<'a>(
    procedure: &Procedure,
    others: impl Iterator<Item = &'a Procedure>,
) -> Vec<String> {
    let columns = &procedure.register.columns;
    let shared = others.filter(|o| o.register.id == procedure.register.id);
    let clash = shared.flat_map(|o| {
        let kept = o.register.columns.iter();
        kept.filter_map(move |k| {
            let own = columns.iter().find(|c| c.id == k.id)?;
            (own.kind != k.kind).then(|| {
                format!(
                    "登记簿“{}”和事项“{}”共用，“{}”一栏在那里是另一种内容，请改成一样的，或换一个代号",
                    o.register.name, o.name, own.label
                )
            })
        })
    });
    clash.collect()
}

/// What is wrong with a definition, as a list; empty where it may be published.
/// `roles` are the ids of the roles the office knows.
#[must_use]
pub fn check(procedure: &Procedure, roles: &[&str]) -> Vec<String> {
    let mut check = Check {
        p: procedure,
        roles,
        found: Vec::new(),
    };
    check.ids();
    check.head();
    check.aside();
    check.lanes();
    check.claims();
    check.steps();
    check.reach();
    check.fields();
    check.kinds();
    check.layout();
    check.columns();
    check.book();
    check.in_sight();
    check.import();
    check.official();
    check.found
}

struct Check<'a> {
    p: &'a Procedure,
    roles: &'a [&'a str],
    found: Vec<String>,
}

impl Check<'_> {
    fn say(&mut self, sentence: impl Into<String>) {
        self.found.push(sentence.into());
    }

    fn ids(&mut self) {
        let plain = |id: &str| {
            let mut letters = id.bytes();
            letters.next().is_some_and(|b| b.is_ascii_lowercase())
                && letters
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b))
        };
        let steps = self
            .p
            .steps
            .iter()
            .map(|s| (s.id.as_str(), s.name.as_str(), "环节"));
        let fields = self
            .p
            .fields
            .iter()
            .map(|f| (f.id.as_str(), f.label.as_str(), "字段"));
        let mut seen: BTreeMap<(&str, &str), &str> = BTreeMap::new();
        for (id, label, kind) in steps.chain(fields).collect::<Vec<_>>() {
            if !plain(id) {
                self.say(format!(
                    "{kind}“{label}”的代号里有不能用的字：只能用小写英文字母、数字和下划线"
                ));
            }
            if let Some(first) = seen.insert((kind, id), label) {
                self.say(format!(
                    "{kind}“{first}”和“{label}”用了同一个代号，平台分不清：请删掉其中一个重新加，或者把文件里的代号改成不一样的"
                ));
            }
        }
        if !plain(&self.p.id) {
            self.say("事项的代号里有不能用的字：只能用小写英文字母、数字和下划线");
        }
    }

    /// The register becomes a table of the lists: what cannot be one must not stop them.
    fn book(&mut self) {
        let columns = &self.p.register.columns;
        let mut seen = BTreeSet::new();
        let twice: Vec<String> = columns
            .iter()
            .filter(|c| !seen.insert(c.id.as_str()))
            .map(|c| c.label.clone())
            .collect();
        for label in twice {
            self.say(format!("登记簿里“{label}”一栏的代号用了两次，请改其中一个"));
        }
        let made = register::tables(std::iter::once(self.p));
        if made.iter().any(|t| t.create().is_err()) {
            self.say("登记簿和它各栏的代号只能用小写英文字母、数字和下划线，请改过来");
        }
    }

    fn head(&mut self) {
        let p = self.p;
        self.need_field(&p.title, "标题");
        if let Some(urgency) = &p.urgency {
            self.need_field(urgency, "缓急");
        }
        for r in &p.start.roles {
            self.need_role(r, "发起人");
        }
        if let Some(series) = &p.series {
            self.need_step(&series.step, "编号");
            let fits = p
                .field(&series.field)
                .is_some_and(|f| f.kind == Kind::SeriesNumber);
            if !fits {
                let label = self.label_of(&series.field);
                self.say(format!("编号要写进一个“编号”字段，{label}不是，请改选一个"));
            }
            if !series.pattern.contains("{n}") {
                self.say("编号的写法里要有 {n}，例如 收文〔{year}〕{n}号");
            }
        }
        if let Some(same) = &p.same {
            for id in [&same.number, &same.issuer, &same.title, &same.why] {
                self.need_field(id, "查重");
            }
        }
        for grant in &p.visibility.grants {
            self.need_step(&grant.from, "查看权");
            self.who(&grant.who, "查看权");
        }
        if let Some(every) = &p.start.every {
            for r in &every.roles {
                self.need_role(r, "按时发起");
            }
        }
        if p.start.from.is_some() && p.scans().is_none() {
            self.say("由扫描件发起的，第一个环节要有一格能填的“附件”放扫描件".to_owned());
        }
        if let Some(exchange) = &p.exchange {
            self.found.extend(exchange.faults(p));
        }
        if let Some(lending) = &p.lending {
            self.found.extend(lending.faults(p));
        }
        if let Some(c) = &p.circulation {
            for r in c.among.iter().chain(&c.late).chain(&c.manage) {
                self.need_role(r, "传阅");
            }
            if let Some(into) = &c.into {
                self.need_box(into, "传阅");
            }
        }
        if let Some(paper) = &p.paper {
            let whose = "纸质意见代录";
            paper.enter.iter().for_each(|r| self.need_role(r, whose));
            paper.steps.iter().for_each(|s| self.need_step(s, whose));
            self.found.extend(super::paper::faults(p, paper));
        }
    }

    fn steps(&mut self) {
        for step in &self.p.steps {
            let name = format!("环节“{}”", step.name);
            self.who(&step.who, &name);
            for next in &step.next {
                self.need_step(&next.to, &format!("{name}的去路“{}”", next.label));
                for c in &next.when {
                    self.need_field(&c.field, &name);
                }
            }
            if let Some(o) = &step.opinion {
                self.need_box(&o.into, &name);
            }
            if let Some(due) = &step.due {
                due.after.iter().for_each(|s| self.need_step(s, &name));
                due.field.iter().for_each(|f| self.need_field(f, &name));
                due.warn.iter().for_each(|f| self.need_field(f, &name));
                due.remind
                    .iter()
                    .for_each(|c| self.need_field(&c.field, &name));
            }
            for tell in &step.tells {
                self.who(&tell.who, &name);
                let branch = matches!(tell.who, Who::BranchReceiver | Who::BranchHead);
                if tell.who.is_chosen() || branch {
                    self.say(format!(
                        "{name}办完要告诉谁，请写明是谁，不能靠选，也不能写部门的收件人或负责人"
                    ));
                }
            }
            if let Some(review) = &step.review {
                self.who(&review.who, &name);
            }
            if let Some(usual) = &step.usual {
                self.who(usual, &name);
                if !step.who.is_chosen() {
                    self.say(format!("{name}不靠选人，不用写默认选谁"));
                }
            }
            if let HowMany::Departments { in_order, .. } = &step.how {
                for c in in_order {
                    self.need_field(&c.field, &name);
                }
            }
            self.how(step, &name);
            self.moves(step, &name);
        }
    }

    fn how(&mut self, step: &Step, name: &str) {
        let in_branch = matches!(step.who, Who::BranchReceiver | Who::BranchHead);
        if let HowMany::Departments {
            principal,
            assisting,
            ..
        } = &step.how
        {
            let fits = |id: &str, kind: &Kind| self.p.field(id).is_some_and(|f| f.kind == *kind);
            let main = fits(principal, &Kind::Department) || fits(principal, &Kind::Departments);
            let assist = assisting
                .as_deref()
                .is_none_or(|a| fits(a, &Kind::Departments));
            if !main || !assist {
                self.say(format!("{name}分给主办和协办部门，要各有一个部门字段"));
            }
            if !in_branch {
                self.say(format!("{name}由部门办，请写明由部门的收件人还是负责人办"));
            }
        } else if in_branch {
            self.say(format!(
                "{name}没有分给部门，不能写由部门的收件人或负责人办"
            ));
        }
        if step.how == HowMany::AtLeast(0) {
            self.say(format!("{name}至少要一个人办"));
        }
    }

    fn moves(&mut self, step: &Step, name: &str) {
        let has = |m: MoveId| step.moves.contains_key(&m);
        let ends = has(MoveId::Archive) || has(MoveId::LeaveOut);
        let finishes = [
            MoveId::Submit,
            MoveId::HandOut,
            MoveId::FeedBack,
            MoveId::Read,
            MoveId::Close,
        ];
        if !ends && !finishes.iter().any(|m| has(*m)) {
            self.say(format!(
                "{name}没有一个动作能办完它，请加上“送下一环节”之类的动作"
            ));
        }
        if has(MoveId::Start) || step.moves.keys().any(|m| m.is_aside()) {
            self.say(format!(
                "{name}不用写发起、撤回、补阅、催办、撤回和结束传阅、更正、作废、导入，它们不归哪一个环节"
            ));
        }
        if has(MoveId::Sign) {
            self.say(format!(
                "{name}不用写“签好”：请了人加签、会签，平台自己会给他们这个按钮"
            ));
        }
        if has(MoveId::Refuse) && self.p.refuse.is_none() {
            self.say(format!(
                "{name}可以退回来文单位，还没有说明退回以后记在哪一格：请去掉这个动作，或者照收文办件的写法补上"
            ));
        }
        if step.transfer_to_departments && !matches!(step.how, HowMany::Departments { .. }) {
            self.say(format!(
                "{name}没有分给部门办，转办就不能转给部门：请改成分给部门办，或者去掉转给部门"
            ));
        }
        if step.next.is_empty() && !ends && !has(MoveId::Close) {
            self.say(format!(
                "{name}之后没有下一环节，也不能办结或归档，件会停在这里"
            ));
        }
        let chosen = |id: &str| self.p.step(id).is_some_and(|s| s.who.is_chosen());
        let asks = has(MoveId::Submit) || has(MoveId::HandOut);
        if !asks && step.next.first().is_some_and(|n| chosen(&n.to)) {
            self.say(format!(
                "{name}办完自动往下走，下一环节的人就不能靠选，请写明由谁办"
            ));
        }
        if has(MoveId::Circulate) && self.p.circulation.is_none() {
            self.say(format!(
                "{name}可以传阅，却没有说明传给谁、意见写在哪一栏：请在这一步的“能做什么”里把“传阅”去掉再勾上，平台会补好；不用传阅的，去掉就行"
            ));
        }
        let handed = matches!(step.how, HowMany::Departments { .. });
        if has(MoveId::FeedBack) && !handed {
            self.say(format!("{name}有“反馈”，它只用在分给部门办的环节"));
        }
        if has(MoveId::Conclude) != step.sender_may_end {
            self.say(format!(
                "{name}：“截止，不再等”这个动作和“送来的人可以截止”要一起写，请补上另一个"
            ));
        }
    }

    fn fields(&mut self) {
        let many = |s: &Step| {
            matches!(
                s.how,
                HowMany::All | HowMany::AtLeast(_) | HowMany::Departments { .. }
            )
        };
        for field in &self.p.fields {
            let name = format!("字段“{}”", field.label);
            let steps = field
                .write
                .iter()
                .chain(&field.must)
                .chain(&field.hidden_from);
            for s in steps {
                self.need_step(s, &name);
            }
            let engine = matches!(field.kind, Kind::SeriesNumber | Kind::OpinionBox);
            if engine && !(field.write.is_empty() && field.must.is_empty()) {
                self.say(format!("{name}由平台填，不用写在哪一环节填"));
            }
            let several = self
                .p
                .steps
                .iter()
                // files of several hands are gathered, not written over
                .find(|s| many(s) && field.writable_at(&s.id) && field.kind != Kind::Files);
            if let Some(s) = several {
                self.say(format!(
                    "{name}在环节“{}”会被几个人同时填，后填的会盖掉先填的：请改用意见栏，或换到一个人办的环节填",
                    s.name
                ));
            }
            self.hidden_and_must(field, &name);
            for c in &field.must_when {
                self.need_field(&c.field, &name);
            }
            if let Some(pictures) = &field.pictures {
                self.need_field(&pictures.declare, &name);
            }
        }
    }

    fn hidden_and_must(&mut self, field: &Field, name: &str) {
        let both = field.must.iter().find(|s| field.hidden_from.contains(s));
        if let Some(s) = both {
            let step = self.p.step_name(s).to_owned();
            self.say(format!("{name}在环节“{step}”既要填又看不见"));
        }
    }

    fn who(&mut self, who: &Who, name: &str) {
        match who {
            Who::Role(r) => self.need_role(r, name),
            Who::ChosenFrom(all) => all.iter().for_each(|r| self.need_role(r, name)),
            Who::HandlerOf(step) => self.need_step(step, name),
            Who::RoleOf { role, department } => {
                self.need_role(role, name);
                self.need_departments(department, name);
            }
            Who::HeadOf(f) | Who::ReceiverOf(f) | Who::LeaderOf(f) | Who::StaffOf(f) => {
                self.need_departments(f, name);
            }
            _ => {}
        }
    }

    /// “天数”, or that there is no such field; never its id.
    fn label_of(&self, id: &str) -> String {
        let found = self.p.field(id);
        found.map_or_else(
            || "一个不存在的字段".to_owned(),
            |f| format!("“{}”", f.label),
        )
    }

    fn need_role(&mut self, role: &str, name: &str) {
        if !self.roles.contains(&role) {
            let label = |id: &&str| Role::from_id(id).map_or("", Role::label);
            let known = self.roles.iter().map(label).filter(|l| !l.is_empty());
            let known: Vec<&str> = known.collect();
            self.say(format!(
                "{name}用到的角色本单位没有，请改选一个；有的是：{}",
                known.join("、")
            ));
        }
    }

    fn need_step(&mut self, id: &str, name: &str) {
        if self.p.step(id).is_none() {
            self.say(format!(
                "{name}指到的环节不存在，可能已经删掉，请重新选一个环节"
            ));
        }
    }

    fn need_field(&mut self, id: &str, name: &str) {
        if self.p.field(id).is_none() {
            self.say(format!(
                "{name}指到的字段不存在，可能已经删掉，请重新选一个字段"
            ));
        }
    }

    fn need_departments(&mut self, id: &str, name: &str) {
        let fits = |f: &Field| matches!(f.kind, Kind::Department | Kind::Departments);
        if !self.p.field(id).is_some_and(fits) {
            let label = self.label_of(id);
            self.say(format!(
                "{name}要按部门找人，选的却是{label}，它不是部门字段：请改选一个部门字段"
            ));
        }
    }

    fn need_box(&mut self, id: &str, name: &str) {
        if self.p.field(id).is_none_or(|f| f.kind != Kind::OpinionBox) {
            let label = self.label_of(id);
            self.say(format!(
                "{name}要把意见写进{label}，它不是意见栏：请改选一个意见栏，没有就在表单里加一格"
            ));
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::engine::shipped;

    const ROLES: &[&str] = &[
        "principal_leader",
        "leader",
        "office_director",
        "records_clerk",
        "dept_head",
        "receiver",
        "handler",
        "village_clerk",
        "seal_keeper",
        "archivist",
        "window",
        "duty",
    ];

    fn with(from: &str, to: &str) -> String {
        let text = shipped::TEXTS.first().unwrap();
        assert!(text.contains(from), "{from}");
        let p = Procedure::parse(&text.replacen(from, to, 1)).unwrap();
        check(&p, ROLES).join("\n")
    }

    #[test]
    fn what_ships_may_be_published() {
        for p in shipped::all().unwrap() {
            assert_eq!(check(&p, ROLES), [""; 0], "{}", p.id);
        }
    }

    #[test]
    fn names_what_leads_nowhere() {
        let cases = [
            (
                "roles = [\"records_clerk\"]",
                "roles = [\"nobody\"]",
                "发起人用到的角色本单位没有",
            ),
            (
                "who = { role = \"office_director\" }\nopinion",
                "who = { role = \"x\" }\nopinion",
                "环节“审阅”用到的角色本单位没有",
            ),
            (
                "to = \"instruct\"",
                "to = \"finish\"",
                "没有一条路通到环节“批示”",
            ),
            ("to = \"instruct\"", "to = \"nowhere\"", "指到的环节不存在"),
            (
                "moves = { archive = \"归档\" }",
                "moves = { submit = \"送\" }",
                "走不到办结或归档",
            ),
            (
                "into = \"instruct_opinion\"",
                "into = \"title\"",
                "它不是意见栏",
            ),
            ("[\"title 12\"],", "[\"titel 12\"],", "版式指到的字段不存在"),
            (
                "write = [\"hand_out\"]",
                "write = [\"handle\"]",
                "字段“协办部门”在环节“承办”会被几个人同时填",
            ),
            (
                "from = { actor = \"propose\" }",
                "from = { actor = \"p\" }",
                "台账“拟办者”指到的环节不存在",
            ),
            (
                "pattern = \"收文〔{year}〕{n}号\"",
                "pattern = \"收文\"",
                "要有 {n}",
            ),
            (
                "principal = \"principal_department\"",
                "principal = \"title\"",
                "要各有一个部门字段",
            ),
            (
                "fields = [\"from\"",
                "fields = [\"number\"",
                "字段“收文号”不能更正",
            ),
            (
                "fields = [\"from\"",
                "fields = [\"assisting_departments\"",
                "字段“协办部门”不能更正",
            ),
            (
                "fields = [\"from\"",
                "fields = [\"urge\"",
                "字段“是否催办”有人看不见",
            ),
            (
                "again_after_hours = 4",
                "again_after_hours = 0",
                "至少 1 小时",
            ),
            (
                "refuse = \"退回来文单位\"",
                "void = \"作废\"",
                "它们不归哪一个环节",
            ),
            (
                "field = \"result\"\nvalue",
                "field = \"nowhere\"\nvalue",
                "退回来文单位指到的字段不存在",
            ),
            (
                "from = \"holder\", width = 8",
                "from = \"holder\", width = 8, off = [\"list\"]",
                "登记簿的“现在到”一栏在网页上要一直看得见",
            ),
        ];
        for (from, to, said) in cases {
            let found = with(from, to);
            assert!(found.contains(said), "{to}: {found}");
        }
    }
}
