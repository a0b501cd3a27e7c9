//! The log file: one event a line, in the data folder, the last ten megabytes and the ten before.
//! It holds causes and places, never what people wrote.

use crate::kit::{Error, Result};
use crate::store::DataDir;
use std::fs::{self, File};
use std::sync::Mutex;
use tracing_subscriber::fmt::format::FmtSpan;

const ROTATE_AT: u64 = 10 << 20;

/// Starts logging into `dir`. A second call in one process keeps the first log.
pub fn start(dir: &DataDir) -> Result<()> {
    let path = dir.logs().join("inkstone.log");
    if fs::metadata(&path).is_ok_and(|m| m.len() > ROTATE_AT) {
        fs::rename(&path, dir.logs().join("inkstone.1.log"))?;
    }
    let file = File::options().create(true).append(true).open(path)?;
    let log = tracing_subscriber::fmt()
        .with_writer(Mutex::new(file))
        .with_ansi(false)
        .with_max_level(tracing::Level::INFO)
        .with_span_events(FmtSpan::NONE)
        .finish();
    tracing::subscriber::set_global_default(log).map_err(Error::fault)
}
