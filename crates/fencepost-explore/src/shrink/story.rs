//! A story: one run as a scenario file, in parts that can be taken away.

use crate::Catalogue;
use fencepost_model::{CaseId, Commit, Gate, Plan, PlannedFault, SettingValue, Settings, Span};
use fencepost_scenario::{Scenario, parse, written};
use std::fmt::Write;
use toml::{Table, Value};

/// The tables of a scenario that are taken over as they are, in the order of files.
const TABLES: [&str; 5] = ["network", "disk", "clock", "workload", "budget"];

/// A run as a scenario file.
#[derive(Clone, Debug)]
pub struct Story {
    pub(super) title: String,
    pub(super) about: String,
    /// Whose draws it repeats.
    pub(super) drawn_as: String,
    pub(super) length: Span,
    pub(super) progress_bound: Span,
    pub(super) clients: Vec<String>,
    pub(super) owners: usize,
    /// What the scenario says of network, disks, clocks, workload and budget.
    pub(super) tables: Vec<(&'static str, Table)>,
    pub(super) variant: String,
    pub(super) lock: String,
    /// The settings that are not the lock's defaults.
    pub(super) settings: Vec<(String, SettingValue)>,
    pub(super) defects: Vec<String>,
    pub(super) gate: Gate,
    pub(super) commit: Commit,
    pub(super) provider: Option<Gate>,
    pub(super) faults: Vec<PlannedFault>,
}

impl Story {
    /// A plan that was made of one of this scenario's, as the text of a scenario file that expects the variant to
    /// break these properties. None where it cannot be written as one.
    pub fn written(
        catalogue: &Catalogue,
        scenario: &Scenario,
        plan: &Plan,
        broken: &[&str],
    ) -> Option<String> {
        let text = Story::of(plan, scenario).text(broken);
        parse(&plan.case.scenario, "story.toml", &text, &catalogue.vocabulary()).ok().map(|_| text)
    }

    /// The run of a plan that was drawn from this scenario.
    pub(super) fn of(plan: &Plan, scenario: &Scenario) -> Story {
        let file: Table = scenario.text().parse().expect("a scenario is TOML");
        let table = |name: &'static str| Some((name, file.get(name)?.as_table()?.clone()));
        let variant = scenario.variant(&plan.case.variant).expect("the plan was drawn from this scenario");
        let defaults = Settings::defaults(variant.descriptor.settings);
        let known = |name: &str, value: &SettingValue| defaults.iter().any(|(n, v)| (n, v) == (name, value));
        let settings = plan.variant.settings.iter().filter(|(name, value)| !known(name, value));
        Story {
            title: scenario.title.clone(),
            about: scenario.about.clone(),
            drawn_as: drawn_as(&plan.case, &file),
            length: plan.length,
            progress_bound: plan.progress_bound,
            clients: plan.clients.iter().map(|client| client.name.clone()).collect(),
            owners: plan.clients.first().map_or(1, |client| client.owners.len()),
            tables: TABLES.into_iter().filter_map(table).collect(),
            variant: plan.case.variant.clone(),
            lock: plan.variant.lock.clone(),
            settings: settings.map(|(name, value)| (name.to_owned(), value.clone())).collect(),
            defects: plan.variant.defects.clone(),
            gate: plan.variant.gate,
            commit: plan.workload.commit,
            provider: plan.workload.provider,
            faults: plan.faults.clone(),
        }
    }

    /// What the file says under a key of a table.
    pub(super) fn get(&self, table: &str, key: &str) -> Option<&Value> {
        self.tables.iter().find(|(name, _)| *name == table)?.1.get(key)
    }

    /// The same story with another value under a key, or without the key.
    pub(super) fn with(&self, table: &'static str, key: &str, value: Option<Value>) -> Story {
        let mut story = self.clone();
        if !story.tables.iter().any(|(name, _)| *name == table) {
            story.tables.push((table, Table::new()));
            story.tables.sort_by_key(|(name, _)| TABLES.iter().position(|known| known == name));
        }
        let found = story.tables.iter_mut().find(|(name, _)| *name == table);
        let (_, entries) = found.expect("it is there, or was put there");
        match value {
            Some(value) => drop(entries.insert(key.to_owned(), value)),
            None => drop(entries.remove(key)),
        }
        story
    }

