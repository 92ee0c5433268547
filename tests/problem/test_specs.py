import pytest

from judge.problem.model import ArraySpec
from judge.problem.tolerance import Tolerance
from problem.demo import Demo

TREE = "kind: tree, dict: {a: {dtype: int32, shape: [N]}, b: {tuple: [{dtype: float32, shape: []}]}}"
X = "{name: x, kind: array, role: inputs, dtype: float32, shape: [N, D_in]}"


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        (
            "{name: lr, kind: float,",
            "{name: 1r, kind: float,",
            ["10: parameters[3].name: must be a Python name, not '1r'"],
        ),
        (
            "{name: lr, kind: float,",
            "{name: in, kind: float,",
            ["10: parameters[3].name: must not be the Python keyword `in`"],
        ),
        (
            "{name: steps, kind: int}",
            "{name: weight, kind: int}",
            ["12: parameters[5].name: must not be `weight`: a case has a key of that name already"],
        ),
        (
            "{name: steps, kind: int}",
            "{name: steps, kind: itn}",
            ["12: parameters[5].kind: is unknown: 'itn'; did you mean `int`?"],
        ),
        ("{name: steps, kind: int}", "{name: steps}", ["12: parameters[5].kind: is missing"]),
        (
            "{name: steps, kind: int}",
            "steps",
            ["12: parameters[5]: must be a mapping (`key: value` lines), not the text 'steps'"],
        ),
        (
            "{name: steps, kind: int}",
            "{name: steps, kind: int, shape: [1]}",
            ["12: parameters[5].shape: is an unknown key; known here: name, kind, role, divides"],
        ),
        (
            "{name: steps, kind: int}",
            "{name: steps, kind: int, role: learning_rate}",
            ["12: parameters[5].role: `learning_rate` is for a parameter of kind float, not int"],
        ),
        (
            "{name: steps, kind: int}",
            "{name: steps, kind: int, role: seed}",
            ["12: parameters[5].role: is the role of another parameter too: seed"],
        ),
        (
            "role: loss_scale}",
            "role: loss-scale}",
            ["11: parameters[4].role: is unknown: 'loss-scale'; did you mean `loss_scale`?"],
        ),
        (
            X,
            X.replace("float32", "flaot32"),
            ["8: parameters[1].dtype: is unknown: 'flaot32'; did you mean `float32`?"],
        ),
        (X, X.replace(", shape: [N, D_in]", ""), ["8: parameters[1].shape: is missing"]),
        (X, X.replace("[N, D_in]", "N"), ["8: parameters[1].shape: must be a list, not the text 'N'"]),
        (X, X.replace("D_in", "0"), ["8: parameters[1].shape[1]: must be from 1 to 16777216, not 0"]),
        (X, X.replace("D_in", "-4"), ["8: parameters[1].shape[1]: must be from 1 to 16777216, not -4"]),
        (X, X.replace("D_in", "1.5"), ["8: parameters[1].shape[1]: must be a whole number, not 1.5"]),
        (
            X,
            X.replace("D_in", "D-in"),
            ["8: parameters[1].shape[1]: must be a size or the name of one, such as N, not 'D-in'"],
        ),
        (
            X,
            X.replace("D_in", "true"),
            ["8: parameters[1].shape[1]: must be a size or the name of one, such as N, not true"],
        ),
        (
            X,
            X.replace("[N, D_in]", "[1, 1, 1, 1, 1, 1, 1, 1, 1]"),
            ["8: parameters[1].shape: has 9 axes; at most 8 are allowed"],
        ),
        (
            "name: pair, kind: tree",
            "name: seed, kind: tree",
            ["13: parameters[6].name: must not be `seed`: in a case, `data.seed` is the seed of the data"],
        ),
        (
            "name: steps, kind: int",
            "name: steps, kind: int, divides: M",
            ["12: parameters[5].divides: is no named axis: M"],
        ),
        (TREE, "kind: tree", ["13: parameters[6]: needs either `tuple` or `dict`"]),
        (
            TREE,
            "kind: tree, dict: {}, tuple: []",
            [
                "13: parameters[6]: needs either `tuple` or `dict`",
                "13: parameters[6].tuple: needs at least 1 item",
            ],
        ),
        (TREE, "kind: tree, dict: {}", ["13: parameters[6].dict: needs at least one entry"]),
        (
            TREE,
            "kind: tree, dict: {a.b: {dtype: int32, shape: [N]}}",
            ["13: parameters[6].dict.a.b: is no Python name; the keys of a dict must be"],
        ),
        (
            TREE,
            "kind: tree, dict: {a: {dtype: int32}}",
            ["13: parameters[6].dict.a.shape: is missing"],
        ),
        (
            "{name: y, kind",
            "{name: x, kind",
            [
                "9: parameters[2].name: is the second parameter called `x`",
            ],
        ),
    ],
)
def test_each_fault_of_a_parameter_is_named_at_its_line_and_the_cases_are_not_blamed(
    demo: Demo, old: str, new: str, faults: list[str]
):
    assert demo.faults(old, new) == faults


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "returns: {dtype: float32, shape: [1]}",
            "returns: {dtype: float32}",
            "14: returns.shape: is missing",
        ),
        (
            "returns: {dtype: float32, shape: [1]}",
            "returns: float32",
            "14: returns: must be a mapping (`key: value` lines), not the text 'float32'",
        ),
        (
            "returns: {dtype: float32, shape: [1]}",
            "returns: {tuple: []}",
            "14: returns.tuple: needs at least 1 item",
        ),
        (
            "returns: {dtype: float32, shape: [1]}",
            "returns: {dict: {a: {tuple: [{dtype: float64, shape: []}]}}}",
            "14: returns.dict.a.tuple[0].dtype: must not be float64: JAX computes in at most 32 bits here",
        ),
        (
            "returns: {dtype: float32, shape: [1]}",
            "returns: {dtype: float32, shape: [1], elements: [loss, count]}",
            "14: returns.elements: has 2 names: `returns` must be one array of shape [2] then",
        ),
        (
            "returns: {dtype: float32, shape: [1]}",
            "returns: {dtype: float32, shape: [2], elements: [loss, loss]}",
            "14: returns.elements: has a name twice",
        ),
        (
            "relative: 0.015625,",
            "relative: 0.015625, parts: {loss: exact},",
            (
                "16: tolerance.parts.loss: is no part of what is returned; name its `elements`, or return a"
                " tree"
            ),
        ),
        ("wall_s: 10", "wall_s: 0", "15: limits.wall_s: must be above 0, not 0"),
        ("wall_s: 10", "wall_s: 3601", "15: limits.wall_s: must be at most 3600, not 3601"),
        ("wall_s: 10", "wall: 10", "15: limits.wall: is an unknown key; did you mean `wall_s`?"),
        ("memory_mib: 1024", "memory_mib: 0.5", "15: limits.memory_mib: must be a whole number, not 0.5"),
        ("memory_mib: 1024", "memory_mib: -1", "15: limits.memory_mib: must be from 1 to 1048576, not -1"),
        ("relative: 0.015625", "relative: -0.1", "16: tolerance.relative: must be at least 0, not -0.1"),
        ("relative: 0.015625", "relative: 1", "16: tolerance.relative: must be below 1, not 1"),
        ("relative: 0.015625", "relative: .inf", "16: tolerance.relative: must be a finite number, not inf"),
        ("relative: 0.015625, ", "", "16: tolerance.relative: is missing"),
        (
            "relative: 0.015625",
            "relative: 0",
            "16: tolerance: allows no error at all: make `relative` or `absolute` larger than 0",
        ),
        (
            "relative: 0.015625",
            "relative: 0, absolute: -1",
            "16: tolerance.absolute: must be at least 0, not -1",
        ),
        (
            "representable_in: bfloat16",
            "representable_in: int8",
            (
                "16: tolerance.representable_in: is unknown: 'int8'; "
                "known here: bfloat16, float16, float32, float8_e4m3fn, float8_e5m2"
            ),
        ),
    ],
)
def test_each_fault_of_results_limits_and_tolerance_is_named_at_its_line(
    demo: Demo, old: str, new: str, fault: str
):
    assert demo.faults(old, new) == [fault]


