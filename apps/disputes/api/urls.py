from django.urls import path

from apps.disputes.api.views import DecideDispute, Disputes

urlpatterns = [
    path("disputes/", Disputes.as_view({"get": "list"}), name="disputes"),
    path("disputes/<uuid:dispute_id>/", Disputes.as_view({"get": "retrieve"}), name="dispute"),
    path("disputes/<uuid:dispute_id>/messages/", Disputes.as_view({"post": "message"}), name="dispute-messages"),
    path("disputes/<uuid:dispute_id>/withdraw/", Disputes.as_view({"post": "withdraw"}), name="dispute-withdraw"),
    path("disputes/<uuid:dispute_id>/decide/", DecideDispute.as_view({"post": "decide"}), name="dispute-decide"),
]
