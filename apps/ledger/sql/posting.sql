-- Posting: one call, one transfer with all its entries; the only way by which the application writes either.

-- A UUIDv7 by the wall clock: ordered by time, so that indexes stay dense.
CREATE FUNCTION ledger_new_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
        52, 1), 53, 1), 'hex')::uuid
$$;

-- Accounts that do not exist yet are open afterwards. An address is OWNER:id:KIND[/gateway]:CURRENCY.
CREATE FUNCTION ledger_open_accounts(p_addresses text[], p_at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO ledger_account (id, owner_type, owner_id, kind, gateway, currency, state, created_at)
    SELECT ledger_new_id(), split_part(a, ':', 1), nullif(split_part(a, ':', 2), '')::uuid,
           split_part(split_part(a, ':', 3), '/', 1), split_part(split_part(a, ':', 3), '/', 2),
           split_part(a, ':', 4), 'ACTIVE', p_at
    FROM (SELECT DISTINCT unnest(p_addresses) AS a ORDER BY 1) missing
    WHERE NOT EXISTS (SELECT 1 FROM ledger_account known WHERE known.address = a)
    ON CONFLICT (address) DO NOTHING
$$;

-- The legs of a transfer that this transaction has just written are in, all in one statement.
CREATE FUNCTION ledger_write_entries(
    p_transfer uuid, p_at timestamptz, p_addresses text[], p_amounts bigint[], p_holds uuid[]
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ids uuid[];
    currencies text[];
BEGIN
    FOR attempt IN 1..2 LOOP
        SELECT array_agg(a.id ORDER BY leg.n), array_agg(a.currency ORDER BY leg.n) INTO ids, currencies
        FROM unnest(p_addresses) WITH ORDINALITY AS leg (address, n)
        LEFT JOIN ledger_account a ON a.address = leg.address;
        EXIT WHEN array_position(ids, NULL) IS NULL;
        PERFORM ledger_open_accounts(p_addresses, p_at);
    END LOOP;
    IF ids IS NULL THEN
        RAISE EXCEPTION 'transfer % has no entries', p_transfer USING ERRCODE = 'LG002';
    END IF;
    INSERT INTO ledger_entry (transfer_id, account_id, hold_id, amount, currency, created_at)
    SELECT p_transfer, leg.account, leg.hold, leg.amount, leg.currency, p_at
    FROM unnest(ids, p_amounts, currencies, p_holds) AS leg (account, amount, currency, hold);
END $$;

-- What is already in the books under a key or for a thing; another body under the same key is refused.
CREATE FUNCTION ledger_posted_before(p_key text, p_business_key text, p_hash text) RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    before record;
BEGIN
    SELECT t.id, t.body_hash INTO before FROM ledger_transfer t
    WHERE t.idempotency_key = p_key OR (p_business_key IS NOT NULL AND t.business_key = p_business_key)
    ORDER BY (t.idempotency_key = p_key) DESC LIMIT 1;
    IF before.id IS NOT NULL AND before.body_hash <> p_hash THEN
        RAISE EXCEPTION 'idempotency key % was used for another posting', p_key USING ERRCODE = 'LG001';
    END IF;
    RETURN before.id;
END $$;

CREATE FUNCTION ledger_post(
    p_kind text, p_key text, p_business_key text, p_hash text, p_cause_type text, p_cause_id uuid, p_hold uuid,
    p_reverses uuid, p_metadata jsonb, p_at timestamptz, p_addresses text[], p_amounts bigint[], p_holds uuid[],
    OUT transfer_id uuid, OUT replayed boolean
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    transfer_id := ledger_new_id();
    replayed := false;
    INSERT INTO ledger_transfer (id, kind, idempotency_key, business_key, body_hash, cause_type, cause_id, hold_id,
                                 reverses_id, metadata, created_at)
    VALUES (transfer_id, p_kind, p_key, p_business_key, p_hash, p_cause_type, p_cause_id, p_hold,
            p_reverses, p_metadata, p_at)
    ON CONFLICT DO NOTHING;
    IF FOUND THEN
        PERFORM ledger_write_entries(transfer_id, p_at, p_addresses, p_amounts, p_holds);
        RETURN;
    END IF;
    transfer_id := ledger_posted_before(p_key, p_business_key, p_hash);
    replayed := true;
    IF transfer_id IS NULL THEN
        RAISE EXCEPTION 'the hold % has had its release', p_hold USING ERRCODE = 'LG001';
    END IF;
END $$;
