//! A second answer, made without plans and without classes: every choice of people is tried, and the
//! settings are played through step by step.

use super::super::{
    Approval, Choice, Copies, Guard, Held, Holder, Immutability, Input, Locks, Power, Powers,
    SOMEBODY, Settings, SoftDelete, analyse,
};

const ESTATES: u64 = 30_000;

#[test]
fn the_search_agrees_with_brute_force() {
    let (mut answered, mut several, mut never) = (0, 0, 0);
    for seed in 0..ESTATES {
        let input = input(&mut Random(seed));
        let found = analyse(&input).vault;
        let proven = by_force(&input.strongest, &proven_people(&input));
        let possible = by_force(&input.weakest, &possible_people(&input));
        assert_eq!(shape(&found.proven.choices), proven, "proven, seed {seed}: {input:#?}");
        assert_eq!(shape(&found.possible.choices), possible, "possible, seed {seed}: {input:#?}");
        answered += u32::from(!proven.is_empty());
        several += u32::from(proven.iter().any(|(people, ..)| *people > 1));
        never += u32::from(found.proven.never);
    }
    // The estates are neither all lost nor all safe.
    assert!(answered > 3_000 && several > 1_000 && never > 1_000, "{answered} {several} {never}");
}

/// People, delay, number of sets.
type Answer = Vec<(u32, u32, u64)>;

fn shape(choices: &[Choice]) -> Answer {
    choices.iter().map(|choice| (choice.people, choice.delay, choice.sets)).collect()
}

/// What one person may bring, by the number of people that it takes; the first is nothing.
type Options = Vec<(u32, Powers)>;

fn by_force(settings: &Settings, people: &[Options]) -> Answer {
    let mut found: Vec<(u32, u32)> = Vec::new();
    let mut pick = vec![0_usize; people.len()];
    loop {
        let chosen = || pick.iter().zip(people).map(|(at, options)| options[*at]);
        let count = chosen().map(|(people, _)| people).sum();
        let held = chosen().fold(Powers::NONE, |all, (_, powers)| all.union(powers));
        found.extend(days(settings, held).map(|delay| (count, delay)));
        let Some(next) = (0..pick.len()).find(|at| pick[*at] + 1 < people[*at].len()) else {
            break;
        };
        pick[next] += 1;
        pick[..next].fill(0);
    }
    let mut answer: Answer = Vec::new();
    for count in 1..=12 {
        let Some(delay) = found.iter().filter(|(people, _)| *people <= count).map(|it| it.1).min()
        else {
            continue;
        };
        if answer.last().is_some_and(|(_, fewer, _)| *fewer <= delay) {
            continue;
        }
        let sets = found.iter().filter(|(people, days)| *people == count && *days <= delay);
        answer.push((count, delay, sets.count() as u64));
    }
    answer
}

/// Plays it through: what these powers make of the settings, and when the points are gone.
fn days(settings: &Settings, held: Powers) -> Option<u32> {
    let open = |step| match step {
        Power::UnlinkGuard | Power::UnregisterContainer => held.includes(settings.locks.delete),
        Power::DeleteData => held.includes(settings.locks.data),
        _ => held.includes(settings.locks.write),
    };
    let approved = |step| Guard::approval(step).is_some_and(|approval| held.contains(approval));
    let unlinked = open(Power::UnlinkGuard)
        && held.contains(Power::UnlinkGuard)
        && approved(Power::UnlinkGuard);
    let free = |step: Power| match settings.guard {
        None => true,
        Some(guard) if !guard.held.contains(step) => true,
        Some(guard) => {
            let deleted = held.contains(Power::DeleteGuard) && held.includes(guard.delete_locks);
            let excluded = guard.excludable.contains(step)
                && held.contains(Power::ExcludeOperations)
                && held.includes(guard.write_locks);
            approved(step) || unlinked || deleted || excluded
        }
    };
    let can = |step| open(step) && held.contains(step) && free(step);
    let beside = settings.copies == Copies::Snapshots;
    let mut ends = Vec::new();
    if beside && held.contains(Power::DeleteSnapshots) && held.includes(settings.snapshot_locks) {
        ends.push(0);
    }
    let mutable = beside
        || match settings.immutability {
            Immutability::Off => true,
            Immutability::Unlocked => can(Power::ReduceImmutability),
            Immutability::Locked => false,
        };
    if mutable {
        let kept = match settings.soft_delete {
            SoftDelete::Off => 0,
            SoftDelete::On(_) if can(Power::WeakenSoftDelete) => 0,
            SoftDelete::AlwaysOn(days) if can(Power::WeakenSoftDelete) => days.min(14),
            SoftDelete::On(days) | SoftDelete::AlwaysOn(days) => days,
        };
        if can(Power::DeleteData) || settings.on_premises && can(Power::UnregisterContainer) {
            ends.push(kept);
        }
        if settings.prunes && can(Power::ShortenPolicy) {
            ends.push(7 + kept);
        }
    }
    ends.into_iter().min()
}

