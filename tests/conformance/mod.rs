//! The contract of sessions, S1 to S12, whatever they are stored in. `make unit` runs it on SQLite and on Postgres.
//!
//! | promise | proven in |
//! |---|---|
//! | S1 nothing is lost | `interleavings`, `nodes`, `properties`, `hang_ups` |
//! | S2 nothing comes back | `interleavings`, `nodes`, `store` |
//! | S3 a new id at every change of privilege, in one transaction | `privilege` |
//! | S4 a stolen database is no login, S5 no id is adopted | `cookies` |
//! | S6 reading costs one read, S7 idle and absolute limits | `lifetimes` |
//! | S8 a session knows its user | `devices` |
//! | S9 bad rows hurt nobody, S11 size is bounded | `rows` |
//! | S10 cleaning up never hurts | `cleanup` |
//! | S12 the cookie | `cookies`, `lifetimes` |
//!
//! `django`, `phoenix` and `devise` hold the cases of those frameworks' own suites, under their names there.

mod cleanup;
mod cookies;
mod devices;
mod devise;
mod django;
mod hang_ups;
mod interleavings;
mod lifetimes;
mod nodes;
mod phoenix;
mod privilege;
mod properties;
mod rows;
mod store;
