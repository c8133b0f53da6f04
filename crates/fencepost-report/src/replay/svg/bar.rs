//! What lasts, as bars: promises of the servers, beliefs of owners, and over them what did not work.

use super::held::{Belief, Promise, Stop, StopKind};
use super::pen::Pen;
use super::scene::Scene;
use super::sheet::BAR;
use crate::replay::mark::Lane;
use fencepost_model::Token;

/// The line of each lane, on which its bars stand.
pub(super) fn guides(pen: &mut Pen, scene: &Scene<'_>) {
    let (top, bottom) = (scene.scale.top - 6, scene.scale.bottom);
    for lane in scene.sheet.lanes() {
        let x = match lane {
            Lane::Owner(index) => scene.sheet.owner(index) + BAR / 2,
            Lane::Resource => scene.sheet.resource,
            Lane::Service | Lane::Across => scene.sheet.promise(0) + BAR / 2,
        };
        pen.path(&format!("M{x}.5 {top}V{bottom}"), "class=\"guide\"", "");
    }
}

pub(super) fn bars(pen: &mut Pen, scene: &Scene<'_>) {
    for promise in &scene.held.promises {
        promised(pen, scene, promise);
    }
    for belief in &scene.held.beliefs {
        believed(pen, scene, belief);
    }
    for stop in &scene.held.stops {
        stopped(pen, scene, stop);
    }
    for promise in &scene.held.promises {
        promise_ticks(pen, scene, promise);
    }
    for belief in &scene.held.beliefs {
        belief_ticks(pen, scene, belief);
    }
}

/// A promise: solid while its state is there, an outline where it is owed without it.
fn promised(pen: &mut Pen, scene: &Scene<'_>, promise: &Promise) {
    let (cast, x) = (scene.told.cast, scene.sheet.promise(promise.column));
    let (top, bottom) = scene.reach(promise.from, promise.gone.map(|(gone, _)| gone));
    let (number, node, owner) = (promise.tenure.0, cast.process(promise.node), cast.owner(promise.owner));
    let title = format!("{node} promises #{number} to {owner}{}", token(promise.token));
    let times = scene.times(promise.from, promise.gone.map(|(gone, _)| gone));
    if promise.is_owed() {
        let end = promise.ended.map_or(scene.scale.bottom, |ended| scene.event(ended));
        let says = format!("the state of #{number} is gone, and its promise to {owner} still stands");
        pen.rect((x, bottom, BAR, (end - bottom).max(4)), "class=\"owed\"", &says);
    }
    pen.rect((x, top, BAR, (bottom - top).max(4)), "class=\"promise\"", &format!("{title}: {times}"));
}

fn believed(pen: &mut Pen, scene: &Scene<'_>, belief: &Belief) {
    let owner = scene.told.cast.owner(scene.choice.owners[belief.lane]);
    let (x, until) = (scene.sheet.owner(belief.lane), belief.until.map(|(until, _)| until));
    let (top, bottom) = scene.reach(belief.from, until);
    let (number, times) = (belief.tenure.0, scene.times(belief.from, until));
    let title = format!("{owner} believes that it holds #{number}{}: {times}", token(belief.token));
    pen.rect((x, top, BAR, (bottom - top).max(4)), "class=\"belief\"", &title);
}

fn promise_ticks(pen: &mut Pen, scene: &Scene<'_>, promise: &Promise) {
    let (number, x) = (promise.tenure.0, scene.sheet.promise(promise.column));
    for extended in promise.extended.iter().filter(|extended| scene.scale.row_of(**extended).is_some()) {
        let y = scene.event(*extended);
        pen.path(&format!("M{} {y}h{}", x - 2, BAR + 4), "class=\"tick\"", "extended");
    }
    if let Some(ended) = promise.ended {
        let y = scene.event(ended);
        let says = format!("the promised time of #{number} is over");
        pen.path(&format!("M{} {y}h{}", x - 3, BAR + 6), "class=\"deadline\"", &says);
    }
}

fn belief_ticks(pen: &mut Pen, scene: &Scene<'_>, belief: &Belief) {
    let owner = scene.told.cast.owner(scene.choice.owners[belief.lane]);
    let (number, x) = (belief.tenure.0, scene.sheet.owner(belief.lane));
    for extended in belief.extended.iter().filter(|extended| scene.scale.row_of(**extended).is_some()) {
        let y = scene.event(*extended);
        pen.path(&format!("M{} {y}h{}", x - 2, BAR + 4), "class=\"tick\"", "extended");
    }
    if let Some(deadline) = belief.deadline {
        let y = scene.event(deadline);
        let says = format!("the deadline of #{number} passes on the clock of {owner}");
        pen.path(&format!("M{} {y}h{}", x - 5, BAR + 10), "class=\"deadline\"", &says);
    }
}

fn stopped(pen: &mut Pen, scene: &Scene<'_>, stop: &Stop) {
    let (from, until) = scene.reach(stop.from, stop.until);
    let (from, until) = (from.max(scene.scale.top), until.min(scene.scale.bottom));
    if until <= from {
        return;
    }
    let (bar, wide) = match stop.lane {
        Lane::Owner(index) => (scene.sheet.owner(index), BAR),
        Lane::Resource => (scene.sheet.resource - 4, 9),
        Lane::Service | Lane::Across => {
            let first = scene.sheet.promise(0);
            (first, scene.sheet.promise(scene.held.columns.max(1) - 1) + BAR - first)
        }
    };
    // What is cut off may still run, so that stands beside the bar and not over it.
    let (left, wide) = if stop.kind == StopKind::Cut { (bar - 8, 6) } else { (bar - 2, wide + 5) };
    let look = format!("fill=\"url(#@-{})\" class=\"stop\"", stop.kind.words().0);
    let title = format!("{}: {}", stop.what, scene.times(stop.from, stop.until));
    pen.rect((left, from, wide, until - from), &look, &title);
}

fn token(token: Option<Token>) -> String {
    token.map(|token| format!(", token {token}")).unwrap_or_default()
}
