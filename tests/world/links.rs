//! What servers see of a stream between them.
//!
//! Every message takes 1 ms, so a link is open at its acceptor 1 ms after it was asked for, and 2 ms after it
//! at its opener.

use crate::support::{Me, Pair, Play, Run};
use fencepost_lock::Env;
use fencepost_model::Span;

const SERVERS: &[&str] = &["a: linked", "a: hears", "a: unlinked", "b:"];

/// A client lets each word reach `a` at its time, in milliseconds.
fn says(words: &'static [(u64, &'static str)]) -> Play {
    Play::with(Pair).client("c1", move |me: Me| async move {
        let begin = me.env().mono();
        for (at, word) in words {
            // Each goes on a connection of its own, which takes 2 ms to open.
            me.env().sleep_until(begin + Span::from_millis(at - 3)).await;
            let _ = me.ask(word, "4ms").await;
        }
    })
}

/// The tutorial: `a` opens a link, both are told, and both write.
#[test]
fn both_ends_are_told_and_both_write() {
    let run = says(&[(10, "open"), (20, "hello"), (30, "echo back")]).run();
    assert_eq!(
        run.lines(SERVERS),
        [
            "11ms b: linked to a",
            "12ms a: linked to b",
            "21ms b: hears hello",
            "31ms b: hears echo back",
            "32ms a: hears back",
        ]
    );
}

/// Before a link is open nothing can be written, and who closes one hears nothing of it any more.
#[test]
fn who_closes_is_told_nothing_and_the_other_end_is() {
    let run = says(&[(10, "open"), (20, "close"), (30, "lost")]).run();
    assert_eq!(
        run.lines(SERVERS),
        ["11ms b: linked to a", "12ms a: linked to b", "21ms b: unlinked"],
        "by the opener"
    );
    let run = says(&[(10, "open"), (20, "shut"), (30, "lost")]).run();
    assert_eq!(run.lines(SERVERS)[2..], ["21ms b: hears shut", "22ms a: unlinked"], "by the acceptor");
}

/// However long each message takes, none overtakes another: a replica would else apply a deletion before
/// what it deletes.
#[test]
fn messages_arrive_in_order_and_once() {
    const MANY: &[(u64, &str)] =
        &[(50, "open"), (200, "1"), (201, "2"), (202, "3"), (203, "4"), (204, "5"), (205, "6"), (206, "7")];
    for seed in 0..20 {
        let play = Play::with(Pair).seed(seed).latency("{ min = '1ms', max = '30ms' }");
        let play = play.client("c1", |me: Me| async move {
            let begin = me.env().mono();
            let say = |at: u64, word: &'static str| {
                let (env, asked) = (me.env().clone(), me.ask(word, "1s"));
                async move {
                    env.sleep_until(begin + Span::from_millis(at)).await;
                    let _ = asked.await;
                }
            };
            fencepost_lock::join_all(MANY.iter().map(|(at, word)| say(*at, word))).await;
        });
        let run = play.run();
        // The client's connections may overtake each other; what `a` writes may not.
        let (written, heard) = (words(&run, "a: writes"), words(&run, "b: hears"));
        assert_eq!(written.len(), 7, "seed {seed}");
        assert_eq!(written, heard, "seed {seed}");
    }
}

/// The last words of the lines that begin so, in order.
fn words(run: &Run, beginning: &str) -> Vec<String> {
    let word = |line: &String| line.rsplit(' ').next().map(str::to_owned);
    run.lines(&[beginning]).iter().filter_map(word).collect()
}

const CUT: &str = "at = '100ms'\npartition = { who = 'a', from = 'b', hold = '1s' }";

/// A cut loses nothing: what is written meanwhile arrives in order, at its sender's next try.
#[test]
fn a_cut_holds_messages_back_and_they_arrive_after_it_in_order() {
    let run = says(&[(10, "open"), (150, "one"), (160, "two"), (1_200, "three")]).fault(CUT).run();
    assert_eq!(
        run.lines(SERVERS)[2..],
        // Sent at 150 ms; tried again 200, 600 and 1400 ms later. What follows waits for its turn.
        ["1s 551ms b: hears one", "1s 561ms b: hears two", "1s 561ms b: hears three"]
    );
}

