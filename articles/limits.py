"""Limits of imports. Parsers read their bounds here; each refusal names the limit it hit."""

MAX_TEXT_CODE_POINTS = 1_000_000  # a tsvector holds 1 MB; the canonical text of one revision stays under it
MAX_ITEM_BYTES = 10 * 1024 * 1024  # one page, line of JSONL, XML or JSON document: it is held in memory as objects
MAX_DOCUMENT_BYTES = 50 * 1024 * 1024  # a PDF, Word file or workbook: most of it is pictures
MAX_BULK_BYTES = 2 * 1024 * 1024 * 1024  # a file that is read as a stream (JSONL, CSV, zip)
MAX_ROW_CHARACTERS = 4_000_000  # one cell of a CSV file
MAX_HTML_DEPTH = 2_000  # html5ever looks up the whole stack for each open tag: 100,000 nested divs take 15 seconds
MAX_HTML_TAGS = 100_000  # of a page; the extractor takes 10 seconds for that many
MAX_HTML_ATTRIBUTES = 200  # of one tag: parsers compare each with all before it, and 20,000 take 12 seconds
MAX_XML_DEPTH = 200
MAX_XML_TAGS = 500_000  # opening and closing, of one document: a news message of thousands of items has fewer
MAX_BLOCKS = 50_000
MAX_BLOCK_ROLES = 1_000  # set in one request
MAX_TITLE_CODE_POINTS = 1_000
MAX_FIELD_CODE_POINTS = 2_000  # byline, source name, external id ...
MAX_ITEMS_IN_DOCUMENT = 100_000  # entries of one feed, array or table

MAX_ARCHIVE_ENTRIES = 20_000
MAX_ARCHIVE_BYTES = 1024 * 1024 * 1024  # decompressed, all members together
# Deflate shrinks a text 3 to 10 times, and zeros, of which bombs are made, a thousand times.
MAX_ARCHIVE_RATIO = 200  # decompressed / compressed, checked once more than MIN_RATIO_BYTES came out
MIN_RATIO_BYTES = 1024 * 1024
MAX_ARCHIVE_DEPTH = 1  # a zip inside a zip is refused

MAX_OFFICE_BYTES = 100 * 1024 * 1024  # a workbook, decompressed
MAX_PDF_PAGES = 2_000
MAX_SHEET_ROWS = 200_000
MAX_SHEET_COLUMNS = 500
MAX_PDF_SECONDS = 60
