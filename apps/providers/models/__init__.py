"""The carriers' door's tables: accounts, watches, and what was heard."""

from apps.providers.models.accounts import Account, Spending, Tally
from apps.providers.models.hearing import Answer, Heard, Misfit
from apps.providers.models.watches import Ending, Urgency, Watch

__all__ = [
    "Account",
    "Answer",
    "Ending",
    "Heard",
    "Misfit",
    "Spending",
    "Tally",
    "Urgency",
    "Watch",
]
