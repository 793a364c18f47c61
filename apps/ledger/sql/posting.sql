-- Posting: one call, one transfer with all its entries; the only way by which the application writes either.

-- A UUIDv7 by the wall clock: ordered by time, so that indexes stay dense.
CREATE FUNCTION ledger_new_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
        52, 1), 53, 1), 'hex')::uuid
$$;

-- Accounts that do not exist yet are open afterwards. An address is OWNER:id:KIND[/gateway]:CURRENCY.
CREATE FUNCTION ledger_open_accounts(p_addresses text[], p_at timestamptz) RETURNS void
LANGUAGE sql AS $$
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
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    account record;
    ids uuid[] := '{}';
    currencies text[] := '{}';
    leg text;
BEGIN
    FOREACH leg IN ARRAY p_addresses LOOP
        SELECT a.id, a.currency INTO account FROM ledger_account a WHERE a.address = leg;
        IF NOT FOUND THEN
            PERFORM ledger_open_accounts(ARRAY[leg], p_at);
            SELECT a.id, a.currency INTO account FROM ledger_account a WHERE a.address = leg;
        END IF;
        ids := ids || account.id;
        currencies := currencies || account.currency::text;
    END LOOP;
    IF cardinality(ids) = 0 THEN
        RAISE EXCEPTION 'transfer % has no entries', p_transfer USING ERRCODE = 'LG002';
    END IF;
    INSERT INTO ledger_entry (transfer_id, account_id, hold_id, amount, currency, created_at)
    SELECT p_transfer, leg.account, leg.hold, leg.amount, leg.currency, p_at
    FROM unnest(ids, p_amounts, currencies, p_holds) AS leg (account, amount, currency, hold);
END $$;

-- What is already in the books under a key or for a thing; another body under the same key is refused.
CREATE FUNCTION ledger_posted_before(p_key text, p_business_key text, p_hash text) RETURNS uuid
LANGUAGE plpgsql STABLE AS $$
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

-- One transfer with its legs, or the one that is there already. The document holds "key", "business_key", "at", and
-- the "body" that the key stands for: kind, legs ([address, amount] or, of escrow, [address, amount, hold]), cause_type,
-- cause, hold, reverses, metadata.
CREATE FUNCTION ledger_post(p jsonb, OUT transfer_id uuid, OUT replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    body jsonb := p->'body';
    moment timestamptz := p->>'at';
    hash text := encode(sha256(convert_to(body::text, 'UTF8')), 'hex');
    addresses text[];
    amounts bigint[];
    holds uuid[];
BEGIN
    transfer_id := ledger_new_id();
    replayed := false;
    INSERT INTO ledger_transfer (id, kind, idempotency_key, business_key, body_hash, cause_type, cause_id, hold_id,
                                 reverses_id, metadata, created_at)
    VALUES (transfer_id, body->>'kind', p->>'key', p->>'business_key', hash, coalesce(body->>'cause_type', ''),
            (body->>'cause')::uuid, (body->>'hold')::uuid, (body->>'reverses')::uuid, coalesce(body->'metadata', '{}'), moment)
    ON CONFLICT DO NOTHING;
    IF FOUND THEN
        SELECT array_agg(leg->>0 ORDER BY n), array_agg((leg->>1)::bigint ORDER BY n), array_agg((leg->>2)::uuid ORDER BY n)
        INTO addresses, amounts, holds FROM jsonb_array_elements(body->'legs') WITH ORDINALITY AS legs (leg, n);
        PERFORM ledger_write_entries(transfer_id, moment, coalesce(addresses, '{}'), amounts, holds);
        RETURN;
    END IF;
    transfer_id := ledger_posted_before(p->>'key', p->>'business_key', hash);
    replayed := true;
    IF transfer_id IS NULL THEN
        RAISE EXCEPTION 'the hold % has had its release', body->>'hold' USING ERRCODE = 'LG001';
    END IF;
END $$;
