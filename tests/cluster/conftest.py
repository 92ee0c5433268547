from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from cluster.clusters import ByHand, by_hand, two_networks


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ByHand]:
    """Two workers over TLS, each in a network of its own where this machine allows it."""
    with ExitStack() as stack:
        networks = stack.enter_context(two_networks())
        folder = tmp_path_factory.mktemp("cluster")
        if networks is None:
            yield stack.enter_context(by_hand(folder))
        else:
            yield stack.enter_context(by_hand(folder, networks[0], networks[1]))
