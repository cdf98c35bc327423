//! Scripts and pipelines of the size that people write: deployments, clean-ups, restores, with functions, loops,
//! here-documents and much that has nothing to do with backups. Two of three run commands of Azure.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use backuplint::script::{kind_of, read};
use rayon::prelude::*;
use walkdir::WalkDir;

use super::{Answer, Counted};

/// Writes one script or pipeline.
pub fn write(number: usize, folder: &Path) -> Answer<()> {
    let (name, text) = match number % 10 {
        0..=3 => ("deploy.sh", shell(number)),
        4 => ("build.sh", plain_shell(number)),
        5..=6 => ("runbook.ps1", powershell(number)),
        7..=8 => ("workflow.yml", workflow(number)),
        _ => ("azure-pipelines.yml", pipeline(number)),
    };
    fs::write(folder.join(name), text)?;
    Ok(())
}

/// Reads all scripts below a folder.
pub fn run(folder: &Path) -> Answer<Counted> {
    let files = WalkDir::new(folder).into_iter().filter_map(Result::ok);
    let files: Vec<_> = files.filter(|entry| entry.file_type().is_file()).collect();
    let counted = files.par_iter().map(|entry| {
        let text = fs::read_to_string(entry.path()).unwrap_or_default();
        let mut counted = Counted { bytes: text.len() as u64, ..Counted::default() };
        let Some(kind) = kind_of(&entry.path().to_string_lossy(), &text) else { return counted };
        for operation in read(&text, kind).jobs.iter().flat_map(|job| &job.operations) {
            counted.resources += 1;
            for given in &operation.options {
                match given.value.as_unknown() {
                    None => counted.known += 1,
                    Some(_) => counted.unknown += 1,
                }
            }
        }
        counted
    });
    Ok(counted.reduce(Counted::default, |left, right| Counted {
        bytes: left.bytes + right.bytes,
        resources: left.resources + right.resources,
        known: left.known + right.known,
        unknown: left.unknown + right.unknown,
    }))
}

/// What every program has: options, messages, checks.
fn preamble(number: usize) -> String {
    format!(
        "#!/usr/bin/env bash\n# Deploys service {number}; see the handbook for the order of the steps.\nset -euo pipefail\n\nreadonly SERVICE=\"service-{number}\"\nENVIRONMENT=\"${{1:-test}}\"\nDRY_RUN=false\n\nusage() {{\n  cat <<EOF\nUsage: $0 ENVIRONMENT [--dry-run]\n  deploys $SERVICE to test, staging or production\nEOF\n}}\n\nlog() {{ printf '%s %s\\n' \"$(date -u +%FT%TZ)\" \"$*\" >&2; }}\n\nretry() {{\n  local attempt=1\n  until \"$@\"; do\n    if (( attempt >= 5 )); then\n      log \"gave up: $*\"\n      return 1\n    fi\n    attempt=$((attempt + 1))\n    sleep $((attempt * 2))\n  done\n}}\n\nfor argument in \"$@\"; do\n  case \"$argument\" in\n    --dry-run) DRY_RUN=true ;;\n    -h|--help) usage; exit 0 ;;\n    *) log \"argument $argument\" ;;\n  esac\ndone\n\nif [[ ! \"$ENVIRONMENT\" =~ ^(test|staging|production)$ ]]; then\n  usage\n  exit 2\nfi\n\n"
    )
}

fn plain_shell(number: usize) -> String {
    let mut text = preamble(number);
    for step in 0..24 {
        let _ = write!(
            text,
            "build_{step}() {{\n  log \"building part {step}\"\n  local out=\"target/part-{step}\"\n  mkdir -p \"$out\"\n  find src/part-{step} -name '*.ts' -print0 | xargs -0 -n 20 npx tsc --outDir \"$out\"\n  tar -czf \"$out.tar.gz\" -C \"$out\" . && sha256sum \"$out.tar.gz\" >> checksums.txt\n}}\nbuild_{step}\n\n"
        );
    }
    text
}

