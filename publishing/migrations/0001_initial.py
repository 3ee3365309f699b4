import articles.models.finder
import core.ids
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.fields.json
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from core.database.schema import InstallSQL


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('annotations', '0001_initial'),
        ('articles', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='WebhookEndpoint',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('url', models.URLField(max_length=2000)),
                ('description', models.CharField(blank=True, default='', max_length=200)),
                ('events', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, help_text='Empty: all.')),
                ('secret', models.TextField(help_text='Encrypted; shown once.')),
                ('previous_secret', models.TextField(blank=True, default='')),
                ('previous_secret_until', models.DateTimeField(blank=True, null=True)),
                ('is_active', models.BooleanField(default=True)),
                ('disabled_reason', models.CharField(blank=True, default='', max_length=200)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='UnindexedCheck',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('owner_id', models.UUIDField()),
                ('is_foreign', models.BooleanField()),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField(null=True, unique=True)),
                ('kind', models.CharField(choices=[('fact_check', 'Fact Check'), ('article', 'Article'), ('import', 'Import'), ('export', 'Export')], max_length=12)),
                ('object_id', models.UUIDField()),
                ('event', models.CharField(help_text="The webhook's type, such as fact_check.published.", max_length=40)),
                ('state', models.CharField(choices=[('updated', 'updated'), ('deleted', 'deleted')], max_length=8)),
                ('reason', models.CharField(max_length=15)),
                ('version', models.PositiveIntegerField(default=0)),
                ('etag', models.CharField(blank=True, default='', max_length=64)),
                ('notice', models.TextField(blank=True, default='')),
                ('is_latest', models.BooleanField(default=True)),
                ('modified_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(condition=models.Q(('seq', None)), fields=['id'], name='change_unnumbered'), models.Index(condition=models.Q(('is_latest', True)), fields=['seq'], name='change_feed'), models.Index(condition=models.Q(('is_latest', True), ('state', 'deleted')), fields=['seq', 'modified_at'], name='change_tombstones')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_latest', True)), fields=('kind', 'object_id'), name='change_latest_once'), models.CheckConstraint(condition=models.Q(('state__in', ['updated', 'deleted'])), name='change_state_known')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('event', models.CharField(max_length=40)),
                ('body', models.TextField(help_text='The exact bytes that are signed and sent, on replay too.')),
                ('state', models.CharField(choices=[('pending', 'Pending'), ('delivered', 'Delivered'), ('failed', 'Gave up'), ('cancelled', 'Cancelled')], default='pending', max_length=10)),
                ('attempts_made', models.PositiveIntegerField(default=0)),
                ('next_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('change', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='publishing.change')),
                ('replay_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='replays', to='publishing.delivery')),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='publishing.webhookendpoint')),
            ],
            options={
                'verbose_name_plural': 'deliveries',
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['next_at'], name='delivery_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('change__isnull', False), ('replay_of', None)), fields=('endpoint', 'change'), name='delivery_once')],
            },
        ),
        migrations.CreateModel(
            name='DeliveryAttempt',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('request_headers', models.JSONField(default=dict)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('response_headers', models.JSONField(default=dict)),
                ('response_body', models.TextField(blank=True, default='')),
                ('error', models.CharField(blank=True, default='', max_length=300)),
                ('duration_ms', models.PositiveIntegerField(default=0)),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='publishing.delivery')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='EndpointHealth',
            fields=[
                ('endpoint', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='health', serialize=False, to='publishing.webhookendpoint')),
                ('failures', models.PositiveIntegerField(default=0, help_text='Failed attempts since the last one that was taken.')),
                ('failing_since', models.DateTimeField(blank=True, null=True)),
                ('paused_until', models.DateTimeField(blank=True, null=True)),
                ('last_problem', models.CharField(blank=True, default='', max_length=300)),
                ('is_warned', models.BooleanField(default=False, help_text='People were told of this outage by mail.')),
            ],
            options={
                'verbose_name_plural': 'endpoint health',
            },
        ),
        migrations.CreateModel(
            name='FactCheck',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('slug', models.SlugField(max_length=120, unique=True)),
                ('version', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('published', 'Published'), ('suspended', 'Under review'), ('retracted', 'Retracted'), ('removed', 'Removed for legal reasons')], default='published', max_length=10)),
                ('notice', models.TextField(blank=True, default='', help_text='What readers are told of a suspension or retraction.')),
                ('canonical_url', models.URLField(blank=True, default='', max_length=2000)),
                ('headline', models.CharField(blank=True, default='', max_length=300)),
                ('rating_label', models.CharField(blank=True, default='', max_length=120)),
                ('rating_class', models.CharField(blank=True, default='', max_length=20)),
                ('language', models.CharField(blank=True, default='', max_length=35)),
                ('document', models.JSONField(blank=True, null=True)),
                ('etag', models.CharField(blank=True, default='', max_length=64)),
                ('published_at', models.DateTimeField()),
                ('modified_at', models.DateTimeField()),
                ('claim', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='fact_check', to='annotations.claim')),
                ('verdict', models.ForeignKey(help_text='The live version.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='annotations.verdict')),
            ],
            options={
                'ordering': ['-published_at', '-pk'],
                'indexes': [models.Index(fields=['-published_at', '-id'], name='fact_check_newest_first'), models.Index(fields=['rating_class'], name='fact_check_rating_class'), models.Index(condition=models.Q(('canonical_url', ''), _negated=True), fields=['canonical_url'], name='fact_check_canonical'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.fields.json.KeyTransform('appearances', django.db.models.fields.json.KeyTransform('claim', 'document')), name='jsonb_path_ops'), name='fact_check_appearances')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['published', 'suspended', 'retracted', 'removed'])), name='fact_check_state_known')],
            },
        ),
        migrations.CreateModel(
            name='ErrorReport',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('body', models.TextField()),
                ('reply_to', models.EmailField(blank=True, default='', max_length=254)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('task', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reports', to='annotations.rechecktask')),
                ('fact_check', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='error_reports', to='publishing.factcheck')),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ForeignCheck',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('url', models.URLField(blank=True, default='', help_text='Canonical; empty where none was given.', max_length=2000)),
                ('claim_sha256', models.CharField(help_text='Of claim_text, as one page may review several claims; without an address of publisher and date too.', max_length=64)),
                ('publisher', models.CharField(max_length=200)),
                ('claim_text', models.TextField()),
                ('claimant_name', models.CharField(blank=True, default='', max_length=200)),
                ('label', models.CharField(max_length=200)),
                ('language', models.CharField(blank=True, default='', max_length=35)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('document', models.JSONField(default=dict)),
                ('seen_by', models.UUIDField(editable=False, help_text='The import run that brought it last: two of one run are never one check.', null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('url', 'claim_sha256'), name='foreign_check_once')],
            },
        ),
        migrations.CreateModel(
            name='CheckText',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('config', models.CharField(max_length=30)),
                ('language', models.CharField(blank=True, default='', max_length=35)),
                ('vector', django.contrib.postgres.search.SearchVectorField()),
                ('length', models.PositiveIntegerField(help_text='Distinct lexemes.')),
                ('text', models.TextField()),
                ('title', models.TextField(blank=True, default='')),
                ('is_quote', models.BooleanField(default=False, help_text='The words where the claim stands, not its statement.')),
                ('is_published', models.BooleanField(default=False, help_text="Readers may be told: another desk's, or published.")),
                ('claim', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='annotations.claim')),
                ('foreign', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='publishing.foreigncheck')),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['vector'], gin_pending_list_limit=64, name='check_text_words'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('is_published', True)), fields=['vector'], gin_pending_list_limit=64, name='check_text_published')],
                'constraints': [models.CheckConstraint(condition=models.Q(('claim__isnull', True), ('foreign__isnull', True), _connector='XOR'), name='check_text_of_one_thing')],
            },
        ),
        migrations.CreateModel(
            name='ForeignCheckWording',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('claim_text', models.TextField()),
                ('label', models.CharField(max_length=200)),
                ('document', models.JSONField()),
                ('replaced_at', models.DateTimeField()),
                ('foreign_check', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='earlier', to='publishing.foreigncheck')),
            ],
            options={
                'ordering': ['-replaced_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='UncomparedArticle',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('article', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article')),
            ],
        ),
        migrations.CreateModel(
            name='CheckVector',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('embedding', articles.models.finder.HalfVectorField(null=True)),
                ('is_published', models.BooleanField(db_default=False, default=False, help_text='As its text says, which is written anew when it changes.')),
                ('model', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.embeddingmodel')),
                ('text', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='publishing.checktext')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('embedding', None)), fields=['id'], name='check_vector_waits')],
                'constraints': [models.UniqueConstraint(fields=('text', 'model'), name='check_vector_once')],
            },
        ),
        migrations.CreateModel(
            name='ExportRun',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(help_text='One of publishing.exports.formats.KINDS.', max_length=15)),
                ('filter', models.JSONField(blank=True, default=dict)),
                ('state', models.CharField(choices=[('queued', 'queued'), ('running', 'running'), ('finished', 'finished'), ('failed', 'failed'), ('cancelled', 'cancelled'), ('expired', 'expired')], default='queued', max_length=10)),
                ('total', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('error', models.TextField(blank=True, default='')),
                ('path', models.CharField(blank=True, default='', max_length=300)),
                ('size', models.BigIntegerField(default=0)),
                ('sha256', models.CharField(blank=True, default='', max_length=64)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exports', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('path', ''), ('path__regex', '^exports/[A-Za-z0-9._-]+$'), _connector='OR'), name='export_path_is_an_export')],
            },
        ),
        migrations.CreateModel(
            name='FactCheckVersion',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('document_sha256', models.CharField(max_length=64)),
                ('kind', models.CharField(blank=True, default='', help_text='Empty for the first, else the correction kind.', max_length=15)),
                ('note', models.TextField(blank=True, default='')),
                ('is_single_approval', models.BooleanField(default=False)),
                ('published_at', models.DateTimeField()),
                ('fact_check', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='publishing.factcheck')),
                ('frozen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='annotations.frozencontent')),
                ('payload', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.payload')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('verdict', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='published_version', to='annotations.verdict')),
            ],
            options={
                'ordering': ['fact_check', 'number'],
                'indexes': [models.Index(fields=['-published_at', '-id'], name='fact_check_version_newest')],
                'constraints': [models.UniqueConstraint(fields=('fact_check', 'number'), name='fact_check_version_unique')],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField()),
                ('cms_url', models.URLField(max_length=2000)),
                ('status', models.CharField(choices=[('scheduled', 'scheduled'), ('live', 'live'), ('removed', 'removed')], max_length=10)),
                ('reported_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('fact_check', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='publishing.factcheck')),
                ('reported_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-reported_at', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('fact_check', 'cms_url'), name='receipt_once_per_page')],
            },
        ),
        # By hand from here on: kept by scripts/migrations.py.
        InstallSQL("publishing", "fact_checks", "changes", "removal", "webhooks", "reports", "check_texts"),
    ]
