az backup vault update -g rg-backup -n rsv-orders --immutability-state Unlocked
