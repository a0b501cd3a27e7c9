//! Reading one line as people write a flow on paper: 拟稿人→部门负责人→分管领导→主要领导签发；超3天催办.
//! Not here: steps and fields (`quick`). What is not understood is named, never guessed.

use super::quick_terms::{ladder, term};
use super::words::VERBS;
use crate::engine::definition::Is;
use crate::engine::definition::limit::Term;

/// Who is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    Starter,
    /// Head of the starter's department.
    Head,
    /// Leader in charge of it.
    Leader,
    Role(&'static str),
    /// The head of one department, by its full name.
    Dept(String),
    /// The heads of several, at the same time.
    Depts(Vec<String>),
    /// Whom the step before chooses.
    Chosen,
}

/// When a step is walked at all.
#[derive(Debug, Clone, PartialEq)]
pub enum When {
    /// A number of days, or yuan.
    Number { is: Is, n: f64, money: bool },
    /// One of these words is chosen in the form.
    Words(Vec<String>),
}

/// One step as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    pub name: String,
    pub who: Heard,
    pub when: Vec<When>,
    pub due: Option<Term>,
}

/// What is said of all of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    Due(Term),
    Urge(Term),
    Copy(Vec<Heard>),
}

/// A line as understood.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    pub steps: Vec<Piece>,
    pub rules: Vec<Rule>,
    /// Parts of the path not understood, each with what to write instead.
    pub broken: Vec<String>,
    /// Clauses beside the path not understood.
    pub left: Vec<String>,
}

const STARTER: &[&str] = &[
    "拟稿人",
    "申请人",
    "发起人",
    "经办人",
    "本人",
    "填表人",
    "填报人",
    "报告人",
    "起草人",
    "用车人",
    "请假人",
    "报销人",
    "登记人",
    "用印人",
    "领用人",
    "申报人",
    "采购人",
    "干部",
    "工作人员",
    "拟稿",
    "申请",
    "起草",
    "填报",
];
const HEAD: &[&str] = &[
    "部门负责人",
    "科室负责人",
    "股室负责人",
    "站所负责人",
    "部门领导",
    "科室领导",
    "部门主任",
    "本部门负责人",
    "所在部门负责人",
    "单位负责人",
    "科长",
    "股长",
    "部门",
    "科室",
    "本部门",
    "所在部门",
    "中层",
    "中层干部",
];
const LEADER: &[&str] = &[
    "分管领导",
    "分管负责人",
    "分管副镇长",
    "分管副书记",
    "分管副职",
    "分管镇长",
    "分管",
    "分管领导同志",
];
const ROLES: &[(&str, &[&str])] = &[
    (
        "principal_leader",
        &[
            "主要领导",
            "主要负责人",
            "书记",
            "镇长",
            "乡长",
            "党委书记",
            "一把手",
            "书记或镇长",
            "书记镇长",
            "党政主要领导",
        ],
    ),
    ("leader", &["班子成员", "领导班子", "党政领导"]),
    (
        "office_director",
        &["党政办主任", "办公室主任", "党政办负责人", "办公室负责人"],
    ),
    (
        "records_clerk",
        &[
            "党政办",
            "办公室",
            "收发文员",
            "收发员",
            "文书",
            "机要员",
            "党政办文书",
            "党政办文员",
        ],
    ),
    (
        "seal_keeper",
        &["印章管理员", "管印人", "印章员", "印章保管员", "印管员"],
    ),
    ("archivist", &["档案员", "档案室", "档案管理员"]),
    ("village_clerk", &["村文书", "村报账员"]),
    ("window", &["窗口", "窗口员", "窗口人员"]),
    ("duty", &["值班员", "值班人员"]),
];
const CHOSEN: &[&str] = &[
    "承办人",
    "指定人员",
    "选定人员",
    "指定的人",
    "办理人",
    "有关人员",
    "相关人员",
];
/// Whom a verb alone means.
const ALONE: &[(&str, Heard)] = &[
    ("归档", Heard::Role("archivist")),
    ("用印", Heard::Role("seal_keeper")),
    ("盖章", Heard::Role("seal_keeper")),
    ("备案", Heard::Role("records_clerk")),
    ("核稿", Heard::Role("office_director")),
    ("签发", Heard::Role("principal_leader")),
    ("填写", Heard::Starter),
];
const BEFORE: [&str; 15] = [
    "然后", "最后", "最终", "再由", "再送", "再报", "再", "报请", "报", "送", "由", "经", "交",
    "到", "请",
];

/// The departments, full and short name.
pub type Departments = [(String, String)];

