from django.db import migrations

# The same rule, asked in one order whatever the planner believes of the tables: from the claim's evidence and appearances
# to the places of those few passages. A plan made while the tables were empty and kept by the connection once took minutes
# for a claim with thirty pieces of evidence. A passage has one place per revision, so its index is the one to use:
# IS NOT DISTINCT FROM keeps the planner from walking all places of a revision instead.
SQL = """
CREATE OR REPLACE FUNCTION claim_overlaps_evidence(p_claim uuid) RETURNS boolean LANGUAGE sql STABLE
    SET join_collapse_limit = 1 SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
    SELECT EXISTS (
        SELECT 1
        FROM annotations_evidence e
        JOIN annotations_passage pe ON pe.id = e.passage_id
        JOIN annotations_placement le ON le.passage_id = e.passage_id
        JOIN annotations_appearance a ON a.claim_id = e.claim_id AND a.removed_at IS NULL
        JOIN annotations_passage pa ON pa.id = a.passage_id
        JOIN annotations_placement la
            ON la.passage_id = a.passage_id AND la.revision_id IS NOT DISTINCT FROM le.revision_id
        WHERE e.claim_id = p_claim AND e.removed_at IS NULL
            AND le.start < la."end" AND la.start < le."end"
            -- what a publisher's later edit pushed together is shown to people, not refused
            AND (le.revision_id = pe.revision_id OR la.revision_id = pa.revision_id)
    )
$$;
"""
BACK = """
CREATE OR REPLACE FUNCTION claim_overlaps_evidence(p_claim uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1
        FROM annotations_evidence e
        JOIN annotations_passage pe ON pe.id = e.passage_id
        JOIN annotations_placement le ON le.passage_id = e.passage_id
        JOIN annotations_appearance a ON a.claim_id = e.claim_id AND a.removed_at IS NULL
        JOIN annotations_placement la ON la.passage_id = a.passage_id AND la.revision_id = le.revision_id
        JOIN annotations_passage pa ON pa.id = a.passage_id
        WHERE e.claim_id = p_claim AND e.removed_at IS NULL
            AND le.start < la."end" AND la.start < le."end"
            AND (le.revision_id = pe.revision_id OR la.revision_id = pa.revision_id)
    )
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("annotations", "0012_overlap_guard_asks_less")]

    operations = [migrations.RunSQL(SQL, BACK)]
