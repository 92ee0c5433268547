#!/usr/bin/env bash
# What later runs would have to wait for, into the cache that is kept: once, after the first submissions were judged.
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
options=(--root "${JUDGE_ROOT:-$here}")
if [ -n "${JUDGE_PROBLEM:-}" ]; then
    options+=("$JUDGE_PROBLEM")
fi
if ! XDG_CACHE_HOME=${JUDGE_CACHE:?} "${JUDGE_ENVIRONMENT:?}/bin/judge" cache warm "${options[@]}"; then
    echo "::warning title=judge::not all that later runs need could be kept, so they take longer"
fi
