//! `.config/fencepost.toml`: profiles of a project. What is typed wins over the profile, which wins over the
//! scenarios.

use crate::args::{GroundWord, RunArgs, RunFormat};
use clap::ValueEnum;
use fencepost_explore::{Refused, Seeds, nearest};
use fencepost_scenario::{Mistake, Mistakes};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::fmt;
use std::io::ErrorKind;
use std::num::NonZero;
use std::path::{Path, PathBuf};

/// Where profiles are.
pub(crate) const CONFIG: &str = ".config/fencepost.toml";
/// The profile that is taken where none is named.
const DEFAULT: &str = "default";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Config {
    #[serde(default)]
    profile: BTreeMap<String, Profile>,
}

/// What a profile may say: the options of `run` that make sense for all runs of a kind.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Profile {
    #[serde(default, deserialize_with = "seeds")]
    seeds: Option<Seeds>,
    jobs: Option<NonZero<usize>>,
    #[serde(default, deserialize_with = "word")]
    format: Option<RunFormat>,
    #[serde(default, deserialize_with = "word")]
    ground: Option<GroundWord>,
    junit: Option<PathBuf>,
    store: Option<bool>,
    measure: Option<bool>,
    against: Option<String>,
    quiet: Option<bool>,
    verbose: Option<bool>,
}

/// The options of a run, with those that were not typed from the profile. Fails where the file has mistakes,
/// or has no such profile.
pub(crate) fn with_profile(args: &RunArgs) -> Result<RunArgs, Refused> {
    let text = match std::fs::read_to_string(CONFIG) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound && args.profile.is_none() => {
            return Ok(args.clone());
        }
        Err(error) => {
            return Err(Refused::Bad {
                message: format!("`{CONFIG}` cannot be read: {error}"),
                help: "write `[profile.NAME]` into it, or name no profile".to_owned(),
            });
        }
    };
    let profile = profile_of(CONFIG, &text, args.profile.as_deref())?;
    Ok(profile.under(args))
}

/// A profile of a text that people know as `path`.
fn profile_of(path: &str, text: &str, name: Option<&str>) -> Result<Profile, Refused> {
    let config: Config = toml::from_str(text).map_err(|error| mistake(path, text, &error))?;
    let wanted = name.unwrap_or(DEFAULT);
    match (config.profile.get(wanted), name) {
        (Some(profile), _) => Ok(profile.clone()),
        (None, None) => Ok(Profile::default()),
        (None, Some(name)) => {
            let names: Vec<&str> = config.profile.keys().map(String::as_str).collect();
            let help = match nearest(name, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if names.is_empty() => format!("`{path}` has none: write `[profile.{name}]`"),
                None => format!("`{path}` has {}", names.join(", ")),
            };
            Err(Refused::NoSuch { noun: "profile", word: name.to_owned(), help })
        }
    }
}

/// Points at what is wrong.
fn mistake(path: &str, text: &str, error: &toml::de::Error) -> Refused {
    let message = error.message().lines().next().unwrap_or_default();
    let (message, help) = match message.split_once(", expected ") {
        Some((message, expected)) => (message, format!("expected {expected}")),
        None => (message, "a profile takes the long options of `fencepost run`".to_owned()),
    };
    let mistake = Mistake {
        code: "config",
        span: error.span().unwrap_or(0..0),
        message: message.to_owned(),
        label: "here".to_owned(),
        help,
    };
    Refused::Mistakes(vec![Mistakes::one(path, text, mistake)])
}

impl Profile {
    /// The options that were typed, and under them those of the profile.
    fn under(self, typed: &RunArgs) -> RunArgs {
        let mut args = typed.clone();
        args.seeds = args.seeds.or(self.seeds);
        args.jobs = args.jobs.or(self.jobs);
        args.format = args.format.or(self.format);
        args.ground = args.ground.or(self.ground);
        args.junit = args.junit.or(self.junit);
        args.against = args.against.or(self.against);
        args.measure |= self.measure.unwrap_or(false);
        if !typed.store && !typed.no_store && typed.out.is_none() {
            args.store = self.store == Some(true);
            args.no_store = self.store == Some(false);
        }
        if !typed.quiet && !typed.verbose {
            args.quiet = self.quiet.unwrap_or(false);
            args.verbose = self.verbose.unwrap_or(false) && !args.quiet;
        }
        args
    }
}

