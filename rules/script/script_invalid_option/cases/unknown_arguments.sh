az backup protection disable -g rg-backup "$@"
