//! What the tests share: an endpoint with little patience, and a server that sends exact bytes.

use std::future::Future;
use std::time::Duration;

use confidant_chat::port::model::{Author, Delta, DeltaStream, ModelError, ModelMessage, Request};
use confidant_models::{Endpoint, OpenAiCompatible, Patience};
use futures::StreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// No test waits longer than this for anything.
pub(crate) const BOUND: Duration = Duration::from_secs(20);

/// The key that must never be seen again.
pub(crate) const KEY: &str = "sk-confidential-0123456789";

/// How long the models of these tests bear silence.
pub(crate) const SILENCE: Duration = Duration::from_millis(400);

pub(crate) fn model_at(base_url: &str) -> OpenAiCompatible {
    let patience = Patience { connect: Duration::from_millis(400), silence: SILENCE };
    Endpoint::new(base_url, "test-model", Some(KEY.into())).unwrap().with_patience(patience).open()
}

pub(crate) fn question() -> Request {
    Request {
        messages: vec![ModelMessage { author: Author::User, text: "Hi".to_owned() }],
        ..Request::default()
    }
}

/// Everything that a stream says, up to and with its error.
pub(crate) async fn collect(mut stream: DeltaStream) -> (String, Option<ModelError>) {
    let mut said = String::new();
    let everything = async {
        while let Some(item) = stream.next().await {
            match item {
                Ok(Delta::Text(text)) => said.push_str(&text),
                Err(error) => {
                    assert_eq!(stream.next().await, None, "nothing follows an error");
                    return Some(error);
                }
            }
        }
        None
    };
    let error = tokio::time::timeout(BOUND, everything).await.unwrap();
    (said, error)
}

/// The event of one piece of text.
pub(crate) fn piece(text: &str) -> String {
    let chunk = serde_json::json!({"choices": [{"index": 0, "delta": {"content": text}}]});
    format!("data: {chunk}\n\n")
}

/// The event that names the reason to end.
pub(crate) fn finish(reason: &str) -> String {
    let chunk = serde_json::json!({"choices": [{"delta": {}, "finish_reason": reason}]});
    format!("data: {chunk}\n\n")
}

pub(crate) const DONE: &str = "data: [DONE]\n\n";

/// The head of an answer that ends when the connection does.
pub(crate) const HEAD: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

/// The head of an answer in chunks, where a cut can be told from an end.
pub(crate) const CHUNKED_HEAD: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

/// One piece of a chunked body.
pub(crate) fn chunk(body: &str) -> String {
    format!("{:x}\r\n{body}\r\n", body.len())
}

/// A server for one connection, whose answer is code.
pub(crate) struct RawServer<T> {
    pub(crate) base_url: String,
    serving: JoinHandle<T>,
}

impl<T: Send + 'static> RawServer<T> {
    /// Takes one connection, reads one request with its body and hands the rest over.
    pub(crate) async fn start<F, Fut>(answer: F) -> Self
    where
        F: FnOnce(TcpStream) -> Fut + Send + 'static,
        Fut: Future<Output = T> + Send,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
        let serving = tokio::spawn(async move {
            let serve = async {
                let (mut connection, _) = listener.accept().await.unwrap();
                connection.set_nodelay(true).unwrap();
                read_request(&mut connection).await;
                answer(connection).await
            };
            tokio::time::timeout(BOUND, serve).await.unwrap()
        });
        Self { base_url, serving }
    }

    /// What the answer's code came to.
    pub(crate) async fn outcome(self) -> T {
        self.serving.await.unwrap()
    }
}

impl RawServer<()> {
    /// Sends these bytes and closes.
    pub(crate) async fn sending(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::start(|mut connection| async move {
            connection.write_all(&bytes).await.unwrap();
            connection.shutdown().await.unwrap();
        })
        .await
    }

    /// Sends these bytes and then nothing, without closing, until the other side does.
    pub(crate) async fn stalling(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::start(|mut connection| async move {
            connection.write_all(&bytes).await.unwrap();
            until_closed(&mut connection).await;
        })
        .await
    }
}

/// Waits for the other side to close the connection.
pub(crate) async fn until_closed(connection: &mut TcpStream) {
    let mut ignored = [0; 1024];
    // A reset is a way of closing, too.
    while let Ok(1..) = connection.read(&mut ignored).await {}
}

async fn read_request(connection: &mut TcpStream) {
    let mut request = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let length = connection.read(&mut piece).await.unwrap();
        assert!(length > 0, "the request is whole");
        request.extend_from_slice(&piece[..length]);
        let text = String::from_utf8_lossy(&request);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let wanted = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .map_or(0, |(_, value)| value.trim().parse().unwrap());
        if body.len() >= wanted {
            return;
        }
    }
}
