"""What a model promises about its rows stands in the database: upgrades have taken unique indexes away unseen."""

import pytest
from django.apps import apps
from django.db import connection


@pytest.mark.django_db
def test_every_constraint_and_index_of_a_model_is_in_the_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes UNION SELECT conname FROM pg_constraint")
        there = {name for (name,) in cursor.fetchall()}
    told = {one.name for model in apps.get_models() for one in (*model._meta.constraints, *model._meta.indexes)}
    assert told - there == set()
