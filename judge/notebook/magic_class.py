"""The magics themselves: IPython reads arguments and help from here."""

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

from judge.errors import JudgeError
from judge.notebook.judgement import Judgement
from judge.notebook.magics import judge_cell, judge_session
from judge.reporters.parts.escape import escape


@magics_class
class JudgeMagics(Magics):
    """`%judge` and `%%judge`."""

    @no_var_expand
    @magic_arguments()
    @argument("problem", nargs="?", help="Id of the exercise; may be left out where there is only one.")
    @argument("--root", metavar="DIR", help="The folder that holds problems/. Default: here or above.")
    @argument("-q", "--quiet", action="store_true", help="Say nothing while it goes on.")
    @line_cell_magic
    def judge(self, line: str, cell: str | None = None) -> Judgement:
        """Judge an exercise.

        `%%judge PROBLEM` judges the cell below it, which is not run here. `%judge PROBLEM` judges the
        function that the exercise asks for as it stands in this session, with what it uses from other
        cells: imports, functions, classes, constants. What can't be found as code is named, and nothing is
        judged then.

        The result is shown as a page, and is an object: `found = %judge PROBLEM`, then `found.verdict`,
        `found.findings`, `found.cases`.
        """
        asked = parse_argstring(self.judge, line)
        try:
            if cell is None:
                return judge_session(self.shell, asked.problem, asked.root, quiet=asked.quiet)
            return judge_cell(self.shell, cell, asked.problem, asked.root, quiet=asked.quiet)
        except JudgeError as error:
            raise UsageError(escape(str(error), keep="\n")) from None
