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
