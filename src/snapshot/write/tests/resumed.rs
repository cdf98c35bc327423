//! Runs that stop at any point, and runs that go on from there.

use std::io::Write;

use super::*;
use crate::snapshot::write::JOURNAL;

/// The questions of a small run: subscription and name.
const RUN: [(Option<&str>, &str); 5] = [
    (None, "vaults"),
    (Some(ONE), "locks"),
    (Some(TWO), "locks"),
    (None, "management-groups"),
    (Some(ONE), "jobs"),
];

fn answer(section: &mut Section<'_>, (subscription, name): (Option<&str>, &str)) {
    section.count_calls(1);
    for guid in [ONE, TWO] {
        if subscription.is_none_or(|asked| asked == guid) {
            (0..50).for_each(|number| write(section, &vault(guid, &format!("{name}{number}"))));
        }
    }
    section.add_collection("/", name, None);
}

/// Runs what is left to run, and stops before question `stop`, in the midst of it if so wanted. Answers
/// which questions were asked.
fn run(target: &Path, packing: Packing, stop: usize, midway: bool) -> Vec<usize> {
    let writer = SnapshotWriter::resume(target, &order(packing)).expect("a writer");
    let mut asked = Vec::new();
    for (number, (subscription, name)) in RUN.into_iter().enumerate() {
        let question = question(subscription, name);
        if writer.is_finished(&question) {
            let again = writer.section(&question);
            assert!(matches!(again, Err(WriteError::Taken { .. })));
            continue;
        }
        if number == stop && !midway {
            return asked;
        }
        let mut section = writer.section(&question).expect("a section");
        asked.push(number);
        answer(&mut section, (subscription, name));
        if number == stop {
            // As if the process were killed: nobody cleans up.
            std::mem::forget(section);
            return asked;
        }
        section.finish().expect("finished");
    }
    writer.finish(ENDED).expect("a snapshot");
    asked
}

#[test]
fn a_resumed_run_ends_like_an_undisturbed_one() {
    for packing in [Packing::Plain, Packing::Zstd] {
        let folder = TempDir::new().expect("a folder");
        let undisturbed = folder.path().join("undisturbed");
        assert_eq!(run(&undisturbed, packing, RUN.len(), false), [0, 1, 2, 3, 4]);
        let expected = tree(&undisturbed);
        for stop in 0..RUN.len() {
            for midway in [false, true] {
                let target = folder.path().join(format!("{stop}{midway}"));
                run(&target, packing, stop, midway);
                assert!(!target.join("manifest.json").exists());
                if midway {
                    // A line of the journal that the power failure cut short, and a file that got its name
                    // just before.
                    let journal = fs::OpenOptions::new().append(true).open(target.join(JOURNAL));
                    journal.and_then(|mut file| file.write_all(b"{\"section\":")).expect("torn");
                    fs::write(target.join("late.jsonl"), "{}\n").expect("late");
                }
                let asked = run(&target, packing, RUN.len(), false);
                assert_eq!(asked, (stop..RUN.len()).collect::<Vec<_>>(), "{stop}, {midway}");
                assert!(tree(&target) == expected, "{stop}, {midway}: {:?}", names(&target));
            }
        }
    }
}

#[test]
fn files_that_went_missing_are_asked_for_again() {
    let folder = TempDir::new().expect("a folder");
    let target = folder.path().join("s");
    run(&target, Packing::Plain, 4, false);
    let lost = target.join(format!("subscriptions/{TWO}/vaults.jsonl"));
    fs::remove_file(lost).expect("removed");
    let cut = target.join(format!("subscriptions/{TWO}/locks.jsonl"));
    fs::write(cut, "").expect("cut");
    assert_eq!(run(&target, Packing::Plain, RUN.len(), false), [0, 2, 4]);
    let undisturbed = folder.path().join("undisturbed");
    run(&undisturbed, Packing::Plain, RUN.len(), false);
    assert!(tree(&target) == tree(&undisturbed));
}

#[test]
fn a_kill_before_the_first_answer_is_a_new_run() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join(JOURNAL), "{\"schema\":\"backu").expect("torn");
    let asked = run(folder.path(), Packing::Plain, RUN.len(), false);
    assert_eq!(asked, [0, 1, 2, 3, 4]);
}

