-- Money that comes back after its release, and who owes what is not there to be taken.

-- Each of these debts is paid off from what its owner can withdraw, as far as that goes, one transfer for each owner.
CREATE FUNCTION ledger_net_owed(p_debts text[], p_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    owing uuid[];
BEGIN
    SELECT array_agg(d.id) INTO owing FROM ledger_account d JOIN ledger_balance b ON b.account_id = d.id
    WHERE d.address = ANY (p_debts) AND d.kind = 'RECEIVABLE' AND b.posted < 0;
    IF owing IS NULL THEN
        RETURN;
    END IF;
    PERFORM 1 FROM ledger_balance b
    WHERE b.account_id IN (
        SELECT unnest(ARRAY[d.id, mine.id]) FROM ledger_account d
        JOIN ledger_account mine ON mine.address = ledger_spendable_of(d) WHERE d.id = ANY (owing))
    ORDER BY b.may_be_negative, b.account_id FOR NO KEY UPDATE;
    WITH due AS MATERIALIZED (
        SELECT ledger_new_id() AS transfer_id, d.id AS debt, mine.id AS spendable, d.owner_type, d.owner_id, d.currency,
               least(-owed.posted, have.posted - have.held) AS amount
        FROM ledger_account d
        JOIN ledger_balance owed ON owed.account_id = d.id
        JOIN ledger_account mine ON mine.address = ledger_spendable_of(d) AND mine.state = 'ACTIVE'
        JOIN ledger_balance have ON have.account_id = mine.id
        WHERE d.id = ANY (owing) AND owed.posted < 0 AND have.posted > have.held
    ), transfers AS (
        INSERT INTO ledger_transfer (id, kind, idempotency_key, body_hash, cause_type, cause_id, metadata, created_at)
        SELECT due.transfer_id, 'NETTING', 'netting:' || due.transfer_id,
               encode(sha256(convert_to('netting:' || due.debt || ':' || due.amount, 'UTF8')), 'hex'),
               due.owner_type, due.owner_id, '{}', p_at
        FROM due
    )
    INSERT INTO ledger_entry (transfer_id, account_id, amount, currency, created_at)
    SELECT due.transfer_id, leg.account, leg.amount, due.currency, p_at
    FROM due CROSS JOIN LATERAL (VALUES (due.spendable, -due.amount), (due.debt, due.amount)) AS leg (account, amount);
END $$;

-- From which account a debt is paid off.
CREATE FUNCTION ledger_spendable_of(d ledger_account) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT replace((d).address, ':RECEIVABLE:', CASE (d).owner_type WHEN 'BUSINESS' THEN ':AVAILABLE:' ELSE ':TIPS:' END)
$$;

-- As above, for the application.
CREATE FUNCTION ledger_pay_off(p_debts text[], p_at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT ledger_net_owed(p_debts, p_at)
$$;

-- The legs that take p_amount from the sources, in their order, as far as their money goes, and the rest as a debt.
-- Everything that the transfer will touch is locked first, in the order in which all lock.
CREATE FUNCTION ledger_taking_legs(
    p_sources text[], p_debt text, p_amount bigint, p_legs jsonb, p_at timestamptz, OUT legs jsonb, OUT owed bigint
) LANGUAGE plpgsql AS $$
DECLARE
    source text;
    found bigint;
    touched text[] := p_sources || p_debt || ARRAY(SELECT leg->>0 FROM jsonb_array_elements(p_legs) AS leg);
BEGIN
    PERFORM ledger_open_accounts(touched, p_at);
    PERFORM 1 FROM ledger_balance b
    WHERE b.account_id IN (
        SELECT a.id FROM ledger_account a WHERE a.address = ANY (touched))
    ORDER BY b.may_be_negative, b.account_id FOR NO KEY UPDATE;
    legs := '[]';
    owed := p_amount;
    FOREACH source IN ARRAY p_sources LOOP
        SELECT least(owed, greatest(b.posted - b.held, 0)) INTO found FROM ledger_account a
        JOIN ledger_balance b ON b.account_id = a.id WHERE a.address = source AND a.state = 'ACTIVE';
        CONTINUE WHEN coalesce(found, 0) = 0;
        legs := legs || jsonb_build_array(jsonb_build_array(source, -found));
        owed := owed - found;
    END LOOP;
    IF owed > 0 THEN
        legs := legs || jsonb_build_array(jsonb_build_array(p_debt, -owed));
    END IF;
END $$;

-- p_amount of what was released of a hold is at the accounts of p_legs, [address, amount] each: the platform gives its commission on it back, the
-- business what it has, and owes the rest. The transfer names the release that it takes back.
CREATE FUNCTION ledger_recover_hold(
    p_hold uuid, p_amount bigint, p_legs jsonb, p_key text, p_metadata jsonb, p_at timestamptz,
    OUT transfer_id uuid, OUT replayed boolean, OUT owed bigint
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    held ledger_hold;
    commission bigint;
    taken record;
    business text;
BEGIN
    SELECT * INTO held FROM ledger_hold h WHERE h.id = p_hold FOR NO KEY UPDATE;
    SELECT t.id INTO transfer_id FROM ledger_transfer t WHERE t.idempotency_key = p_key;
    replayed := FOUND;
    owed := 0;
    IF replayed THEN
        RETURN;
    END IF;
    UPDATE ledger_hold h SET recovered_minor = h.recovered_minor + p_amount WHERE h.id = p_hold;
    commission := ledger_share(held.released_minor - held.recovered_minor, held.commission_rate_bp)
                  - ledger_share(held.released_minor - held.recovered_minor - p_amount, held.commission_rate_bp);
    business := 'BUSINESS:' || held.business_id;
    SELECT * INTO taken FROM ledger_taking_legs(
        ARRAY[business || ':AVAILABLE:' || held.currency], business || ':RECEIVABLE:' || held.currency,
        p_amount - commission, p_legs, p_at);
    owed := taken.owed;
    IF commission > 0 THEN
        taken.legs := taken.legs || jsonb_build_array(
            jsonb_build_array('SYSTEM::PLATFORM_REVENUE:' || held.currency, -commission));
    END IF;
    SELECT posted.transfer_id INTO transfer_id FROM ledger_post(jsonb_build_object(
        'key', p_key, 'at', p_at,
        'body', jsonb_build_object(
            'kind', 'RECOVERY', 'cause_type', held.unit_type, 'cause', held.unit_id, 'hold', p_hold,
            'reverses', held.release_transfer_id, 'metadata', p_metadata,
            'legs', taken.legs || p_legs))) AS posted;
END $$;

-- p_amount of a tip is at the accounts of p_legs: from the performer's tips, from those kept for them, and the rest is owed.
CREATE FUNCTION ledger_recover_tip(
    p_performer uuid, p_currency text, p_amount bigint, p_legs jsonb, p_payment uuid, p_gateway text, p_key text,
    p_metadata jsonb, p_at timestamptz, OUT transfer_id uuid, OUT replayed boolean, OUT owed bigint
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    performer text := 'STAFF:' || p_performer;
    taken record;
BEGIN
    SELECT t.id INTO transfer_id FROM ledger_transfer t WHERE t.idempotency_key = p_key;
    replayed := FOUND;
    owed := 0;
    IF replayed THEN
        RETURN;
    END IF;
    SELECT * INTO taken FROM ledger_taking_legs(
        ARRAY[performer || ':TIPS:' || p_currency, performer || ':TIPS_PAYABLE:' || p_currency],
        performer || ':RECEIVABLE:' || p_currency, p_amount, p_legs, p_at);
    owed := taken.owed;
    SELECT posted.transfer_id INTO transfer_id FROM ledger_post(jsonb_build_object(
        'key', p_key, 'at', p_at,
        'body', jsonb_build_object(
            'kind', 'RECOVERY', 'cause_type', 'TIP_REFUND', 'cause', p_payment, 'metadata', p_metadata,
            'reverses', (SELECT t.id FROM ledger_transfer t WHERE t.business_key = 'fund:' || p_gateway || ':' || p_payment),
            'legs', taken.legs || p_legs))) AS posted;
END $$;
