//! Language models behind one trait, [`Model`](confidant_chat::port::model::Model).
//!
//! [`OpenAiCompatible`] speaks the one protocol that nearly every server understands: `OpenAI`'s own,
//! Ollama, llama.cpp, LM Studio, vLLM, `OpenRouter` and many more. [`SteeredModel`] is a model that a
//! test plays by hand.

mod complaint;
mod endpoint;
mod openai;
mod scrub;
mod silence;
mod sse;
mod steered;

pub use endpoint::{AddressError, Endpoint, Patience};
pub use openai::OpenAiCompatible;
pub use steered::{SteeredModel, Turn};
