#!/usr/bin/env bash
# Makes the zip that Gradescope wants: make_zip.sh OUTPUT.zip [CASES.yaml]
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
output=$(realpath -m "${1:?usage: make_zip.sh OUTPUT.zip [CASES.yaml]}")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/judge"
for part in judge problems reference pyproject.toml constraints.txt README.md LICENSE; do
    cp -R "$here/$part" "$scratch/judge/"
done
find "$scratch" -name __pycache__ -prune -exec rm -rf {} +
cp "$here"/ci/gradescope/{setup.sh,run_autograder,settings.env} "$scratch/"
if [ -n "${2:-}" ]; then
    cp "$2" "$scratch/cases.yaml"
fi
chmod +x "$scratch/setup.sh" "$scratch/run_autograder"
rm -f "$output"
python3 -c 'import shutil, sys; shutil.make_archive(sys.argv[1].removesuffix(".zip"), "zip", sys.argv[2])' "$output" "$scratch"
