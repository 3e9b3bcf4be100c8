"""What can go wrong with patterns. A caller that gets one of these refers to a person."""

from riskengine.errors import InvalidInput, RiskEngineError, Unavailable


class PatternInvalid(InvalidInput):
    """The pattern cannot be compiled; `facts["problems"]` lists (code, path, message, position) of each problem."""

    code = "pattern_invalid"


class FactInvalid(InvalidInput):
    """A fact holds something the matcher must not see: wrong type, too long, or one id with two contents."""

    code = "fact_invalid"


class TooManyFacts(RiskEngineError):
    """More facts inside one window than are matched: unknown, so neither a hit nor none."""

    code = "pattern_too_many_facts"


class PatternFailed(Unavailable):
    """The correlation engine failed or contradicted itself; its answer is not used."""

    code = "pattern_engine_failed"
