import re
from pathlib import Path

import pytest

from judge.errors import ProblemError
from judge.problem.load import load_problem
from judge.problem.model import ArraySpec, CaseTemplate, Draw, Limits, Parameter, Problem, Recipe, TreeSpec
from judge.problem.tolerance import Tolerance
from problem.demo import Demo


def test_a_problem_file_becomes_these_records(demo: Demo):
    tree = TreeSpec(
        kind="dict",
        items=(
            ("a", ArraySpec(dtype="int32", shape=("N",))),
            ("b", TreeSpec(kind="tuple", items=(("0", ArraySpec(dtype="float32", shape=())),))),
        ),
    )
    labels = Recipe(kind="choice", values=(0.0, 1.0, 2.0))
    assert demo.load() == Problem(
        id="demo",
        title="One step",
        entry_point="step",
        points=20,
        compute_dtype="bfloat16",
        parameters=(
            Parameter(name="seed", kind="float", role="seed"),
            Parameter(
                name="x", kind="array", role="inputs", spec=ArraySpec(dtype="float32", shape=("N", "D_in"))
            ),
            Parameter(
                name="y", kind="array", role="targets", spec=ArraySpec(dtype="float32", shape=("N", "D_out"))
            ),
            Parameter(name="lr", kind="float", role="learning_rate"),
            Parameter(name="loss_scale", kind="float", role="loss_scale"),
            Parameter(name="steps", kind="int"),
            Parameter(name="pair", kind="tree", spec=tree),
        ),
        returns=ArraySpec(dtype="float32", shape=(1,)),
        limits=Limits(wall_s=10.0, memory_mib=1024, file_mib=0),
        tolerance=Tolerance(relative=0.015625, absolute=0.0, representable_in="bfloat16"),
        pitfalls=("master-downcast", "stale-loss"),
        options={"depth": 2},
        folder=demo.folder,
        reference=demo.root / "reference" / "demo",
        cases=(
            CaseTemplate(
                name="designed",
                arguments={"seed": 7.0, "lr": 1e-3, "loss_scale": 0.5, "steps": 3},
                shapes={"x": (2, 512), "y": (2, 64), "pair.a": (2,), "pair.b.0": ()},
                data={
                    "x": Recipe(kind="normal", values=(2.0,), off_grid=0.45, rows="antisymmetric"),
                    "y": Recipe(kind="linear_of", values=(1.015,), of="x", dtype="bfloat16", off_grid=-0.45),
                    "pair.a": labels,
                    "pair.b.0": Recipe(kind="uniform", values=(-1.0, 1.0)),
                },
                data_seed=0,
                visibility="hidden",
                weight=2.5,
                line=20,
            ),
            CaseTemplate(
                name="drawn",
                arguments={
                    "seed": Draw(kind="integers", values=(0.0, 1000.0)),
                    "lr": Draw(kind="uniform", values=(0.05, 0.1)),
                    "loss_scale": Draw(kind="choice", values=(1024.0, 3000.0)),
                    "steps": Draw(kind="integers", values=(1.0, 4.0)),
                },
                shapes={"x": (8, 4), "y": (8, 2), "pair.a": (8,), "pair.b.0": ()},
                data={
                    "x": Recipe(kind="normal", values=(1.0,)),
                    "y": Recipe(kind="normal", values=(1.0,)),
                    "pair.a": labels,
                    "pair.b.0": Recipe(kind="choice", values=(-0.25, 0.25)),
                },
                repeat=2,
                line=34,
            ),
        ),
    )


def test_numbers_have_the_type_that_the_entry_point_gets(demo: Demo):
    arguments = demo.load().cases[0].arguments
    assert {name: type(value) for name, value in arguments.items()} == {
        "seed": float,
        "lr": float,
        "loss_scale": float,
        "steps": int,
    }


def test_a_pitfall_that_the_catalogue_does_not_have_is_a_fault(demo: Demo):
    demo.file.write_text(demo.file.read_text().replace("stale-loss", "stale-los"))
    load_problem(demo.root, demo.folder)
    with pytest.raises(ProblemError) as caught:
        load_problem(demo.root, demo.folder, ["stale-loss", "master-downcast"])
    assert [str(fault) for fault in caught.value.faults] == [
        "problems/demo/problem.yaml:17: pitfalls[1]: is unknown: 'stale-los'; did you mean `stale-loss`?"
    ]


