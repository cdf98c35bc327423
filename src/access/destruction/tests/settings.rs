//! What each setting is worth, one at a time.

use super::super::{
    Analysis, Approval, ChangeKind, Copies, Guard, Held, Holder, How, Immutability, Input, Locks,
    Power, Powers, Settings, SoftDelete, Worth, analyse,
};

/// Everything on the vault, as Backup Contributor holds it.
const VAULT: Powers = Powers::of(&[
    Power::UnlinkGuard,
    Power::WeakenSoftDelete,
    Power::ReduceImmutability,
    Power::DeleteData,
    Power::UnregisterContainer,
    Power::ShortenPolicy,
]);

/// Everything that unlocks.
const LOCKS: Powers = Powers::of(&[
    Power::UnlockVault,
    Power::UnlockVaultGroup,
    Power::UnlockVaultSubscription,
    Power::UnlockGuard,
    Power::UnlockSnapshots,
    Power::UnlockSnapshotSubscription,
]);

const SNAPSHOTS: Powers = Powers::of(&[Power::DeleteSnapshots]);

const SOFT: Settings = Settings {
    soft_delete: SoftDelete::On(14),
    immutability: Immutability::Off,
    copies: Copies::Both,
    prunes: true,
    on_premises: false,
    guard: None,
    locks: Locks::NONE,
    snapshot_locks: Powers::NONE,
};

fn guarded() -> Settings {
    Settings { guard: Some(SOFT.whole_guard()), ..SOFT }
}

fn holds(now: Powers) -> Holder {
    Holder { own: Held { now, ..Held::default() }, ..Holder::default() }
}

fn eligible(powers: Powers) -> Holder {
    Holder { own: Held { eligible: powers, ..Held::default() }, ..Holder::default() }
}

fn grants(powers: Powers) -> Holder {
    Holder { granted: Held { now: powers, ..Held::default() }, ..Holder::default() }
}

fn input(settings: &Settings, holders: &[Holder]) -> Input {
    Input {
        weakest: settings.clone(),
        strongest: settings.clone(),
        holders: holders.to_vec(),
        unread: Powers::NONE,
        unread_elsewhere: Powers::NONE,
        unread_locks: Powers::NONE,
        approval: Approval::NotNeeded,
    }
}

/// People and days of each choice; the answer must be settled.
fn answer(settings: &Settings, holders: &[Holder]) -> Vec<(u32, u32)> {
    let range = analyse(&input(settings, holders)).vault;
    assert!(range.is_settled());
    range.proven.choices.iter().map(|choice| (choice.people, choice.delay)).collect()
}

#[test]
fn soft_delete() {
    let of = |soft_delete, powers| answer(&Settings { soft_delete, ..SOFT }, &[holds(powers)]);
    let only_delete = Powers::of(&[Power::DeleteData]);
    assert_eq!(of(SoftDelete::Off, only_delete), [(1, 0)]);
    assert_eq!(of(SoftDelete::On(30), only_delete), [(1, 30)]);
    assert_eq!(of(SoftDelete::On(30), VAULT), [(1, 0)]);
    assert_eq!(of(SoftDelete::AlwaysOn(60), only_delete), [(1, 60)]);
    // Nobody turns it off, and the days that count are those at the time of the deletion.
    assert_eq!(of(SoftDelete::AlwaysOn(60), VAULT), [(1, 14)]);
}

#[test]
fn a_second_person_can_shorten_the_delay() {
    let delete = holds(Powers::of(&[Power::DeleteData]));
    let weaken = holds(Powers::of(&[Power::WeakenSoftDelete]));
    assert_eq!(answer(&SOFT, &[delete, weaken, weaken]), [(1, 14), (2, 0)]);
    let range = analyse(&input(&SOFT, &[delete, weaken, weaken])).vault;
    assert_eq!(range.proven.choices[1].sets, 2);
    assert_eq!(range.within(1, 14), Some(false));
    assert_eq!(range.within(2, 14), Some(true));
}

#[test]
fn immutability() {
    let of = |immutability, powers| {
        let settings = Settings { immutability, soft_delete: SoftDelete::Off, ..SOFT };
        answer(&settings, &[holds(powers)])
    };
    let delete = Powers::of(&[Power::DeleteData]);
    assert_eq!(of(Immutability::Unlocked, delete), []);
    assert_eq!(of(Immutability::Unlocked, VAULT), [(1, 0)]);
    assert_eq!(of(Immutability::Locked, VAULT.union(LOCKS)), []);
    let locked = Settings { immutability: Immutability::Locked, ..SOFT };
    let range = analyse(&input(&locked, &[holds(VAULT)])).vault;
    assert!(range.proven.never && range.possible.never);
}

