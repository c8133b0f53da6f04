//! The probe of the calm tail: does a lock that nobody needs any more still serve?

use crate::{Observed, Owner};
use fencepost_model::{LockId, Mode, Span};

/// How long a probe waits after a refusal before it asks again.
const PAUSE: Span = Span::from_millis(10);

/// Asks for `lock` until it is granted, and gives it back.
pub async fn probe<E: Observed>(owner: Owner<E>, lock: LockId) {
    loop {
        match owner.acquire(lock, Mode::Exclusive).await {
            Ok(guard) => {
                guard.release().await;
                return;
            }
            Err(_) => owner.env().sleep(PAUSE).await,
        }
    }
}
