//! Sentences: the one place where evidence becomes words.

use fencepost_model::{
    Call, Cast, Evidence, Exceeded, Finding, LockId, OpTag, Outcome, OwnerId, Refusal, Site, Standing,
    TenureId, Violation, Why, word,
};

/// What happened, as a sentence without a full stop: who, what, when, how long.
pub fn violation(property: &str, violation: &Violation, cast: &Cast) -> String {
    match &violation.evidence {
        overlap @ Evidence::Overlap { .. } => together(property, overlap, cast),
        Evidence::Inversion { site: Site::Provider, lock, late, older, early, newer, early_at } => {
            let (lock, late, early) = (cast.lock(*lock), who(late, cast), who(early, cast));
            let after = violation.at.since(*early_at).in_seconds();
            let (older, newer) = (older.0, newer.0);
            format!(
                "the provider did a job for {late} (tenure #{older} of `{lock}`) {after} after it had done one for \
                 {early} (tenure #{newer}), which is newer"
            )
        }
        Evidence::Inversion { site: Site::Resource, lock, late, older, early, newer, early_at } => {
            let (lock, late, early) = (cast.lock(*lock), who(late, cast), who(early, cast));
            let after = violation.at.since(*early_at).in_seconds();
            let (older, newer) = (older.0, newer.0);
            format!(
                "the resource of `{lock}` took a write of {late} (tenure #{older}) {after} after it had taken an \
                 operation of {early} (tenure #{newer}), which is newer"
            )
        }
        token @ Evidence::Token { .. } => out_of_order(token, cast),
        Evidence::LostUpdate { site, lock, parent, first, first_tenure, second, second_tenure } => {
            let (lock, first, second) = (cast.lock(*lock), who(first, cast), who(second, cast));
            let (one, other) = (first_tenure.0, second_tenure.0);
            if *site == Site::Provider {
                return format!(
                    "the provider did the job for version {parent} of what `{lock}` protects twice: for {first} \
                     (tenure #{one}) and for {second} (tenure #{other})"
                );
            }
            format!(
                "{first} (tenure #{one}) and {second} (tenure #{other}) both wrote over version {parent} of what \
                 `{lock}` protects, so the update of {first} is lost"
            )
        }
        Evidence::Foreign { lock, tenure, owner, by, ended } => {
            let (lock, owner, by) = (cast.lock(*lock), cast.owner(*owner), who(by, cast));
            let touched = if *ended { "ended" } else { "prolonged" };
            format!(
                "{by} {touched} tenure #{} of `{lock}`, which was not its own but that of {owner}",
                tenure.0
            )
        }
        Evidence::FalseReply { lock, tag, call, outcome, since } => {
            let (lock, whose, since) = (cast.lock(*lock), who(tag, cast), since.in_seconds());
            let (told, called) = (told(outcome), called(*call));
            format!(
                "{whose} was told {told} by {called} of `{lock}`, called at {since}, and that was at no instant true"
            )
        }
        Evidence::Misbehaviour { owner, finding: found } => match owner {
            Some(owner) => format!("the lock's code {}, called by {}", finding(found), cast.owner(*owner)),
            None => format!("the lock's code {}", finding(found)),
        },
        Evidence::Overtaken { lock, tenure, owner, overtaken } => format!(
            "{} was given `{}` (tenure #{}), for which {} had waited longer",
            cast.owner(*owner),
            cast.lock(*lock),
            tenure.0,
            cast.owner(overtaken.owner)
        ),
        Evidence::Unbalanced { tenure, owner, holds: 0 } => {
            format!(
                "{} gave tenure #{} back as often as it had taken it, and still has it",
                cast.owner(*owner),
                tenure.0
            )
        }
        Evidence::Unbalanced { tenure, owner, holds } => format!(
            "{} had taken tenure #{} {holds} times, and the service counted otherwise",
            cast.owner(*owner),
            tenure.0
        ),
        Evidence::Disagreement { first, second, how, at } => {
            format!("{} and {} {how} {at}", cast.process(*first), cast.process(*second))
        }
        stuck @ (Evidence::NoHandOver { .. }
        | Evidence::DeadHolder { .. }
        | Evidence::Orphan { .. }
        | Evidence::Circle { .. }) => no_progress(stuck, cast),
    }
}

/// Two promises or two beliefs at once.
fn together(property: &str, evidence: &Evidence, cast: &Cast) -> String {
    let Evidence::Overlap { lock, first_owner, second_owner, from, until, .. } = evidence else {
        return String::new();
    };
    let (lock, first, second) = (cast.lock(*lock), cast.owner(*first_owner), cast.owner(*second_owner));
    let began = from.in_seconds();
    let time = match until {
        Some(until) => format!("for {} ({began} to {})", until.since(*from).in_seconds(), until.in_seconds()),
        None => format!("from {began} until the run was over"),
    };
    if property == word::EXCLUSIVE_GRANT {
        format!("the service had given `{lock}` to {first} and to {second} at once {time}")
    } else {
        format!("{first} and {second} both believed that they held `{lock}` {time}")
    }
}