fn proven_people(input: &Input) -> Vec<Options> {
    let person = |holder: &Holder| {
        let now = holder.own.now.union(holder.granted.now);
        let more = now.union(holder.own.eligible).union(holder.granted.eligible);
        match input.approval {
            Approval::NotNeeded => distinct(&[(1, more)]),
            Approval::Needed | Approval::Unread => distinct(&[(1, now), (2, more)]),
        }
    };
    each(input).map(person).collect()
}

/// Every person, one by one.
fn each(input: &Input) -> impl Iterator<Item = &Holder> {
    input.holders.iter().flat_map(|holder| (0..holder.count).map(move |_| holder))
}

fn possible_people(input: &Input) -> Vec<Options> {
    let all = |holder: &Holder| {
        [holder.own, holder.granted].iter().fold(Powers::NONE, |all, held| {
            all.union(held.now).union(held.eligible).union(held.doubtful)
        })
    };
    let groups = each(input).filter(|holder| holder.members_unread).map(all);
    let anybody = groups.fold(input.unread, Powers::union);
    let person = |holder: &Holder| {
        let unaided = [holder.own, holder.granted]
            .iter()
            .fold(anybody, |powers, held| powers.union(held.now).union(held.doubtful));
        let more = all(holder).union(anybody);
        match input.approval {
            Approval::Needed => distinct(&[(1, unaided), (2, more)]),
            Approval::NotNeeded | Approval::Unread => distinct(&[(1, more)]),
        }
    };
    let mut people: Vec<Options> = each(input).map(person).collect();
    if !input.unread.is_empty() {
        people.push(distinct(&[(1, anybody)]));
    }
    people
}

/// Nothing, and then what differs from what comes before it.
fn distinct(options: &[(u32, Powers)]) -> Options {
    let mut kept = vec![(0, Powers::NONE)];
    for option in options {
        if kept.iter().all(|(_, powers)| *powers != option.1) {
            kept.push(*option);
        }
    }
    kept
}

/// `splitmix64`: the estates are the same in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.next().is_multiple_of(count)
    }

    #[expect(clippy::cast_possible_truncation, reason = "a remainder of a length")]
    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[(self.next() % choices.len() as u64) as usize]
    }

    /// Each power with a chance of one in `rarity`.
    fn powers(&mut self, rarity: u64) -> Powers {
        Power::ALL.into_iter().filter(|_| self.one_in(rarity)).collect()
    }

    fn some_of(&mut self, powers: Powers, rarity: u64) -> Powers {
        powers.iter().filter(|_| self.one_in(rarity)).collect()
    }
}

fn input(random: &mut Random) -> Input {
    let weakest = settings(random);
    let strongest = if random.one_in(2) { weakest.clone() } else { settings(random) };
    let people = random.next() % 5;
    Input {
        weakest,
        strongest,
        holders: (0..people).map(|_| holder(random)).collect(),
        unread: if random.one_in(4) { random.powers(4) } else { Powers::NONE },
        unread_elsewhere: Powers::NONE,
        unread_locks: Powers::NONE,
        approval: random.of(&[Approval::NotNeeded, Approval::Needed, Approval::Unread]),
    }
}

fn holder(random: &mut Random) -> Holder {
    let rarity = random.of(&[2, 2, 3, 6]);
    let held = |random: &mut Random, often: u64| {
        if random.one_in(often) { random.powers(rarity) } else { Powers::NONE }
    };
    let own = Held { now: held(random, 1), eligible: held(random, 3), doubtful: held(random, 4) };
    let granted =
        Held { now: held(random, 5), eligible: held(random, 8), doubtful: held(random, 8) };
    let count = random.of(&[1, 1, 1, 2, 0]);
    let members_unread = random.one_in(8);
    Holder { own, granted, members_unread, elsewhere: Held::default(), count }
}

