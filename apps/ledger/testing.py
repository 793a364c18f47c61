def assert_ledger_sound(): pass
