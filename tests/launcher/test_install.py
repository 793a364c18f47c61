import pytest

from launcher import apt
from launcher.environment import pinned_block
from launcher.errors import LauncherError
from launcher.home import Home
from launcher.postgres import install


def unpacked(root, version, control):
    programs = root / f"usr/lib/postgresql/{version}/bin"
    programs.mkdir(parents=True)
    (programs / "initdb").touch()
    share = root / f"usr/share/postgresql/{version}/extension"
    share.mkdir(parents=True)
    (share / control).touch()
    return programs


def test_newest_server_with_postgis_is_found(tmp_path):
    unpacked(tmp_path, 15, "postgis.control")
    programs = unpacked(tmp_path, 17, "postgis.control")
    unpacked(tmp_path, 18, "hstore.control")
    unpacked(tmp_path, 14, "postgis.control")

    assert install.find(tmp_path) == install.Installation(programs, 17)


def test_nothing_is_found_without_postgis(tmp_path):
    unpacked(tmp_path, 15, "hstore.control")

    assert install.find(tmp_path) is None


def test_unpacked_package_gets_the_links_that_an_installed_one_has(tmp_path):
    root = tmp_path / "apt-postgresql/root"
    programs = unpacked(root, 15, "postgis-3.control")
    library = root / "usr/lib/x86_64-linux-gnu/libgdal.so.32"
    library.parent.mkdir(parents=True)
    library.touch()

    install.link_extensions(root)

    found = install.find_unpacked(Home(tmp_path))
    assert (found.programs, found.version) == (programs, 15)
    assert found.environment["GDAL_LIBRARY_PATH"] == str(library)
    assert str(library.parent) in found.environment["LD_LIBRARY_PATH"].split(":")


@pytest.mark.parametrize(
    ("names", "installed", "chosen"),
    [
        (["postgresql-15-postgis-3", "postgresql-17-postgis-3"], set(), "postgresql-17-postgis-3"),
        (["postgresql-15-postgis-3", "postgresql-17-postgis-3"], {15}, "postgresql-15-postgis-3"),
        (["postgresql-13-postgis-3"], {13}, None),
        (["postgresql-15-postgis-3-scripts"], set(), None),
    ],
)
def test_package_fits_the_server_that_is_there_or_is_the_newest(names, installed, chosen):
    assert install.best_package(names, installed) == chosen


def test_libraries_are_found_above_and_below_the_usual_folder(tmp_path):
    folders = [tmp_path / "usr/lib", tmp_path / "usr/lib/x86_64-linux-gnu", tmp_path / "usr/lib/x86_64-linux-gnu/blas"]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "libsome.so.3").touch()

    assert apt.library_folders(tmp_path) == folders


def test_pinned_block_is_one_package_with_its_hashes():
    pinned = "a==1 \\\n    --hash=sha256:1\nuv==2 \\\n    --hash=sha256:2 \\\n    --hash=sha256:3\n    # via x\nz==3\n"

    assert pinned_block(pinned, "uv") == "uv==2 \\\n    --hash=sha256:2 \\\n    --hash=sha256:3\n"
    with pytest.raises(LauncherError):
        pinned_block(pinned, "v")
