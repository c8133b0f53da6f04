//! Files that were right once.

use proptest::sample::Index;

/// The file with some lines gone (1), some with another value (0), some doubled (2), and some scraps put in between
/// (anything else).
pub fn edited(whole: &str, scraps: &[&str], edits: Vec<(Index, u8, usize)>) -> String {
    let mut lines: Vec<String> = whole.lines().map(str::to_owned).collect();
    for (index, edit, scrap) in edits {
        let at = index.index(lines.len());
        let scrap = scraps[scrap];
        match edit {
            0 => lines[at] = format!("{} {scrap}", lines[at].split_inclusive('=').next().unwrap_or("")),
            1 => drop(lines.remove(at)),
            2 => lines.insert(at, lines[at].clone()),
            _ => lines.insert(at, scrap.to_owned()),
        }
    }
    lines.join("\n")
}
