//! Functions on networks.

use std::net::IpAddr;

use super::super::failure::Outcome;
use super::Call;
use crate::code::value::Value;

/// A network: its first address, the length of its prefix, and how many bits an address has.
#[derive(Clone, Copy)]
struct Network {
    address: u128,
    prefix: u32,
    bits: u32,
}

impl Network {
    fn parse(text: &str) -> Option<Network> {
        let (address, prefix) = text.split_once('/')?;
        let prefix: u32 = prefix.parse().ok()?;
        let (address, bits) = match address.parse().ok()? {
            IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
            IpAddr::V6(address) => (u128::from(address), 128),
        };
        (prefix <= bits).then_some(Network { address, prefix, bits }.first())
    }

    fn first(self) -> Network {
        let host = self.bits - self.prefix;
        let address = if host >= 128 { 0 } else { self.address >> host << host };
        Network { address, ..self }
    }

    fn address(self) -> IpAddr {
        match u32::try_from(self.address) {
            Ok(address) if self.bits == 32 => IpAddr::V4(address.into()),
            _ => IpAddr::V6(self.address.into()),
        }
    }

    fn subnet(self, new: u32, number: u128) -> Option<Network> {
        let prefix = self.prefix.checked_add(new).filter(|prefix| *prefix <= self.bits)?;
        if new < 128 && number >> new != 0 {
            return None;
        }
        let shift = self.bits - prefix;
        let offset = number.checked_shl(shift).unwrap_or(0);
        Some(Network { address: self.address | offset, prefix, bits: self.bits })
    }
}

fn network(call: &Call<'_>) -> Outcome<Network> {
    match Network::parse(&call.text(0)?) {
        Some(network) => Ok(network),
        None => call.invalid("this is no network such as 10.0.0.0/16"),
    }
}

pub(super) fn cidrhost(call: &Call<'_>) -> Outcome<Value> {
    let network = network(call)?;
    let number = i128::from(call.whole(1)?);
    let host = network.bits - network.prefix;
    let size = if host >= 127 { i128::MAX } else { 1_i128 << host };
    let offset = if number < 0 { size + number } else { number };
    match u128::try_from(offset).ok().filter(|_| offset < size) {
        Some(offset) => {
            let found = Network { address: network.address | offset, ..network };
            call.answer_text(found.address().to_string())
        }
        None => call.invalid("the network has no such host"),
    }
}

pub(super) fn cidrnetmask(call: &Call<'_>) -> Outcome<Value> {
    let network = network(call)?;
    if network.bits != 32 {
        return call.invalid("only IPv4 networks have a mask");
    }
    let host = 32 - network.prefix;
    let mask = if host >= 32 { 0 } else { u32::MAX >> host << host };
    call.answer_text(std::net::Ipv4Addr::from(mask).to_string())
}

pub(super) fn cidrsubnet(call: &Call<'_>) -> Outcome<Value> {
    let network = network(call)?;
    let new = u32::try_from(call.whole(1)?).unwrap_or(u32::MAX);
    let number = u128::try_from(call.whole(2)?).unwrap_or(u128::MAX);
    match network.subnet(new, number) {
        Some(found) => call.answer_text(format!("{}/{}", found.address(), found.prefix)),
        None => call.invalid("the network has no such part"),
    }
}

pub(super) fn cidrsubnets(call: &Call<'_>) -> Outcome<Value> {
    let network = network(call)?;
    let mut next = network.address;
    let mut found = Vec::new();
    for position in 1..call.arguments.len() {
        let new = u32::try_from(call.whole(position)?).unwrap_or(u32::MAX);
        let prefix = network.prefix.saturating_add(new);
        if prefix > network.bits || new == 0 {
            return call.invalid("the network has no such part");
        }
        let shift = network.bits - prefix;
        let step = 1_u128.checked_shl(shift).unwrap_or(0);
        let rest = next & step.wrapping_sub(1);
        let address = if rest == 0 { next } else { next - rest + step };
        let part = Network { address, prefix, bits: network.bits };
        let host = network.bits - network.prefix;
        let inside = host >= 128 || (address ^ network.address) >> host == 0;
        if !inside {
            return call.invalid("the network is too small for all parts");
        }
        found.push(format!("{}/{prefix}", part.address()));
        next = address.wrapping_add(step);
    }
    call.answer_texts(found)
}
