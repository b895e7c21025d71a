//! The contract of sessions, S1 to S12, whatever they are stored in. `make unit` runs it on all six stores.
//!
//! | promise | proven in |
//! |---|---|
//! | S1 nothing is lost | `interleavings`, `nodes`, `properties`, `store`, `group_commit`, `parcels`, `hang_ups` |
//! | S2 nothing comes back | `interleavings`, `nodes`, `overtaking` |
//! | S3 a new id at every change of privilege; a failure changes nothing | `privilege` |
//! | S4 a stolen store is no login, S5 no id is adopted | `cookies` |
//! | S6 reading costs one read and waits for nobody, S7 idle and absolute limits | `lifetimes`, `away` |
//! | S8 a session knows its user | `devices`, `accounts` |
//! | S9 bad entries hurt nobody, S11 size is bounded | `rows` |
//! | S10 cleaning up never hurts | `cleanup` |
//! | S12 the cookie | `cookies`, `lifetimes`, `overtaking` |
//! | open tabs are told what changed, and a node works only for what changes | `live`, `away`, `devices` |
//! | releases beside each other | `rolling` |
//! | a Postgres that blocks, vanishes, or must be spoken to in secret | `postgres` |
//!
//! `django`, `phoenix` and `devise` hold the cases of those frameworks' own suites, under their names there.

mod accounts;
mod away;
mod cleanup;
mod cookies;
mod devices;
mod devise;
mod django;
mod group_commit;
mod hang_ups;
mod interleavings;
mod lifetimes;
mod live;
mod nodes;
mod overtaking;
mod parcels;
mod phoenix;
mod postgres;
mod privilege;
mod properties;
mod rolling;
mod rows;
mod store;
