//! Which settings start a shop, which do not, and whether the README lists the same settings.

use super::*;
use clap::{CommandFactory, Parser};
use std::num::NonZeroU32;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    settings: Settings,
}

fn check(flags: &[&str]) -> Result<Config, ConfigError> {
    let line = Line::try_parse_from(std::iter::once(&"satchel").chain(flags)).expect("flags are well formed");
    line.settings.check()
}

fn refused(flags: &[&str]) -> &'static str {
    check(flags).expect_err("refused").setting
}

const PRODUCTION: [&str; 10] = [
    "--mode",
    "production",
    "--base-url",
    "https://shop.example",
    "--database-url",
    "sqlite:/tmp/shop.db",
    "--mail",
    "smtps://shop:secret@mail.example",
    "--mail-from",
    "Satchel <shop@shop.example>",
];

#[test]
fn demo_mode_starts_without_any_setting() {
    let config = check(&[]).expect("starts");
    assert_eq!((config.base_url.as_str(), config.database_url.as_str()), ("http://127.0.0.1:3000", "sqlite:satchel.db"));
    assert_eq!((config.session_idle, config.anonymous_idle), (86_400, 2_592_000));
}

#[test]
fn what_an_order_costs_beside_its_products_is_an_amount_in_the_shops_currency() {
    let terms = |flags: &[&str]| check(flags).expect("starts").terms;
    let units =
        |terms: Terms| (terms.standard.money().units(), terms.express.money().units(), terms.free_from.map(|from| from.money().units()));
    assert_eq!(units(terms(&[])), (490, 1_290, Some(10_000)));
    assert_eq!(units(terms(&["--currency", "JPY"])), (490, 1_290, Some(10_000)), "as many minor units");
    assert_eq!(units(terms(&["--delivery", "0.00", "--express", "9.99", "--free-delivery", "none"])), (0, 999, None));
    for (flag, setting) in
        [("--delivery", "SATCHEL_DELIVERY"), ("--express", "SATCHEL_EXPRESS"), ("--free-delivery", "SATCHEL_FREE_DELIVERY")]
    {
        for amount in ["", "5", "4.9", "-4.90", "4,90", "free"] {
            assert_eq!(refused(&["--currency", "EUR", &format!("{flag}={amount}")]), setting, "{amount}");
        }
        assert_eq!(refused(&["--currency", "JPY", flag, "4.90"]), setting);
    }
    assert_eq!((terms(&[]).tax, check(&PRODUCTION).expect("starts").terms.tax), (TaxRate::percent(20), TaxRate::NONE), "a demo shows one");
    assert_eq!(terms(&["--tax", "8.1"]).tax.get(), 810);
    for rate in ["", "-1", "101", "8,1", "20%"] {
        assert!(Line::try_parse_from(["satchel", &format!("--tax={rate}")]).is_err(), "{rate}");
    }
}

#[test]
fn production_names_what_is_missing_or_weak() {
    assert!(check(&PRODUCTION).is_ok());
    assert_eq!(refused(&PRODUCTION[..2]), "SATCHEL_BASE_URL");
    assert_eq!(refused(&PRODUCTION[..4]), "DATABASE_URL");
    assert_eq!(refused(&PRODUCTION[..6]), "SATCHEL_MAIL");
    assert_eq!(refused(&PRODUCTION[..8]), "SATCHEL_MAIL_FROM");
    let mut plain = PRODUCTION;
    plain[3] = "http://shop.example";
    assert_eq!(refused(&plain), "SATCHEL_BASE_URL");
}

/// Traces must not leave this machine unencrypted.
#[test]
fn traces_leave_this_machine_encrypted_or_not_at_all() {
    let with = |address: &'static str| check(&[&PRODUCTION[..], &["--traces", address]].concat());
    for address in ["http://10.0.0.5:4318", "http://collector.example:4318"] {
        assert_eq!(with(address).expect_err("refused").setting, "SATCHEL_TRACES", "{address}");
        assert!(check(&["--traces", address]).is_ok(), "a demo may");
    }
    for address in ["https://collector.example", "http://127.0.0.1:4318", "http://[::1]:4318", "http://localhost:4318"] {
        assert!(with(address).is_ok(), "{address}");
    }
}

