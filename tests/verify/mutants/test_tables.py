from judge.verify.mutants.tables import styles, tables

SOURCE = """\
@style("one")
def first(x): ...

def second(x): ...

CORRECT = {"two": second, "three": lambda x: x, "four": partial(second)}
CORRECT["five"] = first
CORRECT |= {"six": second, "seven": elsewhere}
"""


def test_plain_functions_are_found_however_they_come_into_the_table():
    assert styles(SOURCE) == {"one": "first", "two": "second", "five": "first", "six": "second"}


def test_tables_that_are_put_into_another_are_found_in_their_modules():
    first = """
from losses import LOSSES
from loops import LOOPS, helper
from models import MODELS, OTHERS
from objects import OBJECTS, SPREAD
from elsewhere import AWAY

CORRECT: dict[str, Step] = MODELS | LOOPS
CORRECT |= AWAY
CORRECT.update(OBJECTS)
CORRECT |= {**SPREAD, "one": LOSSES["one"]}
OTHERS |= LOSSES
"""
    sources = dict.fromkeys(["losses.py", "loops.py", "models.py", "objects.py"], "") | {"correct.py": first}
    assert list(tables(sources, "correct.py", "CORRECT")) == [
        ("correct.py", "CORRECT"),
        ("loops.py", "LOOPS"),
        ("models.py", "MODELS"),
        ("objects.py", "OBJECTS"),
        ("objects.py", "SPREAD"),
    ]
