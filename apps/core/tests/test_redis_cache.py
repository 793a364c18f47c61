from django.core.cache import caches


def test_one_client_serves_every_call_of_a_thread():
    cache = caches["default"]

    cache.set("kept", {"a": 1}, timeout=5)

    assert cache.get("kept") == {"a": 1}
    assert cache._cache.get_client() is cache._cache.get_client(write=True)
