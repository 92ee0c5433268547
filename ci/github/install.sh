#!/usr/bin/env bash
# The judge and what submissions run with, in an environment of its own; nothing to do where it was kept.
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
environment=${JUDGE_ENVIRONMENT:?}
if [ -x "$environment/bin/judge" ]; then
    echo "The environment was kept: $("$environment/bin/judge" --version)"
    exit 0
fi
"${JUDGE_PYTHON:-python3}" -m venv "$environment"
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
    --constraint "$here/constraints.txt" "${here}[jax,isolation,notebook]"
