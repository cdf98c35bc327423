//! As few questions as possible, and none of them twice.

use std::collections::BTreeMap;

use backuplint::collect::Scopes;

use crate::azure_sim::{Options, Phase};
use crate::support::{client, collect, plan, simulator_with};
use crate::world::{Size, world};

#[test]
fn a_tenant_takes_as_many_requests_as_its_pages() {
    let size = Size { subscriptions: 4, vaults: 10, items: 500, machines: 550 };
    let simulator = simulator_with(world(&size.bodies()), Options::default());
    let folder = tempfile::TempDir::new().expect("a folder");
    let target = folder.path().join("snapshot");
    let written = collect(&client(&simulator), &plan(&[]), &Scopes::default(), &target);
    assert_eq!(written.expect("a snapshot").gaps, 0);

    let demand = size.demand();
    assert_eq!(simulator.requests(Phase::ResourceGraph), demand.queries.iter().sum::<usize>());
    assert_eq!(simulator.requests(Phase::ResourceManager), size.subscriptions * demand.reads);
    assert_eq!(simulator.requests(Phase::Directory), 0, "no assignment names anybody");

    let mut asked: BTreeMap<String, usize> = BTreeMap::new();
    for entry in simulator.log() {
        assert_eq!(entry.status, 200, "{entry:?}");
        if entry.phase == Phase::ResourceManager.as_str() {
            *asked.entry(format!("{} {:?}", entry.path, entry.query)).or_default() += 1;
        }
    }
    let twice: Vec<_> = asked.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn nothing_is_asked_outside_of_what_was_named() {
    let size = Size { subscriptions: 3, vaults: 1, items: 2, machines: 3 };
    let simulator = simulator_with(world(&size.bodies()), Options::default());
    let folder = tempfile::TempDir::new().expect("a folder");
    let one = crate::world::guid(1);
    let scopes = Scopes::new(&[], std::slice::from_ref(&one)).expect("a scope");
    let target = folder.path().join("snapshot");
    collect(&client(&simulator), &plan(&[]), &scopes, &target).expect("a snapshot");
    let parts = std::fs::read_dir(target.join("subscriptions")).expect("parts");
    let names: Vec<_> = parts.map(|part| part.expect("a part").file_name()).collect();
    assert_eq!(names, [one.as_str()]);
    for entry in simulator.log() {
        assert!(
            !entry.path.contains("/subscriptions/") || entry.path.contains(&one),
            "{}",
            entry.path
        );
    }
}
