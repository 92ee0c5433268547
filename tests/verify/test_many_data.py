"""The cases with other data: fixed ones from other data seeds, drawn ones at other entropies."""

from collections import Counter

from traced import problem

from judge.verify.many_data import other_data


def test_fixed_cases_have_every_data_seed_and_each_drawn_one_every_entropy_once():
    found = list(other_data(problem("mixed_precision_step"), seeds=3, entropies=4))
    fixed = Counter(one.case.name for one in found if one.fixed)
    drawn = [(one.case.name, one.number) for one in found if not one.fixed]
    assert set(fixed.values()) == {3}
    assert "near-init" in fixed
    shown = [(name, number) for name, number in drawn if name.startswith("drawn")]
    assert shown == [("drawn[0]", 0), ("drawn[1]", 1), ("drawn[0]", 2), ("drawn[1]", 3)]
    assert {name.partition("[")[0] for name, _ in drawn} == {"drawn", "hidden-drawn"}
