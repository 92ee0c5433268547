"""What an editor can set."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

MOST_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Settings of the server.

    Attributes:
        debounce: seconds without a change after which a text is judged that wasn't saved.
        while_typing: judge what wasn't saved.
    """

    debounce: float = 0.5
    while_typing: bool = True


def read(given: object, before: Options, *, ours: bool) -> tuple[Options, list[str]]:
    """The options, and what is wrong with what was given; what isn't given stays as it is.

    Args:
        given: what the editor sent: `{"debounce": 0.5, "whileTyping": true}`, or that under the key "judge".
        ours: there is nothing of other servers in it.
    """
    values = _mapping(given)
    inner = _mapping(values.get("judge"))
    ours = ours or bool(inner)
    values, found, faults = inner or values, before, []
    if "debounce" in values:
        seconds = values["debounce"]
        is_flag = isinstance(seconds, bool)
        if isinstance(seconds, int | float) and not is_flag and 0 <= seconds <= MOST_SECONDS:
            found = replace(found, debounce=float(seconds))
        else:
            faults.append(
                f"debounce is a number of seconds from 0 to {MOST_SECONDS:g}, and this is {seconds!r}"
            )
    if "whileTyping" in values:
        if isinstance(values["whileTyping"], bool):
            found = replace(found, while_typing=values["whileTyping"])
        else:
            faults.append(f"whileTyping is true or false, and this is {values['whileTyping']!r}")
    unknown = [key for key in values if key not in {"debounce", "whileTyping"}]
    if unknown and ours:
        faults.append(f"there is no setting {', '.join(unknown)}: there are debounce and whileTyping")
    return found, faults


def _mapping(given: object) -> Mapping[str, object]:
    """What came as an object: a dict, or a record with such attributes."""
    if isinstance(given, Mapping):
        return {str(key): value for key, value in given.items()}
    return dict(vars(given)) if hasattr(given, "__dict__") else {}
