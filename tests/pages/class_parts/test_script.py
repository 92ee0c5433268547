"""What a browser makes of the script: tests/browser."""

from judge.pages.class_parts.script import SCRIPT


def test_the_script_takes_at_most_3_kib():
    assert len(SCRIPT.encode()) <= 3 << 10


def test_the_script_keeps_what_the_policy_forbids_out():
    for word in ("eval", "innerHTML", "document.write", 'setAttribute("style', ".style", "http", "import("):
        assert word not in SCRIPT
