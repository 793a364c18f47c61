"""Backup and restore, played with the real scripts against the real server."""

import os
import shutil
import subprocess
import uuid
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from launcher.home import REPOSITORY, Home
from launcher.postgres import install

SCRIPTS = REPOSITORY / "deploy/backup"


def programs_path() -> str:
    found = install.known(Home.from_environment())
    folder = str(found.programs) if found else str(Path(shutil.which("pg_dump") or "/").parent)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def address(database: str) -> str:
    known = connection.settings_dict
    return f"postgresql://{known['USER']}:{known['PASSWORD'] or ''}@{known['HOST']}:{known['PORT']}/{database}"


@pytest.fixture
def two_databases(django_db_setup, django_db_blocker):
    """A filled database and an empty one; both are gone afterwards."""
    names = [f"backup_{uuid.uuid4().hex}", f"restore_{uuid.uuid4().hex}"]
    with django_db_blocker.unblock(), psycopg.connect(address("postgres"), autocommit=True) as server:
        for name in names:
            server.execute(f'CREATE DATABASE "{name}"')
        with psycopg.connect(address(names[0])) as filled:
            filled.execute("CREATE EXTENSION postgis")
            filled.execute("CREATE TABLE place (id int PRIMARY KEY, name text NOT NULL, at geography(point))")
            filled.execute(
                "INSERT INTO place VALUES (1, 'Lagos', 'POINT(3.38 6.52)'), (2, 'Accra', 'POINT(-0.19 5.6)')"
            )
        yield names
        for name in names:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def play(script, *arguments, **variables):
    environment = os.environ | {"PATH": programs_path()} | {name: str(value) for name, value in variables.items()}
    command = ["bash", str(SCRIPTS / script), *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def rows(database):
    with psycopg.connect(address(database)) as opened:
        return opened.execute("SELECT id, name, ST_AsText(at) FROM place ORDER BY id").fetchall()


def test_restore_brings_back_what_backup_kept_and_refuses_to_overwrite(tmp_path, two_databases):
    filled, empty = two_databases
    media = tmp_path / "media"
    (media / "photos").mkdir(parents=True)
    (media / "photos/one.jpg").write_bytes(b"picture")
    backups = tmp_path / "backups"

    backed_up = play("backup.sh", BACKUP_DATABASE_URL=address(filled), BACKUP_FOLDER=backups, BACKUP_MEDIA=media)
    assert backed_up.returncode == 0, backed_up.stderr
    folder = backed_up.stdout.strip()
    target = {"RESTORE_DATABASE_URL": address(empty), "RESTORE_MEDIA": tmp_path / "restored"}
    restored = play("restore.sh", folder, **target)

    assert restored.returncode == 0, restored.stderr
    assert rows(empty) == rows(filled) == [(1, "Lagos", "POINT(3.38 6.52)"), (2, "Accra", "POINT(-0.19 5.6)")]
    assert (tmp_path / "restored/photos/one.jpg").read_bytes() == b"picture"
    again = play("restore.sh", folder, **target)
    assert again.returncode == 2
    assert "tables already" in again.stderr


def test_damaged_backup_is_not_restored(tmp_path, two_databases):
    filled, empty = two_databases
    folder = play("backup.sh", BACKUP_DATABASE_URL=address(filled), BACKUP_FOLDER=tmp_path).stdout.strip()
    with Path(folder, "database.dump").open("r+b") as dump:
        dump.seek(200)
        dump.write(b"damage")

    refused = play("restore.sh", folder, RESTORE_DATABASE_URL=address(empty))

    assert refused.returncode != 0
    with psycopg.connect(address(empty)) as opened:
        assert opened.execute("SELECT to_regclass('place')").fetchone() == (None,)


def test_failed_backup_leaves_nothing_behind(tmp_path):
    failed = play("backup.sh", BACKUP_DATABASE_URL="postgresql://127.0.0.1:1/none", BACKUP_FOLDER=tmp_path)

    assert failed.returncode != 0
    assert list(tmp_path.iterdir()) == []


def test_old_backups_go_and_recent_ones_stay(tmp_path, two_databases):
    old, recent = tmp_path / "20200101T020000Z", tmp_path / "20200102T020000Z"
    for folder in (old, recent):
        folder.mkdir()
    os.utime(old, (0, 0))

    made = play("backup.sh", BACKUP_DATABASE_URL=address(two_databases[0]), BACKUP_FOLDER=tmp_path, BACKUP_KEEP_DAYS=7)

    assert made.returncode == 0, made.stderr
    assert not old.exists()
    assert recent.exists()
