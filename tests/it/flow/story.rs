//! Reads and plays one story. A line is who, what, and the rest; times are five minutes apart.
//!
//! ```text
//! 事项 收文办件
//! 宋小笺 登记 标题=关于防火的通知 来文机关=县应急局
//! 宋小笺 送                       # 送、分办、交办、反馈、审核、阅、结束、办结、归档、不归档、退回、转办、传阅、补阅、撤回、
//!                                 # 催办、撤回传阅、结束传阅、退回来文单位、更正、作废、加签、会签、签好、驳回、终止、重开、
//!                                 # 跳转、暂停计时、恢复计时
//! 纪文澜 打开
//! 纪文澜 送 选=审阅并送领导批示 给=陆平章、江若川 意见=同意。
//! 雷有备 交办 给=安小防 直接      # 直接：往上不再过我；依次：一个一个来；旧页：用打开时的那一页
//! 麦知秋 代 田丰收                # 从此替他办
//! 宋小笺 等 240                   # 分钟
//! 宋小笺 催办 选=催阅 给=雷有备 理由=今天要
//! 章守印 用印                      # 用印、用印作废、外发：模块对公文做的事
//! => 待办 江若川 批示              # 主线上正好这些人有待办
//! => 环节 批示
//! !! 宋小笺 撤回 ## 已经打开       # 要被拒绝，理由里有这几个字
//! ```

use super::deeds::{made, move_of};
use super::town::Town;
use inkstone::engine::case::{CaseState, Outcome, Purpose, State, Task, TaskState, Values};
use inkstone::engine::deed::What;
use inkstone::engine::definition::{Field, Kind, MoveId, Procedure, text_of};
use inkstone::engine::facts::{People, Viewer};
use inkstone::engine::offer::{Back, Input, Turns};
use inkstone::engine::rehearsal::Rehearsal;
use inkstone::engine::{compute, moves, rows};
use inkstone::kit::{Calendar, Id, Millis, Principal, Zone};
use serde_json::json;
use std::collections::BTreeMap;

pub type Told<T = ()> = Result<T, String>;

/// 2026-03-09 09:00 in Beijing.
const START: Millis = Millis(1_773_018_000_000);
const STEP_MS: i64 = 5 * 60_000;

struct Stage<'a> {
    play: Rehearsal<'a>,
    viewers: BTreeMap<String, Viewer>,
    pages: BTreeMap<String, Id>,
}

/// One move of a story, as it was asked for.
pub struct Asked<'a> {
    pub viewer: &'a Viewer,
    pub focus: Option<Id>,
    pub mv: MoveId,
    pub input: &'a Input,
    pub refused: bool,
}

/// Somebody who does the same elsewhere, and says where it came out otherwise.
pub trait Beside {
    /// Somebody fills in a new case.
    fn begins(&mut self, _: &Procedure, _: (&Viewer, &Values)) {}

    /// The holder opens his tasks.
    fn opens(&mut self, _: &Rehearsal<'_>, _: &Viewer) -> Told {
        Ok(())
    }

    /// A module does something to the document beside the moves.
    fn does(&mut self, _: &Rehearsal<'_>, _: &Viewer, _: What) -> Told {
        Ok(())
    }

    /// The rehearsal has done or refused it; before it the case was `before`.
    fn acts(&mut self, _: &Rehearsal<'_>, _before: &CaseState, _: &Asked<'_>) -> Told {
        Ok(())
    }
}

struct Nobody;
impl Beside for Nobody {}

/// What a difference begins with.
const OTHERWISE: &str = "在库里：";

/// Plays a story to its end.
pub fn play(text: &str) -> Told {
    play_beside(text, &mut Nobody)
}

/// The same with somebody beside.
pub fn play_beside(text: &str, beside: &mut dyn Beside) -> Told {
    let mut all = super::played();
    all.extend(made());
    let calendar = Calendar::built_in();
    let mut procedure: Option<&Procedure> = None;
    let mut stage: Option<Stage<'_>> = None;
    for (n, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let told = match line.strip_prefix("事项 ") {
            Some(name) => {
                procedure = all.iter().find(|p| p.name == name.trim());
                stage = None;
                procedure
                    .map(|_| ())
                    .ok_or_else(|| "没有这个事项".to_owned())
            }
            None => match (&mut stage, procedure) {
                (Some(s), _) => s.line(line, beside),
                (None, Some(p)) => begin(p, &calendar, line, beside).map(|s| stage = Some(s)),
                (None, None) => Err("先写“事项 …”".to_owned()),
            },
        };
        told.map_err(|e| format!("第 {} 行“{line}”：{e}", n + 1))?;
    }
    Ok(())
}

