//! What keeps the program from starting, and what it says then: each time the real one, as it is started by hand.

use crate::support::program::Program;
use axum::http::StatusCode;
use satchel::server::catalogue::import;
use std::{fs, os::unix::fs::PermissionsExt};

/// Every way to begin, for what must keep all of them from it.
const BEGINNINGS: [&[&str]; 4] = [&["serve"], &["check"], &["migrate"], &["catalogue", "export"]];

#[test]
fn a_line_of_dotenv_that_cannot_be_read_is_named_and_nothing_is_started() {
    let program = Program::new();
    program.write(
        ".env",
        "# Our shop\nSATCHEL_TRUSTED_PROXIES=10.0.0.1, 10.0.0.2\nSATCHEL_MODE=production\nSATCHEL_BASE_URL=https://shop.example\nDATABASE_URL=sqlite:real.db\n",
    );
    for words in BEGINNINGS {
        let ended = program.run(words, &[]);
        ended.refused(".env, line 2");
        assert!(!ended.err.contains("10.0.0"), "the value is not told: {ended:?}");
    }
    for file in ["satchel.db", "real.db"] {
        assert!(!program.path(file).exists(), "{file}");
    }
}

#[test]
fn settings_are_read_from_the_folder_one_is_in_and_from_none_above_it() {
    let program = Program::new();
    program.write(".env", "SATCHEL_MODE=production\n");
    fs::create_dir(program.path("below")).expect("made");
    program.run(&["migrate"], &[]).refused("SATCHEL_BASE_URL: is missing");
    program.run_in("below", &["migrate"], &[], "").done();
}

#[test]
fn a_setting_that_is_misspelt_is_named_with_the_one_that_was_meant() {
    let program = Program::new();
    for words in BEGINNINGS {
        let ended = program.run(words, &[("SATCHEL_SESSION_IDEL", "10s")]);
        ended.refused("SATCHEL_SESSION_IDEL is no setting; did you mean SATCHEL_SESSION_IDLE?");
    }
    program.write(".env", "SATCHEL_MOD=production\n");
    program.run(&["serve"], &[]).refused("SATCHEL_MOD is no setting; did you mean SATCHEL_MODE?");
    assert!(!program.path("satchel.db").exists());
    program.write(".env", "SATCHEL_BROWSER=chromium\n");
    program.run(&["migrate"], &[("SATCHEL_TEST_POSTGRES", "postgres://127.0.0.1")]).done();
}

#[test]
fn what_visitors_leave_here_is_read_by_nobody_else_on_the_machine() {
    let mode = |path: &std::path::Path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    let program = Program::new();
    fs::create_dir(program.path("sessions")).expect("made");
    let settings = [("DATABASE_URL", "sqlite:shop.db"), ("SATCHEL_SESSION_STORE", "file:sessions")];
    let shop = program.serve(&settings);
    shop.post("add_to_cart", "product=phone&quantity=1");
    for file in ["shop.db", "shop.db-wal", "shop.db-shm"] {
        assert_eq!(mode(&program.path(file)), 0o600, "{file}");
    }
    let mut folders = 0;
    for folder in fs::read_dir(program.path("sessions")).expect("listed") {
        let folder = folder.expect("a folder").path();
        folders += 1;
        assert_eq!(mode(&folder), 0o700, "{}", folder.display());
        for file in fs::read_dir(folder).expect("listed") {
            assert_eq!(mode(&file.expect("a file").path()), 0o600);
        }
    }
    assert_eq!(folders, 256);
    let warning = "other users of this machine may read";
    assert!(!shop.log().contains(warning));
    drop(shop);
    fs::set_permissions(program.path("shop.db"), fs::Permissions::from_mode(0o644)).expect("set");
    let checked = program.run(&["check"], &settings);
    checked.done();
    assert_eq!(checked.err.matches(warning).count(), 1, "{checked:?}");
    assert!(!checked.err.contains('\u{1b}'), "no colours in a file: {checked:?}");
    assert_eq!(program.serve(&settings).log().matches(warning).count(), 1);
}