#[test]
fn a_shortened_policy_takes_its_days() {
    let shorten = Powers::of(&[Power::ShortenPolicy]);
    let of = |soft_delete, prunes, powers| {
        answer(&Settings { soft_delete, prunes, ..SOFT }, &[holds(powers)])
    };
    assert_eq!(of(SoftDelete::Off, true, shorten), [(1, 7)]);
    assert_eq!(of(SoftDelete::On(14), true, shorten), [(1, 21)]);
    assert_eq!(of(SoftDelete::On(14), true, shorten.with(Power::WeakenSoftDelete)), [(1, 7)]);
    assert_eq!(of(SoftDelete::Off, false, shorten), []);
}

#[test]
fn unregistering_a_server_on_premises_takes_its_points_along() {
    let off = Settings { soft_delete: SoftDelete::Off, ..SOFT };
    let unregister = [holds(Powers::of(&[Power::UnregisterContainer]))];
    assert_eq!(answer(&Settings { on_premises: true, ..off.clone() }, &unregister), [(1, 0)]);
    assert_eq!(answer(&off, &unregister), []);
}

#[test]
fn the_guard() {
    let approver = holds(Powers::ON_GUARD);
    assert_eq!(answer(&guarded(), &[holds(VAULT)]), []);
    assert_eq!(answer(&guarded(), &[holds(VAULT), approver]), [(2, 0)]);
    assert_eq!(answer(&guarded(), &[holds(VAULT.union(Powers::ON_GUARD))]), [(1, 0)]);
    // Whoever can give itself rights on the guard needs no approver.
    let owner =
        Holder { own: holds(VAULT).own, granted: grants(Powers::ON_GUARD).granted, ..approver };
    assert_eq!(answer(&guarded(), &[owner]), [(1, 0)]);
}

#[test]
fn what_the_guard_leaves_out_takes_one() {
    let deletes = Powers::of(&[Power::DeleteData]);
    let mut settings = guarded();
    settings.guard = settings.guard.map(|guard| Guard { held: guard.held.minus(deletes), ..guard });
    assert_eq!(answer(&settings, &[holds(VAULT)]), [(1, 14)]);
    let changes = analyse(&input(&settings, &[holds(VAULT)])).changes;
    assert_eq!(changes[0].kind, ChangeKind::HoldAllOperations);
    assert_eq!(changes[0].proven, Worth::NobodyKnown);
}

#[test]
fn unlinking_needs_one_approval_and_frees_all() {
    let approver = holds(Powers::of(&[Power::ApproveUnlink]));
    assert_eq!(answer(&guarded(), &[holds(VAULT), approver]), [(2, 0)]);
    let mut rest = VAULT;
    rest = rest.minus(Powers::of(&[Power::UnlinkGuard]));
    assert_eq!(answer(&guarded(), &[holds(rest), approver]), []);
}

#[test]
fn excluding_an_operation_does_not_free_what_is_mandatory() {
    let writer = holds(Powers::of(&[Power::ExcludeOperations]));
    // Deleting becomes free; weakening soft delete never does.
    assert_eq!(answer(&guarded(), &[holds(VAULT), writer]), [(2, 14)]);
    let deleter = holds(Powers::of(&[Power::DeleteGuard]));
    assert_eq!(answer(&guarded(), &[holds(VAULT), deleter]), [(2, 0)]);
}

#[test]
fn locks() {
    let group = Powers::of(&[Power::UnlockVaultGroup]);
    let read_only = Settings { locks: Locks { write: group, delete: group, data: group }, ..SOFT };
    assert_eq!(answer(&read_only, &[holds(VAULT)]), []);
    let unlocker = holds(Powers::of(&[Power::UnlockVaultGroup]));
    assert_eq!(answer(&read_only, &[holds(VAULT), unlocker]), [(2, 0)]);
    // A lock against deletion leaves the policies, which take a week.
    let cannot_delete =
        Settings { locks: Locks { write: Powers::NONE, ..read_only.locks }, ..SOFT };
    assert_eq!(answer(&cannot_delete, &[holds(VAULT)]), [(1, 7)]);
    assert_eq!(answer(&cannot_delete, &[holds(VAULT), unlocker]), [(1, 7), (2, 0)]);
    let mut settings = guarded();
    let locks = Powers::of(&[Power::UnlockGuard]);
    settings.guard = settings.guard.map(|guard| Guard { delete_locks: locks, ..guard });
    let deleter = holds(Powers::of(&[Power::DeleteGuard]));
    assert_eq!(answer(&settings, &[holds(VAULT), deleter]), []);
}

