param isEnhanced bool

param location string = resourceGroup().location

var tags = {
  tier: 'gold'
  owner: 'orders'
}

resource machine 'Microsoft.Compute/virtualMachines@2024-07-01' = {
  name: 'vm-orders'
  location: location
  tags: union(tags, { role: 'database' })
  properties: {
    hardwareProfile: { vmSize: 'Standard_D2s_v5' }
    securityProfile: {
      securityType: 'TrustedLaunch'
      uefiSettings: { secureBootEnabled: true, vTpmEnabled: true }
    }
    storageProfile: {
      osDisk: {
        name: 'vm-orders-os'
        createOption: 'FromImage'
        diskSizeGB: 64
        managedDisk: { storageAccountType: 'Premium_LRS' }
      }
    }
  }
}

resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' = {
  name: 'rsv-orders'
  location: location
  sku: { name: 'RS0', tier: 'Standard' }
  properties: { publicNetworkAccess: 'Enabled' }

  resource daily 'backupPolicies' = {
    name: 'daily'
    properties: {
      backupManagementType: 'AzureIaasVM'
      timeZone: 'UTC'
      policyType: isEnhanced ? 'V2' : null
      schedulePolicy: isEnhanced
        ? {
            schedulePolicyType: 'SimpleSchedulePolicyV2'
            scheduleRunFrequency: 'Daily'
            dailySchedule: { scheduleRunTimes: ['2026-01-01T23:00:00Z'] }
          }
        : {
            schedulePolicyType: 'SimpleSchedulePolicy'
            scheduleRunFrequency: 'Daily'
            scheduleRunTimes: ['2026-01-01T23:00:00Z']
          }
      retentionPolicy: {
        retentionPolicyType: 'LongTermRetentionPolicy'
        dailySchedule: {
          retentionTimes: ['2026-01-01T23:00:00Z']
          retentionDuration: { count: 30, durationType: 'Days' }
        }
      }
    }
  }
}

var container = 'iaasvmcontainer;iaasvmcontainerv2;${resourceGroup().name};${machine.name}'

resource item 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems@2024-04-01' = {
  name: '${vault.name}/Azure/${container}/vm;iaasvmcontainerv2;${resourceGroup().name};${machine.name}'
  properties: {
    protectedItemType: 'Microsoft.Compute/virtualMachines'
    policyId: vault::daily.id
    sourceResourceId: machine.id
  }
}
