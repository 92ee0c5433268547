"""What `--store` is given: a path, or the address of a server. Imports nothing of SQLAlchemy."""

import re

_SERVER = re.compile(r"postgres(?:ql)?(?:\+psycopg)?://")
_PASSWORD = re.compile(r"(?<=//)([^:@/]*):[^@/]*@")


def on_server(given: str) -> str | None:
    """What stands behind `postgresql://`; None where it is the path of a file."""
    found = _SERVER.match(given)
    return None if found is None else given[found.end() :]


def shown(given: str) -> str:
    """As it may be told: without a password."""
    return _PASSWORD.sub(r"\1@", given)
