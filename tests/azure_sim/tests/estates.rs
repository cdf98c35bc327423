//! Estates of every form are served.

use std::io::Write as _;

use serde_json::{Value, json};

use super::super::azure_sim::{Options, World};
use super::{Served, bare};

const DISK: &str = "/subscriptions/1/resourceGroups/one/providers/Microsoft.Compute/disks/";

async fn disks(served: &Served) -> Vec<String> {
    let list = "/subscriptions/1/providers/Microsoft.Compute/disks?api-version=2023-04-02";
    let (rows, _) = served.list(list).await;
    rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

fn disk(name: &str) -> Value {
    bare(&format!("{DISK}{name}"))
}

#[tokio::test]
async fn every_shape_of_export_is_served_and_repetitions_once() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    write("a.json", json!([disk("array"), disk("again")]).to_string());
    write("b.json", json!({"value": [disk("page"), disk("AGAIN")]}).to_string());
    write("c.json", json!({"data": [disk("row")], "count": 1}).to_string());
    write("d.json", format!("\u{feff}{}", disk("single")));
    write("e.jsonl", format!("{}\n{}\n", disk("line"), json!({"note": "no resource"})));
    write("notes.txt", "not read".to_owned());
    let packed = std::fs::File::create(folder.path().join("f.jsonl.zst")).unwrap();
    let mut packed = zstd::Encoder::new(packed, 0).unwrap();
    writeln!(packed, "{}", disk("packed")).unwrap();
    packed.finish().unwrap();
    let served = Served::world(World::open(folder.path()).unwrap(), Options::default());
    let expected = ["array", "again", "page", "row", "single", "line", "packed"];
    assert_eq!(disks(&served).await, expected);
    let one =
        Served::world(World::open(&folder.path().join("c.json")).unwrap(), Options::default());
    assert_eq!(disks(&one).await, ["row"]);
}

#[tokio::test]
async fn a_snapshot_tells_its_tenant_its_time_and_what_was_refused() {
    let folder = tempfile::tempdir().unwrap();
    let gap = |name: &str, status: Value, reason: &str| json!({"scope": format!("{DISK}{name}"), "kind": "microsoft.compute/DISKS", "status": status, "reason": reason});
    let manifest = json!({
        "schema": "backuplint.snapshot/1",
        "tenant": "0a0a0a0a-0000-4000-8000-000000000000",
        "collectedAt": "2026-01-02T03:04:05Z",
        "gaps": [
            gap("refused", json!(403), "forbidden"),
            gap("busy", Value::Null, "throttled"),
            gap("skipped", Value::Null, "not-collected"),
        ],
    });
    std::fs::write(folder.path().join("manifest.json"), manifest.to_string()).unwrap();
    let lines =
        ["refused", "busy", "skipped", "open"].map(|name| disk(name).to_string()).join("\n");
    std::fs::write(folder.path().join("disks.jsonl"), lines).unwrap();
    let served = Served::world(World::open(folder.path()).unwrap(), Options::default());
    assert_eq!(served.simulator.tenant(), "0a0a0a0a-0000-4000-8000-000000000000");
    // A list shows what it may, a question for one disk says what stands in the way.
    assert_eq!(disks(&served).await, ["skipped", "open"]);
    for (name, status) in [("refused", 403), ("busy", 429), ("skipped", 200)] {
        assert_eq!(served.get(&format!("{DISK}{name}?api-version=2023-04-02")).await.0, status);
    }
}

#[test]
fn what_cannot_be_served_is_an_error_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let cause = |path: &std::path::Path| World::open(path).err().unwrap().to_string();
    assert!(cause(folder.path()).contains("nothing to serve"));
    let broken = folder.path().join("broken.json");
    std::fs::write(&broken, "[{]").unwrap();
    assert!(cause(folder.path()).contains("broken.json"));
}
