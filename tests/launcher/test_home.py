import pytest

from launcher.commands.reset import remove
from launcher.errors import LauncherError
from launcher.home import Home, fernet_key


def test_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path):
    home = Home(tmp_path)

    first = home.secret("key", fernet_key)

    assert Home(tmp_path).secret("key", fernet_key) == first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_lock_has_one_holder(tmp_path):
    home = Home(tmp_path)
    held = home.lock("main")

    assert home.lock("main") is None
    assert home.is_locked("main")

    held.close()
    assert not home.is_locked("main")


def test_two_homes_have_two_names(tmp_path):
    assert Home(tmp_path / "a").key != Home(tmp_path / "b").key


def test_half_written_record_counts_as_none(tmp_path):
    (tmp_path / "state.json").write_text('{"pid": 1')

    assert Home(tmp_path).read("state") == {}


def test_home_that_cannot_be_written_to_says_what_to_do(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GUILD_HOME", str(tmp_path / "file" / "home"))

    with pytest.raises(LauncherError, match="Nothing can be kept in") as refused:
        Home.from_environment()

    assert "Set GUILD_HOME" in refused.value.hint


def test_home_may_have_spaces_in_its_path(tmp_path, monkeypatch):
    monkeypatch.setenv("GUILD_HOME", str(tmp_path / "my guild"))

    assert Home.from_environment().path == tmp_path / "my guild"
    assert list((tmp_path / "my guild").iterdir()) == []


def test_reset_removes_a_link_and_leaves_what_it_points_at(tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "kept")

    remove(tmp_path / "link")

    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
