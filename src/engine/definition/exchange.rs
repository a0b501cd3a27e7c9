//! How a document that came from another office (公文交换) begins a case: which element of its metadata (GB/T 33480) stands
//! in which field, and where its files lie. Not here: opening packages (`modules::exchange`).

use super::{Kind, Procedure};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Fields by what an incoming package says; what is not said is left to whoever registers it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// 发文机关
    pub issuer: String,
    /// 标题
    pub title: String,
    /// 发文字号
    pub number: Option<String>,
    /// 文种
    pub kind: Option<String>,
    /// 签发人
    pub signers: Option<String>,
    /// 成文日期
    pub dated_on: Option<String>,
    /// 主送机关
    pub addressee: Option<String>,
    /// 抄送机关
    pub copy_to: Option<String>,
    /// 附注
    pub note: Option<String>,
    /// Where its files lie, a `files` field of the first step.
    pub files: String,
    /// What is always so of a document that came this way, by field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fixed: BTreeMap<String, String>,
}

impl Exchange {
    /// Whether it cannot do without a field.
    #[must_use]
    pub fn needs(&self, id: &str) -> bool {
        [&self.issuer, &self.title, &self.files].contains(&&id.to_owned())
    }

    /// Without a field that goes.
    pub fn forget(&mut self, id: &str) {
        let some = [
            &mut self.number,
            &mut self.kind,
            &mut self.signers,
            &mut self.dated_on,
            &mut self.addressee,
            &mut self.copy_to,
            &mut self.note,
        ];
        for field in some {
            field.take_if(|f| f == id);
        }
        self.fixed.remove(id);
    }

    /// What does not fit the procedure, as sentences for whoever writes it.
    #[must_use]
    pub fn faults(&self, procedure: &Procedure) -> Vec<String> {
        let mut found = Vec::new();
        let some = [
            &self.number,
            &self.kind,
            &self.signers,
            &self.dated_on,
            &self.addressee,
            &self.copy_to,
            &self.note,
        ];
        let named = [&self.issuer, &self.title].into_iter();
        let named = named.chain(some.into_iter().flatten());
        for id in named.chain(self.fixed.keys()) {
            if procedure.field(id).is_none() {
                found.push("公文交换指到的字段不存在，可能已经删掉，请重新选一个字段".to_owned());
            }
        }
        let first = procedure.first_step().map(|s| s.id.as_str());
        let takes = procedure.field(&self.files).is_some_and(|f| {
            f.kind == Kind::Files && first.is_some_and(|step| f.writable_at(step))
        });
        if !takes {
            found.push("公文交换来的文件，第一个环节要有一格能填的“附件”放".to_owned());
        }
        found
    }
}
