"""The tables of publishing, one module per topic. Import them from here."""

from publishing.models.check_texts import CheckText, CheckVector, UncomparedArticle, UnindexedCheck
from publishing.models.delivery import Delivery, DeliveryAttempt, EndpointHealth, Receipt, WebhookEndpoint
from publishing.models.exports import ExportRun
from publishing.models.fact_checks import Change, ErrorReport, FactCheck, FactCheckVersion
from publishing.models.foreign import ForeignCheck, ForeignCheckWording

__all__ = [
    "Change",
    "CheckText",
    "CheckVector",
    "Delivery",
    "DeliveryAttempt",
    "EndpointHealth",
    "ErrorReport",
    "ExportRun",
    "FactCheck",
    "FactCheckVersion",
    "ForeignCheck",
    "ForeignCheckWording",
    "Receipt",
    "UncomparedArticle",
    "UnindexedCheck",
    "WebhookEndpoint",
]
