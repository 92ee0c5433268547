"""Where hidden cases may be sent, and with which certificates."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from cryptography import x509

from judge.cluster import connect
from judge.cluster.certificates import CA, CERTIFICATE, CONFIG, DAYS, KEY, make_certificates
from judge.cluster.connect import Link, checked_address, is_private
from judge.errors import HarnessError, IsolationError, UsageError

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "checked"),
    [
        ("tls://judge.example:8786", "tls://judge.example:8786"),
        ("tcp://127.0.0.1:8786", "tcp://127.0.0.1:8786"),
        ("127.3.2.1:1", "tcp://127.3.2.1:1"),
        ("localhost:8786", "tcp://localhost:8786"),
        ("tcp://[::1]:8786", "tcp://[::1]:8786"),
    ],
)
def test_what_stays_on_this_machine_or_is_encrypted_may_be_used(address: str, checked: str):
    assert checked_address(address) == checked


@pytest.mark.parametrize(
    "address",
    ["tcp://10.0.0.1:8786", "judge.example:8786", "0.0.0.0:8786", "tcp://127.0.0.1.example.org:8786"],
)
def test_what_could_be_read_on_the_way_is_refused(address: str):
    with pytest.raises(IsolationError, match="would cross the network unencrypted"):
        checked_address(address)


@pytest.mark.parametrize(
    "address", ["", "judge", "http://127.0.0.1:8786", "tcp://127.0.0.1", "ucx://a:1", "tls://:1"]
)
def test_what_is_no_address_is_wrong_usage(address: str):
    with pytest.raises(UsageError, match="say tls://HOST:PORT"):
        checked_address(address)


def test_nodes_that_could_be_listened_to_are_known():
    private = ("tls://10.0.0.2:1", "tcp://127.0.0.1:2", "inproc://10.0.0.2/1/2")
    assert [is_private(one) for one in (*private, "tcp://10.0.0.2:1")] == [True, True, True, False]


def test_without_a_scheduler_the_run_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connect, "CONNECT_SECONDS", 1.0)
    with pytest.raises(HarnessError, match="no scheduler can be reached there"):
        Link("tcp://127.0.0.1:1")


def test_certificates_are_signed_by_an_authority_that_nobody_has_the_key_of(tmp_path: Path):
    made = make_certificates(tmp_path / "new" / "folder", NOW)
    assert [path.name for path in made] == [CA, CERTIFICATE, KEY, CONFIG]
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}
    authority, certificate = (x509.load_pem_x509_certificate(path.read_bytes()) for path in made[:2])
    certificate.verify_directly_issued_by(authority)
    assert certificate.not_valid_after_utc == NOW + timedelta(days=DAYS)
    assert [path.name for path in (tmp_path / "new/folder").iterdir() if b"PRIVATE" in path.read_bytes()] == [
        KEY
    ]
    tls = yaml.safe_load(made[3].read_text())["distributed"]["comm"]["tls"]
    assert {tls[who]["key"] for who in ("scheduler", "worker", "client")} == {str(made[2])}


def test_certificates_that_are_there_stay(tmp_path: Path):
    before = {path: path.read_bytes() for path in make_certificates(tmp_path, NOW)}
    with pytest.raises(UsageError, match="is there already"):
        make_certificates(tmp_path, NOW)
    assert {path: path.read_bytes() for path in before} == before


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="no certificates can be written there"):
        make_certificates(tmp_path / "file", NOW)
