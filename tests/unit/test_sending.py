"""What leaders are sent arrives: by mail with or without log-in, on Teams and on Slack; who refuses it is named."""

import datetime
import ipaddress
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from apprise.plugins.slack import NotifySlack
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dagster_project.home import Home, make_home
from dagster_project.messages import NotifyProblem
from dagster_project.sending import Letter, letter, send
from dashboards.build import build_notice
from tests.graph.test_digest import Postbox, serve

TODAY = datetime.date(2026, 11, 9)
TITLE, BODY = "Anytown: use of evidence, September 2026", "Fewer than half of practitioners, 44%."
HELD = "The figures for October 2026 are held, because: No staff list."
TEAMS = "workflows://127.0.0.1:{}/a-workflow/a-signature/?verify=no"
SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#leaders?verify=no"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose newest month is held."""
    made = make_home(tmp_path / "home", {"organisation": "Anytown", "sample": True})
    notice, month = made.published / "2026-10" / "held.html", datetime.date(2026, 10, 1)
    build_notice(notice, organisation="Anytown", month=month, reasons=["No staff list."], as_at=TODAY)
    return made


@pytest.fixture
def pack(tmp_path: Path) -> Letter:
    """A month with its pack."""
    pdf = tmp_path / "board_pack.pdf"
    pdf.write_bytes(b"%PDF-1.7")
    return Letter(TITLE, BODY, [pdf])


@dataclass
class Channel:
    """A web hook on this machine: keeps what is posted to it, and answers with `answer`."""

    port: int = 0
    answer: int = 200
    posted: list[tuple[str, Any]] = field(default_factory=list)


@pytest.fixture
def channel(tmp_path: Path) -> Iterator[Channel]:
    made = Channel()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.posted.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(made.answer)
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    server.socket = certified(tmp_path).wrap_socket(server.socket, server_side=True)
    made.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


def certified(folder: Path) -> ssl.SSLContext:
    """With a certificate of this machine's own: Teams and Slack are posted to by https only."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hook")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = folder / "hook.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, *form) + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def sent_to(address: str, home: Home, message: Letter, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("PRACTICE_METRICS_SEND_TO", address)
    return send(home, message)


def test_teams_gets_the_paragraph_of_the_month(
    home: Home, pack: Letter, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sent_to(TEAMS.format(channel.port), home, pack, monkeypatch) == 1
    [(path, card)] = channel.posted
    assert path.startswith("/workflows/a-workflow/")
    said = json.dumps(card).replace("\\\\", "")  # Teams takes signs of Markdown with a backslash
    assert TITLE in said
    assert BODY in said


def test_slack_gets_the_paragraph_and_then_the_notice(
    home: Home, pack: Letter, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NotifySlack, "webhook_url", f"https://127.0.0.1:{channel.port}/services")
    assert sent_to(SLACK, home, pack, monkeypatch) == 1
    assert sent_to(SLACK, home, letter(home, TODAY), monkeypatch) == 1
    month, notice = (json.dumps(message) for _, message in channel.posted)
    assert TITLE in month
    assert BODY in month
    assert HELD in notice


def test_channel_that_refuses_is_named_by_its_place_and_kind_never_by_its_address(
    home: Home, pack: Letter, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel.answer = 403
    with pytest.raises(NotifyProblem, match=r"address 1 of send_to \(workflows\) did not take it") as problem:
        sent_to(TEAMS.format(channel.port), home, pack, monkeypatch)
    assert len(channel.posted) == 1
    assert "a-signature" not in str(problem.value)


def is_known(_server: object, _session: object, _envelope: object, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"metrics", b"sesame"))


GUARDED = {"authenticator": is_known, "auth_required": True, "auth_require_tls": False}


@pytest.mark.parametrize(
    ("log_in", "mode", "settings"),
    [("", "", {}), ("metrics:sesame@", "&mode=insecure", GUARDED)],
    ids=["without log-in", "with log-in"],
)
def test_held_month_is_mailed_as_its_notice(
    log_in: str, mode: str, settings: dict[str, Any], home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    postbox = Postbox()
    for _, port in serve(postbox, **settings):
        address = f"mailto://{log_in}127.0.0.1:{port}?from=m@council.example&to=d@council.example{mode}"
        assert sent_to(address, home, letter(home, TODAY), monkeypatch) == 1
    [message] = postbox.messages
    assert message["Subject"] == "Anytown: use of evidence, October 2026 is held"
    parts = {part.get_filename(): part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()}
    assert HELD in bytes(parts[None] or b"").decode()
    assert b"The figures for October 2026 are held" in bytes(parts["held.html"] or b"")
