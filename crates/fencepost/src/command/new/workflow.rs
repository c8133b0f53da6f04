//! `fencepost new workflow`: a workflow for GitHub Actions that runs parts on several machines and judges the
//! whole.

use super::{place, write};
use fencepost_explore::Refused;
use std::path::{Path, PathBuf};

/// The word that asks for it.
pub(super) const WORD: &str = "workflow";
/// Where GitHub looks for workflows.
const FILE: &str = ".github/workflows/fencepost.yml";
/// What it holds.
const TEMPLATE: &str = include_str!("workflow.yml");

/// Writes the workflow; gives back what is to be told.
pub(super) fn new(out: Option<&Path>) -> Result<String, Refused> {
    let path = place(out, PathBuf::from(FILE));
    write(&path, TEMPLATE)?;
    Ok(format!("Wrote  {}\nNext   fencepost run --profile ci\n", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Cli, Command, RunFormat};
    use clap::Parser;

    /// The commands of ours in a workflow, as they are typed once GitHub has put its values in.
    fn commands(text: &str) -> Vec<Vec<String>> {
        let yaml = Yaml::of(text);
        let ours = yaml.scripts.iter().flat_map(|script| script.lines()).filter_map(|line| {
            let (_, typed) = line.split_once("cargo run --release -q -- ")?;
            let typed = typed.replace("${{ matrix.part }}", "2");
            Some(typed.split(" ||").next()?.split_whitespace().map(str::to_owned).collect())
        });
        ours.collect()
    }

    /// What matters of a parsed workflow.
    struct Yaml {
        jobs: Vec<String>,
        scripts: Vec<String>,
        parts: Vec<i64>,
    }

    impl Yaml {
        fn of(text: &str) -> Yaml {
            let documents = yaml_rust2::YamlLoader::load_from_str(text).expect("it is YAML");
            let [document] = documents.as_slice() else { panic!("it is one document") };
            let jobs = document["jobs"].as_hash().expect("there are jobs");
            let name = |job: &yaml_rust2::Yaml| job.as_str().expect("a job has a name").to_owned();
            let steps = jobs.values().flat_map(|job| job["steps"].as_vec().expect("a job has steps"));
            let scripts = steps.filter_map(|step| step["run"].as_str()).map(str::to_owned).collect();
            let parts = document["jobs"]["part"]["strategy"]["matrix"]["part"].as_vec().expect("a matrix");
            Yaml {
                jobs: jobs.keys().map(name).collect(),
                scripts,
                parts: parts.iter().filter_map(yaml_rust2::Yaml::as_i64).collect(),
            }
        }
    }

    fn typed(words: &[String]) -> Command {
        let words = std::iter::once("fencepost").chain(words.iter().map(String::as_str));
        Cli::try_parse_from(words).unwrap_or_else(|error| panic!("{error}")).command
    }

    #[test]
    fn every_command_of_the_workflow_can_be_typed() {
        let commands = commands(TEMPLATE);
        assert_eq!(commands.len(), 2, "{commands:?}");
        let Command::Run(part) = typed(&commands[0]) else { panic!("{commands:?}") };
        assert_eq!(part.partition.map(|part| part.to_string()).as_deref(), Some("2/3"));
        assert_eq!(part.out, Some(PathBuf::from("part-2")));
        assert_ne!(part.format, Some(RunFormat::Github), "annotations come once, from the whole");
        let Command::Merge(whole) = typed(&commands[1]) else { panic!("{commands:?}") };
        assert_eq!(whole.junit, Some(PathBuf::from("junit.xml")));
    }

    #[test]
    fn the_parts_of_the_matrix_are_the_parts_that_are_merged() {
        let yaml = Yaml::of(TEMPLATE);
        assert_eq!(yaml.jobs, ["part", "whole"]);
        assert_eq!(yaml.parts, [1, 2, 3]);
        let Command::Merge(whole) = typed(&commands(TEMPLATE)[1]) else { panic!("it is a merge") };
        let parts = yaml.parts.iter().map(|part| PathBuf::from(format!("parts/part-{part}")));
        assert_eq!(whole.parts, parts.collect::<Vec<_>>());
    }
}
