"""The tables of the articles app, one module per part; import them from here. Knows nothing of annotations."""

from articles.models.articles import BLOCK_ROLES, Article, ArticleRevision, BlockRole, PendingRevision, Proposal, Source
from articles.models.copies import AlsoPublished, TextBands
from articles.models.feeds import FeedEntry, FeedWatch
from articles.models.files import StoredFile
from articles.models.finder import CorpusCount, EmbeddingModel, Sentence, SentenceVector, UnindexedArticle, WordCount
from articles.models.imports import ImportItem, ImportRun
from articles.models.search import SearchPassage

__all__ = [
    "BLOCK_ROLES",
    "AlsoPublished",
    "Article",
    "ArticleRevision",
    "BlockRole",
    "CorpusCount",
    "EmbeddingModel",
    "FeedEntry",
    "FeedWatch",
    "ImportItem",
    "ImportRun",
    "PendingRevision",
    "Proposal",
    "SearchPassage",
    "Sentence",
    "SentenceVector",
    "Source",
    "StoredFile",
    "TextBands",
    "UnindexedArticle",
    "WordCount",
]
