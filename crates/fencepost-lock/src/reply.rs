//! How an operation on a port ends.

/// The end of an operation that crossed a network. Time-outs and broken connections are *unknown*: the
/// operation may have happened, may still happen, or may never happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply<T> {
    /// It happened, and this is the answer.
    Done(T),
    /// It did not happen and never will: nothing was sent.
    Refused,
    /// Nobody here can say whether it happened.
    Unknown,
}

impl<T> Reply<T> {
    /// The answer as something else.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Reply<U> {
        match self {
            Reply::Done(answer) => Reply::Done(change(answer)),
            Reply::Refused => Reply::Refused,
            Reply::Unknown => Reply::Unknown,
        }
    }
}
