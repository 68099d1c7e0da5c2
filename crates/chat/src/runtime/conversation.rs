//! The actor of one open conversation: it owns the thread, the session and the running hook, and
//! is the only one to change them.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::app::ProfileError;
use crate::ask::AskState;
use crate::chat::Chat;
use crate::command::Command as MessageCommand;
use crate::event::{Event, Snapshot};
use crate::failure::{Failure, FailureCode};
use crate::hook::{Handler, Hook, Hooks};
use crate::ids::StepId;
use crate::message::Message;
use crate::port::history::{Durability, HistoryError};
use crate::profile::ChatProfile;
use crate::runtime::World;
use crate::runtime::op::{Answered, Command, Scoped};
use crate::runtime::outbox::Outbox;
use crate::runtime::transcript::{self, Transcript};
use crate::runtime::turn::Turn;
use crate::session::UserSession;
use crate::step::{Step, StepKind, StepState};

/// Where the events of a conversation go.
pub type Sink = Arc<dyn Fn(Event) + Send + Sync>;

/// The longest message, in bytes of UTF-8.
pub const MAX_MESSAGE_BYTES: usize = 1024 * 1024;

/// How often a growing reply is written.
const SAVE_EVERY: Duration = Duration::from_millis(250);

/// How soon after the end of a turn it is on the disk, and not only with the operating system. The
/// next message, which waits for the disk anyway, takes it along.
const SYNC_WITHIN: Duration = Duration::from_millis(50);

/// How long to wait before writing again what could not be written.
const SAVE_AGAIN: Duration = Duration::from_secs(2);

/// How long `on_chat_end` may take when the person looks elsewhere.
const END_WHEN_LEFT: Duration = Duration::from_secs(10);

/// How long `on_chat_end` may take at sign-out and quit.
const END_NOW: Duration = Duration::from_secs(2);

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// There is nothing in it.
    #[error("the message is empty")]
    Empty,
    /// Over [`MAX_MESSAGE_BYTES`].
    #[error("the message is longer than {max} bytes")]
    TooLong {
        /// The most bytes.
        max: usize,
    },
    /// The profile is gone, or not for this person.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The person has said nothing yet.
    #[error("there is nothing to try again")]
    NothingToRetry,
    /// The profile is at work; what was said cannot be changed meanwhile.
    #[error("a reply is under way")]
    Busy,
    /// The conversation has no such message, reply or branch in view, or none that this can be
    /// done to.
    #[error("there is no such message in this conversation")]
    NoSuchMessage,
    /// The conversation has no such command.
    #[error("there is no command /{name}")]
    UnknownCommand {
        /// Its name.
        name: String,
    },
    /// The message could not be kept.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The conversation is not open.
    #[error("the conversation is not open")]
    Closed,
}

/// What waits for the hook that is running.
pub(super) enum Work {
    /// A message to answer: for the first time, or once more at the place `again`.
    Message { step: Box<Step>, again: Option<u32> },
    /// Another hook.
    Hook(Box<Hook>),
}

/// One open conversation.
pub(super) struct Conversation {
    pub(super) world: Arc<World>,
    /// `None` when the thread's profile is gone.
    pub(super) profile: Option<Arc<ChatProfile>>,
    pub(super) hooks: Hooks,
    pub(super) session: UserSession,
    pub(super) transcript: Transcript,
    pub(super) outbox: Outbox,
    pub(super) turn: Option<Turn>,
    pub(super) work: VecDeque<Work>,
    pub(super) asks: HashMap<StepId, Answered>,
    pub(super) commands: Vec<MessageCommand>,
    pub(super) save_due: Option<Instant>,
    sync_due: Option<Instant>,
    /// What the profile said here, so that nothing is said twice.
    pub(super) said: BTreeSet<StepId>,
    ops: mpsc::Sender<Scoped>,
    scope: u64,
    leaving: bool,
    /// The session's revision of the settings that the view last heard of.
    settings_shown: u64,
    /// Whether it works, and what waits, as the view last heard it.
    standing: (bool, Vec<StepId>),
}