fn shell(number: usize) -> String {
    let mut text = preamble(number);
    let _ = write!(
        text,
        "GROUP=\"rg-$SERVICE-$ENVIRONMENT\"\nVAULT=\"rsv-{number}\"\nVAULT_GROUP=rg-backup\nMACHINES=(vm-{number}-a vm-{number}-b)\n\naz account set --subscription \"$SUBSCRIPTION\"\naz group create --name \"$GROUP\" --location westeurope --tags service=\"$SERVICE\" owner=platform\n\n"
    );
    for step in 0..6 {
        let _ = write!(
            text,
            "step_{step}() {{\n  local machine=\"$1\"\n  log \"step {step} on $machine\"\n  local state\n  state=$(az vm get-instance-view --resource-group \"$GROUP\" --name \"$machine\" --query \"instanceView.statuses[1].code\" --output tsv)\n  if [[ \"$state\" != PowerState/running ]]; then\n    log \"$machine is $state\"\n    return 0\n  fi\n  az vm run-command invoke --resource-group \"$GROUP\" --name \"$machine\" \\\n    --command-id RunShellScript \\\n    --scripts \"systemctl restart unit-{step} && systemctl is-active unit-{step}\" \\\n    --output none\n}}\n\n"
        );
    }
    text.push_str(
        "job=$(az backup protection backup-now --resource-group \"$VAULT_GROUP\" --vault-name \"$VAULT\" \\\n  --container-name \"${MACHINES[0]}\" --item-name \"${MACHINES[0]}\" \\\n  --backup-management-type AzureIaasVM --retain-until \"$(date -u -d '+30 days' +%d-%m-%Y)\" \\\n  --query name --output tsv)\nretry az backup job wait --resource-group \"$VAULT_GROUP\" --vault-name \"$VAULT\" --name \"$job\"\n\nfor machine in \"${MACHINES[@]}\"; do\n",
    );
    for step in 0..6 {
        let _ = writeln!(text, "  step_{step} \"$machine\"");
    }
    text.push_str("done\n\nif [[ $DRY_RUN == false ]]; then\n  az deployment group create --resource-group \"$GROUP\" --template-file main.bicep --parameters @parameters.json environment=\"$ENVIRONMENT\"\nfi\n");
    if number.is_multiple_of(50) {
        text.push_str("az backup protection disable -g \"$VAULT_GROUP\" -v \"$VAULT\" -c old -i old --backup-management-type AzureIaasVM --delete-backup-data true --yes\n");
    }
    text
}

fn powershell(number: usize) -> String {
    let mut text = format!(
        "<#\n.SYNOPSIS\n  Checks the backups of service {number}.\n#>\n[CmdletBinding()]\nparam(\n    [Parameter(Mandatory)] [string] $Environment,\n    [int] $Days = 7\n)\n$ErrorActionPreference = 'Stop'\n$vault = Get-AzRecoveryServicesVault -Name \"rsv-{number}\" -ResourceGroupName 'rg-backup'\nSet-AzRecoveryServicesVaultContext -Vault $vault\n\n"
    );
    for step in 0..8 {
        let _ = write!(
            text,
            "function Test-Part{step} {{\n    param([string] $Name, [hashtable] $Options = @{{}})\n    Write-Verbose \"part {step} of $Name\"\n    $items = Get-AzRecoveryServicesBackupItem -BackupManagementType AzureVM -WorkloadType AzureVM -VaultId $vault.ID |\n        Where-Object {{ $_.Name -like \"*$Name*\" -and $_.ProtectionState -ne 'Protected' }}\n    foreach ($item in $items) {{\n        $settings = @{{ Item = $item; VaultId = $vault.ID; ExpiryDateTimeUTC = (Get-Date).ToUniversalTime().AddDays($Days) }}\n        if ($Environment -eq 'production') {{\n            $job = Backup-AzRecoveryServicesBackupItem @settings\n            Wait-AzRecoveryServicesBackupJob -Job $job -Timeout 7200 | Out-Null\n        }} else {{\n            Write-Output (\"{{0}} of {{1}}\" -f $item.Name, $Name)\n        }}\n    }}\n}}\nTest-Part{step} -Name \"vm-{step}\" -Options @{{ Retries = {step}; Quiet = $true }}\n\n"
        );
    }
    text
}

