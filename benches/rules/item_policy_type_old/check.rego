# The item follows a standard backup policy.
package backuplint.bench.item_policy_type_old

import data.backuplint.bench.item

deny contains item.finding("properties.policyType", "a standard backup policy cannot hold trusted launch machines", "V2") if {
	input.properties.backupManagementType == "AzureIaasVM"
	input.properties.workloadType == "VM"
	not input.properties.policyType in {"V1", "V2"}
}
