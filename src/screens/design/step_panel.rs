//! One step at the side of the list: who, how many, how long, what is written, what may be done, where it goes,
//! what may be filled in. Each part is a form of its own and is kept by itself.

use super::DesignProcedure;
use super::desk::{Desk, Tab, role};
use super::parts::{self, Typed, press};
use super::read::{ROWS, departments, who_word};
use crate::engine::definition::limit::{self, Term};
use crate::engine::definition::{
    Default, Ends, HowMany, Kind, MoveId, Need, Next, Procedure, Step, Who,
};
use crate::engine::design::{Right, rights, words};
use crate::ui::{Markup, html};
use crate::web::Cx;

/// The panel.
pub fn draw(cx: &Cx<DesignProcedure>, desk: &Desk, s: &Step) -> Markup {
    let first = desk.procedure.first_step().is_some_and(|f| f.id == s.id);
    let n = desk.procedure.place(&s.id).unwrap_or(0) + 1;
    html! {
        h2.band { span { "第 " (n) " 步　" (s.name) } }
        (name(cx, desk, s))
        @if !first { (people(cx, desk, s)) }
        (due(cx, desk, s))
        (opinion(cx, desk, s))
        (moves(cx, desk, s))
        (ways(cx, desk, s))
        (matrix(cx, desk, s))
        @if matches!(s.how, HowMany::Departments { .. }) { (review(cx, desk, s)) }
    }
}

fn part(cx: &Cx<DesignProcedure>, desk: &Desk, title: &str, inside: &Markup) -> Markup {
    html! {
        details open { summary { (title) } (desk.form(cx, Tab::Flow, inside)) }
    }
}

fn name(cx: &Cx<DesignProcedure>, desk: &Desk, s: &Step) -> Markup {
    let deed = format!("step.rename:{}", s.id);
    let typed = Typed::of(cx, &deed);
    let verb = s.verb.as_deref().unwrap_or_default();
    let inside = html! {
        (parts::field("叫什么", &parts::line("name", "这一步的名称", &typed.text("name", &s.name))))
        (parts::field("请他做什么，例如 审批", &parts::line("verb", "请他做什么", &typed.text("verb", verb))))
        p.acts.tight {
            (press(&deed, "记下名称"))
            (press(&format!("step.up:{}", s.id), "↑ 上移")) (press(&format!("step.down:{}", s.id), "↓ 下移"))
            (press(&format!("step.drop:{}", s.id), "删掉这一步"))
        }
    };
    part(cx, desk, "名称和次序", &inside)
}

/// Everybody who may do a step, as one list.
pub fn who_pick(desk: &Desk, name: &str, said: &str, now: &str) -> Markup {
    let p = &desk.procedure;
    let mut all = parts::pairs([
        ("chosen", "上一步选人，谁都可以"),
        ("chosen_from", "上一步从下面勾的角色里选人"),
        ("starter", "发起人本人"),
        ("previous", "送来的人自己"),
    ]);
    let mut add = |who: Who| all.push((who_word(&who), words::who(p, &who, &role)));
    let is_fixed = |f: &&crate::engine::definition::Field| {
        matches!(f.default, Some(Default::Literal(_))) && f.write.is_empty() && f.must.is_empty()
    };
    let depts = p
        .fields
        .iter()
        .filter(|f| matches!(f.kind, Kind::Department | Kind::Departments));
    for f in depts {
        add(Who::HeadOf(f.id.clone()));
        if !is_fixed(&f) {
            add(Who::LeaderOf(f.id.clone()));
            add(Who::ReceiverOf(f.id.clone()));
        }
    }
    for r in crate::org::Role::ALL {
        add(Who::Role(r.id().to_owned()));
    }
    for s in &p.steps {
        add(Who::HandlerOf(s.id.clone()));
    }
    add(Who::BranchReceiver);
    add(Who::BranchHead);
    for (full, _) in departments(desk) {
        all.push((format!("named/{full}"), format!("{full}的负责人（固定）")));
    }
    if !all.iter().any(|(value, _)| value == now) {
        all.insert(0, ("keep".to_owned(), "照现在的不变".to_owned()));
    }
    parts::pick(name, said, &all, now)
}

fn fields_of(p: &Procedure, kind: &Kind) -> Vec<(String, String)> {
    let mut all = parts::pairs([("", "自动加一格")]);
    let of = p.fields.iter().filter(|f| f.kind == *kind);
    all.extend(of.map(|f| (f.id.clone(), f.label.clone())));
    all
}

