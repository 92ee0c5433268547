import pytest

from problem.demo import Demo

SHAPES = "{x: [2, 512], y: [2, 64], pair.a: [2]}"
BIG = "[4097, 4096]"


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        (
            "- name: designed",
            "- name: dé signed",
            ["20: cases[0].name: must be made of letters, digits, - and _, not 'dé signed'"],
        ),
        ("- name: designed", "- name: 7", ["20: cases[0].name: must be text, not 7"]),
        (
            "- name: drawn",
            "- name: designed",
            ["34: cases[1].name: `designed` is the name of the case on line 20 too"],
        ),
        ("- name: drawn\n    repeat: 2\n", "- repeat: 2\n", ["34: cases[1].name: is missing"]),
        ("repeat: 2", "repeat: 0", ["35: cases[1].repeat: must be from 1 to 1000, not 0"]),
        ("repeat: 2", "repeat: 1001", ["35: cases[1].repeat: must be from 1 to 1000, not 1001"]),
        ("repeat: 2", "repeat: twice", ["35: cases[1].repeat: must be a number, not the text 'twice'"]),
        ("weight: 2.5", "weight: 0", ["33: cases[0].weight: must be above 0, not 0"]),
        ("weight: 2.5", "weight: .inf", ["33: cases[0].weight: must be a finite number, not inf"]),
        (
            "visibility: hidden",
            "visibility: hiden",
            ["32: cases[0].visibility: is unknown: 'hiden'; did you mean `hidden`?"],
        ),
        (
            "visibility: hidden",
            "visibility: no",
            ["32: cases[0].visibility: is unknown: 'no'; known here: public, hidden"],
        ),
        ("    loss_scale: 0.5\n", "", ["20: cases[0].loss_scale: is missing"]),
        (
            "loss_scale: 0.5",
            "loss_scal: 0.5",
            [
                "20: cases[0].loss_scale: is missing",
                "23: cases[0].loss_scal: is an unknown key; did you mean `loss_scale`?",
            ],
        ),
        (
            "loss_scale: 0.5",
            "loss_scale: 0",
            ["23: cases[0].loss_scale: must be at least 7.52316e-37, not 0"],
        ),
        (
            "loss_scale: 0.5",
            "loss_scale: 1e40",
            ["23: cases[0].loss_scale: must be at most 1.32923e+36, not 1e+40"],
        ),
        ("lr: 1e-3", "lr: .nan", ["22: cases[0].lr: must be a finite number, not nan"]),
        ("lr: 1e-3", "lr: 1e999", ["22: cases[0].lr: must be a finite number, not inf"]),
        (
            "lr: 1e-3",
            f"lr: {'9' * 400}",
            ["22: cases[0].lr: must be a finite number, not " + "9" * 40 + "..."],
        ),
        ("lr: 1e-3", "lr: [0.1]", ["22: cases[0].lr: must be a number, not a list"]),
        ("seed: 7", "seed: 7.5", ["21: cases[0].seed: must be a whole number, not 7.5"]),
        ("seed: 7", "seed: -1", ["21: cases[0].seed: must be from 0 to 2147483647, not -1"]),
        (
            "steps: 3",
            "steps: 3000000000",
            ["24: cases[0].steps: must be from -2147483648 to 2147483647, not 3000000000"],
        ),
        (
            "lr: {uniform: [0.05, 0.1]}",
            "lr: {}",
            ["37: cases[1].lr: needs a number, or exactly one of integers, choice, uniform"],
        ),
        (
            "lr: {uniform: [0.05, 0.1]}",
            "lr: {unifrom: [0.05, 0.1]}",
            [
                "37: cases[1].lr.unifrom: is an unknown key; did you mean `uniform`?",
            ],
        ),
        (
            "lr: {uniform: [0.05, 0.1]}",
            "lr: {uniform: [0.1, 0.05]}",
            ["37: cases[1].lr.uniform: has its low end 0.1 above its high end 0.05"],
        ),
        (
            "lr: {uniform: [0.05, 0.1]}",
            "lr: {uniform: 0.1}",
            ["37: cases[1].lr.uniform: must be a list, not 0.1"],
        ),
        ("lr: {uniform: [0.05, 0.1]}", "lr: {choice: []}", ["37: cases[1].lr.choice: needs at least 1 item"]),
        (
            "lr: {uniform: [0.05, 0.1]}",
            "lr: {integers: [0.5, 1]}",
            ["37: cases[1].lr.integers[0]: must be a whole number, not 0.5"],
        ),
        (
            "choice: [1024.0, 3000.0]",
            "choice: [1024.0, -1]",
            ["38: cases[1].loss_scale.choice[1]: must be at least 7.52316e-37, not -1"],
        ),
        (
            "choice: [1024.0, 3000.0]",
            "uniform: [0, 1]",
            ["38: cases[1].loss_scale.uniform[0]: must be at least 7.52316e-37, not 0"],
        ),
        (
            "seed: {integers: [0, 1000]}",
            "seed: {integers: [1000, 0]}",
            ["36: cases[1].seed.integers: has its low end 1000 above its high end 0"],
        ),
        (
            "seed: {integers: [0, 1000]}",
            "seed: {integers: [0, 1.5]}",
            ["36: cases[1].seed.integers[1]: must be a whole number, not 1.5"],
        ),
        (
            "seed: {integers: [0, 1000]}",
            "seed: {uniform: [0, 1000]}",
            [
                (
                    "36: cases[1].seed.uniform: makes fractions; "
                    "a whole number is drawn with `integers` or `choice`"
                )
            ],
        ),
        (
            "steps: {integers: [1, 4]}",
            "steps: {choice: [1, 1.5]}",
            ["39: cases[1].steps.choice[1]: must be a whole number, not 1.5"],
        ),
        (f"    shapes: {SHAPES}\n", "", ["20: cases[0].shapes: is missing"]),
        (SHAPES, "{x: [2, 512], y: [2, 64]}", ["25: cases[0].shapes.pair.a: is missing"]),
        (
            SHAPES,
            "{x: [2, 512], y: [2, 64], pair.a: [2], z: [1]}",
            ["25: cases[0].shapes.z: is an unknown key; known here: x, y, pair.a, pair.b.0"],
        ),
        (
            SHAPES,
            "{x: [2, 512], y: [3, 64], pair.a: [2]}",
            ["25: cases[0].shapes.y[0]: N is 3 here and 2 in `x`"],
        ),
        (
            SHAPES,
            "{x: [2], y: [2, 64], pair.a: [2]}",
            ["25: cases[0].shapes.x: has 1 axes; `x` is [N, D_in]"],
        ),
        (
            SHAPES,
            "{x: [2, 0], y: [2, 64], pair.a: [2]}",
            ["25: cases[0].shapes.x[1]: must be from 1 to 16777216, not 0"],
        ),
        (
            SHAPES,
            "{x: [-2, 512], y: [2, 64], pair.a: [2]}",
            ["25: cases[0].shapes.x[0]: must be from 1 to 16777216, not -2"],
        ),
        (
            SHAPES,
            "{x: [2.5, 512], y: [2, 64], pair.a: [2]}",
            ["25: cases[0].shapes.x[0]: must be a whole number, not 2.5"],
        ),
        (SHAPES, "{x: 2, y: [2, 64], pair.a: [2]}", ["25: cases[0].shapes.x: must be a list, not 2"]),
        (
            SHAPES,
            "{x: [2, 16777216], y: [2, 64], pair.a: [2]}",
            ["25: cases[0].shapes.x: has 33554432 elements; at most 16777216 are allowed"],
        ),
        ("      x: {normal: {}}\n", "", ["41: cases[1].data.x: is missing"]),
        (
            "      seed: 0\n",
            "      seed: -1\n",
            ["27: cases[0].data.seed: must be from 0 to 9223372036854775807, not -1"],
        ),
    ],
)
def test_each_fault_of_a_case_is_named_at_its_line(demo: Demo, old: str, new: str, faults: list[str]):
    assert demo.faults(old, new) == faults


