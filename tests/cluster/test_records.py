"""What goes to a node has all that judging needs of it, and nothing of this machine's paths."""

import pickle
from dataclasses import replace
from pathlib import Path

import pytest
from commands.exercises import RIGHT, make_problem

from judge.cluster.records import exercise_of, sent
from judge.errors import ReferenceFault
from judge.problem.load import load_problem
from judge.run.intake import Job, read_submission


def test_an_exercise_is_written_as_it_was(tmp_path: Path):
    problem = load_problem(tmp_path, make_problem(tmp_path))
    (problem.reference / "__pycache__").mkdir()
    (problem.reference / "__pycache__" / "x.pyc").write_bytes(b"")
    exercise = pickle.loads(pickle.dumps(exercise_of(problem, ())))
    there, extra = exercise.write(tmp_path / "node")
    assert extra == ()
    assert there == replace(problem, folder=there.folder, reference=there.reference)
    assert {path.name for path in there.reference.rglob("*")} == {"reference.py"}
    assert (there.reference / "reference.py").read_text() == RIGHT
    assert (there.folder / "statement.md").is_file()


def test_its_digest_hangs_on_contents_and_not_on_places(tmp_path: Path):
    exercises = []
    for name in ("here", "there"):
        root = tmp_path / name
        exercises.append(exercise_of(load_problem(root, make_problem(root)), ()))
    changed = tmp_path / "there"
    (changed / "reference/demo/reference.py").write_text(RIGHT + "#\n")
    exercises.append(exercise_of(load_problem(changed, changed / "problems/demo"), ()))
    assert exercises[0].digest == exercises[1].digest
    assert exercises[0].digest != exercises[2].digest


def test_files_that_cannot_be_read_are_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    problem = load_problem(tmp_path, make_problem(tmp_path))

    def read(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", read)
    with pytest.raises(ReferenceFault, match=r"the files of demo can't be read: .*Permission denied"):
        exercise_of(problem, ())


@pytest.mark.parametrize("what", ["file", "stdin", "nothing", "a folder", "too large"])
def test_a_submission_is_read_where_it_lies_and_is_the_same_elsewhere(tmp_path: Path, what: str):
    problem = load_problem(tmp_path, make_problem(tmp_path))
    path = tmp_path / "s.py"
    if what in ("file", "too large"):
        path.write_bytes(RIGHT.encode() if what == "file" else b"#" * ((1 << 20) + 5))
    elif what == "a folder":
        path.mkdir()
    job = Job(name="s.py", problem=problem, path=path)
    if what == "stdin":
        job = Job(name="-", problem=problem, source=RIGHT.encode())
    here, there = read_submission(job), read_submission(sent(job, "digest").job(problem, ()))
    assert (here[0].sha256, here[0].source, here[1]) == (there[0].sha256, there[0].source, there[1])
