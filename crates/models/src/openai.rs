//! Servers that speak `OpenAI`'s protocol.
//!
//! Written on `reqwest` and not on `genai` 0.7, which was tried first: its stream hides an answer
//! that is no event stream, so that neither a web page nor a JSON error under a status of 200 can
//! be told or quoted; it takes `-high` and `name::` off the names of models; it reads
//! `"error": null` as an error; it buffers an endless line without bound; and it logs the bodies of
//! errors, in which servers quote what people wrote.

use std::time::Duration;

use async_trait::async_trait;
use confidant_chat::clock;
use confidant_chat::port::model::{DeltaStream, Model, ModelError, Request};
use reqwest::header::LOCATION;
use reqwest::{Method, RequestBuilder, Response, StatusCode, redirect};
use secrecy::ExposeSecret;
use serde::Deserialize;

use crate::complaint::{Complaint, retry_in};
use crate::endpoint::Endpoint;
use crate::scrub::Scrub;

mod reply;
mod wire;

/// The most of an error's body that is read, in bytes.
const LONGEST_ERROR: usize = 64 * 1024;

/// The most of a list of models that is read, in bytes. `OpenRouter`'s has about one million.
const LONGEST_LIST: usize = 8 * 1024 * 1024;

/// A model behind a server that speaks `OpenAI`'s protocol. Made by [`Endpoint::open`].
///
/// Its `Debug` form never shows the key.
#[derive(Debug)]
pub struct OpenAiCompatible {
    endpoint: Endpoint,
    /// Nothing where this machine offers no TLS; told on use, in the same way as no network.
    client: Result<reqwest::Client, ModelError>,
    scrub: Scrub,
}

/// What `/models` says about a model.
enum Listed {
    Yes,
    No { known: usize },
    Unclear,
}

impl OpenAiCompatible {
    pub(crate) fn new(endpoint: Endpoint) -> Self {
        let scrub = Scrub::new(endpoint.key.clone());
        // Whoever installed one before has decided, which is fine too.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("confidant/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(endpoint.patience.connect)
            // A redirect would turn the question into a GET and might lead the key elsewhere; the
            // person is told where it points instead.
            .redirect(redirect::Policy::none());
        if endpoint.is_local() {
            // A company's proxy does not know this machine's own servers.
            builder = builder.no_proxy();
        }
        let client = builder
            .build()
            .map_err(|error| ModelError::Unreachable { detail: scrub.error(&error) });
        Self { endpoint, client, scrub }
    }

    /// Sends a question and waits for the reply to begin.
    async fn ask(&self, question: &wire::Question<'_>) -> Result<DeltaStream, ModelError> {
        let request = self.request(Method::POST, "chat/completions")?.json(question);
        let response = self.accept(self.send(request).await?).await?;
        let silence = self.endpoint.patience.silence;
        reply::Reply::open(response, silence, self.scrub.clone()).await
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, ModelError> {
        let unreachable = |detail| ModelError::Unreachable { detail };
        let client = self.client.as_ref().map_err(Clone::clone)?;
        let url = self.endpoint.base_url.join(path);
        let url = url.map_err(|error| unreachable(error.to_string()))?;
        let request = client.request(method, url);
        Ok(match &self.endpoint.key {
            Some(key) => request.bearer_auth(key.expose_secret()),
            None => request,
        })
    }

    /// The answer, whatever it is.
    async fn send(&self, request: RequestBuilder) -> Result<Response, ModelError> {
        let silence = self.endpoint.patience.silence;
        let detail = match tokio::time::timeout(silence, request.send()).await {
            Ok(Ok(response)) => return Ok(response),
            Ok(Err(error)) => self.scrub.error(&error.without_url()),
            Err(_) => format!("no answer within {silence:?}"),
        };
        Err(ModelError::Unreachable { detail })
    }

    /// The answer, if it is a good one.
    async fn accept(&self, response: Response) -> Result<Response, ModelError> {
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let wait = retry_in(response.headers(), clock::now());
        let location = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
        let words = match location {
            Some(to) if status.is_redirection() => format!("the server points to {to}"),
            _ => {
                let body = read(response, LONGEST_ERROR, self.endpoint.patience.silence).await;
                String::from_utf8_lossy(&body).into_owned()
            }
        };
        Err(Complaint::from_body(&words).refusal(status, wait, &self.scrub))
    }

    /// Looks for the model in the list of those that the server has.
    async fn listed(&self) -> Result<Listed, ModelError> {
        let response = self.send(self.request(Method::GET, "models")?).await?;
        if matches!(response.status(), StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED) {
            // Not every server has such a list.
            return Ok(Listed::Unclear);
        }
        let response = self.accept(response).await?;
        let body = read(response, LONGEST_LIST, self.endpoint.patience.silence).await;
        let Ok(list) = serde_json::from_slice::<ModelList>(&body) else {
            return Ok(Listed::Unclear);
        };
        let is_there = list.data.iter().any(|entry| is_same(&entry.id, &self.endpoint.model));
        Ok(match is_there {
            true => Listed::Yes,
            // A list in pages cannot prove that something is missing.
            false if list.has_more => Listed::Unclear,
            false => Listed::No { known: list.data.len() },
        })
    }
}

#[async_trait]
impl Model for OpenAiCompatible {
    fn name(&self) -> &str {
        &self.endpoint.model
    }

    async fn stream(&self, request: Request) -> Result<DeltaStream, ModelError> {
        self.ask(&wire::Question::new(&self.endpoint.model, &request)).await
    }

    async fn check(&self) -> Result<(), ModelError> {
        match self.listed().await? {
            Listed::Yes => Ok(()),
            Listed::No { known } => Err(ModelError::NotFound {
                detail: format!("not among the {known} models that the server lists"),
            }),
            // One token, and the connection is dropped once it comes.
            Listed::Unclear => {
                self.ask(&wire::Question::probe(&self.endpoint.model)).await.map(drop)
            }
        }
    }
}

#[derive(Deserialize)]
struct ModelList {
    data: Vec<ModelEntry>,
    #[serde(default)]
    has_more: bool,
}

#[derive(Deserialize)]
struct ModelEntry {
    id: String,
}

/// Whether a server that lists `id` answers to `name`: Ollama adds `:latest`, Gemini puts `models/`
/// in front, and both understand the short form.
fn is_same(id: &str, name: &str) -> bool {
    let id = id.strip_prefix("models/").unwrap_or(id);
    let name = name.strip_prefix("models/").unwrap_or(name);
    id == name || id.strip_suffix(":latest") == Some(name)
}

/// The beginning of a body, as much as arrives in time.
async fn read(mut response: Response, most: usize, silence: Duration) -> Vec<u8> {
    let mut body = Vec::new();
    while body.len() < most {
        match tokio::time::timeout(silence, response.chunk()).await {
            Ok(Ok(Some(bytes))) => {
                let room = most - body.len();
                body.extend_from_slice(bytes.get(..room).unwrap_or(&bytes));
            }
            Ok(Ok(None) | Err(_)) | Err(_) => break,
        }
    }
    body
}
