-- Soundness: each function answers the rows that break one rule, with their name; none for sound books.
-- (rule, subject, what it should be, what it is)

-- S1: every transfer has entries, and they net to zero in each currency.
CREATE FUNCTION ledger_unsound_transfers() RETURNS TABLE (rule text, subject text, expected text, found text)
LANGUAGE sql STABLE AS $$
    SELECT 'S1', 'transfer ' || e.transfer_id, '0 ' || e.currency, sum(e.amount) || ' ' || e.currency
    FROM ledger_entry e GROUP BY e.transfer_id, e.currency HAVING sum(e.amount) <> 0
    UNION ALL
    SELECT 'S1', 'transfer ' || t.id, 'entries', 'none' FROM ledger_transfer t
    WHERE NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.transfer_id = t.id)
    UNION ALL
    SELECT 'S1', 'entry ' || e.id, 'a transfer', 'none' FROM ledger_entry e
    WHERE NOT EXISTS (SELECT 1 FROM ledger_transfer t WHERE t.id = e.transfer_id)
    UNION ALL
    SELECT 'S1', 'entry ' || e.id || ' of ' || coalesce(a.address, 'an unknown account'), e.currency, coalesce(a.currency, 'none')
    FROM ledger_entry e LEFT JOIN ledger_account a ON a.id = e.account_id WHERE a.id IS NULL OR a.currency <> e.currency
$$;

-- S2: all entries of a currency net to zero.
CREATE FUNCTION ledger_unsound_currencies() RETURNS TABLE (rule text, subject text, expected text, found text)
LANGUAGE sql STABLE AS $$
    SELECT 'S2', 'all entries in ' || e.currency, '0', sum(e.amount)::text
    FROM ledger_entry e GROUP BY e.currency HAVING sum(e.amount) <> 0
$$;

-- S3: the escrow account holds what the open holds hold, hold by hold.
CREATE FUNCTION ledger_unsound_escrow() RETURNS TABLE (rule text, subject text, expected text, found text)
LANGUAGE sql STABLE AS $$
    SELECT 'S3', 'hold ' || coalesce(h.id, s.hold_id) || ' (' || coalesce(h.unit_type || ' ' || h.unit_id, 'unknown') || ')',
           coalesce(h.gross_minor - h.refunded_minor - h.released_minor, 0)::text, coalesce(s.amount, 0)::text
    FROM ledger_hold h
    FULL JOIN (SELECT e.hold_id, sum(e.amount) AS amount FROM ledger_entry e WHERE e.hold_id IS NOT NULL GROUP BY 1) AS s
        ON s.hold_id = h.id
    WHERE coalesce(h.gross_minor - h.refunded_minor - h.released_minor, 0) <> coalesce(s.amount, 0) OR h.id IS NULL
    UNION ALL
    SELECT 'S3', a.address, coalesce(h.amount, 0)::text, s.amount::text
    FROM (SELECT e.account_id, sum(e.amount) AS amount FROM ledger_entry e
          JOIN ledger_account a ON a.id = e.account_id AND a.kind = 'SYSTEM_ESCROW' GROUP BY 1) AS s
    JOIN ledger_account a ON a.id = s.account_id
    LEFT JOIN (SELECT currency, sum(gross_minor - refunded_minor - released_minor) AS amount FROM ledger_hold GROUP BY 1) AS h
        ON h.currency = a.currency
    WHERE s.amount <> coalesce(h.amount, 0)
$$;

