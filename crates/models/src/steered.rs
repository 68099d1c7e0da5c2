//! A model that a test plays by hand.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use confidant_chat::port::model::{Delta, DeltaStream, Model, ModelError, Request};
use futures::StreamExt;
use futures::stream;
use tokio::sync::mpsc;

/// A model for the tests of apps and profiles: it says what the test says, when the test says it.
///
/// Clones are the same model, so that one goes into the app and the other stays with the test.
///
/// ```
/// # use confidant_chat::port::model::{Delta, Model, ModelError, Request};
/// # use confidant_models::SteeredModel;
/// # use futures::StreamExt;
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let model = SteeredModel::new("steered");
/// let mut reply = model.stream(Request::default()).await?;
///
/// let turn = model.next_turn().await;
/// assert_eq!(turn.request(), &Request::default());
/// turn.say("Hello");
/// assert_eq!(reply.next().await, Some(Ok(Delta::Text("Hello".into()))));
///
/// turn.finish();
/// assert_eq!(reply.next().await, None);
/// # Ok::<(), ModelError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SteeredModel {
    name: String,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    asked: mpsc::UnboundedSender<Turn>,
    turns: tokio::sync::Mutex<mpsc::UnboundedReceiver<Turn>>,
    told: Mutex<Told>,
}

/// What the test laid down, and what it can look up.
#[derive(Debug, Default)]
struct Told {
    requests: Vec<Request>,
    /// What the next call of `stream` and every call of `check` fail with.
    refusal: Option<ModelError>,
    check: Option<ModelError>,
}

/// One reply that a [`SteeredModel`] was asked for, in the hands of the test.
///
/// Dropping it breaks the reply off with [`ModelError::Interrupted`], as a server does that dies.
#[derive(Debug)]
pub struct Turn {
    request: Request,
    reply: mpsc::UnboundedSender<Step>,
}

#[derive(Debug)]
enum Step {
    Say(String),
    Fail(ModelError),
    Finish,
}

impl SteeredModel {
    /// A model with this name that was not asked anything yet.
    pub fn new(name: impl Into<String>) -> Self {
        let (asked, turns) = mpsc::unbounded_channel();
        let turns = tokio::sync::Mutex::new(turns);
        let shared = Arc::new(Shared { asked, turns, told: Mutex::default() });
        Self { name: name.into(), shared }
    }

    /// Waits until the model is asked for a reply, oldest first.
    pub async fn next_turn(&self) -> Turn {
        let mut turns = self.shared.turns.lock().await;
        match turns.recv().await {
            Some(turn) => turn,
            // Never so: the model itself holds the sending side.
            None => std::future::pending().await,
        }
    }

    /// Every request so far, oldest first, those that were refused included.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.told().requests.clone()
    }

    /// The next request fails before its reply begins.
    pub fn refuse_next(&self, error: ModelError) {
        self.told().refusal = Some(error);
    }

    /// From now on [`Model::check`] fails with this, or succeeds again on `None`.
    pub fn set_check(&self, error: Option<ModelError>) {
        self.told().check = error;
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        // A test that panicked elsewhere has its own message; what was told is still whole.
        self.shared.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Model for SteeredModel {
    fn name(&self) -> &str {
        &self.name
    }

    async fn stream(&self, request: Request) -> Result<DeltaStream, ModelError> {
        let refusal = {
            let mut told = self.told();
            told.requests.push(request.clone());
            told.refusal.take()
        };
        if let Some(error) = refusal {
            return Err(error);
        }
        let (reply, steps) = mpsc::unbounded_channel();
        // Cannot fail while `self` holds the receiving side, and would show as a reply that breaks
        // off if it did.
        let _ = self.shared.asked.send(Turn { request, reply });
        let pieces = stream::unfold(Some(steps), |steps| async move {
            let mut steps = steps?;
            match steps.recv().await {
                Some(Step::Say(text)) => Some((Ok(Delta::Text(text)), Some(steps))),
                Some(Step::Fail(error)) => Some((Err(error), None)),
                Some(Step::Finish) => None,
                None => {
                    let detail = "the test let go of the turn".to_owned();
                    Some((Err(ModelError::Interrupted { detail }), None))
                }
            }
        });
        Ok(pieces.boxed())
    }

    async fn check(&self) -> Result<(), ModelError> {
        self.told().check.clone().map_or(Ok(()), Err)
    }
}

impl Turn {
    /// What the model was asked.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// Appends text to the reply. Nobody hears it once the reply was stopped.
    pub fn say(&self, text: impl Into<String>) {
        self.send(Step::Say(text.into()));
    }

    /// Breaks the reply off.
    pub fn fail(self, error: ModelError) {
        self.send(Step::Fail(error));
    }

    /// Ends the reply in good order.
    pub fn finish(self) {
        self.send(Step::Finish);
    }

    /// Whether the one who asked has stopped listening.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.reply.is_closed()
    }

    /// Waits until the one who asked stops listening.
    pub async fn stopped(&self) {
        self.reply.closed().await;
    }

    fn send(&self, step: Step) {
        // Saying something after a stop is no mistake of the test.
        let _ = self.reply.send(step);
    }
}