/// How many seeds, or which: `500` or `"50..100"`.
fn seeds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Seeds>, D::Error> {
    struct Reader;
    impl Visitor<'_> for Reader {
        type Value = Seeds;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a number such as 200, or a range such as \"50..100\"")
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<Seeds, E> {
            number.to_string().parse().map_err(E::custom)
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Seeds, E> {
            text.parse().map_err(E::custom)
        }
    }
    deserializer.deserialize_any(Reader).map(Some)
}

/// One of the words that the option of the same name takes.
fn word<'de, D: Deserializer<'de>, W: ValueEnum>(deserializer: D) -> Result<Option<W>, D::Error> {
    let text = String::deserialize(deserializer)?;
    W::from_str(&text, false).map(Some).map_err(|_| {
        let known: Vec<String> = W::value_variants()
            .iter()
            .filter_map(|word| word.to_possible_value().map(|value| format!("`{}`", value.get_name())))
            .collect();
        D::Error::custom(format!("`{text}` is none of the words, expected {}", known.join(", ")))
    })
}

/// Whether a path leads to a file of profiles.
pub(crate) fn is_there() -> bool {
    Path::new(CONFIG).is_file()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Cli, Command};
    use clap::Parser;

    const TEXT: &str = "\
[profile.default]
jobs = 3
[profile.ci]
seeds = \"50..100\"
format = \"github\"
junit = \"junit.xml\"
store = true
";

    fn run(typed: &[&str]) -> RunArgs {
        let words = ["fencepost", "run"].iter().chain(typed);
        match Cli::try_parse_from(words).expect("it can be typed").command {
            Command::Run(args) => args,
            other => panic!("{other:?}"),
        }
    }

    fn resolved(typed: &[&str]) -> RunArgs {
        let args = run(typed);
        let profile = profile_of(CONFIG, TEXT, args.profile.as_deref()).expect("there is one");
        profile.under(&args)
    }

    fn told(text: &str, name: Option<&str>) -> String {
        profile_of(CONFIG, text, name).expect_err("there is a mistake").render(false)
    }

    #[test]
    fn what_is_typed_wins_over_the_profile() {
        let args = resolved(&["--profile", "ci"]);
        assert_eq!(args.seeds, Some(Seeds { from: 50, to: 100 }));
        assert_eq!(args.format, Some(RunFormat::Github));
        assert!(args.store && !args.no_store);
        assert_eq!(args.jobs, None, "one profile says nothing about another");
        let args = resolved(&["--profile", "ci", "--seeds", "7", "--format", "json", "--no-store"]);
        assert_eq!(args.seeds, Some(Seeds::first(7)));
        assert_eq!(args.format, Some(RunFormat::Json));
        assert!(!args.store && args.no_store);
        assert_eq!(resolved(&[]).jobs, NonZero::new(3), "without a name it is `default`");
    }

    #[test]
    fn a_mistake_is_pointed_at() {
        let text = told("[profile.ci]\nsedes = 5\n", Some("ci"));
        assert!(
            text.contains("unknown field `sedes`") && text.contains(".config/fencepost.toml:2:1"),
            "{text}"
        );
        assert!(text.contains("`seeds`"), "{text}");
        let text = told("[profile.ci]\nformat = \"xml\"\n", Some("ci"));
        assert!(text.contains(":2:10") && text.contains("`github`"), "{text}");
        let text = told("[profile.ci]\nseeds = 0\n", Some("ci"));
        assert!(text.contains("no seed is left"), "{text}");
        assert!(told(TEXT, Some("cy")).contains("did you mean `ci`?"));
    }
}
