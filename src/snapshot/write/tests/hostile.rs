//! Answers that nobody should trust, and secrets that nobody should keep.

use super::*;

#[test]
fn secrets_never_reach_the_disk() {
    const SECRET: &str = "c2VjcmV0LXRoYXQtbXVzdC1uZXZlci1iZS13cml0dGVu";
    let bodies = [
        format!(r#"{{"id":"ID","properties":{{"primaryKey":"{SECRET}","a":1}}}}"#),
        format!(
            r#"{{"id":"ID","tags":{{"SQL_ConnectionString":"{SECRET}"}},"properties":{{"a":1}}}}"#
        ),
        format!(
            r#"{{"id":"ID","properties":{{"a":1,"l":[{{"x":{{"SASTOKEN":["{SECRET}"]}}}}]}}}}"#
        ),
        format!(
            r#"{{"id":"ID","properties":{{"uri":"https://a/b?sv=1\u0026sig={SECRET}","a":1}}}}"#
        ),
        format!(
            r#"{{"id":"ID","properties":{{"a":1,"c":"AccountName=n;AccountKey={SECRET}=="}}}}"#
        ),
        format!(r#"{{"id":"ID","properties":{{"a":1,"s":"{{\"accessKey\":\"{SECRET}\"}}"}}}}"#),
    ];
    for packing in [Packing::Plain, Packing::Zstd] {
        let folder = TempDir::new().expect("a folder");
        let target = folder.path().join("s");
        let writer = SnapshotWriter::create(&target, &order(packing)).expect("a writer");
        let mut section = writer.section(&question(None, "vaults")).expect("a section");
        for (number, body) in bodies.iter().enumerate() {
            let id = format!(
                "/subscriptions/{ONE}/providers/Microsoft.RecoveryServices/vaults/{number}"
            );
            write(&mut section, &body.replace("ID", &id));
        }
        let message = format!("GET https://a/b?sig={SECRET} failed");
        section.add_gap(&Gap::of_input("/", "k", GapReason::Forbidden, message));
        // The journal and the temporary files count too.
        let before = tree(&target);
        section.finish().expect("finished");
        let between = tree(&target);
        let written = writer.finish(ENDED).expect("a snapshot");
        assert_eq!(written.dropped.values().sum::<u64>(), bodies.len() as u64);
        for (path, content) in before.into_iter().chain(between).chain(tree(&target)) {
            let plain = if path.contains(".zst") && !path.contains(".part") {
                zstd::decode_all(content.as_slice()).expect("zstd")
            } else {
                content
            };
            assert!(memchr::memmem::find(&plain, SECRET.as_bytes()).is_none(), "{path}");
        }
        let inputs = Inputs::open(&[target]).expect("readable");
        let estate = inputs.read();
        assert_eq!(estate.len(), bodies.len());
        for resource in estate.resources() {
            assert!(format!("{:?}", resource.body).contains("a\\\":1"), "{:?}", resource.body);
        }
    }
}

#[test]
fn ids_cannot_leave_the_folder() {
    let long = "a".repeat(5_000);
    let hostile = [
        "..",
        "../../../etc",
        "..\\\\..\\\\windows",
        "/etc/passwd",
        "C:\\\\x",
        "\\u0000",
        "a\\u0000b",
        "\\u001b[31m\\n",
        "\\u202e",
        "%2e%2e",
        "con",
        ".",
        "~",
        "11111111-aaaa-4bbb-8ccc-00000000000g",
        "11111111-aaaa-4bbb-8ccc-000000000001..",
        &long,
    ];
    let folder = TempDir::new().expect("a folder");
    let target = folder.path().join("s");
    let writer = SnapshotWriter::create(&target, &order(Packing::Plain)).expect("a writer");
    let mut section = writer.section(&question(None, "vaults")).expect("a section");
    for subscription in hostile {
        write(&mut section, &vault(subscription, "v"));
        write(&mut section, &vault(&format!("{subscription}/subscriptions/{subscription}"), "v"));
    }
    section.finish().expect("finished");
    writer.finish(ENDED).expect("a snapshot");
    assert_eq!(names(folder.path()), ["s/manifest.json", "s/vaults.jsonl"]);
    let inputs = Inputs::open(&[target]).expect("readable");
    assert!(inputs.read().len() >= hostile.len());
}

#[test]
fn names_and_subscriptions_of_questions_are_checked() {
    let folder = TempDir::new().expect("a folder");
    let writer =
        SnapshotWriter::create(&folder.path().join("s"), &order(Packing::Plain)).expect("a writer");
    let long = "a".repeat(65);
    for name in ["", "..", "a/b", "a\\b", "a.b", "A", "a b", "a\n", "ä", &long] {
        let refused = writer.section(&question(None, name)).map(drop);
        assert!(matches!(refused, Err(WriteError::Name { .. })), "{name:?}: {refused:?}");
    }
    for subscription in ["", "..", "../x", "s", "\u{1b}[2J", &long] {
        let refused = writer.section(&question(Some(subscription), "vaults")).map(drop);
        let Err(error @ WriteError::Subscription { .. }) = refused else {
            panic!("{subscription:?}: {refused:?}")
        };
        assert!(!error.to_string().contains(char::is_control), "{error}");
    }
}

#[test]
fn an_answer_that_cannot_be_kept_costs_no_other() {
    let folder = TempDir::new().expect("a folder");
    let target = folder.path().join("s");
    let writer = SnapshotWriter::create(&target, &order(Packing::Plain)).expect("a writer");
    let mut section = writer.section(&question(Some(ONE), "vaults")).expect("a section");
    let huge = vec![b' '; crate::snapshot::MAX_BODY_BYTES + 1];
    let bad: [&[u8]; 9] = [
        b"",
        b"null",
        b"[1]",
        b"{\"id\":1",
        b"{\"id\":1}}",
        b"{} {}",
        b"{\"a\":\"\xff\"}",
        b"{\"schema\":\"backuplint.snapshot/1\",\"resources\":[]}",
        &huge,
    ];
    for body in bad {
        let refused = section.write(body);
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]);
        assert!(matches!(refused, Err(WriteError::Body { .. })), "{shown}: {refused:?}");
    }
    write(&mut section, "\r\n{ \"id\" :\n\t\"/subscriptions/s\" }\n");
    section.finish().expect("finished");
    writer.finish(ENDED).expect("a snapshot");
    let path = target.join(format!("subscriptions/{ONE}/vaults.jsonl"));
    assert_eq!(fs::read_to_string(path).expect("a file"), "{\"id\":\"/subscriptions/s\"}\n");
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_it() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = TempDir::new().expect("a folder");
    let target = folder.path().join("s");
    // A folder that exists is made private too.
    fs::create_dir(&target).expect("a folder");
    fs::set_permissions(&target, fs::Permissions::from_mode(0o755)).expect("open to all");
    let check = |moment: &str| {
        for entry in walkdir::WalkDir::new(&target) {
            let entry = entry.expect("readable");
            let mode = entry.metadata().expect("readable").permissions().mode() & 0o777;
            let expected = if entry.file_type().is_dir() { 0o700 } else { 0o600 };
            assert_eq!(mode, expected, "{moment}: {}", entry.path().display());
        }
    };
    let writer = SnapshotWriter::create(&target, &order(Packing::Zstd)).expect("a writer");
    let mut section = writer.section(&question(None, "vaults")).expect("a section");
    write(&mut section, &vault(ONE, "v"));
    write(&mut section, r#"{"id":"/providers/Microsoft.Management/managementGroups/m"}"#);
    check("while writing");
    section.finish().expect("finished");
    // A link in the way is not followed.
    let outside = folder.path().join("outside");
    symlink(&outside, target.join("locks.jsonl.zst.part")).expect("a link");
    let mut section = writer.section(&question(None, "locks")).expect("a section");
    let refused = section.write(br#"{"id":"/providers/a"}"#);
    assert!(matches!(refused, Err(WriteError::Io { .. })), "{refused:?}");
    drop(section);
    writer.finish(ENDED).expect("a snapshot");
    check("at the end");
    assert!(!outside.exists());
}
