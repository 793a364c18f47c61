"""PostgreSQL with PostGIS on this machine: found, installed by root, or unpacked into our own folder."""

from __future__ import annotations

import ctypes.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from launcher import apt, console
from launcher.errors import LauncherError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launcher.home import Home

OLDEST = 15
PACKAGE = r"postgresql-(\d+)-postgis-3"
NO_MAIN_CLUSTER = Path("/etc/postgresql-common/createcluster.conf")
WAYS_OUT = (
    f"Ways out: install PostgreSQL {OLDEST} or newer with PostGIS so that its pg_config is on PATH; "
    "or set DATABASE_URL=postgis://user:password@host:5432/name to a server that has PostGIS "
    "(and REDIS_URL likewise); or use docker-compose.yml."
)


@dataclass(frozen=True)
class Installation:
    """Programs of one PostgreSQL, and what its private libraries need in the environment."""

    programs: Path
    version: int
    environment: dict[str, str] = field(default_factory=dict)

    def program(self, name: str) -> str:
        return str(self.programs / name)


def provide(home: Home) -> Installation:
    """A PostgreSQL with PostGIS that this machine can run."""
    found = known(home)
    if found:
        return found
    log = home.logs / "postgresql-install.log"
    if apt.may_install():
        with console.step("Installing PostgreSQL with PostGIS (apt)"):
            install_for_machine(log)
        found = find()
    elif apt.is_there():
        with console.step("Unpacking PostgreSQL with PostGIS into the instance's folder (no root needed)"):
            unpack(home, log)
        found = find_unpacked(home)
    if found is None:
        raise LauncherError(f"No PostgreSQL {OLDEST} or newer with PostGIS on this machine", hint=WAYS_OUT)
    return found


def known(home: Home) -> Installation | None:
    """What there is already: the machine's own, or what an earlier call unpacked."""
    return find() or find_unpacked(home)


def find(root: Path = Path("/")) -> Installation | None:
    """The newest installation with PostGIS, or None."""
    candidates = [found for found in installations(root) if found.version >= OLDEST]
    return max(candidates, key=lambda found: found.version, default=None)


def installations(root: Path) -> Iterator[Installation]:
    """Every PostgreSQL below that root that has PostGIS."""
    for programs in root.glob("usr/lib/postgresql/*/bin"):
        name = programs.parent.name
        control = root / "usr/share/postgresql" / name / "extension/postgis.control"
        if name.isdigit() and (programs / "initdb").exists() and control.exists():
            yield Installation(programs, int(name))
    config = shutil.which("pg_config") if root == Path("/") else None
    if config:
        answer = subprocess.run(
            [config, "--version", "--bindir", "--sharedir"], capture_output=True, text=True, check=False
        )
        yield from described(answer.stdout)


def described(answer: str) -> Iterator[Installation]:
    """The installation that pg_config speaks of (version, programs, shared files), where it has PostGIS and a server."""
    match answer.splitlines():
        case [version, programs, share]:
            number = re.search(r"PostgreSQL (\d+)", version)
            if number and Path(programs, "initdb").exists() and Path(share, "extension/postgis.control").exists():
                yield Installation(Path(programs), int(number.group(1)))


def best_package(names: list[str], installed: set[int]) -> str | None:
    """The package to ask for: for a server that is there already, else for the newest."""
    versions = {int(match.group(1)) for name in names if (match := re.fullmatch(PACKAGE, name))}
    versions = {version for version in versions if version >= OLDEST}
    chosen = max(versions & installed or versions, default=None)
    return f"postgresql-{chosen}-postgis-3" if chosen else None


def installed_servers() -> set[int]:
    """The major versions of the PostgreSQL servers that Debian's packages installed here."""
    return {int(path.parent.parent.name) for path in Path("/usr/lib/postgresql").glob("[0-9]*/bin/initdb")}


def install_for_machine(log: Path) -> None:
    """The packages are installed and have started no server of their own."""
    if not NO_MAIN_CLUSTER.exists():
        NO_MAIN_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
        NO_MAIN_CLUSTER.write_text("create_main_cluster = false\n")
    apt.update(log)
    package = best_package(apt.offered(PACKAGE), installed_servers())
    if package is None:
        raise LauncherError("apt offers no PostgreSQL with PostGIS that is new enough", hint=WAYS_OUT)
    apt.install([package], log)


def unpack(home: Home, log: Path, status: Path = apt.SYSTEM_STATUS) -> None:
    """The packages lie below the instance's folder, with the libraries that the machine lacks."""
    private = apt.PrivateApt(home.folder("apt-postgresql"), status)
    private.update(log)
    package = best_package(apt.offered(PACKAGE, private.options), installed_servers())
    if package is None:
        raise LauncherError("apt offers no PostgreSQL with PostGIS that is new enough", hint=WAYS_OUT)
    server = package.removesuffix("-postgis-3")
    private.unpack([server, package, f"{package}-scripts"], log)
    link_extensions(private.root)


def link_extensions(root: Path) -> None:
    """`CREATE EXTENSION postgis` finds its file: an installed package would link `postgis.control` to `postgis-3.control`."""
    for control in root.glob("usr/share/postgresql/*/extension/*-[0-9].control"):
        plain = control.with_name(f"{control.name.rsplit('-', 1)[0]}.control")
        if not plain.exists():
            plain.unlink(missing_ok=True)
            plain.symlink_to(control.name)


def find_unpacked(home: Home) -> Installation | None:
    """What an earlier call unpacked, with the environment that its libraries need."""
    root = home.path / "apt-postgresql" / "root"
    found = find(root) if root.exists() else None
    if found is None:
        return None
    return Installation(found.programs, found.version, private_environment(root))


def private_environment(root: Path) -> dict[str, str]:
    """Where programs find the unpacked libraries and their data."""
    folders = apt.library_folders(root)
    inherited = os.environ.get("LD_LIBRARY_PATH")
    environment = {"LD_LIBRARY_PATH": ":".join([*map(str, folders), *([inherited] if inherited else [])])}
    for variable, pattern in (("GDAL_LIBRARY_PATH", "libgdal.so.*"), ("GEOS_LIBRARY_PATH", "libgeos_c.so.*")):
        library = next((path for folder in folders for path in sorted(folder.glob(pattern))), None)
        if library:
            environment[variable] = str(library)
    for variable, name in (("PROJ_LIB", "proj"), ("PROJ_DATA", "proj"), ("GDAL_DATA", "gdal")):
        data = root / "usr/share" / name
        if data.exists():
            environment[variable] = str(data)
    return environment


def libraries(home: Home) -> dict[str, str]:
    """What GeoDjango needs in the environment to load GDAL and GEOS; brings them here when they are missing."""
    if ctypes.util.find_library("gdal") and ctypes.util.find_library("geos_c"):
        return {}
    if os.environ.get("GDAL_LIBRARY_PATH") and os.environ.get("GEOS_LIBRARY_PATH"):
        return {}
    return provide(home).environment
