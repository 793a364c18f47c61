"""Public pages may be read from a replica; who asks, and everything else, is not."""

import pytest
from django.test import override_settings
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from apps.core import replicas
from apps.core.api.public_pages import PublicPages
from config.database_router import ReplicaRouter

WITH_REPLICAS = override_settings(DATABASE_REPLICA_URLS=["postgis://replica/guild"])


class Page(PublicPages, APIView):
    permission_classes = [AllowAny]
    throttle_classes = ()

    def perform_authentication(self, request):
        self.asked_of = ReplicaRouter().db_for_read(None)

    def get(self, request):
        router = ReplicaRouter()
        return Response([self.asked_of, router.db_for_read(None), router.db_for_write(None)])

    def post(self, request):
        return Response(ReplicaRouter().db_for_read(None))


@WITH_REPLICAS
def test_a_public_page_is_read_from_a_replica_and_its_reader_from_the_primary():
    answer = Page.as_view()(APIRequestFactory().get("/page/"))

    assert answer.data == ["default", "replica0", "default"]
    assert not replicas.may_be_stale()


@WITH_REPLICAS
def test_what_changes_something_reads_from_the_primary():
    assert Page.as_view()(APIRequestFactory().post("/page/")).data == "default"


@WITH_REPLICAS
def test_a_page_that_fails_leaves_nothing_stale():
    class Broken(Page):
        def get(self, request):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Broken.as_view()(APIRequestFactory().get("/page/"))
    assert not replicas.may_be_stale()


def test_without_replicas_everything_is_read_from_the_primary():
    assert Page.as_view()(APIRequestFactory().get("/other/")).data[1] == "default"
