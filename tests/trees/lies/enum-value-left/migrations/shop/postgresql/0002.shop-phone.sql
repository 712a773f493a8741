-- Phone: a kind of order more.

ALTER TYPE order_kind ADD VALUE IF NOT EXISTS 'phone';
