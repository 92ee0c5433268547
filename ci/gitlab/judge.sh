#!/usr/bin/env bash
# The GitLab job: judge, and leave the reports in judge-reports/.
set -euo pipefail

home=${JUDGE_HOME:-$(cd "$(dirname "$0")/../.." && pwd)}
reports=${CI_PROJECT_DIR:-.}/judge-reports
rm -rf "$reports"
mkdir -p "$reports"
cd "${CI_PROJECT_DIR:-.}"

mapfile -t paths < <(printf '%s\n' "${JUDGE_PATHS:-submissions}" | sed 's/^[[:space:]]*//; s/[[:space:]]*$//; /^$/d')
options=(--root "${JUDGE_ROOT:-$home}" --entropy "${JUDGE_ENTROPY:-0}" --jobs "${JUDGE_JOBS:-2}")
options+=(--require-isolation "${JUDGE_REQUIRE_ISOLATION:-landlock}")
if [ "${JUDGE_REQUIRE_FLOW:-false}" = true ]; then
    options+=(--require-flow)
fi
if [ -n "${JUDGE_PROBLEM:-}" ]; then
    options+=(--problem "$JUDGE_PROBLEM")
fi
if [ -n "${JUDGE_EXTRA_CASES:-}" ]; then # the path of a file, as GitLab gives it
    options+=(--extra-cases "$JUDGE_EXTRA_CASES")
fi
for format in json junit sarif markdown csv html; do
    options+=(--report "$format=$reports/")
done

status=0
judge run "${options[@]}" -- "${paths[@]}" || status=$?
if [ -f "$reports/report.json" ]; then
    python3 "$home/ci/outputs.py" "$reports/report.json" | sed 's/^\([a-z_]*\)=/JUDGE_\U\1=/' > "$reports/judge.env"
fi
exit "$status"