def test_a_problem_needs_a_parameter(demo: Demo):
    start, end = demo.text.index("parameters:"), demo.text.index("returns:")
    assert demo.faults(demo.text[start:end], "parameters: []\n") == ["6: parameters: needs at least 1 item"]


def test_a_tolerance_may_be_absolute_only(demo: Demo):
    assert demo.faults("relative: 0.015625", "relative: 0, absolute: 1e-6") == []


def test_parts_of_what_is_returned_have_a_tolerance_of_their_own(demo: Demo):
    vector = "returns: {dtype: float32, shape: [3], elements: [loss, loss_scale, good_steps]}"
    parts = "relative: 0.015625, parts: {loss_scale: exact, good_steps: {relative: 0, absolute: 0.5}},"
    text = demo.text.replace("returns: {dtype: float32, shape: [1]}", vector)
    assert demo.faults(text=text.replace("relative: 0.015625,", parts)) == []
    found = demo.load()
    assert isinstance(found.returns, ArraySpec)
    assert found.returns.elements == ("loss", "loss_scale", "good_steps")
    assert found.tolerance.of("loss") is found.tolerance
    assert found.tolerance.of("loss_scale").exact
    assert found.tolerance.of("good_steps") == Tolerance(relative=0.0, absolute=0.5)
    unknown = text.replace("relative: 0.015625,", "relative: 0.015625, parts: {count: exact},")
    assert demo.faults(text=unknown) == [
        "16: tolerance.parts.count: is no part of what is returned; it has loss, loss_scale, good_steps"
    ]


def test_leaves_of_a_returned_tree_are_parts(demo: Demo):
    tree = "returns: {dict: {loss: {dtype: float32, shape: [1]}, count: {dtype: int32, shape: []}}}"
    text = demo.text.replace("returns: {dtype: float32, shape: [1]}", tree)
    assert (
        demo.faults(text=text.replace("relative: 0.015625,", "relative: 0.5, parts: {count: exact},")) == []
    )


def test_a_number_divides_its_axis_in_every_case(demo: Demo):
    text = demo.text.replace("kind: int}", "kind: int, role: micro_batches, divides: N}")
    assert demo.faults(text=text) == [
        "24: cases[0].steps: must divide N, which is 2 here; 3 doesn't",
        "39: cases[1].steps: must divide N: draw it with `choice`",
    ]
    text = text.replace("steps: 3", "steps: 2").replace(
        "steps: {integers: [1, 4]}", "steps: {choice: [1, 4]}"
    )
    assert demo.faults(text=text) == []
    assert demo.load().parameters[5].divides == "N"
    assert demo.faults(text=text.replace("{choice: [1, 4]}", "{choice: [1, 3]}")) == [
        "39: cases[1].steps: must divide N, which is 8 here; 3 doesn't"
    ]


def test_constants_are_numbers_by_name(demo: Demo):
    assert demo.faults("options: {depth: 2}", "constants: {growth: 2, largest: 1e3}") == []
    assert demo.load().constants == {"growth": 2.0, "largest": 1000.0}
    assert demo.faults("options: {depth: 2}", "constants: {growth: two, a-b: 1}") == [
        "18: constants.a-b: is no Python name; that of a constant must be",
        "18: constants.growth: must be a number, not the text 'two'",
    ]