fn workflow(number: usize) -> String {
    let mut text = format!(
        "name: service {number}\non:\n  push:\n    branches: [main]\n  workflow_dispatch:\npermissions:\n  id-token: write\n  contents: read\nenv:\n  SERVICE: service-{number}\njobs:\n"
    );
    for job in ["test", "staging", "production"] {
        let _ = write!(
            text,
            "  {job}:\n    runs-on: ubuntu-latest\n    environment: {job}\n    steps:\n      - uses: actions/checkout@v4\n      - uses: azure/login@v2\n        with:\n          client-id: ${{{{ vars.CLIENT_ID }}}}\n          tenant-id: ${{{{ vars.TENANT_ID }}}}\n          subscription-id: ${{{{ vars.SUBSCRIPTION_ID }}}}\n      - name: Build\n        run: |\n          npm ci\n          npm run build -- --env {job}\n          tar -czf app.tar.gz dist\n      - name: Back up\n        uses: azure/cli@v2\n        with:\n          inlineScript: |\n            job=$(az backup protection backup-now --resource-group rg-backup --vault-name rsv-{number} \\\n              --container-name vm-{job} --item-name vm-{job} --query name --output tsv)\n            az backup job wait --resource-group rg-backup --vault-name rsv-{number} --name \"$job\"\n      - name: Deploy\n        run: |\n          az deployment group create --resource-group \"rg-${{{{ env.SERVICE }}}}-{job}\" \\\n            --template-file main.bicep --parameters environment={job} revision=${{{{ github.sha }}}}\n          for machine in $(az vm list --resource-group \"rg-{job}\" --query \"[].name\" --output tsv); do\n            az vm run-command invoke --resource-group \"rg-{job}\" --name \"$machine\" --command-id RunShellScript --scripts @upgrade.sh\n          done\n"
        );
    }
    text
}

fn pipeline(number: usize) -> String {
    let mut text = format!(
        "trigger:\n  - main\npool:\n  vmImage: ubuntu-latest\nvariables:\n  service: service-{number}\nstages:\n"
    );
    for stage in ["Test", "Staging", "Production"] {
        let _ = write!(
            text,
            "  - stage: {stage}\n    jobs:\n      - deployment: deploy\n        environment: {stage}\n        strategy:\n          runOnce:\n            deploy:\n              steps:\n                - checkout: self\n                - task: AzureCLI@2\n                  displayName: Back up\n                  inputs:\n                    azureSubscription: backup\n                    scriptType: bash\n                    scriptLocation: inlineScript\n                    inlineScript: |\n                      az backup protection backup-now -g rg-backup -v rsv-{number} -c vm-$(service) -i vm-$(service)\n                      az backup job list -g rg-backup -v rsv-{number} -o table\n                - task: AzurePowerShell@5\n                  inputs:\n                    azureSubscription: backup\n                    ScriptType: InlineScript\n                    azurePowerShellVersion: LatestVersion\n                    Inline: |\n                      $vault = Get-AzRecoveryServicesVault -Name rsv-{number} -ResourceGroupName rg-backup\n                      Get-AzRecoveryServicesBackupJob -VaultId $vault.ID | Format-Table\n                - task: AzureResourceManagerTemplateDeployment@3\n                  inputs:\n                    deploymentScope: Resource Group\n                    resourceGroupName: rg-$(service)\n                    csmFile: main.json\n                    deploymentMode: Incremental\n"
        );
    }
    text
}
