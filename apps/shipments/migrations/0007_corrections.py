import django.db.models.deletion
from django.db import migrations, models

FILL = """
    INSERT INTO shipments_unknownevent (word_id, shipment_id, key, fingerprint)
    SELECT w.id, e.shipment_id, e.key, e.fingerprint
    FROM shipments_event e
    JOIN shipments_unknownword w ON w.source = e.source
        AND w.word = CASE WHEN e.word = '' THEN e.carrier_code ELSE e.word END
    WHERE e.code = 'unknown.unmapped' AND NOT (w.word = '')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("shipments", "0006_queues"),
    ]

    operations = [
        migrations.AddField(
            model_name="shipment",
            name="former_numbers",
            field=models.JSONField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="shipment",
            name="erased_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.CreateModel(
            name="UnknownEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.BigIntegerField(editable=False)),
                ("fingerprint", models.IntegerField(editable=False)),
                (
                    "shipment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="shipments.shipment",
                    ),
                ),
                (
                    "word",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="shipments.unknownword",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["word", "id"], name="unknown_event_by_word")],
                "constraints": [
                    models.UniqueConstraint(fields=("shipment", "key"), name="unknown_event_once")
                ],
            },
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
