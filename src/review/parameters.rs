//! What an organisation decides about reviews. The defaults are those of the official documentation; where
//! the guide says otherwise, a review prints both.

/// What an organisation decides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameters {
    /// Whether a machine that does not run stops a replacement of its disks, as the guide asks, or is told only.
    pub replace_existing_requires_running: Demand,
    /// Which column of the table of minimum roles counts.
    pub minimum: MinimumOf,
    /// On-demand backups a day that are supported beside the scheduled one.
    pub on_demand_supported: u32,
    /// Attempts a day at which the service refuses more.
    pub on_demand_hard_cap: u32,
    /// Least days that an on-demand point is kept.
    pub on_demand_min_days: u32,
    /// Days in which a restore beside production counts as a test of a point.
    pub parallel_restore_days: u32,
    /// Hours in which a point counts as one of today's state.
    pub fresh_point_hours: u32,
    /// Hours that may lie between the reading of the estate and the window: a week, for those who plan ahead.
    pub reading_max_hours: u32,
    /// Hours that a mounted recovery point stays.
    pub file_recovery_hours: u32,
    /// Above this many GB, restoring disks may be faster than copying files.
    pub file_recovery_large_gb: f64,
}

/// Whether something that the guide demands stops an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// It is told.
    Inform,
    /// It stops it.
    Block,
}

/// Whose minimum of roles counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MinimumOf {
    /// Microsoft's documentation.
    Documented,
    /// The guide's.
    Guide,
}

impl Demand {
    /// As the configuration spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inform => "inform",
            Self::Block => "block",
        }
    }
}

impl MinimumOf {
    /// As the configuration spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Guide => "guide",
        }
    }
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            replace_existing_requires_running: Demand::Inform,
            minimum: MinimumOf::Documented,
            on_demand_supported: 3,
            on_demand_hard_cap: 9,
            on_demand_min_days: 1,
            parallel_restore_days: 7,
            fresh_point_hours: 24,
            reading_max_hours: 168,
            file_recovery_hours: 12,
            file_recovery_large_gb: 5.0,
        }
    }
}
