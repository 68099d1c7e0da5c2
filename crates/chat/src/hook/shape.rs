//! The shape of handlers, for the compiler to tell whoever wrote another one.

use std::future::Future;

use crate::hook::Result;

/// An async function that takes `Args` and returns a [`Result`]. The methods that set hooks ask for
/// it beside the function itself, only so that the compiler's words name the shape that is wanted.
#[diagnostic::on_unimplemented(
    message = "this is no handler for this moment",
    label = "expected `async fn{Args} -> Result`",
    note = "a handler is an `async fn{Args} -> Result`, or an async closure with these arguments"
)]
pub trait Handles<Args> {}

#[diagnostic::do_not_recommend]
impl<F, Fut, A> Handles<(A,)> for F
where
    F: Fn(A) -> Fut,
    Fut: Future<Output = Result> + Send,
{
}

#[diagnostic::do_not_recommend]
impl<F, Fut, A, B> Handles<(A, B)> for F
where
    F: Fn(A, B) -> Fut,
    Fut: Future<Output = Result> + Send,
{
}
