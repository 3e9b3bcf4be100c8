"""A review in one process while a worker holds one of its chunks."""

import threading

import pytest
from django.db import connections, transaction

from monitoring.models import ReviewChunk
from monitoring.services.reviews import review_as_of
from monitoring.services.runs import run_open
from tests.factories.monitoring import AT, DAY, card, many_loans, post_loan_goes_live, reviewed

LOANS, CHUNK = 12, 4


@pytest.mark.django_db(transaction=True)
def test_a_chunk_that_a_worker_holds_is_waited_for_and_taken_over_when_it_dies():
    post_loan_goes_live()
    many_loans(LOANS)
    run = run_open(product=card(), as_of=review_as_of(DAY, card()), at=AT, chunk_loans=CHUNK)
    held, let_go = threading.Event(), threading.Event()

    def worker():
        try:
            with transaction.atomic():
                ReviewChunk.objects.select_for_update().get(run=run, number=0)
                held.set()
                let_go.wait(30)
        finally:
            connections.close_all()

    def progress(_run, accounted):
        seen.append(accounted)
        if accounted == LOANS:
            let_go.set()

    seen: list[int] = []
    thread = threading.Thread(target=worker)
    thread.start()
    assert held.wait(30)
    ended = reviewed(chunk_loans=CHUNK, progress=progress)
    thread.join(30)
    assert (ended.state, ended.done_count + ended.skipped_count) == ("COMPLETE", LOANS)
    assert len(seen) > LOANS // CHUNK
