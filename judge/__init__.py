"""A judge for machine-learning exercises about numerics.

What is public is imported when it is asked for: the command line needs none of it.
"""

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

_AT = dict(zip(__all__, "report finding errors notebook.judgement verdict notebook.judging notebook.magics".split()))


def __getattr__(name: str) -> object:
    if name not in _AT:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"judge.{_AT[name]}"), name)
