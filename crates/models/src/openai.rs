//! Servers that speak `OpenAI`'s protocol.
//!
//! Written on `reqwest` and not on `genai` 0.7, which was tried first: its stream hides an answer
//! that is no event stream, so that neither a web page nor a JSON error under a status of 200 can
//! be told or quoted; it takes `-high` and `name::` off the names of models; it reads
//! `"error": null` as an error; it buffers an endless line without bound; and it logs the bodies of
//! errors, in which servers quote what people wrote.

use async_trait::async_trait;
use confidant_chat::clock;
use confidant_chat::port::model::{DeltaStream, Model, ModelError, Request};
use reqwest::header::LOCATION;
use reqwest::{Method, RequestBuilder, Response, StatusCode, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::complaint::{Complaint, retry_in};
use crate::endpoint::Endpoint;
use crate::scrub::Scrub;
use crate::silence::Silence;

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
        let key = self.endpoint.key.as_ref();
        let request = self.request(Method::POST, "chat/completions", key)?.json(question);
        let mut silence = self.silence();
        let response = self.send(request, &silence).await?;
        let response = self.accept(response, &mut silence).await?;
        reply::Reply::open(response, silence, self.scrub.clone()).await
    }

    /// The limit on the silence that begins now.
    fn silence(&self) -> Silence {
        Silence::of(self.endpoint.patience.silence)
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        key: Option<&SecretString>,
    ) -> Result<RequestBuilder, ModelError> {
        let unreachable = |detail| ModelError::Unreachable { detail };
        let client = self.client.as_ref().map_err(Clone::clone)?;
        let url = self.endpoint.base_url.join(path);
        let url = url.map_err(|error| unreachable(error.to_string()))?;
        let request = client.request(method, url);
        Ok(match key {
            Some(key) => request.bearer_auth(key.expose_secret()),
            None => request,
        })
    }

    /// The answer, whatever it is.
    async fn send(
        &self,
        request: RequestBuilder,
        silence: &Silence,
    ) -> Result<Response, ModelError> {
        let detail = match silence.bear(request.send()).await {
            Some(Ok(response)) => return Ok(response),
            Some(Err(error)) => self.scrub.error(&error.without_url()),
            None => format!("no answer within {:?}", silence.limit()),
        };
        Err(ModelError::Unreachable { detail })
    }

    /// The answer, if it is a good one.
    async fn accept(
        &self,
        response: Response,
        silence: &mut Silence,
    ) -> Result<Response, ModelError> {
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let wait = retry_in(response.headers(), clock::now());
        let location = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
        let words = match location {
            Some(to) if status.is_redirection() => format!("the server points to {to}"),
            _ => {
                let body = read(response, LONGEST_ERROR, silence).await;
                String::from_utf8_lossy(&body).into_owned()
            }
        };
        Err(Complaint::from_body(&words).refusal(status, wait, &self.scrub))
    }

    /// Looks for the model in the list of those that the server has.
    async fn listed(&self) -> Result<Listed, ModelError> {
        let request = self.request(Method::GET, "models", self.endpoint.key.as_ref())?;
        let mut silence = self.silence();
        let response = self.send(request, &silence).await?;
        if matches!(response.status(), StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED) {
            // Not every server has such a list.
            return Ok(Listed::Unclear);
        }
        let response = self.accept(response, &mut silence).await?;
        let body = read(response, LONGEST_LIST, &mut silence).await;
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

    /// Whether the server keeps its list from whoever has no key, so that getting it proves the
    /// key. `OpenRouter` and others show theirs to everybody, whatever key comes along.
    async fn list_is_guarded(&self) -> bool {
        let Ok(request) = self.request(Method::GET, "models", None) else { return false };
        let answer = self.send(request, &self.silence()).await;
        answer.is_ok_and(|answer| {
            matches!(answer.status(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
        })
    }

    /// Has the model begin a reply, of one token where it can be told so. The connection is dropped
    /// once the reply has begun.
    async fn probe(&self) -> Result<(), ModelError> {
        let model = &self.endpoint.model;
        match self.ask(&wire::Question::probe(model, Some(1))).await {
            // Some models know the limit by another name, and some have a least one. A reply is
            // asked for without, so what they say to that is what counts.
            Err(ModelError::Refused { .. }) => {
                self.ask(&wire::Question::probe(model, None)).await.map(drop)
            }
            begun => begun.map(drop),
        }
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
            Listed::No { known } => Err(ModelError::NotFound {
                detail: format!("not among the {known} models that the server lists"),
            }),
            Listed::Yes if self.endpoint.key.is_none() || self.list_is_guarded().await => Ok(()),
            Listed::Yes | Listed::Unclear => self.probe().await,
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
async fn read(mut response: Response, most: usize, silence: &mut Silence) -> Vec<u8> {
    let mut body = Vec::new();
    while body.len() < most {
        match silence.bear(response.chunk()).await {
            Some(Ok(Some(bytes))) => {
                silence.broken();
                let room = most - body.len();
                body.extend_from_slice(bytes.get(..room).unwrap_or(&bytes));
            }
            Some(Ok(None) | Err(_)) | None => break,
        }
    }
    body
}
