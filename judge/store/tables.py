"""The tables of a store. Times are seconds since 1970, in UTC.

A result is kept as a record (`judge.store.records`), which every report is made from; its verdict, its
cases and findings stand in columns as well, to be asked for.
"""

from typing import Any

from sqlalchemy import (
    DDL,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    event,
)

VERSION = 1  # of the tables; goes up with a step in `judge.store.versions`

metadata = MetaData()

settings = Table(  # "version" and "entropy"
    "settings",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

runs = Table(  # one `judge run`; alive as long as its process is, or its heartbeat is fresh
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("started", Double, nullable=False),
    Column("finished", Double),
    Column("heartbeat", Double, nullable=False),
    Column("place", String, nullable=False),  # the machine, and what its process ids mean there
    Column("pid", Integer, nullable=False),
    Column("pid_started", Double, nullable=False),
    Column("judge_version", String, nullable=False),
    Column("entropy", String, nullable=False),
    Column("environment", String, nullable=False),  # JSON
    Column("complete", Boolean, nullable=False),
    Column("exit_code", Integer),
    Column("seconds", Double),
)

problems = Table(  # a problem with the cases that it was judged by
    "problems",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("cases_sha256", String, nullable=False),
    UniqueConstraint("name", "cases_sha256"),
)

cases = Table(
    "cases",
    metadata,
    Column("problem_id", ForeignKey("problems.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("visibility", String, nullable=False),
    Column("weight", Double, nullable=False),
)

submissions = Table(  # what was handed in, by its content
    "submissions",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("source", LargeBinary),  # compressed text; NULL where it isn't UTF-8
)

results = Table(
    "results",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False),  # of all that it depends on (judge.run.result_key)
    Column("current", Boolean, nullable=False),  # the newest of its key
    Column("reusable", Boolean, nullable=False),
    Column("sha256", ForeignKey("submissions.sha256"), nullable=False, index=True),
    Column("problem_id", ForeignKey("problems.id"), nullable=False, index=True),
    Column("run_id", Integer, nullable=False),  # that judged it; it may be pruned
    Column("judged", Double, nullable=False),
    Column("verdict", String, nullable=False),
    Column("score", Double),
    Column("whole", Boolean, nullable=False),  # judged on all cases; otherwise the score is no grade
    Column("seconds", Double, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("flow", LargeBinary, nullable=False),  # what the record leaves out: listing and graph
    Index("results_by_verdict", "verdict", "id"),
)
# Both dialects have it in the same words; as an Index it would import both of them.
one_current: Any = DDL("create unique index one_current on results (key) where current")  # type: ignore[no-untyped-call] # SQLAlchemy's
event.listen(results, "after_create", one_current)

case_results = Table(
    "case_results",
    metadata,
    Column("result_id", ForeignKey("results.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("verdict", String, nullable=False),
)

findings = Table(
    "findings",
    metadata,
    Column("result_id", ForeignKey("results.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("pitfall", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("line", Integer),
    Index("findings_by_pitfall", "pitfall", "result_id"),
)

entries = Table(  # what a run says of one submission: which result, under which name
    "entries",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),  # its place in the run's report
    Column("submission", String, nullable=False),
    Column("problem", String, nullable=False),
    Column("result_id", ForeignKey("results.id"), nullable=False, index=True),
    Column("fresh", Boolean, nullable=False),  # judged in this run
    Index("entries_by_submission", "problem", "submission", "run_id", "result_id"),  # has all that is asked
)

claims = Table(  # results that a run has taken on
    "claims",
    metadata,
    Column("key", String, primary_key=True),
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
)
