from django.db import migrations

from core.database.schema import InstallSQL


class Migration(migrations.Migration):
    """Guard the tables of other packages: their first migrations come after ours. Drop an index that ends 0001."""

    dependencies = [
        ("accounts", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [InstallSQL("accounts", "sign_in", "audit_indexes")]
