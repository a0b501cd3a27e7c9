//! 档案设置: fonds, arrangement, the code of each department, and the table of retention, row by row.
//! Not here: what they mean for cards (`gather`, `arrange`).

use super::arrange::Arrangement;
use super::retention::{Keep, Origin, Rule};
use super::settings_store::{Settings, set_rules, set_settings};
use super::{AT, RULES_AT, SETTINGS_AT, SetArchive, open};
use crate::kit::{DeptId, Error, FieldErrors, Result, ShelfNo};
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::section;
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

/// Empty rows under the table of retention.
const MORE: usize = 4;
/// Rows taken at most.
const MOST: usize = 200;

pub(super) fn show(cx: &mut Cx<SetArchive>) -> Result<Reply> {
    let settings = open(cx).settings()?;
    Ok(Reply::Page(draw(cx, &settings, &FieldErrors::default())?))
}

/// POST `/archive/settings`.
pub(super) fn keep(cx: &mut Cx<SetArchive>) -> Result<Reply> {
    let archive = open(cx);
    let before = archive.settings()?;
    let kept = read(cx, &before).and_then(|settings| {
        let organ = archive.keeper.organ;
        cx.write_on(ShelfNo::HUB, organ.0, move |w| {
            set_settings(w, organ, &settings)
        })
        .map(drop)
    });
    match kept {
        Ok(()) => {
            cx.tell("档案设置已保存。已经编好的档号不会变，新编的按新设置");
            Ok(Reply::To(SETTINGS_AT.into()))
        }
        Err(Error::Invalid(errors)) => Ok(Reply::Wrong(draw(cx, &before, &errors)?)),
        Err(e) => Err(e),
    }
}

/// Codes and fonds numbers: capital letters and figures, as they stand in an archive number.
fn code(text: &str) -> Option<String> {
    let code = crate::kit::text::fold(text.trim()).to_uppercase();
    let plain = code.len() <= 8 && code.bytes().all(|b| b.is_ascii_alphanumeric());
    plain.then_some(code)
}

fn read(cx: &Cx<SetArchive>, before: &Settings) -> Result<Settings> {
    let mut errors = FieldErrors::default();
    let mut settings = Settings {
        rev: cx.form("rev").parse().unwrap_or(0),
        home: crate::kit::text::one_line(cx.form("home")),
        arrangement: Arrangement::from_id(cx.form("arrangement")),
        offices: before.offices.clone(),
        ..Settings::default()
    };
    match code(cx.form("fonds")).filter(|c| !c.is_empty()) {
        Some(fonds) => settings.fonds = fonds,
        None => errors.add(
            "fonds",
            "请写档案馆给的全宗号，字母和数字，例如 Z109；还没有的，问县档案馆要",
        ),
    }
    for (name, value) in cx.input.pairs() {
        let Some(dept) = name.strip_prefix("office.").and_then(|d| d.parse().ok()) else {
            continue;
        };
        match code(value) {
            Some(code) => {
                settings.offices.insert(DeptId(dept), code);
            }
            None => errors.add(name, "机构代码请写 3 个大写字母，例如 BGS"),
        }
    }
    errors.check(settings)
}

/// POST `/archive/settings/rules`.
pub(super) fn keep_rules(cx: &mut Cx<SetArchive>) -> Result<Reply> {
    let organ = open(cx).keeper.organ;
    let rules = match cx.input.has("default") {
        true => Vec::new(),
        false => rules(cx),
    };
    let own = !rules.is_empty();
    cx.write_on(ShelfNo::HUB, organ.0, move |w| set_rules(w, organ, &rules))?;
    cx.tell(match own {
        true => "期限表已保存。以后收入的件按它建议，已经做成卡片的不变",
        false => "已换回程序自带的期限表",
    });
    Ok(Reply::To(SETTINGS_AT.into()))
}

fn rules(cx: &Cx<SetArchive>) -> Vec<Rule> {
    let all = (0..MOST).filter_map(|n| {
        let said = |name: &str| crate::kit::text::one_line(cx.form(&format!("{name}.{n}")));
        let says = said("says");
        let words: Vec<String> = said("words")
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        if says.is_empty() && words.is_empty() {
            return None;
        }
        Some(Rule {
            keep: Keep::read(&said("keep"))?,
            words,
            from: Origin::read(&said("from")).unwrap_or_default(),
            says,
            page: said("page"),
        })
    });
    all.collect()
}