/// Reads a line.
pub fn read(line: &str, departments: &Departments) -> Line {
    let mut out = Line::default();
    let arrows = line
        .replace("-->", "→")
        .replace("->", "→")
        .replace("—>", "→")
        .replace("=>", "→")
        .replace(['＞', '>', '⇒', '➔', '➡', '⟶'], "→");
    for (i, clause) in cut(&arrows, &['；', ';', '。', '\n'])
        .into_iter()
        .enumerate()
    {
        let is_path = i == 0 || clause.contains('→');
        for part in cut(&clause, &['→', '，', ',']) {
            if let Some(rule) = rule(&part, departments) {
                out.rules.push(rule);
                continue;
            }
            match piece(&part, departments) {
                Ok(piece) if is_path => out.steps.push(piece),
                Ok(_) => out.left.push(part),
                Err(why) if is_path => out.broken.push(why),
                Err(_) => out.left.push(part),
            }
        }
    }
    out
}

/// Cut at these characters, outside of brackets; empty pieces are none.
fn cut(text: &str, at: &[char]) -> Vec<String> {
    let (mut all, mut now, mut deep) = (Vec::new(), String::new(), 0_i32);
    for c in text.chars() {
        match c {
            '（' | '(' => deep += 1,
            '）' | ')' => deep -= 1,
            _ => {}
        }
        if deep <= 0 && at.contains(&c) {
            all.push(std::mem::take(&mut now));
        } else {
            now.push(c);
        }
    }
    all.push(now);
    let all = all.into_iter().map(|p| p.trim().to_owned());
    all.filter(|p| !p.is_empty()).collect()
}

fn rule(part: &str, departments: &Departments) -> Option<Rule> {
    for word in ["抄送给", "抄送", "抄报", "知会", "告知"] {
        if let Some(rest) = part.strip_prefix(word) {
            let rest = rest.trim_matches(['（', '）', '(', ')', ' ']);
            let all: Option<Vec<Heard>> = names(rest).iter().map(|w| who(w, departments)).collect();
            return all.filter(|a| !a.is_empty()).map(Rule::Copy);
        }
    }
    let all = ["每一步", "每步", "各步", "每个环节", "各环节", "一律", "均"];
    let plain = all
        .iter()
        .find_map(|w| part.strip_prefix(w))
        .unwrap_or(part)
        .trim();
    let late = ["超过", "超期", "超"]
        .iter()
        .find_map(|w| plain.strip_prefix(w));
    if let Some(rest) = late {
        let (term, rest) = term(rest)?;
        let tail = [
            "未办的",
            "未办",
            "不办的",
            "不办",
            "没办的",
            "没办",
            "的",
            "就",
            "自动",
        ];
        let rest = tail
            .iter()
            .fold(rest, |r, t| r.strip_prefix(t).unwrap_or(r));
        return matches!(
            rest,
            "催办" | "提醒" | "催" | "就催" | "自动催办" | "自动提醒"
        )
        .then_some(Rule::Urge(term));
    }
    let plain = ["限时", "限", "在"]
        .iter()
        .find_map(|w| plain.strip_prefix(w))
        .unwrap_or(plain);
    let (term, rest) = term(plain)?;
    let limited = part != plain;
    let rest = ["以内", "之内", "内"]
        .iter()
        .find_map(|w| rest.strip_prefix(w))
        .unwrap_or(rest);
    let done = matches!(
        rest,
        "办完" | "办结" | "完成" | "办理完毕" | "办好" | "办理"
    );
    (done || (limited && rest.is_empty())).then_some(Rule::Due(term))
}

fn names(text: &str) -> Vec<String> {
    let all = text.split(['、', '，', ',', '和', '与', '及', '/', ' ']);
    all.map(|w| w.trim().to_owned())
        .filter(|w| !w.is_empty())
        .collect()
}

/// Whom a word means.
fn who(word: &str, departments: &Departments) -> Option<Heard> {
    let word = word.trim().trim_end_matches('的');
    let is = |all: &[&str]| all.contains(&word);
    if is(STARTER) {
        return Some(Heard::Starter);
    }
    if is(HEAD) {
        return Some(Heard::Head);
    }
    if is(LEADER) {
        return Some(Heard::Leader);
    }
    if let Some((role, _)) = ROLES.iter().find(|(_, all)| is(all)) {
        return Some(Heard::Role(role));
    }
    if is(CHOSEN) {
        return Some(Heard::Chosen);
    }
    dept(word, departments).map(Heard::Dept)
}

fn dept(word: &str, departments: &Departments) -> Option<String> {
    let known = |w: &str| {
        departments
            .iter()
            .find(|(full, short)| !w.is_empty() && (full == w || short == w))
    };
    let heads = ["负责人", "主任", "所长", "站长", "领导"];
    let bare = heads.iter().find_map(|h| word.strip_suffix(h));
    let found = known(word).or_else(|| bare.and_then(known));
    found.map(|(full, _)| full.clone())
}

