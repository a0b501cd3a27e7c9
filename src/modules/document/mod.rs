//! Official documents inside a case: seen on their pages, checked, written, compared, written on by hand.
//!
//! *Lives here*: the preview with the check's findings, the text and its versions, the clean copy, handwriting on the
//! pages, templates of the fifteen kinds, material of the office to quote from.
//!
//! *Never here*: what the document says (`engine::official`), its layout and its rules (`layout`), moves on the case.
//!
//! *Start reading at*: [`MANIFEST`], then [`preview`].

mod clean;
mod export;
mod hand;
mod hand_store;
mod look;
mod material;
mod opened;
mod preview;
mod take;
mod versions;
mod view;
mod write;

use crate::access::{Allowed, Place, action};
use crate::web::{Manifest, Route};

action!(pub SeeDocument, "document.see", "看公文", Allowed::SignedIn, Place::Anywhere);
action!(pub WriteText, "document.write", "写公文正文", Allowed::SignedIn, Place::Anywhere, spare = true);
action!(pub WriteByHand, "document.hand", "在公文上手写", Allowed::SignedIn, Place::Anywhere);
action!(pub TakeText, "document.take", "把文件里的字取出来", Allowed::SignedIn, Place::Anywhere);

/// Templates of the fifteen kinds.
const KINDS_AT: &str = "/document/kinds";
/// Material of the office.
const MATERIAL_AT: &str = "/document/material";

/// Pages and deeds of official documents.
pub const MANIFEST: Manifest = Manifest {
    id: "document",
    menu: &[],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeDocument>("/case/{case}/document", preview::show),
        Route::post::<WriteText>("/case/{case}/document/mend", preview::mend),
        Route::get::<WriteText>("/case/{case}/document/write", write::form),
        Route::post::<WriteText>("/case/{case}/document/write", write::save),
        Route::post::<WriteText>("/case/{case}/document/take", take::into_case),
        Route::get::<SeeDocument>("/case/{case}/document/file/{kind}", export::file),
        Route::get::<SeeDocument>("/case/{case}/document/versions", versions::show),
        Route::get::<WriteText>("/case/{case}/document/clean", clean::form),
        Route::post::<WriteByHand>("/case/{case}/document/hand", hand::save),
        Route::post::<SeeDocument>("/document/look", look::show),
        Route::post::<TakeText>("/document/take", take::text_of),
        Route::post::<TakeText>("/document/pasted", take::pasted),
        Route::get::<SeeDocument>(KINDS_AT, material::kinds),
        Route::get::<SeeDocument>(MATERIAL_AT, material::find),
        Route::get::<SeeDocument>("/document/material/{case}", material::text),
    ]
}
