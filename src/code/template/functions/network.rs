//! Address ranges: `parseCidr`, `cidrSubnet`, `cidrHost`
//! (<https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions-cidr>).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use super::{Budget, Content, Failure, Outcome, Value, index, integer, invalid, number, text};
use crate::code::value::{Map, Member, Place};

struct Range {
    bits: u128,
    prefix: u32,
    width: u32,
}

impl Range {
    fn parse(written: &str) -> Result<Self, Failure> {
        let parsed = written.split_once('/').and_then(|(address, prefix)| {
            let address: IpAddr = address.parse().ok()?;
            let prefix: u32 = prefix.parse().ok()?;
            let (bits, width) = match address {
                IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
                IpAddr::V6(address) => (u128::from(address), 128),
            };
            (prefix <= width).then_some(Self { bits, prefix, width })
        });
        match parsed {
            Some(range) => Ok(Self { bits: range.bits & range.mask(), ..range }),
            None => invalid("the text is not an address range"),
        }
    }

    /// The bits of the network part.
    fn mask(&self) -> u128 {
        let all = if self.width == 32 { u128::from(u32::MAX) } else { u128::MAX };
        all & !self.hosts()
    }

    /// The bits of the host part.
    fn hosts(&self) -> u128 {
        let host_bits = self.width - self.prefix;
        if host_bits == 128 { u128::MAX } else { (1_u128 << host_bits) - 1 }
    }

    fn last(&self) -> u128 {
        self.bits | self.hosts()
    }

    fn address(&self, bits: u128) -> String {
        match u32::try_from(bits) {
            Ok(bits) if self.width == 32 => Ipv4Addr::from(bits).to_string(),
            _ => Ipv6Addr::from(bits).to_string(),
        }
    }
}

pub fn parse(_: &Budget, arguments: &[Value]) -> Outcome {
    let range = Range::parse(text(arguments, 0)?)?;
    let place = arguments.first().map_or_else(Place::default, |value| value.place);
    let mut members = Vec::new();
    let mut put = |key: &str, content: Content| {
        members.push(Member {
            key: key.into(),
            key_place: place,
            value: Value::new(content, place),
        });
    };
    let written = |bits: u128| Content::Text(range.address(bits).into());
    put("network", written(range.bits));
    put("netmask", written(range.mask()));
    if range.width == 32 {
        put("broadcast", written(range.last()));
    }
    let edge = u128::from(range.width == 32 && range.prefix < 31);
    put("firstUsable", written(range.bits + edge));
    put("lastUsable", written(range.last() - edge));
    put("cidr", number(i64::from(range.prefix)));
    Ok(Content::Map(Arc::new(Map::from_members(members))))
}

pub fn subnet(_: &Budget, arguments: &[Value]) -> Outcome {
    let range = Range::parse(text(arguments, 0)?)?;
    let prefix = u32::try_from(integer(arguments, 1)?).unwrap_or(u32::MAX);
    if prefix < range.prefix || prefix > range.width {
        return invalid("the new prefix does not fit into the range");
    }
    let at = index(integer(arguments, 2)?)? as u128;
    let subnet = Range { bits: 0, prefix, width: range.width };
    let bits =
        at.checked_shl(range.width - prefix).filter(|_| range.width - prefix < 128).unwrap_or(0);
    if at > 0 && (bits == 0 || bits > range.hosts()) {
        return invalid("the range has no such subnet");
    }
    Ok(Content::Text(format!("{}/{prefix}", subnet.address(range.bits | bits)).into()))
}

pub fn host(_: &Budget, arguments: &[Value]) -> Outcome {
    let range = Range::parse(text(arguments, 0)?)?;
    let at = index(integer(arguments, 1)?)? as u128;
    let usable = range.bits.checked_add(1).and_then(|first| first.checked_add(at));
    match usable.filter(|bits| *bits <= range.last()) {
        Some(bits) => Ok(Content::Text(range.address(bits).into())),
        None => invalid("the range has no such host"),
    }
}
