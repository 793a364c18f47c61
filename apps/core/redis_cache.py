"""The cache in Redis, with one client per thread: Django makes a client for every call, which costs more than the call."""

from typing import Any

from django.core.cache.backends import redis


class ReusedClient(redis.RedisCacheClient):
    """Keeps the clients that it makes, one for each server."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.made: dict[int, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        pool = self._get_connection_pool(write)
        known = self.made.get(id(pool))
        if known is None:
            known = self.made[id(pool)] = self._client(connection_pool=pool)
        return known


class RedisCache(redis.RedisCache):
    """Django's own, but for the client."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = ReusedClient