fn settings(random: &mut Random) -> Settings {
    let vault_locks =
        Powers::of(&[Power::UnlockVault, Power::UnlockVaultGroup, Power::UnlockVaultSubscription]);
    let guard_locks =
        Powers::of(&[Power::UnlockGuard, Power::UnlockGuardGroup, Power::UnlockGuardSubscription]);
    let snapshot_locks = Powers::of(&[Power::UnlockSnapshots, Power::UnlockSnapshotSubscription]);
    let held = Guard::RECOVERY_SERVICES.minus(random.some_of(Guard::RECOVERY_SERVICES, 4));
    let guard = Guard {
        held,
        excludable: random.some_of(held.minus(Powers::of(&[Power::UnlinkGuard])), 2),
        write_locks: random.some_of(guard_locks, 4),
        delete_locks: random.some_of(guard_locks, 3),
    };
    let days = random.of(&[14, 14, 30, 180, 3]);
    Settings {
        soft_delete: random.of(&[
            SoftDelete::Off,
            SoftDelete::On(days),
            SoftDelete::AlwaysOn(days),
        ]),
        immutability: random.of(&[
            Immutability::Off,
            Immutability::Off,
            Immutability::Unlocked,
            Immutability::Locked,
        ]),
        copies: random.of(&[Copies::Vault, Copies::Vault, Copies::Both, Copies::Snapshots]),
        prunes: random.one_in(2),
        on_premises: random.one_in(2),
        guard: random.one_in(2).then_some(guard),
        locks: Locks {
            write: random.some_of(vault_locks, 6),
            delete: random.some_of(vault_locks, 5),
            data: random.some_of(vault_locks, 5),
        },
        snapshot_locks: random.some_of(snapshot_locks, 4),
    }
}

/// Where locks were not read, any of them may be there: whichever are, the answer lies within the range.
#[test]
fn whichever_unread_locks_there_are_the_answer_lies_within_the_range() {
    let vault_locks =
        Powers::of(&[Power::UnlockVault, Power::UnlockVaultGroup, Power::UnlockVaultSubscription]);
    let mut open = 0;
    for seed in 0..3_000 {
        let random = &mut Random(seed);
        let weakest = settings(random);
        let unread = random.some_of(vault_locks, 2);
        let locked = |any| Settings { locks: weakest.locks.and(any), ..weakest.clone() };
        let of = |weakest: &Settings, strongest: &Settings, holders: &[Holder]| Input {
            weakest: weakest.clone(),
            strongest: strongest.clone(),
            holders: holders.to_vec(),
            unread: Powers::NONE,
            unread_elsewhere: Powers::NONE,
            unread_locks: unread,
            approval: Approval::NotNeeded,
        };
        let holders: Vec<Holder> =
            (0..3).map(|_| Holder { members_unread: false, ..holder(random) }).collect();
        let range = analyse(&of(&weakest, &locked(unread), &holders)).vault;
        open += u32::from(!range.is_settled());
        let scopes: Vec<Power> = unread.iter().collect();
        for world in 0..1_u32 << scopes.len() {
            let there = (0..).zip(&scopes).filter(|(at, _)| world >> at & 1 == 1);
            let there = locked(there.map(|(_, power)| *power).collect());
            let known = analyse(&of(&there, &there, &holders)).vault;
            for people in 1..=6 {
                let days = |delay: Option<u32>| delay.unwrap_or(u32::MAX);
                let least = days(range.possible.delay_of(people));
                assert!(least <= days(known.possible.delay_of(people)), "seed {seed}, {world}");
                let most = days(range.proven.delay_of(people));
                assert!(days(known.proven.delay_of(people)) <= most, "seed {seed}, {world}");
            }
        }
    }
    assert!(open > 300, "{open}");
}

#[test]
fn nobody_is_somebody_unless_something_is_unread() {
    for seed in 0..2_000 {
        let input = input(&mut Random(seed));
        let range = analyse(&input).vault;
        let named = range.possible.choices.iter().flat_map(|choice| choice.named.iter().flatten());
        let somebody = named.clone().any(|offer| offer.holder == SOMEBODY);
        assert!(!somebody || !input.unread.is_empty(), "seed {seed}");
        for choice in range.proven.choices.iter().chain(&range.possible.choices) {
            assert!(!choice.at_least);
            assert_eq!(choice.named.len() as u64, choice.sets.min(10), "seed {seed}");
        }
    }
}
