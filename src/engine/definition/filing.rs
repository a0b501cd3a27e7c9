//! What of a case stands on its archive card (归档文件目录): by which fields its author, number and date are said, and what
//! suggests how long it is kept. Not here: cards, numbers, suggestions (`modules::archive`).

use super::Procedure;
use serde::{Deserialize, Serialize};

/// The fields a card is made from; what is not said comes from the case itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Filing {
    /// 责任者; the organ itself where it is not said.
    pub author: Option<String>,
    /// 文号; the number of the case where it is not said.
    pub number: Option<String>,
    /// 日期; the day the case was closed where it is not said.
    pub dated_on: Option<String>,
    /// 保管期限 as chosen in the form.
    pub retention: Option<String>,
    /// From where it came: 上级来文.
    pub level: Option<String>,
    /// 文种
    pub kind: Option<String>,
}

impl Filing {
    /// Fields it names that the procedure does not have, as sentences for whoever writes it.
    #[must_use]
    pub fn faults(&self, procedure: &Procedure) -> Vec<String> {
        let named = [
            &self.author,
            &self.number,
            &self.dated_on,
            &self.retention,
            &self.level,
            &self.kind,
        ];
        named
            .into_iter()
            .flatten()
            .filter(|id| procedure.field(id).is_none())
            .map(|_| "归档卡片指到的字段不存在，可能已经删掉，请重新选一个字段".to_owned())
            .collect()
    }
}
