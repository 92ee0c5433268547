from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from postgres import server

from judge.store.connect import Store, open_store

KINDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.more))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with server() as url:
        yield url


@pytest.fixture(scope="session")
def fresh_database(postgres_url: str) -> Callable[[], str]:
    """The URL of a database in which nothing is."""
    numbers = count()

    def made() -> str:
        name = f"store_{next(numbers)}"
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute(f"create database {name}")
        return postgres_url.replace("/postgres?", f"/{name}?")

    return made


@pytest.fixture(params=KINDS)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store that isn't there yet, of each kind."""
    if request.param == "sqlite":
        return str(tmp_path / "results.db")
    return str(request.getfixturevalue("fresh_database")())


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = open_store(store_url)
    yield opened
    opened.close()
