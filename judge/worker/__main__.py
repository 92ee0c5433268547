"""Start of every process inside the wall: `python -I <this folder> zygote|worker|versions FD [FOLDER]`.

The folder becomes a package of its own name, so that the modules here find one another without the
judge's own package, and without putting a folder on `sys.path` where a learner could shadow something.
"""

import gc
import importlib
import importlib.util
import json
import sys
from pathlib import Path

PACKAGE = "judge_worker"


def bootstrap() -> None:
    """Make this folder importable as `judge_worker`, and nothing else with it."""
    folder = Path(__file__).resolve().parent
    sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != folder]
    spec = importlib.util.spec_from_file_location(
        PACKAGE, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:  # pragma: no cover - only when the folder is gone
        raise ImportError(f"{folder} is no package: install the judge again")
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)


def main(arguments: list[str]) -> None:
    """Become a zygote or a worker, as the first argument says, on the descriptor of the second."""
    gc.disable()  # what is imported stays: looking for garbage in it takes a tenth of the start
    bootstrap()
    role, descriptor = arguments[0], int(arguments[1])
    with importlib.import_module(f"{PACKAGE}.skipped_imports").skipped():
        module = importlib.import_module(f"{PACKAGE}.{'serve' if role == 'worker' else 'zygote'}")
    if role == "versions":
        print(json.dumps(module.versions()))  # noqa: T201 - the answer
    else:
        module.main(descriptor, arguments[2])


if __name__ == "__main__":
    main(sys.argv[1:])
