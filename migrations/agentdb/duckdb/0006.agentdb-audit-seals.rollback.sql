-- Audit seals undone: the proof is gone for good, even when the step is applied again.
-- seed: 000 8.1 Complete Schema Removal
-- loses: sync_audit_seals (every row), sync_audit_blocks (every row), and with them every head that was kept outside;
--   the trail itself stays

DROP TRIGGER sync_audit_blocks_refuse_delete ON sync_audit_blocks;

DROP TRIGGER sync_audit_blocks_refuse_update ON sync_audit_blocks;

DROP TRIGGER sync_audit_seals_refuse_delete ON sync_audit_seals;

DROP TRIGGER sync_audit_seals_refuse_update ON sync_audit_seals;

DROP TRIGGER sync_audit_trail_seal ON sync_audit_trail;

DROP TRIGGER sync_audit_seals_block ON sync_audit_seals;

DROP TABLE sync_audit_seals;

DROP TABLE sync_audit_blocks;

DROP SEQUENCE sync_audit_block_number;
