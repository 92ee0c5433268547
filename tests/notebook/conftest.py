from collections.abc import Iterator

import pytest
from toys import PROBLEM, Toy

from judge.notebook.warm_judges import close_all
from notebook.kernels import Notebook, notebook


@pytest.fixture(scope="package")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    """An exercise that is over after a second."""
    text = PROBLEM.replace("wall_s: 10, cpu_s: 10", "wall_s: 1, cpu_s: 1")
    return Toy.make(tmp_path_factory.mktemp("course"), text=text)


@pytest.fixture(scope="package", autouse=True)
def _no_judge_is_left() -> Iterator[None]:
    """Tests of other folders look at what processes there are."""
    yield
    close_all()


@pytest.fixture(scope="package")
def opened(toy: Toy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notebook]:
    """A notebook in the exercises' folder, with the magics loaded."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR"):
            patch.setenv(variable, str(tmp_path_factory.mktemp("jupyter")))
        with notebook(toy.root) as one:
            one.run("%load_ext judge")
            yield one
