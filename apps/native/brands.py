"""A merchant's brands, managed by its own programs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from django.core.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.errors import Refusal
from apps.api.models import Scope
from apps.branding import drafts, editing
from apps.branding.models import Brand
from apps.native import faults
from apps.native.brand_words import (
    BrandChange,
    HistoryAnswer,
    NewBrand,
    write,
    write_version,
)
from apps.native.conditions import check_if_match, unless_known
from apps.native.door import NativeDoor, body_of, created, given
from apps.native.idempotency import once
from apps.native.paging import PAGING, check_parameters, page_of


class BrandDoor(NativeDoor):
    """What the addresses about brands share."""

    scopes: ClassVar[dict[str, Scope]] = dict.fromkeys(
        ("GET", "HEAD", "POST", "PATCH"), Scope.MANAGE
    )

    def brand(self, slug: str) -> Brand:
        """Return the merchant's own brand; raise 404."""
        return Brand.objects.get(merchant=self.merchant_id, slug=slug)

    @contextmanager
    def held(self, request: Request, slug: str) -> Iterator[Brand]:
        """Hold a brand of the version that `If-Match` names; word what it will not take."""
        try:
            with editing.held(self.merchant_id, slug) as brand:
                check_if_match(request, etag_of(brand))
                yield brand
        except ValidationError as error:
            raise faults.refusal_of(error) from error


class Brands(BrandDoor):
    """GET /api/brands: list them, newest first. POST /api/brands: make one."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: Request) -> Response:
        check_parameters(request, PAGING)
        page = page_of(request, Brand.objects.filter(merchant=self.merchant_id))
        return Response(page.body([write(one) for one in page.rows]))

    @once
    def post(self, request: Request) -> Response:
        wanted = given(body_of(request, NewBrand))
        faults.check_times(wanted)
        try:
            brand = editing.make(self.merchant_id, wanted.pop("slug"), wanted)
        except ValidationError as error:
            raise faults.refusal_of(error) from error
        except editing.TooMany as why:
            raise Refusal(409, message=str(why)) from why
        return tagged(created(write(brand), f"/api/brands/{brand.slug}"), brand)


class OneBrand(BrandDoor):
    """GET and PATCH /api/brands/{slug}: what is sent is published at once, as a new version."""

    http_method_names = ["get", "head", "patch"]

    def get(self, request: Request, slug: str) -> Response:
        brand = self.brand(slug)
        return unless_known(request, etag_of(brand)) or tagged(Response(write(brand)), brand)

    def patch(self, request: Request, slug: str) -> Response:
        wanted = given(body_of(request, BrandChange))
        faults.check_times(wanted)
        with self.held(request, slug) as brand:
            editing.amend(brand, wanted)
        return tagged(Response(write(brand)), brand)


class BrandHistory(BrandDoor):
    """GET /api/brands/{slug}/history: the last 50 versions."""

    http_method_names = ["get", "head"]

    def get(self, request: Request, slug: str) -> Response:
        found = drafts.versions(self.brand(slug))
        return Response(HistoryAnswer([write_version(one) for one in found]))


class BrandReturn(BrandDoor):
    """POST /api/brands/{slug}/history/{id}/return: publish an earlier version again."""

    http_method_names = ["post"]

    @once
    def post(self, request: Request, slug: str, version: int) -> Response:
        with self.held(request, slug) as brand:
            drafts.return_to(brand.pk, version, None, keeping=["domain"])
        brand.refresh_from_db()
        return tagged(Response(write(brand)), brand)


def etag_of(brand: Brand) -> str:
    return f'"{brand.pk}-{brand.version}"'


def tagged(response: Response, brand: Brand) -> Response:
    response["ETag"] = etag_of(brand)
    return response