fn out_of_order(evidence: &Evidence, cast: &Cast) -> String {
    let Evidence::Token { lock, tenure, owner, token, before, before_token } = evidence else {
        return String::new();
    };
    let (owner, lock, number) = (cast.owner(*owner), cast.lock(*lock), tenure.0);
    if tenure == before {
        return format!(
            "{owner} was given token {token} and token {before_token} for one tenure (#{number}) of `{lock}`"
        );
    }
    let before = before.0;
    format!(
        "{owner} was given token {token} for tenure #{number} of `{lock}`, and tenure #{before} had token \
         {before_token} before it"
    )
}

/// What did not happen in time.
fn no_progress(evidence: &Evidence, cast: &Cast) -> String {
    match evidence {
        Evidence::NoHandOver { lock, since, bound } => {
            let (lock, since, bound) = (cast.lock(*lock), since.in_seconds(), bound.in_seconds());
            format!("`{lock}` was free and asked for from {since} on, and nobody was given it within {bound}")
        }
        Evidence::DeadHolder { lock, tenure, owner, since, bound } => {
            let time = format!("for longer than {} from {} on", bound.in_seconds(), since.in_seconds());
            format!("{}, which was dead, {time}", kept(*lock, *tenure, *owner, cast))
        }
        Evidence::Orphan { lock, tenure, owner, since, bound } => {
            let time = format!("for longer than {} from {} on", bound.in_seconds(), since.in_seconds());
            format!("{}, which lived and did not want it, {time}", kept(*lock, *tenure, *owner, cast))
        }
        Evidence::Circle { owners, since, bound } => {
            let time = format!("for longer than {} from {} on", bound.in_seconds(), since.in_seconds());
            format!("{} waited for each other in a circle, {time}", names(owners, cast))
        }
        _ => String::new(),
    }
}

fn kept(lock: LockId, tenure: TenureId, owner: OwnerId, cast: &Cast) -> String {
    format!("the service kept `{}` for {} (tenure #{})", cast.lock(lock), cast.owner(owner), tenure.0)
}

/// What an owner was told, after "was told".
fn told(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Granted { .. } => "that the lock was its own",
        Outcome::Extended { .. } => "that it had more time",
        Outcome::Counted { .. } => "how often it had taken it",
        Outcome::Released => "that its tenure had been there and was gone",
        Outcome::NotHeld => "that its tenure was not there",
        Outcome::Free => "that nobody held the lock",
        Outcome::Held { by_me: true } => "that it held the lock itself",
        Outcome::Held { by_me: false } | Outcome::Refused { reason: Refusal::Held } => {
            "that somebody held the lock"
        }
        Outcome::Refused { .. } => "no",
        Outcome::Unknown => "nothing definite",
    }
}

fn called(call: Call) -> &'static str {
    match call {
        Call::Acquire => "an acquire",
        Call::Extend => "an extend",
        Call::Release => "a release",
        Call::Status => "a status call",
        Call::Enter => "an enter",
        Call::Leave => "a leave",
    }
}

/// Names in a sentence: `c1.1, c2.1 and c3.1`.
fn names(owners: &[OwnerId], cast: &Cast) -> String {
    let names: Vec<&str> = owners.iter().map(|owner| cast.owner(*owner)).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.join(", "),
    }
}

fn who<'a>(tag: &OpTag, cast: &'a Cast) -> &'a str {
    cast.owner(tag.owner)
}

/// What the lock's code did, after "the lock's code".
pub fn finding(finding: &Finding) -> String {
    match finding {
        Finding::Panicked(message) => format!("panicked: {}", one_line(message)),
        Finding::Spun => "asked its environment again and again without letting time pass".to_owned(),
        Finding::Flooded(what) => format!("used up the run's budget of {}", one_line(what)),
        Finding::NeverReturned(call) => format!("never returned from {}", one_line(call)),
        Finding::ServerPanicked(message) => format!("made a server panic: {}", one_line(message)),
        Finding::Hung => "did not give its turn back for 10 s of wall time".to_owned(),
        Finding::EndedProcess(how) => format!("ended the process that ran it: {}", one_line(how)),
    }
}

/// Where a violation stands with regard to the claims, as a sentence part.
pub fn standing(standing: &Standing) -> String {
    match standing {
        Standing::Inside => "inside the claims: every assumption was kept".to_owned(),
        Standing::NotClaimed => {
            "outside the claims: the lock does not claim this under these settings".to_owned()
        }
        Standing::Outside(exceeded) => format!("outside the claims: {}", assumptions(exceeded)),
    }
}

/// The assumptions that broke, with what was measured and what was allowed.
pub fn assumptions(exceeded: &[Exceeded]) -> String {
    let mut told: Vec<String> = Vec::new();
    for one in exceeded {
        let text = one.to_string();
        if !told.contains(&text) {
            told.push(text);
        }
    }
    told.join("; ")
}

