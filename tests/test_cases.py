import dataclasses
import random
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.cases import cases_sha256, expand, materialise, needs_weights, select
from judge.errors import HarnessError, ReferenceFault, UsageError
from judge.problem.model import (
    ArraySpec,
    Case,
    CaseTemplate,
    Draw,
    Limits,
    Parameter,
    Problem,
    Recipe,
    TreeSpec,
)
from judge.problem.tolerance import Tolerance

SHAPES = {"x": (4, 3), "y": (4, 2), "pair.a": (4,)}
NORMAL = Recipe(kind="normal", values=(1.0,))
PRODUCT = Recipe(kind="linear_of", values=(1.5,), of="x", dtype="bfloat16", off_grid=-0.45)
LABELS = Recipe(kind="choice", values=(0.0, 1.0, 2.0))

DESIGNED = CaseTemplate(
    name="designed",
    arguments={"seed": 7.0, "lr": 0.1, "steps": 3},
    shapes=SHAPES,
    data={"y": PRODUCT, "x": NORMAL, "pair.a": LABELS},  # the operand after what is made of it
    data_seed=0,
    weight=2.0,
)
DRAWN = CaseTemplate(
    name="drawn",
    arguments={
        "seed": Draw(kind="integers", values=(0.0, 1000.0)),
        "lr": Draw(kind="uniform", values=(0.05, 0.1)),
        "steps": Draw(kind="choice", values=(1.0, 2.0, 4.0)),
    },
    shapes=SHAPES,
    data={"x": NORMAL, "y": NORMAL, "pair.a": LABELS},
    repeat=2,
    visibility="hidden",
)
PROBLEM = Problem(
    id="demo",
    title="One step",
    entry_point="step",
    parameters=(
        Parameter(name="seed", kind="float", role="seed"),
        Parameter(name="x", kind="array", spec=ArraySpec(dtype="float32", shape=("N", "D_in"))),
        Parameter(name="y", kind="array", spec=ArraySpec(dtype="float32", shape=("N", "D_out"))),
        Parameter(name="lr", kind="float"),
        Parameter(name="steps", kind="int"),
        Parameter(
            name="pair",
            kind="tree",
            spec=TreeSpec(kind="dict", items=(("a", ArraySpec(dtype="int32", shape=("N",))),)),
        ),
    ),
    returns=ArraySpec(dtype="float32", shape=(1,)),
    limits=Limits(),
    tolerance=Tolerance(relative=0.1),
    cases=(DESIGNED, DRAWN),
    pitfalls=(),
    folder=Path("problems/demo"),
    reference=Path("reference/demo"),
    compute_dtype="bfloat16",
)
WEIGHTS = {"initial": np.arange(6, dtype=np.float32).reshape(3, 2) / 7}
ENTROPY = st.integers(0, 2**128)


def weights_of(case: Case) -> Mapping[str, Any]:
    assert needs_weights(case)
    return WEIGHTS


def arrays_of(case: Case, problem: Problem = PROBLEM) -> dict[str, list[Any]]:
    return {name: array.tolist() for name, array in materialise(problem, case, weights_of).items()}


# expand


def test_fixed_numbers_are_taken_and_draws_are_made():
    designed, first, second = expand(PROBLEM, 0)
    assert designed == Case(
        name="designed",
        arguments={"seed": 7.0, "lr": 0.1, "steps": 3},
        shapes=SHAPES,
        data=DESIGNED.data,
        data_seed=0,
        weight=2.0,
    )
    assert first == Case(
        name="drawn[0]",
        arguments={"seed": 748.0, "lr": 0.09939031288782949, "steps": 4},
        shapes=SHAPES,
        data=DRAWN.data,
        data_seed=5082704686109360069,
        visibility="hidden",
    )
    assert second.name == "drawn[1]"
    assert second.arguments != first.arguments
    assert second.data_seed != first.data_seed


@given(ENTROPY)
def test_draws_keep_to_their_ranges_and_types(entropy: int):
    for case in expand(PROBLEM, entropy)[1:]:
        seed, lr, steps = case.arguments["seed"], case.arguments["lr"], case.arguments["steps"]
        assert (type(seed), type(lr), type(steps)) == (float, float, int)
        assert seed.is_integer()
        assert 0 <= seed <= 1000
        assert 0.05 <= lr <= 0.1
        assert steps in {1, 2, 4}
        assert 0 <= case.data_seed < 2**63


def test_both_ends_of_integers_are_drawn():
    dice = dataclasses.replace(
        DRAWN, arguments={"steps": Draw(kind="integers", values=(1.0, 6.0))}, repeat=200
    )
    drawn = [case.arguments["steps"] for case in expand(dataclasses.replace(PROBLEM, cases=(dice,)), 0)]
    assert set(drawn) == {1, 2, 3, 4, 5, 6}
    assert max(drawn.count(side) for side in range(1, 7)) < 60


