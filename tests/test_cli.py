"""The command line as it is called; submissions are judged by a fake, except in the last tests."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from commands.exercises import RIGHT, STARTER, STATEMENT, WRONG, make_files, make_problem
from reporters.reports import report, result, wrong_result

from judge.cli import main
from judge.commands.options.every_command import JudgeGroup
from judge.commands.options.help_texts import ORDER
from judge.report import Report
from judge.reporters import ON_STDOUT, REPORTERS
from judge.reporters.base import View
from judge.run.intake import RunRequest
from judge.run.progress import Progress
from judge.run.runner import Interrupted

Judge = Callable[[RunRequest, Progress], Report]
JUDGE = (sys.executable, "-m", "judge")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "exercises"
    make_problem(folder)
    make_files(folder, "submissions/demo/ada.py")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


def call(*arguments: str, judge: Judge | None = None, stdin: str = "") -> Result:
    return CliRunner().invoke(main, arguments, obj=judge, input=stdin)


def always(answer: Report) -> Judge:
    return lambda _request, _progress: answer


@pytest.mark.usefixtures("root")
def test_without_a_command_the_help_is_shown():
    assert (call().output, call().exit_code) == (call("--help").output, 0)
    assert call().output.startswith("Usage: judge [OPTIONS] COMMAND [ARGS]...\n")


def test_commands_are_listed_as_a_learner_meets_them_then_for_teachers_and_machines():
    listed = call("--help").stdout.partition("Commands:\n")[2].partition("\n\n")[0]
    names = re.findall(r"^  (\S+)", listed, re.MULTILINE)
    assert names[:9] == ["run", "watch", "lsp", "show", "hint", "explain", "solution", "list", "new"]
    assert names[9:] == [name for name in ORDER[9:] if name in main.commands]
    assert set(names) == set(main.commands)


def all_commands(group: JudgeGroup, *path: str) -> list[tuple[str, ...]]:
    found = [path]
    for name, command in group.commands.items():
        found += all_commands(command, *path, name) if isinstance(command, JudgeGroup) else [(*path, name)]
    return found


@pytest.mark.parametrize("command", all_commands(main), ids=" ".join)
def test_every_help_fits_80_columns_and_has_the_options_of_everywhere(command: tuple[str, ...]):
    for option in ("--help", "-h"):
        help_text = call(*command, option)
        assert help_text.exit_code == 0
        assert max(map(len, help_text.output.splitlines())) <= 80
        assert "With every command:\n  --root DIR" in help_text.output


def test_the_help_of_run_names_every_exit_code_and_every_format():
    text = call("run", "--help").output
    assert re.findall(r"^    (\d+) ", text, re.MULTILINE) == ["0", "1", "2", "3", "4", "5", "130"]
    assert all(re.search(rf"What goes to stdout: [^.]*\b{name}\b", text) for name in ON_STDOUT)


def test_a_group_without_a_command_is_wrong_usage_with_its_help():
    shown = call("cache")
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert shown.stderr == call("cache", "--help").output


@pytest.mark.parametrize(
    "one", [report(result()), report(wrong_result()), report(wrong_result(), exit_code=3)]
)
@pytest.mark.usefixtures("root")
def test_the_report_goes_to_stdout_and_its_exit_code_is_the_commands(one: Report):
    shown = call("run", judge=always(one))
    assert shown.stdout == REPORTERS["console"](View()).render(one)
    assert (shown.stderr, shown.exit_code) == ("", one.exit_code)


def test_json_on_stdout_is_exactly_one_document_whatever_is_said_meanwhile(root: Path):
    (root / "submissions/out.py").symlink_to("/etc/hostname")

    def chatty(request: RunRequest, progress: Progress) -> Report:
        progress.note("computing expected values")
        progress.started(len(request.jobs))
        progress.finished(result())
        progress.close()
        return report(result())

    shown = call("run", "--format", "json", judge=chatty)
    assert json.loads(shown.stdout)["schema"] == "judge-result/v1"
    assert shown.stderr.splitlines()[1:] == ["note: computing expected values"]
    assert shown.stderr.startswith(f"note: {root}/submissions/out.py is a link that leads out of its folder")


@pytest.mark.usefixtures("root")
def test_jsonl_is_written_while_the_run_goes_on_and_ends_with_how_it_ended(capfd: pytest.CaptureFixture[str]):
    seen: list[str] = []
    one = report(result(), wrong_result(), exit_code=1)

    def slow(_request: RunRequest, progress: Progress) -> Report:
        progress.opened(one.head)
        for each in reversed(one.results):
            progress.finished(each)
            seen.append(capfd.readouterr().out)
        return one

    with pytest.raises(SystemExit) as ended:
        main(["run", "--exit-zero", "--format", "jsonl"], obj=slow)
    last = json.loads(capfd.readouterr().out)
    assert [text.count("\n") for text in seen] == [2, 1]
    assert json.loads(seen[0].splitlines()[0])["schema"] == "judge-run/v1"
    assert (last["exit_code"], last["complete"], ended.value.code) == (0, True, 0)


@pytest.mark.usefixtures("root")
def test_one_run_writes_every_format_at_once(tmp_path: Path):
    one = report(wrong_result())
    folder = tmp_path / "reports"
    asked = [part for name in REPORTERS for part in ("--report", f"{name}={folder}/")]
    assert call("run", *asked, judge=always(one)).exit_code == 1
    written = {name for kind in REPORTERS.values() for name in (kind.filename, *kind.further_files)}
    assert {path.name for path in folder.iterdir()} == written | {"submissions"}
    view = View(explain="explain" in main.commands)
    for name in set(REPORTERS) - {"junit", "classroom50", "html"}:  # these tell the time
        kind = REPORTERS[name]
        assert (folder / kind.filename).read_text() == kind(view).render(one)


@pytest.mark.usefixtures("root")
def test_formats_take_the_time_and_the_assignment_from_outside(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CLASSROOM", "cs-principles")
    shown = json.loads(call("run", "--format", "classroom50", judge=always(report(result()))).stdout)
    assert shown["classroom"] == "cs-principles"
    assert abs(datetime.fromisoformat(shown["datetime"]) - datetime.now(UTC)) < timedelta(minutes=5)


@pytest.mark.usefixtures("root")
def test_html_goes_to_files_only():
    assert call("run", "--format", "html").exit_code == 2
    assert "it goes to files only" in call("run", "--report", "html=-").stderr


@pytest.mark.usefixtures("root")
def test_quiet_says_a_line_a_file():
    def chatty(_request: RunRequest, progress: Progress) -> Report:
        progress.note("computing expected values")
        return report(result())

    shown = call("-q", "run", judge=chatty)
    assert (shown.stdout, shown.stderr) == (
        "accepted      1.00     submissions/demo/ada.py\n",
        "",
    )


@pytest.mark.usefixtures("root")
def test_verbose_and_colour_reach_the_report():
    one = report(result())
    assert call("run", "-v", judge=always(one)).stdout == REPORTERS["console"](View(verbosity=1)).render(one)
    coloured = call("run", "--color", "always", judge=always(one)).stdout
    assert coloured == REPORTERS["console"](View(color=True)).render(one)


@pytest.mark.parametrize(("code", "turned"), [(0, 0), (1, 0), (3, 3), (130, 130)])
@pytest.mark.usefixtures("root")
def test_exit_zero_turns_only_1_into_0(code: int, turned: int):
    shown = call(
        "run", "--exit-zero", "--format", "json", judge=always(report(wrong_result(), exit_code=code))
    )
    assert shown.exit_code == json.loads(shown.stdout)["exit_code"] == turned


@pytest.mark.usefixtures("root")
def test_options_reach_the_runner():
    asked: list[RunRequest] = []

    def watching(request: RunRequest, _progress: Progress) -> Report:
        asked.append(request)
        return report(result(), entropy=request.entropy)

    arguments = (
        "run",
        "-",
        "--problem",
        "demo",
        "--case",
        "small",
        "--case",
        "drawn",
        "--entropy",
        "random",
        "-j",
        "3",
        "--show",
        "flow",
        "--isolation",
        "none",
        "--require-flow",
        "--require-isolation",
        "none",
    )
    assert call(*arguments, judge=watching, stdin=RIGHT).exit_code == 0
    (request,) = asked
    assert [(job.name, job.source) for job in request.jobs] == [("-", RIGHT.encode())]
    assert (request.case_names, request.workers, request.want_flow) == (("small", "drawn"), 3, True)
    assert (request.isolation, request.require_isolation, request.require_flow) == ("none", "none", True)
    assert request.entropy > 0


def test_reports_are_written_beside_what_goes_to_stdout(root: Path):
    one = report(wrong_result())
    shown = call(
        "run", "--color", "always", "--report", "json=out/", "--report", "console=c.txt", judge=always(one)
    )
    assert shown.exit_code == 1
    assert (root / "out/report.json").read_text() == REPORTERS["json"]().render(one)
    assert (root / "c.txt").read_text() == REPORTERS["console"](View()).render(one)


def test_a_report_that_cannot_be_written_ends_with_3_and_the_others_are_there(root: Path):
    (root / "file").touch()
    shown = call("run", "--report", "json=file/x", "--format", "json", judge=always(report(result())))
    told = "the json report can't be written to file/x: Not a directory"
    assert shown.stderr == f"note: {told}. Everything is judged all the same\nerror: {told}\n"
    assert shown.exit_code == json.loads(shown.stdout)["exit_code"] == 3


def test_an_interrupted_run_reports_what_was_finished(root: Path):
    partial = report(result(), complete=False, exit_code=130)

    def interrupted(_request: RunRequest, _progress: Progress) -> Report:
        raise Interrupted(partial)

    shown = call("run", "--format", "json", "--report", "console=c.txt", judge=interrupted)
    assert shown.exit_code == 130
    assert json.loads(shown.stdout)["complete"] is False
    assert "Interrupted: what was not finished is missing here." in (root / "c.txt").read_text()


@pytest.mark.usefixtures("root")
def test_a_run_interrupted_before_its_first_result_still_reports():
    def interrupted(_request: RunRequest, _progress: Progress) -> Report:
        raise KeyboardInterrupt

    shown = call("run", "--format", "json", "--entropy", "9", judge=interrupted)
    document = json.loads(shown.stdout)
    assert (shown.exit_code, document["results"], document["complete"], document["entropy"]) == (
        130,
        [],
        False,
        9,
    )


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["nowhere.py"], 2, "error: nowhere.py doesn't exist: there is no nowhere.py in "),
        (
            ["--entropy", "-1"],
            2,
            "error: Invalid value for '--entropy': -1 is neither `random` nor a whole number",
        ),
        (["--entropy", "9007199254740992"], 2, "error: Invalid value for '--entropy'"),
        (["--jobs", "0"], 2, "error: Invalid value for '-j' / '--jobs': 0 is not in the range x>=1."),
        (["--format", "yaml"], 2, "error: Invalid value for '--format': no format yaml. Known: console"),
        (["--report", "yaml=x"], 2, "error: --report yaml=x: no format yaml."),
        (["--case", "nonsense"], 2, "error: --case nonsense: no such case."),
        (["--problem", "dmo"], 2, "error: no problem dmo in "),
        (["--extra-cases", "nowhere.yaml"], 2, "error: nowhere.yaml"),
        (["--root", ".."], 2, "error: --root ..: there is no problems/ folder in it"),
        (["problems"], 2, None),
        (["empty"], 5, "error: no submission found in empty: a folder stands for its *.py and *.ipynb files"),
    ],
)
def test_what_cannot_be_done_is_told_before_anything_is_judged(
    root: Path, arguments: list[str], code: int, message: str | None
):
    (root / "empty").mkdir()

    def never(_request: RunRequest, _progress: Progress) -> Report:
        pytest.fail("nothing must be judged")

    if message is None:
        make_problem(root, "broken").joinpath("problem.yaml").write_text("nonsense: 1")
        message, arguments = "error: problems/broken/problem.yaml", ["--problem", "broken"]
    shown = call("run", *arguments, judge=never)
    assert (shown.stdout, shown.exit_code) == ("", code)
    assert shown.stderr.startswith(message)


@pytest.mark.usefixtures("root")
def test_list_shows_problems_and_cases():
    shown = call("list")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout.splitlines()[:3] == [
        "demo: Double it",
        "  double(seed, x)",
        "    small     public  weight 1",
    ]


def test_list_shows_the_readable_problems_and_tells_the_faults_of_the_others(root: Path):
    make_problem(root, "broken").joinpath("problem.yaml").write_text("nonsense: 1")
    shown = call("list")
    assert (shown.exit_code, shown.stdout.splitlines()[0]) == (2, "demo: Double it")
    assert shown.stderr.startswith("error: problems/broken/problem.yaml")


def test_list_of_no_problems_says_so(root: Path):
    (root / "none/problems").mkdir(parents=True)
    shown = call("list", "--root", "none")
    assert (shown.stdout, shown.stderr, shown.exit_code) == ("", "note: there is no problem yet\n", 0)


@pytest.mark.usefixtures("root")
def test_show_is_the_statement_when_it_is_piped_and_formatted_when_coloured():
    assert call("show", "demo").stdout == STATEMENT
    assert "\x1b[" in call("show", "demo", "--color", "always").stdout


def test_explain_shows_a_page_or_the_list_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)  # no problem is needed
    assert call("explain").stdout.startswith("# Pitfalls\n")
    assert call("explain", "stale-loss").stdout.startswith("# stale-loss\n")
    assert "\x1b[" in call("explain", "stale-loss", "--color", "always").stdout
    unknown = call("explain", "stale-lost")
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert unknown.stderr == (
        "error: no pitfall stale-lost. Did you mean stale-loss? `judge explain` lists them all.\n"
    )


def test_new_submission_says_where_it_is_and_what_to_do_next(root: Path):
    shown = call("new", "submission", "demo")
    assert (shown.stdout, shown.exit_code) == ("submissions/demo/my_solution.py\n", 0)
    assert shown.stderr == "note: fill it in, then: judge run submissions/demo/my_solution.py\n"
    assert (root / "submissions/demo/my_solution.py").read_text() == STARTER
    assert call("new", "submission", "demo").exit_code == 2
    assert call("new", "submission", "demo", "bob", "-q").stderr == ""


@pytest.mark.more
@pytest.mark.usefixtures("root")
def test_the_cache_can_be_filled(tmp_path: Path):
    filled = call("cache", "warm", "demo", "--entropy", "3")
    assert (filled.exit_code, filled.stdout) == (0, "")
    *_, last = filled.stderr.splitlines()
    assert last == f"note: demo: what judging needs is in {tmp_path}/cache/judge"
    assert call("cache", "warm", "--entropy", "3").stderr.splitlines() == [last]


@pytest.mark.more
def test_a_cache_that_cannot_be_filled_ends_with_3_and_why(root: Path):
    (root / "reference/demo/reference.py").write_text("def double(seed, x):\n    return None\n")
    failed = call("cache", "warm")
    assert failed.exit_code == 3
    assert "error: demo: case small: the reference returned a NoneType, not an array" in failed.stderr
    assert call("cache", "warm", "dmo").exit_code == 2


@pytest.mark.usefixtures("root")
def test_the_cache_can_be_found_and_cleared(tmp_path: Path):
    assert call("cache", "path").stdout == f"{tmp_path}/cache/judge\n"
    make_files(tmp_path, "cache/judge/x", content="x" * 2**20)
    cleared = call("cache", "clear")
    assert (cleared.stdout, cleared.stderr) == ("", f"note: 1.0 MiB removed from {tmp_path}/cache/judge\n")
    assert not (tmp_path / "cache/judge").exists()


# From here on in processes of their own.


def run(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*JUDGE, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
        timeout=120,
    )


def test_names_are_completed_in_the_shell(root: Path):
    make_problem(root, "diffusion")
    words = {"COMP_WORDS": "judge show d", "COMP_CWORD": "2", "_JUDGE_COMPLETE": "bash_complete"}
    assert (
        run(**words).stdout == "plain,demo\nplain,diffusion\n"
        or run(**words).stdout == "plain,diffusion\nplain,demo\n"
    )
    assert "complete -o nosort -F _judge_completion judge" in run(_JUDGE_COMPLETE="bash_source").stdout


@pytest.mark.parametrize(
    "group", [(), *sorted({path[:-1] for path in all_commands(main) if len(path) > 1})], ids=" ".join
)
def test_no_line_of_a_list_of_commands_is_cut(group: tuple[str, ...]):
    listed = run(*group, "--help", COLUMNS="80").stdout.partition("Commands:\n")[2].partition("\n\n")[0]
    assert listed
    assert not [line for line in listed.splitlines() if not line.endswith(".") or line.endswith("..")]


@pytest.mark.usefixtures("root")
def test_commands_that_need_no_worker_start_fast():
    """0.2 s on an idle machine; the figure here is CPU time, with room for a busy one."""
    for arguments in (
        ["--help"],
        ["run", "--help"],
        ["list"],
        ["show", "demo"],
        ["explain"],
        ["explain", "master-downcast"],
        ["cache", "path"],
        ["--version"],
    ):
        before = os.times()
        assert run(*arguments).returncode == 0
        after = os.times()
        used = after.children_user + after.children_system - before.children_user - before.children_system
        assert used < 0.4, arguments


@pytest.mark.usefixtures("root")
def test_commands_that_need_no_worker_leave_heavy_packages_alone():
    code = "import sys, judge.cli; judge.cli.main(standalone_mode=False)"
    for arguments, heavy in (
        (["run", "--help"], {"rich", "numpy", "pydantic", "yaml", "jax", "judge.run.runner"}),
        (["list"], {"rich", "numpy", "jax", "judge.run.runner"}),
        (["show", "demo"], {"rich", "numpy", "jax", "judge.run.runner"}),
        (["explain"], {"rich", "numpy", "jax", "judge.run.runner", "judge.pitfalls"}),
    ):
        told = f"import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); {code}"
        done = subprocess.run(
            [sys.executable, "-c", told, *arguments], capture_output=True, text=True, check=True
        )
        assert not heavy & set(done.stderr.split()), arguments


@pytest.mark.usefixtures("root")
def test_a_reader_that_goes_away_does_not_change_the_exit_code():
    command = f"set -o pipefail; {' '.join(JUDGE)} list | true"
    assert subprocess.run(["bash", "-c", command], capture_output=True, check=False).returncode == 0


@pytest.mark.usefixtures("root")
def test_a_full_disk_is_told_once():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*JUDGE, "list"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (3, "error: [Errno 28] No space left on device\n")


def test_a_terminal_without_unicode_gets_characters_written_out(root: Path):
    (root / "problems/demo/statement.md").write_text("naïve", encoding="utf-8")
    assert run("show", "demo", PYTHONIOENCODING="ascii").stdout == "na\\xefve\n"


def test_right_and_wrong_submissions_from_files_and_from_standard_input(root: Path):
    make_files(root, "submissions/demo/bob.py", content=WRONG)
    done = run(
        "run", "submissions", "-", "--format", "json", "--report", "console=c.txt", "-j", "1", stdin=RIGHT
    )
    document = json.loads(done.stdout)
    assert [(each["submission"], each["verdict"]) for each in document["results"]] == [
        ("submissions/demo/ada.py", "accepted"),
        ("submissions/demo/bob.py", "wrong_answer"),
        ("-", "accepted"),
    ]
    assert [case["name"] for case in document["results"][0]["cases"]] == [
        "small",
        "drawn[0]",
        "drawn[1]",
        "secret",
    ]
    assert (done.returncode, document["exit_code"], document["complete"]) == (1, 1, True)
    assert "3 submissions: 2 accepted, 1 wrong_answer" in (root / "c.txt").read_text()


@pytest.mark.more
def test_ctrl_c_ends_with_130_and_a_partial_report(root: Path):
    make_files(
        root, "submissions/demo/bob.py", content="import time\n\n\ndef double(seed, x):\n    time.sleep(60)\n"
    )
    judging = subprocess.Popen(
        [*JUDGE, "run", "-j", "1", "--format", "json", "--case", "small"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert judging.stderr is not None
    for line in judging.stderr:
        if "ready after" in line:
            break
    time.sleep(4)
    os.killpg(judging.pid, signal.SIGINT)
    stdout, _ = judging.communicate(timeout=60)
    document = json.loads(stdout)
    assert (judging.returncode, document["exit_code"], document["complete"]) == (130, 130, False)
    assert [each["submission"] for each in document["results"]] in ([], ["submissions/demo/ada.py"])
