//! Words the whole house uses, without I/O.
//!
//! *Lives here*: errors named by what the user can do, identifiers, instants and days, text folding,
//! pinyin, Excel cells, QR codes, hashes.
//!
//! *Never here*: files, SQL, HTTP, HTML, the names of tables or procedures, anything that waits.
//!
//! *Start reading at*: [`error`], then [`id`].

pub mod clock;
pub mod closed;
pub mod compound;
pub mod csv;
pub mod diff;
pub mod error;
pub mod extract;
mod file_name_rules;
pub mod hash;
pub mod holiday_notice;
pub mod id;
mod inspect;
pub mod money;
pub mod one_time;
pub mod page;
pub mod picture;
pub mod picture_pdf;
pub mod picture_seal;
pub mod pinyin;
pub mod principal;
pub mod qr;
pub mod qr_read;
pub mod recovery;
pub mod same;
pub mod sealed;
pub mod secret;
pub mod sheet;
mod sheet_old;
mod sheet_open;
pub mod sheet_stream;
pub mod sm2;
pub mod sniff;
pub mod stamped;
pub mod text;
pub mod time;
pub mod typed;
pub mod unpack;
pub mod version;
pub mod workdays;
pub mod zip_file;

pub use clock::{Clock, Millis};
pub use error::{Error, FieldError, FieldErrors, Result};
pub use hash::{Digest, hex, unhex};
pub use holiday_notice::read_notice;
pub use id::{DeptId, Id, OrganId, PersonId, PostId, ShelfNo};
pub use page::{Page, Paged};
pub use pinyin::{NameKeys, matches as found_by, name_keys, phrase_keys};
pub use principal::Principal;
pub use sheet::{Cell, Table};
pub use sniff::Kind;
pub use time::{Day, Zone, since};
pub use typed::{parse_clock, parse_day};
pub use version::{Version, version};
pub use workdays::{Arrangement, Calendar, Counted, Due};