    /// The scenario file, without a head, which expects the variant to break these properties.
    pub(super) fn text(&self, broken: &[&str]) -> String {
        let mut text = String::new();
        let quoted = |text: &str| Value::String(text.to_owned()).to_string();
        let _ = writeln!(text, "title = {}", quoted(&self.title));
        if !self.about.is_empty() {
            let _ = writeln!(text, "about = {}", quoted(&self.about));
        }
        let _ = writeln!(text, "seeds = 1\ndrawn-as = {}", quoted(&self.drawn_as));
        let _ = writeln!(text, "length = \"{}\"", self.length);
        if self.progress_bound != Span::from_secs(60) {
            let _ = writeln!(text, "progress-bound = \"{}\"", self.progress_bound);
        }
        text += &self.who();
        for (name, table) in self.tables.iter().filter(|(_, table)| !table.is_empty()) {
            let _ = writeln!(text, "\n[{name}]");
            for (key, value) in table {
                let _ = writeln!(text, "{key} = {value}");
            }
        }
        text += &self.what();
        for fault in &self.faults {
            let _ = write!(text, "\n[[fault]]\n{}", written(fault));
        }
        if !broken.is_empty() {
            let names: Vec<String> = broken.iter().map(|name| format!("\"{name}\"")).collect();
            let _ = writeln!(text, "\n[expect.broken]\n{} = [{}]", self.variant, names.join(", "));
        }
        text
    }

    fn who(&self) -> String {
        let in_order =
            self.clients.iter().enumerate().all(|(place, name)| *name == format!("c{}", place + 1));
        let who = if in_order {
            format!("count = {}", self.clients.len())
        } else {
            let names: Vec<String> = self.clients.iter().map(|name| format!("\"{name}\"")).collect();
            format!("names = [{}]", names.join(", "))
        };
        let owners =
            if self.owners == 1 { String::new() } else { format!("owners-per-client = {}\n", self.owners) };
        format!("\n[clients]\n{who}\n{owners}")
    }

    /// What is under test.
    fn what(&self) -> String {
        let mut text = format!("\n[variant.{}]\nlock = \"{}\"\n", self.variant, self.lock);
        if !self.settings.is_empty() {
            let plain = |(name, value): &(String, SettingValue)| match value {
                SettingValue::Flag(_) | SettingValue::Number(_) => format!("{name} = {value}"),
                SettingValue::Span(_) | SettingValue::Word(_) => format!("{name} = \"{value}\""),
            };
            let settings: Vec<String> = self.settings.iter().map(plain).collect();
            let _ = writeln!(text, "settings = {{ {} }}", settings.join(", "));
        }
        if !self.defects.is_empty() {
            let defects: Vec<String> = self.defects.iter().map(|defect| format!("\"{defect}\"")).collect();
            let _ = writeln!(text, "defects = [{}]", defects.join(", "));
        }
        if self.gate != Gate::None {
            let _ = writeln!(text, "gate = \"{}\"", self.gate.word());
        }
        if self.commit != Commit::AtOnce {
            let _ = writeln!(text, "commit = \"{}\"", self.commit.word());
        }
        if let Some(gate) = self.provider {
            let _ = writeln!(text, "provider = \"{}\"", gate.word());
        }
        text
    }
}

/// Whose draws the run has: its own scenario's, or those of the run that its scenario repeats.
fn drawn_as(case: &CaseId, file: &Table) -> String {
    let other = file.get("drawn-as").and_then(Value::as_str).and_then(|other| other.rsplit_once('@'));
    match other.and_then(|(scenario, seed)| Some((scenario, seed.parse::<u64>().ok()?))) {
        Some((scenario, seed)) => format!("{scenario}@{}", seed.wrapping_add(case.seed)),
        None => format!("{}@{}", case.scenario, case.seed),
    }
}
