//! The table asks for what the rules read, and for no more than that.

use std::collections::BTreeSet;

use super::topic::{Asked, Place};
use super::*;

fn plan(wish: &Wish) -> Plan {
    Plan::new(wish, Versions::default()).expect("a plan")
}

fn names(plan: &Plan) -> BTreeSet<&'static str> {
    plan.topics().iter().map(|topic| topic.name).collect()
}

fn list(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn names_are_unique_and_can_name_files() {
    let names: BTreeSet<&str> = TOPICS.iter().map(|topic| topic.name).collect();
    assert_eq!(names.len(), TOPICS.len());
    for topic in TOPICS {
        let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
        assert!(topic.name.bytes().all(is_letter), "{}", topic.name);
        assert!(topic.sources().iter().all(|source| names.contains(source)), "{}", topic.name);
    }
}

#[test]
fn queries_are_as_few_as_tables_and_conditions() {
    let plan = plan(&Wish::default());
    let queries = queries(&plan);
    let texts: Vec<String> = queries.iter().map(Query::text).collect();
    assert_eq!(texts.len(), 6, "{texts:#?}");
    assert_eq!(
        texts[0],
        "resourcecontainers\n| where type in~ ('microsoft.resources/subscriptions', \
         'microsoft.resources/subscriptions/resourcegroups')\n| order by id asc"
    );
    assert_eq!(
        texts[2],
        "recoveryservicesresources\n| where type in~ ('microsoft.recoveryservices/vaults/backupjobs')\
         \n| where properties.operation !~ 'Restore'\n| order by id asc"
    );
    assert!(texts[4].ends_with(
        "\n| where properties.type in~ ('VMSnapshot', 'VMSnapshotLinux')\n| order by id asc"
    ));
    for query in &queries {
        for (at, topic) in query.topics.iter().enumerate() {
            assert_eq!(query.topic_of(&topic.kind.to_ascii_uppercase()), Some(at));
        }
    }
}

#[test]
fn a_wish_decides() {
    let usual = names(&plan(&Wish::default()));
    assert!(usual.contains("disks") && !usual.contains("recovery-points"));
    let minimal = names(&plan(&Wish { is_minimal: true, ..Wish::default() }));
    assert!(minimal.contains("guard-links") && !minimal.contains("disks"));
    assert!(minimal.is_subset(&usual));
    let with =
        Wish { is_minimal: true, with: list(&["disks", "recovery-points"]), ..Wish::default() };
    let with = names(&plan(&with));
    assert_eq!(
        with.difference(&minimal).copied().collect::<Vec<_>>(),
        ["disks", "recovery-points"]
    );
    let points = names(&plan(&Wish { with: list(&[ALL_POINTS]), ..Wish::default() }));
    assert!(points.contains(ALL_POINTS) && !points.contains(MISSING_POINTS));
}

#[test]
fn what_follows_from_what_is_not_asked_falls_away() {
    let plan = plan(&Wish { without: list(&["storage-accounts"]), ..Wish::default() });
    assert_eq!(plan.orphans(), ["file-shares", "blob-containers"]);
    assert!(!names(&plan).contains("file-shares"));
    let refused = |without: &str| {
        Plan::new(&Wish { without: list(&[without]), ..Wish::default() }, Versions::default())
    };
    assert!(matches!(refused("vaults"), Err(WishError::Always { .. })));
    let Err(WishError::Unknown { nearest, .. }) = refused("disk") else { panic!("no such topic") };
    assert_eq!(nearest.as_deref(), Some("disks"));
}

#[test]
fn every_place_has_a_question() {
    let places: Vec<Place> = TOPICS
        .iter()
        .filter_map(|topic| match topic.asked {
            Asked::List(place, _) | Asked::Get(place, _) => Some(place),
            _ => None,
        })
        .collect();
    assert!(places.iter().all(|place| !place.words().is_empty()));
}
