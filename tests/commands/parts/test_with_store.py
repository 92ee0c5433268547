"""`judge run --store`, from the command line."""

import gc
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from thinned import thinned
from toys import Kept

from commands.exercises import RIGHT, WRONG, make_files
from judge.cli import main
from judge.commands.parts import start_early
from judge.run import result_key, runner
from judge.sandbox.starting import tiers
from judge.sandbox.starting.launch import Launcher

STORE = "results.db"
NAMES = ("submissions/demo/ada.py", "submissions/demo/bob.py", "submissions/demo/cy.py")


@pytest.fixture(autouse=True)
def _one_zygote(root: Path, zygote: Launcher, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (tiers, runner):
        monkeypatch.setattr(module, "default_launcher", lambda *_: Kept(zygote))
    monkeypatch.setattr(start_early, "begun", lambda _: None)
    monkeypatch.setattr(gc, "freeze", lambda: None)
    for name, source in zip(NAMES, (RIGHT, WRONG, RIGHT + "# of cy\n"), strict=True):
        make_files(root, name, content=source)


def run(*arguments: str, store: str = STORE) -> Result:
    done = CliRunner().invoke(main, ["run", "--isolation", "none", "--store", store, *arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def results(*arguments: str, **options: Any) -> tuple[list[Any], str]:
    """The results, and what was said of the store."""
    done = run("--format", "json", *arguments, **options)
    [told] = [line for line in done.stderr.splitlines() if "the store" in line]
    return json.loads(done.stdout)["results"], told.removeprefix("note: ")


def without_times(found: Any) -> Any:
    if isinstance(found, dict):
        return {
            key: without_times(value)
            for key, value in found.items()
            if key not in {"seconds", "cpu_seconds", "peak_memory_mib"}
        }
    return [without_times(item) for item in found] if isinstance(found, list) else found


def test_a_second_run_judges_nothing_and_gives_the_same_report() -> None:
    first, told = results()
    assert told == "3 submissions judged, 0 of 3 results were in the store results.db"
    assert [one["verdict"] for one in first] == ["accepted", "wrong_answer", "accepted"]
    again, told = results()
    assert told == "nothing was judged: 3 results are in the store results.db, and nothing has changed"
    assert again == first, "its times are those of the first run"


@pytest.mark.more
def test_the_report_is_that_of_a_run_without_a_store() -> None:
    kept, _ = results("--show", "flow")
    kept_again, _ = results("--show", "flow")
    plain = CliRunner().invoke(main, ["run", "--isolation", "none", "--show", "flow", "--format", "json"])
    wanted = without_times(json.loads(plain.stdout)["results"])
    assert without_times(kept) == wanted
    assert without_times(kept_again) == wanted


@pytest.mark.more
@pytest.mark.parametrize("form", thinned(["console", "jsonl", "markdown", "csv", "junit"], 5))
def test_every_format_is_the_same_from_the_store(form: str) -> None:
    run()
    first, second = (re.sub(r"\d+\.\d+|T[\d:]+", "", run("--format", form).stdout) for _ in range(2))
    assert "bob" in second
    assert first == second, "but for how long the run took"


def test_one_changed_file_costs_one(root: Path) -> None:
    results()
    make_files(root, NAMES[1], content=RIGHT + "# mended\n")
    found, told = results()
    assert told == "1 submission judged, 2 of 3 results were in the store results.db"
    assert [one["verdict"] for one in found] == ["accepted"] * 3
    assert [one["submission"] for one in found] == list(NAMES)


@pytest.mark.more
def test_a_renamed_file_costs_nothing(root: Path) -> None:
    results()
    (root / NAMES[2]).rename(root / "submissions/demo/dan.py")
    found, told = results()
    assert told.startswith("nothing was judged")
    assert [one["submission"] for one in found] == [*NAMES[:2], "submissions/demo/dan.py"]


@pytest.mark.more
@pytest.mark.parametrize(
    ("name", "old", "new"),
    thinned(
        [
            ("problems/demo/problem.yaml", "seed: 2", "seed: 3"),
            ("problems/demo/problem.yaml", "relative: 0.015625", "relative: 0.03125"),
            ("problems/demo/problem.yaml", "wall_s: 10", "wall_s: 11"),
            ("reference/demo/reference.py", "return (2 *", "return (2.0 *"),
        ],
        4,
        ids=["a case", "tolerance", "limits", "reference"],
    ),
)
def test_what_a_result_depends_on_costs_the_problem(root: Path, name: str, old: str, new: str) -> None:
    results()
    text = (root / name).read_text()
    assert old in text
    (root / name).write_text(text.replace(old, new))
    assert results()[1].startswith("3 submissions judged")


@pytest.mark.more
@pytest.mark.parametrize("options", thinned(["--require-flow", "--entropy=1", "--case=small"], 3))
def test_other_options_are_other_results_and_both_are_kept(options: str) -> None:
    results()
    assert results(options)[1].startswith("3 submissions judged")
    assert results(options)[1].startswith("nothing was judged")
    assert results()[1].startswith("nothing was judged")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("problems/demo/problem.yaml", "title: Double it", "title: Twice"),
        ("problems/demo/statement.md", "Return", "Give back"),
    ],
    ids=["title", "statement"],
)
def test_what_is_only_told_costs_nothing(root: Path, name: str, old: str, new: str) -> None:
    results()
    text = (root / name).read_text()
    (root / name).write_text(text.replace(old, new))
    assert results()[1].startswith("nothing was judged")


@pytest.mark.more
def test_points_are_given_anew_without_judging(root: Path) -> None:
    results()
    path = root / "problems/demo/problem.yaml"
    rubric = "rubric:\n  cases:\n    - {name: all, cases: [small, drawn, secret], points: 40}\n"
    path.write_text(path.read_text() + rubric)
    found, told = results()
    assert told.startswith("nothing was judged")
    assert [one["rubric"]["earned"] for one in found] == [40, 0, 40]
    make_files(root, NAMES[1], content=RIGHT + "# mended\n")
    assert [one["rubric"]["earned"] for one in results()[0]] == [40, 40, 40]


@pytest.mark.more
def test_another_judge_judges_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    results()
    monkeypatch.setattr(result_key, "judging_code", lambda: "mended")
    assert results()[1].startswith("3 submissions judged")


@pytest.mark.more
def test_rejudging_judges_all() -> None:
    results()
    assert results("--rejudge")[1].startswith("3 submissions judged")
    assert results()[1].startswith("nothing was judged")


@pytest.mark.more
def test_a_store_keeps_its_entropy() -> None:
    done = json.loads(run("--entropy", "7", "--format", "json").stdout)
    assert done["entropy"] == 7
    again = run("--format", "json")
    assert json.loads(again.stdout)["entropy"] == 7
    assert "nothing was judged" in again.stderr


@pytest.mark.more
def test_files_of_the_same_content_are_judged_once(root: Path) -> None:
    make_files(root, NAMES[2], content=RIGHT)
    found, told = results()
    assert told == "2 submissions judged, 1 of 3 results were in the store results.db"
    assert [one["submission"] for one in found] == list(NAMES)


def test_what_a_learner_is_told_by_the_files_name_is_told_nobody_else(root: Path) -> None:
    named = "import warnings\nwarnings.warn('old')\n" + RIGHT
    make_files(root, *NAMES[:2], content=named)
    found, told = results()
    assert told.startswith("3 submissions judged")
    assert [("ada.py" in one["stderr"], "bob.py" in one["stderr"]) for one in found[:2]] == [
        (True, False),
        (False, True),
    ]


@pytest.mark.more
def test_a_file_that_cannot_be_read_is_no_empty_one(root: Path) -> None:
    make_files(root, NAMES[0], content="")
    results()
    (root / NAMES[0]).unlink()
    (root / NAMES[0]).symlink_to(root / "reference/demo/reference.py")
    found, told = results(NAMES[0])
    assert told.startswith("1 submission judged")
    assert "link to a reference" in found[0]["message"]
    assert results(NAMES[0])[1].startswith("1 submission judged"), "it may be readable now"


@pytest.mark.parametrize(
    ("ending", "judged"), [("os.kill(os.getpid(), signal.SIGKILL)", 1), ("os._exit(3)", 0)]
)
def test_what_the_kernel_may_have_ended_is_judged_again(root: Path, ending: str, judged: int) -> None:
    source = RIGHT.replace("    return", f"    import os, signal\n    {ending}\n    return")
    make_files(root, NAMES[0], content=source)
    results()
    found, told = results()
    assert found[0]["verdict"] == "runtime_error"
    assert told.startswith("1 submission judged" if judged else "nothing was judged")


def test_rejudge_without_a_store_is_refused() -> None:
    done = CliRunner().invoke(main, ["run", "--rejudge"])
    assert done.exit_code == 2
    assert "--rejudge is for a store" in done.stderr


@pytest.mark.parametrize(
    "given", ["problems", "nowhere/results.db", "problems/demo/problem.yaml", "mysql://here"]
)
def test_a_store_that_is_none_is_refused_before_anything_is_judged(given: str) -> None:
    done = run(store=given)
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_full_disk_loses_no_verdict_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from judge.store import run_record  # noqa: PLC0415 - what is patched

    def full(*_: object) -> int:
        from sqlalchemy.exc import OperationalError  # noqa: PLC0415 - as above

        raise OperationalError("insert", {}, Exception("database or disk is full"))

    monkeypatch.setattr(run_record, "keep_result", full)
    done = run("--format", "json")
    assert done.exit_code == 3
    assert [one["verdict"] for one in json.loads(done.stdout)["results"]] == [
        "accepted",
        "wrong_answer",
        "accepted",
    ]
    assert "the store results.db: the disk is full" in done.stderr
    assert "they are in this report all the same" in done.stderr


def test_the_store_is_one_file_when_nobody_is_at_it(root: Path) -> None:
    run()
    assert [path.name for path in root.iterdir() if path.name.startswith(STORE)] == [STORE]
    assert (root / STORE).stat().st_mode & 0o077 == 0, "results are personal data"
