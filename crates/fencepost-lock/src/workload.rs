//! Workloads: what owners do with a lock.

use crate::{Observed, Owner};
use fencepost_model::WorkloadSpec;
use std::future::Future;
use std::pin::Pin;

/// A future that is polled on the thread that made it.
pub type LocalBoxFuture<T> = Pin<Box<dyn Future<Output = T>>>;

/// What the owners of a run do. One workload serves every lock.
pub trait Workload<E: Observed>: Send + Sync {
    /// Its data sheet.
    fn spec(&self) -> WorkloadSpec;

    /// The life of one owner, until it has done what the plan says or may begin nothing more.
    fn owner(&self, owner: Owner<E>) -> LocalBoxFuture<()>;
}
