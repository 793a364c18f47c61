"""A private PostgreSQL with PostGIS: found or brought here, and one cluster for each purpose."""

from launcher.postgres.cluster import Cluster
from launcher.postgres.install import Installation, known, libraries, provide

__all__ = ["Cluster", "Installation", "known", "libraries", "provide"]
