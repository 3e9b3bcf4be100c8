"""The classifications that the tests stand on: the demo's, of instalment loans and of cards."""

from monitoring.delinquency.buckets import Bucket
from monitoring.delinquency.classification import LoanClassification
from riskengine.demo.book import CARD, INSTALMENT
from riskengine.demo.delinquency import BUCKETS, CLASSIFICATIONS

LOAN: LoanClassification = CLASSIFICATIONS[INSTALMENT][0]
CARDS: LoanClassification = CLASSIFICATIONS[CARD][0]
SHIPPED: list[Bucket] = BUCKETS.buckets
EDGES = (0, 1, 7, 8, 30, 31, 60, 61, 90, 91, 120, 121, 180, 181, 270, 271, 360, 361)
