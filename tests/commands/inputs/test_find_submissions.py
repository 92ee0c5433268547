import os
from pathlib import Path

import pytest

from commands.exercises import make_files
from judge.commands.inputs.find_submissions import Collected, collect, is_regular
from judge.commands.parts.exit_code import SeveralErrors
from judge.errors import MissingExtra, NoSubmissionError, UsageError
from judge.run import notebook


def names(collected: Collected) -> list[str]:
    return [file.name for file in collected.files]


def test_a_folder_stands_for_its_python_files_sorted_by_path(root: Path):
    make_files(
        root,
        "submissions/demo/zoe.py",
        "submissions/demo/ada.py",
        "submissions/demo/team/deep/x.py",
        "submissions/another.py",
        "submissions/demo/notes.txt",
        "submissions/demo/_draft.py",
        "submissions/demo/.saved.py",
        "submissions/demo/examples/accepted/right.py",
        "submissions/demo/__pycache__/ada.py",
        "submissions/demo/.git/hook.py",
        "submissions/_old/ada.py",
    )
    (root / "submissions/demo/folder.py").mkdir()
    assert names(collect([], root)) == [
        "submissions/another.py",
        "submissions/demo/ada.py",
        "submissions/demo/team/deep/x.py",
        "submissions/demo/zoe.py",
    ]


def without_nbformat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "find_spec", {"nbformat": None}.get)


def test_notebooks_are_taken_as_files_are(root: Path):
    make_files(root, "submissions/b.ipynb", "submissions/a.py", "submissions/.ipynb_checkpoints/b.ipynb")
    assert names(collect([], root)) == ["submissions/a.py", "submissions/b.ipynb"]


def test_where_nothing_reads_notebooks_those_of_folders_are_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch
):
    without_nbformat(monkeypatch)
    make_files(root, "submissions/b.ipynb", "submissions/a.py")
    found = collect([], root)
    assert names(found) == ["submissions/a.py"]
    (refusal,) = found.refused
    assert "b.ipynb is left out: notebooks need nbformat. Install it with: " in refusal


def test_where_nothing_reads_notebooks_one_that_is_named_is_an_error(
    root: Path, monkeypatch: pytest.MonkeyPatch
):
    without_nbformat(monkeypatch)
    make_files(root, "submissions/b.ipynb", "submissions/a.py")
    with pytest.raises(MissingExtra, match="notebooks need nbformat"):
        collect(["submissions/b.ipynb", "submissions/a.py"], root)


def test_what_is_named_itself_is_always_taken(root: Path):
    make_files(
        root, "submissions/_draft.py", "submissions/examples/a.py", "submissions/.hidden/b.py", "c.txt"
    )
    given = ["submissions/_draft.py", "submissions/examples", "submissions/.hidden", "c.txt"]
    assert names(collect(given, root)) == [
        "submissions/_draft.py",
        "submissions/examples/a.py",
        "submissions/.hidden/b.py",
        "c.txt",
    ]


def test_the_order_is_that_of_the_command_line_and_duplicates_are_judged_once(root: Path):
    make_files(root, "submissions/a.py", "submissions/b.py")
    given = [
        "submissions/b.py",
        "submissions",
        "-",
        "./submissions/a.py",
        "-",
        str(root / "submissions/a.py"),
    ]
    assert names(collect(given, root)) == ["submissions/b.py", "submissions/a.py", "-"]


def test_files_outside_of_the_root_are_called_as_they_were_given(root: Path):
    make_files(root.parent, "elsewhere/a.py")
    assert names(collect(["../elsewhere/a.py", "../elsewhere"], root)) == ["../elsewhere/a.py"]
    assert names(collect(["../elsewhere"], root)) == ["../elsewhere/a.py"]


def test_links_that_stay_inside_are_taken_and_judged_once(root: Path):
    make_files(root, "submissions/a.py")
    (root / "submissions/b.py").symlink_to("a.py")
    (root / "submissions/self").symlink_to(".")
    (said,) = collect([], root).refused
    assert "b.py is a link to" in said
    assert names(collect([], root)) == ["submissions/a.py"]


def test_a_link_that_is_named_is_judged_beside_the_file_that_it_leads_to(root: Path):
    make_files(root, "submissions/a.py")
    (root / "submissions/b.py").symlink_to("a.py")
    given = ["submissions", "submissions/b.py", "submissions/a.py", "./submissions/b.py"]
    assert names(collect(given, root)) == ["submissions/a.py", "submissions/b.py"]


