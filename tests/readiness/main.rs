//! The restore-readiness matrix: what it must say of Contoso is argued item by item in `contoso.toml`.

#![allow(
    clippy::panic,
    clippy::pedantic,
    reason = "a test fails by panicking, and helpers of a test are no API"
)]

mod formats;
mod small;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use backuplint::access::action::ActionTable;
use backuplint::access::{Access, AccessIndex};
use backuplint::config::Config;
use backuplint::engine::{RuleSet, declarations};
use backuplint::inventory::{Fact, Time};
use backuplint::readiness::{Basis, Item, Matrix, Pick, Readiness, WAYS};
use backuplint::review::Parameters;
use backuplint::rule::Declarations;
use backuplint::snapshot::Inputs;
use serde::Deserialize;

#[derive(Deserialize)]
struct Expectations {
    item: Vec<Expected>,
}

/// What must be said of one item, and why.
#[derive(Deserialize)]
struct Expected {
    vault: String,
    /// The name behind the last semicolon, or the name of the datasource of an instance.
    name: String,
    /// Whether the name is the friendly one, as that of a share.
    #[serde(default)]
    friendly: bool,
    /// A part of the container's name, where several items have one name.
    #[serde(default)]
    host: String,
    lost: Option<String>,
    speed: Option<String>,
    objective: String,
    #[serde(flatten)]
    ways: BTreeMap<String, (String, String, String)>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Makes the matrix of inputs and hands it over.
fn matrix<T>(
    inputs: &Inputs,
    declared: &Declarations,
    pick: &Pick,
    see: impl FnOnce(&Matrix<'_, '_, '_>) -> T,
) -> T {
    let estate = inputs.read();
    let now = estate.collected_at().or_else(|| Time::parse("2026-11-20T02:00:00Z"));
    let now = now.expect("a time");
    let index = AccessIndex::new(&estate, now, &ActionTable::CLOSED);
    let access = Access::new(&index, &estate);
    let parameters = Parameters::default();
    let basis = Basis { estate: &estate, access, declared, parameters: &parameters, now };
    see(&Matrix::new(basis, pick))
}

fn contoso() -> (Inputs, Declarations) {
    let folder = root().join("fixtures/estates/contoso");
    let text = fs::read_to_string(folder.join("backuplint.toml")).expect("readable");
    let rules = RuleSet::bundled().expect("rules").metadata();
    let mut config = Config::parse("backuplint.toml", &text, &rules).expect("a configuration");
    (Inputs::open(&[folder]).expect("an estate"), declarations(&mut config))
}

fn is_it(expected: &Expected, item: &Item<'_, '_, '_>) -> bool {
    let id = item.protection.resource.id.as_str();
    let name = id.rsplit(['/', ';']).next().unwrap_or_default();
    let in_vault = id.to_lowercase().contains(&format!("/{}/", expected.vault.to_lowercase()));
    let of_host = id.contains(&expected.host);
    let friendly = item.protection.resource.text("properties.friendlyName");
    let named = if expected.friendly {
        matches!(friendly, Fact::Known(friendly) if friendly == expected.name)
    } else {
        name == expected.name || name.starts_with(&format!("{0}-{0}-", expected.name))
    };
    in_vault && of_host && named
}

fn said(item: &Item<'_, '_, '_>, matrix: &Matrix<'_, '_, '_>) -> BTreeMap<String, String> {
    let mut said = BTreeMap::new();
    for way in &item.ways {
        let decisive = matrix.ways.decisive(way);
        let by = decisive.map_or("", |check| check.precondition.id);
        said.insert(way.operation.id.to_owned(), format!("{} {by}", way.readiness.name()));
    }
    let lost = item.lost.map_or_else(|| "-".to_owned(), |lost| lost.to_string());
    said.insert("lost".to_owned(), lost);
    let speed = item.speed.map_or("-", |speed| speed.name());
    said.insert("speed".to_owned(), speed.to_owned());
    said.insert("objective".to_owned(), item.objective.name().to_owned());
    said
}

#[test]
fn contoso_is_judged_as_argued() {
    let text = fs::read_to_string(root().join("tests/readiness/contoso.toml")).expect("readable");
    let expectations: Expectations = toml::from_str(&text).expect("expectations");
    assert!(expectations.item.len() >= 40, "at least forty items");
    let (inputs, declared) = contoso();
    let wrong = matrix(&inputs, &declared, &Pick::default(), |matrix| {
        let items: Vec<Item<'_, '_, '_>> = matrix.items().collect();
        let mut wrong = String::new();
        for expected in &expectations.item {
            let found: Vec<_> = items.iter().filter(|item| is_it(expected, item)).collect();
            let [item] = found.as_slice() else {
                wrong += &format!("{} items are {}\n", found.len(), expected.name);
                continue;
            };
            let said = said(item, matrix);
            let mut compare = |what: &str, wanted: &str, why: &str| {
                let found = said.get(what).map_or("", String::as_str);
                if found != wanted {
                    wrong +=
                        &format!("{}: {what} is `{found}`, not `{wanted}`: {why}\n", expected.name);
                }
            };
            for way in WAYS {
                let (state, by, why) = &expected.ways[way];
                compare(way, &format!("{state} {by}"), why);
                assert!(!why.is_empty(), "{}: {way} is not argued", expected.name);
            }
            if let Some(lost) = &expected.lost {
                compare("lost", lost, "the age of the newest usable point");
            }
            compare("speed", expected.speed.as_deref().unwrap_or("-"), "where that point lies");
            compare("objective", &expected.objective, "the last restore");
        }
        wrong
    });
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_is_not_active_is_counted_and_not_judged() {
    let (inputs, declared) = contoso();
    matrix(&inputs, &declared, &Pick::default(), |matrix| {
        let names: BTreeSet<String> =
            matrix.items().map(|item| item.protection.resource.id.as_str().to_owned()).collect();
        for stopped in ["vm-crm-03", "vm-fab-app-05", "vm-test-04", "disk-cache-14"] {
            assert!(!names.iter().any(|name| name.contains(stopped)), "{stopped}");
        }
        let summary = &matrix.summary;
        assert_eq!(summary.all.items.all() + summary.inactive, 600);
        assert_eq!(summary.all.items.all(), matrix.len() as u64);
        let unread: Vec<&String> = summary.unread.keys().collect();
        assert!(unread.len() == 1 && unread[0].ends_with("rsv-mfg-gwc-plant2"), "{unread:?}");
        assert!(summary.is_incomplete());
    });
}

#[test]
fn the_numbers_are_those_of_the_items() {
    let (inputs, declared) = contoso();
    matrix(&inputs, &declared, &Pick::default(), |matrix| {
        let items: Vec<Item<'_, '_, '_>> = matrix.items().collect();
        let summary = &matrix.summary;
        for readiness in Readiness::ALL {
            let found = items.iter().filter(|item| item.verdict == readiness).count() as u64;
            assert_eq!(summary.all.items.of(readiness), found, "{}", readiness.name());
            for (at, count) in summary.all.ways.iter().enumerate() {
                let ways = items.iter().filter(|item| item.ways[at].readiness == readiness);
                assert_eq!(count.of(readiness), ways.count() as u64, "{at} {}", readiness.name());
            }
        }
        for groups in [&summary.vaults, &summary.regions] {
            let all: u64 = groups.values().map(|group| group.items.all()).sum();
            assert_eq!(all, items.len() as u64);
        }
        let (name, gold) = &summary.classes[0];
        let of_gold =
            items.iter().filter(|item| item.classes.iter().any(|class| class.name == *name));
        assert_eq!(gold.group.items.all(), of_gold.count() as u64);
        assert_eq!(gold.objectives.iter().sum::<u64>(), gold.group.items.all());
    });
}

#[test]
fn the_worst_comes_first_and_the_order_is_that_of_any_number_of_threads() {
    let (inputs, declared) = contoso();
    let order = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| {
            matrix(&inputs, &declared, &Pick::default(), |matrix| {
                let items = matrix.items();
                let ids = items
                    .map(|item| (item.verdict, item.protection.resource.id.as_str().to_owned()));
                ids.collect::<Vec<_>>()
            })
        })
    };
    let one = order(1);
    assert!(one.windows(2).all(|pair| pair[0].0 >= pair[1].0), "worst first");
    assert_eq!(one, order(3));
}

#[test]
fn what_is_picked_is_judged() {
    let (inputs, declared) = contoso();
    let pick = Pick {
        ways: vec!["cross-region-restore"],
        vaults: vec!["rsv-dev-*".to_owned()],
        classes: vec!["bronze".to_owned()],
    };
    matrix(&inputs, &declared, &pick, |matrix| {
        assert_eq!(matrix.summary.vaults.len(), 2);
        assert!(matrix.items().all(|item| item.ways.len() == 1));
        assert_eq!(matrix.summary.all.items.of(Readiness::Blocked), matrix.len() as u64);
    });
}
