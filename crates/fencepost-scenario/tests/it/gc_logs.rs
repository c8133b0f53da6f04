//! Logs of the Java runtime, in the forms that it writes them. The forms follow JEP 158 and JEP 271, and logs that
//! users of log readers have published; the figures are our own.

use fencepost_model::Span;
use fencepost_scenario::{GcLog, gc_log};
use proptest::prelude::*;

/// `-Xlog:gc*` of G1.
const G1: &str = "\
[0.005s][info][gc,init] CardTable entry size: 512
[0.008s][info][gc     ] Using G1
[1.000s][info][gc,start    ] GC(0) Pause Young (Normal) (G1 Evacuation Pause)
[1.001s][info][gc,task     ] GC(0) Using 2 workers of 2 for evacuation
[1.004s][info][gc,phases   ] GC(0)   Pre Evacuate Collection Set: 0.1ms
[1.005s][info][gc,heap     ] GC(0) Eden regions: 65->0(56)
[1.005s][info][gc,metaspace] GC(0) Metaspace: 26116K->26116K(278528K)
[1.005s][info][gc          ] GC(0) Pause Young (Normal) (G1 Evacuation Pause) 24M->4M(256M) 5.123ms
[1.005s][info][gc,cpu      ] GC(0) User=0.02s Sys=0.01s Real=0.01s
[2.000s][info][gc          ] GC(1) Concurrent Mark Cycle
[2.100s][info][gc,marking  ] GC(1) Concurrent Mark (2.010s, 2.100s) 90.001ms
[2.101s][info][gc,start    ] GC(1) Pause Remark
[2.102s][info][gc          ] GC(1) Pause Remark 24M->24M(64M) 1.250ms
[2.104s][info][gc          ] GC(1) Pause Cleanup 24M->24M(64M) 0.050ms
[2.105s][info][gc          ] GC(1) Concurrent Mark Cycle 104.9ms
[9.505s][info][gc          ] GC(2) Pause Full (System.gc()) 200M->20M(256M) 1234.567ms
";

/// `-Xlog:gc,safepoint` since JDK 13.
const SAFEPOINTS: &str = "\
[0.500s][info][gc       ] GC(0) Pause Young (Normal) (G1 Evacuation Pause) 24M->4M(256M) 5.123ms
[0.500s][info][safepoint] Safepoint \"G1CollectForAllocation\", Time since last: 228071482 ns, Reaching safepoint: 104050 ns, At safepoint: 4960664 ns, Total: 5064714 ns
[0.700s][info][safepoint] Safepoint \"Cleanup\", Time since last: 1000140224 ns, Reaching safepoint: 196482 ns, Cleanup: 99 ns, At safepoint: 16740 ns, Leaving safepoint: 1459 ns, Total: 214780 ns, Threads: 1 runnable, 12 total
";

/// `-Xlog:gc,safepoint` from JDK 9 to 12.
const REGIONS: &str = "\
[2022-10-04T15:44:48.045-0400][0.997s][info ][safepoint      ] Leaving safepoint region
[2022-10-04T15:44:48.045-0400][0.997s][info ][safepoint      ] Total time for which application threads were stopped: 0.0061608 seconds, Stopping threads took: 0.0000084 seconds
[2022-10-04T15:44:48.046-0400][0.998s][info ][safepoint      ] Application time: 0.0001907 seconds
[2022-10-04T15:44:58.046-0400][10.997s][info ][safepoint      ] Entering safepoint region: RevokeBias
[2022-10-04T15:44:58.046-0400][10.997s][info ][safepoint      ] Total time for which application threads were stopped: 0.0001255 seconds, Stopping threads took: 0.0000450 seconds
";

