"""`manage.py diversion_report --seed S --report OUT.json`: how well diversion is found in seeded, synthetic cases."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from benchmarks.diversion_injections import injected
from benchmarks.diversion_streams import berka_streams, generated_streams
from monitoring.diversion.measuring import measured
from monitoring.diversion.pools import Method
from monitoring.loan_use_policy import loan_use_policy_of

NOTE = "Synthetic: cases injected by a seeded program written apart from the detector; no labelled public data exist."
STREAMS = 2_000
BERKA = 400


class Command(BaseCommand):
    help = "Measure how well diversion of loan money is found: seeded injections into generated and real statements."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, required=True, help="Whole number: the same one, the same cases")
        parser.add_argument("--report", type=Path, help="Where to write the figures as JSON")
        parser.add_argument("--product", default="instalment", help="Whose loan use policy is measured")
        parser.add_argument("--streams", type=int, default=STREAMS, help="Generated statements, half of them diverted")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0: the policy's method reaches what is wanted; 1: it does not; 2: wrong use."""
        live = loan_use_policy_of(options["product"], on=timezone.now().date())
        if live is None or options["streams"] < 20:
            raise CommandError("There is no loan use policy in force, or too few streams are asked for.", returncode=2)
        seed = options["seed"]
        sources = {"generated": generated_streams(options["streams"], seed), "berka": berka_streams(BERKA, seed)}
        figures = {
            name: [measured(injected(streams, seed), msgspec.structs.replace(live.value, method=one)) for one in Method]
            for name, streams in sources.items()
            if streams
        }
        report = {
            "label": "synthetic",
            "note": NOTE,
            "seed": seed,
            "policy": {"hash": live.content_hash, "method": live.value.method.value},
            "sources": figures,
            "missing": [name for name, streams in sources.items() if not streams],
        }
        if options["report"]:
            options["report"].write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
        for name, rows in figures.items():
            for row in rows:
                self._show(name, row)
        self.stdout.write(NOTE)
        used = [row for rows in figures.values() for row in rows if row["method"] == live.value.method.value]
        if not all(row["is_reached"] for row in used):
            raise CommandError("Recall or false positives are not what is wanted.", returncode=1)

    def _show(self, name: str, row: dict[str, Any]) -> None:
        recall = ", ".join(f"{pattern} {found['share']:.3f}" for pattern, found in row["recall"].items())
        none = row["false_positives"]
        at = ", ".join(
            f"{value:.2f} (at least {row['precision_at_least'][share]:.2f}) at {share}"
            for share, value in row["precision"].items()
            if value is not None
        )
        self.stdout.write(
            f"{name} {row['method']}: recall {recall}; false positives {none['suspected']} of {none['streams']}"
            f" (up to {none['high']:.3f}); precision {at}"
        )
