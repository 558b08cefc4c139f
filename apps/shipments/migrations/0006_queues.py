"""What staff look for, found without reading every shipment."""

from datetime import UTC, datetime, timedelta

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Upper

# No day is added beyond what a time can hold.
LAST = datetime(9999, 12, 30, tzinfo=UTC)


def end_days(apps, schema_editor):
    """A promise of a day without a time ends with that day and not when it begins."""
    Shipment = apps.get_model("shipments", "Shipment")
    Promise = apps.get_model("shipments", "Promise")
    days = Promise.objects.filter(until__is_date_only=True, until_at=F("shipment__due_at"))
    Shipment.objects.filter(pk__in=days.values("shipment"), due_at__lt=LAST).update(
        due_at=F("due_at") + timedelta(days=1)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("shipments", "0005_what_staff_look_for"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="shipment", name="shipment_custom_reference"),
        migrations.RemoveIndex(model_name="shipment", name="shipment_order_reference"),
        migrations.AlterField(
            model_name="shipment",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="duplicates",
                to="shipments.shipment",
            ),
        ),
        migrations.RunPython(end_days, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="leg",
            name="carrier",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="shipments.carrier",
            ),
        ),
        migrations.AddIndex(
            model_name="leg",
            index=models.Index(fields=["carrier", "shipment"], name="leg_carrier"),
        ),
        migrations.AddIndex(
            model_name="leg",
            index=models.Index(
                fields=["carrier_code", "shipment"],
                name="leg_unknown_carrier",
                condition=Q(carrier__isnull=True),
            ),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(Upper("email"), name="recipient_email", condition=~Q(email="")),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                fields=["custom_reference", "merchant"],
                name="shipment_custom_reference",
                condition=~Q(custom_reference=""),
            ),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                fields=["order_reference", "merchant"],
                name="shipment_order_reference",
                condition=~Q(order_reference=""),
            ),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                fields=["-created_at", "-id"],
                name="shipment_newest_of_all",
            ),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                fields=["merchant", "-severity", "code_since", "id"],
                name="shipment_problem",
                condition=Q(severity__gte=2),
            ),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                fields=["-severity", "code_since", "id"],
                name="shipment_problem_of_all",
                condition=Q(severity__gte=2),
            ),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                fields=["merchant", "last_scan_at", "id"],
                name="shipment_silent",
                condition=Q(is_open=True, last_scan_at__isnull=False),
            ),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                fields=["last_scan_at", "id"],
                name="shipment_silent_of_all",
                condition=Q(is_open=True, last_scan_at__isnull=False),
            ),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                fields=["merchant", "due_at", "id"],
                name="shipment_late",
                condition=Q(is_open=True, due_at__isnull=False),
            ),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                fields=["due_at", "id"],
                name="shipment_late_of_all",
                condition=Q(is_open=True, due_at__isnull=False),
            ),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                fields=["code", "merchant", "-created_at", "-id"],
                name="shipment_status",
            ),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                fields=["merged_into"],
                name="shipment_duplicates",
                condition=Q(merged_into__isnull=False),
            ),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                fields=["merchant", "-delivered_at"],
                name="shipment_delivered",
                condition=Q(delivered_at__isnull=False),
            ),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                fields=["-delivered_at"],
                name="shipment_delivered_of_all",
                condition=Q(delivered_at__isnull=False),
            ),
        ),
    ]
