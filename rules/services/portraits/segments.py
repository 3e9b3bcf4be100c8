"""The portrait policy as it is governed, and customers placed in its segments."""

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.governed_kinds import Kind, kind_register
from rules.engine.segments import (
    NOT_ASSESSED,
    RESERVED,
    Placed,
    SegmentProgram,
    segment_problems,
    segment_scope,
    segment_values,
)
from rules.localised import localised
from scoring.portraits.policy import KIND, MOST_SEGMENTS, PortraitPolicy
from scoring.portraits.portrait import Portrait
from scoring.services.catalogues.life import NoLiveCatalogueError, catalogue_live
from scoring.services.portraits.instruments import Instruments

SEGMENT_WORDS = {
    "standard": (gettext_lazy("Standard"), gettext_lazy("No segment's condition holds.")),
    "not_assessed": (gettext_lazy("Not assessed"), gettext_lazy("Not enough is known to tell.")),
}


def segments_of(portraits: Iterable[Portrait], instruments: Instruments) -> list[Placed]:
    """Where the customer of each portrait belongs; NOT_ASSESSED where no policy is in force.

    Raises ExpressionInvalid where the policy's conditions read what the catalogue no longer has.
    """
    if instruments.policy is None:
        return [Placed(NOT_ASSESSED) for _portrait in portraits]
    program = SegmentProgram(instruments.policy.segments, segment_scope(instruments.catalogue))
    return [program.place(segment_values(portrait)) for portrait in portraits]


def segment_label(code: str, policy: PortraitPolicy | None) -> str:
    """A segment in the reader's language."""
    if code in SEGMENT_WORDS:
        return str(SEGMENT_WORDS[code][0])
    return next((localised(one) for one in (policy.segments if policy else []) if one.code == code), code)


def policy_problems(policy: PortraitPolicy, _name: str) -> list[str]:
    """Everything wrong with a policy, in sentences of the reader's language."""
    problems = [] if policy.p0 < policy.p1 else [_("The PD of coefficient 0 must lie below the PD of coefficient 1.")]
    if len(policy.segments) > MOST_SEGMENTS:
        problems.append(_("There are more than %(most)s segments.") % {"most": MOST_SEGMENTS})
    codes = Counter(one.code for one in policy.segments)
    twice = [code for code, many in codes.items() if many > 1]
    problems += [_("The segment %(code)s is given twice.") % {"code": code} for code in twice]
    problems += [
        _("The code %(code)s is kept for those in no segment.") % {"code": code} for code in codes if code in RESERVED
    ]
    try:
        scope = segment_scope(catalogue_live())
    except NoLiveCatalogueError:
        return [*problems, _("No variable catalogue is live: conditions cannot be checked.")]
    return [
        *problems,
        *(f"{found.path}: {localised(found, 'message')}" for found in segment_problems(policy.segments, scope)),
    ]


def portrait_policy_register() -> None:
    """Make the kind known to the mechanism of governed documents."""
    kind_register(
        Kind(
            KIND,
            PortraitPolicy,
            title=gettext_lazy("Portrait policy"),
            help=gettext_lazy(
                "The scale of the personal risk coefficient (0 at the lower PD, 1 at the upper one, higher is riskier)"
                " and the segments, asked in their order: the first whose condition holds is the customer's."
            ),
            check=policy_problems,
            name_choices=lambda: [("", gettext_lazy("All products"))],
            labels={
                "p0": gettext_lazy("PD of coefficient 0"),
                "p1": gettext_lazy("PD of coefficient 1"),
                "horizon_months": gettext_lazy("horizon of the PD, in months"),
                "segments": gettext_lazy("Segments"),
                "segments.code": gettext_lazy("code"),
                "segments.en": gettext_lazy("name (English)"),
                "segments.zh": gettext_lazy("name (Chinese)"),
                "segments.when": gettext_lazy("condition"),
            },
        )
    )
