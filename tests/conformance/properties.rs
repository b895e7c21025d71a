//! S1 and more: whatever devices of one account do in whatever order, a simple model tells what they see.

use crate::support::{Browser, TestApp};
use axum::http::StatusCode;
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};
use std::collections::BTreeMap;
use tokio::runtime::Runtime;

const PRODUCTS: [&str; 3] = ["phone", "laptop", "headphones"];
const DEVICES: usize = 3;

#[derive(Clone, Debug)]
enum Op {
    Add {
        product: usize,
        quantity: u64,
    },
    Set {
        product: usize,
        quantity: u64,
    },
    Remove {
        product: usize,
    },
    Clear,
    LogIn,
    LogOut,
    LogOutKeepingCart,
    ForgetMe,
    EndOthers,
    BringFirst,
    Look,
    /// Comes in late, with the cookie of before the last change of it.
    LateAdd {
        product: usize,
    },
}

fn op() -> impl Strategy<Value = Op> {
    let product = 0..PRODUCTS.len();
    prop_oneof![
        6 => (product.clone(), 1..60_u64).prop_map(|(product, quantity)| Op::Add { product, quantity }),
        3 => (product.clone(), 0..99_u64).prop_map(|(product, quantity)| Op::Set { product, quantity }),
        2 => product.clone().prop_map(|product| Op::Remove { product }),
        1 => Just(Op::Clear),
        4 => Just(Op::LogIn),
        1 => Just(Op::LogOut),
        1 => Just(Op::LogOutKeepingCart),
        1 => Just(Op::ForgetMe),
        1 => Just(Op::EndOthers),
        2 => Just(Op::BringFirst),
        2 => Just(Op::Look),
        2 => product.prop_map(|product| Op::LateAdd { product }),
    ]
}

/// What one device has, according to the rules and nothing else.
#[derive(Clone, Debug, Default, PartialEq)]
struct Model {
    logged_in: bool,
    cart: BTreeMap<&'static str, u64>,
    /// Its session was ended by another device and it has not looked since.
    ended: bool,
}

struct Device {
    browser: Browser,
    model: Model,
    /// The cookie before the last time it changed.
    stale: Option<Browser>,
}

impl Device {
    async fn call(&mut self, endpoint: &str, fields: &[(&str, &str)]) -> StatusCode {
        let before = self.browser.clone();
        let status = self.browser.call(endpoint, fields).await.status;
        if before.cookies != self.browser.cookies && !before.cookies.is_empty() {
            self.stale = Some(before);
        }
        status
    }

    /// The page shows what the model knows.
    async fn check(&mut self) {
        let cart: BTreeMap<String, u64> = self.browser.lines().await.into_iter().collect();
        self.model.ended = false;
        let expected: BTreeMap<String, u64> = self.model.cart.iter().map(|(name, quantity)| ((*name).to_owned(), *quantity)).collect();
        assert_eq!(cart, expected);
        assert_eq!(self.browser.open("/dashboard").await.status == StatusCode::OK, self.model.logged_in);
    }
}

async fn run(nodes: &[TestApp], name: &str, ops: Vec<(usize, usize, Op)>) {
    let password = "violet tram under snow";
    let mut owner = nodes[0].browser();
    let email = format!("{name}@example.com");
    assert_eq!(owner.call("register", &[("username", name), ("email", &email), ("password", password)]).await.status, StatusCode::OK);
    owner.call("log_out", &[]).await;
    let mut devices: Vec<Device> =
        (0..DEVICES).map(|_| Device { browser: nodes[0].browser(), model: Model::default(), stale: None }).collect();
    for (at, node, op) in ops {
        let cookies = devices[at].browser.cookies.clone();
        devices[at].browser = nodes[node].browser();
        devices[at].browser.cookies = cookies;
        apply(&mut devices, at, &op, name, password).await;
    }
    for device in &mut devices {
        device.check().await;
    }
}

