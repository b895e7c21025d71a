/** The settings of every shop that the browser tests start. All visitors come from one address here. */
export const SETTINGS = { SATCHEL_MODE: 'demo', SATCHEL_RATE_LIMIT: 'off', RUST_LOG: 'warn' };