/// ZGC with generations, and Shenandoah.
const LOW_PAUSE: &str = "\
[0.187s][info][gc,phases   ] GC(0) Y: Young Generation
[0.188s][info][gc,phases   ] GC(0) Y: Pause Mark Start (Major) 0.004ms
[0.190s][info][gc,phases   ] GC(0) Y: Concurrent Mark 57.581ms
[0.191s][info][gc,phases   ] GC(0) O: Pause Mark End 0.016ms
[0.195s][info][gc          ] GC(0) Major Collection (Proactive) 74M(9%)->71M(9%) 0.755s
[0.300s][info][gc          ] GC(1) Pause Init Mark (unload classes) 0.086ms
[0.301s][info][gc          ] GC(1) Concurrent marking (unload classes) 0.955ms
[0.301s][info][gc          ] GC(1) Pause Degenerated GC (Mark) 20M->10M(64M) 12.5ms
";

/// `-XX:+PrintGCDetails -XX:+PrintTenuringDistribution -XX:+PrintAdaptiveSizePolicy -XX:+PrintGCApplicationStoppedTime`
/// of JDK 8 with G1, where a comma is the decimal point.
const G1_COMMAS: &str = "\
2015-02-20T14:50:39.533+0100: 16576,607: Total time for which application threads were stopped: 0,0003060 seconds
2015-02-20T14:50:41.432+0100: 16578,506: [GC pause (G1 Evacuation Pause) (young)
Desired survivor size 8912896 bytes, new threshold 15 (max 15)
- age   1:     481952 bytes,     481952 total
 16578,506: [G1Ergonomics (CSet Construction) start choosing CSet, _pending_cards: 1887, target pause time: 50,00 ms]
, 0,0282200 secs]
   [Parallel Time: 24,5 ms, GC Workers: 4]
      [GC Worker Start (ms): Min: 16578506,5, Avg: 16578506,6, Max: 16578506,7, Diff: 0,2]
   [Eden: 124,0M(124,0M)->0,0B(126,0M) Survivors: 12,0M->11,0M Heap: 214,9M(256,0M)->90,4M(256,0M)]
 [Times: user=0,10 sys=0,00, real=0,03 secs]
2015-02-20T14:50:41.461+0100: 16578,607: Total time for which application threads were stopped: 0,0292120 seconds
";

/// JDK 8 without stopped times: Parallel and CMS, with what stands between.
const DETAILS: &str = "\
OpenJDK 64-Bit Server VM (25.292-b10) for linux-amd64 JRE (1.8.0_292-b10), built on Apr 20 2021 by \"x\" with gcc 4.4
Memory: 4k page, physical 16265036k(9000000k free), swap 2097148k(2097148k free)
CommandLine flags: -XX:+PrintGC -XX:+PrintGCDateStamps -XX:+PrintGCDetails
2021-10-08T20:22:22.788-0600: 668.806: [GC (Allocation Failure) [PSYoungGen: 328070K->55019K(503808K)] 649122K->396284K(1078272K), 0.3093583 secs] [Times: user=0.43 sys=0.12, real=0.31 secs]
2021-10-08T20:22:23.788-0600: 669.806: [Full GC (Ergonomics) [PSYoungGen: 8K->0K(9K)] [ParOldGen: 6K->5K(9K)] 14K->5K(18K), [Metaspace: 3K->3K(1056768K)], 1.2345678 secs] [Times: user=4.00 sys=0.12, real=1.23 secs]
2021-10-08T20:22:24.788-0600: 670.806: [GC (Allocation Failure) 2021-10-08T20:22:24.788-0600: 670.806: [ParNew[CMS-concurrent-abortable-preclean: 0.003/0.105 secs] [Times: user=0.52 sys=0.03, real=0.11 secs]
: 314559K->34943K(314560K), 0.1233112 secs] 676204K->484658K(1013632K), 0.1233621 secs] [Times: user=1.02 sys=0.05, real=0.12 secs]
670.900: [CMS-concurrent-mark-start]
670.950: [CMS-concurrent-mark: 0.012/0.012 secs] [Times: user=0.00 sys=0.00, real=0.01 secs]
671.000: [GC (CMS Final Remark) [YG occupancy: 292006 K (1179648 K)][Rescan (parallel) , 0.0397261 secs][weak refs processing, 0.0954205 secs][1 CMS-remark: 1101173K(1835008K)] 1393180K(3014656K), 34.3796360 secs] [Times: user=0.92 sys=0.38, real=34.37 secs]
710.000: [Full GC (Metadata GC Threshold) 710.000: [CMS710.100: [CMS-concurrent-mark: 1.499/1.501 secs] [Times: user=3.02 sys=0.00, real=1.50 secs]
 (concurrent mode failure): 1393211K->1393200K(2621440K), 5.7310715 secs] 1405136K->1393200K(4037056K), [Metaspace: 495957K->495957K(1490944K)], 5.7317209 secs] [Times: user=7.23 sys=0.00, real=5.73 secs]
