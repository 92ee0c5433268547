import ast
import subprocess
import sys
from pathlib import Path

import judge


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_python_m_judge_is_the_command_line():
    done = python(
        "import runpy, sys; sys.argv = ['judge', '--version']; runpy.run_module('judge', run_name='__main__')"
    )
    assert (done.stdout, done.stderr, done.returncode) == (f"judge {judge.__version__}\n", "", 0)


def test_an_old_python_is_told_what_is_needed():
    done = python(
        "import runpy, sys; sys.version_info = (3, 9, 1); runpy.run_module('judge', run_name='__main__')"
    )
    assert done.stderr == (
        f"error: judge needs Python 3.11 or newer, and this is Python 3.9 ({sys.executable}).\n"
        "hint: install a newer Python, then run: python3.11 -m judge\n"
    )
    assert (done.stdout, done.returncode) == ("", 3)


def test_what_an_old_python_reads_before_the_message_is_in_its_grammar():
    folder = Path(judge.__file__).parent
    for name in ("__init__.py", "__main__.py"):
        source = (folder / name).read_text(encoding="utf-8")
        assert ast.parse(source, feature_version=(3, 6)).body
