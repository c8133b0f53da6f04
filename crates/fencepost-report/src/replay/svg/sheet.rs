//! Where the columns of a picture are.

use super::text::{SMALL, width, wrap};
use crate::replay::mark::Lane;

/// Free on all sides.
pub(super) const MARGIN: i64 = 14;
/// How wide a picture is that needs no more.
const USUAL: i64 = 1_000;
/// How wide the column of true time is.
const TIME: i64 = 84;
/// How wide the column of a local clock is.
pub(super) const CLOCK: i64 = 84;
/// How wide a bar is.
pub(super) const BAR: i64 = 9;
/// How much room a promise's bar takes, with what is left free beside it.
pub(super) const BESIDE: i64 = 13;
/// What is left free to the left of an owner's bar, and from its right edge to its text.
const BESIDE_BAR: (i64, i64) = (8, 9);
/// How wide the column of what is violated is.
const FLAGS: i64 = 118;
/// How much room a flight takes that lasts.
pub(super) const FLIGHT: i64 = 12;
/// From the line of the resource to its text; links between its operations are drawn there.
pub(super) const LINKS: i64 = 26;

/// How wide texts may be: at least, at most.
const SERVICE_TEXT: (i64, i64) = (132, 260);
const OWNER_TEXT: (i64, i64) = (92, 170);
const RESOURCE_TEXT: (i64, i64) = (108, 170);

/// Where the columns are.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    /// How wide the whole picture is.
    pub width: i64,
    /// Where the columns of local clocks begin.
    pub clocks: i64,
    service: i64,
    service_text: (i64, i64),
    owners: i64,
    owner_width: i64,
    count: usize,
    /// Where flights that last are drawn, from the left.
    pub flights: i64,
    /// Where the line of the resource is.
    pub resource: i64,
    resource_text: i64,
    /// Where the column of what is violated begins.
    pub flags: i64,
}

/// How much there is to put beside each other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Needs {
    pub clocks: i64,
    pub promises: i64,
    pub owners: usize,
    pub flights: i64,
    /// The widest texts of the servers, of any owner, and of the resource.
    pub texts: (i64, i64, i64),
    pub has_flags: bool,
}

impl Sheet {
    pub fn new(needs: Needs) -> Sheet {
        let count = needs.owners.max(1) as i64;
        let flags = if needs.has_flags { FLAGS } else { 0 };
        let fixed = MARGIN * 2 + TIME + needs.clocks * CLOCK + 12 + needs.promises * BESIDE + 16;
        let fixed = fixed + needs.flights * FLIGHT + 20 + LINKS + flags + 8;
        let room = USUAL - fixed - count * (BESIDE_BAR.0 + BAR + BESIDE_BAR.1);
        let (service, owner, resource) = shares(needs.texts, count, room);
        let owner_width = BESIDE_BAR.0 + BAR + BESIDE_BAR.1 + owner;
        let clocks = MARGIN + TIME;
        let lane = clocks + needs.clocks * CLOCK + 12;
        let text = lane + needs.promises * BESIDE + 4;
        let owners = text + service + 12;
        let flights = owners + count * owner_width;
        let line = flights + needs.flights * FLIGHT + 20;
        let flag = line + LINKS + resource + 8;
        let width = flag + flags + MARGIN;
        Sheet {
            width,
            clocks,
            service: lane,
            service_text: (text, service),
            owners,
            owner_width,
            count: needs.owners,
            flights,
            resource: line,
            resource_text: resource,
            flags: flag,
        }
    }

    /// Where true times end.
    pub fn times(&self) -> i64 {
        self.clocks - 8
    }

    /// The left edge of a promise's bar.
    pub fn promise(&self, column: i64) -> i64 {
        self.service + column * BESIDE
    }

    /// The left edge of an owner's bar.
    pub fn owner(&self, index: usize) -> i64 {
        self.owners + index as i64 * self.owner_width + BESIDE_BAR.0
    }

    /// From where to where a lane reaches.
    pub fn lane(&self, lane: Lane) -> (i64, i64) {
        match lane {
            Lane::Service => (self.service - 8, self.owners - 4),
            Lane::Owner(index) => {
                let left = self.owners + index as i64 * self.owner_width;
                (left, left + self.owner_width - 2)
            }
            Lane::Resource => (self.resource - 10, self.flags - 4),
            Lane::Across => (self.service - 8, self.flags - 4),
        }
    }

    /// Where the text of a lane begins, and how much room it has.
    pub fn text(&self, lane: Lane) -> (i64, i64) {
        match lane {
            Lane::Service => self.service_text,
            Lane::Owner(index) => {
                let left = self.owner(index) + BAR + BESIDE_BAR.1;
                (left, self.owner_width - BESIDE_BAR.0 - BAR - BESIDE_BAR.1)
            }
            Lane::Resource => (self.resource + LINKS, self.resource_text),
            Lane::Across => (self.service_text.0, self.flags - 4 - self.service_text.0),
        }
    }

    /// Every lane, from the left.
    pub fn lanes(&self) -> Vec<Lane> {
        let owners = (0..self.count).map(Lane::Owner);
        std::iter::once(Lane::Service).chain(owners).chain([Lane::Resource]).collect()
    }
}

/// How much room the texts of servers, of each owner and of the resource get: what they would like where
/// there is room for it, and no less than they need.
fn shares(wanted: (i64, i64, i64), count: i64, room: i64) -> (i64, i64, i64) {
    let clamp = |wanted: i64, (least, most): (i64, i64)| wanted.clamp(least, most);
    let mut service = clamp(wanted.0, SERVICE_TEXT);
    let mut owner = clamp(wanted.1, OWNER_TEXT);
    let mut resource = clamp(wanted.2, RESOURCE_TEXT);
    let left = |service: i64, owner: i64, resource: i64| room - service - owner * count - resource;
    // Owners give way first, for there are several of them.
    let missing = -left(service, owner, resource);
    if missing > 0 {
        owner = (owner - (missing + count - 1) / count).max(OWNER_TEXT.0);
    }
    let missing = -left(service, owner, resource);
    if missing > 0 {
        service = (service - missing).max(SERVICE_TEXT.0);
    }
    let missing = -left(service, owner, resource);
    if missing > 0 {
        resource = (resource - missing).max(RESOURCE_TEXT.0);
    }
    let spare = left(service, owner, resource).max(0);
    (service, owner + (spare / count).min(60), resource)
}

/// The lines of a label in its lane.
pub(super) fn fitted(sheet: &Sheet, lane: Lane, text: &str) -> Vec<String> {
    wrap(text, SMALL, sheet.text(lane).1)
}

/// The widest of some texts.
pub(super) fn widest<'t>(texts: impl Iterator<Item = &'t str>) -> i64 {
    texts.map(|text| width(text, SMALL) + 2).max().unwrap_or(0)
}
