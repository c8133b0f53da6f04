//! What happens to a replicated log, in words that every protocol of that kind shares.

use serde::Serialize;

/// A change of one member's part of a replicated log. Indexes count from 1; terms are those of the
/// protocol, larger for later leaders. A digest stands for the bytes of an entry.
///
/// The words are those of Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm"
/// (2014), figure 3, so that its properties can be read from these events alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case", tag = "log")]
pub enum LogChange {
    /// The member leads from here on.
    Elected {
        /// In which term.
        term: u64,
    },
    /// The member's log has this entry from here on, and nothing behind it.
    Appended {
        /// Its place.
        index: u64,
        /// The term in which a leader made it.
        term: u64,
        /// What it says.
        digest: u64,
    },
    /// The member has started, and found a log on its disk: it begins behind this place, and its entries follow as
    /// appended. What it had before and is not told again is gone, and what it had written over may be back.
    Found {
        /// The place before the first entry; 0: the log has its beginning.
        index: u64,
        /// The term of the entry that stood there.
        term: u64,
    },
    /// A snapshot took the place of the member's whole log.
    Installed {
        /// The last place that the snapshot covers.
        index: u64,
        /// The term of the entry that stood there.
        term: u64,
    },
    /// The member carried out an entry, which it knows to be committed.
    Applied {
        /// Its place.
        index: u64,
        /// What it says.
        digest: u64,
        /// The term that the member is in: the entry was committed in this one, or in an earlier one.
        within: u64,
    },
}