#[test]
fn a_file_without_products_empties_the_shop_only_when_it_is_meant_to() {
    let program = Program::new();
    program.write("good.csv", "slug,name,category,price,stock,summary,description,picture\nmug,Mug,Desk,12.50,4,,,/m.svg\n");
    program.run(&["catalogue", "import", "good.csv"], &[]).done();
    program.write("empty.csv", "");
    program.write("header.csv", "slug,name,category,price,stock,summary,description,picture\n");
    program.write("headless.csv", "mug,Mug,Desk,12.50,4,,,/m.svg\n");
    program.write("empty.json", "[]");
    for (file, reason) in [
        ("empty.csv", "line 1: must name the fields"),
        ("headless.csv", "line 1: must name the fields"),
        ("header.csv", "--empty"),
        ("empty.json", "--empty"),
    ] {
        program.run(&["catalogue", "import", file], &[]).refused(reason);
        assert!(program.run(&["catalogue", "export"], &[]).out.contains("\"mug\""), "{file}");
    }
    program.run(&["catalogue", "import", "--empty", "headless.csv"], &[]).refused("line 1: must name the fields");
    program.run(&["catalogue", "import", "--empty", "empty.json"], &[]).done();
    assert!(!program.run(&["catalogue", "export"], &[]).out.contains("\"mug\""));
}

#[test]
fn a_file_that_is_too_long_or_of_another_kind_is_not_read() {
    let program = Program::new();
    program.write("good.txt", "[]");
    program.write("long.json", "");
    // Nothing but a hole, which takes no place on the disk.
    let long = fs::File::options().write(true).open(program.path("long.json")).expect("a file");
    long.set_len(import::MAX_BYTES + 1).expect("a long file");
    for (file, reason) in [("good.txt", "the name must end in .json or .csv"), ("long.json", "holds more than 536870912 bytes")] {
        program.run(&["catalogue", "import", "--empty", file], &[]).refused(reason);
    }
}

#[tokio::test]
async fn a_database_that_is_newer_than_the_program_is_said_to_be() {
    let program = Program::new();
    program.run(&["migrate"], &[]).done();
    program.run(&["check"], &[]).done();
    let url = format!("sqlite:{}", program.path("satchel.db").display());
    let pool = sqlx::SqlitePool::connect(&url).await.expect("opened");
    let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (9999, '', true, x'', 0)";
    sqlx::query(newer).execute(&pool).await.expect("noted");
    pool.close().await;
    for words in [&["check"][..], &["serve"], &["migrate"]] {
        program.run(words, &[]).refused("the database is newer than this program: it has migration 9999");
    }
}

#[test]
fn a_database_that_cannot_be_opened_is_named_and_no_password_is() {
    let program = Program::new();
    for words in [&["check"][..], &["serve"]] {
        program.run(words, &[("DATABASE_URL", "sqlite:/nowhere/shop.db")]).refused("the database sqlite:/nowhere/shop.db");
        for address in ["postgres://ada:secret@127.0.0.1:1/shop", "postgres://127.0.0.1:1/shop?user=ada&password=secret"] {
            let ended = program.run(words, &[("DATABASE_URL", address)]);
            ended.refused("127.0.0.1:1/shop");
            assert!(!ended.err.contains("secret"), "{ended:?}");
        }
    }
}

#[test]
fn a_line_of_the_log_names_its_request_whatever_the_log_leaves_out() {
    for filter in ["warn", "error", "satchel::server=error", "satchel::auth=info"] {
        let program = Program::new();
        fs::create_dir(program.path("sessions")).expect("made");
        let shop = program.serve_in_silence(&[("SATCHEL_SESSION_STORE", "file:sessions"), ("RUST_LOG", filter)]);
        let (answer, text) = if filter.contains("auth") {
            (shop.post("log_in", "login=admin&password=password123"), "logged in")
        } else {
            fs::rename(program.path("sessions"), program.path("elsewhere")).expect("moved");
            (shop.post("add_to_cart", "product=phone&quantity=1"), "turned a request away")
        };
        let id = answer.lines().find_map(|line| line.strip_prefix("x-request-id: ")).expect("an id");
        let line = shop.says(text);
        assert!(line.contains(&format!("request{{id=\"{id}\"")), "{filter}: {line}");
    }
}

#[test]
fn a_log_for_programs_is_an_object_a_line_and_names_its_request() {
    let program = Program::new();
    let settings = [("SATCHEL_LOG_FORMAT", "json")];
    let shop = program.serve(&settings);
    let answer = shop.post("log_in", "login=admin&password=password123");
    assert!(answer.starts_with(&format!("HTTP/1.1 {}", StatusCode::OK)), "{answer}");
    let id = answer.lines().find_map(|line| line.strip_prefix("x-request-id: ")).expect("an id");
    let line: serde_json::Value = serde_json::from_str(&shop.says("satchel::auth")).expect("an object");
    assert_eq!((&line["message"], &line["target"]), (&"logged in".into(), &"satchel::auth".into()));
    assert_eq!((&line["account"], &line["address"]), (&1.into(), &"127.0.0.1".into()));
    assert_eq!(line["spans"][0]["id"], id, "{line}");
    for line in shop.log().lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
    }
    program.run(&["check"], &[("SATCHEL_LOG_FORMAT", "yaml")]).refused("--log-format");
}
