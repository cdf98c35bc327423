//! The table of functions.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::RandomState;

use super::{Definition, Run, collection, compare, convert, date, network, number, object, text};

/// The functions that the evaluator runs itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Special {
    /// `parameters('n')`
    Parameters,
    /// `variables('n')`
    Variables,
    /// `copyIndex()`
    CopyIndex,
    /// `lambdaVariables('n')`
    LambdaVariables,
    /// `and(…)`
    And,
    /// `or(…)`
    Or,
    /// `coalesce(…)`
    Coalesce,
    /// `if(…)`, where it is not already an expression of its own
    If,
    /// `map(list, lambda)`
    Map,
    /// `filter(list, lambda)`
    Filter,
    /// `reduce(list, start, lambda)`
    Reduce,
    /// `sort(list, lambda)`
    Sort,
    /// `toObject(list, key, value)`
    ToObject,
    /// `groupBy(list, key)`
    GroupBy,
    /// `mapValues(object, lambda)`
    MapValues,
    /// `resourceId(…)`
    ResourceId,
    /// `subscriptionResourceId(…)`
    SubscriptionResourceId,
    /// `tenantResourceId(…)`
    TenantResourceId,
    /// `managementGroupResourceId(…)`
    ManagementGroupResourceId,
    /// `extensionResourceId(…)`
    ExtensionResourceId,
    /// `resourceGroup(…)`
    ResourceGroup,
    /// `subscription(…)`
    Subscription,
    /// `managementGroup(…)`
    ManagementGroup,
    /// `tenant()`
    Tenant,
    /// `deployment()`
    Deployment,
    /// `reference(…)`
    Reference,
    /// `references(…)`
    References,
    /// `resourceInfo('symbol')`
    ResourceInfo,
    /// `loadTextContent('file')`
    LoadText,
    /// `loadJsonContent('file')`
    LoadJson,
    /// `loadYamlContent('file')`
    LoadYaml,
    /// `loadFileAsBase64('file')`
    LoadBase64,
    /// `nameof(x)`
    NameOf,
    /// `any(x)`
    Any,
    /// `fail('why')`
    Fail,
    /// `getSecret(…)` and the `list…` functions that answer keys
    Secret,
}

macro_rules! functions {
    ($($name:literal $fewest:literal $most:literal $run:expr;)*) => {
        &[$(Definition { name: $name, fewest: $fewest, most: $most, run: $run },)*]
    };
}

use Run::{Cloud, Fresh, Pure, Special as S, Tolerant};

