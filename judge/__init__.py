"""A judge for machine-learning exercises about numerics; what is public is imported when it is asked for."""

__version__ = "0.1.0"
__all__ = ["CaseResult", "Finding", "JudgeError", "Judgement", "Verdict", "judge", "load_ipython_extension"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from judge.errors import JudgeError
    from judge.finding import Finding
    from judge.notebook.judgement import Judgement
    from judge.notebook.judging import judge
    from judge.notebook.magics import load_ipython_extension
    from judge.report import CaseResult
    from judge.verdict import Verdict

_IN = ("report", "finding", "errors", "notebook.judgement", "verdict", "notebook.judging", "notebook.magics")


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 -- the command line needs none of it

    return getattr(import_module(f"judge.{_IN[__all__.index(name)]}"), name)
