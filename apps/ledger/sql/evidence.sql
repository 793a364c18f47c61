-- More evidence of soundness, where one row alone was changed: each function answers as those of soundness.sql do.

-- S1: the entries of a transfer were written with it: at its moment, by its transaction.
CREATE FUNCTION ledger_unsound_moments() RETURNS TABLE (rule text, subject text, expected text, found text)
LANGUAGE sql STABLE AS $$
    SELECT 'S1', 'transfer ' || t.id, 'entry ' || e.id || ' of ' || t.created_at || ' by ' || t.xid,
           'of ' || e.created_at || ' by ' || e.xid
    FROM ledger_entry e JOIN ledger_transfer t ON t.id = e.transfer_id
    WHERE e.created_at <> t.created_at OR e.xid <> t.xid
$$;

-- S6: a hold's shares are those of its rate, and it was funded by its own entry, then.
CREATE FUNCTION ledger_unsound_terms() RETURNS TABLE (rule text, subject text, expected text, found text)
LANGUAGE sql STABLE AS $$
    SELECT 'S6', 'hold ' || h.id || ' (' || h.unit_type || ' ' || h.unit_id || ')', 'commission ' || due.share,
           'commission ' || h.commission_minor
    FROM ledger_hold h
    CROSS JOIN LATERAL (SELECT ledger_share(h.gross_minor - h.refunded_minor, h.commission_rate_bp) AS share) AS due
    WHERE h.commission_minor <> due.share OR h.net_minor <> h.gross_minor - h.refunded_minor - due.share
    UNION ALL
    SELECT 'S6', 'hold ' || h.id || ' (' || h.unit_type || ' ' || h.unit_id || ')',
           'funded with ' || h.gross_minor || ' at ' || h.funded_at,
           coalesce(s.amount, 0) || ' at ' || coalesce(t.created_at::text, 'no moment')
    FROM ledger_hold h
    LEFT JOIN ledger_transfer t ON t.id = h.funding_transfer_id
    LEFT JOIN LATERAL (SELECT sum(e.amount) AS amount FROM ledger_entry e
                       WHERE e.transfer_id = h.funding_transfer_id AND e.hold_id = h.id) AS s ON true
    WHERE coalesce(s.amount, 0) <> h.gross_minor OR t.created_at IS DISTINCT FROM h.funded_at
$$;

-- Whether the transfer's own hash is that of a body which its row and its entries still tell. A body may leave out what
-- is empty, so every way of leaving out is tried.
CREATE FUNCTION ledger_is_as_posted(t ledger_transfer) RETURNS boolean LANGUAGE sql STABLE AS $$
    WITH told AS (
        SELECT jsonb_agg(jsonb_build_array(a.address, e.amount)
                         || CASE WHEN e.hold_id IS NULL THEN '[]' ELSE jsonb_build_array(e.hold_id) END ORDER BY e.id) AS legs
        FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id WHERE e.transfer_id = t.id
    )
    SELECT EXISTS (
        SELECT 1 FROM told, generate_series(0, 31) AS way
        WHERE (way & 1 = 0 OR t.cause_type = '') AND (way & 2 = 0 OR t.cause_id IS NULL) AND (way & 4 = 0 OR t.metadata = '{}')
          AND (way & 8 = 0 OR t.reverses_id IS NULL) AND (way & 16 = 0 OR t.hold_id IS NULL)
          AND t.body_hash = encode(sha256(convert_to((
            jsonb_build_object('kind', t.kind, 'legs', told.legs)
            || CASE WHEN way & 1 = 0 THEN jsonb_build_object('cause_type', t.cause_type) ELSE '{}' END
            || CASE WHEN way & 2 = 0 THEN jsonb_build_object('cause', t.cause_id) ELSE '{}' END
            || CASE WHEN way & 4 = 0 THEN jsonb_build_object('metadata', t.metadata) ELSE '{}' END
            || CASE WHEN way & 8 = 0 THEN jsonb_build_object('reverses', t.reverses_id) ELSE '{}' END
            || CASE WHEN way & 16 = 0 THEN jsonb_build_object('hold', t.hold_id) ELSE '{}' END
        )::text, 'UTF8')), 'hex')
    )
$$;

-- S7, before the seal: what is not sealed yet still tells the body that it was posted with. A payment's body is not told
-- by its rows, which S3, S6 and S8 hold against holds and payments instead; of its row what is derived is held here.
CREATE FUNCTION ledger_unsound_tail() RETURNS TABLE (rule text, subject text, expected text, found text)
LANGUAGE sql STABLE AS $$
    SELECT 'S7', 'transfer ' || t.id, 'as posted', 'changed before it was sealed'
    FROM ledger_transfer t
    WHERE NOT EXISTS (SELECT 1 FROM ledger_sealedtransfer s WHERE s.transfer_id = t.id)
      AND NOT CASE t.kind
        WHEN 'PAYMENT' THEN t.cause_type = 'PAYMENT' AND t.metadata = '{}' AND t.hold_id IS NULL AND t.reverses_id IS NULL
                            AND split_part(t.business_key, ':', 3) = t.cause_id::text
        WHEN 'ESCROW_RELEASE' THEN EXISTS (
            SELECT 1 FROM ledger_hold h CROSS JOIN LATERAL (
                SELECT coalesce(sum(e.amount) FILTER (WHERE a.kind = 'AVAILABLE'), 0) AS net,
                       coalesce(sum(e.amount) FILTER (WHERE a.kind = 'PLATFORM_REVENUE'), 0) AS commission
                FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id WHERE e.transfer_id = t.id) AS shares
            WHERE h.id = t.hold_id AND h.release_transfer_id = t.id AND h.settled_at = t.created_at
              AND (t.cause_type, t.cause_id) = (h.unit_type, h.unit_id)
              AND t.metadata = jsonb_build_object('reason', h.release_reason, 'commission_rate_bp', h.commission_rate_bp,
                                                  'commission_rule', h.commission_rule)
              AND t.body_hash = encode(sha256(convert_to(
                  'release:' || h.id || ':' || shares.net || ':' || shares.commission, 'UTF8')), 'hex'))
        WHEN 'NETTING' THEN t.metadata = '{}' AND t.hold_id IS NULL AND t.idempotency_key = 'netting:' || t.id AND EXISTS (
            SELECT 1 FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id AND a.kind = 'RECEIVABLE'
            WHERE e.transfer_id = t.id AND (t.cause_type, t.cause_id) = (a.owner_type, a.owner_id)
              AND t.body_hash = encode(sha256(convert_to('netting:' || a.id || ':' || e.amount, 'UTF8')), 'hex'))
        ELSE ledger_is_as_posted(t)
    END
$$;
