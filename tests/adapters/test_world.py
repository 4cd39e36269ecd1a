"""The outside world as a process of its own, and what it shows to people."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from adapters.letter_pdf import letter_pdf
from adapters.print_http import PrintHttp
from adapters.smtp import Smtp
from engine.servers import free_port
from models.codes import Party
from models.ids import BatchId
from models.personal import Letter, Mail, TextMessage
from models.values import EmailAddress
from simulation.client import WorldClient
from simulation.inhabitants import name_of
from simulation.world import LOOPBACK, World
from tests.adapters.print_batches import a_batch

ADDRESS = "geheim@example.nl"
SUBJECT = "<b>Uw gemeente</b> & u"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as world:
        yield world


@contextmanager
def a_process(data: Path, http: int, smtp: int) -> Iterator[WorldClient]:
    command = [sys.executable, "-m", "simulation.world", f"--data={data}", f"--http-port={http}"]
    with (data / "world.log").open("ab") as log:
        child = subprocess.Popen([*command, f"--smtp-port={smtp}"], stdout=log, stderr=log)
    client = WorldClient(f"http://{LOOPBACK}:{http}")
    try:
        deadline = time.monotonic() + 60
        while not client.is_healthy():
            assert child.poll() is None, "the process ended"
            assert time.monotonic() < deadline, "the process stays silent"
        yield client
    finally:
        client.close()
        child.terminate()
        child.wait(10)


def send(smtp: tuple[str, int], to: str) -> None:
    mail = Mail(address=EmailAddress(to), subject=SUBJECT, body="<script>alert(1)</script>")
    Smtp(*smtp, sender="gemeente@zonnedijk.example").send(mail, reference="stap")


@pytest.mark.processes
def test_the_process_goes_on_with_its_mail_after_a_restart_and_its_log_names_nobody(tmp_path: Path) -> None:
    http, smtp = free_port(), free_port()
    with a_process(tmp_path, http, smtp):
        send((LOOPBACK, smtp), ADDRESS)
    with a_process(tmp_path, http, smtp) as client:
        send((LOOPBACK, smtp), ADDRESS)
        assert len(client.mails_to(ADDRESS)) == 2
    said = (tmp_path / "world.log").read_text()
    assert said.count("world.up") == said.count("world.down") == 2
    assert "geheim" not in said
    assert "Traceback" not in said


@pytest.mark.processes
def test_the_process_does_not_start_outside_the_demonstration(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "simulation.world", f"--data={tmp_path}", f"--http-port={free_port()}"]
    given = {**os.environ, "SIGNAALREIS_DEMO": "false"}
    done = subprocess.run(
        [*command, f"--smtp-port={free_port()}"], env=given, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "for the demonstration only" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr


def test_pages_show_mail_as_text(world: World) -> None:
    send(world.smtp_address, "pagina@example.nl")
    (mail,) = world.mails_to("pagina@example.nl")
    for path in ("/postbus", "/postbus?adres=pagina@example.nl", f"/postbus/{mail.number}"):
        page = httpx.get(world.url + path, trust_env=False)
        assert "&lt;b&gt;Uw gemeente&lt;/b&gt; &amp; u" in page.text
        assert "<script>" not in page.text
    assert httpx.get(f"{world.url}/postbus/999", trust_env=False).status_code == 404


def test_the_mailbox_page_shows_each_persons_mail_letters_and_text_messages(world: World) -> None:
    one, other = [person for person in world.people if person.email and person.phone][:2]
    assert one.email and other.phone
    send(world.smtp_address, one.email.text)
    letter = Letter(name=name_of(one), address=one.address, subject=SUBJECT, body="<script>alert(1)</script>")
    printed = letter_pdf(letter, sender="Gemeente Zonnedijk", on=date(2027, 4, 5))
    PrintHttp(world.letters_url).hand_over(BatchId("ronde"), a_batch("ronde", {"brief": printed.content}))
    world.sms_gateway().send(TextMessage(number=other.phone, body="Bel ons <b>terug</b>"), reference="sms")
    page = httpx.get(f"{world.url}/postbus", trust_env=False).text
    latest, before = page.index(f"<h2>{name_of(other)}</h2>"), page.index(f"<h2>{name_of(one)}</h2>")
    assert latest < before
    assert "Bel ons &lt;b&gt;terug&lt;/b&gt;" in page[latest:before]
    assert page[before:].index("<td>Brief</td>") < page[before:].index("<td>E-mail</td>")
    (received,), (text,) = world.letters_to(one.address), world.sms_to(other.phone)
    read = httpx.get(f"{world.url}/postbus/brieven/{received.number}", trust_env=False).text
    assert one.address.postcode.text in read
    assert "&lt;script&gt;" in read
    assert "<script>" not in read
    pdf = httpx.get(f"{world.url}/postbus/brieven/{received.number}/pdf", trust_env=False)
    assert (pdf.headers["content-type"], pdf.content) == ("application/pdf", printed.content)
    assert "Bel ons &lt;b&gt;" in httpx.get(f"{world.url}/postbus/sms/{text.number}", trust_env=False).text
    for path in ("/postbus/brieven/999", "/postbus/brieven/999/pdf", "/postbus/sms/999"):
        assert httpx.get(world.url + path, trust_env=False).status_code == 404


def test_a_fault_ends_at_its_moment(world: World) -> None:
    now = datetime.now(UTC)
    for until, failing in ((now + timedelta(hours=1), True), (now - timedelta(seconds=1), False)):
        fault = {"kind": "http-503", "until": until.isoformat()}
        httpx.put(f"{world.url}/storingen/register", json=fault, trust_env=False).raise_for_status()
        assert (Party.REGISTER in world.faults()) is failing


def test_a_party_has_only_its_own_faults(world: World) -> None:
    kinds = (
        (Party.REGISTER, "rcpt-451"),
        (Party.MAIL, "rook"),
        (Party.PARTNERS, "rook"),
        (Party.LETTERS, "malformed"),
        (Party.SMS, "data-552"),
    )
    for party, kind in kinds:
        with pytest.raises(httpx.HTTPStatusError):
            world.fault(party, kind)
