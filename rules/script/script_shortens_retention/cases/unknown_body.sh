az backup policy set -g rg-backup -v rsv-orders -n daily --policy "$BODY"
