"""The launcher's own decisions: what it starts with, what it refuses, and what it says then."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from launcher import checks, environment, outside, prepared, static_files, system_packages
from launcher.application import Application
from launcher.console import Problem
from launcher.database_urls import DatabaseUrls, derive_database_urls, with_database
from launcher.places import ROOT
from launcher.processes import Service, Supervisor
from launcher.secret_store import load_secrets
from launcher.servers import Servers, database_urls
from tests.conftest import as_owner


def test_logins_are_named_after_the_database_and_keep_its_server():
    urls = derive_database_urls("postgresql://boss:s%40fe@db.example:5433/portal?sslmode=require", "a/b", "c:d")
    assert urls.owner == "postgresql://boss:s%40fe@db.example:5433/portal?sslmode=require"
    assert urls.app == "postgresql://portal_app_login:a%2Fb@db.example:5433/portal?sslmode=require"
    assert urls.jobs == "postgresql://portal_jobs_login:c%3Ad@db.example:5433/portal?sslmode=require"


def test_logins_never_take_the_names_of_the_group_roles():
    urls = derive_database_urls("postgresql://boss@db/portal", "a", "b")
    assert "//portal_app:" not in urls.app
    assert "//portal_jobs:" not in urls.jobs


def test_the_environment_may_name_its_own_logins():
    secrets = {"app_password": "a", "jobs_password": "b"}
    urls = database_urls("postgresql://boss@db/portal", secrets, {"APP_DATABASE_URL": "postgresql://web:x@db/portal"})
    assert urls.app == "postgresql://web:x@db/portal"
    assert urls.jobs == "postgresql://portal_jobs_login:b@db/portal"


def test_another_database_at_the_same_server():
    assert with_database("postgresql://u:p@h:1/a?x=1", "b c") == "postgresql://u:p@h:1/b%20c?x=1"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://u@h/db", "postgresql://"),
        ("postgresql://u@h/", "databasens namn"),
        ("postgresql://h/db?user=u&password=p", "före @"),
    ],
)
def test_a_database_address_that_will_not_do_is_refused(url, says):
    with pytest.raises(Problem, match=says):
        derive_database_urls(url, "a", "b")


@pytest.mark.parametrize("text", ["0", "65536", "-1", "åtta", "80 80", "²"])
def test_a_port_that_is_none_is_refused(text):
    with pytest.raises(Problem, match="PORT="):
        checks.chosen_port({"PORT": text})


def test_the_port_is_8000_unless_said():
    assert checks.chosen_port({}) == checks.chosen_port({"PORT": ""}) == 8000
    assert checks.chosen_port({"PORT": "8123"}) == 8123


def test_a_port_in_use_is_named_with_another_to_try():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Problem, match=f"Port {port} används redan"):
            checks.check_port_is_free(port)
    checks.check_port_is_free(port)


def test_a_full_disk_is_named_with_what_is_needed(tmp_path):
    checks.check_disk(tmp_path / "not" / "yet" / "there", 1)
    with pytest.raises(Problem, match=r"behöver 1000000000 MB men bara \d+ MB är ledigt"):
        checks.check_disk(tmp_path, 1_000_000_000)


def test_a_data_directory_that_is_a_file_is_refused(tmp_path):
    taken = tmp_path / "var"
    taken.write_text("")
    with pytest.raises(Problem, match="PORTAL_DATA"):
        checks.make_data_dir(taken)


def test_a_data_directory_serves_one_portal_at_a_time(tmp_path):
    first = checks.lock_data_dir(tmp_path)
    with pytest.raises(Problem, match=rf"körs redan .* \(process {os.getpid()}\)"):
        checks.lock_data_dir(tmp_path)
    first.close()
    checks.lock_data_dir(tmp_path).close()


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path):
    first = load_secrets(tmp_path)
    assert load_secrets(tmp_path) == first
    assert len(set(first.values())) == len(first)
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_a_secret_of_a_later_version_is_added_without_touching_the_others(tmp_path):
    (tmp_path / "secrets.json").write_text(json.dumps({"owner_password": "kept"}))
    assert load_secrets(tmp_path)["owner_password"] == "kept"


def test_damaged_secrets_are_not_replaced(tmp_path):
    (tmp_path / "secrets.json").write_text("{half")
    with pytest.raises(Problem, match="säkerhetskopia"):
        load_secrets(tmp_path)
    assert (tmp_path / "secrets.json").read_text() == "{half"


class TestEnvironmentMarker:
    here = {"python": "3.11.7", "place": "/srv/portal"}

    @pytest.mark.parametrize(
        ("marker", "stale"),
        [
            ({}, True),
            ({"python": "3.11.7", "place": "/srv/portal"}, False),
            ({"python": "3.11.9", "place": "/srv/portal"}, False),
            ({"python": "3.12.1", "place": "/srv/portal"}, True),
            ({"python": "3.11.7", "place": "/home/other"}, True),
        ],
    )
    def test_an_environment_is_bound_to_its_python_and_its_place(self, marker, stale):
        assert environment.is_stale(marker, self.here) is stale

    @pytest.mark.parametrize("content", [None, "", "{half", "[1, 2]"])
    def test_a_marker_that_is_missing_or_damaged_counts_as_half_made(self, tmp_path, content):
        path = tmp_path / "marker.json"
        if content is not None:
            path.write_text(content)
        assert environment.read_marker(path) == {}

    def test_what_installs_the_tests_also_counts_as_the_runtime(self):
        locks = {kind: (ROOT / name).read_text() for kind, name in environment.LOCKS.items()}
        pinned = {
            kind: {line.split()[0] for line in text.splitlines() if "==" in line[:60]} for kind, text in locks.items()
        }
        for kind in environment.IN_DEV:
            assert pinned[kind] <= pinned["dev"]


@pytest.mark.parametrize("name", [*environment.LOCKS.values(), "package-lock.json"])
def test_locks_hold_hashes_and_name_no_index_host(name):
    text = (ROOT / name).read_text()
    assert "--hash=sha256:" in text or '"integrity": "sha512-' in text
    for word in ("--index-url", "--extra-index-url", "--find-links", "--trusted-host", '"resolved"'):
        assert word not in text


def test_static_files_are_gathered_again_only_when_they_change(tmp_path):
    wanted = static_files.fingerprint()
    assert not static_files.is_gathered(tmp_path, wanted)
    static_files.mark_gathered(tmp_path, wanted)
    assert static_files.is_gathered(tmp_path, static_files.fingerprint())


def test_a_database_is_prepared_again_by_other_code_for_another_pack_and_when_it_is_empty(transactional_db):
    database = connection.settings_dict
    login = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}@{database['HOST']}:{database['PORT']}"
    # Any two roles of the server stand for the logins here: the suite's database has none.
    urls = DatabaseUrls(
        f"postgresql://{login}/{database['NAME']}", "postgresql://portal_app:a@h/x", "postgresql://portal_jobs:j@h/x"
    )
    mark = prepared.mark_of("halland", urls, key="a", demo=True)
    assert not prepared.is_prepared(urls, mark)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"COMMENT ON TABLE django_migrations IS '{mark}'")
        try:
            assert prepared.is_prepared(urls, mark)
            moved, changed = (replace(urls, app=f"postgresql://portal_app:{at}/x") for at in ("a@h:1", "b@h"))
            assert mark == prepared.mark_of("halland", moved, key="a", demo=True)
            for other in (
                prepared.mark_of("dalarna", urls, key="a", demo=True),
                prepared.mark_of("halland", urls, key="b", demo=True),
                prepared.mark_of("halland", urls, key="a", demo=False),
                prepared.mark_of("halland", changed, key="a", demo=True),
            ):
                assert not prepared.is_prepared(urls, other)
            assert not prepared.is_prepared(replace(urls, owner=f"postgresql://{login}/postgres"), mark)
            assert not prepared.is_prepared(replace(urls, app="postgresql://nobody:a@h/x"), mark)
        finally:
            cursor.execute("COMMENT ON TABLE django_migrations IS NULL")


def test_the_command_for_system_packages_is_complete():
    assert system_packages.command(["a", "b"]) == "sudo apt-get update && sudo apt-get install -y a b"


def test_each_process_gets_its_own_login_and_no_other(tmp_path, monkeypatch):
    monkeypatch.setenv("APP_DATABASE_URL", "postgresql://from-outside/x")
    servers = Servers(DatabaseUrls("postgresql://owner/x", "postgresql://app/x", "postgresql://jobs/x"), "redis://r")
    application = Application(servers, load_secrets(tmp_path), tmp_path, port=8123, mode="development")
    by_name = {service.name: service.environ for service in application.processes()}
    assert {name: (env["DATABASE_URL"], env["DATABASE_ROLE"]) for name, env in by_name.items()} == {
        "web": ("postgresql://app/x", "portal_app"),
        "worker": ("postgresql://jobs/x", "portal_jobs"),
        "beat": ("postgresql://jobs/x", "portal_jobs"),
    }
    assert not any({"APP_DATABASE_URL", "JOBS_DATABASE_URL"} & set(env) for env in by_name.values())
    assert application.environ("owner")["APP_DATABASE_URL"] == "postgresql://app/x"


class TestSupervisor:
    """Children are heard, restarted and stopped; and the kernel ends them when the launcher is killed."""

    def service(self, code: str, **options) -> Service:
        return Service("barn", [sys.executable, "-c", code], dict(os.environ), **options)

    def test_a_command_is_heard_to_its_last_line(self, capsys):
        with Supervisor() as supervisor:
            code = supervisor.run(self.service("print('x' * 200_000); print('sist', end=''); raise SystemExit(3)"))
        assert code == 3
        lines = capsys.readouterr().out.splitlines()
        assert len(lines[0]) > 200_000
        assert lines[-1].endswith("│ sist")

    def test_a_service_that_never_answers_is_told_of(self):
        with Supervisor() as supervisor:
            supervisor.start(self.service("raise SystemExit(7)"))
            with pytest.raises(Problem, match="barn avslutades direkt"):
                supervisor.wait_for(lambda: False, 20, "barn")

    def test_a_child_that_will_not_stop_is_killed(self):
        stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
        with Supervisor() as supervisor:
            supervisor.start(self.service(stubborn, grace_seconds=0.3))
            time.sleep(0.5)
            started = time.monotonic()
        assert time.monotonic() - started < 10

    def test_nothing_is_left_when_the_launcher_is_killed(self, tmp_path):
        pid_file = tmp_path / "pid"
        parent = f"""
