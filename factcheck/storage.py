"""Static files with hashed names, also in imports between modules."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Also rewrites `import ... from "./x.js"`: else a page that names a module and a module that imports it would load
    two copies of it, each with its own state, and a new release could run with modules of the old one for a minute.
    """

    support_js_module_import_aggregation = True
    # A chain of imports needs one pass per link; Django's 5 are too few for the reader.
    max_post_process_passes = 15
