//! A real server on loopback that speaks the protocol of OpenAI-compatible models. What it answers
//! depends on a word in the last message, so that a test plays every server with one address.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// The key that the server accepts.
pub(crate) const KEY: &str = "sk-test-7f3a";

/// The model that the server has.
pub(crate) const MODEL: &str = "test-model";

/// How many words the reply to a message with `[slow]` has, one every 60 ms.
const SLOW_WORDS: usize = 200;

/// The server; it stops when dropped.
pub(crate) struct ModelServer {
    address: String,
    over: Arc<AtomicBool>,
}

impl ModelServer {
    pub(crate) fn start() -> Self {
        Self::start_at(0)
    }

    /// The server at a port of loopback; 0 takes any.
    pub(crate) fn start_at(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let over = Arc::new(AtomicBool::new(false));
        let watched = Arc::clone(&over);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if watched.load(Ordering::SeqCst) {
                    return;
                }
                let watched = Arc::clone(&watched);
                // A client that goes away ends its own conversation only.
                thread::spawn(move || drop(serve(stream, &watched)));
            }
        });
        Self { address, over }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.rsplit(':').next().and_then(|port| port.parse().ok()).unwrap()
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for the next client.
        let _ = TcpStream::connect(&self.address);
    }
}

fn serve(mut stream: TcpStream, over: &AtomicBool) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let (mut length, mut key) = (0, String::new());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap_or(0),
            "authorization" => key = value.trim().replace("Bearer ", ""),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    if key != KEY {
        return refuse(&mut stream, "401 Unauthorized", "", "invalid key");
    }
    if request.starts_with("GET") {
        return answer(&mut stream, &json!({ "data": [{ "id": MODEL }] }).to_string());
    }
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let said = body["messages"].as_array().and_then(|all| all.last());
    let said = said.and_then(|last| last["content"].as_str()).unwrap_or_default().to_owned();
    if said.contains("[429]") {
        return refuse(&mut stream, "429 Too Many Requests", "retry-after: 7\r\n", "slow down");
    }
    if said.contains("[500]") {
        return refuse(&mut stream, "500 Internal Server Error", "", "on fire");
    }
    if said.contains("[garbage]") {
        return answer(&mut stream, "<html>not a model</html>");
    }
    stream.write_all(
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n",
    )?;
    while said.contains("[silent]") && !over.load(Ordering::SeqCst) {
        thread::sleep(Duration::from_millis(20));
    }
    if said.contains("[cut]") {
        return piece(&mut stream, "This reply breaks ");
    }
    for word in words(&said) {
        if over.load(Ordering::SeqCst) {
            return Ok(());
        }
        piece(&mut stream, &word)?;
        if said.contains("[slow]") {
            thread::sleep(Duration::from_millis(60));
        }
    }
    let end = json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] });
    write!(stream, "data: {end}\n\ndata: [DONE]\n\n")
}

fn words(said: &str) -> Vec<String> {
    if said.contains("[slow]") {
        return (1..=SLOW_WORDS).map(|n| format!("word{n} ")).collect();
    }
    let reply = format!(
        "You asked about **{said}**. Here is what matters:\n\n\
         1. First, the *simple* case.\n2. Then the `general` one.\n\n\
         ```rust\nfn main() {{\n    println!(\"Hello\");\n}}\n```\n\n\
         | Case | Cost |\n|---|---:|\n| simple | 1 |\n| general | 7 |\n\nThat is all."
    );
    reply.split_inclusive(' ').map(str::to_owned).collect()
}

fn piece(stream: &mut TcpStream, text: &str) -> std::io::Result<()> {
    let chunk = json!({ "choices": [{ "index": 0, "delta": { "content": text } }] });
    write!(stream, "data: {chunk}\n\n")?;
    stream.flush()
}

fn answer(stream: &mut TcpStream, body: &str) -> std::io::Result<()> {
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    )
}

fn refuse(stream: &mut TcpStream, status: &str, more: &str, words: &str) -> std::io::Result<()> {
    let body = json!({ "error": { "message": words } }).to_string();
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{more}content-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    )
}