import os, sys, time
from launcher.processes import Service, Supervisor
child = "import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
supervisor = Supervisor()
supervisor.start(Service("barn", [sys.executable, "-c", child], dict(os.environ)))
time.sleep(60)
"""
        launcher = subprocess.Popen([sys.executable, "-c", parent], cwd=ROOT)
        try:
            wait_until(lambda: pid_file.exists() and pid_file.read_text())
        finally:
            launcher.send_signal(signal.SIGKILL)
            launcher.wait()
        child = int(pid_file.read_text())
        wait_until(lambda: not is_alive(child))


def wait_until(condition, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Say whether the process runs; one that has ended but not been collected by its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def portal(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "portal", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environ},
        timeout=60,
        check=False,
    )


def test_help_lists_every_command():
    out = portal("help").stdout
    for command in ("up", "test", "accounts", "bench", "manage", "setup", "help"):
        assert f"\n  {command}" in out


@pytest.mark.parametrize(
    ("arguments", "environ", "says"),
    [
        (["upp"], {}, "Kommandot upp finns inte"),
        (["up", "--pack", "../x"], {}, "Det finns inget paket ../x"),
        (["up"], {"PORT": "noll"}, "PORT=noll är inget portnummer"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_clear_line(arguments, environ, says):
    run = portal(*arguments, **environ)
    assert run.returncode == 1
    assert says in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_an_unsupported_python_is_one_clear_line(tmp_path):
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && { echo "Python 3.9.2"; exit 0; }\nexit 1\n')
    old.chmod(0o755)
    for name in ("dirname", "readlink"):
        (tmp_path / name).symlink_to(Path("/usr/bin") / name)
    run = subprocess.run(
        ["/bin/bash", ROOT / "portal", "up"], capture_output=True, text=True, env={"PATH": str(tmp_path)}, check=False
    )
    assert run.returncode == 1
    assert "Python 3.9.2" in run.stderr
    assert "apt-get install python3" in run.stderr
    assert len(run.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("variable", "url"),
    [
        ("DATABASE_URL", "postgresql://boss:secret@127.0.0.1:{port}/portal"),
        ("REDIS_URL", "redis://:secret@127.0.0.1:{port}/0"),
    ],
)
def test_a_server_that_does_not_answer_is_named_without_its_password(variable, url):
    check = {"DATABASE_URL": outside.check_database, "REDIS_URL": outside.check_redis}[variable]
    with pytest.raises(Problem, match=variable) as problem:
        check(url.format(port=checks.free_port()))
    assert "secret" not in str(problem.value)
    assert len(str(problem.value).splitlines()) == 1
