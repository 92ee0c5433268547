"""Parameters and results: dtypes, shapes, roles."""

import keyword
from collections.abc import Collection
from dataclasses import fields, replace

from judge.problem.model import ArraySpec, Dim, Kind, Limits, Parameter, Spec, TreeSpec, leaves
from judge.problem.node import IDENTIFIER, Node, describe, given
from judge.problem.tolerance import EXACT, Tolerance

FLOAT_DTYPES = ("bfloat16", "float16", "float32", "float8_e4m3fn", "float8_e5m2")
WIDE_DTYPES = ("float64", "int64", "uint64")  # JAX would silently make 32-bit ones of them
WHOLE_RANGES = {
    "bool": (0, 1),
    "int8": (-(2**7), 2**7 - 1),
    "int16": (-(2**15), 2**15 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "uint8": (0, 2**8 - 1),
    "uint16": (0, 2**16 - 1),
    "uint32": (0, 2**32 - 1),
}
DTYPES = (*FLOAT_DTYPES, *WHOLE_RANGES)

NON_FINITE = ("refused", "equal")  # the first is the default
KINDS: tuple[Kind, ...] = ("float", "int", "array", "tree")
ROLES = {
    "seed": ("float", "int"),
    "inputs": ("array", "tree"),
    "targets": ("array", "tree"),
    "learning_rate": ("float",),
    "loss_scale": ("float",),
    "good_steps": ("int",),  # steps without an overflow since the loss scale changed
    "growth_interval": ("int",),  # so many of them double it
    "micro_batches": ("int",),  # parts that a batch is cut into
}
CASE_KEYS = ("name", "shapes", "data", "repeat", "visibility", "weight")

MAX_RANK = 8
MAX_SIZE = 2**24
MAX_SECONDS = 3600
MAX_COUNT = 2**20


def identifier(node: Node) -> str:
    """A Python name."""
    found = node.matching(IDENTIFIER, "a Python name")
    if node.clean and keyword.iskeyword(found):
        node.fault(f"must not be the Python keyword `{found}`")
    return found


def read_parameters(node: Node) -> tuple[Parameter, ...]:
    """The parameters of the entry point, in its order; those with faults are left out."""
    read = [(item, _parameter(item)) for item in node.items(least=1)]
    names: set[str] = set()
    roles: set[str] = set()
    for item, parameter in read:
        if parameter.name in names and item.clean:
            item.child("name", parameter.name).fault(f"is the second parameter called `{parameter.name}`")
        if parameter.role and parameter.role in roles and item.clean:
            item.child("role", parameter.role).fault(
                f"is the role of another parameter too: {parameter.role}"
            )
        names.add(parameter.name)
        roles.add(parameter.role)
    axes = {
        dim
        for _, parameter in read
        if parameter.spec is not None
        for _, array in leaves(parameter.name, parameter.spec)
        for dim in array.shape
        if isinstance(dim, str)
    }
    for item, parameter in read:
        if parameter.divides and parameter.divides not in axes and item.clean:
            item.child("divides", parameter.divides).fault(f"is no named axis: {parameter.divides}")
    return tuple(parameter for item, parameter in read if item.clean)


def _parameter(node: Node) -> Parameter:
    kind_node = node.entries().get("kind")
    kind = kind_node.one_of(KINDS) if kind_node else "float"
    unsure = kind_node is None or not kind_node.clean
    own = ("name", "kind")
    match kind:
        case "array":
            spec: Spec | None = read_array(node, own=own)
        case "tree":
            spec = read_tree(node, own=own)
        case _:
            spec = None
            optional = ("role", "divides") if kind == "int" else ("role",)
            node.mapping(required=own, optional=optional, lenient=unsure)
    entries = node.entries()
    name = given(entries, "name", lambda entry: _parameter_name(entry, kind), "")
    role = given(entries, "role", lambda entry: _role(entry, kind), "")
    divides = given(entries, "divides", identifier, "") if kind == "int" else ""
    return Parameter(name=name, kind=kind, role=role, spec=spec, divides=divides)


def _parameter_name(node: Node, kind: str) -> str:
    name = identifier(node)
    if kind in {"float", "int"} and name in CASE_KEYS:
        node.fault(f"must not be `{name}`: a case has a key of that name already")
    elif kind in {"array", "tree"} and name == "seed":
        node.fault("must not be `seed`: in a case, `data.seed` is the seed of the data")
    return name


def _role(node: Node, kind: str) -> str:
    role = node.one_of(tuple(ROLES))
    if node.clean and kind not in ROLES[role]:
        node.fault(f"`{role}` is for a parameter of kind {' or '.join(ROLES[role])}, not {kind}")
    return role


def read_spec(node: Node) -> Spec:
    """`{dtype, shape}`, `{tuple: […]}` or `{dict: {…}}`."""
    if isinstance(node.value, dict) and {"tuple", "dict"} & node.value.keys():
        return read_tree(node)
    return read_array(node)


def read_returns(node: Node) -> Spec:
    """As `read_spec`; a vector of a fixed size may name its `elements`."""
    if not isinstance(node.value, dict) or "elements" not in node.value:
        return read_spec(node)
    bare = Node(
        value={key: value for key, value in node.value.items() if key != "elements"},
        place=node.place,
        log=node.log,
    )
    spec = read_spec(bare)
    entry = node.entries()["elements"]
    names = tuple(identifier(item) for item in entry.items(least=1))
    if not isinstance(spec, ArraySpec) or spec.shape != (len(names),):
        entry.fault(f"has {len(names)} names: `returns` must be one array of shape [{len(names)}] then")
        return spec
    if len(set(names)) < len(names):
        entry.fault("has a name twice")
    return replace(spec, elements=names)


def read_array(node: Node, *, own: Collection[str] = ()) -> ArraySpec:
    """`{dtype, shape}`; `own` are further keys that are read elsewhere."""
    entries = node.mapping(required=(*own, "dtype", "shape"), optional=("role",) if own else ())
    dtype = given(entries, "dtype", _dtype, "")
    axes = given(entries, "shape", Node.items, ())
    if len(axes) > MAX_RANK:
        entries["shape"].fault(f"has {len(axes)} axes; at most {MAX_RANK} are allowed")
    return ArraySpec(dtype=dtype, shape=tuple(_dim(axis) for axis in axes))


def _dtype(node: Node) -> str:
    if node.value in WIDE_DTYPES:
        node.fault(f"must not be {node.value}: JAX computes in at most 32 bits here")
    return node.one_of(DTYPES)


def _dim(node: Node) -> Dim:
    if isinstance(node.value, str):
        return node.matching(IDENTIFIER, "a size or the name of one, such as N")
    if isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return node.whole(least=1, most=MAX_SIZE)
    node.fault(f"must be a size or the name of one, such as N, not {describe(node.value)}")
    return 1


def read_tree(node: Node, *, own: Collection[str] = ()) -> TreeSpec:
    """`{tuple: [SPEC, …]}` or `{dict: {KEY: SPEC, …}}`; `own` are further keys that are read elsewhere."""
    optional = ("tuple", "dict", "role") if own else ("tuple", "dict")
    entries = node.mapping(required=own, optional=optional)
    if ("tuple" in entries) == ("dict" in entries):
        node.fault("needs either `tuple` or `dict`")
    if "tuple" in entries:
        parts = entries["tuple"].items(least=1)
        items = tuple((str(index), read_spec(part)) for index, part in enumerate(parts))
        return TreeSpec(kind="tuple", items=items)
    if "dict" not in entries:
        return TreeSpec(kind="dict", items=())
    fields = entries["dict"].entries()
    if not fields:
        entries["dict"].fault("needs at least one entry")
    for key, part in fields.items():
        if not IDENTIFIER.fullmatch(key):
            part.fault("is no Python name; the keys of a dict must be")
    return TreeSpec(kind="dict", items=tuple((key, read_spec(part)) for key, part in fields.items()))


def read_limits(node: Node) -> Limits:
    """Limits; what is left out has its default."""
    entries = node.mapping(optional=tuple(field.name for field in fields(Limits)))
    default = Limits()
    return Limits(
        wall_s=given(entries, "wall_s", _seconds, default.wall_s),
        cpu_s=given(entries, "cpu_s", _seconds, default.cpu_s),
        total_s=given(entries, "total_s", _seconds, default.total_s),
        memory_mib=given(entries, "memory_mib", _count, default.memory_mib),
        output_kib=given(entries, "output_kib", _count, default.output_kib),
        processes=given(entries, "processes", _count, default.processes),
        file_mib=given(
            entries, "file_mib", lambda entry: entry.whole(least=0, most=MAX_COUNT), default.file_mib
        ),
    )


def _seconds(node: Node) -> float:
    return node.number(above=0, most=MAX_SECONDS)


def _count(node: Node) -> int:
    return node.whole(least=1, most=MAX_COUNT)


def read_tolerance(node: Node, returns: Spec) -> Tolerance:
    """The tolerance and that of its `parts`; an answer must not pass because everything does."""
    optional = ("absolute", "representable_in", "non_finite", "parts")
    entries = node.mapping(required=("relative",), optional=optional)
    known = part_names(returns)
    parts = entries["parts"].entries() if "parts" in entries else {}
    for name, part in parts.items():
        if name not in known:
            has = f"; it has {', '.join(known)}" if known else "; name its `elements`, or return a tree"
            part.fault(f"is no part of what is returned{has}")
    whole = Node(
        value={key: entry.value for key, entry in entries.items() if key != "parts"},
        place=node.place,
        log=node.log,
    )
    return replace(_tolerance(whole), parts={name: _part(part) for name, part in parts.items()})


def part_names(returns: Spec) -> tuple[str, ...]:
    """What a returned value's parts are called: the elements of a vector, or the leaves of a tree."""
    if isinstance(returns, ArraySpec):
        return returns.elements
    return tuple(path.removeprefix(".") for path, _ in leaves("", returns))


def _part(node: Node) -> Tolerance:
    return EXACT if node.value == "exact" else _tolerance(node)


def _tolerance(node: Node) -> Tolerance:
    entries = node.mapping(required=("relative",), optional=("absolute", "representable_in", "non_finite"))
    relative = given(entries, "relative", lambda entry: entry.number(least=0, below=1), 0.0)
    absolute = given(entries, "absolute", lambda entry: entry.number(least=0), 0.0)
    if node.clean and relative == absolute == 0:
        node.fault("allows no error at all: make `relative` or `absolute` larger than 0")
    grid = given(entries, "representable_in", lambda entry: entry.one_of(FLOAT_DTYPES), None)
    non_finite = given(entries, "non_finite", lambda entry: entry.one_of(NON_FINITE), NON_FINITE[0])
    return Tolerance(
        relative=relative, absolute=absolute, representable_in=grid, non_finite=non_finite == "equal"
    )
