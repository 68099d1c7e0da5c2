//! Reading a thread along one of its branches.

use std::collections::VecDeque;

use crate::branch::Path;
use crate::ids::ThreadId;
use crate::port::history::{History, HistoryError, Page};
use crate::runtime::SignedIn;
use crate::step::Step;

/// How many steps a snapshot and a page hold.
pub(super) const PAGE: usize = 50;

/// Some steps in the midst of a thread.
#[derive(Clone, Debug, PartialEq)]
pub struct Around {
    /// The steps, oldest first.
    pub steps: Vec<Step>,
    /// Where older ones begin, as for [`SignedIn::earlier`].
    pub earlier: Option<u32>,
    /// Where newer ones begin, as for [`SignedIn::later`].
    pub later: Option<u32>,
}

impl SignedIn {
    /// Steps of a thread before the place `before`, along the branch in view, oldest first, and
    /// where older ones begin.
    ///
    /// # Errors
    ///
    /// When this person has no such thread, or it cannot be read.
    pub async fn earlier(
        &self,
        thread: ThreadId,
        before: u32,
    ) -> Result<Page<Step, u32>, HistoryError> {
        let path = self.path(thread).await?;
        page(&**self.history(), thread, &path, Some(before), PAGE).await
    }

    /// Steps of a thread from the place `from` on, along the branch in view, oldest first, and where
    /// newer ones begin.
    ///
    /// # Errors
    ///
    /// When this person has no such thread, or it cannot be read.
    pub async fn later(
        &self,
        thread: ThreadId,
        from: u32,
    ) -> Result<Page<Step, u32>, HistoryError> {
        let path = self.path(thread).await?;
        page_from(&**self.history(), thread, &path, from, PAGE).await
    }

    /// Steps of a thread around the place `at`, along the branch in view.
    ///
    /// # Errors
    ///
    /// When this person has no such thread, or it cannot be read.
    pub async fn around(&self, thread: ThreadId, at: u32) -> Result<Around, HistoryError> {
        let (history, path) = (&**self.history(), self.path(thread).await?);
        let Page { items: mut steps, next: earlier } =
            page(history, thread, &path, Some(at), PAGE / 2).await?;
        let Page { items: newer, next: later } =
            page_from(history, thread, &path, at, PAGE / 2).await?;
        steps.extend(newer);
        Ok(Around { steps, earlier, later })
    }

    /// The branch of a thread that is in view.
    pub(super) async fn path(&self, thread: ThreadId) -> Result<Path, HistoryError> {
        let header = self.history().thread(thread).await?;
        Ok(Path::of(&header.branches, header.branch))
    }
}

/// The newest `limit` steps of `path` below the place `before`, oldest first, and where older ones
/// begin. What other branches said is stepped over without being read, where it stands together.
pub(super) async fn page(
    history: &dyn History,
    thread: ThreadId,
    path: &Path,
    before: Option<u32>,
    limit: usize,
) -> Result<Page<Step, u32>, HistoryError> {
    let mut found = VecDeque::new();
    let mut before = before.unwrap_or(u32::MAX);
    while let Some(top) = path.below(before) {
        if found.len() == limit {
            return Ok(Page { items: found.into(), next: Some(before) });
        }
        let page = history.steps(thread, Some(top), limit - found.len()).await?;
        let on_path = |step: &Step| path.shows(step.branch, step.sequence);
        for step in page.items.into_iter().rev().filter(on_path) {
            found.push_front(step);
        }
        let Some(next) = page.next else { break };
        before = next;
    }
    Ok(Page { items: found.into(), next: None })
}