#[test]
fn production_talks_to_other_machines_in_secret_unless_it_is_told_otherwise() {
    let with = |setting: &'static str, address: &'static str| {
        let mut flags = PRODUCTION.to_vec();
        if setting == "DATABASE_URL" {
            flags[5] = address;
        } else {
            flags.extend(["--session-store", address]);
        }
        check(&flags)
    };
    for setting in ["DATABASE_URL", "SATCHEL_SESSION_STORE"] {
        for address in [
            "postgres://db.example/shop",
            "postgresql://db.example/shop",
            "postgres://10.0.0.5/shop",
            "postgres://db.example/shop?sslmode=prefer",
            "postgres://db.example/shop?sslmode=allow",
        ] {
            assert_eq!(with(setting, address).expect_err("refused").setting, setting, "{address}");
            assert!(check(&["--database-url", address]).is_ok(), "a demo may");
        }
        for address in [
            "postgres://db.example/shop?sslmode=require",
            "postgres://db.example/shop?sslmode=verify-ca",
            "postgres://db.example/shop?sslmode=verify-full",
            "postgres://db.example/shop?sslmode=disable",
            "postgres://localhost/shop",
            "postgres://127.0.0.1/shop",
            "postgres://[::1]/shop",
            "postgres:///shop?host=/var/run/postgresql",
            "sqlite:/tmp/other.db",
        ] {
            assert!(with(setting, address).is_ok(), "{setting} {address}");
        }
    }
}

/// Some addresses look like a file but are in memory, and are lost with their last connection.
#[test]
fn production_keeps_nothing_in_memory() {
    for setting in ["--database-url", "--session-store"] {
        for address in [
            "sqlite::memory:",
            "sqlite://:memory:",
            "sqlite:shop.db?mode=memory",
            "sqlite:file::memory:",
            "sqlite:file:shop?vfs=memdb",
            "sqlite:",
            "sqlite://",
        ] {
            let mut flags = PRODUCTION.to_vec();
            match setting {
                "--database-url" => flags[5] = address,
                _ => flags.extend([setting, address]),
            }
            assert!(check(&flags).expect_err("refused").reason.contains("name a file"), "{setting} {address}");
            assert!(check(&[setting, address]).is_ok(), "a demo may");
        }
    }
}

#[test]
fn the_log_is_for_programs_in_production_unless_it_is_told_otherwise() {
    let format = |flags: &[&str]| {
        Line::try_parse_from(std::iter::once(&"satchel").chain(flags)).expect("flags are well formed").settings.log_format()
    };
    assert_eq!([format(&[]), format(&["--mode", "production"])], [LogFormat::Text, LogFormat::Json]);
    assert_eq!(format(&["--mode", "production", "--log-format", "text"]), LogFormat::Text);
}

#[test]
fn mails_leave_this_machine_encrypted_or_not_at_all() {
    let with = |url: &'static str| {
        let mut flags = PRODUCTION;
        flags[7] = url;
        check(&flags)
    };
    for url in [
        "smtp://mail.example",
        "smtp://user:secret@mail.example:587?tls=opportunistic",
        "smtp://mail.example?tls=opportunistic&tls=required",
        "smtp://mail.example/?x=tls=required",
        "smtp://localhost.mail.example",
        "smtp://localhost@mail.example",
        "https://mail.example",
        "mail.example",
        "",
    ] {
        assert_eq!(with(url).expect_err("refused").setting, "SATCHEL_MAIL", "{url}");
    }
    for url in ["smtps://mail.example", "smtp://user:secret@mail.example?tls=required", "smtp://localhost:25", "smtp://[::1]"] {
        assert!(with(url).is_ok(), "{url}");
    }
    let mut flags = PRODUCTION;
    flags[9] = "Satchel";
    assert_eq!(refused(&flags), "SATCHEL_MAIL_FROM");
}