fn begin<'a>(
    procedure: &'a Procedure,
    calendar: &'a Calendar,
    line: &str,
    beside: &mut dyn Beside,
) -> Told<Stage<'a>> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let refused = words.first() == Some(&"!!");
    let who = words.get(usize::from(refused)).copied().unwrap_or_default();
    let viewer = Town::viewer(who).ok_or_else(|| format!("没有{who}这个人"))?;
    let dept = Town::dept("党政办").ok_or("没有党政办")?;
    let begun = Rehearsal::begin(procedure, &Town, calendar, (&viewer, dept), START);
    if refused {
        return match begun {
            Ok(_) => Err("应该不让发起".to_owned()),
            Err(_) => begin(procedure, calendar, "宋小笺", beside),
        };
    }
    let mut stage = Stage {
        play: begun.map_err(|e| e.to_string())?,
        viewers: Town::names()
            .map(|n| (n.to_owned(), Town::viewer(n).unwrap()))
            .collect(),
        pages: BTreeMap::new(),
    };
    let rest: Vec<&str> = words.into_iter().skip(2).collect();
    // a story need not tell what is wanted only of some documents
    let wanted = procedure.fields.iter().filter(|f| !f.must_when.is_empty());
    let typed_in = |f: &&Field| matches!(f.kind, Kind::Files | Kind::Text { .. });
    let usual = wanted.filter(typed_in).map(|f| match f.kind {
        Kind::Files => (f.id.clone(), json!(["1"])),
        _ => (f.id.clone(), "墨字〔2026〕1号".into()),
    });
    let mut typed: Values = usual.collect();
    typed.extend(stage.input(&rest, &[])?.values);
    beside.begins(procedure, (&viewer, &typed));
    let today = Zone::BEIJING.day(START);
    for field in &procedure.fields {
        if let (Kind::Table { columns }, Some(rows)) = (&field.kind, typed.get_mut(&field.id)) {
            *rows = rows::read(&field.label, rows, columns, today).map_err(|e| format!("{e:?}"))?;
        }
    }
    let values = &mut stage.play.case.values;
    values.extend(typed);
    let computed = compute::changed(procedure, (calendar, today), values);
    values.extend(computed);
    Ok(stage)
}

