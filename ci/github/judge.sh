#!/usr/bin/env bash
# One step of GitHub Actions: judge, annotate the lines, write the job summary and the outputs.
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
judge=${JUDGE_ENVIRONMENT:?}/bin/judge
python=${JUDGE_ENVIRONMENT:?}/bin/python
reports=${RUNNER_TEMP:?}/judge-reports
secrets=$(mktemp -d "${RUNNER_TEMP:?}/judge-secrets.XXXXXX")
trap 'rm -rf "$secrets"' EXIT
mkdir -p "$reports"

# --- what to judge: one path a line; of the changed files only regular ones, no links
mapfile -t paths < <(printf '%s\n' "${JUDGE_PATHS:-submissions}" | sed 's/^[[:space:]]*//; s/[[:space:]]*$//; /^$/d')
before=${JUDGE_BEFORE:-}
if [ "${JUDGE_CHANGED_ONLY:-false}" = true ] && git cat-file -e "${before:-none}^{commit}" 2> /dev/null; then
    changed=()
    while IFS= read -r -d '' path; do
        if [[ ($path == *.py || $path == *.ipynb) && /$path != */[._]* && /$path != */examples/* && -f $path && ! -L $path ]]; then
            changed+=("./$path")
        fi
    done < <(git diff --name-only -z --relative --diff-filter=d "$before" HEAD -- "${paths[@]}")
    if [ ${#changed[@]} -eq 0 ]; then
        echo "::notice title=judge::no submission was changed"
        echo "verdict=none" >> "$GITHUB_OUTPUT"
        exit 0
    fi
    paths=("${changed[@]#./}")
fi

# --- how
options=(--root "${JUDGE_ROOT:-$here}" --entropy "${JUDGE_ENTROPY:-0}" --jobs "${JUDGE_JOBS:-2}")
options+=(--require-isolation "${JUDGE_REQUIRE_ISOLATION:-landlock}")
if [ "${JUDGE_REQUIRE_FLOW:-false}" = true ]; then
    options+=(--require-flow)
fi
if [ -n "${JUDGE_PROBLEM:-}" ]; then
    options+=(--problem "$JUDGE_PROBLEM")
fi
if [ -n "${JUDGE_EXTRA_CASES:-}" ]; then
    (umask 077 && printf '%s\n' "$JUDGE_EXTRA_CASES" > "$secrets/cases.yaml")
    options+=(--extra-cases "$secrets/cases.yaml")
fi
unset JUDGE_EXTRA_CASES
if [[ $here =~ /_actions/([^/]+/[^/]+)/(.+)$ ]]; then # where the runner puts OWNER/REPOSITORY/REF
    export JUDGE_PITFALL_PAGES=${GITHUB_SERVER_URL:-https://github.com}/${BASH_REMATCH[1]}/blob/${BASH_REMATCH[2]}/docs/pitfalls.md
fi
for format in console json junit sarif markdown csv gradebook html; do
    options+=(--report "$format=$reports/")
done

# --- judge; what is printed meanwhile may hold names that learners chose, so no command is taken from it
token=$("$python" -c 'import secrets; print(secrets.token_hex(16))')
rm -rf "${reports:?}"/*
status=0
echo "::stop-commands::$token"
XDG_CACHE_HOME=${JUDGE_CACHE:-$RUNNER_TEMP/judge-cache} \
    "$judge" run "${options[@]}" --format github -- "${paths[@]}" > "$reports/annotations.txt" || status=$?
if [ -f "$reports/report.txt" ]; then
    cat "$reports/report.txt"
fi
echo "::$token::"

# --- tell
cat "$reports/annotations.txt"
if [ -f "$reports/report.md" ]; then
    cat "$reports/report.md" >> "$GITHUB_STEP_SUMMARY"
fi
if [ -f "$reports/report.json" ]; then
    "$python" "$here/ci/outputs.py" "$reports/report.json" >> "$GITHUB_OUTPUT"
    echo "reports=$reports" >> "$GITHUB_OUTPUT"
fi
if [ "$status" -eq 1 ] && [ "${JUDGE_FAIL:-true}" != true ]; then
    exit 0
fi
exit "$status"