/// A stream that has tried for too long breaks: its writer is told, nothing of it ever arrives, and the other
/// end learns of it as soon as it writes itself. Were later messages let through, a replica would have a hole.
#[test]
fn a_cut_that_lasts_longer_than_streams_try_breaks_the_link() {
    let run = says(&[(10, "open"), (150, "one"), (1_900, "two"), (3_000, "three")])
        .network("give-up = '2s'")
        .fault("at = '100ms'\npartition = { who = 'a', from = 'b', hold = '2500ms' }")
        .run();
    assert_eq!(run.lines(SERVERS)[2..], ["2s 150ms a: unlinked"]);
}

/// The half that was not told still believes in the link; what it writes is answered by a reset.
#[test]
fn an_end_that_was_not_told_learns_of_it_when_it_writes() {
    let run = says(&[(10, "open"), (50, "echo back"), (1_000, "lost")])
        .network("give-up = '2s'")
        // The echo is under way when the cut begins, and given up before it ends.
        .fault("at = '51ms 500us'\npartition = { who = 'a', from = 'b', hold = '2500ms' }")
        .run();
    // `lost` was written at 1 s; the try at 4 s is the first one after the cut.
    assert_eq!(
        run.lines(SERVERS)[2..],
        ["51ms b: hears echo back", "2s 51ms b: unlinked", "4s 2ms a: unlinked"],
        "{}",
        run.all()
    );
}

/// Where nobody gets through, the opener is told in the end.
#[test]
fn a_link_that_cannot_be_opened_is_given_up() {
    let run = says(&[(150, "open")])
        .network("give-up = '2s'")
        .fault("at = '100ms'\npartition = { who = 'a', from = 'b', hold = '5s' }")
        .run();
    assert_eq!(run.lines(&["a:"])[..1], ["2s 150ms a: unlinked"]);
}

/// The machine of a killed process closes its links behind what was already sent: a primary's last write
/// still reaches its replicas.
#[test]
fn a_kill_is_seen_behind_what_was_sent() {
    let run = says(&[(10, "open"), (100, "last")]).fault("at = '100ms 1us'\nkill = { who = 'a' }").run();
    assert_eq!(run.lines(SERVERS)[2..], ["101ms b: hears last", "101ms 1us b: unlinked"]);
    let run = says(&[(10, "open"), (100, "unheard")]).fault("at = '100ms 1us'\nkill = { who = 'b' }").run();
    assert_eq!(run.lines(SERVERS)[2..], ["101ms 1us a: unlinked"]);
}

/// Nobody listens on a machine whose process is dead.
#[test]
fn a_dead_server_refuses_links() {
    let run = says(&[(100, "open")]).fault("at = '50ms'\nkill = { who = 'b' }").run();
    assert_eq!(run.lines(SERVERS), ["102ms a: unlinked"]);
}

/// A machine without power says nothing. Its peer learns when the next life does not know the link, or by
/// its own give-up; and what was not delivered before is never sent again.
#[test]
fn a_power_cut_is_silence() {
    let cut = "at = '100ms'\npower-cut = { who = 'b', restart-after = '1s' }";
    let silent = says(&[(10, "open"), (150, "close")]).fault(cut).run();
    assert_eq!(silent.lines(SERVERS)[2..], Vec::<String>::new());
    let writes = says(&[(10, "open"), (150, "lost")]).fault(cut).run();
    // Tried again 1400 ms later, and reset by the next life.
    assert_eq!(writes.lines(SERVERS)[2..], ["1s 552ms a: unlinked"]);
    let gives_up = says(&[(10, "open"), (150, "lost")]).network("give-up = '500ms'").fault(cut).run();
    assert_eq!(gives_up.lines(SERVERS)[2..], ["650ms a: unlinked"]);
}

