"""The samples of every state, and the personal data that is planted in them."""

from apps.pages import samples
from apps.pages.sample_parts import LOOK, READER, RECIPIENT
from apps.pages.samples import WITHOUT_PARCEL

__all__ = ["LOOK", "PERSONAL", "READER", "RECIPIENT", "WITHOUT_PARCEL", "Case", "all_states"]

Case, all_states = samples.Sample, samples.all_samples

# None of these may be in any answer to whoever has not proved who they are.
PERSONAL = (
    "Zaphod", "Quimby", "zaphod@home.example", "900123", "Evergreen", "LS1 4AP", "LS1%204AP",
    "P. Jones", "Trillian",
)  # fmt: skip