fn draw(cx: &Cx<SetArchive>, settings: &Settings, errors: &FieldErrors) -> Result<Markup> {
    let content = html! {
        (crumbs(&Link::new("档案", AT), &[], "档案设置"))
        (heading("档案设置", "", &html! {}))
        (form::errors(errors))
        (base(cx, settings, errors)?)
        (section("h-rules", "保管期限表", &"", &table(cx, settings)?))
    };
    Ok(cx.draw(&Page::new("档案设置").wrong(errors), &content))
}

fn base(cx: &Cx<SetArchive>, settings: &Settings, errors: &FieldErrors) -> Result<Markup> {
    let said = |name: &str, has: &str| match cx.input.has(name) {
        true => cx.form(name).to_owned(),
        false => has.to_owned(),
    };
    let arrangements = [Arrangement::OfficeFirst, Arrangement::TermFirst];
    let arrangements = arrangements.map(|a| Choice::new(a.id(), a.label()));
    let archive = open(cx);
    let depts: Vec<_> = archive.directory.depts_of(archive.keeper.organ).collect();
    Ok(html! {
        form method="post" action=(SETTINGS_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::hidden("rev", &settings.rev.to_string()))
            (form::text("fonds", "全宗号").value(said("fonds", &settings.fonds)).need()
                .hint("县档案馆给本单位的号，例如 Z109").few().check(errors))
            (form::text("home", "进馆的档案馆").value(said("home", &settings.home)).hint("例如 墨川县档案馆，印在移交清单上"))
            (form::radios("arrangement", "分类办法", arrangements.into())
                .value(said("arrangement", settings.arrangement.id()))
                .hint("一经采用，各年要一致（DA/T 22-2015）"))
            h2 { "机构（问题）代码" }
            p.hint { "用拼音的三个字头，例如 党政办公室 BGS；几个小部门合在一起整理的，写同一个代码；空着的不分机构。" }
            @for dept in &depts {
                @let name = format!("office.{}", dept.id);
                // a beginning: the code the department has in the office
                @let has = match settings.rev { 0 => dept.code.as_str(), _ => settings.code(dept.id) };
                @let value = said(&name, has);
                (form::text(&name, &dept.name).value(value).few().check(errors))
            }
            p.acts { button.btn.key type="submit" { "保存" } }
        }
    })
}

fn table(cx: &Cx<SetArchive>, settings: &Settings) -> Result<Markup> {
    let columns = [
        Column::new("题名或文种里有（空格隔开，有一个就算）").phone(Phone::Title),
        Column::new("来源"),
        Column::new("期限"),
        Column::new("说的是什么"),
        Column::new("依据（条款或页码）"),
    ];
    let rows: Vec<Row> = (0..settings.rules.len() + MORE)
        .map(|n| rule_row(n, settings.rules.get(n)))
        .collect();
    Ok(html! {
        p.hint {
            @if settings.own_rules { "这是本单位的期限表。" } @else { "现在用的是程序自带的，照国家档案局令第8号给乡镇拟的。本单位的表要由同级档案部门审批（8号令第十二条），批下来后在这里改成一样的。" }
            "从上往下看，第一行对得上的算数；“不归档”只是建议，件不会删除。"
        }
        form method="post" action=(RULES_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (ledger("保管期限表", &columns, &rows, ""))
            p.acts {
                button.btn.key type="submit" { "保存期限表" }
                button.btn type="submit" name="default" value="1" { "换回程序自带的" }
            }
        }
    })
}

fn rule_row(n: usize, rule: Option<&Rule>) -> Row {
    let text = |name: &str, label: &str, value: &str| {
        html! { input type="text" name=(format!("{name}.{n}")) value=(value) aria-label=(format!("第 {} 行{label}", n + 1)); }
    };
    let words = rule.map_or_else(String::new, |r| r.words.join(" "));
    let from = rule.map_or_else(Origin::default, |r| r.from);
    let keep = rule.map(|r| r.keep);
    Row::new(vec![
        text("words", "的词", &words),
        html! { select name=(format!("from.{n}")) aria-label=(format!("第 {} 行来源", n + 1)) {
            @for o in Origin::ALL { option value=(o.label()) selected[o == from] { (o.label()) } }
        } },
        html! { select name=(format!("keep.{n}")) aria-label=(format!("第 {} 行期限", n + 1)) {
            @for k in Keep::ALL { option value=(k.label()) selected[Some(k) == keep] { (k.label()) } }
        } },
        text("says", "说的是什么", rule.map_or("", |r| &r.says)),
        text("page", "依据", rule.map_or("", |r| &r.page)),
    ])
}
