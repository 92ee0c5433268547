"""The way to a scheduler: hidden cases go over it, so that it is encrypted, or stays on this machine."""

import ipaddress
import threading
import time
import warnings
from collections.abc import Callable

from distributed import Client
from distributed.security import Security

from judge.cluster.dask_settings import hush
from judge.errors import HarnessError, IsolationError, UsageError

CONNECT_SECONDS = 15.0
RENEW_SECONDS = 5.0  # and then again
PATIENCE_SECONDS = 10.0  # that a client gets to connect again by itself
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


class Link:
    """A client of the scheduler at an address, and another one when that was started anew.

    A client of Dask connects again by itself, but not always: it may stay half connected for ever, in which
    what is submitted is never heard of again.

    Raises:
        UsageError, IsolationError: the address can't be used. HarnessError: nobody answers there.
    """

    def __init__(self, address: str) -> None:
        self.given = address
        self._address = checked_address(address)
        self._security = _security(address, self._address)
        hush()
        self._not_running_since: float | None = None
        self.client = self._connected(CONNECT_SECONDS)
        self._scheduler = self._scheduler_id()

    def is_good(self) -> bool:
        """Whether the scheduler is the one that this client knows, as far as can be told now."""
        now = time.monotonic()
        if self.client.status == "running":
            self._not_running_since = None
        elif self._not_running_since is None:
            self._not_running_since = now
        patience = now - (self._not_running_since or now)
        return self.client.status != "closed" and patience < PATIENCE_SECONDS and self._is_the_same()

    def renew(self) -> bool:
        """Connect anew; whether a scheduler was there to connect to."""
        try:
            client = self._connected(RENEW_SECONDS)
        except HarnessError:
            return False
        begun(self._close, self.client)
        self.client, self._not_running_since = client, None
        self._scheduler = self._scheduler_id()
        return True

    def close(self) -> None:
        """Part."""
        begun(self._close, self.client).join(CONNECT_SECONDS)

    def _connected(self, seconds: float) -> Client:
        try:
            return Client(
                self._address, security=self._security, timeout=seconds, set_as_default=False, name="judge"
            )
        except (OSError, ValueError, TypeError) as error:
            said = " ".join(str(error).split()) or type(error).__name__
            raise HarnessError(
                f"--scheduler {self.given}: no scheduler can be reached there: {said}"
            ) from error

    def _scheduler_id(self) -> str:
        return str(self.client.scheduler_info(n_workers=0).get("id", ""))

    def _is_the_same(self) -> bool:
        try:
            return self._scheduler_id() == self._scheduler
        except Exception:  # noqa: BLE001 - whatever it is: it doesn't answer, maybe later
            return True

    @staticmethod
    def _close(client: Client) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            client.close(timeout=CONNECT_SECONDS)


def begun(what: Callable[..., object], *arguments: object) -> threading.Thread:
    """A thread that asks others, for which nobody waits in the end: who is gone may never answer."""
    thread = threading.Thread(target=what, args=arguments, name="judge-node", daemon=True)
    thread.start()
    return thread


def _security(given: str, address: str) -> Security | None:
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
            f"--scheduler {given} needs certificates, and none are configured. {HOW_TO_ENCRYPT}; then: "
            "DASK_CONFIG=FOLDER judge run ..."
        )
    try:
        security.get_connection_args("client")
    except (OSError, ValueError) as error:
        raise IsolationError(f"--scheduler {given}: its certificates can't be used: {error}") from error
    return security
