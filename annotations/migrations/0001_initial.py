import annotations.workflow
import core.ids
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from annotations.first_rows import fill_first_rows
from core.database.schema import InstallSQL


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('articles', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Verdict',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField()),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('changes_requested', 'Changes requested'), ('approved', 'Approved'), ('published', 'Published'), ('suspended', 'Suspended'), ('superseded', 'Superseded'), ('retracted', 'Retracted')], default=annotations.workflow.Status['DRAFT'], max_length=20)),
                ('headline', models.CharField(blank=True, default='', max_length=300)),
                ('rating_text', models.CharField(blank=True, default='', help_text='The label as it was typed, on a scale of free text.', max_length=120)),
                ('summary', models.TextField(blank=True, default='')),
                ('rationale', models.TextField(blank=True, default='')),
                ('language', models.CharField(default='en', max_length=35)),
                ('byline', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), blank=True, default=list)),
                ('correction_kind', models.CharField(blank=True, default='', max_length=15)),
                ('correction_note', models.TextField(blank=True, default='')),
                ('waived', models.JSONField(blank=True, default=dict, help_text='Policy checks that were waived at submit, with their reasons.')),
                ('not_before', models.DateTimeField(blank=True, help_text='Embargo: published then, by whoever scheduled it.', null=True)),
                ('valid_until', models.DateField(blank=True, help_text='A time-bound verdict is rechecked past this date.', null=True)),
                ('edit_number', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['claim', 'version'],
            },
        ),
        migrations.CreateModel(
            name='Claimant',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('person', 'Person'), ('organization', 'Organisation')], default='person', max_length=12)),
                ('role', models.CharField(blank=True, default='', help_text='Such as: President of Russia', max_length=200)),
                ('same_as', django.contrib.postgres.fields.ArrayField(base_field=models.URLField(max_length=500), blank=True, default=list)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('statement', models.TextField(blank=True, default='')),
                ('statement_key', models.CharField(blank=True, default='', editable=False, help_text="The statement's words as a digest.", max_length=64)),
                ('state', models.CharField(choices=[('marked', 'To check'), ('selected', 'Checking'), ('parked', 'Parked'), ('checked', 'Checked')], default='marked', max_length=10)),
                ('parked_reason', models.TextField(blank=True, default='')),
                ('selection_reason', models.TextField(blank=True, default='')),
                ('topics', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list)),
                ('priority', models.PositiveSmallIntegerField(choices=[(1, 'High'), (2, 'Normal'), (3, 'Low')], default=2, help_text='1 high, 2 normal, 3 low')),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('edit_number', models.PositiveIntegerField(default=1)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('assigned_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assigned_claims', to=settings.AUTH_USER_MODEL)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims_created', to=settings.AUTH_USER_MODEL)),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_from', to='annotations.claim')),
                ('reviewer', models.ForeignKey(blank=True, help_text='Who was asked to review it. Others may still do so.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims_to_review', to=settings.AUTH_USER_MODEL)),
                ('claimant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='annotations.claimant')),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ConflictOfInterest',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('has_conflict', models.BooleanField()),
                ('statement', models.TextField(blank=True, default='')),
                ('declared_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('claimant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conflicts', to='annotations.claimant')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conflicts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='FrozenContent',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('sha256', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='frozen', to='annotations.claim')),
                ('payload', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.payload')),
            ],
            options={
                'ordering': ['created_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('event_key', models.CharField(max_length=120)),
                ('title', models.CharField(max_length=200)),
                ('url', models.CharField(blank=True, default='', max_length=300)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('mailed_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('claim', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='annotations.claim')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Passage',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('exact', models.TextField()),
                ('prefix', models.CharField(blank=True, default='', max_length=200)),
                ('suffix', models.CharField(blank=True, default='', max_length=200)),
                ('is_withdrawn', models.BooleanField(default=False, help_text='The publisher took these words back.')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='passages', to='articles.article')),
                ('created_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='passages', to='articles.articlerevision')),
            ],
            options={
                'ordering': ['created_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('stance', models.CharField(choices=[('supports', 'Supports'), ('refutes', 'Refutes'), ('context', 'Context')], max_length=10)),
                ('source_class', models.CharField(blank=True, default='', max_length=20)),
                ('note', models.TextField(blank=True, default='')),
                ('cited_as', models.CharField(blank=True, default='', help_text='Source and title as readers see them, where the article names none or it is an outside source.', max_length=300)),
                ('url', models.URLField(blank=True, default='', max_length=2000)),
                ('quote', models.TextField(blank=True, default='')),
                ('archived_url', models.URLField(blank=True, default='', max_length=2000)),
                ('accessed_at', models.DateTimeField(blank=True, null=True)),
                ('verified', models.CharField(blank=True, choices=[('', 'Not verified'), ('stored_text', 'Found in the stored text'), ('fetched_copy', 'Found in a fetched copy'), ('person', 'Checked by a person')], default='', max_length=12)),
                ('verified_at', models.DateTimeField(blank=True, null=True)),
                ('link_checked_at', models.DateTimeField(blank=True, null=True)),
                ('link_status', models.CharField(blank=True, default='', max_length=40)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='annotations.claim')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('verified_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('passage', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='annotations.passage')),
            ],
            options={
                'verbose_name_plural': 'evidence',
                'ordering': ['number', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Appearance',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('mode', models.CharField(blank=True, choices=[('direct', 'Direct speech'), ('reported', 'Reported speech'), ('own_voice', "The article's own voice")], default='', max_length=10)),
                ('said_at', models.DateTimeField(blank=True, null=True)),
                ('has_said_time', models.BooleanField(default=False, help_text='Off: only the day of `said_at` is known.')),
                ('said_where', models.CharField(blank=True, default='', max_length=300)),
                ('relayed_via', models.CharField(blank=True, default='', max_length=300)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('created_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appearances', to='annotations.claim')),
                ('passage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appearances', to='annotations.passage')),
            ],
            options={
                'ordering': ['created_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PinnedClaim',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('pinned_at', models.DateTimeField()),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='annotations.claim')),
            ],
        ),
        migrations.CreateModel(
            name='Placement',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('start', models.PositiveIntegerField(blank=True, null=True)),
                ('end', models.PositiveIntegerField(blank=True, null=True)),
                ('exact', models.TextField(blank=True, default='')),
                ('status', models.CharField(choices=[('placed', 'Placed'), ('changed', 'Words changed'), ('moved', 'Moved'), ('orphaned', 'Not found')], default='placed', max_length=10)),
                ('suggestion', models.JSONField(blank=True, null=True)),
                ('is_harmless', models.BooleanField(default=False, help_text='Changed, but no digit, negation, name or number is in it.')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('passage', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='annotations.passage')),
                ('revision', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='articles.articlerevision')),
            ],
            options={
                'ordering': ['revision', 'start', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RatingScale',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('key', models.SlugField(max_length=60)),
                ('version', models.PositiveIntegerField(default=1)),
                ('name', models.CharField(max_length=120)),
                ('description', models.TextField(blank=True, default='')),
                ('is_free_text', models.BooleanField(default=False, help_text='Authors type the label; the rating gives its class and has no number.')),
                ('is_active', models.BooleanField(default=True)),
                ('frozen_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                'ordering': ['name', '-version', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('key', 'version'), name='rating_scale_version')],
            },
        ),
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveIntegerField()),
                ('label', models.CharField(max_length=120)),
                ('definition', models.TextField(blank=True, default='')),
                ('value', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ('rating_class', models.CharField(choices=[('true', 'True'), ('mostly_true', 'Mostly true'), ('mixed', 'Mixed'), ('mostly_false', 'Mostly false'), ('false', 'False'), ('missing_context', 'Missing context'), ('altered', 'Altered'), ('satire', 'Satire'), ('unproven', 'Unproven'), ('outdated', 'Outdated')], max_length=20)),
                ('colour', models.CharField(default='#5b5b5b', max_length=7)),
                ('icon', models.CharField(default='dot', max_length=30)),
                ('is_active', models.BooleanField(default=True)),
                ('scale', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='annotations.ratingscale')),
            ],
            options={
                'ordering': ['scale', 'position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Desk',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('name', models.CharField(default='Fact-checking desk', max_length=200)),
                ('url', models.URLField(blank=True, default='', max_length=500)),
                ('logo_url', models.URLField(blank=True, default='', max_length=500)),
                ('corrections_url', models.URLField(blank=True, default='', max_length=500)),
                ('methodology_url', models.URLField(blank=True, default='', max_length=500)),
                ('methodology_text', models.TextField(blank=True, default='', help_text='Restricted Markdown, as the three below.')),
                ('corrections_text', models.TextField(blank=True, default='')),
                ('funding_text', models.TextField(blank=True, default='')),
                ('people_text', models.TextField(blank=True, default='')),
                ('contact_email', models.EmailField(blank=True, default='', max_length=254)),
                ('time_zone', models.CharField(default='UTC', max_length=64)),
                ('language', models.CharField(default='en', max_length=35)),
                ('domains', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=253), blank=True, default=list)),
                ('policy', models.JSONField(blank=True, default=dict, help_text="What an admin chose; else each check's own level.")),
                ('has_public_pages', models.BooleanField(default=True)),
                ('receipt_alarm_hours', models.PositiveIntegerField(default=24)),
                ('edit_number', models.PositiveIntegerField(default=1)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('default_scale', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='annotations.ratingscale')),
            ],
        ),
        migrations.CreateModel(
            name='RepeatedClaim',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('start', models.PositiveIntegerField()),
                ('end', models.PositiveIntegerField()),
                ('words_key', models.CharField(max_length=64)),
                ('score', models.FloatField()),
                ('state', models.CharField(choices=[('open', 'Proposed'), ('accepted', 'Accepted'), ('dismissed', 'Dismissed')], default='open', max_length=10)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.article')),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='repeats', to='annotations.claim')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.articlerevision')),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ReviewLock',
            fields=[
                ('verdict', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='review_lock', serialize=False, to='annotations.verdict')),
                ('taken_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='verdict',
            name='claim',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='verdicts', to='annotations.claim'),
        ),
        migrations.AddField(
            model_name='verdict',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='verdicts_created', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='verdict',
            name='frozen',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='verdicts', to='annotations.frozencontent'),
        ),
        migrations.AddField(
            model_name='verdict',
            name='rating',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='verdicts', to='annotations.rating'),
        ),
        migrations.AddField(
            model_name='verdict',
            name='scheduled_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='verdict',
            name='submitted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name='RecheckTask',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('changed_words', 'The words changed'), ('dead_link', 'A link is dead'), ('expired', 'Past its date'), ('reported', 'Reported by a reader')], max_length=15)),
                ('detail', models.TextField(blank=True, default='')),
                ('is_open', models.BooleanField(default=True)),
                ('resolution', models.CharField(blank=True, default='', max_length=40)),
                ('resolved_at', models.DateTimeField(blank=True, null=True)),
                ('announced_at', models.DateTimeField(blank=True, help_text='When the CMS was told.', null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rechecks', to='annotations.claim')),
                ('evidence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rechecks', to='annotations.evidence')),
                ('placement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rechecks', to='annotations.placement')),
                ('resolved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('verdict', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rechecks', to='annotations.verdict')),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='LastLook',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('frozen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='annotations.frozencontent')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('verdict', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='looks', to='annotations.verdict')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Contribution',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=12)),
                ('object_id', models.UUIDField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now)),
                ('claim', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='annotations.claim')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('verdict', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='annotations.verdict')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('field', models.CharField(blank=True, default='', max_length=30)),
                ('body', models.TextField()),
                ('is_blocking', models.BooleanField(default=False, help_text='The verdict cannot be submitted until it is resolved.')),
                ('suggested_from', models.TextField(blank=True, default='')),
                ('suggested_to', models.TextField(blank=True, null=True)),
                ('mentioned', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, help_text='The people it calls by @name.')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('resolved_at', models.DateTimeField(blank=True, null=True)),
                ('resolution', models.CharField(blank=True, default='', help_text='done, accepted or rejected', max_length=10)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to=settings.AUTH_USER_MODEL)),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='annotations.claim')),
                ('in_reply_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='annotations.comment')),
                ('resolved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('evidence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='annotations.evidence')),
                ('verdict', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='annotations.verdict')),
            ],
            options={
                'ordering': ['created_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('action', models.CharField(default='publish', max_length=20)),
                ('attempt', models.PositiveIntegerField(default=0, help_text="The verdict's transitions before this attempt at a withdrawal; 0 for a publication.")),
                ('content_sha256', models.CharField(max_length=64)),
                ('note', models.TextField(blank=True, default='')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to=settings.AUTH_USER_MODEL)),
                ('token_creator', models.ForeignKey(blank=True, help_text='Who made the token it was given with; null where it was given in a session.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='annotations.claim')),
                ('frozen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='annotations.frozencontent')),
                ('verdict', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='annotations.verdict')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='TransitionRule',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('action', models.CharField(max_length=20)),
                ('from_status', models.CharField(max_length=20)),
                ('to_status', models.CharField(max_length=20)),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('action', 'from_status', 'to_status'), name='transition_rule_once')],
            },
        ),
        migrations.CreateModel(
            name='VerdictTransition',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('action', models.CharField(max_length=20)),
                ('from_status', models.CharField(max_length=20)),
                ('to_status', models.CharField(max_length=20)),
                ('reason', models.TextField(blank=True, default='')),
                ('content_sha256', models.CharField(blank=True, default='', max_length=64)),
                ('is_override', models.BooleanField(default=False, help_text="An admin's override: visible for ever, never a second person.")),
                ('is_single_approval', models.BooleanField(default=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transitions', to='annotations.claim')),
                ('verdict', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transitions', to='annotations.verdict')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ClaimantContact',
            fields=[
                ('claim', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='contact', serialize=False, to='annotations.claim')),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
                ('channel', models.CharField(blank=True, default='', max_length=120)),
                ('response', models.TextField(blank=True, default='')),
                ('responded_at', models.DateTimeField(blank=True, null=True)),
                ('waived_reason', models.TextField(blank=True, default='')),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('updated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Act',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('add', 'Added'), ('remove', 'Removed'), ('edit', 'Edited'), ('move', 'Ends moved'), ('roles', 'Paragraphs set')], max_length=8)),
                ('subject', models.CharField(choices=[('claim', 'Claim'), ('appearance', 'Appearance'), ('evidence', 'Evidence'), ('article', 'Article')], max_length=10)),
                ('object_id', models.UUIDField()),
                ('before', models.JSONField(default=dict)),
                ('after', models.JSONField(default=dict)),
                ('words', models.CharField(help_text='What was done, as the person reads it.', max_length=120)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='acts', to=settings.AUTH_USER_MODEL)),
                ('claim', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='annotations.claim')),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['person', '-id'], name='act_of_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['add', 'remove', 'edit', 'move', 'roles'])), name='act_kind_known')],
            },
        ),
        migrations.AddConstraint(
            model_name='claimant',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('name'), models.F('role'), name='claimant_name_and_role'),
        ),
        migrations.AddConstraint(
            model_name='claimant',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['person', 'organization'])), name='claimant_kind_known'),
        ),
        migrations.AddIndex(
            model_name='claim',
            index=models.Index(fields=['state', '-created_at'], name='claim_by_state'),
        ),
        migrations.AddIndex(
            model_name='claim',
            index=models.Index(fields=['-created_at', '-id'], name='claim_newest_first'),
        ),
        migrations.AddIndex(
            model_name='claim',
            index=models.Index(fields=['statement_key', 'claimant'], name='claim_same_statement'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['marked', 'selected', 'parked', 'checked'])), name='claim_state_known'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'parked'), _negated=True), models.Q(('parked_reason', ''), _negated=True), _connector='OR'), name='claim_parked_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(('priority__in', [1, 2, 3])), name='claim_priority_known'),
        ),
        migrations.AddConstraint(
            model_name='conflictofinterest',
            constraint=models.UniqueConstraint(fields=('person', 'claimant'), name='conflict_once_per_claimant'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.UniqueConstraint(fields=('person', 'event_key'), name='notification_once'),
        ),
        migrations.AddConstraint(
            model_name='passage',
            constraint=models.CheckConstraint(condition=models.Q(('exact', ''), _negated=True), name='passage_exact_not_empty'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(fields=('claim', 'number'), name='evidence_number_unique'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(condition=models.Q(('passage__isnull', False), ('removed_at', None)), fields=('claim', 'passage'), name='evidence_passage_once_per_claim'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('stance__in', ['supports', 'refutes', 'context'])), name='evidence_stance_known'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('passage__isnull', False), ('url', '')), models.Q(('passage', None), models.Q(('url', ''), _negated=True)), _connector='OR'), name='evidence_passage_or_outside_source'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('verified__in', ['', 'stored_text', 'fetched_copy', 'person'])), name='evidence_verified_known'),
        ),
        migrations.AddConstraint(
            model_name='appearance',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('claim', 'passage'), name='appearance_once_per_claim'),
        ),
        migrations.AddConstraint(
            model_name='appearance',
            constraint=models.CheckConstraint(condition=models.Q(('mode__in', ['', 'direct', 'reported', 'own_voice'])), name='appearance_mode_known'),
        ),
        migrations.AddIndex(
            model_name='placement',
            index=models.Index(fields=['revision', 'start'], name='placement_in_revision'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.UniqueConstraint(fields=('passage', 'revision'), name='placement_one_per_revision'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['placed', 'changed', 'moved', 'orphaned'])), name='placement_status_known'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end', None), ('exact', ''), ('start', None), ('status', 'orphaned')), models.Q(models.Q(('status', 'orphaned'), _negated=True), ('start__gte', 0), ('start__lt', models.F('end')), models.Q(('exact', ''), _negated=True)), _connector='OR'), name='placement_offsets'),
        ),
        migrations.AddConstraint(
            model_name='rating',
            constraint=models.UniqueConstraint(fields=('scale', 'label'), name='rating_label_unique'),
        ),
        migrations.AddConstraint(
            model_name='rating',
            constraint=models.UniqueConstraint(fields=('scale', 'position'), name='rating_position_unique'),
        ),
        migrations.AddConstraint(
            model_name='rating',
            constraint=models.CheckConstraint(condition=models.Q(('rating_class__in', ['true', 'mostly_true', 'mixed', 'mostly_false', 'false', 'missing_context', 'altered', 'satire', 'unproven', 'outdated'])), name='rating_class_known'),
        ),
        migrations.AddConstraint(
            model_name='desk',
            constraint=models.CheckConstraint(condition=models.Q(('id', 1)), name='desk_is_one'),
        ),
        migrations.AddIndex(
            model_name='repeatedclaim',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['article'], name='repeat_open'),
        ),
        migrations.AddConstraint(
            model_name='repeatedclaim',
            constraint=models.UniqueConstraint(fields=('claim', 'article', 'words_key'), name='repeat_once'),
        ),
        migrations.AddConstraint(
            model_name='repeatedclaim',
            constraint=models.CheckConstraint(condition=models.Q(('end__gt', models.F('start'))), name='repeat_has_words'),
        ),
        migrations.AddConstraint(
            model_name='repeatedclaim',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'accepted', 'dismissed']), models.Q(('state', 'open'), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR')), name='repeat_answered_by_a_person'),
        ),
        migrations.AddField(
            model_name='reviewlock',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='review_locks', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='verdict',
            index=models.Index(fields=['status', '-updated_at'], name='verdict_by_status'),
        ),
        migrations.AddIndex(
            model_name='verdict',
            index=models.Index(fields=['-updated_at', '-id'], name='verdict_last_changed'),
        ),
        migrations.AddConstraint(
            model_name='verdict',
            constraint=models.UniqueConstraint(fields=('claim', 'version'), name='verdict_version_unique'),
        ),
        migrations.AddConstraint(
            model_name='verdict',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['published', 'suspended'])), fields=('claim',), name='verdict_one_live_per_claim'),
        ),
        migrations.AddConstraint(
            model_name='verdict',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['draft', 'in_review', 'changes_requested', 'approved'])), fields=('claim',), name='verdict_one_open_per_claim'),
        ),
        migrations.AddConstraint(
            model_name='verdict',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'in_review', 'changes_requested', 'approved', 'published', 'suspended', 'superseded', 'retracted'])), name='verdict_status_known'),
        ),
        migrations.AddConstraint(
            model_name='verdict',
            constraint=models.CheckConstraint(condition=models.Q(('correction_kind__in', ['', 'refile', 'clarification', 'update', 'correction', 'reply'])), name='verdict_correction_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='rechecktask',
            constraint=models.UniqueConstraint(condition=models.Q(('is_open', True)), fields=('claim', 'placement', 'evidence', 'kind'), name='recheck_open_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='lastlook',
            constraint=models.UniqueConstraint(fields=('person', 'verdict'), name='last_look_once'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.UniqueConstraint(fields=('claim', 'verdict', 'person', 'kind', 'object_id'), name='contribution_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['claim', 'appearance', 'evidence', 'verdict'])), name='contribution_kind_known'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['mentioned'], name='comment_mentioned'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('body', ''), _negated=True), ('suggested_to__isnull', False), _connector='OR'), name='comment_says_something'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.UniqueConstraint(fields=('verdict', 'action', 'attempt', 'frozen', 'person'), name='approval_once_per_person'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ['publish', 'retract', 'restore', 'legal_removal'])), name='approval_action_known'),
        ),
        migrations.AddConstraint(
            model_name='verdicttransition',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ['submit', 'request_changes', 'approve', 'edit', 'publish', 'supersede', 'suspend', 'retract', 'restore', 'legal_removal', 'create', 'correct', 'propose'])), name='verdict_transition_action_known'),
        ),
        # By hand from here on: kept by scripts/migrations.py.
        InstallSQL(
            "annotations",
            "removal",
            "passages",
            "contributions",
            "frozen",
            "verdicts",
            "approvals",
            "scales",
            "desk",
            "kept_and_audited",
        ),
        migrations.RunPython(fill_first_rows, migrations.RunPython.noop),
    ]
