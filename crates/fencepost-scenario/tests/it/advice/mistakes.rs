//! Every kind of mistake in an advice file, as it is told.

use super::read;

/// The expected text is written without the trailing line break of the file.
#[track_caller]
pub fn check(text: &str, expected: &str) {
    let told = match read(text) {
        Ok(_) => panic!("this was accepted:\n{text}"),
        Err(mistakes) => mistakes.render(false),
    };
    assert_eq!(told.trim_end(), expected.trim(), "\n{told}");
}

#[test]
fn nothing_in_it() {
    check(
        r#""#,
        r#"
error[empty-file]: the file is empty
--> lock.toml
 = help: one lock is enough, such as `lock = "redis"`; `fencepost new advice` writes one to start from
"#,
    );
}

#[test]
fn no_lock() {
    check(
        r#"title = "t"
"#,
        r#"
error[missing-key]: the top of the advice file needs `lock`
 --> lock.toml:1:1
  |
1 | title = "t"
  | ^ here
  |
  = help: add `lock`: a lock, or a table with a preset
"#,
    );
}

#[test]
fn an_unknown_lock() {
    check(
        r#"lock = "redsi"
"#,
        r#"
error[unknown-lock]: unknown lock `redsi`
 --> lock.toml:1:8
  |
1 | lock = "redsi"
  |        ^^^^^^^ did you mean `redis`?
  |
  = help: the locks are: `none`, `always`, `never`, `redis` and `cluster`
"#,
    );
}

#[test]
fn an_unknown_key() {
    check(
        r#"lock = "redis"
rom = "5s"
[enviroment]
"#,
        r#"
error[unknown-key]: unknown key `rom`
 --> lock.toml:2:1
  |
2 | rom = "5s"
  | ^^^ did you mean `room`?
  |
  = help: the keys of the top of the advice file are: `title`, `lock`, `settings`, `gate`, `provider`, `commit`, `obeys-deadline`, `room`, `environment` and `floor`

error[unknown-key]: unknown key `enviroment`
 --> lock.toml:3:2
  |
3 | [enviroment]
  |  ^^^^^^^^^^ did you mean `environment`?
  |
  = help: the keys of the top of the advice file are: `title`, `lock`, `settings`, `gate`, `provider`, `commit`, `obeys-deadline`, `room`, `environment` and `floor`
"#,
    );
}

#[test]
fn an_unknown_setting() {
    check(
        r#"lock = "redis"
settings = { tll = "2s" }
"#,
        r#"
error[unknown-setting]: unknown setting `tll`
 --> lock.toml:2:14
  |
2 | settings = { tll = "2s" }
  |              ^^^ did you mean `ttl`?
  |
  = help: the settings of `redis` are: `ttl`, `reserve`, `command-timeout`, `retry-min`, `retry-max`, `fencing`, `expiry`, `drift-allowance` and `persistence`
"#,
    );
}

#[test]
fn a_gate_that_does_not_fit() {
    check(
        r#"lock = "redis"
gate = "token"
"#,
        r#"
error[gate-needs-tokens]: gate `token` compares tokens, and `redis` hands out none
 --> lock.toml:2:8
  |
2 | gate = "token"
  |        ^^^^^^^ there is nothing to compare
  |
  = help: choose settings under which the lock hands out tokens, or gate `none`
"#,
    );
}

#[test]
fn everything_at_once() {
    check(
        r#"lock = "redis"
room = 5
obeys-deadline = "no"
[environment]
holds = { per-day = 0, max = "1s" }
pause = { max = "2days" }
[floor]
pause = "5 mins ago"
"#,
        r#"
error[wrong-type]: `room` takes a time, not a whole number
 --> lock.toml:2:8
  |
2 | room = 5
  |        ^ this is a whole number
  |
  = help: write a number with a unit, such as "150ms", "2s" or "1m 30s"

error[wrong-type]: `obeys-deadline` takes `true` or `false`, not text
 --> lock.toml:3:18
  |
3 | obeys-deadline = "no"
  |                  ^^^^ this is text
  |
  = help: write `true` or `false`

error[out-of-range]: `per-day` is out of range
 --> lock.toml:5:21
  |
5 | holds = { per-day = 0, max = "1s" }
  |                     ^ too small
  |
  = help: write a whole number from 1 to 1000000000

error[out-of-range]: `max` is out of range
 --> lock.toml:6:17
  |
6 | pause = { max = "2days" }
  |                 ^^^^^^^ too long
  |
  = help: write a time from "0s" to "1day"

error[bad-time]: `pause` is not a time
 --> lock.toml:8:9
  |
8 | pause = "5 mins ago"
  |         ^^^^^^^^^^^^ expected number at 7
  |
  = help: write a number with a unit, such as "150ms", "2s" or "1m 30s"
"#,
    );
}

#[test]
fn no_toml() {
    check(
        r#"lock = 
"#,
        r#"
error[syntax]: string values must be quoted, expected literal string
 --> lock.toml:1:8
  |
1 | lock = 
  |        ^ here
  |
  = help: an advice file is a TOML file: see scenarios/advice.md
"#,
    );
}

#[test]
fn an_unknown_option() {
    check(
        r#"lock = { preset = "library", expireAftr = "5s" }
"#,
        r#"
error[unknown-option]: unknown option `expireAftr`
 --> lock.toml:1:30
  |
1 | lock = { preset = "library", expireAftr = "5s" }
  |                              ^^^^^^^^^^ did you mean `expireAfter`?
  |
  = help: the options of `library` are: `expireAfter`, `driftFactor` and `watched`
"#,
    );
}

#[test]
fn an_unknown_preset() {
    check(
        r#"lock = { preset = "libary" }
"#,
        r#"
error[unknown-preset]: unknown preset `libary`
 --> lock.toml:1:19
  |
1 | lock = { preset = "libary" }
  |                   ^^^^^^^^ did you mean `library`?
  |
  = help: the presets are: `library`
"#,
    );
}

#[test]
fn a_preset_as_a_lock() {
    check(
        r#"lock = "library"
"#,
        r#"
error[preset-as-lock]: `library` is a preset, and not a lock
 --> lock.toml:1:8
  |
1 | lock = "library"
  |        ^^^^^^^^^ no lock
  |
  = help: write `lock = { preset = "library" }`; in a scenario it stands in a `[variant.NAME]`
"#,
    );
}

#[test]
fn options_that_do_not_fit() {
    check(
        r#"lock = { preset = "library", watched = true, expireAfter = "5m" }
"#,
        r#"
error[misfit]: `expireAfter` does not fit: nobody watches for so long
 --> lock.toml:1:46
  |
1 | lock = { preset = "library", watched = true, expireAfter = "5m" }
  |                                              ^^^^^^^^^^^^^^^^^^ this
  |
  = help: write at most "1m"
"#,
    );
}
