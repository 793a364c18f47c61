from django.urls import path

from apps.reconciliation.api.views import ActOnBreak, Breaks, Reconcile, ResolveBreak, Runs

_BREAK = "reconciliation/breaks/<uuid:break_id>/"

urlpatterns = [
    path("reconciliation/runs/", Runs.as_view({"get": "list"}), name="reconciliation-runs"),
    path("reconciliation/runs/<uuid:run_id>/", Runs.as_view({"get": "retrieve"}), name="reconciliation-run"),
    path("reconciliation/run/", Reconcile.as_view(), name="reconcile"),
    path("reconciliation/breaks/", Breaks.as_view({"get": "list"}), name="breaks"),
    path(_BREAK, Breaks.as_view({"get": "retrieve"}), name="break"),
    path(f"{_BREAK}propose/", ActOnBreak.as_view({"post": "propose"}), name="break-propose"),
    path(f"{_BREAK}send-back/", ActOnBreak.as_view({"post": "send_back"}), name="break-send-back"),
    path(f"{_BREAK}resolve/", ResolveBreak.as_view({"post": "resolve"}), name="break-resolve"),
]
