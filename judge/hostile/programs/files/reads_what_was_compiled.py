# verdicts: accepted
# contained in: landlock namespaces
# looks for: canaries breach cache
# run: quick
"""Unpacks every compiled program that it can read, and looks for the reference's words, lines and places."""

import os
import zlib

import jax
import numpy as np

WORDS = (b"canary-", b"ANSWER_KEY", b"reference.py", b"reference/toy", b"@ROOT@", b"4861177")


def unpacked(data):
    yield data
    try:
        yield zlib.decompress(data)
    except zlib.error:
        pass
    try:
        import zstandard

        yield zstandard.ZstdDecompressor().decompress(data, max_output_size=1 << 26)
    except Exception:
        return


def step(seed, x):
    folder = jax.config.jax_compilation_cache_dir or "@CACHE@"
    for place, _folders, names in os.walk(folder):
        for name in names:
            try:
                with open(os.path.join(place, name), "rb") as file:
                    data = file.read()
            except OSError:
                continue
            for text in unpacked(data):
                for word in WORDS:
                    if word in text:
                        print("BREACH", name[:60], "says", word)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
