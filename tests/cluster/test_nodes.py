"""Which nodes take part, told from what they say of themselves."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from judge.cluster.nodes import Nodes
from judge.cluster.records import NodeFacts, RunOrder
from judge.errors import HarnessError, IsolationError
from judge.expected.cache_key import machine
from judge.run.versions import installed_versions

ORDER = RunOrder(
    run="r", entropy=0, case_names=(), isolation="auto", require_isolation=None,
    want_flow=False, require_flow=False, exercises={},
)  # fmt: skip
ENVIRONMENT = {**installed_versions(), "platform": "cpu", "isolation": {"tier": "landlock"}}
FACTS = NodeFacts(threads=4, environment=ENVIRONMENT, machine=machine())
OTHER = "Linux\nx86_64\nmodel name\t: Other 9000\nflags\t: fpu"


class Scheduler:
    """Workers that say something of themselves, as a client of Dask gives it."""

    status = "running"

    def __init__(self, workers: dict[str, NodeFacts | Exception]) -> None:
        self.workers = workers
        self.asked: list[str] = []

    def nthreads(self) -> dict[str, int]:
        return dict.fromkeys(self.workers, 1)

    def run(self, _what: Any, *_arguments: Any, workers: list[str], on_error: str) -> dict[str, Any]:
        assert on_error == "return"
        self.asked += workers
        return {address: self.workers[address] for address in workers if address in self.workers}


def nodes(**workers: NodeFacts | Exception) -> tuple[Nodes, Scheduler, list[str]]:
    said: list[str] = []
    scheduler = Scheduler({f"tls://{name}:1": facts for name, facts in workers.items()})
    return Nodes(SimpleNamespace(client=scheduler), ORDER, said.append), scheduler, said  # type: ignore[arg-type] # stands in for it


def with_environment(**changes: Any) -> NodeFacts:
    return replace(FACTS, environment={**ENVIRONMENT, **changes})


def test_nodes_that_are_alike_take_part_with_all_their_threads():
    found, _, said = nodes(a=FACTS, b=replace(FACTS, threads=1))
    found.open()
    assert found.threads == 5
    assert sorted(said) == [
        "node tls://a:1 judges 4 submissions at once",
        "node tls://b:1 judges 1 submission at once",
    ]
    assert found.kinds() == []
    assert found.processors == {machine()}


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (NodeFacts(refusal="no disk"), "no disk"),
        (with_environment(numpy="1.0"), "its numpy is 1.0, and "),
        (with_environment(isolation={"tier": "none"}), "its isolation is {'tier': 'none'}, and "),
        (ImportError("No module named\n'judge'"), "it can't be asked: No module named 'judge'"),
    ],
)
def test_a_node_that_is_unlike_the_best_is_left_out_by_name(facts: NodeFacts | Exception, why: str):
    found, _, said = nodes(a=FACTS, b=facts)
    found.open()
    assert set(found.taking_part) == {"tls://a:1"}
    assert any(told.startswith(f"node tls://b:1 is left out: {why}") for told in said)


def test_a_worker_that_could_be_listened_to_is_not_even_asked():
    found, scheduler, said = nodes(a=FACTS)
    scheduler.workers["tcp://10.0.0.9:1"] = FACTS
    found.open()
    assert scheduler.asked == ["tls://a:1"]
    assert any(
        "tcp://10.0.0.9:1 is left out: what is sent there could be read on the way" in one for one in said
    )


def test_without_isolation_anywhere_the_machine_is_at_fault_and_otherwise_the_judge():
    without = NodeFacts(refusal="isolation namespaces is not to be had here", no_isolation=True)
    with pytest.raises(IsolationError, match=r"no node can judge: tls://a:1: isolation namespaces"):
        nodes(a=without)[0].open()
    with pytest.raises(HarnessError, match="no node can judge"):
        nodes(a=without, b=NodeFacts(refusal="no disk"))[0].open()


def test_processors_may_differ_and_are_told_but_none_may_join_that_the_run_did_not_begin_with():
    found, scheduler, said = nodes(a=FACTS, b=replace(FACTS, machine=OTHER))
    found.open()
    kinds = {kind["processor"]: (kind["nodes"], kind["threads"]) for kind in found.kinds()}
    assert kinds["Other 9000"] == (1, 4)
    assert len(kinds) == 2
    scheduler.workers["tls://late:1"] = replace(FACTS, machine=OTHER.replace("9000", "1"))
    scheduler.workers["tls://later:1"] = FACTS
    looked(found)
    assert set(found.taking_part) == {"tls://a:1", "tls://b:1", "tls://later:1"}
    assert any("tls://late:1 is left out: its processor (Other 1) is none of those" in one for one in said)


def test_a_node_that_goes_and_comes_back_is_asked_again():
    found, scheduler, said = nodes(a=FACTS, b=FACTS)
    found.open()
    del scheduler.workers["tls://a:1"]
    looked(found)
    assert set(found.taking_part) == {"tls://b:1"}
    scheduler.workers["tls://a:1"] = FACTS
    looked(found)
    assert set(found.taking_part) == {"tls://a:1", "tls://b:1"}
    assert said.count("node tls://a:1 is gone") == 1
    assert scheduler.asked.count("tls://a:1") == 2


def looked(found: Nodes) -> None:
    """Look until everybody has been asked and has answered."""
    for _ in range(200):
        found.look()
        if found._asked == set(found._answers):
            break
    found.look()
