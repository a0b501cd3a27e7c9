//! What to begin with. Only what works is offered: a new office.

use super::{CHOOSE_AT, Leaf, OFFICE_AT, draw};
use crate::access::setup_draft::Draft;
use crate::kit::{FieldErrors, Result};
use crate::ui::html;
use crate::web::{OpenCx, Reply};

pub(super) fn page(cx: &mut OpenCx, _: Draft) -> Result<Reply> {
    let leaf = Leaf {
        title: "全新使用",
        at: CHOOSE_AT,
        back: None,
        key: "全新使用",
        errors: &FieldErrors::default(),
    };
    let fields = html! {
        div.prose {
            p { "这台电脑上还没有本单位的数据。下面四步把单位、部门和管理员填好，就可以登录使用，一般五分钟以内。" }
            p { "填错了不要紧，启用以前每一步都能退回去改，启用以后也能在管理页里改。" }
            p.note { b { "保密提醒　" } "本平台不涉密。国家秘密一个字也不要录入。" }
        }
    };
    Ok(Reply::Page(draw(cx, &leaf, &fields)))
}

pub(super) fn begin(cx: &mut OpenCx, mut draft: Draft) -> Result<Reply> {
    draft.begun = true;
    cx.state.access.save_setup_draft(&draft, cx.request())?;
    Ok(Reply::To(OFFICE_AT.into()))
}
