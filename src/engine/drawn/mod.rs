//! A form drawn in Excel or Word becomes a procedure of the office's own: `{{事由}}`, or an empty cell behind its label,
//! is a field; the grid stays; the opinion boxes, in their order, are the steps.
//!
//! *Lives here*: what cells mean ([`cells`]), which kind a label asks for ([`guess`]), the procedure made of it ([`build`]).
//!
//! *Never here*: reading a file (`kit::extract::drawn`), publishing. What is guessed is shown, and corrected by a person.
//!
//! *Start reading at*: [`Form::of`].

pub mod build;
mod cells;
mod guess;

pub use guess::Word;

use crate::kit::extract::drawn::Drawn;
use crate::kit::{Error, Result};
use serde::{Deserialize, Serialize};

/// Fields one form may have: more are no form, but a register.
const MOST_FIELDS: usize = 150;

/// A drawn form as it was understood.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Form {
    /// 请假申请单
    pub title: String,
    /// What is filled in, in reading order.
    pub fields: Vec<Guessed>,
    /// The grid: which field, how many of twelve columns, whether there is room for handwriting.
    pub rows: Vec<Vec<(usize, u8, bool)>>,
    /// Words of the drawing that found no place.
    pub left: Vec<String>,
}

/// A field as it was understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guessed {
    /// What stands before it.
    pub label: String,
    /// What goes into it.
    pub kind: Word,
    /// What may be chosen.
    #[serde(default)]
    pub options: Vec<String>,
    /// The columns of a table, and whether a sum stands below.
    #[serde(default)]
    pub columns: Vec<(String, bool)>,
    /// Whether it has to be filled in.
    pub must: bool,
}

impl Form {
    /// What a drawing means.
    ///
    /// # Errors
    /// Invalid on `file` where nothing in it is to be filled in.
    pub fn of(drawn: &Drawn) -> Result<Self> {
        let sheet = cells::read(drawn);
        let mut form = Self {
            title: sheet.title,
            left: sheet.left,
            ..Self::default()
        };
        for row in sheet.rows {
            let spans = spans(&row.iter().map(|p| p.width).collect::<Vec<_>>());
            let mut out = Vec::with_capacity(row.len());
            for (place, span) in row.into_iter().zip(spans) {
                let field = guess::field(&place, &form.fields);
                let tall = place.high > 1 || field.kind == Word::Opinion;
                out.push((form.fields.len(), span, tall));
                form.fields.push(field);
            }
            form.rows.push(out);
        }
        if form.fields.is_empty() {
            return Err(Error::invalid(
                "file",
                "没有找到要填的格子：请在要填的格子里写上 {{字段名}}，例如 {{事由}}，或者把要填的格子空着，再上传",
            ));
        }
        if form.fields.len() > MOST_FIELDS {
            return Err(Error::invalid(
                "file",
                format!(
                    "这张表有 {} 个要填的格子，太多了；多行同样的内容请只画一行表头和几行空行",
                    form.fields.len()
                ),
            ));
        }
        Ok(form)
    }
}

