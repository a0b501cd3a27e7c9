//! What the office has to share out: things that one case at a time may have, and days people have in a year.
//!
//! *Lives here*: the list of things (会议室、车辆) and who has which when; balances (年休假) and what is left of them.
//!
//! *Never here*: taking and giving back (`store`, in one write with the case), which procedure takes what (its `[[claim]]`).
//!
//! *Start reading at*: [`resource_store`].

pub mod balance_store;
pub mod resource_store;
