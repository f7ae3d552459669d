-- Stowage, schema version 32: the ledger is looked through by its days.
CREATE INDEX inventory_transactions_day ON inventory_transactions (local_day);
