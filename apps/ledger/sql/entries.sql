-- The database's own keeping of the entries: every INSERT brings whole, balanced, new transfers, or nothing.
-- Refusals carry a code of their own, which apps/ledger/functions.py turns into the errors of the app.

CREATE FUNCTION ledger_check_entries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    bad record;
    moves_guarded boolean;
BEGIN
    -- Guarded balances are locked in one order, so that opposite transfers never wait for each other in a ring.
    PERFORM 1 FROM ledger_balance b
    WHERE b.account_id IN (SELECT f.account_id FROM fresh f)
    ORDER BY b.account_id FOR NO KEY UPDATE;
    moves_guarded := FOUND;

    SELECT f.transfer_id, f.currency, sum(f.amount) AS rest INTO bad
    FROM fresh f GROUP BY f.transfer_id, f.currency HAVING sum(f.amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'transfer % does not balance: % % too much', bad.transfer_id, bad.rest, bad.currency
            USING ERRCODE = 'LG002';
    END IF;

    -- This reads after the locks above were granted, so an account closed meanwhile is seen as closed.
    SELECT f.transfer_id, f.account_id, t.id AS known_transfer, a.id AS known_account, a.address,
           a.currency <> f.currency AS other_currency,
           a.state = 'CLOSED' AND t.kind <> 'CLOSED_SWEEP' AS closed,
           t.xid <> pg_current_xact_id() OR f.xid <> pg_current_xact_id() AS late,
           (a.kind = 'SYSTEM_ESCROW') <> (f.hold_id IS NOT NULL) AS hold_amiss
    INTO bad
    FROM fresh f
    LEFT JOIN ledger_transfer t ON t.id = f.transfer_id
    LEFT JOIN ledger_account a ON a.id = f.account_id
    WHERE t.id IS NULL OR a.id IS NULL OR a.currency <> f.currency
       OR (a.state = 'CLOSED' AND t.kind <> 'CLOSED_SWEEP')
       OR t.xid <> pg_current_xact_id() OR f.xid <> pg_current_xact_id()
       OR (a.kind = 'SYSTEM_ESCROW') <> (f.hold_id IS NOT NULL)
    LIMIT 1;
    IF FOUND THEN
        IF bad.known_transfer IS NULL THEN
            RAISE EXCEPTION 'entry of an unknown transfer %', bad.transfer_id USING ERRCODE = 'LG005';
        ELSIF bad.known_account IS NULL THEN
            RAISE EXCEPTION 'entry of an unknown account %', bad.account_id USING ERRCODE = 'LG006';
        ELSIF bad.other_currency THEN
            RAISE EXCEPTION 'entry in another currency than its account %', bad.address USING ERRCODE = 'LG006';
        ELSIF bad.closed THEN
            RAISE EXCEPTION 'account % is closed', bad.address USING ERRCODE = 'LG003';
        ELSIF bad.late THEN
            RAISE EXCEPTION 'late entry for transfer %', bad.transfer_id USING ERRCODE = 'LG005';
        ELSE
            RAISE EXCEPTION 'entries of the escrow account, and only those, name a hold (%)', bad.address
                USING ERRCODE = 'LG007';
        END IF;
    END IF;

    IF (SELECT count(*) FROM ledger_entry e WHERE e.transfer_id IN (SELECT f.transfer_id FROM fresh f))
       <> (SELECT count(*) FROM fresh) THEN
        RAISE EXCEPTION 'late entry: all entries of a transfer come in one statement' USING ERRCODE = 'LG005';
    END IF;

    IF moves_guarded THEN
        UPDATE ledger_balance b SET posted = b.posted + s.amount
        FROM (SELECT f.account_id, sum(f.amount) AS amount FROM fresh f GROUP BY f.account_id) s
        WHERE b.account_id = s.account_id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_entry_whole_and_balanced AFTER INSERT ON ledger_entry
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_entries();

ALTER TABLE ledger_balance SET (fillfactor = 50);
ALTER TABLE ledger_hold SET (fillfactor = 80);