-- S4: every balance row, snapshot and daily total is the sum of its entries.
CREATE FUNCTION ledger_unsound_balances() RETURNS TABLE (rule text, subject text, expected text, found text)
LANGUAGE sql STABLE AS $$
    SELECT 'S4', a.address, coalesce(s.amount, 0)::text, coalesce(b.posted::text, 'no balance row')
    FROM ledger_account a
    LEFT JOIN ledger_balance b ON b.account_id = a.id
    LEFT JOIN (SELECT e.account_id, sum(e.amount) AS amount FROM ledger_entry e GROUP BY 1) AS s ON s.account_id = a.id
    WHERE a.owner_type <> 'SYSTEM' AND b.posted IS DISTINCT FROM coalesce(s.amount, 0)
    UNION ALL
    SELECT 'S4', 'snapshot of ' || a.address, coalesce(s.amount, 0) || ' of ' || coalesce(s.entries, 0) || ' entries',
           last.amount || ' of ' || last.entries || ' entries'
    FROM (SELECT DISTINCT ON (n.account_id) n.* FROM ledger_balancesnapshot n
          WHERE n.cluster = ledger_cluster() ORDER BY n.account_id, n.horizon DESC) AS last
    JOIN ledger_account a ON a.id = last.account_id
    LEFT JOIN LATERAL (SELECT sum(e.amount) AS amount, count(*) AS entries FROM ledger_entry e
                       WHERE e.account_id = last.account_id AND e.xid < last.horizon) AS s ON true
    WHERE last.amount <> coalesce(s.amount, 0) OR last.entries <> coalesce(s.entries, 0)
    UNION ALL
    SELECT 'S4', 'daily totals of ' || a.address, last.amount::text, coalesce(d.amount, 0)::text
    FROM (SELECT DISTINCT ON (n.account_id) n.* FROM ledger_balancesnapshot n
          WHERE n.cluster = ledger_cluster() ORDER BY n.account_id, n.horizon DESC) AS last
    JOIN ledger_account a ON a.id = last.account_id
    LEFT JOIN (SELECT account_id, sum(amount) AS amount FROM ledger_dailytotal GROUP BY 1) AS d ON d.account_id = a.id
    WHERE last.amount <> coalesce(d.amount, 0)
$$;

-- S5: no guarded account is below zero, and nobody owes less than nothing.
CREATE FUNCTION ledger_unsound_overdrafts() RETURNS TABLE (rule text, subject text, expected text, found text)
LANGUAGE sql STABLE AS $$
    SELECT 'S5', a.address, 'at least ' || b.held, b.posted::text
    FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id
    WHERE a.kind <> 'RECEIVABLE' AND b.posted < b.held
    UNION ALL
    SELECT 'S5', a.address, 'at most 0', b.posted::text
    FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id WHERE a.kind = 'RECEIVABLE' AND b.posted > 0
$$;

