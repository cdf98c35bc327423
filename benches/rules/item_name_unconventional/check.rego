# The machine's name breaks the convention.
package backuplint.bench.item_name_unconventional

import data.backuplint.bench.item

deny contains item.finding("properties.friendlyName", "the name breaks the convention", "vm- and seven digits") if {
	name := input.properties.friendlyName
	not regex.match(`^vm-[0-9]{7}$`, name)
	endswith(input.properties.containerName, name)
}