fn piece(part: &str, departments: &Departments) -> Result<Piece, String> {
    let (body, inside) = brackets(part);
    let mut rest = body.as_str();
    let mut when = Vec::new();
    loop {
        if let Ok(mut found) = step(rest, inside.as_deref(), departments) {
            when.append(&mut found.when);
            found.when = when;
            return Ok(found);
        }
        if let Some((one, after)) = ladder(rest) {
            when.extend(one);
            rest = after.trim_start_matches(['的', '由', '：', ':', ' ']);
        } else if let Some(after) = BEFORE.iter().find_map(|w| rest.strip_prefix(w)) {
            rest = after;
        } else {
            return step(rest, inside.as_deref(), departments).map_err(|why| match why.as_str() {
                "" => format!(
                    "“{part}”没有看懂是谁：可以写部门负责人、分管领导、主要领导、党政办、印章管理员，或者本单位的部门名称"
                ),
                _ => why,
            });
        }
    }
}

/// What stands in brackets at the end, taken off.
fn brackets(part: &str) -> (String, Option<String>) {
    let part = part.trim();
    let Some(open) = part.find(['（', '(']) else {
        return (part.to_owned(), None);
    };
    let (before, inside) = part.split_at(open);
    let inside = inside.trim_start_matches(['（', '(']);
    let (inside, after) = inside.rsplit_once(['）', ')']).unwrap_or((inside, ""));
    (
        format!("{}{}", before.trim(), after.trim()),
        Some(inside.trim().to_owned()),
    )
}

fn step(body: &str, inside: Option<&str>, departments: &Departments) -> Result<Piece, String> {
    if let Some(countersigned) = countersigned(body, inside, departments) {
        return countersigned;
    }
    let verb = VERBS
        .iter()
        .find(|v| body.ends_with(**v))
        .copied()
        .unwrap_or("");
    let word = body.strip_suffix(verb).unwrap_or(body);
    let alone = || {
        ALONE
            .iter()
            .find(|(v, _)| *v == body)
            .map(|(_, h)| h.clone())
    };
    let heard = who(word, departments)
        .or_else(|| who(body, departments))
        .or_else(alone);
    let Some(heard) = heard else {
        let several = names(word);
        if several.len() > 1 && several.iter().all(|w| who(w, departments).is_some()) {
            return Err(format!(
                "“{word}”是几个人一起办：请写成“会签({})”，或者用→分成几步",
                several.join("、")
            ));
        }
        return Err(String::new());
    };
    let mut piece = Piece {
        name: named(body, verb, &heard),
        who: heard,
        when: Vec::new(),
        due: None,
    };
    if let Some(inside) = inside {
        within(&mut piece, inside)?;
    }
    Ok(piece)
}

/// 拟稿人 is called 拟稿人填写, 分管领导 分管领导审批, 党政办 党政办办理.
fn named(body: &str, verb: &str, heard: &Heard) -> String {
    let plain = verb.is_empty() || body == verb && !ALONE.iter().any(|(v, _)| *v == body);
    match heard {
        _ if !plain => body.to_owned(),
        Heard::Starter => format!("{body}填写"),
        Heard::Head
        | Heard::Leader
        | Heard::Role("principal_leader" | "leader" | "office_director") => {
            format!("{body}审批")
        }
        Heard::Dept(_) => format!("{body}审核"),
        _ => format!("{body}办理"),
    }
}

/// 会签(综治办、财政所)
fn countersigned(
    body: &str,
    inside: Option<&str>,
    departments: &Departments,
) -> Option<Result<Piece, String>> {
    let word = body.strip_suffix("会签")?;
    let list = match (word, inside) {
        ("", Some(inside)) => names(inside),
        ("", None) => Vec::new(),
        ("有关部门" | "相关部门" | "各部门", inside) => {
            names(inside.unwrap_or_default())
        }
        (word, _) => names(word),
    };
    let known: Vec<Option<String>> = list.iter().map(|w| dept(w, departments)).collect();
    let strange: Vec<String> = list
        .iter()
        .zip(&known)
        .filter(|(_, k)| k.is_none())
        .map(|(w, _)| w.clone())
        .collect();
    Some(match strange.is_empty() {
        true => Ok(Piece {
            name: "部门会签".to_owned(),
            who: Heard::Depts(known.into_iter().flatten().collect()),
            when: Vec::new(),
            due: None,
        }),
        false => Err(format!(
            "会签里的“{}”本单位没有这个部门，请照组织机构里的名称写",
            strange.join("、")
        )),
    })
}

/// What brackets after a step say: how long, or when it is walked.
fn within(piece: &mut Piece, inside: &str) -> Result<(), String> {
    let plain = ["限时", "限"]
        .iter()
        .find_map(|w| inside.strip_prefix(w))
        .unwrap_or(inside);
    if let Some((term, rest)) = term(plain)
        && matches!(rest, "" | "内" | "以内" | "内办完" | "办完" | "办结")
    {
        piece.due = Some(term);
        return Ok(());
    }
    if let Some((found, rest)) = ladder(inside) {
        return match rest.trim_end_matches(['的', '时']) {
            "" => {
                piece.when.extend(found);
                Ok(())
            }
            rest => Err(format!("括号里的“{rest}”没有看懂，请写成“3天以上”这样")),
        };
    }
    let words = names(inside);
    if words.is_empty() {
        return Ok(());
    }
    piece.when.push(When::Words(words));
    Ok(())
}