#[test]
fn the_mail_servers_password_is_not_printed_and_a_demo_sends_no_mail() {
    let config = check(&PRODUCTION).expect("starts");
    assert!(config.mail.is_some() && !format!("{config:?}").contains("secret"));
    assert_eq!(check(&PRODUCTION[6..]).expect("starts").mail, None);
}

#[test]
fn a_demo_never_listens_to_the_world() {
    assert_eq!(refused(&["--listen", "0.0.0.0:3000"]), "SATCHEL_LISTEN");
    assert_eq!(refused(&["--metrics-listen", "0.0.0.0:9100"]), "SATCHEL_METRICS_LISTEN");
}

#[test]
fn a_base_url_is_an_origin_and_nothing_more() {
    for url in ["shop.example", "https://", "https://shop.example/path", "https://user@shop.example", "ftp://shop.example", "https://a?b"] {
        assert_eq!(refused(&["--base-url", url]), "SATCHEL_BASE_URL", "{url}");
    }
    for (url, origin) in [
        ("http://localhost:3000/", "http://localhost:3000"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://shop.example:80", "http://shop.example"),
        ("https://shop.example:80", "https://shop.example:80"),
        ("https://Shop.Example:8443", "https://shop.example:8443"),
    ] {
        assert_eq!(check(&["--base-url", url]).expect("starts").base_url, origin, "{url}");
    }
}

#[test]
fn idle_is_never_longer_than_absolute() {
    assert_eq!(refused(&["--session-idle", "8d"]), "SATCHEL_SESSION_IDLE");
    assert_eq!(refused(&["--remember-idle", "91d"]), "SATCHEL_REMEMBER_IDLE");
}

#[test]
fn limits_are_off_in_a_demo_at_most() {
    assert_eq!(check(&[]).expect("starts").rate_limit.per_second(), NonZeroU32::new(100));
    assert_eq!(check(&["--rate-limit", "off"]).expect("starts").rate_limit, RateLimit::OFF);
    assert_eq!(refused(&[&PRODUCTION[..], &["--rate-limit", "off"]].concat()), "SATCHEL_RATE_LIMIT");
    for text in ["", "0", "-1", "1.5", "1000001", "none"] {
        assert!(text.parse::<RateLimit>().is_err(), "{text:?}");
    }
}

#[test]
fn a_shop_that_takes_its_proxy_for_every_visitor_says_so() {
    let warning = |flags: &[&str]| check(flags).expect("starts").proxy_warning().is_some();
    assert!(warning(&PRODUCTION));
    assert!(!warning(&[&PRODUCTION[..], &["--trusted-proxies", "127.0.0.1"]].concat()));
    assert!(!warning(&[]), "nothing stands before a demo");
}

#[test]
fn durations_are_read_with_their_unit() {
    assert_eq!(["10s", "5m", "1h", "7d"].map(duration), [Ok(10), Ok(300), Ok(3_600), Ok(604_800)]);
    for text in ["", "s", "10", "0s", "-5m", "1.5h", "1w", "9999999999999999999d", "4000d", "é"] {
        assert!(duration(text).is_err(), "{text:?}");
    }
}

#[test]
fn the_readme_lists_exactly_these_settings_with_their_defaults() {
    let readme = include_str!("../../README.md");
    let command = Line::command();
    let mut listed: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .filter(|name| name.contains('_') && name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        .collect();
    for argument in command.get_arguments() {
        let Some(name) = argument.get_env().and_then(|name| name.to_str()) else { continue };
        let at = listed.iter().position(|one| *one == name);
        assert!(at.is_some(), "README.md does not list {name}");
        listed.swap_remove(at.unwrap_or_default());
        let row = readme.lines().find(|line| line.starts_with(&format!("| `{name}`"))).unwrap_or_default();
        for default in argument.get_default_values() {
            let default = default.to_string_lossy();
            assert!(row.contains(&format!("`{default}`")), "README.md gives another default for {name} than {default}");
        }
    }
    assert_eq!(listed, Vec::<&str>::new(), "README.md lists settings that do not exist");
}
