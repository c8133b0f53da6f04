//! Advice files as their authors see them.

mod garbage;
mod mistakes;
mod reading;
mod wrong_figures;

use crate::vocabulary::vocabulary;
use fencepost_scenario::{Advice, Mistakes, parse_advice};

/// A file that says everything.
pub const WHOLE: &str = r#"title = "The lock on orders"
lock = "redis"
settings = { ttl = "2s", fencing = true }
gate = "token"
obeys-deadline = false
room = "5s"

[environment]
pause = { p50 = "8ms", p99 = "210ms", max = "4.1s", over = "30d", count = 12000 }
unreachable = { p50 = "1s", max = "12s", over = "30d" }
round-trip = { min = "200us", p50 = "1ms", p75 = "2ms", p90 = "3ms", p95 = "4ms", p99 = "8ms", p999 = "9ms", p9999 = "20ms", max = "40ms" }
clock = { step = "200ms", drift = "200ppm" }
failover = { detect = "5s", promote = "2s", lag = "100ms", per-year = 4 }
holds = { per-day = 20000, p50 = "40ms", p99 = "1s", max = "2s" }

[floor]
pause = "5s"
failover = "hold"
drift = "300ppm"
death = "hold"
"#;

/// A log of each form.
const LOG: &str = "[0.100s][info][gc] GC(0) Pause Young (Normal) (G1 Evacuation Pause) 24M->4M(256M) 5.123ms\n\
                   [9.100s][info][gc] GC(1) Pause Young (Normal) (G1 Evacuation Pause) 24M->4M(256M) 7.5ms\n";

fn logs(name: &str) -> Result<Vec<u8>, String> {
    match name {
        "gc.log" => Ok(LOG.as_bytes().to_vec()),
        // The part before it, cut off in the middle of a line when it was rotated.
        "gc.log.0" => Ok(
            b"[0.050s][info][gc] GC(0) Pause Remark 24M->4M(256M) 1.000ms\n[0.060s][info][gc] GC(0) Pause Re"
                .to_vec(),
        ),
        "calm.log" => Ok(b"[0.100s][info][gc] Using G1\n".to_vec()),
        _ => Err("No such file or directory (os error 2)".to_owned()),
    }
}

pub fn read(text: &str) -> Result<Advice, Mistakes> {
    parse_advice("lock.toml", text, &vocabulary(), &logs)
}

/// Advice that has to be right.
fn advice(text: &str) -> Advice {
    read(text).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}