impl Conversation {
    pub(super) fn new(
        world: Arc<World>,
        profile: Option<Arc<ChatProfile>>,
        session: UserSession,
        transcript: Transcript,
        ops: mpsc::Sender<Scoped>,
    ) -> Self {
        let hooks = profile.as_deref().map(|it| world.app.hooks_of(it)).unwrap_or_default();
        let commands = profile.as_deref().map(|it| it.commands().to_vec()).unwrap_or_default();
        Self {
            world,
            profile,
            hooks,
            session,
            transcript,
            outbox: Outbox::default(),
            turn: None,
            work: VecDeque::new(),
            asks: HashMap::new(),
            commands,
            save_due: None,
            sync_due: None,
            said: BTreeSet::new(),
            ops,
            scope: 0,
            leaving: false,
            settings_shown: 0,
            standing: (false, Vec::new()),
        }
    }

    /// Runs `first` and then whatever comes, until the person leaves.
    pub(super) async fn run(
        mut self,
        first: Hook,
        mut commands: mpsc::Receiver<Command>,
        mut ops: mpsc::Receiver<Scoped>,
    ) {
        self.work.push_back(Work::Hook(Box::new(first)));
        self.start_next();
        let within = loop {
            if self.leaving && self.turn.is_none() {
                break END_WHEN_LEFT;
            }
            tokio::select! {
                biased;
                command = commands.recv() => match command {
                    Some(Command::End) | None => break END_NOW,
                    Some(Command::Leave) => self.leaving = true,
                    Some(Command::Attach { sink, done }) => {
                        self.leaving = false;
                        let _ = done.send(self.attach(sink).await);
                    }
                    Some(command) => self.obey(command).await,
                },
                () = at(self.outbox.due()) => self.outbox.flush(),
                () = at(self.save_due) => self.save_pieces().await,
                () = at(self.sync_due) => self.sync().await,
                () = self.session.changed() => self.session_changed(),
                Some(scoped) = ops.recv(), if self.outbox.has_room() => self.perform(scoped).await,
                failure = ended(&mut self.turn), if self.outbox.has_room() => {
                    // What it did at last may have come after the look into the mailbox above.
                    while let Ok(scoped) = ops.try_recv() {
                        self.perform(scoped).await;
                    }
                    self.finish_turn(failure).await;
                }
            }
        };
        self.end(Instant::now() + within, commands, ops).await;
    }

    /// Shows the conversation to `sink`, as it stands and from now on.
    pub(super) async fn attach(&mut self, sink: Sink) -> Result<(), HistoryError> {
        let (steps, earlier) = self.transcript.newest().await?;
        self.standing = (self.turn.is_some(), self.queued());
        self.settings_shown = self.session.settings_revision();
        let snapshot = Box::new(Snapshot {
            thread: self.transcript.thread.summary(),
            stored: self.transcript.stored(),
            profile: self.profile.as_ref().map(|profile| profile.card().clone()),
            steps,
            earlier,
            branches: self.transcript.thread.branches.clone(),
            branch: self.transcript.thread.branch,
            commands: self.commands.clone(),
            settings: self.profile.as_ref().map(|it| it.settings().to_vec()).unwrap_or_default(),
            values: self.session.settings(),
            continues: self.hooks.has_continue(),
            working: self.standing.0,
            queued: self.standing.1.clone(),
        });
        self.outbox.attach(sink);
        self.outbox.push(Event::Opened { snapshot });
        Ok(())
    }

    /// Messages that wait for their turn.
    pub(super) fn queued(&self) -> Vec<StepId> {
        let waiting = self.work.iter().filter_map(|work| match work {
            Work::Message { step, again: None } => Some(step.id),
            Work::Message { .. } | Work::Hook(_) => None,
        });
        waiting.collect()
    }

