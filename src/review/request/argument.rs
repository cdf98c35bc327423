//! The arguments of operations as data: one row each, from which requests are read, and the schema and the
//! templates are made.

/// One argument.
#[derive(Debug)]
pub struct Argument {
    /// Its key.
    pub key: &'static str,
    /// What it is.
    pub says: &'static str,
    /// How it may look in TOML.
    pub example: &'static str,
    /// What form it has.
    pub form: Form,
    /// The operations that take it.
    pub of: &'static [&'static str],
}

/// The form of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Any text.
    Text,
    /// An ARM id.
    Id,
    /// RFC 3339, or a date.
    Time,
    /// A number above zero.
    Number,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Days for each tier.
    Tiers,
}

const POINTS: &[&str] = &[
    "restore-create-new",
    "restore-disks",
    "replace-existing",
    "cross-region-restore",
    "file-recovery",
];
const COPIES: &[&str] = &["restore-create-new", "restore-disks", "cross-region-restore"];
const STAGED: &[&str] =
    &["restore-create-new", "restore-disks", "replace-existing", "cross-region-restore"];
const PURPOSES: &[&str] = &[
    "restore-create-new",
    "restore-disks",
    "replace-existing",
    "cross-region-restore",
    "file-recovery",
    "on-demand-backup",
    "enable-protection",
];

/// Why somebody restores, and why somebody backs up.
pub const PURPOSE_WORDS: &[&str] = &[
    "keep-original",
    "single-file",
    "will-not-boot",
    "reconfigure-or-migrate",
    "region-lost",
    "test",
    "maintenance-or-deployment",
    "continuous-protection",
    "audit-date",
    "outside-schedule",
];

/// Every argument.
pub const ARGUMENTS: &[Argument] = &[
    Argument {
        key: "recovery-point",
        says: "the point: its id or its name, or `latest`, which is the default",
        example: "\"latest\"",
        form: Form::Text,
        of: POINTS,
    },
    Argument {
        key: "point-in-time",
        says: "instead: the newest point that is not later than this",
        example: "2026-11-19T02:00:00Z",
        form: Form::Time,
        of: POINTS,
    },
    Argument {
        key: "restore-mode",
        says: "how the data is put back",
        example: "\"create-new\"",
        form: Form::Word(&[
            "create-new",
            "disks",
            "replace-existing",
            "alternate-location",
            "original-location",
            "files",
        ]),
        of: STAGED,
    },
    Argument {
        key: "target-group",
        says: "the resource group that is restored to",
        example: "\"/subscriptions/<subscription>/resourceGroups/rg-restore\"",
        form: Form::Id,
        of: COPIES,
    },
    Argument {
        key: "target-network",
        says: "the subnet that the restored machine joins",
        example: "\"/subscriptions/<subscription>/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet-restore/subnets/default\"",
        form: Form::Id,
        of: &["restore-create-new", "cross-region-restore"],
    },
    Argument {
        key: "target-region",
        says: "the region that is restored to; by default that of the vault, across regions its pair",
        example: "\"northeurope\"",
        form: Form::Text,
        of: COPIES,
    },
    Argument {
        key: "staging-account",
        says: "the storage account that the restore goes through",
        example: "\"/subscriptions/<subscription>/resourceGroups/rg-restore/providers/Microsoft.Storage/storageAccounts/ststaging\"",
        form: Form::Id,
        of: STAGED,
    },
    Argument {
        key: "retain-until",
        says: "how long the point is kept",
        example: "2026-12-31",
        form: Form::Time,
        of: &["on-demand-backup"],
    },
    Argument {
        key: "vault",
        says: "the vault that is to back it up",
        example: "\"/subscriptions/<subscription>/resourceGroups/<group>/providers/Microsoft.RecoveryServices/vaults/<vault>\"",
        form: Form::Id,
        of: &["enable-protection"],
    },
    Argument {
        key: "backup-policy",
        says: "the backup policy that is to be used: its id, or its name in the vault",
        example: "\"daily-30\"",
        form: Form::Text,
        of: &["enable-protection", "modify-policy"],
    },
    Argument {
        key: "retention",
        says: "the days that each tier keeps afterwards; a tier that is left out is taken out",
        example: "{ daily = 30, weekly = 84 }",
        form: Form::Tiers,
        of: &["modify-policy"],
    },
    Argument {
        key: "redundancy",
        says: "the redundancy afterwards",
        example: "\"GeoRedundant\"",
        form: Form::Word(&["LocallyRedundant", "ZoneRedundant", "GeoRedundant"]),
        of: &["change-redundancy"],
    },
    Argument {
        key: "size-gb",
        says: "how much is to be copied",
        example: "2",
        form: Form::Number,
        of: &["file-recovery"],
    },
    Argument {
        key: "purpose",
        says: "what it is for: the review says whether there is a better way",
        example: "\"test\"",
        form: Form::Word(PURPOSE_WORDS),
        of: PURPOSES,
    },
];

/// The arguments that an operation takes.
pub fn arguments_of(operation: &str) -> impl Iterator<Item = &'static Argument> {
    ARGUMENTS.iter().filter(move |argument| argument.of.contains(&operation))
}
