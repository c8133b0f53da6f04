//! What a scenario says itself has to be inside the claims, too.

use super::words;
use fencepost_scenario::parse;

#[track_caller]
fn check(text: &str, expected: &str) {
    let told = match parse("test", "test.toml", text, &words()) {
        Ok(_) => panic!("this was accepted:\n{text}"),
        Err(mistakes) => mistakes.render(false),
    };
    assert_eq!(told.trim_end(), expected.trim(), "\n{told}");
}

#[test]
fn latency_above_the_reserve() {
    check(
        r#"title = "t"
within = "claims"
[network]
latency = { min = "1ms", max = "250ms" }
[variant.v]
lock = "promise"
settings = { rests-on = "delay", reserve = "100ms" }
"#,
        r#"
error[outside-claims]: messages can take 250ms, and `v` claims to stand 100ms
 --> test.toml:4:11
  |
4 | latency = { min = "1ms", max = "250ms" }
  |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ outside the claims
  |
  = help: raise `reserve` of `v` to "250ms" at least, lower `latency` to "100ms" at most, or remove `within`
"#,
    );
}

#[test]
fn latency_by_default_above_the_reserve() {
    check(
        r#"title = "t"
within = "claims"
[variant.v]
lock = "promise"
settings = { rests-on = "pause-and-delay", reserve = "0s" }
"#,
        r#"
error[outside-claims]: messages can take 20ms, and `v` claims to stand 0s
 --> test.toml:2:10
  |
2 | within = "claims"
  |          ^^^^^^^^ outside the claims
  |
  = help: raise `reserve` of `v` to "20ms" at least, or remove `within`
"#,
    );
}

#[test]
fn an_owner_that_ignores_its_deadline() {
    check(
        r#"title = "t"
within = "claims"
[workload]
obeys-deadline = false
[variant.v]
lock = "promise"
settings = { rests-on = "obedience" }
"#,
        r#"
error[outside-claims]: `v` claims nothing of an owner that ignores its deadline
 --> test.toml:4:18
  |
4 | obeys-deadline = false
  |                  ^^^^^ outside the claims
  |
  = help: remove `obeys-deadline = false`, or remove `within`
"#,
    );
}

/// No lock claims that nothing is lost then, unless something else keeps it.
#[test]
fn an_owner_that_commits_when_it_has_released() {
    let file = |more: &str| {
        format!(
            "title = \"t\"\nwithin = \"claims\"\n[variant.v]\nlock = \"promise\"\n\
             settings = {{ rests-on = \"lost-updates\" }}\n{more}\n"
        )
    };
    check(
        &file("commit = \"after-release\""),
        r#"
error[outside-claims]: `v` claims nothing of an owner that commits when it has released
 --> test.toml:6:10
  |
6 | commit = "after-release"
  |          ^^^^^^^^^^^^^^^ outside the claims
  |
  = help: write `commit = "before-release"`, or remove `within`
"#,
    );
    for fine in ["commit = \"before-release\"", "commit = \"after-release\"\ngate = \"once-per-key\""] {
        assert!(parse("test", "test.toml", &file(fine), &words()).is_ok(), "{fine}");
    }
}

/// No lock knows what a provider did for an owner that died over it; one that takes keys need not be asked.
#[test]
fn a_provider_that_takes_no_keys() {
    let file = |provider: &str| {
        format!(
            "title = \"t\"\nwithin = \"claims\"\n[variant.v]\nlock = \"promise\"\n\
             settings = {{ rests-on = \"lost-updates\" }}\nprovider = \"{provider}\"\n"
        )
    };
    check(
        &file("none"),
        r#"
error[outside-claims]: `v` claims nothing of jobs that are done outside and not recorded
 --> test.toml:6:12
  |
6 | provider = "none"
  |            ^^^^^^ outside the claims
  |
  = help: write `provider = "once-per-key"`, or remove `within`
"#,
    );
    assert!(parse("test", "test.toml", &file("once-per-key"), &words()).is_ok());
}

#[test]
fn work_beyond_the_lease() {
    check(
        r#"title = "t"
within = "claims"
[workload]
hold = "2s"
[variant.v]
lock = "promise"
settings = { rests-on = "work" }
"#,
        r#"
error[outside-claims]: a holder may need 4s to work, and `v` claims to stand 900ms
 --> test.toml:4:8
  |
4 | hold = "2s"
  |        ^^^^ outside the claims
  |
  = help: raise `reserve` of `v` to "4s" at least, lower `hold` and `resource-timeout`, or remove `within`
"#,
    );
}

#[test]
fn work_that_only_seldom_fits_in_no_way() {
    check(
        r#"title = "t"
within = "claims"
[variant.v]
lock = "promise"
settings = { rests-on = "work", reserve = "500ms" }
"#,
        r#"
error[outside-claims]: a holder may need 2s 10ms to work, and `v` claims to stand 500ms
 --> test.toml:2:10
  |
2 | within = "claims"
  |          ^^^^^^^^ outside the claims
  |
  = help: raise `reserve` of `v` to "2s 10ms" at least, lower `hold` and `resource-timeout`, or remove `within`
"#,
    );
}
