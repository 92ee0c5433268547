"""A folder of exercises with one small problem, or several."""

from pathlib import Path

PROBLEM = """\
id: {name}
title: Double it
entry_point: double
parameters:
  - {{name: seed, kind: float, role: seed}}
  - {{name: x, kind: array, role: inputs, dtype: float32, shape: [N]}}
returns: {{dtype: float32, shape: [1]}}
limits: {{wall_s: 10, cpu_s: 10}}
tolerance: {{relative: 0.015625}}
pitfalls: []
cases:
  - name: small
    seed: 1
    shapes: {{x: [3]}}
    data: {{seed: 0, x: {{normal: {{scale: 1.0}}}}}}
  - name: drawn
    repeat: 2
    seed: {{integers: [0, 9]}}
    shapes: {{x: [3]}}
    data: {{x: {{normal: {{scale: 1.0}}}}}}
  - name: secret
    seed: 2
    shapes: {{x: [3]}}
    data: {{seed: 5, x: {{normal: {{scale: 1.0}}}}}}
    visibility: hidden
"""

RIGHT = """\
import jax.numpy as jnp


def double(seed, x):
    return (2 * jnp.sum(x)).reshape(1)
"""

WRONG = RIGHT.replace("2 * ", "3 * ")

STATEMENT = """\
# Double it

Return twice the sum of `x`.
"""

HINTS = """\
## Look at the name

It says what to do.

## Two ways

Add it to itself, or multiply.
"""

STARTER = """\
def double(seed, x):
    return None
"""


def make_problem(root: Path, name: str = "demo") -> Path:
    """The problem's folder under `root`, with its reference."""
    folder, reference = root / "problems" / name, root / "reference" / name
    for each in (folder, reference):
        each.mkdir(parents=True)
    (folder / "problem.yaml").write_text(PROBLEM.format(name=name))
    (folder / "statement.md").write_text(STATEMENT)
    (folder / "starter.py").write_text(STARTER)
    (folder / "hints.md").write_text(HINTS)
    (reference / "reference.py").write_text(RIGHT)
    return folder


def make_files(root: Path, *names: str, content: str = RIGHT) -> None:
    """Files with their folders."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
