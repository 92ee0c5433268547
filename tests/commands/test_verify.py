"""`judge verify` on the exercise that `judge new problem` writes: all holds, until a fault is put in."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from judge.cli import main
from judge.commands.authors.new_problem import new_problem
from judge.commands.authors.verify import Verified, targets_of, verified
from judge.commands.inputs.find_problem import Problems
from judge.errors import ProblemError, UsageError
from judge.verify.record import Status
from judge.verify.workshop import Extent

FEW = Extent(seeds=2, entropies=3, eagerly_every=1, mutants=12)
MISTAKES = "reference/mse/mistakes.py"
REFERENCE = "reference/mse/reference.py"
NOTE = Status.NOTE
YAML = "problems/mse/problem.yaml"


@pytest.fixture
def exercise(tmp_path: Path) -> Path:
    new_problem(tmp_path, "mse")
    return tmp_path


def looked_at(root: Path, *checks: str) -> Verified:
    return verified(Problems(root), (), checks, FEW, lambda _: None)


def faults(root: Path, *checks: str) -> list[str]:
    (record,) = looked_at(root, *checks).records
    return [f"{check.name}, {result.name}: {result.message}" for check, result in record.faults]


def changed(root: Path, name: str, change: Callable[[str], str]) -> None:
    path = root / name
    before = path.read_text()
    path.write_text(change(before))
    assert path.read_text() != before


def without_case(text: str, name: str) -> str:
    head, *cases = text.split("  - name: ")
    return head + "".join(f"  - name: {case}" for case in cases if not case.startswith(name))


@pytest.mark.more
def test_a_new_problem_holds(exercise: Path):
    found = looked_at(exercise)
    assert [f"{check.name}, {one.name}: {one.message}" for check, one in found.records[0].faults] == []
    assert found.exit_code == 0
    assert found.records[0].left_out == ()
    assert '"exit_code": 0' in found.shown("json")
    assert "mse: all holds (" in found.shown("console")


@pytest.mark.more
def test_a_page_that_is_wider_than_a_terminal_is_noted(exercise: Path):
    changed(exercise, "problems/mse/statement.md", lambda text: f"{'wide ' * 17}\n{text}\n{'w' * 81}\n")
    (record,) = looked_at(exercise, "files").records
    (told,) = (one.message for check in record.checks for one in check.results if "wider" in one.message)
    lines = (exercise / "problems/mse/statement.md").read_text().splitlines()
    assert told == (
        f"is wider than 80 characters in lines 1, {len(lines)}: most terminals are as wide as that"
    )
    assert list(record.faults) == []


@pytest.mark.more
def test_a_case_that_was_removed_is_missed(exercise: Path):
    changed(exercise, YAML, lambda text: without_case(text, "off-grid"))
    (told,) = faults(exercise, "margins")
    assert told == (
        "margins, hint/uncast-and-rounded: is told by nothing: no case rejects it, and no detector can know "
        "it. Make a case that tells it, or take it out"
    )


def test_a_tolerance_that_is_ten_times_wider_is_seen(exercise: Path):
    changed(exercise, YAML, lambda text: text.replace("relative: 0.015625", "relative: 0.15625"))
    (told,) = faults(exercise, "margins")
    assert told == (
        "margins, hint/uncast-and-rounded: is rejected by 4.31 tolerances only, in off-grid, and 8 are "
        "wanted: make the tolerance narrower, or a case that tells it better"
    )


@pytest.mark.more
def test_a_tolerance_that_is_too_narrow_for_right_programs_is_seen(exercise: Path):
    changed(exercise, YAML, lambda text: text.replace("relative: 0.015625", "relative: 0.001"))
    told = faults(exercise, "styles")
    assert any(one.startswith("styles, mean-of-rows: is right, and off by ") for one in told)


@pytest.mark.more
def test_a_tolerance_that_no_right_program_needs_is_seen(exercise: Path):
    changed(exercise, YAML, lambda text: text.replace("relative: 0.015625", "relative: 0.15625"))
    assert "styles, tolerance: right styles are never off by more than 0.0" in folded(exercise, "styles")


def folded(root: Path, check: str) -> str:
    return " ".join(looked_at(root, check).shown("console").split())


@pytest.mark.more
def test_a_mistake_that_nothing_tells_is_told(exercise: Path):
    same = '"hint/sum": _sum, "hint/same": mse'
    changed(exercise, MISTAKES, lambda text: text.replace('"hint/sum": _sum', same))
    (told,) = faults(exercise, "margins")
    assert told.startswith("margins, hint/same: is told by nothing: ")


@pytest.mark.more
def test_a_mistake_that_fails_is_a_fault_however_often_it_is_looked_at(exercise: Path):
    broken = '"hint/sum": _sum, "hint/broken": lambda x: x'
    changed(exercise, MISTAKES, lambda text: text.replace('"hint/sum": _sum', broken))
    for _ in range(2):  # the second time what the others give is kept
        (told,) = faults(exercise, "margins")
        assert told.startswith("margins, hint/broken: gives nothing in 6 of 6 cases: TypeError: ")


@pytest.mark.more
def test_a_pitfall_that_nothing_names_is_noted(exercise: Path):
    changed(exercise, YAML, lambda text: text.replace("pitfalls:\n", "pitfalls:\n  - stale-loss\n"))
    stale = '"hint/sum": _sum, "stale-loss": _sum'
    changed(exercise, MISTAKES, lambda text: text.replace('"hint/sum": _sum', stale))
    (record,) = looked_at(exercise, "margins", "samples").records
    noted = {one.name: one.message for check in record.checks for one in check.results if one.status is NOTE}
    assert noted["stale-loss"].startswith("is named by the flow of none of its mistakes, and by the findings")
    assert {"wrong-output-shape", "wrong-output-dtype"}.isdisjoint(noted)


@pytest.mark.more
def test_mistakes_told_by_hidden_cases_alone_are_seen(exercise: Path):
    changed(exercise, YAML, lambda text: _hidden(text, "off-grid"))
    (told,) = faults(exercise, "margins")
    assert told.startswith(
        "margins, hint/uncast-and-rounded: only hidden cases reject it (off-grid): make a "
    )


def _hidden(text: str, name: str) -> str:
    head, *cases = text.split("  - name: ")
    hide = [case.replace("public", "hidden") if case.startswith(name) else case for case in cases]
    return head + "".join(f"  - name: {case}" for case in hide)


@pytest.mark.more
def test_pitfalls_and_mistakes_must_belong_together(exercise: Path):
    changed(exercise, YAML, lambda text: text.replace("  - wrong-output-dtype\n", "  - stale-loss\n"))
    told = faults(exercise, "margins")
    assert told[0].startswith("margins, stale-loss: is among the pitfalls, but no mistake in reference/mse/")
    assert told[1].startswith("margins, wrong-output-dtype: is no pitfall of problem.yaml: ")


@pytest.mark.more
def test_samples_and_starter_are_held_to_their_verdicts(exercise: Path):
    samples = exercise / "submissions/mse/examples"
    right = (samples / "accepted/in_bfloat16.py").read_text()
    (samples / "wrong_answer/in_bfloat16.py").write_text(right)
    (samples / "fine").mkdir()
    (samples / "fine/one.py").write_text(right)
    (exercise / "problems/mse/starter.py").write_text(right)
    told = faults(exercise, "samples")
    assert told[0] == "samples, starter.py: is accepted as it stands: it gives the exercise away"
    assert told[1].startswith("samples, fine/one.py: `fine` is no verdict: call the folder one of invalid, ")
    assert told[2] == "samples, wrong_answer/in_bfloat16.py: is accepted, not wrong_answer: all 6 cases pass"


@pytest.mark.more
def test_a_reference_that_fails_is_told_and_nothing_else_is_looked_at(exercise: Path):
    changed(exercise, REFERENCE, lambda text: text.replace("error**2", "eror"))
    found = looked_at(exercise)
    assert found.exit_code == 1
    assert {check.name for check in found.records[0].checks} == {"reference"}
    assert "plain: has no expected value: the reference failed: NameError" in found.shown("console")


def test_bad_files_and_wrong_names_are_usage_errors(exercise: Path):
    with pytest.raises(UsageError, match=r"no check margin\. Did you mean margins\? Known: files, "):
        looked_at(exercise, "margin")
    with pytest.raises(UsageError, match="no problem msee in"):
        verified(Problems(exercise), ("msee",), (), FEW, print)
    changed(exercise, YAML, lambda text: text.replace("title", "titel"))
    with pytest.raises(ProblemError):
        looked_at(exercise)


def test_a_root_without_problems_is_told(tmp_path: Path):
    (tmp_path / "problems").mkdir()
    with pytest.raises(UsageError, match="there is no problem in "):
        looked_at(tmp_path)


@pytest.mark.more
def test_a_hidden_case_that_is_a_public_one_gives_nothing_to_find_out(exercise: Path):
    twin = (
        (exercise / YAML)
        .read_text()
        .split("  - name: off-grid")[1]
        .split("  #")[0]
        .replace("public", "hidden")
    )
    changed(exercise, YAML, lambda text: f"{text}  - name: twin{twin}")
    told = faults(exercise, "hidden", "trivial")
    assert "hidden, twin: is the same as the public off-grid: give it another seed or other numbers" in told
    assert any(one.startswith("trivial, twin: accepts what off-grid expects: ") for one in told)


@pytest.mark.more
def test_public_answers_that_could_be_learnt_by_heart_are_seen(exercise: Path):
    changed(exercise, YAML, lambda text: without_case(without_case(text, "drawn"), "hidden-drawn"))
    (told,) = faults(exercise, "trivial")
    assert told == (
        "trivial, by heart: all cases are public and the same in each run: a table of their answers is "
        "accepted. Make some hidden, or leave out data.seed so that they are drawn"
    )


@pytest.mark.more
def test_a_constant_that_is_worth_half_of_the_points_is_seen(exercise: Path):
    same = {
        "x: {normal: {scale: 1.0}}": "x: {choice: [0.0]}",
        "y: {normal: {scale: 2.0}}": "y: {choice: [0.5]}",
    }
    for old, new in {**same, "weight: 2.0": "weight: 1.0"}.items():
        changed(exercise, YAML, lambda text, old=old, new=new: text.replace(old, new))
    told = faults(exercise, "trivial")
    assert any(
        "the mean square of y: is accepted in plain, drawn[0], drawn[1], which is 50%" in one for one in told
    )


@pytest.mark.more
def test_what_tells_the_mutants_is_counted(exercise: Path):
    found = looked_at(exercise, "mutants").records[0]
    (check,) = [one for one in found.checks if one.name == "mutants"]
    assert found.holds
    assert check.tables[0].head == ("change", "numbers", "flow", "fails", "same program", "survives")
    assert check.results[-1].message.startswith("21 in all: ")


@pytest.mark.more
def test_arguments_that_no_case_tells_apart_are_seen_with_the_difference(exercise: Path):
    more = "error = error + 0 * x.astype(jnp.bfloat16)\n    return jnp.mean(error**2)"
    changed(exercise, REFERENCE, lambda text: text.replace("return jnp.mean(error**2)", more))
    found = verified(Problems(exercise), (), ["mutants"], Extent(mutants=60), lambda _: None)
    ((_, told),) = found.records[0].faults
    assert told.name == "reference.py, line 13, roles swapped"
    assert told.message.startswith("one argument in the place of another is seen by no case")
    assert told.details[1] == "+    error = error + 0 * y.astype(jnp.bfloat16)"


def test_reports_are_refused_before_anything_is_begun(tmp_path: Path):
    assert targets_of([f"html={tmp_path}/a=b.html"]) == (("html", tmp_path / "a=b.html"),)
    for bad in ("html", "html=", "pdf=x", f"json={tmp_path}", f"json={tmp_path}/no/x"):
        with pytest.raises(UsageError, match=r"^--report "):
            targets_of([bad])


@pytest.mark.more
def test_the_command_line_writes_reports_and_ends_with_the_code(
    exercise: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(exercise)
    asked = ["verify", "mse", "--only", "hidden", "--only", "files", "-q", "--report", "html=it.html"]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("mse: A mean squared error")
    assert (exercise / "it.html").read_text().lower().startswith("<!doctype html>")
    changed(
        exercise, "problems/mse/statement.md", lambda text: text.replace("`x`", "`z`").replace("x, y", "z, y")
    )
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 1
    assert "fault: files, statement.md: doesn't mention `x`" in done.stdout
