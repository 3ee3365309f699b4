"""https as the fetcher speaks it: the name is told (SNI), the certificate proven, and only the checked address asked."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.cache import cache

from core.fetching import FetchError, fetch

NAME = "news.test"
NOW = datetime.now(UTC)


class Authority:
    """Signs certificates with a key that lives as long as the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test authority")])
        self.path = self._write("authority.pem", self._certificate(self.subject, self.key, None, days=30, is_ca=True))

    def issue(self, host: str, *, days: int = 30, is_self_signed: bool = False) -> Path:
        """The path of a file with key and certificate for a host; negative days are over."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
        signer = key if is_self_signed else self.key
        certificate = self._certificate(subject, key, host, days=days, signer=signer, issued_by_us=not is_self_signed)
        plain = serialization.NoEncryption()
        form = serialization.PrivateFormat.PKCS8
        return self._write(
            f"{host}{days}.pem", key.private_bytes(serialization.Encoding.PEM, form, plain) + certificate
        )

    def _certificate(
        self, subject: x509.Name, key: Any, host: str | None, *, days: int, signer: Any = None,
        issued_by_us: bool = True, is_ca: bool = False,
    ) -> bytes:  # fmt: skip
        builder = x509.CertificateBuilder().subject_name(subject).public_key(key.public_key())
        builder = builder.issuer_name(self.subject if issued_by_us else subject).serial_number(
            x509.random_serial_number()
        )
        builder = builder.not_valid_before(NOW - timedelta(days=60)).not_valid_after(NOW + timedelta(days=days))
        builder = builder.add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        if host:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        signing_key = signer or self.key
        for extension, is_critical in self._required_extensions(key, signing_key, is_ca=is_ca):
            builder = builder.add_extension(extension, critical=is_critical)
        return builder.sign(signing_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def _required_extensions(self, key: Any, signer: Any, *, is_ca: bool) -> list[tuple[x509.ExtensionType, bool]]:
        """What RFC 5280 requires beside; Python 3.13 and newer prove it (ssl.VERIFY_X509_STRICT)."""
        usage = x509.KeyUsage(
            digital_signature=True, key_cert_sign=is_ca, crl_sign=is_ca, content_commitment=False,
            key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
            decipher_only=False,
        )  # fmt: skip
        return [
            (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False),
            (usage, True),
        ]

    def _write(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path


class SecureServer:
    """One answer to whoever completes the handshake; `names` lists what the clients called it (SNI)."""

    def __init__(self, certificate: Path) -> None:
        self.names: list[str | None] = []
        self.asked = 0
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        self._context.sni_callback = lambda _socket, name, _context: self.names.append(name)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._socket.accept()
                with self._context.wrap_socket(plain, server_side=True) as secure:
                    self._answer(secure)
            except ssl.SSLError:
                continue  # the client did not believe us
            except OSError:
                return

    def _answer(self, secure: ssl.SSLSocket) -> None:
        path = secure.recv(4096).split(b" ")[1]
        if path == b"/robots.txt":
            secure.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        self.asked += 1
        secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nwords")


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Authority:
    """Trusted by this test; its hosts are found at this machine, once: a second look-up names another address."""
    found = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(found.path))
    settings.FETCH_ALLOWED_HOSTS = [NAME]
    cache.clear()
    return found


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that were asked for; the answers are this machine's address."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def answer(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        if str(host).endswith(".test"):
            asked.append(str(host))
            host = "127.0.0.1"
        return real(host, port, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


@pytest.fixture
def serve() -> Iterator[Any]:
    running: list[SecureServer] = []

    def start(certificate: Path) -> SecureServer:
        running.append(SecureServer(certificate))
        return running[-1]

    yield start
    for server in running:
        with closing(server):
            pass


def test_a_trusted_host_is_asked_by_its_name_at_the_checked_address(authority, serve, looked_up) -> None:
    server = serve(authority.issue(NAME))
    page = fetch(f"https://{NAME}:{server.port}/story")
    assert page.body == b"words"
    assert set(server.names) == {NAME}
    assert looked_up == [NAME] * len(server.names)  # one look-up for each connection, whose answer is the one asked


@pytest.mark.parametrize(
    ("host", "options", "reason"),
    [
        (NAME, {"days": -1}, "expired"),
        ("other.test", {}, "another name"),
        (NAME, {"is_self_signed": True}, "an issuer that this machine does not trust"),
    ],
)
def test_a_certificate_that_proves_nothing_is_refused_plainly(
    authority, serve, looked_up, host, options, reason
) -> None:
    server = serve(authority.issue(host, **options))
    with pytest.raises(FetchError, match=f"nothing was fetched.*{reason}") as refusal:
        fetch(f"https://{NAME}:{server.port}/story")
    assert NAME in refusal.value.message
    assert server.asked == 0