fn people(cx: &Cx<DesignProcedure>, desk: &Desk, s: &Step) -> Markup {
    let deed = format!("step.people:{}", s.id);
    let typed = Typed::of(cx, &deed);
    let among: &[String] = match &s.who {
        Who::ChosenFrom(all) => all,
        _ => &[],
    };
    let (many, least, main, assisting, ends) = match &s.how {
        HowMany::AnyOne => ("any_one", String::new(), "", "", "all"),
        HowMany::All => ("all", String::new(), "", "", "all"),
        HowMany::InOrder => ("in_order", String::new(), "", "", "all"),
        HowMany::AtLeast(n) => ("at_least", n.to_string(), "", "", "all"),
        HowMany::Departments {
            principal,
            assisting,
            ends,
            ..
        } => (
            "departments",
            String::new(),
            principal.as_str(),
            assisting.as_deref().unwrap_or_default(),
            if *ends == Ends::Principal {
                "principal"
            } else {
                "all"
            },
        ),
    };
    let how = parts::pairs([
        ("any_one", "一个人办了就行"),
        ("all", "每个人都要办，同时送"),
        ("in_order", "每个人都要办，一个一个送"),
        ("at_least", "同时送，至少几个人办完"),
        ("departments", "分给主办和协办部门"),
    ]);
    let over = parts::pairs([("all", "主办协办都办完"), ("principal", "主办办完就行")]);
    let p = &desk.procedure;
    let handed = many == "departments";
    let inside = html! {
        (parts::field("谁来办", &who_pick(desk, "who", "谁来办", &typed.text("who", &who_word(&s.who)))))
        details open[!among.is_empty()] {
            summary { "从哪些角色里选（上面选了“从角色里选人”才用）" }
            (parts::roles("among", &typed.all("among", among)))
        }
        (parts::field("几个人办", &parts::pick("many", "几个人办", &how, &typed.text("many", many))))
        details open[handed || many == "at_least"] {
            summary { "至少几个人、分给哪些部门" }
            (parts::field("至少几个人", &parts::line("least", "至少几个人", &typed.text("least", &least))))
            (parts::field("主办部门填在", &parts::pick("main", "主办部门填在哪一格", &fields_of(p, &Kind::Department), &typed.text("main", main))))
            (parts::field("协办部门填在", &parts::pick("assisting", "协办部门填在哪一格", &fields_of(p, &Kind::Departments), &typed.text("assisting", assisting))))
            (parts::field("怎样算办完", &parts::pick("ends", "怎样算办完", &over, &typed.text("ends", ends))))
        }
        (parts::tick("not_own", "1", "自己发起的不能自己办", typed.on("not_own", s.not_own)))
        p.acts.tight { (press(&deed, "记下由谁办")) }
    };
    part(cx, desk, "谁来办", &inside)
}

fn due(cx: &Cx<DesignProcedure>, desk: &Desk, s: &Step) -> Markup {
    let deed = format!("step.due:{}", s.id);
    let typed = Typed::of(cx, &deed);
    let (n, unit) = match s.due.as_ref().map(|d| (d.term, d.limit)) {
        None => (String::new(), ""),
        Some((_, Some(law))) => (String::new(), law.id.as_str()),
        Some((Term::WorkingDays(n), _)) => (n.to_string(), "working_days"),
        Some((Term::Days(n), _)) => (n.to_string(), "days"),
        Some((Term::Months(n), _)) => (n.to_string(), "months"),
    };
    let mut units = parts::pairs([
        ("", "不限"),
        ("working_days", "个工作日"),
        ("days", "天（自然日）"),
        ("months", "个月"),
    ]);
    units.extend(limit::all().iter().map(|l| {
        (
            l.id.clone(),
            format!("法定：{}，{}", l.matter, l.term.words()),
        )
    }));
    let p = &desk.procedure;
    let mut after = parts::pairs([("", "送到这一步的时候")]);
    after.extend(
        p.steps
            .iter()
            .filter(|o| o.id != s.id)
            .map(|o| (o.id.clone(), format!("“{}”办完的时候", o.name))),
    );
    let mut dated = parts::pairs([("", "没有")]);
    dated.extend(
        p.fields
            .iter()
            .filter(|f| f.kind == Kind::Date)
            .map(|f| (f.id.clone(), f.label.clone())),
    );
    let of = |d: Option<&String>| d.cloned().unwrap_or_default();
    let (start, field) = s.due.as_ref().map_or_else(
        || (String::new(), String::new()),
        |d| (of(d.after.as_ref()), of(d.field.as_ref())),
    );
    let inside = html! {
        div.twin {
            (parts::field("几", &parts::line("n", "几天办完", &typed.text("n", &n))))
            (parts::field("怎么算", &parts::pick("unit", "日子怎么算", &units, &typed.text("unit", unit))))
        }
        details open[!start.is_empty() || !field.is_empty()] {
            summary { "从什么时候算起、以哪一格的日期为准" }
            (parts::field("算起", &parts::pick("after", "从什么时候算起", &after, &typed.text("after", &start))))
            (parts::field("这一格填了日期，就以它为准", &parts::pick("dated", "以哪一格的日期为准", &dated, &typed.text("dated", &field))))
        }
        p.acts.tight { (press(&deed, "记下期限")) }
    };
    part(cx, desk, "几天办完", &inside)
}

