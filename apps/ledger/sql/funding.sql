-- Funding: a payment, its holds and their commission, in one call.

-- The share at a rate in basis points, rounded half up to a whole minor unit; the one rounding rule of the ledger.
CREATE FUNCTION ledger_share(p_amount bigint, p_rate_bp integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT div(p_amount::numeric * p_rate_bp * 2 + 10000, 20000)::bigint
$$;

-- Gross volume of a business from p_since (not included) to p_until, newest first, counted no further than p_enough.
CREATE FUNCTION ledger_volume(p_business uuid, p_currency text, p_since timestamptz, p_until timestamptz, p_enough bigint)
RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    total bigint := 0;
    kept bigint;
BEGIN
    FOR kept IN
        SELECT h.gross_minor - h.refunded_minor FROM ledger_hold h
        WHERE h.business_id = p_business AND h.currency = p_currency
          AND h.funded_at > p_since AND h.funded_at <= p_until
        ORDER BY h.funded_at DESC
    LOOP
        total := total + kept;
        EXIT WHEN total > p_enough;
    END LOOP;
    RETURN total;
END $$;

-- The rate that a hold funded at p_at gets, and the rule that gave it. Thresholds rise, their rates belong to them.
CREATE FUNCTION ledger_commission_terms(
    p_business uuid, p_currency text, p_at timestamptz, p_own_bp integer, p_plan_bp integer,
    p_standard_bp integer, p_thresholds bigint[], p_rates_bp integer[], OUT rate_bp integer, OUT rule text
) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    tiers integer := coalesce(cardinality(p_thresholds), 0);
    volume bigint;
BEGIN
    IF p_own_bp IS NOT NULL THEN
        rate_bp := p_own_bp; rule := 'OWN_RATE';
        RETURN;
    END IF;
    rate_bp := p_standard_bp; rule := 'STANDARD';
    IF tiers > 0 THEN
        volume := ledger_volume(p_business, p_currency, p_at - interval '30 days', p_at, p_thresholds[tiers]);
        FOR tier IN 1..tiers LOOP
            IF volume > p_thresholds[tier] THEN
                rate_bp := p_rates_bp[tier]; rule := 'VOLUME_ABOVE_' || p_thresholds[tier];
            END IF;
        END LOOP;
    END IF;
    IF p_plan_bp < rate_bp THEN
        rate_bp := p_plan_bp; rule := 'PLAN';
    END IF;
END $$;

-- The payment is in the books: clearing in debit, one hold per unit, tips to their performers, the rest to p_excess.
-- A unit that has a hold already gets no second one; its share joins the rest.
CREATE FUNCTION ledger_fund_payment(
    p_payment uuid, p_gateway text, p_currency text, p_amount bigint, p_fee bigint,
    p_wallet text, p_wallet_amount bigint, p_excess text,
    p_key text, p_business_key text, p_hash text, p_at timestamptz,
    p_unit_types text[], p_unit_ids uuid[], p_businesses uuid[], p_customers uuid[], p_shares bigint[],
    p_own_bp integer[], p_plan_bp integer[], p_tips text[], p_tip_shares bigint[],
    p_standard_bp integer, p_thresholds bigint[], p_rates_bp integer[],
    OUT transfer_id uuid, OUT replayed boolean, OUT excess bigint, OUT hold_ids uuid[], OUT hold_units uuid[],
    OUT hold_types text[], OUT hold_rates integer[], OUT hold_rules text[]
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    new_transfer uuid := ledger_new_id();
    escrow text := 'SYSTEM::SYSTEM_ESCROW:' || p_currency;
    clearing text := 'SYSTEM::GATEWAY_CLEARING/' || p_gateway || ':' || p_currency;
    addresses text[] := '{}';
    amounts bigint[] := '{}';
    hold_shares bigint[];
BEGIN
    replayed := false;
    INSERT INTO ledger_transfer (id, kind, idempotency_key, business_key, body_hash, cause_type, cause_id, metadata, created_at)
    VALUES (new_transfer, 'PAYMENT', p_key, p_business_key, p_hash, 'PAYMENT', p_payment, '{}', p_at)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        transfer_id := ledger_posted_before(p_key, p_business_key, p_hash);
        replayed := true;
        SELECT array_agg(h.id), array_agg(h.unit_id), array_agg(h.unit_type), array_agg(h.commission_rate_bp),
               array_agg(h.commission_rule)
        INTO hold_ids, hold_units, hold_types, hold_rates, hold_rules
        FROM ledger_hold h WHERE h.funding_transfer_id = ledger_fund_payment.transfer_id;
        SELECT coalesce(sum(e.amount), 0) INTO excess FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
        WHERE e.transfer_id = ledger_fund_payment.transfer_id AND a.address = p_excess AND e.amount > 0;
        RETURN;
    END IF;
    transfer_id := new_transfer;

    WITH funded AS (
        INSERT INTO ledger_hold (id, payment_id, funding_transfer_id, gateway, unit_type, unit_id, business_id, customer_id,
            currency, gross_minor, commission_rate_bp, commission_rule, commission_minor, net_minor, refunded_minor,
            released_minor, state, funded_at, frozen_from, frozen_reason, release_reason)
        SELECT ledger_new_id(), p_payment, new_transfer, p_gateway, share.unit_type, share.unit_id, share.business,
               share.customer, p_currency, share.amount, terms.rate_bp, terms.rule,
               ledger_share(share.amount, terms.rate_bp), share.amount - ledger_share(share.amount, terms.rate_bp),
               0, 0, 'HELD', p_at, '', '', ''
        FROM unnest(p_unit_types, p_unit_ids, p_businesses, p_customers, p_shares, p_own_bp, p_plan_bp)
             AS share (unit_type, unit_id, business, customer, amount, own_bp, plan_bp),
             LATERAL ledger_commission_terms(share.business, p_currency, p_at, share.own_bp, share.plan_bp,
                                             p_standard_bp, p_thresholds, p_rates_bp) AS terms
        WHERE share.amount > 0
        ORDER BY share.unit_type, share.unit_id
        ON CONFLICT (unit_type, unit_id) WHERE state <> 'REFUNDED' DO NOTHING
        RETURNING id, unit_id, unit_type, gross_minor, commission_rate_bp, commission_rule
    )
    SELECT array_agg(f.id), array_agg(f.unit_id), array_agg(f.unit_type), array_agg(f.gross_minor),
           array_agg(f.commission_rate_bp), array_agg(f.commission_rule)
    INTO hold_ids, hold_units, hold_types, hold_shares, hold_rates, hold_rules FROM funded f;

    excess := p_amount + p_wallet_amount
        - coalesce((SELECT sum(s) FROM unnest(hold_shares) s), 0) - coalesce((SELECT sum(s) FROM unnest(p_tip_shares) s), 0);
    IF excess < 0 THEN
        RAISE EXCEPTION 'payment % is allocated beyond its amount', p_payment USING ERRCODE = 'LG004';
    END IF;
    IF p_amount > 0 THEN
        addresses := addresses || clearing; amounts := amounts || -p_amount;
    END IF;
    IF p_wallet_amount > 0 THEN
        addresses := addresses || p_wallet; amounts := amounts || -p_wallet_amount;
    END IF;
    IF excess > 0 THEN
        addresses := addresses || p_excess; amounts := amounts || excess;
    END IF;
    addresses := addresses || p_tips; amounts := amounts || p_tip_shares;
    PERFORM ledger_write_entries(
        new_transfer, p_at,
        addresses || array_fill(escrow, ARRAY[coalesce(cardinality(hold_ids), 0)]),
        amounts || hold_shares,
        array_fill(NULL::uuid, ARRAY[cardinality(addresses)]) || hold_ids
    );

    IF p_fee > 0 AND NOT EXISTS (SELECT 1 FROM ledger_transfer t
                                 WHERE t.idempotency_key = 'fee:' || p_gateway || ':' || p_payment) THEN
        PERFORM ledger_record_fee(p_payment, p_gateway, p_currency, p_fee, p_at);
    END IF;
END $$;

-- What the gateway kept of a payment is the platform's cost; known once per payment.
CREATE FUNCTION ledger_record_fee(
    p_payment uuid, p_gateway text, p_currency text, p_fee bigint, p_at timestamptz, OUT transfer_id uuid, OUT replayed boolean
) LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT posted.transfer_id, posted.replayed FROM ledger_post(
        'GATEWAY_FEE', 'fee:' || p_gateway || ':' || p_payment, NULL,
        encode(sha256(convert_to('fee:' || p_gateway || ':' || p_currency || ':' || p_fee, 'UTF8')), 'hex'),
        'PAYMENT', p_payment, NULL, NULL, '{}', p_at,
        ARRAY['SYSTEM::GATEWAY_CLEARING/' || p_gateway || ':' || p_currency, 'SYSTEM::GATEWAY_FEES:' || p_currency],
        ARRAY[p_fee, -p_fee], ARRAY[NULL, NULL]::uuid[]) AS posted
$$;
