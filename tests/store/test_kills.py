"""Judges and workers are killed at any moment: after the same command again every result is there."""

import random
from pathlib import Path
from typing import Any

import pytest
from commands.exercises import RIGHT
from sqlalchemy import func, select

from judge.store.connect import open_store
from judge.store.tables import results
from store.killed_judges import SOURCES, Course, stored_twice, without_measures


def after(course: Course, kills: int, seed: int) -> Any:
    """What the same command gives after so many kills; once more it judges nothing."""
    course.disturb(random.Random(seed), kills)
    (course.root / "submissions/demo/right.py").write_text(RIGHT)
    found = course.report("--store", course.store)
    again = course.report("--store", course.store)
    assert "nothing was judged" in course.said[-1], course.said
    assert without_measures(again["results"]) == without_measures(found["results"])
    return without_measures(found["results"])


@pytest.mark.more
def test_after_ten_kills_all_is_as_if_nothing_had_been(tmp_path: Path, store_url: str):
    course = Course(tmp_path / "course", store_url)
    assert after(course, kills=10, seed=1) == without_measures(course.report()["results"])
    assert stored_twice(course) == []


@pytest.mark.more
@pytest.mark.soak
def test_after_two_hundred_kills(tmp_path: Path, store_url: str):
    course = Course(tmp_path / "course", store_url)
    assert after(course, kills=200, seed=2) == without_measures(course.report()["results"])
    assert stored_twice(course) == []


@pytest.mark.more
def test_two_judges_at_once_judge_each_submission_once(tmp_path: Path, store_url: str):
    course = Course(tmp_path / "course", store_url)
    judges = [course.begin("--store", store_url) for _ in range(2)]
    first, second = (without_measures(course.end(judge)["results"]) for judge in judges)
    assert first == second
    store = open_store(store_url, must_exist=True)
    with store.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(results)).scalar_one() == len(SOURCES)
    store.close()