fn opinion(cx: &Cx<DesignProcedure>, desk: &Desk, s: &Step) -> Markup {
    let deed = format!("step.opinion:{}", s.id);
    let typed = Typed::of(cx, &deed);
    let writes = match s.opinion.as_ref().map(|o| o.need) {
        None => "no",
        Some(Need::Required) => "must",
        Some(Need::Optional) => "may",
    };
    let into = s.opinion.as_ref().map_or("", |o| o.into.as_str());
    let phrases = s
        .opinion
        .as_ref()
        .map_or_else(String::new, |o| o.phrases.join("\n"));
    let inside = html! {
        (parts::field("写意见", &parts::pick("writes", "写不写意见", &parts::pairs([("must", "一定要写"), ("may", "可写可不写"), ("no", "不写")]), &typed.text("writes", writes))))
        (parts::field("写在哪一栏", &parts::pick("into", "意见写在哪一栏", &fields_of(&desk.procedure, &Kind::OpinionBox), &typed.text("into", into))))
        (parts::field("常用语，一行一句", &parts::area("phrases", "常用语", &typed.text("phrases", &phrases))))
        p.acts.tight { (press(&deed, "记下意见")) }
    };
    part(cx, desk, "写意见", &inside)
}

fn moves(cx: &Cx<DesignProcedure>, desk: &Desk, s: &Step) -> Markup {
    let deed = format!("step.moves:{}", s.id);
    let typed = Typed::of(cx, &deed);
    let now: Vec<String> = s.moves.keys().map(|m| m.as_str().to_owned()).collect();
    let ticked = typed.all("move", &now);
    let fits = |mv: MoveId| {
        words::offered(mv) && (mv != MoveId::Refuse || desk.procedure.refuse.is_some())
    };
    let inside = html! {
        @for (mv, usual, says) in words::OFFERED.iter().filter(|o| fits(o.0)) {
            @let on = ticked.iter().any(|m| m == mv.as_str());
            @let name = format!("say.{}", mv.as_str());
            div.move {
                (parts::tick("move", mv.as_str(), says, on))
                @if on { (parts::line(&name, &format!("“{says}”按钮上的字"), &typed.text(&name, s.label(*mv).unwrap_or(usual)))) }
            }
        }
        p.acts.tight { (press(&deed, "记下能做什么")) }
    };
    part(cx, desk, "能做什么", &inside)
}

fn ways(cx: &Cx<DesignProcedure>, desk: &Desk, s: &Step) -> Markup {
    let blank = Next {
        to: String::new(),
        label: String::new(),
        when: Vec::new(),
    };
    html! {
        details open {
            summary { "办完以后去哪里" }
            @if s.next.is_empty() { p.hint { "办完就结束。要往下走，在下面加一条去路。" } }
            @for (n, way) in s.next.iter().enumerate() {
                (desk.form(cx, Tab::Flow, &way_form(cx, desk, (s, n), way)))
            }
            details open[s.next.is_empty()] {
                summary { "再加一条去路" }
                (desk.form(cx, Tab::Flow, &way_form(cx, desk, (s, s.next.len()), &blank)))
            }
            p.hint { "有条件的写在前面，最后留一条没有条件的，免得件走不下去。" }
        }
    }
}

