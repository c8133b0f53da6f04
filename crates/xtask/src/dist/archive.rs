//! A folder as `.tar.gz`, the same bytes for the same files.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use flate2::{Compression, GzBuilder};
use tar::{Builder, EntryType, Header};

/// Packs the files of `folder` under `name`. Owner, time and umask of this machine are left out.
pub fn write(folder: &Path, name: &str, archive: &Path) -> io::Result<()> {
    // No name and no time in the head of the gzip stream.
    let gzip = GzBuilder::new().mtime(0).write(File::create(archive)?, Compression::best());
    let mut tar = Builder::new(gzip);
    for path in files(folder)? {
        let bytes = fs::read(folder.join(&path))?;
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(if path == Path::new("fencepost") { 0o755 } else { 0o644 });
        header.set_size(bytes.len() as u64);
        tar.append_data(&mut header, Path::new(name).join(&path), bytes.as_slice())?;
    }
    tar.into_inner()?.finish()?.sync_all()
}

/// The files below a folder, seen from it, in the order of their names.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut folders, mut files) = (vec![PathBuf::new()], Vec::new());
    while let Some(inside) = folders.pop() {
        for entry in fs::read_dir(folder.join(&inside))? {
            let entry = entry?;
            let path = inside.join(entry.file_name());
            if entry.file_type()?.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort_unstable();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn the_same_files_are_the_same_archive_whenever_they_were_written() {
        let place = std::env::temp_dir().join(format!("fencepost-dist-{}", std::process::id()));
        let mut archives = Vec::new();
        for (turn, order) in
            [["b.txt", "a/c.txt", "fencepost"], ["fencepost", "a/c.txt", "b.txt"]].iter().enumerate()
        {
            let folder = place.join(turn.to_string());
            fs::create_dir_all(folder.join("a")).expect("a folder");
            for path in order {
                fs::write(folder.join(path), path).expect("a file");
            }
            let file = File::open(folder.join("b.txt")).expect("it was written");
            let times = fs::FileTimes::new().set_modified(std::time::UNIX_EPOCH);
            if turn == 0 {
                file.set_times(times).expect("it is ours");
            }
            let archive = place.join(format!("{turn}.tar.gz"));
            write(&folder, "fencepost-1", &archive).expect("an archive");
            archives.push(fs::read(archive).expect("it was written"));
        }
        assert_eq!(archives[0], archives[1]);
        let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(archives[0].as_slice()));
        let told: Vec<(String, u32, String)> = tar
            .entries()
            .expect("an archive")
            .map(|entry| {
                let mut entry = entry.expect("an entry");
                let path = entry.path().expect("a path").to_string_lossy().into_owned();
                let (mode, mut text) = (entry.header().mode().expect("a mode"), String::new());
                entry.read_to_string(&mut text).expect("text");
                (path, mode, text)
            })
            .collect();
        let entry = |path: &str, mode: u32| (format!("fencepost-1/{path}"), mode, path.to_owned());
        assert_eq!(told, [entry("a/c.txt", 0o644), entry("b.txt", 0o644), entry("fencepost", 0o755)]);
        fs::remove_dir_all(&place).expect("it was made here");
    }
}
