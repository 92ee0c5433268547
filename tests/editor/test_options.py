"""What an editor can set."""

from types import SimpleNamespace

import pytest

from judge.editor.options import Options, read


@pytest.mark.parametrize(
    "given",
    [
        {"debounce": 2, "whileTyping": False},
        {"judge": {"debounce": 2, "whileTyping": False}, "other": 1},
        SimpleNamespace(judge=SimpleNamespace(debounce=2, whileTyping=False)),
    ],
)
def test_settings_are_read_from_all_that_editors_send(given):
    assert read(given, Options(), ours=False) == (Options(debounce=2.0, while_typing=False), [])


@pytest.mark.parametrize("given", [None, [], 7, "text", {"python": {"path": "x"}}])
def test_what_is_for_others_changes_nothing(given):
    before = Options(debounce=1.0)
    assert read(given, before, ours=False) == (before, [])


@pytest.mark.parametrize("debounce", [-1, 61, True, "1", None, float("nan"), float("inf")])
def test_a_debounce_that_is_none_is_told(debounce):
    found, (fault,) = read({"debounce": debounce}, Options(), ours=True)
    assert found == Options()
    assert "seconds from 0 to 60" in fault


def test_a_setting_that_there_is_not_is_told():
    assert read({"debouncing": 1}, Options(), ours=True)[1] == [
        "there is no setting debouncing: there are debounce and whileTyping"
    ]
