"""Many threads, versions added while others match, and forked children."""

import os
import random
import signal
import subprocess
import sys
import textwrap
import threading

from rules.engine.patterns import host, reference, search
from rules.engine.patterns.facts import facts_check
from tests.factories.patterns import random_facts, random_pattern

SOAK = bool(os.environ.get("RISKENGINE_SOAK"))


def test_threads_find_what_brute_force_finds_while_versions_are_added():
    wrong, done = [], []

    def work(seed):
        rng = random.Random(seed)
        for number in range(5_000 if SOAK else 150):
            pattern = random_pattern(random.Random((seed * 7 + number // 10) % 60), number // 10)
            facts = random_facts(rng, limit=8)
            found = sorted(search.bindings(pattern, facts_check(facts), 2**40))
            if found != reference.match(pattern, facts, 2**40):
                wrong.append((seed, number))
            done.append(1)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(done) == 8 * (5_000 if SOAK else 150)


def test_the_stock_host_runs_actions_on_threads_of_its_own():
    """The twin: why the dispatch threads are switched off."""
    script = """
    import threading, time
    from durable import engine
    strange, mine, lost = [], set(), 0
    def action(context):
        if threading.get_ident() not in mine: strange.append(1)
        time.sleep(0.0005)
    host = engine.Host({"r": {"m": {"all": [{"m": {"k": 1}}], "run": action}}})
    def work(seed):
        mine.add(threading.get_ident())
        for number in range(400):
            try: host.assert_fact("r", {"sid": f"{seed}-{number}", "id": number, "k": 1})
            except Exception: strange.append(1)
    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    [t.start() for t in threads]; [t.join() for t in threads]
    time.sleep(0.5)
    print(len(strange))
    import os; os._exit(1 if strange else 0)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0, done.stdout


def child_matches(seconds=10):
    """Whether a forked child finds what the parent finds; False if it hangs or fails."""
    pattern, facts = random_pattern(random.Random(3), 3), facts_check(random_facts(random.Random(3)))
    expected = search.bindings(pattern, facts, 2**40)
    pid = os.fork()
    if pid == 0:
        signal.alarm(seconds)  # a child that hangs is ended by SIGALRM
        os._exit(0 if search.bindings(pattern, facts, 2**40) == expected else 1)
    return os.waitpid(pid, 0)[1] == 0


def test_a_forked_child_matches_after_its_parent_has():
    assert child_matches()


def test_a_child_forked_in_the_middle_of_a_match_does_not_wait_for_its_parent():
    with in_the_middle():
        assert child_matches_while_locked()


def test_it_waits_for_ever_when_the_child_keeps_the_parents_host(monkeypatch):
    with in_the_middle():
        assert not child_matches_while_locked(keep=True)


def in_the_middle():
    return host.correlator()._lock


def child_matches_while_locked(keep=False):
    pattern, facts = random_pattern(random.Random(3), 3), facts_check(random_facts(random.Random(3)))
    kept = dict(host._STATE)
    pid = os.fork()
    if pid == 0:
        if keep:
            host._STATE.update(kept)
        signal.alarm(2)
        pattern_facts = [fact for fact in facts if fact.kind in pattern.kinds]
        host.correlator().bindings(pattern, pattern_facts, lambda _found: False)
        os._exit(0)
    return os.waitpid(pid, 0)[1] == 0
