import articles.models.finder
import core.ids
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from core.database.schema import InstallSQL


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('url', models.URLField(blank=True, max_length=2000, null=True, unique=True)),
                ('external_id', models.CharField(blank=True, max_length=300, null=True)),
                ('file_name', models.CharField(blank=True, max_length=300, null=True)),
                ('title', models.CharField(max_length=1000)),
                ('byline', models.CharField(blank=True, default='', max_length=500)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('language', models.CharField(blank=True, default='', help_text='BCP 47; empty when not known.', max_length=35)),
                ('language_confidence', models.FloatField(blank=True, null=True)),
                ('edited_fields', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), blank=True, default=list, help_text="Details a person set: no import overwrites them, the publisher's value becomes a proposal.")),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('imported_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ArticleRevision',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('sha256', models.CharField(max_length=64)),
                ('blocks', models.JSONField()),
                ('text_profile', models.CharField(max_length=20)),
                ('publisher_version', models.CharField(blank=True, default='', help_text='As the publisher counts them.', max_length=40)),
                ('publisher_version_at', models.DateTimeField(blank=True, help_text='When the publisher made this version.', null=True)),
                ('minhash', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, null=True)),
                ('captured_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('article', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='articles.article')),
            ],
            options={
                'ordering': ['article', 'number'],
            },
        ),
        migrations.CreateModel(
            name='CorpusCount',
            fields=[
                ('corpus', models.CharField(max_length=20, primary_key=True, serialize=False)),
                ('total', models.PositiveIntegerField()),
                ('average_length', models.FloatField()),
                ('configs', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30))),
                ('searched_bytes', models.PositiveBigIntegerField(default=0, help_text='Of all search passages, when words were counted.')),
                ('counted_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='EmbeddingModel',
            fields=[
                ('id', models.SmallAutoField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200, unique=True)),
                ('dimensions', models.PositiveSmallIntegerField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('sha256', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('path', models.CharField(max_length=200)),
                ('size', models.BigIntegerField()),
                ('content_type', models.CharField(blank=True, default='', max_length=120)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='PendingRevision',
            fields=[
                ('revision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='pending', serialize=False, to='articles.articlerevision')),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('last_error', models.TextField(blank=True, default='')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['created_at', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='article',
            name='current_revision',
            field=models.ForeignKey(blank=True, help_text='What readers see. A newer revision becomes current when its passages have been placed.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.articlerevision'),
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200, unique=True)),
                ('domain', models.CharField(blank=True, max_length=253, null=True, unique=True)),
                ('language', models.CharField(blank=True, default='', max_length=35)),
                ('country', models.CharField(blank=True, default='', help_text='ISO 3166-1 alpha-2', max_length=2)),
                ('interests', models.TextField(blank=True, default='', help_text='Owner, funding, leanings a reader should know of.')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('merged_into', models.ForeignKey(blank=True, help_text='The source that took over its articles. The name and the domain of this one lead imports there.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_from', to='articles.source')),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('held', 'Waiting for a decision'), ('finished', 'Finished'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='queued', max_length=10)),
                ('label', models.CharField(blank=True, default='', max_length=300)),
                ('options', models.JSONField(blank=True, default=dict)),
                ('is_listed', models.BooleanField(default=False, help_text='All items are known; before that `total` still grows.')),
                ('total', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('created', models.PositiveIntegerField(default=0)),
                ('updated', models.PositiveIntegerField(default=0)),
                ('unchanged', models.PositiveIntegerField(default=0)),
                ('failed', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('cancel_requested_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='import_runs', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='import_runs', to='articles.source')),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'held', 'finished', 'failed', 'cancelled'])), name='import_run_state_known')],
            },
        ),
        migrations.CreateModel(
            name='FeedWatch',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('url', models.URLField(max_length=2000, unique=True)),
                ('name', models.CharField(blank=True, default='', help_text='As the desk calls it.', max_length=200)),
                ('every_minutes', models.PositiveIntegerField(default=30)),
                ('is_active', models.BooleanField(default=True)),
                ('etag', models.CharField(blank=True, default='', max_length=300)),
                ('last_modified', models.CharField(blank=True, default='', max_length=100)),
                ('next_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('fetched_at', models.DateTimeField(blank=True, help_text='When it last answered, with anything new or not.', null=True)),
                ('last_error', models.TextField(blank=True, default='', help_text='Empty once it answers again.')),
                ('failed_at', models.DateTimeField(blank=True, help_text='When it last could not be read.', null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='feeds', to='articles.source')),
            ],
            options={
                'ordering': ['url', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='article',
            name='origin',
            field=models.ForeignKey(blank=True, help_text='The wire or first publisher: sources are independent when their origins differ.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='originated_articles', to='articles.source'),
        ),
        migrations.AddField(
            model_name='article',
            name='source',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='articles.source'),
        ),
        migrations.CreateModel(
            name='ImportItem',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('position', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=500)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('held', 'Waiting for a decision'), ('created', 'New'), ('updated', 'Changed'), ('unchanged', 'Unchanged'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='queued', max_length=10)),
                ('locator', models.JSONField(blank=True, default=dict, help_text='Where in the raw bytes, or the URL to fetch.')),
                ('code', models.CharField(blank=True, default='', max_length=60)),
                ('detail', models.TextField(blank=True, default='')),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('lease_token', models.UUIDField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('article', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='import_items', to='articles.article')),
                ('revision', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='import_items', to='articles.articlerevision')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='articles.importrun')),
                ('raw', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='articles.storedfile')),
            ],
            options={
                'ordering': ['run', 'position', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='articlerevision',
            name='raw',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='articles.storedfile'),
        ),
        migrations.CreateModel(
            name='UnindexedArticle',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('article', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article')),
            ],
        ),
        migrations.CreateModel(
            name='WordCount',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('corpus', models.CharField(max_length=20)),
                ('lexeme', models.TextField()),
                ('texts', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('corpus', 'lexeme'), name='word_count_once')],
            },
        ),
        migrations.CreateModel(
            name='AlsoPublished',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('similarity', models.FloatField()),
                ('is_dismissed', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='also_published', to='articles.article')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='also_published_from', to='articles.article')),
            ],
            options={
                'ordering': ['-similarity', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('article', 'other'), name='also_published_once'), models.CheckConstraint(condition=models.Q(('article', models.F('other')), _negated=True), name='also_published_not_itself')],
            },
        ),
        migrations.CreateModel(
            name='BlockRole',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('block', models.PositiveIntegerField()),
                ('role', models.CharField(choices=[('headline', 'headline'), ('standfirst', 'standfirst'), ('body', 'body'), ('caption', 'caption'), ('list', 'list'), ('furniture', 'furniture')], max_length=20)),
                ('set_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='block_roles', to='articles.article')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='block_roles', to='articles.articlerevision')),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ('headline', 'standfirst', 'body', 'caption', 'list', 'furniture'))), name='block_role_known')],
            },
        ),
        migrations.CreateModel(
            name='FeedEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('key', models.CharField(help_text='SHA-256 of its address, else of its id.', max_length=64)),
                ('url', models.CharField(blank=True, default='', max_length=2000)),
                ('digest', models.CharField(help_text='Of what the feed says of it: its time of change and its words.', max_length=64)),
                ('is_announced', models.BooleanField(default=False, help_text='The feed says that it changed since its last visit.')),
                ('visited_at', models.DateTimeField(null=True)),
                ('next_at', models.DateTimeField(help_text='Null: not before the feed says that it changed.', null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('feed', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='articles.feedwatch')),
                ('item', models.ForeignKey(help_text='That brought it last.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='articles.importitem')),
            ],
            options={
                'ordering': ['feed', 'pk'],
                'indexes': [models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at'], name='feed_entry_due')],
                'constraints': [models.UniqueConstraint(fields=('feed', 'key'), name='feed_entry_once')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('field', models.CharField(choices=[('source', 'source'), ('origin', 'origin'), ('url', 'url'), ('byline', 'byline'), ('published_at', 'published_at'), ('language', 'language'), ('title', 'title')], max_length=30)),
                ('value', models.TextField()),
                ('basis', models.CharField(blank=True, default='', help_text='The words it was taken from.', max_length=500)),
                ('state', models.CharField(choices=[('open', 'Open'), ('accepted', 'Accepted'), ('dismissed', 'Dismissed')], default='open', max_length=10)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='articles.article')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['created_at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('article', 'field', 'value'), name='proposal_once'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'accepted', 'dismissed'])), name='proposal_state_known')],
            },
        ),
        migrations.CreateModel(
            name='SearchPassage',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('position', models.PositiveIntegerField()),
                ('start', models.PositiveIntegerField()),
                ('end', models.PositiveIntegerField()),
                ('config', models.CharField(max_length=30)),
                ('vector', django.contrib.postgres.search.SearchVectorField()),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='search_passages', to='articles.article')),
                ('revision', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='search_passages', to='articles.articlerevision')),
            ],
            options={
                'ordering': ['revision', 'position'],
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['vector'], gin_pending_list_limit=512, name='search_passage_vector')],
            },
        ),
        migrations.CreateModel(
            name='Sentence',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('config', models.CharField(max_length=30)),
                ('language', models.CharField(blank=True, default='', max_length=35)),
                ('vector', django.contrib.postgres.search.SearchVectorField()),
                ('length', models.PositiveIntegerField(help_text='Distinct lexemes.')),
                ('position', models.PositiveIntegerField()),
                ('start', models.PositiveIntegerField()),
                ('end', models.PositiveIntegerField()),
                ('is_headline', models.BooleanField(default=False)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article')),
                ('revision', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.articlerevision')),
            ],
            options={
                'ordering': ['revision', 'position'],
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['vector'], gin_pending_list_limit=128, name='sentence_words')],
            },
        ),
        migrations.CreateModel(
            name='SentenceVector',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('embedding', articles.models.finder.HalfVectorField(null=True)),
                ('model', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.embeddingmodel')),
                ('text', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.sentence')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('embedding', None)), fields=['id'], name='sentence_vector_waits')],
                'constraints': [models.UniqueConstraint(fields=('text', 'model'), name='sentence_vector_once')],
            },
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(fields=['-created_at', '-id'], name='article_newest_first'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(fields=['published_at'], name='article_published_at'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(fields=['language'], name='article_language'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id__isnull', False)), fields=('source', 'external_id'), name='article_external_id_within_source', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id__isnull', True), ('file_name__isnull', False), ('url__isnull', True)), fields=('source', 'file_name'), name='article_file_name_within_source', nulls_distinct=False),
        ),
        migrations.AddIndex(
            model_name='importitem',
            index=models.Index(fields=['run', 'state', 'position'], name='import_item_by_state'),
        ),
        migrations.AddConstraint(
            model_name='importitem',
            constraint=models.UniqueConstraint(fields=('run', 'position'), name='import_item_position'),
        ),
        migrations.AddConstraint(
            model_name='importitem',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'held', 'created', 'updated', 'unchanged', 'failed', 'cancelled'])), name='import_item_state_known'),
        ),
        migrations.AddIndex(
            model_name='articlerevision',
            index=models.Index(fields=['sha256'], name='revision_sha256'),
        ),
        migrations.AddIndex(
            model_name='articlerevision',
            index=models.Index(condition=models.Q(('minhash', None)), fields=['captured_at'], name='revision_to_enrich'),
        ),
        migrations.AddConstraint(
            model_name='articlerevision',
            constraint=models.UniqueConstraint(fields=('article', 'number'), name='revision_number_unique'),
        ),
        migrations.AddConstraint(
            model_name='articlerevision',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='revision_number_from_one'),
        ),
        migrations.AddConstraint(
            model_name='articlerevision',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='revision_text_not_empty'),
        ),
        migrations.AddConstraint(
            model_name='articlerevision',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('text'), 1000000), name='revision_text_bounded'),
        ),
        migrations.CreateModel(
            name='TextBands',
            fields=[
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='text_bands', serialize=False, to='articles.article')),
                ('bands', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField())),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.articlerevision')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['bands'], name='text_bands_keys')],
            },
        ),
        # By hand from here on: kept by scripts/migrations.py.
        InstallSQL("articles", "revisions", "finder"),
    ]
