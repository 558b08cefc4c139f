"""What a page tells machines."""

from django import template

from apps.pages.jsonld import json_ld

register = template.Library()
register.filter(json_ld)
