//! Advice files of these tests.

use fencepost::Catalogue;
use fencepost::scenario::{Advice, parse_advice};

/// What an ordinary place is like.
pub const ORDINARY: &str = r#"
[environment]
pause       = { p50 = "8ms", p99 = "210ms", max = "4.1s", over = "30d" }
unreachable = { p50 = "1s", max = "12s", over = "30d" }
round-trip  = { p50 = "1ms", p99 = "8ms", max = "40ms" }
clock       = { step = "200ms", drift = "200ppm" }
failover    = { detect = "5s", promote = "2s", lag = "100ms", per-year = 4 }
"#;

/// The advice file with this text.
pub fn read(catalogue: &Catalogue, text: &str) -> Advice {
    let no_logs = |name: &str| Err(format!("there is no `{name}`"));
    let advice = parse_advice("lock.toml", text, &catalogue.vocabulary(), &no_logs);
    advice.unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)))
}