/// Why nothing can be said, as a sentence part.
pub fn why(why: &Why) -> String {
    match why {
        Why::TailCutShort => "the calm tail was cut short by the budget".to_owned(),
        Why::NobodyAsked => "nobody asked for the lock in the calm tail".to_owned(),
        Why::CheckerPanicked(message) => format!("the checker panicked: {}", one_line(message)),
    }
}

/// Foreign text in one line, with what is no letter made visible, and not for ever.
fn one_line(text: &str) -> String {
    const LONGEST: usize = 200;
    let shown: String = text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() { shown + "…" } else { shown }
}

/// The owners that a violation is about, by number, without repetition.
pub(crate) fn owners(evidence: &Evidence) -> Vec<OwnerId> {
    let mut owners = match evidence {
        Evidence::Overlap { first_owner, second_owner, .. } => vec![*first_owner, *second_owner],
        Evidence::Inversion { late, early, .. } => vec![late.owner, early.owner],
        Evidence::Token { owner, .. }
        | Evidence::DeadHolder { owner, .. }
        | Evidence::Orphan { owner, .. } => {
            vec![*owner]
        }
        Evidence::Foreign { owner, by, .. } => vec![*owner, by.owner],
        Evidence::FalseReply { tag, .. } => vec![tag.owner],
        Evidence::Circle { owners, .. } => owners.clone(),
        Evidence::LostUpdate { first, second, .. } => vec![first.owner, second.owner],
        Evidence::Misbehaviour { owner, .. } => owner.iter().copied().collect(),
        Evidence::NoHandOver { .. } | Evidence::Disagreement { .. } => Vec::new(),
        Evidence::Overtaken { owner, overtaken, .. } => vec![overtaken.owner, *owner],
        Evidence::Unbalanced { owner, .. } => vec![*owner],
    };
    owners.dedup();
    owners
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use fencepost_model::{Assumption, Quantity, Span, Token};

    #[test]
    fn the_same_overlap_is_told_by_its_property() {
        let (cast, judgement) = (testing::cast(), testing::judgement());
        let overlap = &judgement.of(word::EXCLUSIVE_BELIEF).expect("it was judged").violations()[0];
        assert_eq!(
            violation(word::EXCLUSIVE_BELIEF, overlap, &cast),
            "c1.1 and c2.1 both believed that they held `orders` for 0.469s (9.431s to 9.900s)"
        );
        assert_eq!(
            violation(word::EXCLUSIVE_GRANT, overlap, &cast),
            "the service had given `orders` to c1.1 and to c2.1 at once for 0.469s (9.431s to 9.900s)"
        );
    }

    #[test]
    fn a_late_write_is_told_with_how_late_it_was() {
        let (cast, judgement) = (testing::cast(), testing::judgement());
        let inversion = &judgement.of(word::EXCLUSIVE_EFFECT).expect("it was judged").violations()[0];
        assert_eq!(
            violation(word::EXCLUSIVE_EFFECT, inversion, &cast),
            "the resource of `orders` took a write of c1.1 (tenure #1) 0.975s after it had taken an operation of c2.1 \
             (tenure #2), which is newer"
        );
    }

    #[test]
    fn a_second_token_of_one_tenure_reads_differently_from_an_older_token() {
        let (cast, judgement) = (testing::cast(), testing::judgement());
        let some = &judgement.of(word::EXCLUSIVE_BELIEF).expect("it was judged").violations()[0];
        let told = |before: u32| {
            let evidence = Evidence::Token {
                lock: LockId(0),
                tenure: TenureId(5),
                owner: OwnerId(1),
                token: Token(1),
                before: TenureId(before),
                before_token: Token(4),
            };
            violation(word::FENCING, &Violation { evidence, ..some.clone() }, &cast)
        };
        assert_eq!(
            told(3),
            "c2.1 was given token 1 for tenure #5 of `orders`, and tenure #3 had token 4 before it"
        );
        assert_eq!(told(5), "c2.1 was given token 1 and token 4 for one tenure (#5) of `orders`");
    }

    #[test]
    fn an_excuse_names_measure_and_limit() {
        let pause = Exceeded {
            assumption: Assumption::BoundedPause,
            measured: Quantity::Span(Span::from_millis(3_012)),
            limit: Quantity::Span(Span::ZERO),
            by: "c2".to_owned(),
        };
        // Two alternatives may rest on the same assumption: once is enough to say.
        let told = standing(&Standing::Outside(vec![pause.clone(), pause]));
        assert_eq!(told, "outside the claims: bounded pause: 3.012s by c2, limit 0.000s");
    }

    #[test]
    fn foreign_text_stays_in_its_line() {
        let told = finding(&Finding::Panicked(format!("a\nb\u{1b}[31m{}", "c".repeat(500))));
        assert!(!told.contains(['\n', '\u{1b}']), "{told}");
        assert!(told.chars().count() < 230, "{told}");
    }
}
