from django.urls import path

from articles.views import articles, details, feeds, imports, sources, tables

urlpatterns = [
    path("articles/", articles.article_list, name="article_list"),
    path("articles/<uuid:article_id>/details/", details.article_details, name="article_details"),
    path("articles/<uuid:article_id>/extract-again/", imports.import_again, name="extract_again"),
    path("articles/<uuid:article_id>/blocks/<int:number>/role", details.block_role, name="block_role"),
    path("articles/<uuid:article_id>/not-the-same/<uuid:other_id>/", details.not_the_same, name="not_the_same"),
    path("articles/proposals/<uuid:proposal_id>/", details.proposal_decide, name="proposal_decide"),
    path("imports/", imports.import_list, name="import_list"),
    path("imports/new/", imports.import_start, name="import_start"),
    path("imports/feeds/", feeds.feed_list, name="feed_list"),
    path("imports/feeds/<uuid:feed_id>/", feeds.feed_edit, name="feed_edit"),
    path("imports/feeds/<uuid:feed_id>/pause/", feeds.feed_pause, name="feed_pause"),
    path("imports/feeds/<uuid:feed_id>/resume/", feeds.feed_resume, name="feed_resume"),
    path("imports/feeds/<uuid:feed_id>/stop/", feeds.feed_stop, name="feed_stop"),
    path("imports/<uuid:run_id>/", imports.import_detail, name="import_detail"),
    path("imports/<uuid:run_id>/progress/", imports.import_progress, name="import_progress"),
    path("imports/<uuid:run_id>/cancel/", imports.import_cancel, name="import_cancel"),
    path("imports/<uuid:run_id>/retry/", imports.import_retry, name="import_retry"),
    path("imports/<uuid:run_id>/columns/", tables.import_columns, name="import_columns"),
    path("imports/<uuid:run_id>/errors.csv", imports.import_errors, name="import_errors"),
    path("sources/", sources.source_list, name="source_list"),
    path("sources/<uuid:source_id>/", sources.source_edit, name="source_edit"),
    path("sources/<uuid:source_id>/merge/", sources.source_merge, name="source_merge"),
]
