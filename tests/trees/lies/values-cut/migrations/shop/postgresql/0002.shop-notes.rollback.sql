-- Notes taken back: as long as they were before.

DROP INDEX orders_note_idx;

UPDATE orders SET note = left(note, 255);
