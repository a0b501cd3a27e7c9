//! In whose name documents go out (发文字头): organ code, mark, signature. Never deleted, only switched off, so that a
//! document keeps its head. Not here: numbering (`store::claims`), printing (`layout`).

use crate::kit::{Error, OrganId, Result};
use crate::layout::document::Form;
use crate::store::{Query, Write, params};

/// One letterhead of an organ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letterhead {
    /// 0 for one that is not stored yet.
    pub id: i64,
    pub rev: i64,
    pub organ: OrganId,
    /// 机关代字: 砚政发. Also the key of its series.
    pub code: String,
    /// 发文机关标志: 砚田镇人民政府文件
    pub mark: String,
    /// 发文机关署名: 砚田镇人民政府
    pub signature: String,
    /// `ordinary`, `letter`, `order`, `minutes`; an ordinary one is upward where the 文种 is.
    pub form: String,
    /// 印发机关: 砚田镇党政综合办公室
    pub printer: String,
    /// Whether new documents may take it.
    pub on: bool,
}

impl Letterhead {
    /// The format its documents are laid out in; an ordinary one is upward where the 文种 is.
    #[must_use]
    pub fn laid(&self) -> Form {
        match self.form.as_str() {
            "letter" => Form::Letter,
            "order" => Form::Order,
            "minutes" => Form::Minutes,
            _ => Form::Ordinary,
        }
    }
}

/// All letterheads of an organ, by code.
pub fn list_letterheads(q: &impl Query, organ: OrganId) -> Result<Vec<Letterhead>> {
    q.all(
        "SELECT id, rev, organ, code, mark, signature, form, printer, state = 'on' FROM letterhead
         WHERE organ = ?1 ORDER BY code",
        [organ.0],
        |r| {
            Ok(Letterhead {
                id: r.get(0)?,
                rev: r.get(1)?,
                organ: OrganId(r.get(2)?),
                code: r.get(3)?,
                mark: r.get(4)?,
                signature: r.get(5)?,
                form: r.get(6)?,
                printer: r.get(7)?,
                on: r.get(8)?,
            })
        },
    )
}

/// Adds a letterhead or changes one. Its code never changes: numbers were given in it.
///
/// # Errors
/// Conflict where somebody changed it since, or the code is taken.
pub fn set_letterhead(w: &Write<'_>, l: &Letterhead) -> Result<()> {
    let state = if l.on { "on" } else { "off" };
    let changed = match l.id {
        0 => w.execute(
            "INSERT INTO letterhead(rev, organ, code, mark, signature, form, printer, state)
             VALUES(1,?1,?2,?3,?4,?5,?6,?7) ON CONFLICT(organ, code) DO NOTHING",
            params![l.organ.0, l.code, l.mark, l.signature, l.form, l.printer, state],
        )?,
        id => w.execute(
            "UPDATE letterhead SET rev = rev + 1, mark = ?3, signature = ?4, form = ?5, printer = ?6, state = ?7
             WHERE id = ?1 AND rev = ?2",
            params![id, l.rev, l.mark, l.signature, l.form, l.printer, state],
        )?,
    };
    match changed {
        0 => Err(Error::Conflict(
            "这个机关代字已经有了，或者别人刚改过它。请刷新后再看".to_owned(),
        )),
        _ => Ok(()),
    }
}
