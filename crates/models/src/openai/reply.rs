//! A reply as it comes in: bytes to events, events to pieces of text, and what its breaking off
//! means.

use std::time::Duration;

use confidant_chat::port::model::{Delta, DeltaStream, ModelError};
use futures::StreamExt;
use futures::stream;
use tokio::time::timeout;

use super::wire::Heard;
use crate::complaint::Complaint;
use crate::scrub::Scrub;
use crate::silence::Silence;
use crate::sse::{Decoder, Sse};

/// How much of an answer that is none is kept for its words, in bytes.
const OPENING: usize = 16 * 1024;

/// How long to wait for more of an answer that is none, or for the last word of one that is whole.
const GRACE: Duration = Duration::from_secs(1);

/// An answer that is being read. Dropping it closes the connection.
pub(super) struct Reply {
    response: reqwest::Response,
    decoder: Decoder,
    silence: Silence,
    scrub: Scrub,
    progress: Progress,
    /// The first bytes, until the first piece: should it turn out that no model is talking, they
    /// say who is.
    opening: Vec<u8>,
}

/// How far a reply has come.
enum Progress {
    /// Nothing of a reply was seen yet.
    Waiting,
    /// A piece was seen.
    Talking,
    /// The server named a reason to end with. Only `[DONE]` may follow, and nobody depends on it.
    Finished {
        /// Its filter took the rest away.
        filtered: bool,
    },
    /// Nothing may follow.
    Over,
}

/// How a reply can go wrong.
enum Broken {
    Silent,
    Cut(reqwest::Error),
    /// It ended in good order, only too early.
    Ended,
    /// Something that is not of the protocol.
    Garbage(String),
    Complaint(Complaint),
    Filtered,
}

impl Reply {
    /// Reads on until it is certain that a model is talking. `silence` began with the question.
    ///
    /// # Errors
    ///
    /// When it is not.
    pub(super) async fn open(
        response: reqwest::Response,
        silence: Silence,
        scrub: Scrub,
    ) -> Result<DeltaStream, ModelError> {
        let mut reply = Self {
            response,
            decoder: Decoder::default(),
            silence,
            scrub,
            progress: Progress::Waiting,
            opening: Vec::new(),
        };
        match reply.piece().await {
            Ok(first) => Ok(reply.into_stream(first)),
            Err(broken) => Err(reply.not_started(broken).await),
        }
    }

    /// The pieces, beginning with one that was read already.
    fn into_stream(mut self, first: Option<String>) -> DeltaStream {
        self.opening = Vec::new();
        if first.is_none() {
            self.progress = Progress::Over;
        }
        let first = stream::iter(first.map(Ok));
        let rest = stream::unfold(self, |mut reply| async move {
            let item = match reply.piece().await {
                Ok(Some(text)) => Ok(text),
                Ok(None) => return None,
                Err(broken) => {
                    reply.progress = Progress::Over;
                    Err(reply.interrupted(broken))
                }
            };
            Some((item, reply))
        });
        let pieces = first.chain(rest).filter_map(async |item| match item {
            Ok(text) if text.is_empty() => None,
            Ok(text) => Some(Ok(Delta::Text(text))),
            Err(error) => Some(Err(error)),
        });
        pieces.boxed()
    }

    /// The next piece of text, which may be empty; nothing at the end of a whole reply.
    async fn piece(&mut self) -> Result<Option<String>, Broken> {
        loop {
            if matches!(self.progress, Progress::Over) {
                return Ok(None);
            }
            while let Some(event) = self.decoder.next() {
                let heard = match event {
                    Sse::Foreign(line) => return self.broken(Broken::Garbage(line)),
                    Sse::Data(data) => Heard::from_data(&data).ok_or(Broken::Garbage(data)),
                };
                match heard {
                    Ok(Heard::Nothing) => {}
                    Ok(Heard::Piece { text, finished }) => {
                        self.progress = match finished {
                            Some(reason) => {
                                Progress::Finished { filtered: reason == "content_filter" }
                            }
                            None => Progress::Talking,
                        };
                        return Ok(Some(text));
                    }
                    Ok(Heard::Complaint(value)) => {
                        return self.broken(Broken::Complaint(Complaint::from_json(&value)));
                    }
                    Ok(Heard::Done) => return self.done(),
                    Err(broken) => return self.broken(broken),
                }
            }
            if let Err(broken) = self.read().await {
                return self.broken(broken);
            }
        }
    }

