//! The designer (事项设计): a form and a flow made by clicking, looked at, tried out and published.
//!
//! *Lives here*: its pages, one a tab; reading what was posted into edits; the page where a new one begins.
//!
//! *Never here*: what an edit does (`engine::design`), keeping and publishing (`engine::workshop`), the text
//! format: no page shows it.
//!
//! *Start reading at*: [`desk`], then [`deeds`].

mod asked;
mod deeds;
mod desk;
mod field_panel;
mod flow_tab;
mod form_tab;
mod head_tab;
mod held;
mod new;
mod parts;
mod preview;
mod publish;
mod read;
mod shown;
mod step_panel;
mod trial;
mod way_panel;

pub use super::procedures::DesignProcedure;
use crate::web::{Manifest, Route};

/// Where a new one begins.
pub const NEW_AT: &str = "/procedures/new";

/// The pages of the designer.
pub const MANIFEST: Manifest = Manifest {
    id: "design",
    menu: &[],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<DesignProcedure>(NEW_AT, new::page),
        Route::post::<DesignProcedure>(NEW_AT, new::make),
        Route::get::<DesignProcedure>("/procedures/{procedure}/design", form_tab::page),
        Route::post::<DesignProcedure>("/procedures/{procedure}/design", deeds::edit),
        Route::get::<DesignProcedure>("/procedures/{procedure}/design/name", head_tab::page),
        Route::get::<DesignProcedure>("/procedures/{procedure}/design/flow", flow_tab::page),
        Route::get::<DesignProcedure>("/procedures/{procedure}/design/preview", preview::page),
        Route::get::<DesignProcedure>("/procedures/{procedure}/design/paper", preview::paper),
        Route::get::<DesignProcedure>("/procedures/{procedure}/design/try", trial::page),
        Route::post::<DesignProcedure>("/procedures/{procedure}/design/try", trial::play),
        Route::get::<DesignProcedure>("/procedures/{procedure}/design/publish", publish::page),
    ]
}