-- S6: what was released and refunded of a hold is what its transfers say, at most what was paid, with one end.
CREATE FUNCTION ledger_unsound_resolutions() RETURNS TABLE (rule text, subject text, expected text, found text)
LANGUAGE sql STABLE AS $$
    WITH said AS (
        SELECT t.hold_id, coalesce(sum(-e.amount) FILTER (WHERE t.kind = 'ESCROW_RELEASE'), 0) AS released,
               coalesce(sum(-e.amount) FILTER (WHERE t.kind = 'ESCROW_REFUND'), 0) AS refunded,
               count(DISTINCT t.id) FILTER (WHERE t.kind = 'ESCROW_RELEASE') AS releases
        FROM ledger_transfer t JOIN ledger_entry e ON e.transfer_id = t.id AND e.hold_id = t.hold_id
        WHERE t.hold_id IS NOT NULL GROUP BY 1
    )
    SELECT 'S6', 'hold ' || h.id || ' (' || h.unit_type || ' ' || h.unit_id || ')',
           'released ' || h.released_minor || ', refunded ' || h.refunded_minor || ' of ' || h.gross_minor,
           'released ' || coalesce(s.released, 0) || ', refunded ' || coalesce(s.refunded, 0)
           || ' in ' || coalesce(s.releases, 0) || ' releases'
    FROM ledger_hold h LEFT JOIN said s ON s.hold_id = h.id
    WHERE h.released_minor <> coalesce(s.released, 0) OR h.refunded_minor <> coalesce(s.refunded, 0)
       OR coalesce(s.releases, 0) > 1 OR h.released_minor + h.refunded_minor > h.gross_minor
       OR (h.state = 'RELEASED') <> (h.released_minor > 0)
    UNION ALL
    SELECT 'S6', 'hold ' || h.id || ' (' || h.unit_type || ' ' || h.unit_id || ')',
           'net ' || h.net_minor || ', commission ' || h.commission_minor, 'net ' || shares.net || ', commission ' || shares.commission
    FROM ledger_hold h
    JOIN LATERAL (
        SELECT coalesce(sum(e.amount) FILTER (WHERE a.kind = 'AVAILABLE'), 0) AS net,
               coalesce(sum(e.amount) FILTER (WHERE a.kind = 'PLATFORM_REVENUE'), 0) AS commission
        FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id WHERE e.transfer_id = h.release_transfer_id
    ) AS shares ON true
    WHERE h.state = 'RELEASED' AND (shares.net <> h.net_minor OR shares.commission <> h.commission_minor)
    UNION ALL
    SELECT 'S6', 'hold ' || h.id || ' (' || h.unit_type || ' ' || h.unit_id || ')',
           'recovered ' || h.recovered_minor, 'recovered ' || coalesce(back.amount, 0)
    FROM ledger_hold h
    FULL JOIN (SELECT t.hold_id, sum(e.amount) AS amount FROM ledger_transfer t
               JOIN ledger_entry e ON e.transfer_id = t.id AND e.amount > 0
               WHERE t.kind = 'RECOVERY' AND t.hold_id IS NOT NULL GROUP BY 1) AS back ON back.hold_id = h.id
    WHERE coalesce(h.recovered_minor, 0) <> coalesce(back.amount, 0)
$$;

-- S7: what was sealed is unchanged, nothing sealed is gone, and the links follow each other.
CREATE FUNCTION ledger_unsound_seals() RETURNS TABLE (rule text, subject text, expected text, found text)
LANGUAGE sql STABLE AS $$
    SELECT 'S7', 'transfer ' || s.transfer_id, 'as sealed in batch ' || s.batch_id,
           CASE WHEN t.id IS NULL THEN 'gone' ELSE 'changed' END
    FROM ledger_sealedtransfer s LEFT JOIN ledger_transfer t ON t.id = s.transfer_id
    WHERE t.id IS NULL OR ledger_transfer_hash(t) <> s.hash
    UNION ALL
    SELECT 'S7', 'seal batch ' || b.id, 'its own hash', 'another'
    FROM ledger_sealbatch b
    WHERE b.hash IS DISTINCT FROM ledger_batch_hash(b.previous_hash, b.sealed_at, b.id)
       OR b.transfers <> (SELECT count(*) FROM ledger_sealedtransfer s WHERE s.batch_id = b.id)
    UNION ALL
    SELECT 'S7', 'seal batch ' || b.id, 'the hash of the batch before it', 'another'
    FROM (SELECT b.*, lag(b.hash) OVER (ORDER BY b.id) AS before FROM ledger_sealbatch b) AS b
    WHERE b.previous_hash IS DISTINCT FROM coalesce(b.before, sha256('the guild'::bytea))
$$;

-- What the entries say that each gateway holds for the platform: money in less money out.
CREATE FUNCTION ledger_gateway_totals() RETURNS TABLE (gateway text, currency text, amount bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.gateway::text, a.currency::text, -ledger_balance_of(a.id)
    FROM ledger_account a WHERE a.kind = 'GATEWAY_CLEARING' ORDER BY 1, 2
$$;

-- What the entries say is on its way to banks.
CREATE FUNCTION ledger_in_transit() RETURNS TABLE (currency text, amount bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.currency::text, ledger_balance_of(a.id)
    FROM ledger_account a WHERE a.kind = 'PAYOUTS_IN_TRANSIT' ORDER BY 1
$$;
