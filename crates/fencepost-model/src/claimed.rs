//! What a lock claims where its owners work. Its data sheet knows of the resource; what the habits of owners and an
//! outside provider take away from that is the same for every lock.

use crate::{
    Alternative, Assumption, Bound, Claim, Commit, Context, Descriptor, Gate, Hazard, Limit, Quantity, Site,
    Stand, Surroundings, word,
};

impl Descriptor {
    /// What the lock claims of everything that stands behind it: what is claimed of operations has to hold at the
    /// resource and at the provider, so an alternative is one of the resource together with one of the provider.
    pub fn claimed(&self, context: &Context<'_>) -> Vec<Claim> {
        let mut claims = self.claimed_at(Site::Resource, context);
        if context.workload.provider.is_some() {
            let outside = self.claimed_at(Site::Provider, context);
            claims.retain_mut(|claim| {
                let outside = outside.iter().find(|outside| outside.property == claim.property);
                if let Some(outside) = outside {
                    claim.alternatives = both(&claim.alternatives, &outside.alternatives);
                }
                outside.is_some() || !word::is_of_operations(claim.property)
            });
        }
        claims
    }

    /// What the lock claims, of operations only those at one site.
    ///
    /// Where owners work in transactions, a lock orders their updates only if they commit before they release. A
    /// resource that would refuse the second update, or lets nobody read before the first is committed, needs no such
    /// owner. And a lock keeps nobody from doing again what its last owner had done outside and written down nowhere:
    /// only a provider that knows its jobs by a key needs no owner who records them. Such a one does no job late either
    /// where the resource loses no update: a job is known by the version that its owner had read, and a newer version is
    /// there only when that job is done.
    pub fn claimed_at(&self, site: Site, context: &Context<'_>) -> Vec<Claim> {
        match (site, context.workload.provider) {
            (Site::Resource, _) => self.claimed_inside(context),
            (Site::Provider, None) => Vec::new(),
            (Site::Provider, Some(gate)) => self.claimed_outside(gate, context),
        }
    }

    fn claimed_inside(&self, context: &Context<'_>) -> Vec<Claim> {
        let mut claims = (self.claims)(context);
        if context.workload.commit.is_transaction() && !orders_updates(context.gate) {
            let commits = never(Assumption::OwnerCommitsBeforeRelease);
            alternatives_of(word::NO_LOST_UPDATE, &mut claims).for_each(|bounds| bounds.insert(0, commits));
        }
        claims
    }

    fn claimed_outside(&self, gate: Gate, context: &Context<'_>) -> Vec<Claim> {
        let mut claims = (self.claims)(&Context { gate, ..*context });
        claims.retain(|claim| word::is_of_operations(claim.property));
        if gate != Gate::OncePerKey {
            // What else went wrong says more.
            let records = never(Assumption::OwnerRecords);
            alternatives_of(word::NO_LOST_UPDATE, &mut claims).for_each(|bounds| bounds.push(records));
            return claims;
        }
        let inside = self.claimed_inside(context);
        if let Some(updates) = inside.into_iter().find(|claim| claim.property == word::NO_LOST_UPDATE) {
            let effect = claims.iter_mut().filter(|claim| claim.property == word::EXCLUSIVE_EFFECT);
            effect.for_each(|claim| claim.alternatives.extend_from_slice(&updates.alternatives));
        }
        claims
    }

    /// How much of each hazard the lock stands. What comes too late does no harm where the gate refuses it, and nobody
    /// can say how much a gate that is flawed lets through. Where owners commit too late for any lock, nothing has to go
    /// wrong: none of it is stood, but for a death, after which nobody commits. Where a provider does jobs twice that
    /// nobody recorded, what a lock stands depends on how long its owners take to record them, and no formula is stated
    /// but for a death.
    pub fn stood(&self, around: &Surroundings<'_>) -> Vec<Stand> {
        let mut stands = (self.stands)(around);
        let Context { gate, workload, .. } = around.context;
        if gate.is_flawed() {
            stands.retain(|stand| !stand.hazard.is_of_time());
        } else if gate != Gate::None && self.minds_no_time(&around.context) {
            for stand in stands.iter_mut().filter(|stand| stand.hazard.is_of_time()) {
                stand.limit = Limit::Everything;
                stand.arithmetic = format!("gate {}: what comes too late is refused", gate.word());
            }
        }
        if workload.provider.is_some_and(|gate| gate != Gate::OncePerKey) {
            stands.retain(|stand| stand.hazard == Hazard::Death);
        }
        if workload.commit == Commit::AfterRelease && !orders_updates(gate) {
            for stand in stands.iter_mut().filter(|stand| stand.hazard != Hazard::Death) {
                stand.limit = Limit::Nothing;
                stand.arithmetic =
                    "nothing has to go wrong: the owner commits when it has released the lock".to_owned();
            }
        }
        stands
    }

    /// Whether by the claims nothing has to be on time for operations to do no harm.
    fn minds_no_time(&self, context: &Context<'_>) -> bool {
        let claims = self.claimed(context);
        let minds = |alternative: &Alternative| alternative.iter().any(|bound| bound.assumption.is_of_time());
        let is_kept = |claim: &Claim| claim.alternatives.iter().any(|alternative| !minds(alternative));
        let claim = |property: &&str| claims.iter().find(|claim| claim.property == *property);
        word::OF_OPERATIONS.iter().all(|property| claim(property).is_some_and(is_kept))
    }
}

fn alternatives_of<'a>(
    property: &'static str,
    claims: &'a mut [Claim],
) -> impl Iterator<Item = &'a mut Alternative> {
    claims
        .iter_mut()
        .filter(move |claim| claim.property == property)
        .flat_map(|claim| &mut claim.alternatives)
}

const fn never(assumption: Assumption) -> Bound {
    Bound { assumption, limit: Quantity::Times(0) }
}

/// What is enough for two things: each alternative of the one together with each of the other.
fn both(one: &[Alternative], other: &[Alternative]) -> Vec<Alternative> {
    let mut all: Vec<Alternative> = Vec::new();
    for first in one {
        for second in other {
            let mut bounds = first.clone();
            bounds.extend(second.iter().filter(|bound| !first.contains(bound)));
            if !all.contains(&bounds) {
                all.push(bounds);
            }
        }
    }
    all
}

/// Whether of two transactions that read one version the gate lets one at most commit.
const fn orders_updates(gate: Gate) -> bool {
    matches!(gate, Gate::OncePerKey | Gate::IfVersion) || gate.counts_reads()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Span;

    fn pause(millis: u64) -> Bound {
        Bound { assumption: Assumption::BoundedPause, limit: Quantity::Span(Span::from_millis(millis)) }
    }

    #[test]
    fn both_takes_every_pair_and_no_bound_twice() {
        let records = never(Assumption::OwnerRecords);
        assert_eq!(both(&[vec![]], &[vec![pause(5), records]]), [vec![pause(5), records]]);
        assert_eq!(both(&[vec![pause(5)]], &[vec![pause(5), records]]), [vec![pause(5), records]]);
        let four = both(&[vec![pause(1)], vec![pause(2)]], &[vec![pause(3)], vec![records]]);
        assert_eq!(four.len(), 4);
        assert_eq!(both(&[vec![]], &[vec![], vec![]]), [vec![]]);
    }
}
