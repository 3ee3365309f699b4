-- Django makes a second index of a text that is unique, for LIKE: nobody asks for streams so, and every event paid for it.
-- It is made at the end of a migration, so it can be dropped in the next one alone: a DROP within 0001 found nothing.
DROP INDEX IF EXISTS accounts_auditstream_stream_6ca5e3df_like;
