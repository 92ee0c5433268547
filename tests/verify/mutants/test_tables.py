from judge.verify.mutants.tables import styles

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
