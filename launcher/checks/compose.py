"""`python -m launcher.checks.compose`: docker-compose.yml holds together, and Docker accepts it where there is one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import Any

import yaml

from launcher.home import REPOSITORY

FILE = REPOSITORY / "docker-compose.yml"
EXPECTED = {
    "database",
    "redis",
    "web",
    "live",
    "worker",
    "worker-bulk",
    "beat",
    "nginx",
    "certbot",
    "backup",
    "migrate",
}
SERVICE_KEYS = {
    "build", "cap_drop", "command", "depends_on", "entrypoint", "env_file", "environment", "expose", "healthcheck", "image", "init",
    "logging", "ports", "profiles", "read_only", "restart", "security_opt", "shm_size", "stop_grace_period", "tmpfs", "user", "volumes",
}  # fmt: skip


def complaints(described: dict[str, Any]) -> list[str]:
    """What is wrong with the description of the whole."""
    services = described.get("services", {})
    volumes = set(described.get("volumes", {}))
    found = [f"no service {name}" for name in sorted(EXPECTED - set(services))]
    for name, service in services.items():
        found += [f"{name}: unknown key {key}" for key in sorted(set(service) - SERVICE_KEYS)]
        if not ("image" in service or "build" in service):
            found.append(f"{name}: neither image nor build")
        found += [
            f"{name}: depends on {other}, which is not there"
            for other in service.get("depends_on", {})
            if other not in services
        ]
        found += [
            f"{name}: {problem}"
            for volume in service.get("volumes", [])
            if (problem := volume_problem(volume, volumes))
        ]
        build = service.get("build")
        if (
            isinstance(build, dict)
            and not (REPOSITORY / build.get("context", ".") / build.get("dockerfile", "Dockerfile")).exists()
        ):
            found.append(f"{name}: its Dockerfile is not there")
    return found


def volume_problem(volume: str, declared: set[str]) -> str:
    """Why this volume cannot be mounted; empty when it can."""
    source = volume.split(":", maxsplit=1)[0]
    if source.startswith("."):
        return "" if (REPOSITORY / source).exists() else f"{source} is not there"
    return "" if source in declared else f"volume {source} is not declared"


def docker_opinion() -> tuple[int, str]:
    """What `docker compose config` says; it needs the client with its compose part, but no engine."""
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        return 0, "No Docker with compose here: validated statically only."
    options = ["compose", "--env-file", str(REPOSITORY / ".env.example"), "-f", str(FILE), "config", "--quiet"]
    done = subprocess.run([docker, *options], capture_output=True, text=True, check=False, cwd=REPOSITORY)
    return done.returncode, done.stderr or "docker compose config: accepted (no container was started)."


def main() -> int:
    """Complaints are on the terminal; the status says whether there are any."""
    found = complaints(yaml.safe_load(FILE.read_text()))
    for line in found:
        sys.stdout.write(f"docker-compose.yml: {line}\n")
    status, opinion = docker_opinion()
    sys.stdout.write(opinion + "\n")
    return 1 if found or status else 0


if __name__ == "__main__":
    sys.exit(main())
