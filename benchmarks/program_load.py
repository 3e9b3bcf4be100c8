"""`program_load`: a published version of 100 rules, from stored document to program, against Python's `compile`."""

from typing import Any

import msgspec

from benchmarks.harness import Row, compared, interleaved
from benchmarks.rule_eval_data import PRODUCT, STAGE, benchmark_catalogue, benchmark_program
from rules.engine.document import document_json, document_read
from rules.engine.program import compile_program
from rules.engine.source import source_of

RULES_LOADED = 100
MILLISECONDS = 1e3


def stored_document() -> dict[str, Any]:
    """The 60 rules of the benchmark and 40 of them again with a further condition."""
    document = msgspec.to_builtins(document_json(benchmark_program().document))
    rules = document["rules"]
    more = [
        {**rule, "code": f"M{number:02}", "when": f"({rule['when']}) and amount_requested > {number}"}
        for number, rule in enumerate(rules[: RULES_LOADED - len(rules)])
    ]
    return {**document, "rules": [*rules, *more]}


def program_load() -> Row:
    """Shape, types, plan, source and compilation; texts seen before are kept parsed, as in a running process."""
    document, catalogue = stored_document(), benchmark_catalogue()

    def ours() -> object:
        return compile_program(document_read(document), catalogue, product=PRODUCT, stage=STAGE)

    source = source_of(compile_program(document_read(document), catalogue, product=PRODUCT, stage=STAGE).plan)

    def reference() -> object:
        return compile(source, "<rule set>", "exec")

    our, other = interleaved([ours, reference], calls=1, rounds=21)
    words = "Python's own compile of the source generated for the same 100 rules"
    return compared("program_load", our, other, unit="ms", per_second=MILLISECONDS, words=words)