/// Twelve columns shared out by width, each at least one; the rounding goes to whoever lost most by it.
fn spans(widths: &[f64]) -> Vec<u8> {
    let total: f64 = widths.iter().sum();
    let exact: Vec<f64> = widths
        .iter()
        .map(|w| {
            if total > 0.0 {
                w / total * 12.0
            } else {
                12.0 / widths.len() as f64
            }
        })
        .collect();
    let mut out: Vec<u8> = exact.iter().map(|e| (e.floor() as u8).max(1)).collect();
    while out.iter().map(|n| u32::from(*n)).sum::<u32>() != 12 {
        let over = out.iter().map(|n| u32::from(*n)).sum::<u32>() > 12;
        let wrong = |i: usize| {
            let d = exact.get(i).unwrap_or(&0.0) - f64::from(*out.get(i).unwrap_or(&0));
            if over { -d } else { d }
        };
        let may = (0..out.len()).filter(|i| !over || out.get(*i).is_some_and(|n| *n > 1));
        let Some(most) = may.max_by(|a, b| wrong(*a).total_cmp(&wrong(*b))) else {
            break;
        };
        if let Some(n) = out.get_mut(most) {
            *n = if over { *n - 1 } else { *n + 1 };
        }
    }
    out
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;
    use crate::engine::definition::{Kind, MoveId, Who};
    use crate::engine::publish;
    use crate::kit::extract::drawn::Drew;

    const ROLES: &[&str] = &["principal_leader", "leader", "office_director", "dept_head"];

    /// Rows as `label*columns`, drawn one beside the other; `|` parts cells.
    fn sheet(rows: &[&str]) -> Drawn {
        let row = |line: &&str| {
            let mut at = 0;
            let cells = line.split('|').map(|cell| {
                let (text, wide) = cell.rsplit_once('*').unwrap_or((cell, "1"));
                let wide = wide.parse().unwrap();
                let drew = Drew {
                    text: text.to_owned(),
                    at,
                    wide,
                    high: 1,
                };
                at += wide;
                drew
            });
            cells.collect()
        };
        Drawn {
            above: Vec::new(),
            widths: vec![1.0; 6],
            rows: rows.iter().map(row).collect(),
        }
    }

    fn kinds(form: &Form) -> Vec<(&str, Word)> {
        form.fields
            .iter()
            .map(|f| (f.label.as_str(), f.kind))
            .collect()
    }

    #[test]
    fn twelve_columns_are_shared_out() {
        assert_eq!(spans(&[1.0]), [12]);
        assert_eq!(spans(&[1.0, 1.0, 1.0]), [4, 4, 4]);
        assert_eq!(spans(&[10.0, 1.0]), [11, 1]);
        assert_eq!(spans(&[1.0; 7]).iter().sum::<u8>(), 12);
        assert_eq!(spans(&[0.0, 0.0]), [6, 6]);
        assert_eq!(spans(&[100.0, 1.0, 1.0, 1.0]), [9, 1, 1, 1]);
    }

    const LEAVE: &[&str] = &[
        "请 假 申 请 单*6",
        "姓 名|*1|所在部门|*1|联系电话|*1",
        "请假类别|□事假 □病假 □年休假*5",
        "请假时间|*3|天数|*1",
        "事由：|*5",
        "部门意见|*5",
        "分管领导意见|*5",
        "主要领导审批|*5",
        "注：请假三天以上由主要领导审批*6",
    ];

    #[test]
    fn empty_cells_behind_their_labels_are_fields() {
        let form = Form::of(&sheet(LEAVE)).unwrap();
        assert_eq!(form.title, "请假申请单");
        let want = [
            ("姓名", Word::Line),
            ("所在部门", Word::Department),
            ("联系电话", Word::Phone),
            ("请假类别", Word::Choice),
            ("请假时间", Word::Span),
            ("天数", Word::Number),
            ("事由", Word::Lines),
            ("部门意见", Word::Opinion),
            ("分管领导意见", Word::Opinion),
            ("主要领导审批", Word::Opinion),
        ];
        assert_eq!(kinds(&form), want);
        assert_eq!(form.fields[3].options, ["事假", "病假", "年休假"]);
        assert_eq!(form.left, ["注：请假三天以上由主要领导审批"]);
        assert_eq!(form.rows[0], [(0, 4, false), (1, 4, false), (2, 4, false)]);
        assert_eq!(form.rows[3], [(6, 12, false)]);
    }

    #[test]
    fn the_opinion_boxes_are_the_steps_and_the_check_passes() {
        let form = Form::of(&sheet(LEAVE)).unwrap();
        let made = build::procedure(&form, "own-1", ROLES).unwrap();
        assert_eq!(publish::check(&made, ROLES), Vec::<String>::new());
        let steps: Vec<&str> = made.steps.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(steps, ["填表", "部门审核", "分管领导审批", "主要领导审批"]);
        let who: Vec<&Who> = made.steps.iter().map(|s| &s.who).collect();
        let department = "f2".to_owned();
        assert_eq!(
            who,
            [
                &Who::Starter,
                &Who::HeadOf(department.clone()),
                &Who::LeaderOf(department),
                &Who::Role("principal_leader".to_owned())
            ]
        );
        assert!(made.steps[3].label(MoveId::Close).is_some());
        assert_eq!(made.field(&made.title).unwrap().label, "事由");
    }

    #[test]
    fn braces_say_where_something_is_filled_in() {
        let form = Form::of(&sheet(&[
            "物资领用单*6",
            "申请部门|{{部门}}*2|日期|{{}}*2",
            "说明文字不填*6",
            "序号|品名*2|数量|单价|金额",
            "1|{{品名}}*2|{{数量}}|{{单价}}|{{金额}}",
            "合计*4|*2",
            "负责人意见|{{负责人意见}}*5",
        ]))
        .unwrap();
        let want = [
            ("部门", Word::Department),
            ("日期", Word::Date),
            ("明细", Word::Table),
            ("负责人意见", Word::Opinion),
        ];
        assert_eq!(kinds(&form), want);
        let columns = &form.fields[2].columns;
        let summed: Vec<(&str, bool)> = columns.iter().map(|(l, s)| (l.as_str(), *s)).collect();
        assert_eq!(
            summed,
            [
                ("品名", false),
                ("数量", true),
                ("单价", true),
                ("金额", true)
            ]
        );
        // no words for a title: said, and mended by the correction page
        let said = build::procedure(&form, "own-2", ROLES).unwrap_err();
        assert!(said.to_string().contains("一行字"), "{said}");
    }

    #[test]
    fn a_department_is_asked_for_where_heads_are_needed() {
        let form = Form::of(&sheet(&["用印申请单*6", "事由|*5", "科室负责人意见|*5"])).unwrap();
        let made = build::procedure(&form, "own-3", ROLES).unwrap();
        assert_eq!(publish::check(&made, ROLES), Vec::<String>::new());
        let own = made.fields.last().unwrap();
        assert_eq!(
            (own.label.as_str(), &own.kind),
            ("申请部门", &Kind::Department)
        );
    }

    #[test]
    fn what_nobody_can_fill_in_is_refused() {
        let said = Form::of(&sheet(&["通知*6", "各村|请准时参加*5"])).unwrap_err();
        assert!(said.to_string().contains("{{事由}}"), "{said}");
    }

    #[test]
    fn corrections_that_cannot_be_are_named() {
        let mut form = Form::of(&sheet(LEAVE)).unwrap();
        form.fields[3].options.clear();
        let said = build::procedure(&form, "own-4", ROLES).unwrap_err();
        assert!(said.to_string().contains("请假类别"), "{said}");
        form.title.clear();
        assert!(build::procedure(&form, "own-4", ROLES).is_err());
        let mut form = Form::of(&sheet(LEAVE)).unwrap();
        form.rows[0][0].0 = 99;
        assert!(build::procedure(&form, "own-4", ROLES).is_err());
    }
}