720.000: [GC concurrent-root-region-scan-start]
720.001: [GC concurrent-mark-end, 0.0123000 secs]
720.100: [GC remark [Finalize Marking, 0.0001 secs] 720.100: [GC ref-proc, 0.0001 secs], 0.0023000 secs]
720.200: [GC cleanup 24M->24M(64M), 0.0004000 secs]
{Heap before GC invocations=0 (full 0):
 PSYoungGen      total 76288K, used 65536K [0x000000076b380000, 0x0000000770880000, 0x00000007c0000000)
  eden space 65536K, 100% used [0x000000076b380000,0x000000076f380000,0x000000076f380000)
}
721.000: [Pause Init Mark (process weakrefs), start]
721.001: [Pause Init Mark (process weakrefs), 0.401 ms]
721.002: [Concurrent reset 32854K->32983K(34816K), 0.401 ms]
";

const ALL: [&str; 6] = [G1, SAFEPOINTS, REGIONS, LOW_PAUSE, G1_COMMAS, DETAILS];

fn read(log: &str) -> GcLog {
    let found = gc_log(log.as_bytes());
    assert_eq!(found.lines(), log.lines().count());
    found
}

/// The pauses of a log of which every line has to be understood.
fn pauses(log: &str) -> Vec<u64> {
    let found = read(log);
    assert_eq!((found.not_understood, &found.examples), (0, &Vec::new()));
    found.pauses.iter().map(|pause| pause.0).collect()
}

#[test]
fn pauses_of_the_form_since_jdk_9() {
    assert_eq!(pauses(G1), [50_000, 1_250_000, 5_123_000, 1_234_567_000]);
    assert_eq!(read(G1).covers, Some(Span::from_millis(9_500)));
    assert_eq!(read(G1).of_pauses, 4);
    assert_eq!(pauses(LOW_PAUSE), [4_000, 16_000, 86_000, 12_500_000]);
}

#[test]
fn stopped_times_are_the_truth_and_nothing_is_counted_twice() {
    assert_eq!(pauses(SAFEPOINTS), [214_780, 5_064_714]);
    assert_eq!(pauses(REGIONS), [125_500, 6_160_800]);
    assert_eq!(read(REGIONS).covers, Some(Span::from_secs(10)), "by the time since the start");
    assert_eq!(pauses(G1_COMMAS), [306_000, 29_212_000]);
    assert_eq!(read(G1_COMMAS).covers, Some(Span::from_secs(2)));
    assert_eq!(read(G1_COMMAS).of_pauses, 3, "the pause of the collector was understood too");
}

#[test]
fn pauses_of_the_form_before_jdk_9() {
    let expected =
        [401_000, 400_000, 2_300_000, 123_362_100, 309_358_300, 1_234_567_800, 5_731_720_900, 34_379_636_000];
    let mut expected = expected.to_vec();
    expected.sort();
    assert_eq!(pauses(DETAILS), expected);
    assert_eq!(read(DETAILS).covers, Some(Span::from_millis(721_002 - 668_806)));
}

