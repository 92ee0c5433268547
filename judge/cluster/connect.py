"""The way to a scheduler: hidden cases go over it, so that it is encrypted, or stays on this machine."""

import ipaddress
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from distributed import Client
from distributed.security import Security

from judge.errors import HarnessError, IsolationError, UsageError

CONNECT_SECONDS = 15.0
HOW_TO_ENCRYPT = (
    "`judge cluster certificates FOLDER` makes certificates, and docs/cluster.md says how to start a cluster "
    "with them"
)


def checked_address(address: str) -> str:
    """A scheduler's address, with its protocol.

    Raises:
        UsageError: it is none. IsolationError: what goes there would be readable on the way.
    """
    protocol, separator, place = address.rpartition("://")
    host, _, port = place.rpartition(":")
    if (separator and protocol not in ("tcp", "tls")) or not host or not port.isdecimal():
        raise UsageError(
            f"--scheduler {address}: say tls://HOST:PORT, or tcp://127.0.0.1:PORT on this machine"
        )
    if protocol != "tls" and not is_loopback(host):
        raise IsolationError(
            f"--scheduler {address}: references and hidden cases would cross the network unencrypted. "
            f"Say tls://{place}; {HOW_TO_ENCRYPT}."
        )
    return f"{protocol or 'tcp'}://{place}"


def is_loopback(host: str) -> bool:
    """Whether what is sent there stays on this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def is_private(address: str) -> bool:
    """Whether nobody can read what is sent to this worker."""
    return is_encrypted(address) or is_loopback(address.rpartition("://")[2].rpartition(":")[0])


def is_encrypted(address: str) -> bool:
    """Whether what is sent to this worker is, or never leaves the process."""
    return address.startswith(("tls://", "inproc://"))


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """A client of the scheduler at an address.

    Raises:
        UsageError, IsolationError: the address can't be used. HarnessError: nobody answers there.
    """
    checked = checked_address(address)
    logging.getLogger("distributed").setLevel(
        logging.CRITICAL
    )  # what is of use to anybody is said in our words
    try:
        client = Client(
            checked, security=_security(checked), timeout=CONNECT_SECONDS, set_as_default=False, name="judge"
        )
    except (OSError, ValueError, TypeError) as error:
        said = " ".join(str(error).split())
        raise HarnessError(
            f"--scheduler {address}: no scheduler can be reached there: {said or type(error).__name__}"
        ) from error
    try:
        yield client
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            client.close(timeout=CONNECT_SECONDS)


def _security(address: str) -> Security | None:
    """The certificates that Dask's own configuration names.

    Raises:
        IsolationError: there are none, or they can't be read.
    """
    if not address.startswith("tls://"):
        return None
    security = Security(require_encryption=True)
    missing = [name for name in ("tls_ca_file", "tls_client_cert") if not getattr(security, name)]
    if missing:
        raise IsolationError(
            f"--scheduler {address} needs certificates, and none are configured. {HOW_TO_ENCRYPT}; then: "
            "DASK_CONFIG=FOLDER judge run ..."
        )
    try:
        security.get_connection_args("client")
    except (OSError, ValueError) as error:
        raise IsolationError(f"--scheduler {address}: its certificates can't be used: {error}") from error
    return security
