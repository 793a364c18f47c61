"""The platform's plans are there from the start, as the settings have them; ADMIN changes them from then on."""

from django.conf import settings
from django.db import migrations


def write_plans(apps, schema_editor):
    plan_model, price_model = apps.get_model("subscriptions", "Plan"), apps.get_model("subscriptions", "PlanPrice")
    for told in settings.GUILD["SUBSCRIPTION_PLANS"]:
        fields = {name: value for name, value in told.items() if name != "prices"}
        plan = plan_model.objects.create(**fields)
        price_model.objects.bulk_create(
            price_model(plan=plan, currency=currency, price_minor=amount)
            for currency, amount in told.get("prices", {}).items()
        )


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0001_initial")]

    operations = [migrations.RunPython(write_plans, migrations.RunPython.noop)]