def test_a_uniform_draw_survives_the_widest_range():
    wide = Draw(kind="uniform", values=(-1.7e308, 1.7e308))
    drawn = expand(
        dataclasses.replace(PROBLEM, cases=(dataclasses.replace(DRAWN, arguments={"lr": wide}),)), 0
    )
    assert all(abs(case.arguments["lr"]) <= 1.7e308 for case in drawn)


@given(ENTROPY, st.randoms(use_true_random=False))
def test_a_case_depends_neither_on_the_order_nor_on_the_other_cases(entropy: int, chance: random.Random):
    others = [dataclasses.replace(DRAWN, name=f"other-{index}", repeat=None) for index in range(3)]
    templates = [*PROBLEM.cases, *others]
    chance.shuffle(templates)
    mixed = expand(dataclasses.replace(PROBLEM, cases=tuple(templates)), entropy)
    assert {case.name: case for case in mixed if case.name in {"designed", "drawn[0]", "drawn[1]"}} == {
        case.name: case for case in expand(PROBLEM, entropy)
    }


def test_more_repeats_leave_the_first_ones_as_they_are():
    more = dataclasses.replace(PROBLEM, cases=(dataclasses.replace(DRAWN, repeat=5),))
    assert expand(more, 3)[:2] == expand(PROBLEM, 3)[1:]


def test_entropy_problem_name_and_parameter_each_matter():
    def seeds(problem: Problem, entropy: int) -> set[int]:
        return {case.data_seed for case in expand(problem, entropy)[1:]}

    renamed = dataclasses.replace(PROBLEM, cases=(DESIGNED, dataclasses.replace(DRAWN, name="dawn")))
    other = dataclasses.replace(PROBLEM, id="other")
    found = [seeds(PROBLEM, 0), seeds(PROBLEM, 1), seeds(other, 0), seeds(renamed, 0)]
    assert len(set.union(*found)) == 8
    twins = {"seed": DRAWN.arguments["seed"], "lr": DRAWN.arguments["seed"]}
    (case,) = expand(
        dataclasses.replace(PROBLEM, cases=()), 0, [dataclasses.replace(DRAWN, arguments=twins, repeat=None)]
    )
    assert case.arguments["seed"] != case.arguments["lr"]


def test_extra_cases_come_after_the_problem_s_own():
    extra = dataclasses.replace(DESIGNED, name="extra", visibility="hidden")
    assert [case.name for case in expand(PROBLEM, 0, [extra])] == [
        "designed",
        "drawn[0]",
        "drawn[1]",
        "extra",
    ]