/// The final mark of CMS with a young collection before it: one pause over two lines, and the collection in it.
#[test]
fn a_pause_within_a_pause_is_one() {
    let log = "\
        0.347: [GC[YG occupancy: 24286 K (43008 K)]0.347: [GC0.347: [ParNew: 24286K->9K(43008K), 0.0000496 secs] \
        98052K->9K(138624K), 0.0002310 secs] [Times: user=0.00 sys=0.00, real=0.00 secs] \n\
        0.348: [Rescan (parallel) , 0.0004158 secs]0.348: [weak refs processing, 0.0000188 secs] \
        [1 CMS-remark: 73765K(95616K)] 98052K(138624K), 0.0015702 secs] [Times: user=0.00 sys=0.00, real=0.00 secs] \n";
    assert_eq!(pauses(log), [1_570_200]);
}

#[test]
fn commas_line_ends_and_bare_messages() {
    let windows = G1.replace('\n', "\r\n");
    assert_eq!(pauses(&windows), pauses(G1));
    let commas = "[0,246s][info][gc] GC(3) Pause Young (Allocation Failure) 10M->3M(38M) 6,940ms\n";
    assert_eq!(pauses(commas), [6_940_000]);
    assert_eq!(pauses("GC(3) Pause Young (Allocation Failure) 10M->3M(38M) 6.940ms"), [6_940_000]);
    assert_eq!(pauses("[GC (Allocation Failure)  512K->400K(2M), 0.0007 secs]\n"), [700_000]);
    assert_eq!(
        pauses("[5355ms] GC(0) Pause Remark 1.0ms\n[9355ms] GC(0) Pause Remark 2.0ms\n"),
        [1_000_000, 2_000_000]
    );
    assert_eq!(pauses(""), [0u64; 0]);
}

#[test]
fn every_run_of_the_runtime_says_for_itself_how_it_tells_pauses() {
    // The first run was started without safepoints in its log, the second with them.
    let found = read(&format!("{G1}{SAFEPOINTS}"));
    assert_eq!(found.pauses.len(), 4 + 2);
    assert_eq!(found.covers, Some(Span::from_millis(9_500 + 200)));
}

#[test]
fn a_pause_whose_stop_was_lost_is_kept_where_it_is_the_longest() {
    let lost = SAFEPOINTS.replacen("Total: 5064714 ns", "Total: 50", 1);
    let found = read(&lost);
    assert_eq!((found.not_understood, found.pauses), (1, vec![Span(214_780), Span(5_123_000)]));
}

#[test]
fn an_entry_that_was_cut_off_swallows_nothing_of_what_follows() {
    let cut = "1.0: [GC (Allocation Failure) [PSYoungGen: 8K->\n";
    let found = read(&format!("{cut}{G1}"));
    assert_eq!((found.not_understood, found.pauses.len()), (1, 4), "{:?}", found.examples);
    let found = read(&format!("{cut}{}", "nothing that belongs here\n".repeat(3)));
    assert_eq!(found.not_understood, 4);
}

#[test]
fn a_log_of_dates_covers_what_lies_between_them() {
    let log = "2021-10-08T23:59:59.000-0600: [GC (Allocation Failure) 9K->1K(9K), 0.001 secs]\n\
               2021-10-09T06:00:01.500+0000: [GC (Allocation Failure) 9K->1K(9K), 0.001 secs]\n";
    assert_eq!(read(log).covers, Some(Span::from_millis(2_500)));
    assert_eq!(read(log.lines().next().expect("a line")).covers, None, "one stamp covers nothing");
}

