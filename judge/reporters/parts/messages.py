"""What several cases have to say, each sentence once: exceptions are equal in type, message and line."""

from collections.abc import Iterable
from dataclasses import dataclass

from judge.report import CaseResult, SubmissionResult
from judge.reporters.parts.escape import escape
from judge.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence: the first case that says it, and how many others do."""

    case: CaseResult
    others: int

    @property
    def who(self) -> str:
        """As "generic and 6 more", escaped."""
        return escape(self.case.name) + (f" and {self.others} more" if self.others else "")


def once(cases: Iterable[CaseResult]) -> list[Said]:
    """The sentences of public cases that failed, in their order."""
    groups: dict[str, list[CaseResult]] = {}
    for case in cases:
        if case.visibility == "public" and case.verdict is not Verdict.ACCEPTED:
            groups.setdefault(case.message, []).append(case)
    return [Said(group[0], len(group) - 1) for group in groups.values()]


def is_told(said: Said, result: SubmissionResult) -> bool:
    """Whether the submission's own message ends with this sentence, after the name of the case."""
    return result.message.endswith(said.case.message)
