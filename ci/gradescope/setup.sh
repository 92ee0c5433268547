#!/usr/bin/env bash
# Run once by Gradescope, as root, when the autograder is built.
set -euo pipefail

source_folder=${AUTOGRADER_ROOT:-/autograder}/source
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
for version in 3.14 3.13 3.12 3.11; do # the newest of those that the image can have
    if apt-get install -y -qq --no-install-recommends "python$version" "python$version-venv"; then
        break
    fi
done
"python$version" -m venv "$source_folder/environment"
"$source_folder/environment/bin/python" -m pip install --quiet --disable-pip-version-check \
    --constraint "$source_folder/judge/constraints.txt" "$source_folder/judge[jax,isolation]"

# Submissions are judged by a user who owns nothing here. Neither can others read what is to stay hidden.
useradd --create-home judge
chmod -R go-w "$source_folder"

# One submission is judged now: that shows whether all is well, and the expected values are kept, which each
# submission would have to wait for otherwise. A build may have fewer walls than a run, so this may fail.
# shellcheck source=ci/gradescope/settings.env
. "$source_folder/settings.env"
trial=$(mktemp -d)
chmod 755 "$trial"
mkdir "$trial/submission"
cp "$source_folder/judge/problems/$JUDGE_PROBLEM/starter.py" "$trial/submission/"
ln -s "$source_folder" "$trial/source"
install -d -o judge "$source_folder/cache"
if ! AUTOGRADER_ROOT=$trial JUDGE_CACHE=$source_folder/cache bash "$source_folder/run_autograder"; then
    echo "The starter could not be judged, see above. If submissions can't either, mend settings.env and build anew."
fi
chown -R root "$source_folder/cache"
rm -rf "$trial"