    /// Starts the next piece of work, if nothing runs, and says how things stand.
    pub(super) fn start_next(&mut self) {
        while self.turn.is_none() {
            let Some(work) = self.work.pop_front() else { break };
            let (hook, answering, again) = match work {
                Work::Message { step, again } => {
                    (Hook::Message(Message::from_step(&step)), Some(step.id), again)
                }
                Work::Hook(hook) => (*hook, None, None),
            };
            self.start(hook);
            if let Some(turn) = &mut self.turn {
                (turn.answering, turn.again) = (answering, again.is_some());
                let mut next = || self.transcript.take_sequence();
                turn.place = again.or_else(|| answering.map(|_| next()));
            }
        }
        let standing = (self.turn.is_some(), self.queued());
        if self.standing != standing {
            self.standing = standing.clone();
            let (working, queued) = standing;
            self.outbox.push(Event::Working { working, queued });
        }
    }

    /// Starts a hook, where the profile has it.
    fn start(&mut self, hook: Hook) {
        self.scope += 1;
        self.outbox.forgive();
        let own_model = self.profile.as_ref().and_then(|profile| profile.own_model());
        let chat = Chat {
            scope: self.scope,
            ops: self.ops.clone(),
            session: self.session.lend(),
            thread: self.transcript.thread.id,
            profile: self.transcript.thread.profile.as_str().into(),
            model: own_model.or_else(|| self.world.model.get()),
            world: Arc::clone(&self.world),
        };
        if let Some(work) = self.hooks.handle(chat, hook) {
            self.turn = Some(Turn::start(self.scope, work));
        }
    }

    /// The hook returned, failed or panicked.
    async fn finish_turn(&mut self, failure: Option<Failure>) {
        self.session.take_back();
        if let Some(mut turn) = self.turn.take() {
            let shown = turn.shown.take().map(|shown| shown.failure);
            let unshown = failure.filter(|failure| shown.as_ref() != Some(failure));
            self.settle(&turn, StepState::Done, unshown).await;
        }
        self.start_next();
    }

    /// Ends every unfinished step of a turn that is over in `state`, or as failed with `failure`,
    /// and keeps everything. A failure that no step can show gets one of its own.
    async fn settle(&mut self, turn: &Turn, state: StepState, failure: Option<Failure>) {
        self.asks.clear();
        let failed = failure.is_some();
        let spoke = turn.spoke || failed;
        let mut failure = failure;
        // The innermost work is where it failed; what it was part of failed with it.
        for id in self.transcript.unfinished() {
            let Some(step) = self.transcript.change(id) else { continue };
            if step.ask.is_some() {
                transcript::close(step, AskState::Cancelled);
            } else {
                step.end(if failed { StepState::Failed } else { state });
                step.failure = failure.take();
            }
            let step = Box::new(step.clone());
            self.outbox.push(Event::Changed { step });
        }
        if failure.is_some() || (turn.again && !turn.spoke) {
            // Another answer that came to nothing stands there all the same, or there would be no
            // way back to the one before.
            let sequence = turn.place.unwrap_or_else(|| self.transcript.take_sequence());
            let mut step = Step::said(StepKind::Assistant, sequence, String::new());
            step.state = if failure.is_some() { StepState::Failed } else { state };
            (step.failure, step.answers) = (failure, turn.answering);
            self.transcript.begin(&mut step);
            self.outbox.push(Event::Said { step: Box::new(step) });
        }
        if spoke {
            self.transcript.touch();
        }
        self.keep(Durability::Soon).await;
        self.sync_due = Some(Instant::now() + SYNC_WITHIN);
        if spoke && self.transcript.stored() {
            self.outbox.push(Event::Named { thread: self.transcript.thread.summary() });
        }
    }

    /// Writes the session and the steps; what cannot be written now is tried again.
    pub(super) async fn keep(&mut self, durability: Durability) {
        self.transcript.take_session(&self.session);
        self.save_due = None;
        if let Err(error) = self.transcript.save(durability).await {
            self.save_due = Some(Instant::now() + SAVE_AGAIN);
            self.outbox.push(Event::Failed { failure: storage_failure(&error) });
        }
    }