def test_what_may_be_left_out_has_a_default(demo: Demo):
    for line in (
        "points: 20",
        "compute_dtype: bfloat16",
        "options: {depth: 2}",
        "pitfalls: [master-downcast, stale-loss]",
    ):
        demo.file.write_text(demo.file.read_text().replace(line + "\n", ""))
    demo.file.write_text(
        demo.file.read_text().replace(", off_grid: 0.45", "").replace(", off_grid: -0.45", "")
    )
    problem = demo.load()
    assert (problem.points, problem.compute_dtype, problem.options, problem.pitfalls) == (100, None, {}, ())


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("id: demo", "id: dmeo", "1: id: must be the folder's name, demo, not dmeo"),
        ("id: demo", "id: de mo", "1: id: must be made of letters, digits, - and _, not 'de mo'"),
        ("id: demo\n", "", "1: id: is missing"),
        ("title: One step", "title: 7", "2: title: must be text, not 7"),
        ("title: One step", "title: ' '", "2: title: must not be empty"),
        ("title: One step", 'title: "a\\nb"', "2: title: must be one line of printable text"),
        ("title: One step", f"title: {'a' * 201}", "2: title: must not be longer than 200 characters"),
        ("entry_point: step", "entry_point: my step", "3: entry_point: must be a Python name, not 'my step'"),
        (
            "entry_point: step",
            "entry_point: lambda",
            "3: entry_point: must not be the Python keyword `lambda`",
        ),
        ("points: 20", "points: 0", "4: points: must be from 1 to 1000000, not 0"),
        ("points: 20", "points: 2.5", "4: points: must be a whole number, not 2.5"),
        ("points: 20", "points: yes", "4: points: must be a number, not the text 'yes'"),
        ("points: 20", "points: true", "4: points: must be a number, not true"),
        ("points: 20", "pionts: 20", "4: pionts: is an unknown key; did you mean `points`?"),
        (
            "compute_dtype: bfloat16",
            "compute_dtype: bloat16",
            "5: compute_dtype: is unknown: 'bloat16'; did you mean `bfloat16`?",
        ),
        (
            "stale-loss]",
            "Stale_Loss]",
            "17: pitfalls[1]: must be the id of a pitfall, such as stale-loss, not 'Stale_Loss'",
        ),
        ("stale-loss]", "master-downcast]", "17: pitfalls[1]: `master-downcast` is listed twice"),
        (
            "options: {depth: 2}",
            "options: [2]",
            "18: options: must be a mapping (`key: value` lines), not a list",
        ),
    ],
)
def test_each_fault_of_the_head_is_named_at_its_line(demo: Demo, old: str, new: str, fault: str):
    assert demo.faults(old, new) == [fault]


def test_a_file_that_is_no_mapping_has_one_fault(demo: Demo):
    assert demo.faults(text="- id: demo\n") == ["1: must be a mapping (`key: value` lines), not a list"]
    assert demo.faults(text="~\n") == ["1: must be a mapping (`key: value` lines), not nothing"]


def test_a_key_without_value_is_told_so(demo: Demo):
    assert demo.faults("title: One step", "title:") == ["2: title: must be text, not nothing"]


def test_every_fault_is_reported_at_once_in_the_order_of_the_lines(demo: Demo):
    text = (
        demo.text.replace("lr: 1e-3", "lr: .nan")
        .replace("seed: 7", "sede: 7")
        .replace("weight: 2.5", "weight: -1")
        .replace("points: 20", "points: -20")
        .replace("pair.a: [8]", "pair.a: [9]")
    )
    assert demo.faults(text=text) == [
        "4: points: must be from 1 to 1000000, not -20",
        "20: cases[0].seed: is missing",
        "21: cases[0].sede: is an unknown key; did you mean `seed`?",
        "22: cases[0].lr: must be a finite number, not nan",
        "33: cases[0].weight: must be above 0, not -1",
        "40: cases[1].shapes.pair.a[0]: N is 9 here and 8 in `x`",
    ]


def test_the_examples_of_the_documentation_make_a_problem(demo: Demo):
    page = (Path(__file__).parents[2] / "docs" / "problem-format.md").read_text(encoding="utf-8")
    returns, parameters, cases, _, _ = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)
    head = "id: demo\ntitle: t\nentry_point: f\ncompute_dtype: bfloat16\ntolerance: {relative: 0.01}\n"
    assert demo.faults(text=head + parameters + cases) == []
    assert [case.name for case in demo.load().cases] == ["near-init", "drawn"]
    several = demo.text.replace("returns: {dtype: float32, shape: [1]}\n", "")
    several = re.sub(r"tolerance: .*\n", "", several)
    assert demo.faults(text=several + returns) == []