    /// Takes in what arrives next.
    async fn read(&mut self) -> Result<(), Broken> {
        let grace = self.grace();
        let chunk = self.response.chunk();
        let arrived = match self.progress {
            Progress::Finished { .. } => timeout(grace, chunk).await.ok(),
            _ => self.silence.bear(chunk).await,
        };
        match arrived {
            None => Err(Broken::Silent),
            Some(Err(error)) => Err(Broken::Cut(error)),
            Some(Ok(Some(bytes))) => {
                self.silence.broken();
                if matches!(self.progress, Progress::Waiting) {
                    self.keep_opening(&bytes);
                }
                self.decoder.feed(&bytes);
                Ok(())
            }
            Some(Ok(None)) => {
                self.decoder.end();
                if self.decoder.is_empty() { Err(Broken::Ended) } else { Ok(()) }
            }
        }
    }

    /// What breaks after the reason to end was named, breaks nothing.
    fn broken(&mut self, broken: Broken) -> Result<Option<String>, Broken> {
        match self.progress {
            Progress::Finished { .. } => self.done(),
            _ => Err(broken),
        }
    }

    fn done(&mut self) -> Result<Option<String>, Broken> {
        let filtered = matches!(self.progress, Progress::Finished { filtered: true });
        self.progress = Progress::Over;
        if filtered { Err(Broken::Filtered) } else { Ok(None) }
    }

    fn keep_opening(&mut self, bytes: &[u8]) {
        let room = OPENING.saturating_sub(self.opening.len());
        self.opening.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }

    /// What it means that no reply came.
    async fn not_started(&mut self, broken: Broken) -> ModelError {
        match broken {
            Broken::Silent => ModelError::Unreachable { detail: self.silence_words() },
            Broken::Cut(error) => {
                ModelError::Unreachable { detail: self.scrub.error(&error.without_url()) }
            }
            Broken::Complaint(complaint) => complaint.refusal_in_stream(&self.scrub),
            Broken::Garbage(_) | Broken::Ended | Broken::Filtered => self.who_is_talking().await,
        }
    }

    /// A server that answers with a status of 200 and no reply: a web page, or an error of its own.
    async fn who_is_talking(&mut self) -> ModelError {
        let grace = self.grace();
        let rest = async {
            while self.opening.len() < OPENING {
                match self.response.chunk().await {
                    Ok(Some(bytes)) => self.keep_opening(&bytes),
                    Ok(None) | Err(_) => break,
                }
            }
        };
        // Whatever has arrived by then must do.
        let _ = timeout(grace, rest).await;
        let body = String::from_utf8_lossy(&self.opening);
        if body.trim().is_empty() {
            return ModelError::Refused { detail: "the server sent an empty answer".to_owned() };
        }
        Complaint::from_body(&body).refusal_in_stream(&self.scrub)
    }

    /// What it means that the reply goes no further.
    fn interrupted(&self, broken: Broken) -> ModelError {
        let detail = match broken {
            Broken::Silent => self.silence_words(),
            Broken::Cut(error) => self.scrub.error(&error.without_url()),
            Broken::Ended => "the server closed the connection in the middle".to_owned(),
            Broken::Garbage(words) => self.scrub.words(&words),
            Broken::Complaint(complaint) => complaint.words(&self.scrub),
            Broken::Filtered => {
                return ModelError::Refused {
                    detail: "the server's content filter ended the reply".to_owned(),
                };
            }
        };
        ModelError::Interrupted { detail }
    }

    fn silence_words(&self) -> String {
        format!("the server was silent for {:?}", self.silence.limit())
    }

    fn grace(&self) -> Duration {
        self.silence.limit().min(GRACE)
    }
}