#[test]
fn an_eligible_role_takes_an_approver_if_its_rules_say_so() {
    let of = |approval| {
        let input = Input { approval, ..input(&SOFT, &[eligible(VAULT)]) };
        let range = analyse(&input).vault;
        (range.possible.first().map(|it| it.people), range.proven.first().map(|it| it.people))
    };
    assert_eq!(of(Approval::NotNeeded), (Some(1), Some(1)));
    assert_eq!(of(Approval::Needed), (Some(2), Some(2)));
    assert_eq!(of(Approval::Unread), (Some(1), Some(2)));
}

#[test]
fn unknown_settings_make_a_range() {
    let input = Input {
        weakest: SOFT,
        strongest: Settings { immutability: Immutability::Locked, ..guarded() },
        ..input(&SOFT, &[holds(VAULT)])
    };
    let range = analyse(&input).vault;
    assert!(!range.is_settled());
    assert_eq!(range.within(1, 14), None);
    // What nobody can do in either case is decided.
    assert_eq!(range.within(0, 14), Some(false));
}

#[test]
fn a_group_that_nobody_could_list_has_a_member_and_may_have_any() {
    let group = |now| Holder { members_unread: true, ..holds(now) };
    // Both sides through one group: one of its members suffices, whoever that is.
    let both = VAULT.union(Powers::ON_GUARD);
    assert_eq!(answer(&guarded(), &[group(both)]), [(1, 0)]);
    // The vault's administrator may be a member of the approvers, or not.
    let range = analyse(&input(&guarded(), &[holds(VAULT), group(Powers::ON_GUARD)])).vault;
    assert_eq!(range.proven.first().map(|it| it.people), Some(2));
    assert_eq!(range.possible.first().map(|it| it.people), Some(1));
}

#[test]
fn what_was_not_read_may_belong_to_somebody() {
    let unread = Input { unread: VAULT, ..input(&SOFT, &[]) };
    let range = analyse(&unread).vault;
    assert_eq!((range.proven.first(), range.within(1, 14)), (None, None));
    let locked = Settings { immutability: Immutability::Locked, ..SOFT };
    let range = analyse(&Input { unread: VAULT, ..input(&locked, &[]) }).vault;
    assert_eq!(range.within(1, 14), Some(false));
}

#[test]
fn snapshots_alone_die_by_rights_on_them() {
    let locked = Settings { immutability: Immutability::Locked, ..SOFT };
    let compute = [holds(SNAPSHOTS)];
    let both = analyse(&input(&locked, &compute));
    assert!(both.vault.proven.never);
    let snapshots = both.snapshots.expect("there are some");
    assert_eq!(snapshots.proven.first().map(|it| (it.people, it.delay)), Some((1, 0)));
    let alone = Settings { copies: Copies::Snapshots, ..locked.clone() };
    assert_eq!(answer(&alone, &compute), [(1, 0)]);
    let none = analyse(&input(&Settings { copies: Copies::Vault, ..locked }, &compute));
    assert_eq!(none.snapshots, None);
}

#[test]
fn the_path_is_in_order_and_says_what_comes_first() {
    let settings = Settings {
        immutability: Immutability::Unlocked,
        locks: Locks { write: Powers::of(&[Power::UnlockVault]), ..Locks::NONE },
        ..SOFT
    };
    let helper = grants(Powers::of(&[Power::UnlockVault]));
    let path = analyse(&input(&settings, &[holds(VAULT), helper])).path.expect("a way");
    let steps: Vec<_> = path.steps.iter().map(|step| (step.power, step.holder, step.how)).collect();
    assert_eq!(
        steps,
        [
            (Power::UnlockVault, 1, How::Grants),
            (Power::ReduceImmutability, 0, How::Holds),
            (Power::WeakenSoftDelete, 0, How::Holds),
            (Power::DeleteData, 0, How::Holds),
        ]
    );
    assert!(path.proven);
    assert_eq!(path.delay, 0);
}

