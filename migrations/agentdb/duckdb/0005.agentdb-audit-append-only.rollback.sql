-- Append-only audit trail undone: from here on the trail can be changed, and only its seals show that it was.
-- seed: 000 8.1 Complete Schema Removal
-- differs: no row is lost; the promise is

DROP TRIGGER sync_audit_trail_refuse_delete ON sync_audit_trail;

DROP TRIGGER sync_audit_trail_refuse_update ON sync_audit_trail;
