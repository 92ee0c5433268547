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
