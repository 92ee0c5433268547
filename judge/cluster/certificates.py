"""Certificates for one cluster: scheduler, workers and clients know each other by them, and nobody else."""

import datetime as dt
import os
from pathlib import Path

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from judge.cluster.dask_settings import QUIET, nested
from judge.errors import UsageError
from judge.paths import make_folder

DAYS = 365
CONFIG, CA, CERTIFICATE, KEY = "dask.yaml", "ca.pem", "certificate.pem", "key.pem"
SECRET = 0o600


def make_certificates(folder: Path, now: dt.datetime) -> tuple[Path, ...]:
    """An authority, one certificate of it with its key, and the Dask configuration that names them.

    Whoever has the key can send work to the cluster: it is for its owner's eyes. The authority's own key is
    thrown away, so that nobody can make more. Valid from a day before `now`, since clocks differ.

    Raises:
        UsageError: there are some already, or the folder can't be written.
    """
    folder = folder.absolute()
    try:
        make_folder(folder)
        if (folder / KEY).exists():
            raise UsageError(f"{folder / KEY} is there already: name another folder, or remove it first")
        authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        authority = _certificate("judge cluster authority", authority_key, None, None, now)
        certificate = _certificate("judge cluster", key, authority, authority_key, now)
        pem = serialization.Encoding.PEM
        secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return (
            _written(folder / CA, authority.public_bytes(pem)),
            _written(folder / CERTIFICATE, certificate.public_bytes(pem)),
            _written(folder / KEY, secret),
            _written(folder / CONFIG, yaml.safe_dump(_config(folder)).encode()),
        )
    except OSError as error:
        raise UsageError(
            f"{folder}: no certificates can be written there: {error.strerror or error}"
        ) from error


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    authority: x509.Certificate | None,
    authority_key: ec.EllipticCurvePrivateKey | None,
    now: dt.datetime,
) -> x509.Certificate:
    """Signed by the authority, or the authority's own."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signed_by = authority_key or key
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if authority is None else authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=DAYS))
        .add_extension(x509.BasicConstraints(ca=authority is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signed_by.public_key()), critical=False
        )
        .sign(signed_by, hashes.SHA256())
    )


def _config(folder: Path) -> dict[str, object]:
    """What Dask reads where DASK_CONFIG names this folder."""
    tls = {"ca-file": str(folder / CA)}
    for who in ("scheduler", "worker", "client"):
        tls |= {f"{who}.cert": str(folder / CERTIFICATE), f"{who}.key": str(folder / KEY)}
    return nested(
        {
            "distributed.comm.default-scheme": "tls",
            "distributed.comm.require-encryption": True,
            **{f"distributed.comm.tls.{name}": path for name, path in tls.items()},
            "distributed.scheduler.http.routes": [],  # pages for anybody, and unencrypted
            "distributed.worker.http.routes": [],
            **QUIET,
        }
    )


def _written(path: Path, content: bytes) -> Path:
    """For its owner alone."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, SECRET)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    return path
