//! The words stories use for moves, and the procedures only they know.

use inkstone::engine::definition::{MoveId, Procedure};

pub fn move_of(word: &str) -> Option<MoveId> {
    Some(match word {
        "送" => MoveId::Submit,
        "分办" => MoveId::HandOut,
        "交办" => MoveId::Assign,
        "反馈" => MoveId::FeedBack,
        "审核" => MoveId::Review,
        "阅" => MoveId::Read,
        "结束" => MoveId::Conclude,
        "办结" => MoveId::Close,
        "归档" => MoveId::Archive,
        "不归档" => MoveId::LeaveOut,
        "退回" => MoveId::Return,
        "转办" => MoveId::Transfer,
        "传阅" => MoveId::Circulate,
        "补阅" => MoveId::LateReader,
        "撤回" => MoveId::Withdraw,
        "申请延期" => MoveId::Extend,
        "审批延期" => MoveId::AnswerExtension,
        "催办" => MoveId::Urge,
        "撤回传阅" => MoveId::Recall,
        "结束传阅" => MoveId::EndCirculation,
        "退回来文单位" => MoveId::Refuse,
        "更正" => MoveId::Correct,
        "作废" => MoveId::Void,
        "加签" => MoveId::AddSigner,
        "会签" => MoveId::Countersign,
        "签好" => MoveId::Sign,
        "驳回" => MoveId::Reject,
        "终止" => MoveId::Terminate,
        "重开" => MoveId::Reopen,
        "跳转" => MoveId::Jump,
        "暂停计时" => MoveId::Pause,
        "恢复计时" => MoveId::Resume,
        "领办" => MoveId::Take,
        "放回" => MoveId::PutBack,
        "分发" => MoveId::Issue,
        "发起子件" => MoveId::Spawn,
        "不等了" => MoveId::StopWaiting,
        "报进展" => MoveId::Report,
        _ => return None,
    })
}

/// Procedures that only the stories know, in `tests/flow/made`.
pub fn made() -> Vec<Procedure> {
    let files = std::fs::read_dir("tests/flow/made").unwrap();
    let mut files: Vec<_> = files.map(|f| f.unwrap().path()).collect();
    files.sort();
    let read = |f: &std::path::PathBuf| {
        let text = std::fs::read_to_string(f).unwrap();
        Procedure::parse(&text).unwrap_or_else(|e| panic!("{}：{e}", f.display()))
    };
    files.iter().map(read).collect()
}
