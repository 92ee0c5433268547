"""A small, valid problem folder, and what the loader says when its text is changed."""

from dataclasses import dataclass
from pathlib import Path

from judge.errors import ProblemError
from judge.problem.load import load_problem
from judge.problem.model import Problem

DEMO = """\
id: demo
title: One step
entry_point: step
points: 20
compute_dtype: bfloat16
parameters:
  - {name: seed, kind: float, role: seed}
  - {name: x, kind: array, role: inputs, dtype: float32, shape: [N, D_in]}
  - {name: y, kind: array, role: targets, dtype: float32, shape: [N, D_out]}
  - {name: lr, kind: float, role: learning_rate}
  - {name: loss_scale, kind: float, role: loss_scale}
  - {name: steps, kind: int}
  - {name: pair, kind: tree, dict: {a: {dtype: int32, shape: [N]}, b: {tuple: [{dtype: float32, shape: []}]}}}
returns: {dtype: float32, shape: [1]}
limits: {wall_s: 10, memory_mib: 1024, file_mib: 0}
tolerance: {relative: 0.015625, representable_in: bfloat16}
pitfalls: [master-downcast, stale-loss]
options: {depth: 2}
cases:
  - name: designed
    seed: 7
    lr: 1e-3
    loss_scale: 0.5
    steps: 3
    shapes: {x: [2, 512], y: [2, 64], pair.a: [2]}
    data:
      seed: 0
      x: {normal: {scale: 2.0}, off_grid: 0.45, rows: antisymmetric}
      y: {linear_of_x: {factor: 1.015, weights: initial, dtype: bfloat16}, off_grid: -0.45}
      pair.a: {choice: [0, 1, 2]}
      pair.b.0: {uniform: [-1, 1]}
    visibility: hidden
    weight: 2.5
  - name: drawn
    repeat: 2
    seed: {integers: [0, 1000]}
    lr: {uniform: [0.05, 0.1]}
    loss_scale: {choice: [1024.0, 3000.0]}
    steps: {integers: [1, 4]}
    shapes: {x: [8, 4], y: [8, 2], pair.a: [8]}
    data:
      x: {normal: {}}
      y: {normal: {scale: 1.0}}
      pair.a: {choice: [0, 1, 2]}
      pair.b.0: {choice: [-0.25, 0.25]}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """The problem folder `problems/demo` under a root of its own."""

    root: Path
    text: str = DEMO

    @property
    def folder(self) -> Path:
        return self.root / "problems" / "demo"

    @property
    def file(self) -> Path:
        return self.folder / "problem.yaml"

    def load(self) -> Problem:
        return load_problem(self.root, self.folder)

    def faults(self, old: str = "", new: str = "", *, text: str | None = None) -> list[str]:
        """What is said of the file with `old` replaced by `new`, or of another text."""
        assert text is not None or self.text.count(old) == 1, "the text to replace must be there once"
        self.file.write_text(self.text.replace(old, new) if text is None else text, encoding="utf-8")
        try:
            self.load()
        except ProblemError as error:
            return [str(fault).removeprefix("problems/demo/problem.yaml:") for fault in error.faults]
        return []


def written(root: Path) -> Demo:
    """The problem's folder under `root`, with its reference."""
    demo = Demo(root=root)
    reference = root / "reference" / "demo"
    for folder in (demo.folder, reference):
        folder.mkdir(parents=True)
    demo.file.write_text(DEMO, encoding="utf-8")
    for file in (demo.folder / "statement.md", demo.folder / "starter.py", reference / "reference.py"):
        file.touch()
    return demo
