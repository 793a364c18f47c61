from django.conf import settings

from apps.core.redis_cache import RedisCache


def test_one_client_serves_every_call():
    cache = RedisCache(settings.REDIS_URL, {"KEY_PREFIX": "test-redis-cache"})

    cache.set("kept", {"a": 1}, timeout=5)

    assert cache.get("kept") == {"a": 1}
    assert cache.add("kept", 2, timeout=5) is False
    assert cache._cache.get_client() is cache._cache.get_client(write=True)
