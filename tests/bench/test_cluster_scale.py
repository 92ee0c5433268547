import importlib
import math
from pathlib import Path

import pytest

from judge.cluster.hand_out import AT_MOST

ROOT = Path(__file__).resolve().parents[2]
FREE = {
    "scheduler": 0.0, "node_named": 0.0, "fetch": 0.0, "client": 0.0, "start": 0.0, "network": math.inf,
}  # fmt: skip


@pytest.fixture(name="scale")
def _scale(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "bench")
    return importlib.import_module("cluster_scale")


@pytest.fixture(name="ran")
def _ran(scale):
    """A class on so many nodes where only what is said costs anything."""

    def run(nodes, **said):
        return scale.Cluster(scale.Inputs(**{**FREE, "size": 400, **said}), nodes).run()

    return run


def test_one_thread_takes_the_time_of_all_submissions(ran):
    one = ran(1, threads=1, task=2.0)
    assert one.wall == pytest.approx(800)
    assert (one.rate, one.efficiency, one.limit) == (pytest.approx(0.5), pytest.approx(1), "threads")


def test_twice_the_nodes_take_half_the_time_where_nothing_else_limits(ran):
    assert ran(8).wall == pytest.approx(ran(4).wall / 2, rel=0.05)


def test_the_start_comes_before_the_first_submission(ran):
    assert ran(1, start=8.0).wall == pytest.approx(8 + ran(1).wall)


@pytest.mark.parametrize(
    ("limit", "said", "rate"),
    [
        ("threads", {"fetch": 0.001, "client": 0.001}, 32 / 1.3),
        ("window", {"at_most": 8}, 8 / 1.3),
        ("fetch", {"fetch": 0.1, "client": 0.05}, 10),
        ("client", {"client": 0.1}, 10),
        ("scheduler", {"scheduler": 0.1}, 10),
        ("scheduler", {"node_named": 0.0125}, 10),
        ("network", {"network": 1.6e6}, 10),
        ("network", {"network": 1.6e6, "sent": 20_000, "address": 0, "result": 0}, 10),
    ],
)
def test_what_limits_a_class_is_named(ran, limit, said, rate):
    one = ran(8, **{"size": 1000, "problem": 0, **said})
    assert (one.limit, one.rate) == (limit, pytest.approx(rate, rel=0.05))


def test_beyond_as_many_threads_as_may_be_on_their_way_more_nodes_bring_nothing(ran):
    filled, doubled = ran(AT_MOST // 4, size=4000), ran(AT_MOST // 2, size=4000)
    assert doubled.limit == "window"
    assert doubled.wall == pytest.approx(filled.wall)


def test_limits_are_taken_away_one_after_another_until_threads_are_left(scale):
    inputs = scale.Inputs(size=400, fetch=0.02, client=0.01, node_named=0.0, start=0.0)
    found = [(gone, one.limit) for gone, one in scale.one_after_another(inputs, 64)]
    assert found == [((), "fetch"), (("fetch",), "client"), (("fetch", "client"), "threads")]


def test_a_limit_that_is_taken_away_costs_nothing(scale):
    inputs = scale.Inputs()
    for limit, names in {
        "fetch": ("fetch",),
        "client": ("client",),
        "scheduler": ("scheduler", "node_named"),
    }.items():
        assert [getattr(scale.lifted(inputs, limit), name) for name in names] == [0.0] * len(names)
    assert scale.lifted(inputs, "window").at_most > 10**9
    assert scale.lifted(inputs, "network").network == math.inf
