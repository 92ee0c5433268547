import math

import pytest
import toys

from judge.problem.model import CaseTemplate, Draw, Recipe
from judge.verify.checks.hidden import possibilities


def template(recipe: Recipe, *, seed: float | Draw = 1.0, data_seed: int | None = None) -> CaseTemplate:
    return CaseTemplate(
        name="unseen", arguments={"seed": seed}, shapes={"x": (2, 3)}, data={"x": recipe}, data_seed=data_seed
    )


SIGNS = Recipe(kind="choice", values=(-1.0, 1.0))


@pytest.mark.parametrize(
    ("given", "bits"),
    [
        (template(toys.NORMAL), 53),
        (template(toys.NORMAL, data_seed=1), 0),
        (template(SIGNS), 6),
        (template(Recipe(kind="choice", values=(-1.0, 1.0), rows="identical")), 3),
        (template(Recipe(kind="choice", values=(-1.0, 1.0), rows="antisymmetric")), 3),
        (template(Recipe(kind="uniform", values=(2.0, 2.0))), 0),
        (template(SIGNS, seed=Draw(kind="integers", values=(0, 3))), 8),
        (template(SIGNS, seed=Draw(kind="choice", values=(1.0, 1.0, 2.0))), 7),
        (template(toys.NORMAL, seed=Draw(kind="uniform", values=(0, 1)), data_seed=1), 20),
    ],
)
def test_how_many_cases_a_template_can_be_is_counted_in_bits(given: CaseTemplate, bits: float):
    assert math.isclose(possibilities(toys.problem(), given), bits)