/// What a machine had tried to send dies with its power: otherwise an unreplicated write would reach a
/// replica out of a machine that has forgotten it.
#[test]
fn a_machine_that_lost_power_retransmits_nothing() {
    let run = |death: &str| {
        says(&[(10, "open"), (150, "kept back")]).fault(CUT).fault(&format!("at = '200ms'\n{death}")).run()
    };
    let killed = run("kill = { who = 'a' }");
    assert_eq!(killed.lines(SERVERS)[2..], ["1s 551ms b: hears kept back", "1s 601ms b: unlinked"]);
    let unpowered = run("power-cut = { who = 'a', restart-after = '100ms' }");
    assert_eq!(unpowered.lines(SERVERS)[2..], Vec::<String>::new());
}

/// Nothing is lost by a pause: what comes meanwhile waits, in order.
#[test]
fn a_stopped_server_hears_everything_when_it_goes_on() {
    let run = says(&[(10, "open"), (150, "one"), (160, "two"), (170, "close")])
        .fault("at = '100ms'\npause = { who = 'b', hold = '1s' }")
        .run();
    assert_eq!(
        run.lines(SERVERS)[2..],
        ["1s 100ms b: hears one", "1s 100ms b: hears two", "1s 100ms b: unlinked"]
    );
}

/// The kernel of a stopped process goes on: it gives up, and the process learns of it when it runs again.
#[test]
fn a_stopped_server_learns_late_that_its_link_was_given_up() {
    let run = says(&[(10, "open"), (150, "lost")])
        .network("give-up = '500ms'")
        .fault("at = '100ms'\npartition = { who = 'a', from = 'b', hold = '5s' }")
        .fault("at = '200ms'\npause = { who = 'a', hold = '2s' }")
        .run();
    assert_eq!(run.lines(SERVERS)[2..], ["2s 200ms a: unlinked"]);
}

/// A chosen message is lost with the connection that carries it, as on the streams of clients.
#[test]
fn a_chosen_message_that_is_lost_breaks_the_link_in_its_place() {
    let lose = |kind: &str| format!("message = {{ kind = '{kind}', lose = true }}");
    let run = says(&[(10, "open"), (50, "one"), (60, "two")]).fault(&lose("replicate")).run();
    assert_eq!(run.lines(SERVERS)[2..], ["51ms b: unlinked", "51ms a: unlinked"], "{}", run.all());
    let run = says(&[(10, "open"), (50, "echo one"), (60, "two")]).fault(&lose("replicate-ack")).run();
    assert_eq!(run.lines(SERVERS)[2..], ["51ms b: hears echo one", "52ms b: unlinked", "52ms a: unlinked"]);
}

/// A late message holds up what follows it.
#[test]
fn slow_links_and_late_messages_keep_their_order() {
    let late = "message = { kind = 'replicate', delay = '500ms' }";
    let run = says(&[(10, "open"), (50, "one"), (60, "two")]).fault(late).run();
    assert_eq!(run.lines(SERVERS)[2..], ["551ms b: hears one", "551ms b: hears two"]);
    let slow = "at = '40ms'\ndelay = { who = 'b', by = '100ms', hold = '5s' }";
    let run = says(&[(10, "open"), (50, "one")]).fault(slow).run();
    assert_eq!(run.lines(SERVERS)[2..], ["151ms b: hears one"]);
}

/// Flights are drawn by their cause: what `b` writes back moves nothing of what `a` writes, and a link moves
/// nothing of what clients send.
#[test]
fn one_direction_moves_no_flight_of_the_other() {
    let flights = |run: &Run, kind: &str| -> Vec<u64> {
        run.flights(kind).iter().map(|(sent, at)| at.since(*sent).0).collect()
    };
    let patient = |echo: &'static str| {
        Play::with(Pair).seed(3).latency("{ min = '1ms', max = '30ms' }").client("c1", move |me: Me| {
            let words = ["open", echo, "last"];
            async move {
                for word in words {
                    let _ = me.ask(word, "200ms").await;
                }
            }
        })
    };
    let (quiet, echoing) = (patient("quiet").run(), patient("echo").run());
    assert_eq!(flights(&quiet, "replicate"), flights(&echoing, "replicate"));
    assert_eq!(flights(&quiet, "status"), flights(&echoing, "status"));
}
