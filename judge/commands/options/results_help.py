"""The longer help texts of `judge results`. A backspace keeps click from folding what follows it."""

RESULTS_HELP = """Show, compare and delete what a store holds.

`judge run --store PATH` keeps results in a store. Without a command, the newest result of each submission is
shown, a page at a time, or as any report that `judge run` writes; nothing is judged. All filters have to
fit.

\b
Examples:
  judge results --store course.db
  judge results --store course.db --learner ada --which all
  judge results --store course.db --since 7d --verdict pitfall
  judge results --store course.db --which best --roster course.csv
      --report gradebook=points.csv --report html=pages/
  judge results diff previous latest --store course.db

\b
Exit codes:
  0    results were found
  2    wrong usage, or no such store
  3    the store can't be read, or a report not written
  5    nothing in the store is like that
"""

DIFF_HELP = """Show what a regrade changed, before it is published.

A and B are each the number of a run, `latest` or `previous` of the store, the path of another store (the
newest result of each submission), or a report in JSON or JSON Lines. Submissions are compared by problem and
name: verdict, score and findings.

\b
Examples:
  judge results diff previous latest --store course.db
  judge results diff 3 7 --store course.db --format csv
  judge results diff published.json latest --store course.db

\b
Exit codes:
  0    nothing changed
  1    something did
  2    wrong usage, or no such run, store or report
  3    a store can't be read
"""

PRUNE_HELP = """Delete old runs, or what is one learner's.

Where more than one option says what to delete, only what all of them name is deleted. What a run says goes
with the run; a result that no run speaks of any longer goes if it was superseded. With --learner or
--submission every result that no run speaks of goes, and the texts that were handed in. Runs that are still
going on stay. A file shrinks, and nothing of what was deleted is left in it.

\b
Examples:
  judge results prune --store course.db --keep-runs 10
  judge results prune --store course.db --learner ada --dry-run
"""
