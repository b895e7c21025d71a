//! A line between the shop and a server that can go dead without anybody being told.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

/// Passes on every connection to one server, until it stops.
///
/// It never closes what it holds: when it stops, both ends keep an open connection on which nothing comes any more, and
/// what they close themselves is not told to the other. A new connection is taken all the same, and nothing comes on it,
/// either. When it goes on, that is for new connections only.
#[derive(Debug)]
pub struct Relay {
    address: SocketAddr,
    passes: watch::Sender<bool>,
    /// So many answers still come.
    answers: Arc<AtomicI64>,
    taking: JoinHandle<()>,
}

impl Relay {
    /// A line to the server at this address.
    pub async fn to(server: (String, u16)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (passes, passing) = watch::channel(true);
        let answers = Arc::new(AtomicI64::new(i64::MAX));
        let (stop, left) = (passes.clone(), Arc::clone(&answers));
        let taking = tokio::spawn(async move {
            let mut lines = JoinSet::new();
            while let Ok((near, _)) = listener.accept().await {
                lines.spawn(pass_on(near, server.clone(), passing.clone(), stop.clone(), Arc::clone(&left)));
            }
        });
        Self { address, passes, answers, taking }
    }

    /// Where the shop finds it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Every line goes dead, and new ones are dead from the start.
    pub fn stop(&self) {
        self.passes.send_replace(false);
    }

    /// The same once so many answers came from the server.
    pub fn stop_after(&self, answers: i64) {
        self.answers.store(answers, Ordering::SeqCst);
    }

    /// New lines work again.
    pub fn go_on(&self) {
        self.answers.store(i64::MAX, Ordering::SeqCst);
        self.passes.send_replace(true);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.taking.abort();
    }
}

async fn pass_on(
    near: TcpStream,
    server: (String, u16),
    mut passing: watch::Receiver<bool>,
    stop: watch::Sender<bool>,
    answers: Arc<AtomicI64>,
) {
    if *passing.borrow_and_update() {
        let Ok(far) = TcpStream::connect(server).await else { return };
        let ((mut from_near, mut to_near), (mut from_far, mut to_far)) = (near.into_split(), far.into_split());
        let back = async {
            let mut bytes = vec![0; 65_536];
            while let Ok(length @ 1..) = from_far.read(&mut bytes).await {
                if to_near.write_all(&bytes[..length]).await.is_err() {
                    break;
                }
                if answers.fetch_sub(1, Ordering::SeqCst) == 1 {
                    stop.send_replace(false);
                    std::future::pending::<()>().await;
                }
            }
        };
        let is_dead = tokio::select! {
            biased;
            is_dead = async { passing.wait_for(|passes| !passes).await.is_ok() } => is_dead,
            () = back => false,
            _ = copy(&mut from_near, &mut to_far) => false,
        };
        if is_dead {
            // Both ends stay open.
            std::future::pending::<()>().await;
        }
        return;
    }
    std::future::pending::<()>().await;
    drop(near);
}