    /// Sees to it that what was appended is written before long.
    pub(super) fn save_soon(&mut self) {
        if self.save_due.is_none() && self.transcript.stored() {
            self.save_due = Some(Instant::now() + SAVE_EVERY);
        }
    }

    async fn save_pieces(&mut self) {
        self.save_due = None;
        self.keep(Durability::Soon).await;
    }

    /// Puts on the disk what is not there yet.
    async fn sync(&mut self) {
        self.sync_due = None;
        if !self.transcript.on_disk() {
            self.keep(Durability::OnDisk).await;
        }
    }

    /// A handler or a command changed the session: it is kept before long, and settings are shown.
    pub(super) fn session_changed(&mut self) {
        self.save_soon();
        let revision = self.session.settings_revision();
        if revision != self.settings_shown {
            self.settings_shown = revision;
            self.outbox.push(Event::Settings { values: self.session.settings() });
        }
    }

    /// Drops what runs, and settles its steps.
    pub(super) async fn cut_off(&mut self, state: StepState) {
        let Some(mut turn) = self.turn.take() else { return };
        self.session.take_back();
        turn.cut().await;
        self.settle(&turn, state, None).await;
    }

    /// Runs `on_chat_end` until `deadline`, and keeps what it changed.
    async fn end(
        mut self,
        mut deadline: Instant,
        mut commands: mpsc::Receiver<Command>,
        mut ops: mpsc::Receiver<Scoped>,
    ) {
        self.work.clear();
        self.cut_off(StepState::Interrupted).await;
        self.start(Hook::ChatEnd);
        let mut open = true;
        while self.turn.is_some() {
            tokio::select! {
                biased;
                // Nothing but haste is obeyed now: whoever sent another command sees it unanswered.
                command = commands.recv(), if open => match command {
                    Some(Command::End) => deadline = deadline.min(Instant::now() + END_NOW),
                    Some(_) => {}
                    None => open = false,
                },
                () = at(self.outbox.due()) => self.outbox.flush(),
                Some(scoped) = ops.recv(), if self.outbox.has_room() => self.perform(scoped).await,
                failure = ended(&mut self.turn), if self.outbox.has_room() => {
                    self.turn = None;
                    // The person has left: there is nobody to show it to.
                    if let Some(failure) = failure {
                        tracing::error!(code = ?failure.code, "on_chat_end failed");
                    }
                }
                () = sleep_until(deadline) => break,
            }
        }
        self.session.take_back();
        if let Some(mut turn) = self.turn.take() {
            turn.cut().await;
        }
        for id in self.transcript.unfinished() {
            match self.transcript.change(id) {
                Some(step) if step.ask.is_some() => transcript::close(step, AskState::Cancelled),
                Some(step) => step.end(StepState::Interrupted),
                None => {}
            }
        }
        self.keep(Durability::OnDisk).await;
        if let Err(error) = self.transcript.clear_away().await {
            tracing::warn!(%error, "files of a conversation that nothing was said in stay behind");
        }
        self.outbox.flush();
    }

    /// The messages that a model must not see yet.
    pub(super) fn queued_set(&self) -> BTreeSet<StepId> {
        self.queued().into_iter().collect()
    }
}

/// What a failed write means to the person.
pub(super) fn storage_failure(error: &HistoryError) -> Failure {
    let code = match error {
        HistoryError::StorageFull => FailureCode::StorageFull,
        HistoryError::ReadOnly => FailureCode::StorageReadOnly,
        _ => FailureCode::StorageFailed,
    };
    Failure::new(code, error.to_string())
}

async fn at(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due).await,
        None => std::future::pending().await,
    }
}

async fn ended(turn: &mut Option<Turn>) -> Option<Failure> {
    match turn {
        Some(turn) => turn.ended().await,
        None => std::future::pending().await,
    }
}