impl Stage<'_> {
    fn line(&mut self, line: &str, beside: &mut dyn Beside) -> Told {
        if let Some(expected) = line.strip_prefix("=> ") {
            return self.expect(expected.trim());
        }
        let Some(refused) = line.strip_prefix("!! ") else {
            return self.act(line, beside);
        };
        let (deed, why) = refused.split_once("##").unwrap_or((refused, ""));
        let before = format!("{:?}", self.play.case);
        match self.act(deed, beside) {
            Err(e) if e.starts_with(OTHERWISE) => Err(e),
            Ok(()) => Err("应该被拒绝，却办成了".to_owned()),
            Err(e) if !e.contains(why.trim()) => Err(format!("拒绝的理由是“{e}”")),
            Err(_) if before != format!("{:?}", self.play.case) => {
                Err("拒绝了，件却变了".to_owned())
            }
            Err(_) => Ok(()),
        }
    }

    fn act(&mut self, line: &str, beside: &mut dyn Beside) -> Told {
        let line = line.split('#').next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        let [who, deed, rest @ ..] = words.as_slice() else {
            return Err("写成“谁 做什么 …”".to_owned());
        };
        let viewer = self.viewers.get(*who).cloned();
        let viewer = viewer.ok_or_else(|| format!("没有{who}这个人"))?;
        self.play.now.0 += STEP_MS;
        match *deed {
            "打开" => {
                let page = self.mine(&viewer).map(|t| t.id).ok_or("没有这个人的待办")?;
                self.pages.insert((*who).to_owned(), page);
                self.play.open(&viewer).map_err(|e| e.to_string())?;
                let told = beside.opens(&self.play, &viewer);
                return told.map_err(|e| format!("{OTHERWISE}{e}"));
            }
            "用印" | "用印作废" | "外发" => {
                let what = match *deed {
                    "用印" => What::Sealed,
                    "外发" => What::Issued,
                    _ => What::Unsealed,
                };
                let done = self.play.deed(&viewer, what);
                done.map_err(|e| e.to_string())?;
                let told = beside.does(&self.play, &viewer, what);
                return told.map_err(|e| format!("{OTHERWISE}{e}"));
            }
            "等" => {
                let minutes: i64 = rest
                    .first()
                    .and_then(|m| m.parse().ok())
                    .ok_or("等几分钟")?;
                self.play.now.0 += minutes * 60_000;
                return Ok(());
            }
            "代" => {
                let whom = rest.first().copied().unwrap_or_default();
                Town::deputise(self.viewers.get_mut(*who).unwrap(), whom);
                return Ok(());
            }
            _ => {}
        }
        let mv = move_of(deed).ok_or_else(|| format!("不知道怎么“{deed}”"))?;
        let focus = match rest.contains(&"旧页") {
            true => self.pages.get(*who).copied(),
            false => None,
        };
        let facts = self.play.facts(&viewer, focus);
        let offer = moves::offers(&facts).into_iter().find(|o| o.mv == mv);
        let picks = offer
            .iter()
            .flat_map(|o| &o.choices)
            .filter_map(|c| c.pick.as_ref());
        let offered: Vec<Principal> = picks.flat_map(|p| p.among.clone()).collect();
        // who is not offered is named as he was given his task, as an older page would
        let given = self.play.case.tasks.iter().map(|t| t.holder);
        let offered: Vec<Principal> = offered.into_iter().chain(given).collect();
        let mut input = self.input(rest, &offered)?;
        let label = std::mem::take(&mut input.choice);
        let found = offer
            .as_ref()
            .and_then(|o| o.choices.iter().find(|c| c.label == label));
        input.choice = found.map_or(label, |c| c.id.clone());
        let before = self.play.case.clone();
        let done = self.play.act(&viewer, focus, (mv, &input));
        let asked = Asked {
            viewer: &viewer,
            focus,
            mv,
            input: &input,
            refused: done.is_err(),
        };
        let told = beside.acts(&self.play, &before, &asked);
        told.map_err(|e| format!("{OTHERWISE}{e}"))?;
        done.map_err(|e| e.to_string())
    }

    fn mine(&self, viewer: &Viewer) -> Option<&Task> {
        self.play.case.tasks.iter().find(|t| {
            t.state == TaskState::Open && viewer.holds.iter().any(|h| h.principal == t.holder)
        })
    }

    fn input(&self, words: &[&str], offered: &[Principal]) -> Told<Input> {
        let mut input = Input::default();
        for word in words {
            match word.split_once('=') {
                None if *word == "依次" => input.turns = Turns::InOrder,
                None if *word == "直接" => input.back = Back::PastMe,
                None if *word == "旧页" => {}
                None => return Err(format!("看不懂“{word}”")),
                Some(("选", v)) => v.clone_into(&mut input.choice),
                Some(("意见", v)) => v.clone_into(&mut input.opinion),
                Some(("理由", v)) => v.clone_into(&mut input.note),
                Some(("部门", v)) => input.dept = Some(Town::dept(v).ok_or("没有这个部门")?),
                Some(("给", v)) => input.people = chosen(v, offered)?,
                Some((label, v)) => self.fill(&mut input.values, label, v)?,
            }
        }
        Ok(input)
    }

    fn fill(&self, values: &mut Values, label: &str, typed: &str) -> Told {
        let field = self.play.procedure.fields.iter().find(|f| f.label == label);
        let field = field.ok_or_else(|| format!("没有“{label}”这个字段"))?;
        let dept = |d: &str| Town::dept(d).map(|d| d.0).ok_or_else(|| format!("没有{d}"));
        let value = match field.kind {
            Kind::Department => dept(typed)?.into(),
            Kind::Departments => {
                let named = typed.split('、').filter(|d| !d.is_empty());
                let all: Told<Vec<i64>> = named.map(dept).collect();
                all?.into()
            }
            Kind::Span => match typed.split_once('至') {
                Some((first, last)) => json!({ "first": first, "last": last }),
                None => return Err(format!("“{label}”写成“哪天至哪天”")),
            },
            // 品名:沙袋，金额（元）:1000
            Kind::Table { ref columns } => {
                let cell = |part: &str| {
                    let (name, value) = part.split_once(':')?;
                    let column = columns.iter().find(|c| c.label == name)?;
                    Some((column.id.clone(), json!(value)))
                };
                let row: serde_json::Map<_, _> = typed.split('，').filter_map(cell).collect();
                let plain = || json!({ columns[0].id.clone(): typed });
                json!([if row.is_empty() { plain() } else { row.into() }])
            }
            Kind::Files => {
                let all: Vec<&str> = typed.split('、').filter(|f| !f.is_empty()).collect();
                json!(all)
            }
            Kind::Number { .. } | Kind::Computed(_) => {
                typed.parse::<f64>().map_err(|e| e.to_string())?.into()
            }
            Kind::Person => Town::person(typed).ok_or("没有这个人")?.0.into(),
            // a line of a story is one line: ⏎ ends a paragraph
            Kind::Document { .. } => typed.replace('⏎', "\n").into(),
            _ => typed.into(),
        };
        values.insert(field.id.clone(), value);
        Ok(())
    }

    fn expect(&self, expected: &str) -> Told {
        let expected = expected.split('#').next().unwrap_or_default().trim();
        let (what, want) = expected.split_once(' ').unwrap_or((expected, ""));
        let want = want.trim();
        let case = &self.play.case;
        let found = match what {
            "待办" => sorted(case.open_tasks().map(|t| self.held(t))),
            "在读" => sorted(
                case.tasks
                    .iter()
                    .filter(|t| t.purpose == Purpose::Read && t.state == TaskState::Open)
                    .map(|t| Town.name(t.holder)),
            ),
            "已阅" => {
                let (done, all) = self.play.readers();
                format!("{done}/{all}")
            }
            "支" => {
                let done = |s| case.current_branches().filter(|b| b.state == s).count();
                use inkstone::engine::case::BranchState::{Done, Open};
                format!("{}/{}", done(Done), done(Done) + done(Open))
            }
            "环节" => self.play.procedure.step_name(&case.step).to_owned(),
            "状态" => match case.state {
                State::Open => "在办",
                State::Closed => case.outcome.map_or("办结", Outcome::label),
                State::Archived => "归档",
                State::Void => "作废",
            }
            .to_owned(),
            "签" => {
                let asks = |t: &&Task| t.purpose == Purpose::Sign && t.state.is_live();
                let asker = case.tasks.iter().find(asks).and_then(|t| t.parent);
                let (done, all) = asker.map_or((0, 0), |t| case.signed(t));
                format!("{done}/{all}")
            }
            "等送回" => {
                let mut all: Vec<&str> = case.suspended().map(|b| b.step.as_str()).collect();
                all.dedup();
                let names = all
                    .iter()
                    .map(|s| self.play.procedure.step_name(s).to_owned());
                sorted(names)
            }
            "意见" => return self.expect_opinion(want),
            "意见数" => case.opinions.len().to_string(),
            // what was done to the document, in order: 签发、用印、分发
            "做过" => case
                .deeds
                .iter()
                .map(|d| match d.what {
                    What::Signed => "签发",
                    What::Sealed => "用印",
                    What::Unsealed => "用印作废",
                    What::Issued => "分发",
                    What::Received => "签收",
                })
                .collect::<Vec<_>>()
                .join("、"),
            "催办数" => case.urges.len().to_string(),
            "未阅" => sorted(
                case.tasks
                    .iter()
                    .filter(|t| t.purpose == Purpose::Read && t.state == TaskState::Cancelled)
                    .map(|t| Town.name(t.holder)),
            ),
            "原值" => {
                let act = self.play.acts.last().ok_or("还没有台账")?;
                let all = act.corrected.iter();
                all.map(|c| format!("{}={}", c.label, c.old))
                    .collect::<Vec<_>>()
                    .join("、")
            }
            "可以" => return self.expect_offers(want),
            "期限" => return self.expect_due(want),
            "台账" => {
                let act = self.play.acts.last().ok_or("还没有台账")?;
                let for_whom = act.acting_for.map_or(String::new(), |p| {
                    format!("（代{}）", Town.name(Principal::Person(p)))
                });
                format!(
                    "{}{for_whom} {}",
                    Town.name(Principal::Person(act.by)),
                    act.label
                )
            }
            "看见" => return self.expect_sight(want),
            label => return self.expect_field(label, want),
        };
        let want = if matches!(what, "待办" | "在读" | "未阅" | "等送回") {
            sorted(want.split('、').filter(|s| *s != "无").map(str::to_owned))
        } else {
            want.to_owned()
        };
        same(&found, &want)
    }

    fn held(&self, t: &Task) -> String {
        format!("{} {}", Town.name(t.holder), t.verb)
    }

    fn expect_opinion(&self, want: &str) -> Told {
        let (label, text) = want.split_once('=').ok_or("写成“意见 栏=文字”")?;
        let field = self.play.procedure.fields.iter().find(|f| f.label == label);
        let field = field.ok_or("没有这个意见栏")?;
        let last = self.play.case.last_opinion(&field.id);
        same(last.map_or("", |o| &o.text), text)
    }

    /// The moves offered to somebody, by the words of a story; in any order.
    fn expect_offers(&self, want: &str) -> Told {
        let (who, words) = want.split_once(' ').unwrap_or((want, ""));
        let viewer = self.viewers.get(who).ok_or("没有这个人")?;
        let offers = self.play.offers(viewer);
        let found = sorted(offers.iter().map(|o| o.mv.as_str().to_owned()));
        let wanted: Told<Vec<String>> = words
            .split('、')
            .filter(|w| *w != "无" && !w.is_empty())
            .map(|w| {
                let mv = move_of(w).ok_or_else(|| format!("不知道怎么“{w}”"))?;
                Ok(mv.as_str().to_owned())
            })
            .collect();
        same(&found, &sorted(wanted?.into_iter()))
    }

    fn expect_due(&self, want: &str) -> Told {
        let (who, day) = want.split_once(' ').ok_or("写成“期限 谁 日子”")?;
        let viewer = self.viewers.get(who).ok_or("没有这个人")?;
        let task = self.mine(viewer).ok_or("没有这个人的待办")?;
        let due = task.due_at.map(|at| Zone::BEIJING.day(at).to_string());
        same(due.as_deref().unwrap_or("无"), day)
    }

    fn expect_sight(&self, want: &str) -> Told {
        let (who, step) = want.split_once(' ').unwrap_or((want, "无"));
        let viewer = self.viewers.get(who).ok_or("没有这个人")?;
        let procedure = self.play.procedure;
        let first = self
            .play
            .case
            .grants
            .iter()
            .filter(|(p, _)| viewer.holds.iter().any(|h| h.principal == *p))
            .filter_map(|(_, s)| procedure.place(s))
            .min();
        let found = first
            .and_then(|i| procedure.steps.get(i))
            .map_or("无", |s| &s.name);
        same(found, step)
    }

    fn expect_field(&self, label: &str, want: &str) -> Told {
        let field = self.play.procedure.fields.iter().find(|f| f.label == label);
        let field = field.ok_or_else(|| format!("不知道怎么看“{label}”"))?;
        let value = self
            .play
            .case
            .values
            .get(&field.id)
            .cloned()
            .unwrap_or_default();
        let found = match field.kind {
            Kind::Department | Kind::Departments => {
                let ids = value.as_array().cloned().unwrap_or_else(|| vec![value]);
                let names = ids.iter().filter_map(serde_json::Value::as_i64);
                names
                    .map(|d| Town.dept_name(inkstone::kit::DeptId(d)))
                    .collect::<Vec<_>>()
                    .join("、")
            }
            _ => text_of(&value),
        };
        same(&found, want)
    }
}

/// Chosen people are the principals the offer names for them: post or person.
fn chosen(names: &str, offered: &[Principal]) -> Told<Vec<Principal>> {
    let one = |name: &str| {
        if let Some(dept) = Town::dept(name) {
            return Ok(Principal::Pool(dept));
        }
        let person = Town::person(name).ok_or_else(|| format!("没有{name}这个人"))?;
        let as_offered = offered.iter().find(|p| Town.fills(person, **p));
        Ok(as_offered.copied().unwrap_or(Principal::Person(person)))
    };
    names.split('、').map(one).collect()
}

fn sorted(all: impl Iterator<Item = String>) -> String {
    let mut all: Vec<String> = all.map(|s| s.trim().to_owned()).collect();
    all.sort();
    all.join("、")
}

fn same(found: &str, want: &str) -> Told {
    if found == want {
        return Ok(());
    }
    Err(format!("实际是“{found}”"))
}
