//! A line between the shop and a server that can go dead without anybody being told.

use std::net::SocketAddr;
use tokio::{
    io::copy_bidirectional,
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
    taking: JoinHandle<()>,
}

impl Relay {
    /// A line to the server at this address.
    pub async fn to(server: (String, u16)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (passes, passing) = watch::channel(true);
        let taking = tokio::spawn(async move {
            let mut lines = JoinSet::new();
            while let Ok((near, _)) = listener.accept().await {
                lines.spawn(pass_on(near, server.clone(), passing.clone()));
            }
        });
        Self { address, passes, taking }
    }

    /// Where the shop finds it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Every line goes dead, and new ones are dead from the start.
    pub fn stop(&self) {
        self.passes.send_replace(false);
    }

    /// New lines work again.
    pub fn go_on(&self) {
        self.passes.send_replace(true);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.taking.abort();
    }
}

async fn pass_on(mut near: TcpStream, server: (String, u16), mut passing: watch::Receiver<bool>) {
    if *passing.borrow_and_update() {
        let Ok(mut far) = TcpStream::connect(server).await else { return };
        tokio::select! {
            _ = copy_bidirectional(&mut near, &mut far) => return,
            _ = passing.wait_for(|passes| !passes) => {}
        }
        std::future::pending::<()>().await;
        drop(far);
    }
    std::future::pending::<()>().await;
    drop(near);
}
