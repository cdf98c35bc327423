//! Writing reports: in one step to files, directly to everything else.
#![cfg(unix)]
#![allow(
    clippy::exit,
    clippy::unwrap_used,
    clippy::panic,
    clippy::pedantic,
    reason = "a test fails by panicking, and helpers of a test are no API"
)]

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use backuplint::cli::output::{OutputError, is_broken_pipe, write_file, write_stdout};

fn put(path: &Path, text: &str) -> Result<(), OutputError> {
    write_file(path, |out| out.write_all(text.as_bytes()))
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_new_file_gets_usual_permissions_and_no_traces_are_left() {
    let folder = tempfile::tempdir().unwrap();
    let (path, usual) = (folder.path().join("report.json"), folder.path().join("usual"));
    put(&path, "one").unwrap();
    File::create(&usual).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "one");
    assert_eq!(path.metadata().unwrap().mode(), usual.metadata().unwrap().mode());
    assert_eq!(names(folder.path()), ["report.json", "usual"]);
}

#[test]
fn an_existing_file_is_replaced_whole_and_keeps_its_permissions() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    fs::write(&path, "a long earlier report").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    let mut earlier = File::open(&path).unwrap();
    put(&path, "new").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o640);
    let mut held = String::new();
    earlier.read_to_string(&mut held).unwrap();
    assert_eq!(held, "a long earlier report", "a reader keeps what it has opened");
}

#[test]
fn a_failure_leaves_the_earlier_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    fs::write(&path, "earlier").unwrap();
    let error = write_file(&path, |out| {
        out.write_all(b"half")?;
        Err(io::Error::from(ErrorKind::StorageFull))
    });
    assert!(matches!(error, Err(OutputError::Failed { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), "earlier");
    assert_eq!(names(folder.path()), ["report.json"]);
}

#[test]
fn links_are_followed_and_stay() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("real")).unwrap();
    fs::write(path("real/report"), "earlier").unwrap();
    symlink("real/report", path("link")).unwrap();
    symlink("link", path("second")).unwrap();
    symlink("real/later", path("dangling")).unwrap();
    symlink("loop", path("loop")).unwrap();
    put(&path("second"), "new").unwrap();
    put(&path("dangling"), "later").unwrap();
    assert_eq!(fs::read_to_string(path("real/report")).unwrap(), "new");
    assert_eq!(fs::read_to_string(path("real/later")).unwrap(), "later");
    assert!(
        path("second").is_symlink() && path("link").is_symlink() && path("dangling").is_symlink()
    );
    assert!(put(&path("loop"), "x").is_err());
}

#[test]
fn what_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("no/such/report.json");
    let error = put(&missing, "x").unwrap_err().to_string();
    let named = format!("there is no folder {}", folder.path().join("no/such").display());
    assert!(error.ends_with(&named), "{error}");
    assert!(matches!(put(folder.path(), "x"), Err(OutputError::IsFolder { .. })));
    let protected = folder.path().join("protected");
    fs::write(&protected, "earlier").unwrap();
    fs::set_permissions(&protected, Permissions::from_mode(0o444)).unwrap();
    assert!(matches!(put(&protected, "x"), Err(OutputError::Protected { .. })));
    assert_eq!(fs::read_to_string(&protected).unwrap(), "earlier");
    let under_a_file = protected.join("report.json");
    assert!(
        matches!(put(&under_a_file, "x"), Err(OutputError::NoFolder { .. })),
        "{:?}",
        put(&under_a_file, "x")
    );
}

#[test]
fn special_files_are_written_directly() {
    put(Path::new("/dev/null"), "x").unwrap();
    assert!(!Path::new("/dev/null").metadata().unwrap().is_file());

    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::read_to_string(pipe).unwrap()
    });
    put(&pipe, "through the pipe").unwrap();
    assert_eq!(reader.join().unwrap(), "through the pipe");
    assert_eq!(names(folder.path()), ["pipe"]);
}

#[test]
fn a_reader_of_a_pipe_may_leave() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || drop(File::open(pipe).unwrap())
    });
    put(&pipe, &"x".repeat(1 << 20)).unwrap();
    reader.join().unwrap();
    assert!(is_broken_pipe(&io::Error::from(ErrorKind::BrokenPipe)));
    assert!(!is_broken_pipe(&io::Error::from(ErrorKind::StorageFull)));
}

/// What the tests below run in a process of its own.
#[test]
fn child() {
    let Ok(target) = std::env::var("BACKUPLINT_TEST_OUTPUT") else { return };
    let text = "x".repeat(1 << 20) + "end\n";
    let written = if target.is_empty() {
        write_stdout(|out| out.write_all(text.as_bytes()))
    } else {
        put(Path::new(&target), &text)
    };
    std::process::exit(if written.is_ok() { 0 } else { 2 });
}

fn child_with(target: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "child", "--nocapture"]).env("BACKUPLINT_TEST_OUTPUT", target);
    command
}

#[test]
fn redirected_standard_output_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    for target in ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", ""] {
        let path = folder.path().join("redirected");
        fs::write(&path, "before\n").unwrap();
        let number = path.metadata().unwrap().ino();
        let file = OpenOptions::new().append(true).open(&path).unwrap();
        assert!(child_with(target).stdout(file).status().unwrap().success(), "{target}");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("before\n") && text.ends_with("xend\n"), "{target}");
        assert_eq!(path.metadata().unwrap().ino(), number, "{target}");
    }
    let link = folder.path().join("link");
    symlink("/dev/stdout", &link).unwrap();
    let output = child_with(link.to_str().unwrap()).output().unwrap();
    assert!(output.status.success() && output.stdout.ends_with(b"xend\n"));
    assert!(link.is_symlink());
}

#[test]
fn a_reader_of_standard_output_may_leave() {
    for target in ["/dev/stdout", ""] {
        let mut running =
            child_with(target).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = [0; 10];
        let mut reader = running.stdout.take().unwrap();
        reader.read_exact(&mut first).unwrap();
        drop(reader);
        let output = running.wait_with_output().unwrap();
        assert!(output.status.success(), "{target}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{target}");
    }
}

#[test]
fn other_descriptors_are_appended_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("third");
    let script = format!(
        "exec 3>'{}'; echo before >&3; exec \"$0\" --exact child --nocapture",
        path.display()
    );
    let status = Command::new("sh")
        .args(["-c", &script])
        .arg(std::env::current_exe().unwrap())
        .env("BACKUPLINT_TEST_OUTPUT", "/dev/fd/3")
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("before\n") && text.ends_with("xend\n"));
}
