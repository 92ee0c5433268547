from typing import Any

from judge.pages.flow_layout import layout

PHASES = {
    0: "input", 1: "forward", 2: "forward", 3: "forward", 4: "forward", 5: "forward",
    6: "backward", 7: "backward", 8: "update", 9: "returned",
}  # fmt: skip


def graph(edges: list[tuple[int, int]], phases: dict[int, str] = PHASES) -> dict[str, Any]:
    return {"nodes": [{"id": number, "phase": phase} for number, phase in phases.items()], "edges": edges}


EDGES = [(0, 2), (1, 3), (2, 4), (3, 4), (4, 5), (5, 6), (6, 7), (4, 7), (7, 8), (1, 8), (8, 9)]


def spots(edges: list[tuple[int, int]]) -> dict[int, tuple[str, int, int]]:
    return {
        spot.node["id"]: (lane.phase, spot.column, spot.row)
        for lane in layout(graph(edges)).lanes
        for spot in lane.spots
    }


def test_a_lane_goes_by_what_feeds_what_and_the_backward_one_from_right_to_left():
    assert spots(EDGES) == {
        1: ("forward", 0, 0),
        3: ("forward", 1, 0),
        2: ("forward", 1, 1),  # right before what it feeds, below what the chain comes by
        4: ("forward", 2, 0),
        5: ("forward", 3, 0),
        6: ("backward", 3, 0),
        7: ("backward", 2, 0),
        8: ("update", 0, 0),
        9: ("returned", 0, 0),
    }


def test_arrows_lead_within_a_lane_and_into_its_first_box_and_the_rest_is_told():
    laid = layout(graph(EDGES))
    assert laid.arrows == ((1, 3), (2, 4), (3, 4), (4, 5), (5, 6), (6, 7), (7, 8), (8, 9))
    assert {end: starts for end, starts in laid.given.items() if starts} == {2: (0,), 7: (4,), 8: (1,)}


def test_a_loop_leads_back_in_words():
    laid = layout(graph([*EDGES, (8, 3)]))
    assert (8, 3) not in laid.arrows
    assert laid.given[3] == (8,)
    assert laid.columns == 4


def test_lanes_without_boxes_are_left_out():
    phases = {0: "forward", 1: "forward"}
    assert [lane.phase for lane in layout(graph([(0, 1)], phases)).lanes] == ["forward"]


def test_boxes_that_nothing_tells_apart_stand_below_one_another():
    phases = {0: "update", 1: "update", 2: "update"}
    lane = layout(graph([], phases)).lanes[0]
    assert ([spot.row for spot in lane.spots], lane.rows) == ([0, 1, 2], 3)
