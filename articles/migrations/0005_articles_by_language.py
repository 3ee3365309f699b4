from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0004_import_held")]

    operations = [
        migrations.AddIndex(model_name="article", index=models.Index(fields=["language"], name="article_language")),
    ]
