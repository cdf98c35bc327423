az backup protection disable -g rg-backup -v rsv-orders "$@" --yes
