import pytest

from judge.problem.model import ArraySpec, CaseTemplate, Parameter, TreeSpec, array_specs, case_names
from problem.demo import Demo


@pytest.mark.parametrize(
    ("repeat", "names"), [(None, ("drawn",)), (1, ("drawn[0]",)), (3, ("drawn[0]", "drawn[1]", "drawn[2]"))]
)
def test_a_repeated_case_stands_for_numbered_ones(repeat: int | None, names: tuple[str, ...]):
    template = CaseTemplate(name="drawn", arguments={}, shapes={}, data={}, repeat=repeat)
    assert case_names(template) == names


def test_the_arrays_of_a_tree_are_called_by_their_keys():
    leaf = ArraySpec(dtype="float32", shape=("N",))
    inner = TreeSpec(kind="tuple", items=(("0", leaf), ("1", leaf)))
    tree = TreeSpec(kind="dict", items=(("a", leaf), ("b", inner)))
    parameters = (
        Parameter(name="seed", kind="float"),
        Parameter(name="x", kind="array", spec=leaf),
        Parameter(name="p", kind="tree", spec=tree),
    )
    assert array_specs(parameters) == {"x": leaf, "p.a": leaf, "p.b.0": leaf, "p.b.1": leaf}


def test_parameters_are_found_by_their_role(demo: Demo):
    problem = demo.load()
    found = problem.parameter("learning_rate")
    assert found is not None
    assert found.name == "lr"
    assert problem.parameter("inputs") == problem.parameters[1]
    assert problem.parameter("nothing") is None
    assert list(problem.arrays) == ["x", "y", "pair.a", "pair.b.0"]
