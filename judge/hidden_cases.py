"""What is said of a hidden case: nothing of its data, its numbers or its seconds."""

from judge.verdict import Verdict

_MESSAGES = {
    Verdict.ACCEPTED: "a hidden case: passed",
    Verdict.JUDGE_ERROR: "a hidden case: it could not be judged, which is not your fault",
}


def hidden_message(verdict: Verdict) -> str:
    """All that is said of a hidden case: fixed text, chosen by the verdict alone."""
    return _MESSAGES.get(verdict, "a hidden case: its data and numbers are not shown")
