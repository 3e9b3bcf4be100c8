"""Tens of thousands of evaluations in flat memory."""

import os
import subprocess
import sys
import textwrap

import pytest

EVALUATIONS = 50_000 if os.environ.get("RISKENGINE_SOAK") else 2_000


@pytest.mark.soak
def test_memory_stays_flat():
    script = f"""
    import random, resource, time
    from rules.engine.patterns import search
    from rules.engine.patterns.facts import facts_check
    from tests.factories.patterns import random_facts, random_pattern
    rng = random.Random(5)
    patterns = [random_pattern(rng, number) for number in range(12)]
    sets = [facts_check(random_facts(rng)) for _ in range(200)]
    def rss():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize() / 2**20
    def some(count):
        for number in range(count):
            pattern = patterns[number % 12]
            facts = [fact for fact in sets[number % 200] if search.is_usable(pattern, fact)]
            if facts:
                search.correlator().bindings(pattern, facts, lambda found: False)
    some(1_000)
    before, start = rss(), time.perf_counter()
    some({EVALUATIONS})
    print(f"{{(time.perf_counter() - start) / {EVALUATIONS} * 1e6:.0f}} us each")
    print(round(rss() - before, 1))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=550, check=False
    )
    assert done.returncode == 0, done.stderr
    print(EVALUATIONS, done.stdout)
    assert float(done.stdout.split()[-1]) <= 8