#[test]
fn what_is_cut_off_is_not_understood() {
    for (log, lines) in [
        ("[1.005s][info][gc] GC(0) Pause Young (Normal) (G1 Evacuation Pause) 24M->4M(256M) 5.1\n", 1),
        ("[1.005s][info][gc] GC(0) Pause Young (Normal) (G1 Evacuation Pause) 24M->4M(256M)\n", 1),
        ("[0.500s][info][safepoint] Safepoint \"Cleanup\", Time since last: 1 ns, Reaching safep\n", 1),
        ("[0.500s][info][safepoint] Safepoint \"Cleanup\", Time since last: 1 ns, Total: 21", 1),
        ("1.0: Total time for which application threads were stopped: 0.00\n", 1),
        ("1.0: [GC (Allocation Failure) [PSYoungGen: 328070K->55019K(503808K)] 649122K->\n", 1),
        (
            "1.0: [GC (Allocation Failure) [PSYoungGen: 8K->\n2.0: [Full GC (Ergonomics) 9K->1K(9K), 0.1 secs]\n",
            1,
        ),
        ("1.0: [GC (Allocation Failure) 9K->1K(9K), 0.1 se]\n", 1),
        ("1.0: [Pause Init Mark, 0.4", 1),
        ("2026-01-01 12:00:00 INFO Started\n<gc type=\"scavenge\"/>\n\u{0}\u{1}\n", 3),
        ("1.0: [GC (Allocation Failure) 9K->1K(9K), 99999999.0 secs]\n", 1),
    ] {
        let found = read(log);
        assert_eq!(found.not_understood, lines, "{log}{:?}", found.examples);
        assert_eq!(found.examples.len(), lines.min(3));
    }
}

#[test]
fn examples_are_few_and_short() {
    let found = read(&"what is this ".repeat(1_000).repeat(2).replace("this what", "this\nwhat"));
    assert_eq!(found.examples.len(), 3);
    assert_eq!(found.examples[2].0, 3);
    let long = read(&"é".repeat(100_000));
    assert!(long.examples[0].1.chars().count() <= 101);
}

/// A line of the logs above, with some of its characters changed.
fn mutated(line: &str, edits: &[(prop::sample::Index, u8, char)]) -> String {
    let mut letters: Vec<char> = line.chars().collect();
    for (index, edit, letter) in edits {
        if letters.is_empty() {
            break;
        }
        let at = index.index(letters.len());
        match edit {
            0 => letters.truncate(at),
            1 => letters[at] = *letter,
            2 => letters.insert(at, *letter),
            3 => {
                letters.remove(at);
            }
            4 => letters = letters.split_off(at),
            5 => letters.rotate_left(at),
            _ => {}
        }
    }
    letters.into_iter().collect()
}

fn edits() -> impl Strategy<Value = Vec<(prop::sample::Index, u8, char)>> {
    let letters =
        prop::sample::select("[](){}:,.-+ 0199999sm\r\n\t\u{0}éGCPause".chars().collect::<Vec<char>>());
    prop::collection::vec((any::<prop::sample::Index>(), 0..8u8, letters), 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Five hundred logs of forty mutated lines: twenty thousand lines. Every one of them is counted once, and
    /// there is never a pause that no line could tell.
    #[test]
    fn mutated_lines(picks in prop::collection::vec((any::<prop::sample::Index>(), edits()), 40)) {
        let lines: Vec<&str> = ALL.iter().flat_map(|log| log.lines()).collect();
        let mut log = picks.iter().map(|(pick, edits)| mutated(lines[pick.index(lines.len())], edits)).collect::<Vec<_>>().join("\n");
        log.push('\n');
        let found = gc_log(log.as_bytes());
        prop_assert_eq!(found.lines(), log.split_terminator('\n').count());
        prop_assert_eq!(found.lines(), found.of_pauses + found.of_no_interest + found.not_understood);
        prop_assert_eq!(found.examples.len(), found.not_understood.min(3));
        prop_assert!(found.pauses.len() <= found.of_pauses);
        prop_assert!(found.pauses.is_sorted());
        prop_assert!(found.pauses.iter().all(|pause| *pause <= Span::from_secs(86_400)));
    }

    /// Bytes that know nothing of logs, and logs that were torn in the middle of a character.
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400), from in 0..2_000usize, to in 0..2_000usize) {
        let found = gc_log(&bytes);
        let ends = bytes.iter().filter(|byte| **byte == b'\n').count();
        let last = usize::from(bytes.last().is_some_and(|byte| *byte != b'\n'));
        prop_assert_eq!(found.lines(), ends + last);
        let whole = ALL.concat();
        let mut torn = whole.as_bytes()[from.min(to)..from.max(to)].to_vec();
        torn.extend(&bytes);
        gc_log(&torn);
    }
}
