"""People with seats for the desk's tests."""

from django.contrib.auth.models import User

from apps.desk.models import Membership, Role


def seat(merchant, name="anna", role=Role.OPERATOR):
    """Return a member of staff with a seat at the merchant."""
    user = User.objects.create_user(name, is_staff=True)
    Membership.objects.create(user=user, merchant=merchant, role=role)
    return user