/// In the order of the names: [`find`] searches by halves.
static FUNCTIONS: &[Definition] = functions! {
    "add" 2 2 Pure(number::add);
    "and" 1 255 S(Special::And);
    "any" 1 1 S(Special::Any);
    "array" 1 1 Pure(collection::array);
    "base64" 1 1 Pure(convert::base64);
    "base64tojson" 1 1 Pure(convert::base64_to_json);
    "base64tostring" 1 1 Pure(convert::base64_to_text);
    "bool" 1 1 Pure(convert::truth_value);
    "builduri" 1 1 Cloud;
    "cidrhost" 2 2 Pure(network::host);
    "cidrsubnet" 3 3 Pure(network::subnet);
    "coalesce" 1 255 S(Special::Coalesce);
    "concat" 0 255 Tolerant(collection::concat);
    "contains" 2 2 Tolerant(compare::contains);
    "copyindex" 0 2 S(Special::CopyIndex);
    "createarray" 0 255 Tolerant(collection::create_array);
    "createobject" 0 255 Tolerant(object::create_object);
    "datauri" 1 1 Pure(convert::data_uri);
    "datauritostring" 1 1 Pure(convert::data_uri_to_text);
    "datetimeadd" 2 3 Pure(date::add);
    "datetimefromepoch" 1 1 Pure(date::from_epoch);
    "datetimetoepoch" 1 1 Pure(date::to_epoch);
    "deployer" 0 0 Cloud;
    "deployment" 0 0 S(Special::Deployment);
    "div" 2 2 Pure(number::div);
    "empty" 1 1 Tolerant(collection::empty);
    "endswith" 2 2 Pure(text::ends_with);
    "environment" 0 0 Cloud;
    "equals" 2 2 Tolerant(compare::equals);
    "extensionresourceid" 3 255 S(Special::ExtensionResourceId);
    "externalinput" 1 2 Cloud;
    "fail" 1 1 S(Special::Fail);
    "false" 0 0 Pure(convert::constant_false);
    "filter" 2 2 S(Special::Filter);
    "first" 1 1 Pure(collection::first);
    "flatten" 1 1 Pure(collection::flatten);
    "float" 1 1 Pure(convert::float);
    "format" 1 255 Tolerant(text::format);
    "getsecret" 1 4 S(Special::Secret);
    "greater" 2 2 Pure(number::greater);
    "greaterorequals" 2 2 Pure(number::greater_or_equals);
    "groupby" 2 2 S(Special::GroupBy);
    "guid" 1 255 Cloud;
    "if" 3 3 S(Special::If);
    "indexfromend" 2 2 Pure(collection::index_from_end);
    "indexof" 2 2 Pure(compare::index_of);
    "int" 1 1 Pure(convert::int);
    "intersection" 2 255 Pure(collection::intersection);
    "items" 1 1 Pure(object::items);
    "join" 2 2 Tolerant(text::join);
    "json" 1 1 Pure(convert::json);
    "lambdavariables" 1 1 S(Special::LambdaVariables);
    "last" 1 1 Pure(collection::last);
    "lastindexof" 2 2 Pure(compare::last_index_of);
    "length" 1 1 Pure(collection::length);
    "less" 2 2 Pure(number::less);
    "lessorequals" 2 2 Pure(number::less_or_equals);
    "loaddirectoryfileinfo" 1 2 Cloud;
    "loadfileasbase64" 1 1 S(Special::LoadBase64);
    "loadjsoncontent" 1 3 S(Special::LoadJson);
    "loadtextcontent" 1 2 S(Special::LoadText);
    "loadyamlcontent" 1 3 S(Special::LoadYaml);
    "managementgroup" 0 1 S(Special::ManagementGroup);
    "managementgroupresourceid" 2 255 S(Special::ManagementGroupResourceId);
    "map" 2 2 S(Special::Map);
    "mapvalues" 2 2 S(Special::MapValues);
    "max" 1 255 Pure(number::maximum);
    "min" 1 255 Pure(number::minimum);
    "mod" 2 2 Pure(number::remainder);
    "mul" 2 2 Pure(number::mul);
    "nameof" 1 1 S(Special::NameOf);
    "newguid" 0 0 Fresh;
    "not" 1 1 Pure(number::not);
    "null" 0 0 Pure(convert::constant_null);
    "objectkeys" 1 1 Pure(object::object_keys);
    "or" 1 255 S(Special::Or);
    "padleft" 2 3 Pure(text::pad_left);
    "parameters" 1 1 S(Special::Parameters);
    "parsecidr" 1 1 Pure(network::parse);
    "parseuri" 1 1 Cloud;
    "pickzones" 3 5 Cloud;
    "providers" 1 2 Cloud;
    "range" 2 2 Pure(collection::range);
    "readenvironmentvariable" 1 2 Cloud;
    "reduce" 3 3 S(Special::Reduce);
    "reference" 1 3 S(Special::Reference);
    "references" 1 2 S(Special::References);
    "replace" 3 3 Pure(text::replace);
    "resourcegroup" 0 2 S(Special::ResourceGroup);
    "resourceid" 1 255 S(Special::ResourceId);
    "resourceinfo" 1 1 S(Special::ResourceInfo);
    "shallowmerge" 1 1 Pure(object::shallow_merge);
    "skip" 2 2 Pure(collection::skip);
    "sort" 2 2 S(Special::Sort);
    "split" 2 2 Tolerant(text::split);
    "startswith" 2 2 Pure(text::starts_with);
    "string" 1 1 Tolerant(convert::string);
    "sub" 2 2 Pure(number::sub);
    "subscription" 0 1 S(Special::Subscription);
    "subscriptionresourceid" 2 255 S(Special::SubscriptionResourceId);
    "substring" 2 3 Pure(text::substring);
    "take" 2 2 Pure(collection::take);
    "tenant" 0 0 S(Special::Tenant);
    "tenantresourceid" 2 255 S(Special::TenantResourceId);
    "tobase64string" 1 1 Pure(convert::base64);
    "tologicalzone" 3 3 Cloud;
    "tologicalzones" 3 3 Cloud;
    "tolower" 1 1 Pure(text::to_lower);
    "toobject" 2 3 S(Special::ToObject);
    "tophysicalzone" 3 3 Cloud;
    "tophysicalzones" 3 3 Cloud;
    "toupper" 1 1 Pure(text::to_upper);
    "trim" 1 1 Pure(text::trim);
    "true" 0 0 Pure(convert::constant_true);
    "tryget" 2 255 Tolerant(object::try_get);
    "tryindexfromend" 2 2 Pure(collection::try_index_from_end);
    "union" 1 255 Tolerant(collection::union);
    "uniquestring" 1 255 Cloud;
    "uri" 2 2 Tolerant(convert::uri);
    "uricomponent" 1 1 Pure(convert::uri_component);
    "uricomponenttostring" 1 1 Pure(convert::uri_component_to_text);
    "utcnow" 0 1 Fresh;
    "variables" 1 1 S(Special::Variables);
};

/// Any of the `list…` functions that resource types bring: `listKeys`, `listAccountSas`.
static LIST: Definition =
    Definition { name: "list", fewest: 1, most: 4, run: Run::Special(Special::Secret) };

/// Every expression of every template looks its functions up.
static BY_NAME: LazyLock<HashMap<&[u8], &Definition, RandomState>> = LazyLock::new(|| {
    FUNCTIONS.iter().map(|definition| (definition.name.as_bytes(), definition)).collect()
});

/// The function with this name, letter case aside.
pub fn find(name: &str) -> Option<&'static Definition> {
    let mut lower = [0_u8; 32];
    let lower = lower.get_mut(..name.len())?;
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    let lower = &*lower;
    let list = || lower.starts_with(b"list").then_some(&LIST);
    BY_NAME.get(lower).copied().or_else(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(FUNCTIONS.is_sorted_by(|left, right| left.name < right.name));
    }

    #[test]
    fn every_name_is_found() {
        for definition in FUNCTIONS {
            assert!(
                std::ptr::eq(find(&definition.name.to_uppercase()).unwrap(), definition),
                "{}",
                definition.name
            );
        }
        assert_eq!(find("listKeys").unwrap().name, "list");
        assert!(find("frobnicate").is_none());
    }
}