/// The oldest `limit` steps of `path` from the place `from` on, oldest first, and where newer ones
/// begin.
pub(super) async fn page_from(
    history: &dyn History,
    thread: ThreadId,
    path: &Path,
    from: u32,
    limit: usize,
) -> Result<Page<Step, u32>, HistoryError> {
    let mut found = Vec::new();
    let mut from = from;
    while let Some(begin) = path.from(from) {
        if found.len() == limit {
            return Ok(Page { items: found, next: Some(begin) });
        }
        let page = history.steps_from(thread, begin, limit - found.len()).await?;
        let on_path = |step: &Step| path.shows(step.branch, step.sequence);
        found.extend(page.items.into_iter().filter(on_path));
        let Some(next) = page.next else { break };
        from = next;
    }
    Ok(Page { items: found, next: None })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::*;
    use crate::branch::{Branch, Fork, TRUNK};
    use crate::port::history::{Change, Durability};
    use crate::step::StepKind;
    use crate::testing::MemoryHistory;

    /// What happens to a thread: something is said in the branch in view, is taken out again, or
    /// another branch begins or comes into view.
    #[derive(Clone, Debug)]
    enum Deed {
        Say(u32),
        Remove(Index),
        Fork(Index),
        View(Index),
    }

    fn deeds() -> impl Strategy<Value = Vec<Deed>> {
        let deed = prop_oneof![
            4 => (1_u32..9).prop_map(Deed::Say),
            1 => any::<Index>().prop_map(Deed::Remove),
            2 => any::<Index>().prop_map(Deed::Fork),
            1 => any::<Index>().prop_map(Deed::View),
        ];
        prop::collection::vec(deed, 1..24)
    }

    /// The steps and the branches of a thread that all of this happened to.
    fn grown(deeds: Vec<Deed>) -> (Vec<Step>, Vec<Branch>) {
        let (mut steps, mut branches) = (Vec::<Step>::new(), Vec::<Branch>::new());
        let (mut view, mut next) = (TRUNK, 0);
        for deed in deeds {
            match deed {
                Deed::Say(times) => {
                    for _ in 0..times {
                        let step = Step::said(StepKind::Assistant, next, String::new());
                        steps.push(Step { branch: view, ..step });
                        next += 1;
                    }
                }
                Deed::Remove(at) => {
                    if !steps.is_empty() {
                        steps.remove(at.index(steps.len()));
                    }
                }
                Deed::Fork(at) => {
                    let path = Path::of(&branches, view);
                    let on_path = steps.iter().filter(|it| path.shows(it.branch, it.sequence));
                    let places: Vec<_> = on_path.map(|step| step.sequence).collect();
                    if places.is_empty() {
                        continue;
                    }
                    let Fork { parent, from } =
                        path.fork(&branches, places[at.index(places.len())]);
                    view = u32::try_from(branches.len()).unwrap() + 1;
                    branches.push(Branch { id: view, parent, from, begins: next });
                }
                Deed::View(at) => view = u32::try_from(at.index(branches.len() + 1)).unwrap(),
            }
        }
        (steps, branches)
    }

    proptest! {
        #[test]
        fn pages_repeat_nothing_and_miss_nothing(deeds in deeds(), limit in 1_usize..12) {
            let (steps, branches) = grown(deeds);
            let (history, thread) = (MemoryHistory::default(), ThreadId::new());
            let put = |step: &Step| Change::PutStep { thread, step: Box::new(step.clone()) };
            let runtime = tokio::runtime::Builder::new_current_thread().build()?;
            runtime.block_on(async {
                let changes = steps.iter().map(put).collect();
                history.write(changes, Durability::Soon).await.unwrap();
                for view in 0..=u32::try_from(branches.len()).unwrap() {
                    let path = Path::of(&branches, view);
                    let mut read = Vec::new();
                    let mut before = None;
                    loop {
                        let page = page(&history, thread, &path, before, limit).await.unwrap();
                        prop_assert!(page.items.len() <= limit, "a page is a page");
                        let full = page.items.len() == limit || page.next.is_none();
                        prop_assert!(full, "only the oldest page is smaller");
                        read.splice(0..0, page.items);
                        before = page.next;
                        if before.is_none() {
                            break;
                        }
                    }
                    let (mut forward, mut from) = (Vec::new(), Some(0));
                    while let Some(begin) = from {
                        let page =
                            page_from(&history, thread, &path, begin, limit).await.unwrap();
                        prop_assert!(page.items.len() <= limit, "a page is a page");
                        let full = page.items.len() == limit || page.next.is_none();
                        prop_assert!(full, "only the newest page is smaller");
                        forward.extend(page.items);
                        from = page.next;
                    }
                    prop_assert_eq!(&forward, &read, "both ways are the same");
                    let on_path = |step: &&Step| path.shows(step.branch, step.sequence);
                    let expected: Vec<_> = steps.iter().filter(on_path).cloned().collect();
                    prop_assert_eq!(read, expected, "branch {}", view);
                }
                Ok(())
            })?;
        }
    }
}
