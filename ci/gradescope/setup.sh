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
    --constraint "$source_folder/judge/constraints.txt" "$source_folder/judge[jax,isolation,notebook]"

# Submissions are judged by a user who owns nothing here. Neither can others read what is to stay hidden.
useradd --create-home judge
chmod -R go-w "$source_folder"

# What each submission would have to wait for otherwise is computed and compiled now, and kept.
# shellcheck source=ci/gradescope/settings.env
. "$source_folder/settings.env"
install -d -o judge "$source_folder/cache"
options=(--root "$source_folder/judge")
if [ "${JUDGE_ENTROPY:-0}" != random ]; then
    options+=(--entropy "${JUDGE_ENTROPY:-0}")
fi
if [ -f "$source_folder/${JUDGE_EXTRA_CASES:-cases.yaml}" ]; then
    options+=(--extra-cases "$source_folder/${JUDGE_EXTRA_CASES:-cases.yaml}")
fi
if ! runuser -u judge -- env XDG_CACHE_HOME="$source_folder/cache" \
    "$source_folder/environment/bin/judge" cache warm "$JUDGE_PROBLEM" "${options[@]}"; then
    echo "Not all could be kept, see above: submissions can be judged all the same, but each of them takes longer."
fi

# One submission is judged: that shows whether all is well. A build may have fewer walls than a run, so this may fail.
trial=$(mktemp -d)
chmod 755 "$trial"
mkdir "$trial/submission"
cp "$source_folder/judge/problems/$JUDGE_PROBLEM/starter.py" "$trial/submission/"
ln -s "$source_folder" "$trial/source"
if ! AUTOGRADER_ROOT=$trial JUDGE_CACHE=$source_folder/cache bash "$source_folder/run_autograder"; then
    echo "The starter could not be judged, see above. If submissions can't either, mend settings.env and build anew."
fi
chown -R root "$source_folder/cache"
rm -rf "$trial"
