-- The database's own keeping of the entries: every INSERT brings whole, balanced, new transfers, or nothing.
-- Refusals carry a code of their own, which apps/ledger/functions.py turns into the errors of the app.
--
-- Only functions that the application calls to write say SECURITY DEFINER and pin their settings (which costs a call
-- some microseconds): what they call in turn runs with their rights and settings, and has none of its own. They say
-- enable_seqscan = off because a plan that a session made while a table was nearly empty stays in its cache, and must
-- not read the whole table once that has grown.

-- What is wrong with an entry, or NULL; a code and the words.
CREATE FUNCTION ledger_entry_fault(e ledger_entry, t ledger_transfer, a ledger_account) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN (t).id IS NULL THEN 'LG005 entry of an unknown transfer ' || (e).transfer_id
        WHEN (a).id IS NULL THEN 'LG006 entry of an unknown account ' || (e).account_id
        WHEN (a).currency <> (e).currency THEN 'LG006 entry in another currency than its account ' || (a).address
        WHEN (t).xid <> pg_current_xact_id()::text::bigint OR (e).xid <> (t).xid
            THEN 'LG005 late entry for transfer ' || (t).id
        WHEN ((a).kind = 'SYSTEM_ESCROW') <> ((e).hold_id IS NOT NULL)
            THEN 'LG007 entries of the escrow account, and only those, name a hold: ' || (a).address
    END
$$;

CREATE FUNCTION ledger_check_entries() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    bad record;
    fault text;
    legs bigint;
    amiss boolean;
    moves_guarded boolean;
BEGIN
    SELECT f.transfer_id, f.currency, sum(f.amount) AS rest INTO bad
    FROM fresh f GROUP BY f.transfer_id, f.currency HAVING sum(f.amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'transfer % does not balance: % % too much', bad.transfer_id, bad.rest, bad.currency
            USING ERRCODE = 'LG002';
    END IF;

    SELECT count(*), bool_or(a.owner_type <> 'SYSTEM'), bool_and(
               a.currency = f.currency AND t.xid = pg_current_xact_id()::text::bigint AND f.xid = t.xid
               AND (a.kind = 'SYSTEM_ESCROW') = (f.hold_id IS NOT NULL)) IS NOT TRUE
           OR count(*) <> count(t.id) OR count(*) <> count(a.id)
    INTO legs, moves_guarded, amiss
    FROM fresh f
    LEFT JOIN ledger_transfer t ON t.id = f.transfer_id
    LEFT JOIN ledger_account a ON a.id = f.account_id;
    IF amiss THEN
        SELECT min(ledger_entry_fault(f, t, a)) INTO fault
        FROM (SELECT f.*::ledger_entry AS f, f.transfer_id, f.account_id FROM fresh f) AS f
        LEFT JOIN ledger_transfer t ON t.id = f.transfer_id
        LEFT JOIN ledger_account a ON a.id = f.account_id;
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION '%', substr(fault, 7) USING ERRCODE = left(fault, 5);
    END IF;

    IF (SELECT count(*) FROM ledger_entry e WHERE e.transfer_id IN (SELECT f.transfer_id FROM fresh f)) <> legs THEN
        RAISE EXCEPTION 'late entry: all entries of a transfer come in one statement' USING ERRCODE = 'LG005';
    END IF;

    IF moves_guarded THEN
        PERFORM ledger_move_balances(array_agg(s.account_id ORDER BY s.account_id), array_agg(s.amount ORDER BY s.account_id))
        FROM (SELECT f.account_id, sum(f.amount)::bigint AS amount FROM fresh f GROUP BY f.account_id) AS s;
        SELECT a.address INTO bad FROM fresh f
        JOIN ledger_account a ON a.id = f.account_id JOIN ledger_transfer t ON t.id = f.transfer_id
        WHERE a.state = 'CLOSED' AND t.kind <> 'CLOSED_SWEEP' LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'account % is closed', bad.address USING ERRCODE = 'LG003';
        END IF;
    END IF;
    RETURN NULL;
END $$;

-- Guarded balances are locked in one order, so that opposite transfers never wait for each other in a ring; what is
-- owed comes last, so that whoever waits for it has what it is paid from already. Whoever
-- closes an account holds its balance too, so what is read after this sees the account as it is.
CREATE FUNCTION ledger_move_balances(p_accounts uuid[], p_amounts bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM ledger_balance b WHERE b.account_id = ANY (p_accounts) ORDER BY b.may_be_negative, b.account_id
    FOR NO KEY UPDATE;
    UPDATE ledger_balance b SET posted = b.posted + s.amount
    FROM unnest(p_accounts, p_amounts) AS s (account_id, amount) WHERE b.account_id = s.account_id;
END $$;

CREATE TRIGGER ledger_entry_whole_and_balanced AFTER INSERT ON ledger_entry
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_entries();

ALTER TABLE ledger_balance SET (fillfactor = 50);
ALTER TABLE ledger_hold SET (fillfactor = 80);