def test_cases_are_the_same_in_every_process():
    script = "import test_cases as t; print(t.cases_sha256(t.PROBLEM, t.expand(t.PROBLEM, 5)))"
    hashes = {
        subprocess.run(
            [sys.executable, "-c", script],
            check=True,
            capture_output=True,
            text=True,
            cwd=Path(__file__).parent,
            env={"PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert hashes == {cases_sha256(PROBLEM, expand(PROBLEM, 5))}


def test_what_the_format_learnt_later_leaves_the_hashes_of_old_files_as_they_are():
    assert cases_sha256(PROBLEM, expand(PROBLEM, 5)).startswith("39406c1c1073f92c")
    named = dataclasses.replace(PROBLEM, returns=dataclasses.replace(PROBLEM.returns, elements=("loss",)))
    exact = dataclasses.replace(
        PROBLEM,
        tolerance=dataclasses.replace(PROBLEM.tolerance, parts={"loss": Tolerance(relative=0.0)}),
    )
    hashes = {cases_sha256(one, expand(one, 5)) for one in (PROBLEM, named, exact)}
    assert len(hashes) == 3


def test_cases_are_expanded_and_hashed_without_numpy():
    script = (
        "import sys, pathlib, judge.cases as c; import judge.problem.load\n"
        "assert not {'numpy', 'ml_dtypes', 'pydantic', 'rich'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


# select


@pytest.mark.parametrize(
    ("names", "selected"),
    [
        ([], ["designed", "drawn[0]", "drawn[1]"]),
        (["drawn"], ["drawn[0]", "drawn[1]"]),
        (["drawn[1]", "designed"], ["designed", "drawn[1]"]),
        (["drawn", "drawn[0]", "drawn"], ["drawn[0]", "drawn[1]"]),
    ],
)
def test_cases_are_selected_by_name_in_the_order_of_the_problem(names: list[str], selected: list[str]):
    assert [case.name for case in select(expand(PROBLEM, 0), names)] == selected


def test_where_no_case_has_any_of_the_names_nothing_is_selected_in_silence():
    with pytest.raises(UsageError) as caught:
        select(expand(PROBLEM, 0), ["drwn", "zzz"])
    assert str(caught.value) == "there is no case drwn or zzz, only: designed, drawn"


def test_of_names_that_are_meant_for_several_problems_each_takes_its_own():
    selected = select(expand(PROBLEM, 0), ["drawn", "elsewhere"])
    assert [case.name for case in selected] == ["drawn[0]", "drawn[1]"]


# cases_sha256


def test_the_hash_depends_on_all_that_decides_a_verdict():
    cases = expand(PROBLEM, 0)
    hashes = {
        cases_sha256(problem, chosen)
        for problem, chosen in [
            (PROBLEM, cases),
            (PROBLEM, cases[:2]),
            (PROBLEM, expand(PROBLEM, 1)),
            (dataclasses.replace(PROBLEM, id="other"), cases),
            (dataclasses.replace(PROBLEM, tolerance=Tolerance(relative=0.2)), cases),
            (dataclasses.replace(PROBLEM, compute_dtype="float16"), cases),
            (PROBLEM, [dataclasses.replace(cases[0], weight=3.0)]),
            (PROBLEM, [dataclasses.replace(cases[0], visibility="hidden")]),
            (PROBLEM, [dataclasses.replace(cases[0], data_seed=1)]),
            (PROBLEM, [dataclasses.replace(cases[0], arguments={"lr": 0.2})]),
            (PROBLEM, [dataclasses.replace(cases[0], shapes={"x": (1, 1)})]),
            (PROBLEM, [dataclasses.replace(cases[0], data={"x": NORMAL})]),
        ]
    }
    assert len(hashes) == 12


def test_the_hash_does_not_depend_on_titles_lines_and_limits():
    moved = dataclasses.replace(
        PROBLEM,
        title="Another",
        limits=Limits(wall_s=1),
        cases=(dataclasses.replace(DESIGNED, line=99), DRAWN),
    )
    assert cases_sha256(moved, expand(moved, 0)) == cases_sha256(PROBLEM, expand(PROBLEM, 0))


# materialise


@given(ENTROPY)
def test_arrays_have_the_names_dtypes_and_sizes_of_the_case(entropy: int):
    for case in expand(PROBLEM, entropy):
        made = materialise(PROBLEM, case, weights_of)
        assert {name: (str(array.dtype), array.shape) for name, array in made.items()} == {
            "x": ("float32", (4, 3)),
            "y": ("float32", (4, 2)),
            "pair.a": ("int32", (4,)),
        }


@given(ENTROPY)
def test_the_same_entropy_gives_the_same_arrays_and_another_one_others(entropy: int):
    case, again = (expand(PROBLEM, entropy)[1] for _ in range(2))
    assert arrays_of(case) == arrays_of(again)
    assert arrays_of(case)["x"] != arrays_of(expand(PROBLEM, entropy + 1)[1])["x"]


def test_a_data_seed_makes_the_arrays_alone():
    case = expand(PROBLEM, 0)[0]
    other = dataclasses.replace(case, name="other", arguments={"lr": 0.7}, weight=9.0)
    assert arrays_of(case) == arrays_of(other)
    assert arrays_of(case) == arrays_of(expand(PROBLEM, 99)[0])


def test_an_array_does_not_depend_on_the_recipes_of_the_others():
    case = expand(PROBLEM, 0)[1]
    fewer = dataclasses.replace(case, data={"x": NORMAL})
    assert arrays_of(fewer) == {"x": arrays_of(case)["x"]}


def test_a_product_is_made_of_the_operand_as_the_case_has_it():
    case = expand(PROBLEM, 0)[0]
    made = materialise(PROBLEM, case, weights_of)
    bf16 = ml_dtypes.bfloat16
    exact = made["x"].astype(bf16).astype(float) @ WEIGHTS["initial"].astype(bf16).astype(float)
    expected = (1.5 * exact.astype(bf16).astype(float)).astype(bf16)
    assert (made["y"].astype(bf16) == expected).all()
    assert (made["y"] != expected.astype(np.float32)).all()


def test_weights_are_asked_for_only_when_a_recipe_needs_them():
    designed, drawn, _ = expand(PROBLEM, 0)
    assert (needs_weights(designed), needs_weights(drawn)) == (True, False)
    asked: list[str] = []

    def count(case: Case) -> Mapping[str, Any]:
        asked.append(case.name)
        return WEIGHTS

    materialise(PROBLEM, designed, count)
    materialise(PROBLEM, drawn, count)
    assert asked == ["designed"]


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({}, "case designed: data.y needs the initial weights 'initial'; the reference has: none"),
        ({"w": 1}, "case designed: data.y needs the initial weights 'initial'; the reference has: w"),
        (
            {"initial": np.zeros((3, 3))},
            "case designed: data.y needs initial weights of shape (3, 2); 'initial' has (3, 3)",
        ),
    ],
)
def test_weights_that_do_not_fit_are_the_reference_s_fault(weights: dict[str, Any], message: str):
    with pytest.raises(ReferenceFault) as caught:
        materialise(PROBLEM, expand(PROBLEM, 0)[0], lambda _: weights)
    assert str(caught.value) == message


def test_numbers_that_do_not_fit_the_dtype_are_our_fault():
    huge = dataclasses.replace(expand(PROBLEM, 0)[1], data={"x": Recipe(kind="choice", values=(1e39,))})
    with pytest.raises(HarnessError) as caught:
        materialise(PROBLEM, huge, weights_of)
    assert str(caught.value) == "case drawn[0]: data.x gives numbers that don't fit float32"
