#!/usr/bin/env bash
# The steps of action.yml: install, build, run, verdict. Everything comes in as a variable of the environment, and
# what a repository may have named leaves only through files of the runner or between markers that stop commands.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/.." && pwd)

# Ends the step. The text is ours alone.
fail() {
    printf '::error title=backuplint::%s\n' "$1"
    exit 2
}

# A line that nobody can guess, to end what a stranger may have written.
marker() {
    od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}

# An output of the step, whatever lines its value has.
output() {
    local end
    end=$(marker)
    printf '%s<<%s\n%s\n%s\n' "$1" "$end" "$2" "$end" >>"$GITHUB_OUTPUT"
}

# Whether an input that takes true or false is true.
is_true() {
    case "$2" in
    true) return 0 ;;
    false | '') return 1 ;;
    *) fail "the input $1 takes true or false" ;;
    esac
}

# The SHA-256 of standard input.
sha256() {
    { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi; } | cut -c 1-64
}

# The target that releases are built for, empty where there is none.
target() {
    case "${RUNNER_OS:-}/${RUNNER_ARCH:-}" in
    Linux/X64) echo x86_64-unknown-linux-musl ;;
    Linux/ARM64) echo aarch64-unknown-linux-musl ;;
    macOS/X64) echo x86_64-apple-darwin ;;
    macOS/ARM64) echo aarch64-apple-darwin ;;
    Windows/X64) echo x86_64-pc-windows-msvc ;;
    *) ;;
    esac
}

program_name() {
    if [ "${RUNNER_OS:-}" = Windows ]; then echo backuplint.exe; else echo backuplint; fi
}

own_version() {
    sed -n 's/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml" | head -n 1
}

# Everything that a build reads, as one number. The cases of rules are for tests.
digest_of_source() {
    (cd "$root" && find Cargo.toml Cargo.lock src rules fixtures -type f -not -path '*/cases/*' -print0 |
        LC_ALL=C sort -z | xargs -0 cat) | sha256
}

install() {
    local own version archive known folder digest
    own=$(own_version)
    version=${BACKUPLINT_VERSION:-$own}
    version=${version#v}
    [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]] || fail 'the input version is no version, such as 0.1.0'
    archive=backuplint-$version-$(target).tar.gz
    known=$(grep -E "^[0-9a-f]{64} [ *]${archive//./\\.}\$" "$here/checksums.txt" | cut -c 1-64 || true)
    if [ -n "$known" ]; then
        folder=$RUNNER_TEMP/backuplint-$version
        download "$version" "$archive" "$known" "$folder"
    elif [ "$version" = "$own" ]; then
        digest=$(digest_of_source)
        folder=$RUNNER_TEMP/backuplint-${digest:0:16}
        output folder "$folder"
        output key "backuplint-${RUNNER_OS:-}-${RUNNER_ARCH:-}-$digest"
    else
        fail "this action knows no checksum of release $version for this machine; pin the action to the ref of that release, or name a version in action/checksums.txt"
    fi
    output program "$folder/$(program_name)"
    output version "$version"
}

# Fetches one release and unpacks it only if it is the one that the list names.
download() {
    local version=$1 archive=$2 known=$3 folder=$4 address found
    address=$BACKUPLINT_SERVER/$BACKUPLINT_REPOSITORY/releases/download/v$version/$archive
    mkdir -p "$folder"
    curl --proto '=https' --tlsv1.2 --fail --silent --show-error --location --retry 3 --max-time 300 \
        --output "$folder/$archive" "$address" || fail "release $version could not be fetched; see the line above"
    found=$(sha256 <"$folder/$archive")
    if [ "$found" != "$known" ]; then
        rm -f "$folder/$archive"
        fail "the archive of release $version is not the one that action/checksums.txt names; nothing was installed"
    fi
    (cd "$folder" && tar -xzf "$archive" "$(program_name)")
    rm -f "$folder/$archive"
}

build() {
    # An earlier step of the same job may have built it.
    if [ -x "$BACKUPLINT_PROGRAM" ]; then return; fi
    command -v cargo >/dev/null ||
        fail 'no release fits this machine and there is no cargo to build with; install Rust in an earlier step, such as rustup toolchain install stable'
    local built=$RUNNER_TEMP/backuplint-target
    # In the action's own folder, so that no configuration of the repository takes part.
    (cd "$root" && CARGO_TARGET_DIR=$built cargo build --release --locked --bin backuplint) ||
        fail 'the build failed; see the lines above'
    mkdir -p "$(dirname "$BACKUPLINT_PROGRAM")"
    mv "$built/release/$(program_name)" "$BACKUPLINT_PROGRAM"
    rm -rf "$built"
}

# The lines of an input that are not empty, into the array `lines`.
lines_of() {
    local line
    lines=()
    while IFS= read -r line || [ -n "$line" ]; do
        line=${line%$'\r'}
        if [ -n "$line" ]; then lines+=("$line"); fi
    done <<<"$1"
}

