//! The case: starting one, its page as the paper sheet, acting on it, its files, ledger and print.
//! One page serves every procedure; what is on it comes from the definition and from the engine's offers.

pub(super) mod answer;
mod apart;
mod away;
pub(super) mod beside;
mod calls;
mod correct;
mod dated;
pub(super) mod drafts;
pub(super) mod files;
pub(super) mod fill;
mod held;
mod kin;
pub(super) mod ledger;
mod looked;
mod mend;
pub(super) mod names;
pub(super) mod offered;
pub(super) mod page;
mod pages;
mod paper;
mod passed;
pub(super) mod print;
mod print_rows;
mod print_table;
mod reading;
mod reveal;
mod said;
mod same;
pub(super) mod sheet;
pub(super) mod signed;
mod start;
mod unsent;
mod watched;
mod work;
mod written;

use crate::access::{Allowed, Place, action};
use crate::web::{Manifest, Route};

action!(pub OpenCase, "case.open", "查看件", Allowed::SignedIn, Place::Anywhere);
action!(pub Advance, "case.advance", "办理件", Allowed::SignedIn, Place::Anywhere, spare = true);
action!(pub CorrectCase, "case.correct", "更正登记", Allowed::SignedIn, Place::Anywhere);
action!(pub StartCase, "case.start", "发起事项", Allowed::SignedIn, Place::Anywhere);
action!(pub SaveDraft, "draft.save", "保存草稿", Allowed::SignedIn, Place::Anywhere, spare = true);
action!(pub OpenFile, "file.open", "查看附件", Allowed::SignedIn, Place::Anywhere);

action!(pub RevealField, "case.reveal", "看全号", Allowed::SignedIn, Place::Anywhere);
action!(pub PrintWhole, "case.print_whole", "打印全号", Allowed::SignedIn, Place::Anywhere);

action!(pub EnterPaper, "paper.enter", "代录书面意见", Allowed::SignedIn, Place::Anywhere);
action!(pub AnswerPaper, "paper.answer", "核对代录的书面意见", Allowed::SignedIn, Place::Anywhere, spare = true);

action!(pub TalkBeside, "case.talk", "写旁议", Allowed::SignedIn, Place::Anywhere);
action!(pub RelateCase, "case.relate", "关联两件", Allowed::SignedIn, Place::Anywhere);

/// Pages and deeds of this screen.
pub const MANIFEST: Manifest = Manifest {
    id: "case",
    menu: &[],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<StartCase>("/start/{procedure}", start::form),
        Route::post::<StartCase>("/start/{procedure}", start::send).takes_cut(),
        Route::get::<StartCase>("/start/{procedure}/same", same::look),
        Route::post::<SaveDraft>("/start/{procedure}/file", pages::receive),
        Route::post::<SaveDraft>("/start/{procedure}/draft", drafts::save_new),
        Route::post::<SaveDraft>("/draft/{draft}/drop", drafts::drop_new),
        Route::get::<OpenFile>("/draft/{draft}/file/{file}", pages::small),
        Route::get::<OpenCase>("/case/{case}", page::show).at_once(),
        Route::post::<Advance>("/case/{case}", page::act),
        Route::post::<SaveDraft>("/case/{case}/draft/{task}", drafts::save_task),
        Route::get::<CorrectCase>("/case/{case}/correct", correct::show),
        Route::post::<CorrectCase>("/case/{case}/correct", correct::mend),
        Route::post::<TalkBeside>("/case/{case}/talk", beside::say_it),
        Route::get::<RelateCase>("/case/{case}/relate", beside::pick),
        Route::post::<RelateCase>("/case/{case}/relate", beside::relate),
        Route::get::<RelateCase>("/case/{case}/relate/{id}", apart::ask),
        Route::post::<RelateCase>("/case/{case}/relate/{id}", apart::part),
        Route::get::<OpenCase>("/case/{case}/ledger", ledger::show),
        Route::get::<OpenCase>("/case/{case}/print/{sheet}", print::show),
        Route::post::<PrintWhole>("/case/{case}/print/{sheet}", reveal::print),
        Route::post::<RevealField>("/case/{case}/reveal", reveal::show),
        Route::get::<OpenCase>("/case/{case}/calls", calls::show),
        Route::get::<OpenCase>("/case/print", print::several),
        Route::get::<OpenFile>("/case/{case}/file/{file}", files::look),
        Route::get::<OpenFile>("/case/{case}/file/{file}/save", files::save),
        Route::get::<OpenFile>("/case/{case}/file/{file}/shown", files::shown),
        Route::get::<OpenFile>("/case/{case}/file/{file}/small", files::small),
        Route::get::<EnterPaper>("/case/{case}/paper", paper::form),
        Route::post::<EnterPaper>("/case/{case}/paper", paper::enter),
        Route::post::<AnswerPaper>("/case/{case}/paper/{paper}", written::answer),
        Route::post::<EnterPaper>("/case/{case}/paper/{paper}/mend", mend::mend),
    ]
}
