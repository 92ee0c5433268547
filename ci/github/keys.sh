#!/usr/bin/env bash
# What the caches of the action depend on, as outputs of its step.
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
root=${JUDGE_ROOT:-$here}
python=$("${JUDGE_PYTHON:-python3}" -c 'import platform; print(platform.python_version())')
home=${RUNNER_TOOL_CACHE:-$HOME/.cache}/judge

digest() { # of all files below these paths, names and contents
    find "$@" -type f -not -path '*/__pycache__/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16
}

package=$(cd "$here" && digest judge pyproject.toml constraints.txt)
exercises=$(cd "$root" && digest problems reference)
{
    echo "environment-path=$home/environment"
    echo "environment=judge-environment-${RUNNER_OS:-Linux}-${RUNNER_ARCH:-X64}-$python-$package"
    echo "compiled-path=$home/compiled"
    echo "compiled=judge-compiled-${RUNNER_OS:-Linux}-${RUNNER_ARCH:-X64}-$python-$package-$exercises"
} >> "$GITHUB_OUTPUT"
