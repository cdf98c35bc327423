//! What must hold before an operation, by id. Whoever reviews a change or a restore evaluates these.

/// Something that must hold, or be known, before an operation.
#[derive(Debug)]
pub struct Precondition {
    /// `P1` to `P31`.
    pub id: &'static str,
    /// What must hold.
    pub says: &'static str,
    /// What has to be read to tell.
    pub reads: &'static [&'static str],
}

const fn row(id: &'static str, says: &'static str, reads: &'static [&'static str]) -> Precondition {
    Precondition { id, says, reads }
}

/// All of them, by number.
pub const PRECONDITIONS: &[Precondition] = &[
    row(
        "P1",
        "the vault and the machine are in one region and one subscription",
        &["locations", "ids"],
    ),
    row(
        "P2",
        "the backup policy exists, fits the workload, and is an enhanced one where the machine needs that",
        &["backup policy", "machine"],
    ),
    row("P3", "no other vault protects the machine actively", &["protected items of every vault"]),
    row(
        "P4",
        "the machine's agent and backup extension are healthy",
        &["instance view", "health details of the item"],
    ),
    row(
        "P5",
        "the disks are within the limits, and none is left out silently",
        &["disks", "protected item"],
    ),
    row(
        "P6",
        "there is a network path: public access, or an approved private endpoint",
        &["vault", "private endpoint"],
    ),
    row("P7", "the item is protected actively and not soft-deleted", &["protected item"]),
    row(
        "P8",
        "today's backups on demand are below the limit: three are supported, nine is the cap",
        &["jobs", "backup policy"],
    ),
    row(
        "P9",
        "the point is kept for at least a day (the guide; Microsoft states none), and not until a time that is past",
        &["the argument"],
    ),
    row("P10", "no backup or restore of the item is in progress", &["jobs"]),
    row(
        "P11",
        "the recovery point exists; its age is the data lost, its tier the time it takes (snapshot fast, vault hours, archive to be rehydrated first)",
        &["recovery points"],
    ),
    row(
        "P12",
        "the staging account exists, in the vault's region (across regions: the secondary one), neither zone-redundant nor blob-only, and premium only where that is supported",
        &["storage account"],
    ),
    row(
        "P13",
        "the target group, network and region exist, carry no read-only lock, and are apart from production",
        &["target"],
    ),
    row(
        "P14",
        "into another subscription: the vault allows cross-subscription restore",
        &["vault"],
    ),
    row(
        "P15",
        "the machine exists, is managed, unencrypted, neither classic nor generalised, and the point has been moved to the vault",
        &["machine", "recovery points"],
    ),
    row(
        "P16",
        "power state: the guide says the machine must run, Microsoft states no such need",
        &["instance view"],
    ),
    row("P17", "the same point or item was restored in parallel not long ago", &["restore jobs"]),
    row(
        "P18",
        "a fresh point of today's state exists before it is overwritten",
        &["recovery points"],
    ),
    row(
        "P19",
        "the vault is geo-redundant, cross-region restore has been on for 48 hours, and the point is in the vault tier and older than the 36 hours that the other region may lag",
        &["vault", "recovery points"],
    ),
    row(
        "P20",
        "files can be recovered: no encrypted, trusted-launch or confidential machine; more than 16 disks or one above 4 TB need another machine to mount on; what the disks hold (LVM, RAID, storage spaces) Azure does not show",
        &["machine", "disks"],
    ),
    row("P21", "the vault's immutability, and what it blocks", &["vault"]),
    row("P22", "soft delete is on, and how many days are left to undo", &["vault"]),
    row(
        "P23",
        "multi-user authorization is on, the guard holds the operation, and the caller cannot approve itself",
        &["guard link", "guard", "role assignments"],
    ),
    row("P24", "locks at the vault, its group and its subscription", &["locks"]),
    row(
        "P25",
        "which items the backup policy has, each tier before and after, and which points would be pruned",
        &["backup policy", "protected items", "recovery points"],
    ),
    row(
        "P26",
        "the last good point, and other copies of the data",
        &["protected items", "recovery points"],
    ),
    row(
        "P27",
        "the vault is empty: no items, soft-deleted items, containers, replicated items or endpoints",
        &["vault"],
    ),
    row(
        "P28",
        "the redundancy can still be changed, and nothing is protected yet",
        &["backup storage config", "protected items"],
    ),
    row("P29", "the item is soft-deleted, and how many days are left", &["protected item"]),
    row("P30", "the caller holds every enforced action", &["role assignments", "role definitions"]),
    row(
        "P31",
        "the vault can use the key that encrypts it: the key is there, enabled and in date, and its identity may use it",
        &["vault", "key vault", "key", "role assignments"],
    ),
];
