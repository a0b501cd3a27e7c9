//! Procedures (事项): forms and flows as data, and what people do on a case.
//!
//! *Lives here*: the definition read from TOML and its publishing checks; the state of a case; the moves,
//! pure functions `Facts -> Offer` and `Facts + Input -> Plan`; the rehearsal that plays them without a server.
//!
//! *Never here*: HTML, requests, the id of any shipped procedure, step or field: what an incoming document
//! needs is said in `assets/procedures/`, in the format an office writes its own procedures in.
//!
//! *Start reading at*: [`case`], then [`flow`], then [`moves`]. A move reads facts and returns a plan; nothing
//! is done until `CaseState::apply`, which the store and the rehearsal share.

mod acting;
mod along;
pub mod apply;
pub mod batch;
pub mod by_hand;
pub mod case;
pub mod case_store;
pub mod child_store;
pub mod children;
pub mod claiming;
pub mod compute;
pub mod continued;
pub mod continuing_store;
pub mod counted;
pub mod deed;
pub mod deed_store;
pub mod definition;
pub mod design;
pub mod draft_store;
pub mod drawn;
pub mod dues;
pub mod dues_store;
pub mod duty;
pub mod facts;
pub mod filed_store;
pub mod flow;
pub mod follow;
pub mod follow_store;
pub mod hang_store;
pub mod import;
pub mod index_store;
pub mod issued;
mod lanes;
pub mod look;
pub mod look_store;
pub mod mask;
mod measure_store;
pub mod moves;
pub mod offer;
pub mod official;
pub mod own;
pub mod paper;
pub mod paper_mend;
mod paper_store;
pub mod people;
pub mod plan;
pub mod printed;
pub mod procedures;
pub mod publish;
pub mod reading;
pub mod reckon;
pub mod recount;
pub mod register;
mod register_cell;
pub mod register_sql;
pub mod register_store;
pub mod rehearsal;
pub mod relation;
pub mod relation_store;
mod rivals;
pub mod rows;
pub mod run;
pub mod same_store;
mod save_store;
pub mod schedule;
pub mod schedule_store;
pub mod search_store;
mod series_store;
mod settle;
pub mod shipped;
mod short;
pub mod statistics;
pub mod statistics_store;
pub mod stored;
pub mod supervision;
pub mod supervision_store;
pub mod talk;
pub mod talk_store;
mod todo_store;
mod told;
pub mod tray_store;
mod turns;
pub mod unveil;
pub mod values;
pub mod view;
mod work;
pub mod workshop;
mod workshop_store;
pub mod writing;
pub mod writing_store;
