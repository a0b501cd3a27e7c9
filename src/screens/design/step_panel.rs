//! One step at the side of the list: who, how many, how long, what is written, what may be done, where it goes,
//! what may be filled in. All of it is one form: any of its buttons keeps everything that was changed.

use super::desk::{Desk, role};
use super::held::of_right;
use super::parts::{self, press};
use super::read::{departments, who_word};
use super::shown::Shown;
use super::way_panel;
use crate::engine::definition::limit;
use crate::engine::definition::{Default, Field, HowMany, Kind, MoveId, Procedure, Step, Who};
use crate::engine::design::{Right, rights, steps, words};
use crate::ui::{Markup, html};

/// The panel.
pub fn draw(panel: &Shown<'_>, desk: &Desk, s: &Step) -> Markup {
    let first = desk.procedure.first_step().is_some_and(|f| f.id == s.id);
    let n = desk.procedure.place(&s.id).unwrap_or(0) + 1;
    let handed = matches!(s.how, HowMany::Departments { .. });
    html! {
        h2.band { span { "第 " (n) " 步　" (s.name) } }
        p.hint { "改好几处再一起记下也行：按哪一个“记下这一步”，改过的都会存。" }
        (name(panel, s))
        @if !first { (people(panel, desk, s)) }
        (due(panel, desk, s))
        (opinion(panel, desk, s))
        (moves(panel, desk, s))
        (way_panel::draw(panel, desk, s))
        (matrix(panel, desk, s))
        @if handed { (review(panel, desk, s)) }
    }
}

/// The button that keeps the whole panel.
pub fn keep(s: &Step) -> Markup {
    press(&format!("step.keep:{}", s.id), "记下这一步")
}

fn part(title: &str, inside: &Markup) -> Markup {
    html! { details open { summary { (title) } (inside) } }
}

fn name(panel: &Shown<'_>, s: &Step) -> Markup {
    let inside = html! {
        (parts::field("叫什么", &panel.line("name", "这一步的名称")))
        (parts::field("请他做什么，例如 审批", &panel.line("verb", "请他做什么")))
        p.acts.tight {
            (keep(s))
            (press(&format!("step.up:{}", s.id), "↑ 上移")) (press(&format!("step.down:{}", s.id), "↓ 下移"))
            (press(&format!("step.drop:{}", s.id), "删掉这一步"))
        }
    };
    part("名称和次序", &inside)
}

/// Everybody who may do a step, as one list.
pub fn who_pick(shown: &Shown<'_>, desk: &Desk, name: &str, said: &str) -> Markup {
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
    shown.pick(name, said, &all)
}

fn fields_of(p: &Procedure, kind: &Kind) -> Vec<(String, String)> {
    let mut all = parts::pairs([("", "自动加一格")]);
    let of = p.fields.iter().filter(|f| f.kind == *kind);
    all.extend(of.map(|f| (f.id.clone(), f.label.clone())));
    all
}

fn people(panel: &Shown<'_>, desk: &Desk, s: &Step) -> Markup {
    let how = parts::pairs([
        ("any_one", "一个人办了就行"),
        ("all", "每个人都要办，同时送"),
        ("in_order", "每个人都要办，一个一个送"),
        ("at_least", "同时送，至少几个人办完"),
        ("departments", "分给主办和协办部门"),
    ]);
    let over = parts::pairs([("all", "主办协办都办完"), ("principal", "主办办完就行")]);
    let p = &desk.procedure;
    let (many, among) = (panel.text("many"), panel.all("among"));
    let mut assisting = fields_of(p, &Kind::Departments);
    assisting.push((steps::NONE.to_owned(), "没有协办部门".to_owned()));
    let inside = html! {
        (parts::field("谁来办", &who_pick(panel, desk, "who", "谁来办")))
        details open[!among.is_empty() || panel.is_wrong(&["among"])] {
            summary { "从哪些角色里选（上面选了“从角色里选人”才用）" }
            (parts::roles("among", &among))
        }
        (parts::field("几个人办", &panel.pick("many", "几个人办", &how)))
        details open[many == "departments" || many == "at_least" || panel.is_wrong(&["least"])] {
            summary { "至少几个人、分给哪些部门" }
            (parts::field("至少几个人", &panel.line("least", "至少几个人")))
            (parts::field("主办部门填在", &panel.pick("main", "主办部门填在哪一格", &fields_of(p, &Kind::Department))))
            (parts::field("协办部门填在", &panel.pick("assisting", "协办部门填在哪一格", &assisting)))
            (parts::field("怎样算办完", &panel.pick("ends", "怎样算办完", &over)))
        }
        (panel.tick("not_own", "自己发起的不能自己办"))
        p.acts.tight { (keep(s)) }
    };
    part("谁来办", &inside)
}

