"""What a problem's `type` leads to: what it means and what to do, for people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.api.errors import nothing_here
from apps.dialects.native_errors import PROBLEMS
from apps.native.marked_up import html_of


@require_safe
def problem(request: HttpRequest, code: str) -> HttpResponse:
    """GET /api/problems/{code}: explain a problem, as HTML for browsers, else as text. No key."""
    if code not in PROBLEMS:
        return nothing_here(request)
    title, what_to_do = PROBLEMS[code]
    if "text/html" in request.headers.get("accept", ""):
        told = {"code": code, "title": title, "what_to_do": html_of(what_to_do)}
        answer = render(request, "native/problem.html", told)
    else:
        text = f"{code}: {title}\n\n{what_to_do}\n"
        answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Vary"] = "Accept"
    return answer
