"""`judge results prune` and `judge results runs` as they are called."""

from store.courses import Course, right

from commands.results.calling import call, shown


def test_what_was_deleted_is_said(course: Course):
    done = call("prune", "--store", course.url, "--keep-runs", "1")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "deleted: 2 runs, 5 entries of submissions\n"
    assert call("prune", "--store", course.url, "--keep-runs", "1").stdout == "there is nothing to delete\n"


def test_a_dry_run_deletes_nothing(course: Course):
    done = call("prune", "--store", course.url, "--learner", "ada", "--dry-run")
    told = "4 entries of submissions, 4 results, 4 texts that were handed in\n"
    assert done.stdout == f"to be deleted: {told}"
    assert len(shown("--store", course.url, "--learner", "ada", "--which", "all")) == 4
    assert call("prune", "--store", course.url, "--learner", "ada").stdout == f"deleted: {told}"
    assert call("--store", course.url, "--learner", "ada").exit_code == 5


def test_submissions_are_deleted_by_a_glob_and_learners_by_a_pattern(course: Course):
    call("prune", "--store", course.url, "--submission", "submissions/other/*")
    assert call("--store", course.url, "--problem", "other").exit_code == 5
    call("prune", "--store", course.url, "--learner", "by", "--student-id", "^(.)y|b(o)b")
    assert len(shown("--store", course.url)) == 3


def test_without_anything_to_delete_it_is_wrong_usage(course: Course):
    done = call("prune", "--store", course.url)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Say --keep-runs, --before, --learner or --submission" in done.stderr


def test_runs_that_are_going_on_are_named(course: Course):
    course.run({"ada.py": right("8")}, finished=False)
    done = call("prune", "--store", course.url, "--keep-runs", "0")
    assert done.stdout.splitlines()[1:] == [
        "run 4 is still going on and stays as it is; say it again when it has ended"
    ]


def test_runs_are_listed_the_newest_first(course: Course):
    course.run({"ada.py": right("8")}, entropy=2**53 - 1, complete=False, exit_code=130)
    done = call("runs", "--store", course.url)
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    titles = ["run", "when", "files", "judged", "taken", "over", "judge", "entropy", "ended", "exit"]
    assert lines[0].split() == titles
    assert [int(line[:3]) for line in lines[1:] if line[:3].strip()] == [4, 3, 2, 1]
    assert max(map(len, lines)) <= 80
    assert "interrupted" in lines[1]
    assert " 3       2           1  0.1.0" in done.stdout
