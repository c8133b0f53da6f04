//! Keys and types: the shape of a file.

use super::check;
use crate::told;

#[test]
fn unknown_key_at_the_top() {
    check(
        r#"titel = "t"
title = "t"
locks = ["redis"]
"#,
        r#"
error[unknown-key]: unknown key `titel`
 --> test.toml:1:1
  |
1 | titel = "t"
  | ^^^^^ did you mean `title`?
  |
  = help: the keys of the top of the file are: `title`, `about`, `seeds`, `seeds-max`, `length`, `progress-bound`, `locks`, `variant`, `within`, `drawn-as`, `clients`, `network`, `disk`, `clock`, `workload`, `budget`, `fault` and `expect`
"#,
    );
}

#[test]
fn unknown_key_in_a_fault() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
pause = { whoo = "holder", hold = "1s" }
"#,
        r#"
error[unknown-key]: unknown key `whoo`
 --> test.toml:5:11
  |
5 | pause = { whoo = "holder", hold = "1s" }
  |           ^^^^ did you mean `who`?
  |
  = help: the keys of pause = { … } are: `who` and `hold`
"#,
    );
}

#[test]
fn a_missing_title() {
    check(
        r#"locks = ["redis"]
"#,
        r#"
error[missing-key]: the top of the file needs `title`
 --> test.toml:1:1
  |
1 | locks = ["redis"]
  | ^ here
  |
  = help: add `title`: text
"#,
    );
}

#[test]
fn wrong_type() {
    check(
        r#"title = "t"
locks = ["redis"]
seeds = "many"
"#,
        r#"
error[wrong-type]: `seeds` takes a whole number, not text
 --> test.toml:3:9
  |
3 | seeds = "many"
  |         ^^^^^^ this is text
  |
  = help: write a whole number from 1 to 1000000000
"#,
    );
}

#[test]
fn syntax() {
    check(
        r#"title = "t
seeds = 1 2
"#,
        r#"
error[syntax]: invalid basic string, expected `"`
 --> test.toml:1:11
  |
1 | title = "t
  |           ^ here
  |
  = help: a scenario is a TOML file: see scenarios/README.md

error[syntax]: string values must be quoted, expected literal string
 --> test.toml:2:9
  |
2 | seeds = 1 2
  |         ^^^ here
  |
  = help: a scenario is a TOML file: see scenarios/README.md
"#,
    );
}

#[test]
fn an_empty_title() {
    check(
        r#"title = " "
locks = ["redis"]
"#,
        r#"
error[empty-title]: the title is empty
 --> test.toml:1:9
  |
1 | title = " "
  |         ^^^ nothing
  |
  = help: say what happens
"#,
    );
}

#[test]
fn faults_that_are_no_list() {
    check(
        r#"title = "t"
locks = ["redis"]
[fault]
at = "5s"
"#,
        r#"
error[wrong-type]: `fault` takes a list of tables, not a table
 --> test.toml:3:1
  |
3 | [fault]
  | ^^^^^^^ this is a table
  |
  = help: write `[[fault]]` with two brackets
"#,
    );
}

#[test]
fn a_variant_that_is_no_table() {
    check(
        r#"title = "t"
variant = ["redis"]
"#,
        r#"
error[wrong-type]: `variant` takes a table, not a list
 --> test.toml:2:11
  |
2 | variant = ["redis"]
  |           ^^^^^^^^^ this is a list
  |
  = help: write a table such as `{ key = value }`
"#,
    );
}

#[test]
fn a_date() {
    check(
        r#"title = "t"
locks = ["redis"]
seeds = 2026-01-01
"#,
        r#"
error[wrong-type]: `seeds` takes a whole number, not a date
 --> test.toml:3:9
  |
3 | seeds = 2026-01-01
  |         ^^^^^^^^^^ this is a date
  |
  = help: write a whole number from 1 to 1000000000
"#,
    );
}

#[test]
fn all_mistakes_are_told_at_once_and_in_the_order_of_the_file() {
    let told = told(
        r#"seeds = 0
locks = ["redsi"]
[clients]
count = "five"
owners = 3
[[fault]]
at = "5"
pause = { who = "c77", hold = "1 s ago" }
[expect]
always = ["exclusivity"]
broken.redsi = ["progress"]
"#,
    );
    let heads: Vec<&str> = told.lines().filter(|line| line.starts_with("error")).collect();
    assert_eq!(
        heads,
        [
            "error[missing-key]: the top of the file needs `title`",
            "error[out-of-range]: `seeds` is out of range",
            "error[unknown-lock]: unknown lock `redsi`",
            "error[wrong-type]: `count` takes a whole number, not text",
            "error[unknown-key]: unknown key `owners`",
            "error[bad-time]: `at` is not a time",
            "error[unknown-target]: unknown target `c77`",
            "error[bad-time]: `hold` is not a time",
            "error[unknown-property]: unknown property `exclusivity`",
        ],
        "no second mistake is made of a broken variant\n{told}"
    );
}

#[test]
fn colour_is_asked_for() {
    let parsed = fencepost_scenario::parse("t", "t.toml", "title = 1", &crate::vocabulary::vocabulary());
    let Err(mistakes) = parsed else { panic!("accepted") };
    assert_eq!(mistakes.len(), 2);
    assert!(mistakes.render(true).contains('\u{1b}'));
    assert!(!mistakes.render(false).contains('\u{1b}'));
    assert_eq!(mistakes.iter().map(|mistake| mistakes.line_of(mistake)).collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn a_binary_file() {
    check(
        r#"ELF�
"#,
        r#"
error[syntax]: invalid unquoted key, expected letters, numbers, `-`, `_`
 --> test.toml:1:1
  |
1 | ␡ELF␂␁␁␁�
  | ^ here
  |
  = help: a scenario is a TOML file: see scenarios/README.md
"#,
    );
}

#[test]
fn a_table_where_a_list_belongs() {
    check(
        r#"title = "t"
locks = ["redis"]
[fault]
at = "5s"
kill = { who = "c1" }
"#,
        r#"
error[wrong-type]: `fault` takes a list of tables, not a table
 --> test.toml:3:1
  |
3 | [fault]
  | ^^^^^^^ this is a table
  |
  = help: write `[[fault]]` with two brackets
"#,
    );
}
