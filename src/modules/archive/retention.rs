//! How long a document is kept, suggested by a table the organ edits (文书档案保管期限表): the first row whose words,
//! kind and source fit says the term and why. Pure; not here: where the organ's own table is stored.
//! Invariant: a suggestion always says its reason, and what need not be archived is only suggested so, never dropped.

use super::card::Term;
use serde::{Deserialize, Serialize};

/// Where a document came from, as a row of the table asks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Wherever.
    #[default]
    Any,
    /// 本机关
    Own,
    /// 上级
    Above,
    /// 下级
    Below,
    /// 同级、不相隶属
    Beside,
}

impl Origin {
    /// All, as they are offered.
    pub const ALL: [Self; 5] = [Self::Any, Self::Own, Self::Above, Self::Below, Self::Beside];

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Any => "不限",
            Self::Own => "本机关",
            Self::Above => "上级",
            Self::Below => "下级",
            Self::Beside => "同级",
        }
    }

    /// From its label.
    #[must_use]
    pub fn read(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.label() == label)
    }

    /// From what a form says: 上级来文.
    #[must_use]
    pub fn of_level(text: &str) -> Self {
        let all = [Self::Above, Self::Below, Self::Beside];
        all.into_iter()
            .find(|f| text.contains(f.label()))
            .unwrap_or(Self::Any)
    }
}

/// What a row of the table says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Keep {
    /// To be archived for so long.
    For(Term),
    /// 不归档
    Not,
}

impl Keep {
    /// All, as they are offered.
    pub const ALL: [Self; 4] = [
        Self::For(Term::Y),
        Self::For(Term::D30),
        Self::For(Term::D10),
        Self::Not,
    ];

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::For(term) => term.label(),
            Self::Not => "不归档",
        }
    }

    /// From its label.
    #[must_use]
    pub fn read(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.label() == label)
    }
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    pub keep: Keep,
    /// One of these in the title or the kind; none: whatever it is called.
    pub words: Vec<String>,
    pub from: Origin,
    /// What the row is about: 党委会记录纪要.
    pub says: String,
    /// Where the organ's approved table says so: its page or article.
    pub page: String,
}

impl Rule {
    fn fits(&self, of: &Subject<'_>) -> Option<Option<&str>> {
        if self.from != Origin::Any && self.from != of.from {
            return None;
        }
        if self.words.is_empty() {
            return Some(None);
        }
        let word = self
            .words
            .iter()
            .find(|w| of.title.contains(w.as_str()) || of.kind.contains(w.as_str()));
        word.map(|w| Some(w.as_str()))
    }
}

/// What the table is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    pub title: &'a str,
    /// 文种, or the name of the procedure.
    pub kind: &'a str,
    pub from: Origin,
    /// What whoever filed it chose in the form.
    pub chosen: Option<Term>,
}

/// A suggestion with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub keep: Keep,
    pub why: String,
}

/// What the table says of a document. What need not be archived is said even where somebody chose a term; the
/// choice otherwise wins where it is longer than what the table says.
#[must_use]
pub fn suggest(rules: &[Rule], of: &Subject<'_>) -> Suggestion {
    let found = rules.iter().find_map(|r| r.fits(of).map(|word| (r, word)));
    let by_table = found.map(|(rule, word)| {
        let word = word.map_or_else(String::new, |w| format!("含“{w}”，"));
        let page = match rule.page.as_str() {
            "" => String::new(),
            page => format!("（{page}）"),
        };
        Suggestion {
            keep: rule.keep,
            why: format!("{word}{}{page}", rule.says),
        }
    });
    let chosen = of.chosen.map(|term| Suggestion {
        keep: Keep::For(term),
        why: "归档时填的期限".into(),
    });
    match (by_table, chosen) {
        (Some(table), Some(chosen)) => match (table.keep, chosen.keep) {
            // Y stands before D30 before D10
            (Keep::For(a), Keep::For(b)) if b < a => chosen,
            _ => table,
        },
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => Suggestion {
            keep: Keep::For(Term::D10),
            why: "期限表里没有对上的，先按 10 年，请看一眼".into(),
        },
    }
}

