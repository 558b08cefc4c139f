from django.db import migrations


class Migration(migrations.Migration):
    """The log of one row is read on its page; Django has no index for that."""

    dependencies = [
        ("desk", "0002_run_tries"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX desk_log_of_a_row ON django_admin_log (content_type_id, object_id)",
            "DROP INDEX desk_log_of_a_row",
        ),
    ]