def test_a_fixed_size_must_be_kept(demo: Demo):
    text = demo.text.replace("shape: [N, D_in]", "shape: [N, 512]")
    assert demo.faults(text=text) == ["40: cases[1].shapes.x[1]: must be 512, not 4: `x` is [N, 512]"]


def test_all_arrays_of_a_case_together_have_a_limit(demo: Demo):
    arrays = "".join(
        f"  - {{name: z{i}, kind: array, dtype: float32, shape: [4096, 4096]}}\n" for i in range(5)
    )
    recipes = "".join(f"      z{i}: {{normal: {{}}}}\n" for i in range(5))
    text = (
        demo.text.replace("returns:", arrays + "returns:")
        .replace("      x: {normal: {scale", recipes + "      x: {normal: {scale")
        .replace("      x: {normal: {}}\n", "      x: {normal: {}}\n" + recipes)
    )
    assert demo.faults(text=text) == [
        "30: cases[0].shapes: makes arrays of more than 67108864 elements in all",
        "50: cases[1].shapes: makes arrays of more than 67108864 elements in all",
    ]


def test_a_problem_has_at_least_one_case(demo: Demo):
    start = demo.text.index("cases:")
    assert demo.faults(demo.text[start:], "cases: []\n") == ["19: cases: needs at least 1 item"]
    assert demo.faults(demo.text[start:], "cases: 3\n") == ["19: cases: must be a list, not 3"]
    assert demo.faults(demo.text[start:], "") == ["1: cases: is missing"]


def test_more_than_a_thousand_cases_are_refused_in_one_fault(demo: Demo):
    start = demo.text.index("cases:")
    assert demo.faults(demo.text[start:], "cases: [" + "3, " * 1001 + "]\n") == [
        "19: cases: has 1001 items; at most 1000 are allowed"
    ]


def test_a_problem_without_arrays_needs_neither_shapes_nor_data(demo: Demo):
    text = (
        "{id: demo, title: t, entry_point: f, parameters: [{name: k, kind: int}], "
        "returns: {dtype: int32, shape: []}, tolerance: {relative: 0.1}, cases: [{name: a, k: 3}]}"
    )
    assert demo.faults(text=text) == []
    assert demo.load().cases[0].arguments == {"k": 3}
