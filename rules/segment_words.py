"""What the names of a segment's condition are called, in English and Chinese. Pure."""

from rules.engine.expression_words import SCORE_TERMS, Glossary, Term
from rules.engine.segments import GRX, WHOLE
from scoring.catalogue import Catalogue
from scoring.portrait_dimensions import DIMENSION_WORDS
from scoring.portraits.observation import MEASURES
from scoring.portraits.portrait import portrait_variables

FIGURES = {
    "timeliness": ("timeliness", "时效性"),
    "authenticity": ("authenticity", "真实性"),
    "completeness": ("completeness", "完整性"),
    "objectivity": ("objectivity", "客观性"),
}


def segment_glossary(catalogue: Catalogue) -> Glossary:
    """Every name of `rules.engine.segments.segment_scope`, with its wording."""
    terms = {
        name: Term(item.en, item.zh, item.unit, tuple(item.codes))
        for name, item in portrait_variables(catalogue).items()
    }
    terms |= {name: Term(en, zh) for name, (en, zh) in MEASURES.items()}
    terms |= {GRX: Term("Personal risk coefficient", "个人风险系数"), "pd": SCORE_TERMS["pd"]}
    for code, (en, zh) in [(WHOLE, ("Portrait", "画像")), *DIMENSION_WORDS.items()]:
        for figure, (figure_en, figure_zh) in FIGURES.items():
            terms[f"{code}_{figure}"] = Term(f"{en}: {figure_en}", f"{zh}：{figure_zh}", "share")
    return terms