/// The table an organ begins with: 国家档案局令第8号, as a township uses it. To be approved by the county's archive
/// before it is the organ's (§12).
#[must_use]
pub fn default_table() -> Vec<Rule> {
    use Origin::{Above, Any, Below, Beside, Own};
    const NOT: Keep = Keep::Not;
    const Y: Keep = Keep::For(Term::Y);
    const L: Keep = Keep::For(Term::D30);
    const S: Keep = Keep::For(Term::D10);
    let table: &[(Keep, &str, Origin, &str, &str)] = &[
        (
            Y,
            "党委会 党政联席会议 班子会 人代会 代表大会",
            Any,
            "党委会、党政联席会议、代表大会的记录和纪要",
            "8号令附件一",
        ),
        (
            Y,
            "机构编制 机构设置 三定 任免 任职 免职",
            Any,
            "机构编制、干部任免",
            "8号令附件一",
        ),
        (
            Y,
            "征地 拆迁 安置 土地确权 行政区划 界线",
            Any,
            "征地拆迁、权属和区划",
            "8号令附件一",
        ),
        (
            Y,
            "年度总结 年度计划 工作总结 工作要点 政府工作报告 统计年报",
            Own,
            "本机关的年度计划、总结和统计年报",
            "8号令附件一",
        ),
        (
            Y,
            "办法 规定 细则 决定 决议 命令 规划 条例",
            Own,
            "本机关制发的政策性、规范性文件",
            "8号令附件一",
        ),
        (
            Y,
            "信访事项处理意见 重大信访 复查意见 复核意见",
            Any,
            "重要信访的处理材料",
            "8号令附件一",
        ),
        (
            Y,
            "请示 批复",
            Own,
            "本机关重要业务问题的请示与上级批复",
            "8号令附件一",
        ),
        (
            L,
            "请示 批复",
            Any,
            "一般业务问题的请示与批复",
            "8号令附件一",
        ),
        (
            NOT,
            "会议通知 放假 值班安排 参阅 征订 报刊",
            Any,
            "事务性、临时性文件，可不归档",
            "8号令第六条",
        ),
        (
            NOT,
            "简报 动态 信息 专刊",
            Below,
            "下级抄送参阅的简报、情况反映",
            "8号令第六条",
        ),
        (
            NOT,
            "抄送 抄告",
            Beside,
            "同级抄送、不需办理的文件",
            "8号令第六条",
        ),
        (
            L,
            "表彰 先进 奖励 处分",
            Any,
            "县级以下的奖惩",
            "8号令附件一",
        ),
        (
            L,
            "会议纪要 专题会议 协议 合同",
            Any,
            "中层会议纪要、协议合同",
            "8号令附件一",
        ),
        (
            L,
            "意见 办法 规定 方案 规划 决定",
            Above,
            "上级需要贯彻执行的文件",
            "8号令附件一",
        ),
        (
            S,
            "通知 通报 函 工作计划 月报 季报",
            Any,
            "一般事务性通知、函和短期计划",
            "8号令附件一",
        ),
        (S, "", Above, "上级一般文件，供工作参考", "8号令附件一"),
        (S, "", Below, "下级的一般报告、报表", "8号令附件一"),
    ];
    table
        .iter()
        .map(|(keep, words, from, says, page)| Rule {
            keep: *keep,
            words: words.split_whitespace().map(str::to_owned).collect(),
            from: *from,
            says: (*says).to_owned(),
            page: (*page).to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(title: &str, from: Origin, chosen: Option<Term>) -> Suggestion {
        let of = Subject {
            title,
            kind: "",
            from,
            chosen,
        };
        suggest(&default_table(), &of)
    }

    #[test]
    fn the_default_table_knows_what_a_township_files() {
        let cases = [
            ("中共砚田镇党委会会议纪要", Origin::Own, Keep::For(Term::Y)),
            ("关于李某等同志任职的通知", Origin::Own, Keep::For(Term::Y)),
            (
                "关于印发森林防火办法的通知",
                Origin::Own,
                Keep::For(Term::Y),
            ),
            ("关于修缮东岭水库的请示", Origin::Own, Keep::For(Term::Y)),
            (
                "关于加强秸秆禁烧工作的意见",
                Origin::Above,
                Keep::For(Term::D30),
            ),
            (
                "关于开展春季森林防火的通知",
                Origin::Above,
                Keep::For(Term::D10),
            ),
            ("关于国庆节放假的通知", Origin::Above, Keep::Not),
            ("东岭村工作简报第3期", Origin::Below, Keep::Not),
        ];
        for (title, from, keep) in cases {
            let said = ask(title, from, None);
            assert_eq!(said.keep, keep, "{title}: {}", said.why);
            assert!(!said.why.is_empty());
        }
    }

    #[test]
    fn whoever_filed_it_may_keep_it_longer_but_not_shorter() {
        let title = "关于开展春季森林防火的通知";
        assert_eq!(
            ask(title, Origin::Above, Some(Term::Y)).keep,
            Keep::For(Term::Y)
        );
        let notice = "关于机构编制的通知";
        assert_eq!(
            ask(notice, Origin::Above, Some(Term::D10)).keep,
            Keep::For(Term::Y)
        );
        assert!(ask("无从判断", Origin::Own, None).why.contains("看一眼"));
    }

    #[test]
    fn the_reason_names_the_word_and_the_page() {
        let said = ask("关于国庆节放假的通知", Origin::Above, None);
        assert_eq!(
            said.why,
            "含“放假”，事务性、临时性文件，可不归档（8号令第六条）"
        );
    }
}