#[test]
fn what_is_dropped_midway_leaves_nothing_behind() {
    let folder = TempDir::new().expect("a folder");
    let target = folder.path().join("s");
    let writer = SnapshotWriter::create(&target, &order(Packing::Plain)).expect("a writer");
    let mut section = writer.section(&question(None, "vaults")).expect("a section");
    write(&mut section, &vault(ONE, "v"));
    let part = format!("subscriptions/{ONE}/vaults.jsonl");
    assert_eq!(names(&target), [JOURNAL.to_owned(), format!("{part}.part")]);
    drop(section);
    assert_eq!(names(&target), [JOURNAL]);
    // The question can be asked anew.
    let mut section = writer.section(&question(None, "vaults")).expect("a section");
    write(&mut section, &vault(ONE, "v"));
    section.finish().expect("finished");
    drop(writer);
    assert_eq!(names(&target), [JOURNAL.to_owned(), part]);
    for input in [target.clone(), target.join("subscriptions").join(ONE)] {
        let (resources, gaps, ..) = learned(&input);
        assert_eq!((resources.len(), gaps.len()), (1, 1), "{gaps:?}");
        assert!(gaps.iter().all(|gap| gap.contains("was not finished")), "{gaps:?}");
    }
}

#[test]
fn the_order_of_answers_does_not_show() {
    let folder = TempDir::new().expect("a folder");
    let (one, other) = (folder.path().join("one"), folder.path().join("other"));
    run(&one, Packing::Plain, RUN.len(), false);
    let writer = SnapshotWriter::create(&other, &order(Packing::Plain)).expect("a writer");
    std::thread::scope(|scope| {
        for asked in RUN.into_iter().rev() {
            let writer = &writer;
            scope.spawn(move || {
                let mut section = writer.section(&question(asked.0, asked.1)).expect("a section");
                answer(&mut section, asked);
                section.finish().expect("finished");
            });
        }
    });
    writer.finish(ENDED).expect("a snapshot");
    assert!(tree(&one) == tree(&other));
}

#[test]
fn folders_that_cannot_be_used_are_refused() {
    let folder = TempDir::new().expect("a folder");
    let target = folder.path().join("s");
    let plain = order(Packing::Plain);
    let writer = SnapshotWriter::create(&target, &plain).expect("a writer");
    let refused = SnapshotWriter::resume(&target, &plain);
    assert!(matches!(refused, Err(WriteError::Busy { .. })), "{refused:?}");
    drop(writer);
    let refused = SnapshotWriter::create(&target, &plain);
    assert!(matches!(refused, Err(WriteError::Unfinished { .. })), "{refused:?}");
    for changed in [
        Order { scopes: vec!["/".to_owned()], ..plain.clone() },
        Order { cloud: "AzureChinaCloud".to_owned(), ..plain.clone() },
        Order { tenant: None, ..plain.clone() },
        order(Packing::Zstd),
    ] {
        let refused = SnapshotWriter::resume(&target, &changed);
        assert!(matches!(refused, Err(WriteError::OtherRun { .. })), "{refused:?}");
    }
    let later = Order { started_at: ENDED, ..plain.clone() };
    let writer = SnapshotWriter::resume(&target, &later).expect("a writer");
    writer.finish(ENDED).expect("a snapshot");
    assert_eq!(manifest_of(&target).collected_at, BEGAN.to_string());
    for refused in
        [SnapshotWriter::create(&target, &plain), SnapshotWriter::resume(&target, &plain)]
    {
        assert!(matches!(refused, Err(WriteError::Finished { .. })), "{refused:?}");
    }
    fs::write(folder.path().join("notes.txt"), "mine").expect("written");
    for refused in [
        SnapshotWriter::create(folder.path(), &plain),
        SnapshotWriter::resume(folder.path(), &plain),
    ] {
        assert!(matches!(refused, Err(WriteError::NotEmpty { .. })), "{refused:?}");
    }
    fs::write(folder.path().join(JOURNAL), "{}\n").expect("written");
    let refused = SnapshotWriter::resume(folder.path(), &plain);
    assert!(matches!(refused, Err(WriteError::Journal { .. })), "{refused:?}");
}
