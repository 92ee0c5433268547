"""A store with runs that never took place."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from reporters.reports import finding, report, result, wrong_result
from sqlalchemy import update

from judge.report import RunHead, SubmissionResult
from judge.store.connect import open_store
from judge.store.run_record import RunRecord, Wanted
from judge.store.tables import results, runs

DAY = 86_400.0
MONDAY = 1_790_000_000.0  # run n takes place n - 1 days later


def right(content: str = "a", **fields: Any) -> SubmissionResult:
    return result(**{"sha256": content * 64, "source": f"# {content}\n", **fields})


def wrong(content: str = "b", **fields: Any) -> SubmissionResult:
    base = {"sha256": content * 64, "source": f"# {content}\n", "findings": (finding(),)}
    return wrong_result(**{**base, **fields})


class Course:
    """Runs in a store, a day apart."""

    def __init__(self, url: str) -> None:
        self.url = url

    def run(
        self,
        told: Mapping[str, SubmissionResult],
        *,
        rejudge: bool = False,
        cases: str = "",
        finished: bool = True,
        **head: Any,
    ) -> int:
        """One run: what is there of it is taken over. Its number.

        Args:
            told: name → result. cases: what else results depend on, such as cases that were mended.
        """
        wanted = [
            Wanted(
                name=name,
                problem=one.problem,
                file_name=PurePosixPath(name).name,
                sha256=one.sha256,
                keys=lambda sha, one=one, name=name: (
                    f"{one.problem} {cases} {sha}",
                    f"{one.problem} {cases} {sha} {PurePosixPath(name).name}",
                ),
            )
            for name, one in told.items()
        ]
        made = replace(report(*told.values()), **head)
        with closing(open_store(self.url)) as store:
            as_told = RunHead(
                judge_version=made.judge_version, entropy=made.entropy, environment=made.environment
            )
            with closing(RunRecord(store, as_told, wanted, rejudge=rejudge)) as record:
                for number, (name, one) in enumerate(told.items()):
                    if not record.is_there(number) and record.is_ours(number):
                        record.put(number, replace(one, submission=name))
                assert record.fault is None
                if finished:
                    record.finish(made)
            at = MONDAY + (record.id - 1) * DAY
            with store.engine.execution_options(writes=True).begin() as connection:
                connection.execute(update(runs).where(runs.c.id == record.id).values(started=at))
                connection.execute(
                    update(results).where(results.c.run_id == record.id).values(judged=at + 60)
                )
        return record.id
