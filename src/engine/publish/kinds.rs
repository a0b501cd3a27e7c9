//! What the check says of fields by their kind: what is computed from what, columns of tables, covered personal
//! data, rules between fields, and conditions that could never hold. Not here: who fills what in (`publish`).

use super::Check;
use crate::engine::compute::is_money;
use crate::engine::definition::{
    Against, Column, ColumnOf, Compute, Condition, Field, Is, Kind, Procedure, Rule,
};
use std::collections::BTreeSet;

impl Check<'_> {
    pub(super) fn kinds(&mut self) {
        let p = self.p;
        for (place, field) in p.fields.iter().enumerate() {
            let name = format!("字段“{}”", field.label);
            match &field.kind {
                Kind::Computed(how) => self.computed(&name, (place, field), how),
                Kind::Table { columns } => self.table(&name, columns),
                Kind::Resource { of } if of.trim().is_empty() => {
                    self.say(format!("{name}要写出从哪一类里选，例如会议室"));
                }
                Kind::Number {
                    min: Some(min),
                    max: Some(max),
                } if min > max => {
                    self.say(format!(
                        "{name}最小是 {min}，最大是 {max}，什么数都填不进去"
                    ));
                }
                _ => {}
            }
            self.covered(&name, field);
            for c in &field.must_when {
                self.condition(&name, c);
            }
        }
        for step in &p.steps {
            for c in step.next.iter().flat_map(|n| &n.when) {
                self.condition(&format!("环节“{}”的去路", step.name), c);
            }
        }
        for (n, rule) in p.rules.iter().enumerate() {
            self.rule(&format!("第 {} 条填写要求", n + 1), rule);
        }
    }

    fn computed(&mut self, name: &str, (place, field): (usize, &Field), how: &Compute) {
        if !(field.write.is_empty() && field.must.is_empty() && field.must_when.is_empty()) {
            self.say(format!("{name}由平台算，不用写在哪一环节填"));
        }
        if field.default.is_some() {
            self.say(format!("{name}由平台算，不用写默认值"));
        }
        match how {
            Compute::Days(id) | Compute::WorkingDays(id) => {
                self.from(name, id, ("起止日期", |k| matches!(k, Kind::Span)));
            }
            Compute::Age(id) => {
                self.from(name, id, ("身份证号", |k| matches!(k, Kind::IdNumber)));
            }
            Compute::SumOf { table, column } => {
                let columns = match self.p.field(table).map(|f| &f.kind) {
                    Some(Kind::Table { columns }) => columns.as_slice(),
                    _ => {
                        self.from(name, table, ("表格", |k| matches!(k, Kind::Table { .. })));
                        return;
                    }
                };
                let figure = |c: &&Column| matches!(c.kind, ColumnOf::Number | ColumnOf::Money);
                let found = columns.iter().find(|c| c.id == *column);
                if found.filter(figure).is_none() {
                    self.say(format!(
                        "{name}要加起来的栏“{column}”，在那张表里不是数字或金额栏"
                    ));
                }
            }
            Compute::Sum(all) => self.sum(name, place, all),
        }
    }

    /// Numbers with numbers, money with money, and of what is computed only what stands before it.
    fn sum(&mut self, name: &str, place: usize, all: &[String]) {
        let figure = |k: &Kind| matches!(k, Kind::Number { .. } | Kind::Money | Kind::Computed(_));
        if all.is_empty() {
            self.say(format!("{name}没有写由哪些字段加起来"));
        }
        for id in all {
            self.from(name, id, ("数字、金额或自动算的", figure));
            let at = self.p.fields.iter().position(|f| f.id == *id);
            let computed = self
                .p
                .field(id)
                .is_some_and(|f| matches!(f.kind, Kind::Computed(_)));
            if computed && at.is_some_and(|at| at >= place) {
                let of = self.label_of(id);
                self.say(format!("{name}要用到{of}算出来的数，请把它排在{of}后面"));
            }
        }
        let money = |id: &&String| self.p.field(id).is_some_and(|f| is_money(self.p, f));
        let n = all.iter().filter(money).count();
        if n != 0 && n != all.len() {
            self.say(format!("{name}把金额和不是金额的数加在一起了，请分开"));
        }
    }

    fn from(&mut self, name: &str, id: &str, (word, fits): (&str, fn(&Kind) -> bool)) {
        match self.p.field(id) {
            None => self.say(format!(
                "{name}要按另一格来算，那一格不存在，可能已经删掉，请重新选一格"
            )),
            Some(f) if !fits(&f.kind) => {
                self.say(format!("{name}要按字段“{}”来算，它要是{word}字段", f.label))
            }
            Some(_) => {}
        }
    }

    fn table(&mut self, name: &str, columns: &[Column]) {
        let mut seen = BTreeSet::new();
        for c in columns {
            let plain =
                c.id.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
            if c.id.is_empty() || !plain {
                self.say(format!(
                    "{name}的栏“{}”，代号“{}”只能用小写英文字母、数字和下划线",
                    c.label, c.id
                ));
            }
            if !seen.insert(c.id.as_str()) {
                self.say(format!(
                    "{name}的栏“{}”和前面一栏的代号重了，请改其中一个",
                    c.label
                ));
            }
            if c.label.trim().is_empty() {
                self.say(format!("{name}的栏“{}”没有名称", c.id));
            }
            let choice = c.kind == ColumnOf::Choice;
            if choice && c.options.is_empty() {
                self.say(format!("{name}的栏“{}”是选择项，请写出可选的内容", c.label));
            }
            if !choice && !c.options.is_empty() {
                self.say(format!(
                    "{name}的栏“{}”不是选择项，不用写可选的内容",
                    c.label
                ));
            }
            if c.sum && !matches!(c.kind, ColumnOf::Number | ColumnOf::Money) {
                self.say(format!("{name}的栏“{}”不是数字或金额，不能合计", c.label));
            }
        }
    }

    /// Personal data: of a kind that can be covered, and nowhere where it would stand uncovered.
    fn covered(&mut self, name: &str, field: &Field) {
        if !field.masked {
            if !field.reveal.is_empty() {
                self.say(format!(
                    "{name}写了谁能看全号，却没有遮盖；请加上遮盖，或者去掉看全号的角色"
                ));
            }
            return;
        }
        let words = matches!(
            field.kind,
            Kind::Text { .. } | Kind::LongText { .. } | Kind::Phone | Kind::IdNumber
        );
        if !words {
            self.say(format!("{name}不能遮盖：只有文字、电话和身份证号可以"));
        }
        for role in &field.reveal {
            self.need_role(role, name);
        }
        let p = self.p;
        let same = p.same.as_ref();
        let same = same.map(|s| [&s.number, &s.issuer, &s.title, &s.why]);
        let open = p.title == field.id || same.is_some_and(|s| s.contains(&&field.id));
        if open {
            self.say(format!("{name}是标题或查重用的，人人看得见，不能遮盖"));
        }
        // whoever has to know it to go on reads it in the condition's outcome
        if !field.hidden_from.is_empty() && p.brief.contains(&field.id) {
            self.say(format!("{name}有人看不见，不能放在待办的摘要里"));
        }
    }

    fn rule(&mut self, name: &str, rule: &Rule) {
        if rule.steps.is_empty() {
            self.say(format!("{name}没有写在哪个环节检查"));
        }
        for s in &rule.steps {
            self.need_step(s, name);
        }
        if rule.must.is_empty() {
            self.say(format!("{name}没有写要满足什么"));
        }
        if rule.say.trim().is_empty() {
            self.say(format!("{name}没有写不满足时怎么提示，请写清楚该怎么改"));
        }
        for c in rule.when.iter().chain(&rule.must) {
            self.need_field(&c.field, name);
            self.condition(name, c);
        }
    }

    /// A comparison that could never hold, whatever is filled in.
    fn condition(&mut self, name: &str, c: &Condition) {
        let Some(field) = self.p.field(&c.field) else {
            return;
        };
        let label = field.label.clone();
        if let Some(than) = &c.than {
            self.need_field(&than.field, name);
            if than.divided_by == 0 {
                self.say(format!("{name}里“{label}”要和几分之一比，分母不能是 0"));
            }
            let other = self.p.field(&than.field);
            if than.end.is_some() {
                if field.kind != Kind::Date || other.is_none_or(|o| o.kind != Kind::Span) {
                    self.say(format!(
                        "{name}里“{label}”要和起止日期的开始日或者结束日比，两边要一个是日期、一个是起止日期"
                    ));
                }
            } else if other.is_some_and(|o| family(self.p, o) != family(self.p, field)) {
                self.say(format!(
                    "{name}里“{label}”和另一个字段不是同一类，比不了大小"
                ));
            }
            return;
        }
        let family = family(self.p, field);
        match (c.against(), c.is) {
            (_, Is::Filled | Is::Empty) => {}
            (Against::Nothing, _) => self.say(format!("{name}里“{label}”没有写和什么比")),
            (Against::Words(_), _) if matches!(family, Family::Figure | Family::Yuan) => {
                self.say(format!("{name}里“{label}”是数，要和数比，不要加引号"));
            }
            (Against::Figure, _) if family == Family::Words => {
                self.say(format!("{name}里“{label}”是文字，不能和数比"));
            }
            (Against::Words(s), Is::Equal | Is::NotEqual) => {
                let gone = match &field.kind {
                    Kind::Choice { options } => !options.iter().any(|o| o == s),
                    _ => false,
                };
                if gone {
                    self.say(format!("{name}里“{label}”没有“{s}”这一项可选"));
                }
            }
            _ => {}
        }
    }
}

/// What may be compared with what.
#[derive(PartialEq, Eq)]
enum Family {
    Words,
    Figure,
    Yuan,
    Day,
    Other,
}

fn family(p: &Procedure, field: &Field) -> Family {
    match &field.kind {
        // a span is the days it takes
        _ if is_money(p, field) => Family::Yuan,
        Kind::Number { .. } | Kind::Computed(_) | Kind::Span => Family::Figure,
        Kind::Date => Family::Day,
        Kind::Text { .. } | Kind::LongText { .. } | Kind::Choice { .. } | Kind::Phone => {
            Family::Words
        }
        _ => Family::Other,
    }
}