# The words of the command, into the array `words`.
words_of_command() {
    local command=$1 folder=$2 format
    local -a lines
    words=("$command")
    for format in sarif json markdown; do words+=(--output "$format=$folder/backuplint.$format"); done
    # A review is of one change, which is no file of code: nothing to annotate.
    if [ "$command" != review ]; then words+=(--output "github=$folder/backuplint.github" --no-progress); fi
    if [ -n "${BACKUPLINT_CONFIG:-}" ]; then words+=("--config=$BACKUPLINT_CONFIG"); fi
    if [ -n "${BACKUPLINT_FAIL_ON:-}" ]; then words+=("--fail-on=$BACKUPLINT_FAIL_ON"); fi
    if [ -n "${BACKUPLINT_CHANGED_SINCE:-}" ]; then words+=("--changed-since=$BACKUPLINT_CHANGED_SINCE"); fi
    if [ -n "${BACKUPLINT_ESTATE:-}" ]; then words+=("--estate=$BACKUPLINT_ESTATE"); fi
    if is_true live "${BACKUPLINT_LIVE:-}"; then words+=(--live); fi
    if is_true allow-incomplete "${BACKUPLINT_ALLOW_INCOMPLETE:-}"; then words+=(--allow-incomplete); fi
    lines_of "${BACKUPLINT_ARGUMENTS:-}"
    words+=(${lines[@]+"${lines[@]}"})
    lines_of "${BACKUPLINT_PATH:-}"
    if [ "${#lines[@]}" -gt 0 ]; then words+=(-- "${lines[@]}"); fi
}

# A number of the summary in the JSON report: each stands on a line of its own, and no text in JSON spans lines.
number() {
    sed -n '/^  "summary": {/,/^  }/s/^    "'"$1"'": \([0-9]*\),*$/\1/p' "$2"
}

severity() {
    sed -n '/^  "summary": {/,/^  }/s/^    "bySeverity": {.*"'"$1"'":\([0-9]*\)[,}].*$/\1/p' "$2"
}

run() {
    local command folder end code=0
    local -a words
    command=${BACKUPLINT_COMMAND:-lint}
    case "$command" in
    lint | audit | review) ;;
    *) fail 'the input command takes lint, audit or review' ;;
    esac
    [ -x "$BACKUPLINT_PROGRAM" ] || fail 'the program is missing; the step that installs it did not run'
    folder=$RUNNER_TEMP/backuplint-$(marker)
    mkdir -p "$folder"
    words_of_command "$command" "$folder"
    end=$(marker)
    # What the program quotes is escaped already; the runner need not trust that.
    printf '::stop-commands::%s\n' "$end"
    MSYS_NO_PATHCONV=1 "$BACKUPLINT_PROGRAM" "${words[@]}" 2>&1 || code=$?
    printf '\n::%s::\n' "$end"
    case "$code" in
    0) output result clean ;;
    1) output result findings ;;
    3) output result incomplete ;;
    *) code=2 && output result error ;;
    esac
    output exit-code "$code"
    report "$command" "$folder" "$code"
}

# Hands the reports on, as far as they were written.
report() {
    local command=$1 folder=$2 code=$3 format name
    for format in sarif json markdown; do
        if [ -s "$folder/backuplint.$format" ]; then output "$format-file" "$folder/backuplint.$format"; fi
    done
    if [ -s "$folder/backuplint.json" ]; then
        output verdict "$(sed -n 's/^  "verdict": "\([a-z-]*\)",*$/\1/p' "$folder/backuplint.json")"
        output findings "$(number fail "$folder/backuplint.json")"
        output undecided "$(number unknown "$folder/backuplint.json")"
        output gaps "$(number gaps "$folder/backuplint.json")"
        for name in critical high medium low info; do
            output "$name" "$(severity "$name" "$folder/backuplint.json")"
        done
    fi
    if is_true annotations "${BACKUPLINT_ANNOTATIONS:-true}" && [ -s "$folder/backuplint.github" ]; then
        cat "$folder/backuplint.github"
    fi
    if is_true summary "${BACKUPLINT_SUMMARY:-true}" && [ -s "$folder/backuplint.markdown" ]; then
        cat "$folder/backuplint.markdown" >>"$GITHUB_STEP_SUMMARY"
    fi
    local upload=${BACKUPLINT_UPLOAD:-auto}
    # What Azure answered is no code: code scanning would show it on files that do not hold it.
    if [ "$upload" = auto ]; then
        if [ "$command" = lint ]; then upload=true; else upload=false; fi
    fi
    # After an error findings are missing, and code scanning would take them for fixed.
    if [ "$code" = 2 ]; then upload=false; fi
    if is_true upload-sarif "$upload" && [ -s "$folder/backuplint.sarif" ]; then output upload true; fi
}

verdict() {
    case "${BACKUPLINT_EXIT_CODE:-}" in
    0) echo 'backuplint: clean' ;;
    1 | 3)
        local what='findings'
        if [ "$BACKUPLINT_EXIT_CODE" = 3 ]; then what='incomplete: something could not be read'; fi
        echo "backuplint: $what (exit code $BACKUPLINT_EXIT_CODE)"
        if is_true fail "${BACKUPLINT_FAIL:-true}"; then exit "$BACKUPLINT_EXIT_CODE"; fi
        ;;
    *) fail 'it ended with an error; the step before says which' ;;
    esac
}

case "${1:-}" in
install | build | run | verdict) "$1" ;;
*) fail 'usage: backuplint.sh install|build|run|verdict' ;;
esac
