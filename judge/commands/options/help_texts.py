"""The longer help texts. A backspace keeps click from folding the paragraph that follows it."""

# Learners' commands as they meet them, then those of teachers and authors, then those of machines.
ORDER = (
    *("run", "watch", "show", "hint", "explain", "solution", "list", "new"),
    *("results", "stats", "verify"),
    *("doctor", "cache", "cluster"),
)

HELP = """Judge machine-learning exercises about numerics.

The judge runs your solution on a set of cases, compares what comes out with a trusted reference, and says
which line computes in the wrong precision.

\b
Your first day:
  judge list                      which problems there are
  judge show PROBLEM              read the lesson and the task
  judge new submission PROBLEM    get a file to start from
  judge run                       judge everything in submissions/
  judge explain PITFALL           what a finding means, and what to do instead
  judge hint PROBLEM              when you are stuck
  judge solution PROBLEM          the reference, after an accepted run
"""

EPILOG = """\b
Completion of commands and names in your shell (bash; zsh and fish alike):
  eval "$(_JUDGE_COMPLETE=bash_source judge)"
"""

RUN_HELP = """Judge submissions.

PATHS are files, or folders that stand for their *.py and *.ipynb files; without any, submissions/ is
judged. A single - reads one file from standard input.

\b
Examples:
  judge run                                 all of submissions/
  judge run submissions/PROBLEM/ada.py      one file
  judge run ada.py --problem PROBLEM        one file that lies elsewhere
  judge run - --problem PROBLEM < ada.py    one file from standard input
  judge run --case NAME --case OTHER        on these cases only
  judge run --format json --report console=report.txt > results.json
  judge run --report gradebook=points.csv --student-id '_([0-9]+)_'

\b
Exit codes:
  0    every submission is accepted
  1    some submission is not accepted
  2    wrong usage, or a bad problem file
  3    the judge, the reference or a case is at fault, or a report unwritable
  4    the required isolation is not met
  5    no submission found
  130  interrupted; what was finished is reported
"""

WATCH_HELP = """Judge again on every save.

PATH is a file, or a folder that stands for its *.py and *.ipynb files. What changed since the last time
is said below each report. Ctrl-C ends it.

\b
Examples:
  judge watch submissions/PROBLEM/ada.py
  judge watch ada.py --problem PROBLEM --case NAME
"""

STATS_HELP = """Show the statistics of a class.

FILE is a report in JSON or JSON Lines, as `judge run` writes it; - reads one from standard input. Verdicts,
scores, pitfalls by submissions, cases and which of them alone caught somebody, who fails alike, exceptions,
and who took longest. -v shows all rows.

\b
Examples:
  judge run --report jsonl=class.jsonl
  judge stats class.jsonl
  judge stats class.jsonl --format csv > class.csv
"""

VERIFY_HELP = """Check PROBLEM for its author: are its cases and detectors good enough?

Files and statement, samples, what each case tells apart, right programs in every style, trivial answers,
other data, mutants of the reference: each is looked at, and of what doesn't hold it is said what to do.
Without a name, all problems are checked. -v shows the tables of all measurements.

\b
Examples:
  judge verify PROBLEM
  judge verify PROBLEM --only margins -v
  judge verify PROBLEM --report html=verify.html --report json=verify.json

\b
Exit codes:
  0    all holds
  1    something doesn't
  2    wrong usage, or a bad problem file
  3    no worker can be started
"""

SHOW_HELP = """Show the lesson and the task of PROBLEM.

On a terminal what is longer than it goes through $PAGER, or less.

\b
A public case as Python code, to run your function on it:
  judge show PROBLEM --case NAME > case.py
"""