fn due(panel: &Shown<'_>, desk: &Desk, s: &Step) -> Markup {
    let mut units = parts::pairs([
        ("", "不限"),
        ("working_days", "个工作日"),
        ("days", "天（自然日）"),
        ("months", "个月"),
    ]);
    let law = |l: &limit::Limit| format!("法定：{}，{}", l.matter, l.term.words());
    units.extend(limit::all().iter().map(|l| (l.id.clone(), law(l))));
    let p = &desk.procedure;
    let mut after = parts::pairs([("", "送到这一步的时候")]);
    let others = p.steps.iter().filter(|o| o.id != s.id);
    after.extend(others.map(|o| (o.id.clone(), format!("“{}”办完的时候", o.name))));
    let mut dated = parts::pairs([("", "没有")]);
    let dates = p.fields.iter().filter(|f| f.kind == Kind::Date);
    dated.extend(dates.map(|f| (f.id.clone(), f.label.clone())));
    let (start, field) = (panel.text("after"), panel.text("dated"));
    let inside = html! {
        div.twin {
            (parts::field("几", &panel.line("n", "几天办完")))
            (parts::field("怎么算", &panel.pick("unit", "日子怎么算", &units)))
        }
        details open[!start.is_empty() || !field.is_empty()] {
            summary { "从什么时候算起、以哪一格的日期为准" }
            (parts::field("算起", &panel.pick("after", "从什么时候算起", &after)))
            (parts::field("这一格填了日期，就以它为准", &panel.pick("dated", "以哪一格的日期为准", &dated)))
        }
        (clock(panel))
        p.acts.tight { (keep(s)) }
    };
    part("几天办完", &inside)
}

/// More time, and time that stands still.
fn clock(panel: &Shown<'_>) -> Markup {
    let now = panel.text("extend");
    let mut who = parts::pairs([("", "不能申请")]);
    let roles = crate::org::Role::ALL.iter();
    who.extend(roles.map(|r| (r.id().to_owned(), format!("可以，由{}批", r.label()))));
    let on = !now.is_empty() || panel.on("pause");
    html! {
        details open[on || panel.is_wrong(&["extend"])] {
            summary { "申请延期、暂停计时" }
            (parts::field("申请延期（一件一次）", &panel.pick("extend", "申请延期", &who)))
            (panel.tick("pause", "可以暂停计时：写明原因，等补正材料、公示这些日子不算"))
        }
    }
}

fn opinion(panel: &Shown<'_>, desk: &Desk, s: &Step) -> Markup {
    let needs = parts::pairs([("must", "一定要写"), ("may", "可写可不写"), ("no", "不写")]);
    let boxes = fields_of(&desk.procedure, &Kind::OpinionBox);
    let inside = html! {
        (parts::field("写意见", &panel.pick("writes", "写不写意见", &needs)))
        (parts::field("写在哪一栏", &panel.pick("into", "意见写在哪一栏", &boxes)))
        (parts::field("常用语，一行一句", &panel.area("phrases", "常用语")))
        p.acts.tight { (keep(s)) }
    };
    part("写意见", &inside)
}

fn moves(panel: &Shown<'_>, desk: &Desk, s: &Step) -> Markup {
    let ticked = panel.all("move");
    let fits = |mv: MoveId| {
        words::offered(mv) && (mv != MoveId::Refuse || desk.procedure.refuse.is_some())
    };
    let inside = html! {
        @for (mv, _, says) in words::OFFERED.iter().filter(|o| fits(o.0)) {
            @let on = ticked.iter().any(|m| m == mv.as_str());
            @let name = format!("say.{}", mv.as_str());
            div.move {
                (parts::tick("move", mv.as_str(), says, on))
                @if on { (panel.line(&name, &format!("“{says}”按钮上的字"))) }
            }
        }
        (panel.wrong("move"))
        p.acts.tight { (keep(s)) }
    };
    part("能做什么", &inside)
}

fn matrix(panel: &Shown<'_>, desk: &Desk, s: &Step) -> Markup {
    let fields = &desk.procedure.fields;
    let inside = html! {
        div.scroll tabindex="0" {
            table.rights {
                caption.vh { "这一步怎样看、怎样填" }
                thead { tr {
                    th scope="col" { "格子" }
                    @for (_, _, label) in Right::ALL { th scope="col" { (label) } }
                } }
                tbody { @for f in fields { (right(panel, f)) } }
            }
        }
        p.acts.tight { (keep(s)) }
    };
    part("这一步怎样看、怎样填", &inside)
}

fn right(panel: &Shown<'_>, f: &Field) -> Markup {
    let name = of_right(&f.id);
    let now = panel.text(&name);
    html! {
        tr {
            td { (f.label) }
            @for (right, word, label) in Right::ALL {
                td {
                    @if rights::is_typed(f) || matches!(right, Right::Hidden | Right::See) {
                        input type="radio" name=(name) value=(word)
                            aria-label=(format!("{}：{label}", f.label)) checked[now == word];
                    }
                }
            }
        }
    }
}

fn review(panel: &Shown<'_>, desk: &Desk, s: &Step) -> Markup {
    let mut all = parts::pairs([("none", "不用审核")]);
    let p = &desk.procedure;
    let before = p.steps.iter().filter(|o| o.id != s.id);
    all.extend(before.map(|o| {
        (
            format!("handler/{}", o.id),
            format!("办“{}”的人审核", o.name),
        )
    }));
    let inside = html! {
        (parts::field("部门反馈以后", &panel.pick("reviewer", "谁审核部门的反馈", &all)))
        p.acts.tight { (keep(s)) }
    };
    part("审核反馈", &inside)
}