async fn apply(devices: &mut [Device], at: usize, op: &Op, name: &str, password: &str) {
    let ended = devices[at].model.ended;
    let device = &mut devices[at];
    match op {
        Op::Add { product, quantity } => {
            let status = device.call("add_to_cart", &[("product", PRODUCTS[*product]), ("quantity", &quantity.to_string())]).await;
            let held = device.model.cart.get(PRODUCTS[*product]).copied().unwrap_or_default();
            if ended {
                assert_eq!(status, StatusCode::CONFLICT);
            } else if held + quantity > 99 {
                assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
            } else {
                assert_eq!(status, StatusCode::OK);
                device.model.cart.insert(PRODUCTS[*product], held + quantity);
            }
        }
        Op::Set { product, quantity } => {
            let status = device.call("set_quantity", &[("product", PRODUCTS[*product]), ("quantity", &quantity.to_string())]).await;
            if ended {
                assert_eq!(status, StatusCode::CONFLICT);
            } else {
                assert_eq!(status, StatusCode::OK);
                device.model.cart.insert(PRODUCTS[*product], *quantity);
                device.model.cart.retain(|_, quantity| *quantity > 0);
            }
        }
        Op::Remove { product } => {
            let status = device.call("remove_from_cart", &[("product", PRODUCTS[*product])]).await;
            if ended {
                assert_eq!(status, StatusCode::CONFLICT);
            } else {
                device.model.cart.remove(PRODUCTS[*product]);
            }
        }
        Op::Clear => {
            let status = device.call("clear_cart", &[]).await;
            if ended {
                assert_eq!(status, StatusCode::CONFLICT);
            } else {
                device.model.cart.clear();
            }
        }
        Op::LogIn => {
            assert_eq!(device.call("log_in", &[("login", name), ("password", password)]).await, StatusCode::OK);
            device.model.logged_in = true;
            device.model.ended = false;
        }
        Op::LogOut | Op::ForgetMe => {
            let endpoint = if matches!(op, Op::LogOut) { "log_out" } else { "forget_me" };
            assert_eq!(device.call(endpoint, &[]).await, StatusCode::OK);
            device.model = Model { ended: device.model.ended, ..Model::default() };
        }
        Op::LogOutKeepingCart => {
            assert_eq!(device.call("log_out", &[("keep_cart", "on")]).await, StatusCode::OK);
            device.model.logged_in = false;
        }
        Op::EndOthers => {
            let expected = if device.model.logged_in { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
            assert_eq!(device.call("end_other_sessions", &[]).await, expected);
            if expected == StatusCode::OK {
                for (other, device) in devices.iter_mut().enumerate() {
                    if other != at && device.model.logged_in {
                        device.model = Model { ended: true, ..Model::default() };
                    }
                }
            }
        }
        Op::BringFirst => bring(devices, at).await,
        Op::Look => device.check().await,
        Op::LateAdd { product } => {
            if let Some(mut late) = device.stale.clone() {
                let answer = late.call("add_to_cart", &[("product", PRODUCTS[*product]), ("quantity", "1")]).await;
                assert_eq!((answer.status, answer.set_cookies().len()), (StatusCode::CONFLICT, 0), "a dead id changes nothing");
            }
        }
    }
}

/// Brings the first cart on the list here.
async fn bring(devices: &mut [Device], at: usize) {
    if !devices[at].model.logged_in {
        return;
    }
    let Some(handle) = devices[at].browser.other_sessions().await.into_iter().next() else { return };
    assert_eq!(devices[at].call("bring_cart", &[("session", &handle)]).await, StatusCode::OK);
    // Which one it was: the one whose cart is empty now. Several that were empty are all the same.
    for other in 0..devices.len() {
        if other != at
            && devices[other].model.logged_in
            && !devices[other].model.cart.is_empty()
            && devices[other].browser.lines().await.is_empty()
        {
            for (product, quantity) in std::mem::take(&mut devices[other].model.cart) {
                let held = devices[at].model.cart.entry(product).or_default();
                *held = (*held + quantity).min(99);
            }
        }
    }
}

#[test]
fn devices_of_an_account_follow_the_model() {
    let runtime = Runtime::new().expect("a runtime");
    let nodes = runtime.block_on(async {
        let node = TestApp::start().await;
        let other = node.beside().await;
        [node, other]
    });
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let number = std::cell::Cell::new(0);
    let ops = vec((0..DEVICES, 0..2_usize, op()), 1..40);
    let outcome = runner.run(&ops, |ops| {
        number.set(number.get() + 1);
        runtime.block_on(run(&nodes, &format!("owner{}", number.get()), ops));
        Ok(())
    });
    drop(runtime.enter());
    outcome.expect("the model holds");
    let _entered = runtime.enter();
    drop(nodes);
}

#[derive(Clone, Debug)]
struct Change {
    product: usize,
    add: u64,
    node: usize,
}

/// Changes that all happen at once: what was acknowledged is there, and nothing else.
#[test]
fn parallel_changes_add_up_to_what_was_acknowledged() {
    let runtime = Runtime::new().expect("a runtime");
    let nodes = runtime.block_on(async {
        let node = TestApp::start().await;
        let other = node.beside().await;
        [node, other]
    });
    let change = (0..PRODUCTS.len(), 1..30_u64, 0..2_usize).prop_map(|(product, add, node)| Change { product, add, node });
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&vec(change, 2..16), |changes| {
        runtime.block_on(async {
            let mut browser = nodes[0].browser();
            browser.call("add_to_cart", &[("product", "radio"), ("quantity", "1")]).await;
            browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
            let before: BTreeMap<String, u64> = browser.lines().await.into_iter().collect();
            let tasks: Vec<_> = changes
                .into_iter()
                .map(|change| {
                    let mut tab = nodes[change.node].with_cookies_of(&browser);
                    tokio::spawn(async move {
                        let fields = [("product", PRODUCTS[change.product]), ("quantity", &change.add.to_string())];
                        (change.clone(), tab.call("add_to_cart", &fields).await.status)
                    })
                })
                .collect();
            let mut expected = before;
            let mut refused = Vec::new();
            for task in tasks {
                let (change, status) = task.await.expect("an answer");
                if status == StatusCode::OK {
                    *expected.entry(PRODUCTS[change.product].to_owned()).or_default() += change.add;
                } else {
                    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
                    refused.push(change);
                }
            }
            let after: BTreeMap<String, u64> = browser.lines().await.into_iter().collect();
            assert_eq!(after, expected);
            for change in refused {
                assert!(after[PRODUCTS[change.product]] + change.add > 99, "{change:?} was refused without need");
            }
        });
        Ok(())
    });
    outcome.expect("everything adds up");
    let _entered = runtime.enter();
    drop(nodes);
}
