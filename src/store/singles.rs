//! One transaction a request on a pool of writing connections: the way the benchmark compares group
//! commit with ([`super::Ways`]). Never used by an office.

use super::connect::{self, Kind, Kit, sql};
use super::ways::Ways;
use crate::kit::{Error, Result};
use r2d2::{ManageConnection, Pool};
use rusqlite::{Connection, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::time::Duration;

struct Writers {
    path: PathBuf,
    kind: Kind,
}

impl ManageConnection for Writers {
    type Connection = Connection;
    type Error = Error;

    fn connect(&self) -> Result<Connection> {
        connect::open(&self.path, self.kind)
    }

    fn is_valid(&self, _: &mut Connection) -> Result<()> {
        Ok(())
    }

    fn has_broken(&self, _: &mut Connection) -> bool {
        false
    }
}

pub(super) struct Singles {
    pool: Pool<Writers>,
    ways: Ways,
}

impl Singles {
    pub(super) fn open(path: &Path, kind: Kind, connections: u32, kit: &Kit) -> Result<Self> {
        let pool = Pool::builder()
            .max_size(connections)
            .min_idle(Some(0))
            .connection_timeout(Duration::from_secs(30))
            .test_on_check_out(false)
            .thread_pool(kit.timer.clone())
            .build(Writers {
                path: path.to_owned(),
                kind,
            })
            .map_err(Error::fault)?;
        Ok(Self {
            pool,
            ways: kit.ways,
        })
    }

    pub(super) fn call<T>(&self, f: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let mut conn = self.pool.get().map_err(Error::fault)?;
        let tx = conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(sql)?;
        let value = f(&tx)?;
        self.ways.flush();
        tx.commit().map_err(sql)?;
        Ok(value)
    }
}
