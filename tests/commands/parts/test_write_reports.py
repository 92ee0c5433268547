import json
import os
from pathlib import Path

import pytest
from reporters.reports import report, result, wrong_result

from judge.commands.parts.write_reports import (
    Target,
    deliver,
    flow_is_wanted,
    obstacles,
    parse_target,
    parse_targets,
    refuse_inputs,
    refuse_several,
    write_atomically,
)
from judge.errors import UsageError
from judge.report import Report
from judge.reporters import REPORTERS
from judge.reporters.base import View


def test_a_report_goes_to_the_file_that_is_named():
    assert parse_target("json=out/a=b.json") == Target(format="json", path=Path("out/a=b.json"))


def test_in_a_folder_a_report_has_its_formats_name(tmp_path: Path):
    assert parse_target(f"json={tmp_path}").path == tmp_path / "report.json"
    assert parse_target(f"console={tmp_path}/new/").path == tmp_path / "new/report.txt"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("junit", "--report junit: write NAME=PATH, such as junit=junit.xml"),
        ("json=", "--report json=: write NAME=PATH, such as json=report.json"),
        ("out.xml", "--report out.xml: write NAME=PATH, such as json=report.json"),
        ("jsn=x", f"--report jsn=x: no format jsn. Did you mean json? Known: {', '.join(REPORTERS)}."),
        ("json=-", "--report json=-: for stdout say --format json"),
    ],
)
def test_other_forms_are_wrong_usage(text: str, message: str):
    with pytest.raises(UsageError) as raised:
        parse_target(text)
    assert str(raised.value) == message


def test_two_reports_in_one_file_are_refused(tmp_path: Path):
    assert len(parse_targets([f"json={tmp_path}/a", f"console={tmp_path}/b"])) == 2
    with pytest.raises(UsageError, match="two reports would go to"):
        parse_targets([f"json={tmp_path}/a", f"console={tmp_path}/x/../a"])


def test_two_reports_in_one_folder_take_nothing_from_each_other(tmp_path: Path):
    assert len(parse_targets([f"json={tmp_path}/", f"html={tmp_path}/"])) == 2
    with pytest.raises(UsageError, match=f"two reports would go to {tmp_path}/index.html"):
        parse_targets([f"console={tmp_path}/index.html", f"html={tmp_path}/"])


def test_a_format_may_write_several_files_into_a_folder(tmp_path: Path):
    one = report(result(), wrong_result(submission="b.py"))
    assert deliver(one, parse_targets([f"html={tmp_path}/new/"]), View()) == (one, ())
    written = {path.relative_to(tmp_path / "new").as_posix() for path in (tmp_path / "new").rglob("*.html")}
    assert written == {"index.html", "report.html", "submissions/0001-ada.html", "submissions/0002-b.html"}


def test_a_file_of_several_that_cannot_be_written_is_a_failure(tmp_path: Path):
    (tmp_path / "submissions").touch()
    final, failures = deliver(report(result()), parse_targets([f"html={tmp_path}"]), View())
    assert final.exit_code == 3
    assert failures == (f"the html report can't be written to {tmp_path}/report.html: Not a directory",)


def test_every_report_is_written_and_folders_are_made(tmp_path: Path):
    one = report(result())
    targets = parse_targets([f"json={tmp_path}/deep/er/out.json", f"console={tmp_path}/out.txt"])
    assert deliver(one, targets, View()) == (one, ())
    assert json.loads((tmp_path / "deep/er/out.json").read_text())["exit_code"] == 0
    assert (tmp_path / "out.txt").read_text() == REPORTERS["console"](View()).render(one)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["deep", "er", "out.json", "out.txt"]


@pytest.mark.parametrize("one", [report(result()), report(wrong_result())])
def test_a_report_that_cannot_be_written_costs_no_other_and_ends_with_3(tmp_path: Path, one: Report):
    (tmp_path / "file").touch()
    targets = parse_targets(
        [f"json={tmp_path}/before", f"console={tmp_path}/file/x", f"json={tmp_path}/after"]
    )
    final, failures = deliver(one, targets, View())
    assert final.exit_code == 3
    assert failures == (f"the console report can't be written to {tmp_path}/file/x: Not a directory",)
    assert [json.loads((tmp_path / name).read_text())["exit_code"] for name in ("before", "after")] == [3, 3]


