import pytest

from problem.demo import Demo

X = "{normal: {scale: 2.0}, off_grid: 0.45, rows: antisymmetric}"
Y = "{linear_of_x: {factor: 1.015, weights: initial, dtype: bfloat16}, off_grid: -0.45}"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            X,
            "{gaussian: {scale: 2.0}}",
            [
                (
                    "28: cases[0].data.x.gaussian: is an unknown key; known here: normal, uniform, choice, "
                    "linear_of_y, linear_of_pair.a, linear_of_pair.b.0, off_grid, rows, row_factors"
                ),
            ],
        ),
        (
            X,
            "{normal: {}, choice: [1]}",
            [
                (
                    "28: cases[0].data.x: needs exactly one of normal, uniform, choice, "
                    "linear_of_y, linear_of_pair.a, linear_of_pair.b.0"
                ),
            ],
        ),
        (X, "normal", ["28: cases[0].data.x: must be a mapping (`key: value` lines), not the text 'normal'"]),
        (X, "{normal: 1.0}", ["28: cases[0].data.x.normal: must be a mapping (`key: value` lines), not 1.0"]),
        (X, "{normal: {scale: 0}}", ["28: cases[0].data.x.normal.scale: must be above 0, not 0"]),
        (
            X,
            "{normal: {scale: 1e38}}",
            ["28: cases[0].data.x.normal.scale: must be at most 1e+37, not 1e+38"],
        ),
        (
            X,
            "{normal: {sclae: 1}}",
            ["28: cases[0].data.x.normal.sclae: is an unknown key; did you mean `scale`?"],
        ),
        (X, "{uniform: [1]}", ["28: cases[0].data.x.uniform: must have two numbers, [low, high]"]),
        (X, "{uniform: [2, 1]}", ["28: cases[0].data.x.uniform: has its low end 2 above its high end 1"]),
        (X, "{uniform: [a, 1]}", ["28: cases[0].data.x.uniform[0]: must be a number, not the text 'a'"]),
        (X, "{choice: []}", ["28: cases[0].data.x.choice: needs at least 1 item"]),
        (X, "{choice: [1, .nan]}", ["28: cases[0].data.x.choice[1]: must be a finite number, not nan"]),
        (
            X,
            "{normal: {}, rows: odd}",
            [
                (
                    "28: cases[0].data.x.rows: is unknown: 'odd'; "
                    "known here: independent, identical, antisymmetric"
                )
            ],
        ),
        (
            X,
            "{normal: {}, row_factors: [1]}",
            ["28: cases[0].data.x.row_factors: needs a number for each row, not 1; `x` has 2 rows"],
        ),
        (X, "{normal: {}, off_grid: 1.5}", ["28: cases[0].data.x.off_grid: must be at most 1, not 1.5"]),
        (
            Y,
            "{linear_of_z: {}}",
            [
                "29: cases[0].data.y.linear_of_z: is an unknown key; did you mean `linear_of_x`?",
            ],
        ),
        (
            Y,
            "{linear_of_y: {}}",
            [
                "29: cases[0].data.y.linear_of_y: is an unknown key; did you mean `linear_of_x`?",
            ],
        ),
        (
            Y,
            "{linear_of_x: {factor: .inf}}",
            ["29: cases[0].data.y.linear_of_x.factor: must be a finite number, not inf"],
        ),
        (
            Y,
            "{linear_of_x: {weights: a b}}",
            [
                (
                    "29: cases[0].data.y.linear_of_x.weights: must be the name of one of the reference's "
                    "initial weights, not 'a b'"
                )
            ],
        ),
        (
            Y,
            "{linear_of_x: {dtype: int8}}",
            [
                (
                    "29: cases[0].data.y.linear_of_x.dtype: is unknown: 'int8'; "
                    "known here: bfloat16, float16, float32, float8_e4m3fn, float8_e5m2"
                )
            ],
        ),
        (
            Y,
            "{linear_of_pair.a: {}}",
            [
                (
                    "29: cases[0].data.y.linear_of_pair.a: doesn't fit: all sizes but the last must be "
                    "equal, and `pair.a` is [2] and `y` is [2, 64]"
                )
            ],
        ),
        (
            Y,
            "{linear_of_pair.b.0: {}}",
            [
                (
                    "29: cases[0].data.y.linear_of_pair.b.0: multiplies matrices: "
                    "`y` and `pair.b.0` need at least one axis"
                )
            ],
        ),
        (
            X,
            "{linear_of_y: {}}",
            [
                "28: cases[0].data.x: multiplies `y`, which is such a product itself",
                "29: cases[0].data.y: multiplies `x`, which is such a product itself",
            ],
        ),
        (
            "pair.b.0: {uniform: [-1, 1]}",
            "pair.b.0: {uniform: [-1, 1], rows: identical}",
            ["31: cases[0].data.pair.b.0.rows: `identical` needs an array with rows; `pair.b.0` has no axes"],
        ),
        (
            "pair.a: {choice: [0, 1, 2]}\n      pair.b.0: {uniform: [-1, 1]}",
            "pair.a: {choice: [0, 1, 2], rows: antisymmetric}\n      pair.b.0: {uniform: [-1, 1]}",
            ["30: cases[0].data.pair.a.rows: `antisymmetric` needs an array of floats; `pair.a` is int32"],
        ),
        (
            "pair.a: {choice: [0, 1, 2]}\n      pair.b.0: {uniform: [-1, 1]}",
            "pair.a: {choice: [0, 1, 2], off_grid: 0.1}\n      pair.b.0: {uniform: [-1, 1]}",
            ["30: cases[0].data.pair.a.off_grid: is for float32 arrays; `pair.a` is int32"],
        ),
        (
            "pair.a: {choice: [0, 1, 2]}\n      pair.b.0: {uniform: [-1, 1]}",
            "pair.a: {normal: {}}\n      pair.b.0: {uniform: [-1, 1]}",
            [
                (
                    "30: cases[0].data.pair.a.normal: makes fractions; "
                    "an array of int32 needs `choice` with whole numbers"
                )
            ],
        ),
        (
            "pair.a: {choice: [0, 1, 2]}\n      pair.b.0: {uniform: [-1, 1]}",
            "pair.a: {choice: [0.5, 3e9]}\n      pair.b.0: {uniform: [-1, 1]}",
            [
                (
                    "30: cases[0].data.pair.a.choice: must list whole numbers from -2147483648 to "
                    "2147483647, as the array is int32"
                )
            ],
        ),
    ],
)
def test_each_fault_of_a_recipe_is_named_at_its_line(demo: Demo, old: str, new: str, fault: list[str]):
    assert demo.faults(old, new) == fault


def test_antisymmetric_rows_come_in_pairs(demo: Demo):
    text = demo.text.replace(
        "shapes: {x: [2, 512], y: [2, 64], pair.a: [2]}", "shapes: {x: [3, 512], y: [3, 64], pair.a: [3]}"
    )
    assert demo.faults(text=text) == [
        "28: cases[0].data.x.rows: `antisymmetric` needs an even number of rows; `x` has 3"
    ]


def test_off_grid_needs_a_grid(demo: Demo):
    needed = "needs a `compute_dtype` below float32 in the problem: it is that grid which is left"
    for text in (
        demo.text.replace("compute_dtype: bfloat16\n", "compute_dtype: float32\n"),
        demo.text.replace("compute_dtype: bfloat16\n", "\n"),
    ):
        assert demo.faults(text=text) == [
            f"28: cases[0].data.x.off_grid: {needed}",
            f"29: cases[0].data.y.off_grid: {needed}",
        ]
