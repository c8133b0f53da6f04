//! What stands of one lock right now.

use fencepost_model::TenureId;

/// A lock, so far.
#[derive(Clone, Debug, Default)]
pub struct Lock {
    /// Tenures whose grant stands.
    pub granted: Vec<TenureId>,
    /// Tenures whose owner believes.
    pub believed: Vec<TenureId>,
    /// Tenures of which the service keeps state.
    pub kept: Vec<TenureId>,
    /// Tenures that the store has: of which enough nodes keep state.
    pub present: Vec<TenureId>,
    /// How many acquires of living owners are open.
    pub open_acquires: u32,
    /// How many owners ask until they get it.
    pub probing: u32,
    /// Whether a service was ever seen to promise it.
    pub has_store: bool,
    /// The newest tenure.
    pub newest: Option<TenureId>,
}

impl Lock {
    /// Somebody alive asks for it.
    pub fn is_asked(&self) -> bool {
        self.open_acquires > 0 || self.probing > 0
    }

    /// The service keeps no state of any tenure of it, on any node. A lock without a service is free when
    /// nobody believes.
    pub fn is_free(&self) -> bool {
        self.kept.is_empty() && (self.has_store || self.believed.is_empty())
    }
}

/// Puts a tenure on a list, or takes it off. The lists are short: tenures that stand at one instant.
pub fn set(list: &mut Vec<TenureId>, tenure: TenureId, on: bool) {
    match (list.iter().position(|listed| *listed == tenure), on) {
        (None, true) => list.push(tenure),
        (Some(index), false) => {
            list.swap_remove(index);
        }
        _ => {}
    }
}
