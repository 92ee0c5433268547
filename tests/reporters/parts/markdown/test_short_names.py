import pytest

from judge.reporters.parts.markdown.short_names import ShortNames


@pytest.mark.parametrize(
    ("paths", "short"),
    [
        (("submissions/demo/ada.py", "submissions/demo/bob.py"), ["ada.py", "bob.py"]),
        (("a/x/ada.py", "b/y/ada.py", "b/y/bob.py"), ["x/ada.py", "y/ada.py", "bob.py"]),
        (("a/x/ada.py", "b/x/ada.py"), ["a/x/ada.py", "b/x/ada.py"]),
        (("x/ada.py", "ada.py"), ["x/ada.py", "ada.py"]),
        (("ada.py", "ada.py"), ["ada.py", "ada.py"]),
        (("-", "", "/", "a//b", "/c"), ["-", "", "/", "b", "c"]),
    ],
)
def test_names_have_as_many_folders_as_tell_them_apart(paths: tuple[str, ...], short: list[str]):
    names = ShortNames(paths)
    assert [names.short(path) for path in paths] == short
