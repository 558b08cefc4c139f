"""The page on which a file of shipments is handed over, and the files that help with it."""

from typing import Any

from django import forms
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone

from apps.desk import importing, run_pages, spreadsheets
from apps.desk.import_columns import COLUMNS
from apps.desk.import_tables import MOST_BYTES, MOST_ROWS, TOO_LARGE
from apps.desk.models import Run
from apps.desk.pages import OPERATORS, merchants, page, show
from apps.shipments.models import Merchant
from apps.shipments.reports import clean

KINDS = ".csv,.txt,.tsv,.xlsx"


class FileForm(forms.Form):
    merchant = forms.ModelChoiceField(Merchant.objects.none())
    file = forms.FileField(label="File", widget=forms.FileInput(attrs={"accept": KINDS}))

    def __init__(self, own: Any, *said: Any) -> None:
        super().__init__(*said)
        choices = self.fields["merchant"]
        assert isinstance(choices, forms.ModelChoiceField)  # noqa: S101  for the type checker
        choices.queryset = own
        some = list(own[:2])
        self.is_of_one = len(some) == 1
        if self.is_of_one:
            choices.initial, choices.widget = some[0], forms.HiddenInput()

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(TOO_LARGE)
        return file


@page("import/", name="import", roles=OPERATORS)
def import_page(request: HttpRequest) -> HttpResponse:
    """Take a file and have it checked; nothing is brought in before somebody says so."""
    own = merchants(request, OPERATORS).order_by("name")
    said = (request.POST, request.FILES) if request.method == "POST" else ()
    form = FileForm(own, *said)
    if said and form.is_valid():
        return HttpResponseRedirect(run_pages.address(_started(request, form)))
    context = {
        "title": "Import shipments",
        "form": form,
        "columns": COLUMNS,
        "most_rows": MOST_ROWS,
        "most_megabytes": MOST_BYTES // 1024**2,
    }
    return show(request, "desk/import/form.html", context)


def _started(request: HttpRequest, form: FileForm) -> Run:
    file, merchant = form.cleaned_data["file"], form.cleaned_data["merchant"]
    name = clean(file.name, 100)
    run = importing.start(
        file.read(), name, merchant=merchant, user=request.user, now=timezone.now()
    )
    words = f"Handed over “{name}” to be checked."
    LogEntry.objects.log_actions(request.user.pk or 0, [run], ADDITION, change_message=words)
    return run


@page("import/template.<slug:kind>", name="import_template", roles=OPERATORS, methods=("GET",))
def template(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Return a file with all columns and a row that shows what goes into them."""
    rows = [[column.title for column in COLUMNS], [column.example for column in COLUMNS]]
    if kind not in spreadsheets.KINDS:
        raise Http404
    return spreadsheets.answer(rows, kind, "shipments-template")


@page("runs/<int:pk>/errors.csv", name="run_errors", roles=OPERATORS, methods=("GET",))
def errors(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Return the rows that cannot be taken, each with what to do, to be mended and sent again."""
    run = run_pages.reached(request, pk)
    if run.kind != Run.Kind.IMPORT or not run.found or not run.table:
        raise Http404
    sheet = importing.unpacked(run)
    words: dict[int, list[str]] = {}
    for line, column, text in ((one.line, one.column, one.words) for one in sheet.faults):
        words.setdefault(line, []).append(f"{column} {text}".strip())
    rows: list[list[str]] = [[*sheet.header, "Row", "Mistakes"]]
    for row in sheet.bad:
        padded = [*row.cells, *[""] * (len(sheet.header) - len(row.cells))]
        mistakes = words.get(row.line, ["belongs to a shipment with a mistake in another row"])
        rows.append([*padded, str(row.line), "; ".join(mistakes)])
    run_pages.note(request, run, "Took the rows with mistakes.", run.state, run.state)
    return spreadsheets.answer(rows, "csv", f"rows-with-mistakes-{run.pk}")