#[test]
fn the_best_change_is_tried_not_guessed() {
    let kinds = |analysis: &Analysis| analysis.changes.iter().map(|it| it.kind).collect::<Vec<_>>();
    // Two administrators: taking the rights from one leaves the other.
    let two = analyse(&input(&SOFT, &[holds(VAULT), holds(VAULT)]));
    assert_eq!(kinds(&two), [ChangeKind::LinkGuard, ChangeKind::KeepSoftDeleteOn]);
    // Behind another team's guard it takes one of that team.
    assert_eq!(two.changes[0].proven, Worth::Takes(2, 0));
    assert!(two.changes[0].takes_outsider && !two.changes[1].takes_outsider);
    assert_eq!(two.changes[1].proven, Worth::Takes(1, 14));
    // One who holds all of the tenant gets past any guard.
    let elsewhere = Held { now: Powers::ON_GUARD, ..Held::default() };
    let root = Holder { elsewhere, ..holds(VAULT) };
    let one = analyse(&input(&SOFT, &[root]));
    assert_eq!(kinds(&one), [ChangeKind::RemoveAccess(0), ChangeKind::KeepSoftDeleteOn]);
    let unlocked = Settings { immutability: Immutability::Unlocked, ..guarded() };
    let approver = holds(Powers::ON_GUARD);
    let pair = analyse(&input(&unlocked, &[holds(VAULT), holds(VAULT), approver, approver]));
    assert_eq!(kinds(&pair), [ChangeKind::LockImmutability, ChangeKind::KeepSoftDeleteOn]);
    // Locked is more than nobody who is known.
    assert_eq!(pair.changes[0].proven, Worth::NotBeforeExpiry);
    assert!(Worth::NotBeforeExpiry > Worth::NobodyKnown);
    assert!(Worth::NobodyKnown > Worth::Takes(9, 180));
    // What nobody can destroy needs no change.
    assert_eq!(kinds(&analyse(&input(&guarded(), &[holds(VAULT)]))), []);
}

#[test]
fn a_change_is_worth_a_range() {
    // What is taken from the one who can is perhaps held by another, of whom that was not read.
    let perhaps = Held { doubtful: VAULT, ..Held::default() };
    let perhaps = Holder { own: perhaps, ..Holder::default() };
    let changes = analyse(&input(&SOFT, &[holds(VAULT), perhaps])).changes;
    let removed = changes.iter().find(|it| it.kind == ChangeKind::RemoveAccess(0)).expect("tried");
    assert_eq!(removed.proven, Worth::NobodyKnown);
    assert_eq!(removed.possible, Worth::Takes(1, 0));
    // So it comes after what is sure to give time.
    assert_eq!(changes[0].kind, ChangeKind::LinkGuard);
    assert_eq!(changes[1].kind, ChangeKind::KeepSoftDeleteOn);
}

/// The campaign that Microsoft published on 27 August 2025: one identity raises itself to Owner, removes
/// locks, deletes containers, restore point collections, snapshots and storage accounts
/// (<https://www.microsoft.com/security/blog/2025/08/27/storm-0501s-evolving-techniques-lead-to-cloud-based-ransomware/>).
#[test]
fn storm_0501_against_four_vaults() {
    let owner = grants(VAULT.union(LOCKS).union(SNAPSHOTS).with(Power::DeleteVault));
    let of = |settings: &Settings| {
        let analysis = analyse(&input(settings, &[owner]));
        let snapshots = analysis.snapshots.as_ref().and_then(|range| range.proven.first());
        let snapshots = snapshots.map(|it| (it.people, it.delay));
        let vault = analysis.vault.proven.first().map(|it| (it.people, it.delay));
        (vault, snapshots, analysis.vault.proven.never)
    };
    let snapshots = Some((1, 0));
    let nothing = Settings { soft_delete: SoftDelete::Off, ..SOFT };
    assert_eq!(of(&nothing), (Some((1, 0)), snapshots, false));
    let always_on = Settings { soft_delete: SoftDelete::AlwaysOn(14), ..SOFT };
    assert_eq!(of(&always_on), (Some((1, 14)), snapshots, false));
    assert_eq!(of(&guarded()), (None, snapshots, false));
    let locked = Settings { immutability: Immutability::Locked, ..SOFT };
    assert_eq!(of(&locked), (None, snapshots, true));
    // Raised at the root, the guard of a separate team in the same tenant falls as well.
    let root = grants(owner.granted.now.union(Powers::ON_GUARD));
    assert_eq!(answer(&guarded(), &[root]), [(1, 0)]);
    // The rest of what was seen: containers and the vault itself, once the points are gone.
    let path = analyse(&input(&nothing, &[owner])).path.expect("a way");
    let also: Vec<Power> = path.also.iter().map(|step| step.power).collect();
    assert_eq!(also, [Power::UnregisterContainer, Power::DeleteSnapshots, Power::DeleteVault]);
}