def test_a_report_that_cannot_be_written_is_told_before_anything_is_judged(tmp_path: Path):
    (tmp_path / "file").touch()
    targets = parse_targets(
        [f"json={tmp_path}/file/deep/x", f"csv={tmp_path}/new/y", f"html={tmp_path}/file", "jsonl=/dev/null"]
    )
    (said,) = obstacles(targets)
    assert said.startswith(f"the json report can't be written to {tmp_path}/file/deep/x: Not a directory. ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_what_cannot_be_looked_at_stops_nothing_before_it_is_written(tmp_path: Path):
    targets = parse_targets([f"json={tmp_path}/{'x' * 300}/y"])
    assert obstacles(targets) == ()
    _, failures = deliver(report(result()), targets, View())
    assert failures == (f"the json report can't be written to {targets[0].path}: File name too long",)


def test_a_folder_that_may_not_be_written_to_is_told_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "access", lambda *_: False)  # which root never meets
    (said,) = obstacles(parse_targets([f"json={tmp_path}/new/x"]))
    assert "Permission denied" in said


def test_an_interrupted_run_stays_interrupted_when_a_report_cannot_be_written(tmp_path: Path):
    (tmp_path / "file").touch()
    final, _ = deliver(
        report(exit_code=130, complete=False), parse_targets([f"json={tmp_path}/file/x"]), View()
    )
    assert final.exit_code == 130


def test_a_file_is_replaced_whole_or_left_alone(tmp_path: Path):
    target = tmp_path / "out.txt"
    target.write_text("old")
    write_atomically(target, ["new, ", "and half a pair \udcff"])
    assert target.read_text() == "new, and half a pair \\udcff"
    (tmp_path / f".out.txt.{os.getpid()}.tmp").mkdir()
    with pytest.raises(IsADirectoryError):
        write_atomically(target, ["never"])
    assert target.read_text() == "new, and half a pair \\udcff"


def test_a_link_is_written_through_and_a_device_stays_a_device(tmp_path: Path):
    (tmp_path / "real").touch()
    (tmp_path / "link").symlink_to("real")
    write_atomically(tmp_path / "link", ["text"])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "text"
    write_atomically(Path("/dev/null"), ["text"])
    assert Path("/dev/null").is_char_device()


def test_a_pipe_without_a_name_is_written_to():
    reading, writing = os.pipe()
    try:
        write_atomically(Path(f"/dev/fd/{writing}"), ["one", "two"])
        assert os.read(reading, 100) == b"onetwo"
        assert obstacles([Target(format="json", path=Path(f"/dev/fd/{writing}"))]) == ()
    finally:
        os.close(reading)
        os.close(writing)


def test_a_report_takes_the_place_of_nothing_that_is_read(tmp_path: Path):
    for name in ("a.py", "problems/demo/problem.yaml", "notes.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "link").symlink_to("a.py")
    target = Target(format="json", path=tmp_path / "notes.json")
    refuse_inputs([target], [tmp_path / "a.py"], tmp_path)
    for name in ("a.py", "link", "problems/demo/problem.yaml"):
        with pytest.raises(UsageError, match="read as an input"):
            refuse_inputs([Target(format="json", path=tmp_path / name)], [tmp_path / "a.py"], tmp_path)
    refuse_inputs([Target(format="json", path=tmp_path / "problems/report.json")], [], tmp_path)


def test_neither_does_a_further_file_of_it(tmp_path: Path):
    (tmp_path / "index.html").touch()
    with pytest.raises(UsageError, match=r"index\.html: that file is read as an input"):
        refuse_inputs(parse_targets([f"html={tmp_path}/"]), [tmp_path / "index.html"], tmp_path)


def test_a_report_of_one_submission_is_refused_where_several_are_to_be_judged():
    refuse_several(("console", "gradescope"), 1)
    refuse_several(("console", "csv"), 2)
    said = "a gradescope report tells of one submission, and 2 are to be judged: name one file"
    with pytest.raises(UsageError, match=said):
        refuse_several(("console", "gradescope"), 2)


def test_the_flow_is_asked_for_by_formats_that_show_it():
    quiet = ("console", "json", "jsonl")
    asked = {
        (name, count): flow_is_wanted((*quiet, name), count)
        for name in ("html", "markdown", "csv")
        for count in (1, 2)
    }
    assert asked == {
        ("html", 1): True,
        ("html", 2): True,
        ("markdown", 1): True,
        ("markdown", 2): False,
        ("csv", 1): False,
        ("csv", 2): False,
    }