@pytest.mark.parametrize("given", ["", " "])
def test_an_empty_path_is_refused_and_does_not_mean_this_folder(root: Path, given: str):
    make_files(root, "a.py")
    with pytest.raises(UsageError, match=r"^a path is empty: name a file or a folder, or none at all"):
        collect([given], root)


def test_links_that_lead_out_of_the_folder_are_refused_with_a_word(root: Path):
    make_files(root, "submissions/a.py", "reference/demo/reference.py")
    (root / "submissions/stolen.py").symlink_to("../reference/demo/reference.py")
    (root / "submissions/all").symlink_to("../reference")
    (root / "submissions/gone.py").symlink_to("nowhere.py")
    (root / "submissions/_ignored.py").symlink_to("/etc/passwd")
    collected = collect(["submissions"], root)
    assert names(collected) == ["submissions/a.py"]
    advice = "is a link that leads out of its folder and is left out; name it itself to judge it"
    assert collected.refused == (
        f"submissions/all {advice}",
        "submissions/gone.py is a link to nothing and is left out",
        f"submissions/stolen.py {advice}",
    )
    assert names(collect(["submissions/stolen.py"], root)) == ["submissions/stolen.py"]


def test_a_pipe_is_passed_over_in_a_folder_and_taken_when_named(root: Path):
    make_files(root, "submissions/a.py")
    os.mkfifo(root / "submissions/pipe.py")
    collected = collect([], root)
    assert names(collected) == ["submissions/a.py"]
    assert collected.refused == (f"{root}/submissions/pipe.py is no plain file and is left out",)
    assert names(collect(["submissions/pipe.py"], root)) == ["submissions/pipe.py"]
    assert (is_regular(Path("submissions/pipe.py")), is_regular(Path("submissions/a.py"))) == (False, True)


def test_a_missing_path_says_which_part_is_missing_and_what_is_near(root: Path):
    make_files(root, "submissions/demo/ada.py")
    with pytest.raises(UsageError) as raised:
        collect(["submisions/demo/ada.py"], root)
    assert str(raised.value) == (
        f"submisions/demo/ada.py doesn't exist: there is no submisions in {root}. Did you mean submissions?"
    )


def test_a_file_in_a_files_place_and_names_that_cannot_be_are_told(root: Path):
    make_files(root, "a.py")
    with pytest.raises(SeveralErrors) as raised:
        collect(["a.py/b.py", "x" * 300, "nul\0.py"], root)
    assert [str(error) for error in raised.value.errors] == [
        "a.py/b.py: Not a directory",
        f"{'x' * 300}: File name too long",
        "nul\0.py: embedded null byte",
    ]
    assert raised.value.exit_code == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_folder_is_an_error_and_below_a_folder_a_word(root: Path):
    make_files(root, "submissions/a.py", "submissions/closed/b.py")
    (root / "submissions/closed").chmod(0)
    assert len(collect([], root).refused) == 1
    with pytest.raises(UsageError, match="can't be read: Permission denied"):
        collect(["submissions/closed"], root)


def test_no_submission_at_all_is_an_error_of_its_own(root: Path):
    make_files(root, "empty/_x.py")
    with pytest.raises(
        NoSubmissionError, match=r"^no submission found in empty: a folder stands for its \*.py"
    ):
        collect(["empty"], root)


def test_an_empty_folder_beside_a_full_one_is_no_error(root: Path):
    make_files(root, "submissions/a.py")
    (root / "empty").mkdir()
    assert names(collect(["empty", "submissions"], root)) == ["submissions/a.py"]


def test_without_a_submissions_folder_that_is_said(root: Path):
    with pytest.raises(
        UsageError, match=f"{root}/submissions doesn't exist: there is no submissions in {root}"
    ):
        collect([], root)


def test_a_link_to_a_file_beside_it_is_told_and_leaves_that_one_its_name(root: Path):
    make_files(root, "submissions/zoe.py", "submissions/_kept.py")
    (root / "submissions/aaa.py").symlink_to("zoe.py")
    (root / "submissions/own.py").symlink_to("_kept.py")
    collected = collect([], root)
    assert names(collected) == ["submissions/own.py", "submissions/zoe.py"]
    (said,) = collected.refused
    assert "aaa.py is a link to" in said
    assert "zoe.py, which is judged under that name" in said