fn way_form(cx: &Cx<DesignProcedure>, desk: &Desk, (s, n): (&Step, usize), way: &Next) -> Markup {
    let p = &desk.procedure;
    let new = n >= s.next.len();
    let deed = if new {
        format!("way.add:{}", s.id)
    } else {
        format!("way.set:{}:{n}", s.id)
    };
    let typed = Typed::of(cx, &deed);
    let steps: Vec<(String, String)> = p
        .steps
        .iter()
        .filter(|o| o.id != s.id)
        .map(|o| (o.id.clone(), o.name.clone()))
        .collect();
    let mut fields = parts::pairs([("", "（不看）")]);
    let asked = p
        .fields
        .iter()
        .filter(|f| !matches!(f.kind, Kind::OpinionBox | Kind::SeriesNumber));
    fields.extend(asked.map(|f| (f.id.clone(), f.label.clone())));
    let compared = parts::pairs(words::COMPARED.iter().map(|c| (c.0, c.1)));
    let rows = (way.when.len() + 1).min(ROWS);
    html! {
        div.way-on {
            (parts::field("去哪一步", &parts::pick("to", "去哪一步", &steps, &typed.text("to", &way.to))))
            (parts::field("按钮上的字", &parts::line("label", "按钮上的字", &typed.text("label", &way.label))))
            @for i in 0..rows {
                @let c = way.when.get(i);
                @let is = c.and_then(|c| words::COMPARED.iter().find(|k| k.2 == c.is)).map_or("at_most", |k| k.0);
                div.when {
                    (parts::pick(&format!("w{i}.field"), "条件：看哪一格", &fields, &typed.text(&format!("w{i}.field"), c.map_or("", |c| c.field.as_str()))))
                    (parts::pick(&format!("w{i}.is"), "条件：怎么比", &compared, &typed.text(&format!("w{i}.is"), is)))
                    (parts::line(&format!("w{i}.value"), "条件：和什么比", &typed.text(&format!("w{i}.value"), &c.map_or_else(String::new, |c| words::value(p, c)))))
                }
            }
            p.acts.tight {
                (press(&deed, if new { "加上这条去路" } else { "记下去路" }))
                @if !new {
                    @if n > 0 { (press(&format!("way.up:{}:{n}", s.id), "往前放")) }
                    (press(&format!("way.drop:{}:{n}", s.id), "删掉去路"))
                }
            }
        }
    }
}

fn matrix(cx: &Cx<DesignProcedure>, desk: &Desk, s: &Step) -> Markup {
    let deed = format!("rights:{}", s.id);
    let typed = Typed::of(cx, &deed);
    let now = |f: &crate::engine::definition::Field| {
        let now = rights::right(f, &s.id);
        let word = Right::ALL
            .iter()
            .find(|r| r.0 == now)
            .map_or("see", |r| r.1);
        typed.text(&format!("r.{}", f.id), word)
    };
    let inside = html! {
        div.scroll tabindex="0" {
            table.rights {
                caption.vh { "这一步怎样看、怎样填" }
                thead { tr {
                    th scope="col" { "格子" }
                    @for (_, _, label) in Right::ALL { th scope="col" { (label) } }
                } }
                tbody {
                    @for f in &desk.procedure.fields {
                        @let now = now(f);
                        tr {
                            td { (f.label) }
                            @for (right, word, label) in Right::ALL {
                                td {
                                    @if rights::is_typed(f) || matches!(right, Right::Hidden | Right::See) {
                                        input type="radio" name=(format!("r.{}", f.id)) value=(word)
                                            aria-label=(format!("{}：{label}", f.label)) checked[now == word];
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        p.acts.tight { (press(&deed, "记下怎样填")) }
    };
    part(cx, desk, "这一步怎样看、怎样填", &inside)
}

fn review(cx: &Cx<DesignProcedure>, desk: &Desk, s: &Step) -> Markup {
    let deed = format!("step.review:{}", s.id);
    let typed = Typed::of(cx, &deed);
    let now = s
        .review
        .as_ref()
        .map_or_else(|| "none".to_owned(), |r| who_word(&r.who));
    let now = typed.text("reviewer", &now);
    let mut all = parts::pairs([("none", "不用审核")]);
    let p = &desk.procedure;
    let before = p.steps.iter().filter(|o| o.id != s.id);
    all.extend(before.map(|o| {
        (
            format!("handler/{}", o.id),
            format!("办“{}”的人审核", o.name),
        )
    }));
    if !all.iter().any(|(v, _)| *v == now) {
        all.push((now.clone(), "照现在的不变".to_owned()));
    }
    let inside = html! {
        (parts::field("部门反馈以后", &parts::pick("reviewer", "谁审核部门的反馈", &all, &now)))
        p.acts.tight { (press(&deed, "记下审核")) }
    };
    part(cx, desk, "审核反馈", &inside)
}
