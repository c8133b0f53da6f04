//! What stands behind a lock.

use serde::Serialize;

/// What stands behind a lock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Site {
    /// The resource that the lock protects: what its owners keep themselves.
    #[default]
    Resource,
    /// Somebody outside who does jobs for owners and knows nothing of their lock, such as a payment service.
    Provider,
}

impl Site {
    /// The name of its machine and process.
    pub const fn name(self) -> &'static str {
        match self {
            Site::Resource => "resource",
            Site::Provider => "provider",
        }
    }

    /// Whether it is the resource. Stored forms leave it out, as those before there was a provider do.
    pub const fn is_resource(&self) -> bool {
        matches!(self, Site::Resource)
    }
}
