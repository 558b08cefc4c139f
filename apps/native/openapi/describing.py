"""From tables and addresses to OpenAPI 3.1: drf-spectacular finds what is served, we say what
it is."""

from typing import Any

import msgspec
from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.api.languages import Language, language_of
from apps.native.openapi import refusing
from apps.native.openapi.operations import (
    Answer,
    Body,
    Document,
    Header,
    Json,
    Operation,
    Parameter,
)

OPENAPI = "3.1.1"
REF = "#/components/schemas/{name}"
KEY = "key"
EVERYWHERE = """

A method that an address does not serve is answered 405, with those it does in `Allow`."""


class Endpoints(EndpointEnumerator):
    """The addresses of one language, each written once, without a slash at its end."""

    language: Language | None = None

    def get_path_from_regex(self, path_regex: str) -> str:
        path: str = super().get_path_from_regex(path_regex)  # type: ignore[no-untyped-call]
        return path.rstrip("/").replace("{pk}", "{id}") or "/"

    def should_include_endpoint(self, path: str, callback: Any) -> bool:
        is_ours = self.language is None or language_of(path) is self.language
        return is_ours and bool(super().should_include_endpoint(path, callback))


def endpoints_of(language: Language) -> type[Endpoints]:
    """Return the finder of one language's addresses; the generator makes one itself."""
    return type("EndpointsOfOne", (Endpoints,), {"language": language})


class Described(AutoSchema):
    """Takes an operation from its document's table; what is not there is left out."""

    def __init__(self, document: Document, shapes: "Shapes") -> None:
        super().__init__()
        self.document, self.shapes = document, shapes

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: ComponentRegistry
    ) -> Json | None:
        operation = self.document.operations.get((method.upper(), path))
        if operation is None:
            return None
        scope = getattr(self.view, "scopes", {}).get(method.upper())
        names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        named = tuple(self.document.named[name] for name in names)
        return self.shapes.operation(operation, named, scope.value if scope else "")


class Generator(SchemaGenerator):
    """Writes one document."""

    def __init__(self, document: Document) -> None:
        super().__init__(api_version=document.version)  # type: ignore[no-untyped-call]
        self.document, self.shapes = document, Shapes(document)
        self.endpoint_inspector_cls = endpoints_of(document.language)

    def create_view(self, callback: Any, method: str, request: Request | None = None) -> APIView:
        view: APIView = super().create_view(callback, method, request)  # type: ignore[no-untyped-call]
        self._set_schema_to_view(view, Described(self.document, self.shapes))  # type: ignore[no-untyped-call]
        return view

    def get_schema(self, request: Request | None = None, public: bool = True) -> Json:
        whole: Json = super().get_schema(request, public)  # type: ignore[no-untyped-call]
        whole |= {"openapi": OPENAPI, "info": self._info(), "servers": [{"url": "/"}]}
        schemes = {KEY: scheme_of(self.document.language)}
        whole["components"] = {**self.shapes.components, "securitySchemes": schemes}
        whole["security"] = [{KEY: []}]
        tags = dict.fromkeys(one.tag for one in self.document.operations.values())
        whole["tags"] = [{"name": tag} for tag in tags]
        return whole

    def _info(self) -> Json:
        return {
            "title": self.document.title,
            "version": self.document.version,
            "description": f"{self.document.words}\n\n{self.document.more}{EVERYWHERE}".strip(),
            "license": {"name": "MIT", "identifier": "MIT"},
        }


class Shapes:
    """Writes a document's operations; `components` are the parts they share."""

    def __init__(self, document: Document) -> None:
        self.document = document
        shapes = list(dict.fromkeys([document.error_shape, *_shapes_of(document)]))
        written, schemas = msgspec.json.schema_components(shapes, ref_template=REF)
        self._written = dict(zip(shapes, written, strict=True))
        usual = refusing.usual_headers(document.language)
        self._usual = {one.name: {"$ref": f"#/components/headers/{one.name}"} for one in usual}
        self.components: dict[str, Json] = {
            "schemas": schemas,
            "headers": {one.name: _header(one) for one in usual},
            "responses": {},
        }

    def operation(self, told: Operation, named: tuple[Parameter, ...], scope: str) -> Json:
        parts: Json = {
            "operationId": told.name,
            "summary": told.summary,
            "tags": [told.tag],
            "description": f"{told.words}\n\n{_scope_words(scope)}".strip(),
            "parameters": [_parameter(one) for one in (*named, *told.parameters)],
            "responses": self._answers(told),
        }
        if not parts["parameters"]:
            del parts["parameters"]
        return parts | ({"requestBody": self._body(told.body)} if told.body else {})

    def _answers(self, told: Operation) -> Json:
        well = {str(answer.status): self._answer(answer) for answer in told.answers}
        return well | {str(status): self._refusal(status) for status in refusing.statuses_of(told)}

    def _refusal(self, status: int) -> Json:
        """Return where a refusal is, written once for all operations."""
        name, responses = f"Refused{status}", self.components["responses"]
        if name not in responses:
            language, shape = self.document.language, self.document.error_shape
            responses[name] = self._answer(refusing.refusal(status, language, shape))
        return {"$ref": f"#/components/responses/{name}"}

    def _answer(self, answer: Answer) -> Json:
        own = {header.name: _header(header) for header in answer.headers}
        written: Json = {"description": answer.words, "headers": self._usual | own}
        if answer.shape is not None:
            content = {"schema": self._written[answer.shape]}
            example = {"example": answer.example()} if answer.example else {}
            written["content"] = {answer.media_type: content | example}
        return written

    def _body(self, body: Body) -> Json:
        content = {"schema": self._written[body.shape], "example": body.example()}
        return {"required": body.is_required, "content": {"application/json": content}}


def scheme_of(language: Language) -> Json:
    """Return how a key is shown to an API."""
    if language.key_scheme:
        return {"type": "http", "scheme": language.key_scheme.lower()}
    return {"type": "apiKey", "in": "header", "name": language.key_header}


def _shapes_of(document: Document) -> list[Any]:
    told = document.operations.values()
    bodies = [one.body.shape for one in told if one.body]
    return bodies + [a.shape for one in told for a in one.answers if a.shape is not None]


def _scope_words(scope: str) -> str:
    return f"Takes a key with the scope `{scope}`." if scope else ""


def _parameter(one: Parameter) -> Json:
    written: Json = {
        "name": one.name,
        "in": one.place,
        "description": one.words,
        "required": one.is_required,
        "schema": msgspec.json.schema(one.shape),
    }
    return written if one.example is None else written | {"example": one.example}


def _header(header: Header) -> Json:
    written: Json = {"description": header.words, "schema": {"type": "string"}}
    return written | ({"example": header.example} if header.example else {})
