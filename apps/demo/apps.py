from django.apps import AppConfig


class DemoConfig(AppConfig):
    """A believable marketplace to look at, and data by the million to measure with; no table of its own."""

    name = "apps.demo"
    label = "demo"
