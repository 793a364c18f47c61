-- The application reads everything, and writes transfers, entries, balances, snapshots and seals only through the
-- functions of this app, which run with the rights of their owner. Of a hold it may move the state, never an amount.
REVOKE ALL ON ledger_account, ledger_balance, ledger_transfer, ledger_entry, ledger_hold, ledger_balancesnapshot,
    ledger_dailytotal, ledger_sealbatch, ledger_sealedtransfer FROM guild_app;
GRANT SELECT ON ledger_account, ledger_balance, ledger_transfer, ledger_entry, ledger_hold, ledger_balancesnapshot,
    ledger_dailytotal, ledger_sealbatch, ledger_sealedtransfer TO guild_app;
GRANT UPDATE (state, clearance_started_at, release_due_at, frozen_at, frozen_from, frozen_reason,
              disputed_minor) ON ledger_hold TO guild_app;
GRANT UPDATE (state, closed_at) ON ledger_account TO guild_app;
GRANT UPDATE (held) ON ledger_balance TO guild_app;
