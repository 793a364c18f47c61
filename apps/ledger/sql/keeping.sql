-- Keeping: balances by snapshot and tail, and the chain of hashes over sealed batches.
--
-- A snapshot's edge is a transaction id, not an entry's: ids are given out before commits, in another order, so that
-- max(id) would lose whoever commits late. All transactions below pg_snapshot_xmin() have ended.

-- The server these transaction ids belong to: a copy restored elsewhere counts its own.
CREATE FUNCTION ledger_cluster() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT system_identifier FROM pg_control_system()
$$;

-- The account's balance now. Without a snapshot the tail is everything.
CREATE FUNCTION ledger_balance_of(p_account uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH latest AS (
        SELECT s.amount, s.horizon FROM ledger_balancesnapshot s
        WHERE s.account_id = p_account AND s.cluster = ledger_cluster() ORDER BY s.horizon DESC LIMIT 1
    )
    SELECT coalesce((SELECT amount FROM latest), 0)::bigint + coalesce((
        SELECT sum(e.amount) FROM ledger_entry e
        WHERE e.account_id = p_account AND e.xid >= coalesce((SELECT horizon FROM latest), 0)), 0)::bigint
$$;

-- The account's balance of everything booked before p_at: whole days that are totalled, and what is not in them.
CREATE FUNCTION ledger_balance_at(p_account uuid, p_at timestamptz) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH latest AS (
        SELECT coalesce((
            SELECT s.horizon FROM ledger_balancesnapshot s
            WHERE s.account_id = p_account AND s.cluster = ledger_cluster() ORDER BY s.horizon DESC LIMIT 1
        ), 0) AS horizon, (p_at AT TIME ZONE 'UTC')::date AS day,
        ((p_at AT TIME ZONE 'UTC')::date)::timestamp AT TIME ZONE 'UTC' AS midnight
    )
    SELECT (coalesce((SELECT sum(d.amount) FROM ledger_dailytotal d, latest
                      WHERE latest.horizon > 0 AND d.account_id = p_account AND d.day < latest.day), 0)
          + coalesce((SELECT sum(e.amount) FROM ledger_entry e, latest
                      WHERE e.account_id = p_account AND e.xid < latest.horizon
                        AND e.created_at >= latest.midnight AND e.created_at < p_at), 0)
          + coalesce((SELECT sum(e.amount) FROM ledger_entry e, latest
                      WHERE e.account_id = p_account AND e.xid >= latest.horizon AND e.created_at < p_at), 0))::bigint
$$;

-- Accounts with entries since the last run have a newer snapshot and newer daily totals; answers how many accounts.
CREATE FUNCTION ledger_take_snapshot(p_at timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    this_cluster bigint := ledger_cluster();
    before bigint;
    edge bigint;
    taken integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ledger_take_snapshot'));
    edge := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
    SELECT max(s.horizon) INTO before FROM ledger_balancesnapshot s WHERE s.cluster = this_cluster;
    IF before IS NULL THEN
        before := 0;
        DELETE FROM ledger_dailytotal;
    END IF;
    WITH fresh AS MATERIALIZED (
        SELECT e.account_id, (e.created_at AT TIME ZONE 'UTC')::date AS day, sum(e.amount)::bigint AS amount, count(*) AS entries
        FROM ledger_transfer t JOIN ledger_entry e ON e.transfer_id = t.id
        WHERE t.xid >= before AND t.xid < edge GROUP BY 1, 2
    ), days AS (
        INSERT INTO ledger_dailytotal AS d (account_id, day, amount, entries)
        SELECT account_id, day, amount, entries FROM fresh
        ON CONFLICT (account_id, day) DO UPDATE
        SET amount = d.amount + excluded.amount, entries = d.entries + excluded.entries
    ), written AS (
        INSERT INTO ledger_balancesnapshot (account_id, cluster, horizon, amount, entries, taken_at)
        SELECT f.account_id, this_cluster, edge, coalesce(last.amount, 0) + sum(f.amount),
               coalesce(last.entries, 0) + sum(f.entries), p_at
        FROM fresh f
        LEFT JOIN LATERAL (
            SELECT s.amount, s.entries FROM ledger_balancesnapshot s
            WHERE s.account_id = f.account_id AND s.cluster = this_cluster ORDER BY s.horizon DESC LIMIT 1
        ) AS last ON true
        GROUP BY f.account_id, last.amount, last.entries
        RETURNING 1
    )
    SELECT count(*) INTO taken FROM written;
    RETURN taken;
END $$;

-- The hash of a transfer with its entries, as they stand.
CREATE FUNCTION ledger_transfer_hash(t ledger_transfer) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(jsonb_build_array(
        t.id, t.kind, t.idempotency_key, t.business_key, t.body_hash, t.cause_type, t.cause_id, t.hold_id, t.reverses_id,
        t.metadata, (extract(epoch FROM t.created_at) * 1000000)::bigint, t.xid,
        (SELECT jsonb_agg(jsonb_build_array(
            e.id, e.account_id, e.hold_id, e.amount, e.currency, (extract(epoch FROM e.created_at) * 1000000)::bigint, e.xid
        ) ORDER BY e.id) FROM ledger_entry e WHERE e.transfer_id = t.id)
    )::text, 'UTF8'))
$$;

-- The hash of a batch: the link before it, when it was sealed, and each of its transfers with its hash.
CREATE FUNCTION ledger_batch_hash(p_previous bytea, p_sealed_at timestamptz, p_batch bigint) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT sha256(p_previous || convert_to((extract(epoch FROM p_sealed_at) * 1000000)::bigint::text, 'UTF8')
                  || string_agg(uuid_send(s.transfer_id) || s.hash, ''::bytea ORDER BY s.transfer_id))
    FROM ledger_sealedtransfer s WHERE s.batch_id = p_batch
$$;

-- Up to p_limit transfers that can no longer change and are not sealed yet are a new link; answers how many.
CREATE FUNCTION ledger_seal_batch(p_limit integer, p_at timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    this_cluster bigint := ledger_cluster();
    edge bigint;
    link bigint;
    before bytea;
    since bigint;
    chosen uuid[];
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ledger_seal_batch'));
    edge := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
    SELECT b.hash INTO before FROM ledger_sealbatch b ORDER BY b.id DESC LIMIT 1;
    SELECT max(b.horizon) INTO since FROM ledger_sealbatch b WHERE b.cluster = this_cluster;
    SELECT array_agg(u.id), CASE WHEN count(*) = p_limit THEN max(u.xid) ELSE edge END INTO chosen, edge FROM (
        SELECT t.id, t.xid FROM ledger_transfer t
        WHERE t.xid >= coalesce(since, 0) AND t.xid < edge
          AND NOT EXISTS (SELECT 1 FROM ledger_sealedtransfer s WHERE s.transfer_id = t.id)
        ORDER BY t.xid, t.id LIMIT p_limit) AS u;
    IF chosen IS NULL THEN
        RETURN 0;
    END IF;
    link := nextval(pg_get_serial_sequence('ledger_sealbatch', 'id'));
    before := coalesce(before, sha256('the guild'::bytea));
    -- The link's own hash needs its rows, which come first: the key between them is checked at the commit.
    INSERT INTO ledger_sealedtransfer (transfer_id, batch_id, hash)
    SELECT t.id, link, ledger_transfer_hash(t) FROM ledger_transfer t WHERE t.id = ANY (chosen);
    INSERT INTO ledger_sealbatch (id, previous_hash, hash, transfers, cluster, horizon, sealed_at)
    VALUES (link, before, ledger_batch_hash(before, p_at, link), cardinality(chosen), this_cluster, edge, p_at);
    RETURN cardinality(chosen);
END $$;
