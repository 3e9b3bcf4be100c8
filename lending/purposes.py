"""What a declared purpose of a loan is called: the room above that keeps the policy registers its words here."""

from collections.abc import Callable

from lending.models import Loan

Words = Callable[[Loan], str]
_WORDS: list[Words] = []


def purpose_words_register(words: Words) -> None:
    """Have `words` name the purpose of a loan; the one registered last counts."""
    _WORDS[:] = [words]


def purpose_words(loan: Loan) -> str:
    """The declared purpose as people call it; its code where nobody names it, a dash where there is none."""
    return (_WORDS[0](loan) if _WORDS and loan.purpose else loan.purpose) or "–"
