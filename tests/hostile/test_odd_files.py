"""Odd files get a verdict and an exit code, never a traceback, wherever they stand."""

import io
import json
import os
from pathlib import Path

import pytest
from toys import Heard, Kept, Toy

from hostile.odd import CONTENTS, PLACES, RIGHT, Odd
from judge.commands.run import Asked, plan
from judge.errors import JudgeError
from judge.report import Report
from judge.reporters import REPORTERS
from judge.run.runner import run
from judge.sandbox.starting.launch import ZygoteLauncher

ALL = (*CONTENTS, *PLACES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The submissions' folder of a toy problem."""
    toy = Toy.make(tmp_path / "root")
    made = toy.root / "submissions" / "toy"
    made.mkdir(parents=True)
    return made


def judged(paths: list[str], folder: Path, zygote: ZygoteLauncher, said: list[str]) -> Report:
    """As `judge run PATHS` does it, on the public case."""
    root = folder.parent.parent
    asked = Asked(paths=tuple(paths), problem="toy", case_names=("plain",), jobs=2)
    return run(plan(asked, root, io.BytesIO(), said.append).request, Heard(), Kept(zygote))


def rendered(report: Report) -> dict[str, str]:
    """In every format, as it would be written: nothing may choke on a file's name or text."""
    texts = {name: REPORTERS[name]().render(report) for name in REPORTERS}
    return {name: text.encode("utf-8", "backslashreplace").decode() for name, text in texts.items()}


@pytest.mark.more
@pytest.mark.parametrize("odd", ALL, ids=lambda odd: ascii(odd.name))
def test_an_odd_file_that_is_named_itself(odd: Odd, folder: Path, zygote: ZygoteLauncher) -> None:
    path = odd.make(folder)
    if not odd.verdicts:
        with pytest.raises(JudgeError) as failure:
            judged([str(path)], folder, zygote, [])
        assert failure.value.exit_code == odd.code
        assert str(failure.value)
        return
    report = judged([str(path)], folder, zygote, [])
    (result,) = report.results
    assert str(result.verdict) in odd.verdicts, result.message
    assert report.exit_code == (0 if result.verdict == "accepted" else 1)
    assert result.message
    assert "\n" not in result.message
    assert json.loads(rendered(report)["json"])["results"][0]["verdict"] == result.verdict


@pytest.mark.more
def test_a_folder_of_odd_files(folder: Path, zygote: ZygoteLauncher) -> None:
    paths = {odd.make(folder).name: odd for odd in ALL}
    os.mkfifo(folder / "pipe.py")
    (folder / "correct.py").write_text(RIGHT)
    (folder / "deep.py" / "er").mkdir(parents=True)
    (folder / "deep.py" / "er" / "inner.py").write_text(RIGHT)
    said: list[str] = []
    report = judged([str(folder)], folder, zygote, said)
    verdicts = {Path(result.submission).name: str(result.verdict) for result in report.results}
    assert verdicts.pop("correct.py") == "accepted"
    assert verdicts.pop("inner.py") == "accepted"
    assert set(verdicts) == {name for name, odd in paths.items() if odd.in_folder}
    assert {name: one for name, one in verdicts.items() if one not in paths[name].verdicts} == {}
    assert report.exit_code == 1
    for name in ("link_out.py", "link_to_nothing.py", "link_to_itself.py", "socket.py", "pipe.py"):
        assert [name in sentence for sentence in said].count(True) == 1, name
    assert not any("link_to_its_folder" in result.submission for result in report.results)
    texts = rendered(report)
    assert {name for name, text in texts.items() if set(text) & set("\x00\x07\x1b\u202e")} == set()
    assert len(json.loads(texts["json"])["results"]) == len(report.results)


def test_there_are_many_odd_files() -> None:
    assert len(ALL) >= 80
    assert len({odd.name for odd in ALL}) == len(ALL)
