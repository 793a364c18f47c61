-- Funding: a payment, its holds and their commission, in one call.

-- The share at a rate in basis points, rounded half up to a whole minor unit; the one rounding rule of the ledger.
CREATE FUNCTION ledger_share(p_amount bigint, p_rate_bp integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT div(p_amount::numeric * p_rate_bp * 2 + 10000, 20000)::bigint
$$;

-- Gross volume of a business from p_since (not included) to p_until, newest first, counted no further than p_enough.
CREATE FUNCTION ledger_volume(p_business uuid, p_currency text, p_since timestamptz, p_until timestamptz, p_enough bigint)
RETURNS bigint LANGUAGE plpgsql STABLE AS $$
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

-- The rate that a hold funded at p_at gets, and the rule that gave it. p_tiers: "standard_bp" and, for the currency,
-- rising "thresholds" with the "rates_bp" that hold above them.
CREATE FUNCTION ledger_commission_terms(
  p_business uuid, p_currency text, p_at timestamptz, p_own_bp integer, p_plan_bp integer, p_tiers jsonb,
  OUT rate_bp integer, OUT rule text
) LANGUAGE plpgsql STABLE AS $$
DECLARE
    thresholds jsonb := p_tiers->'thresholds';
    tiers integer := jsonb_array_length(thresholds);
    volume bigint;
BEGIN
    IF p_own_bp IS NOT NULL THEN
        rate_bp := p_own_bp; rule := 'OWN_RATE';
        RETURN;
    END IF;
    rate_bp := p_tiers->>'standard_bp'; rule := 'STANDARD';
    IF tiers > 0 THEN
        volume := ledger_volume(p_business, p_currency, p_at - interval '30 days', p_at, (thresholds->>(tiers - 1))::bigint);
        FOR tier IN 0..tiers - 1 LOOP
            EXIT WHEN volume <= (thresholds->>tier)::bigint;
            rate_bp := p_tiers->'rates_bp'->>tier; rule := 'VOLUME_ABOVE_' || (thresholds->>tier);
        END LOOP;
    END IF;
    IF p_plan_bp < rate_bp THEN
        rate_bp := p_plan_bp; rule := 'PLAN';
    END IF;
END $$;

-- The account that takes the money: the first, or where that is closed the second. Money that has come is not refused.
CREATE FUNCTION ledger_open_one(p_address text, p_instead text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN EXISTS (SELECT 1 FROM ledger_account a WHERE a.address = p_address AND a.state = 'CLOSED')
           THEN p_instead ELSE p_address END
$$;

-- The payment is in the books: clearing in debit, one hold per unit, tips to their performers, the rest to the excess
-- account. A unit that has a hold already gets no second one; its share joins the rest.
--
-- One document brings it all, which costs a client a quarter of what as many parameters do: "key", "business_key",
-- "at", the tiers ("standard_bp", "thresholds", "rates_bp"), and the "body" that the key stands for: payment, gateway,
-- currency, amount, fee, wallet, wallet_amount, excess, allocations and tips. Allocations are sorted by unit, so that
-- two payments of the same units never wait for each other in a ring.
-- "parts" is there where the customer had set something aside: "reserved" and, of it, "wallet" and "credits", which lie
-- there, and "promotions", which the platform pays. What they pay for nothing goes back in the reverse order of spending:
-- first all that is cash, to the excess account, then credits to "credits_to", and promotions are not paid at all.
CREATE FUNCTION ledger_fund_payment(
    p jsonb, OUT transfer_id uuid, OUT replayed boolean, OUT excess bigint, OUT holds jsonb
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    body jsonb := p->'body';
    moment timestamptz := p->>'at';
    payment uuid := body->>'payment';
    gateway text := body->>'gateway';
    currency text := body->>'currency';
    paid bigint := body->>'amount';
    from_wallet bigint := body->>'wallet_amount';
    fee bigint := body->>'fee';
    hash text := encode(sha256(convert_to(body::text, 'UTF8')), 'hex');
    new_transfer uuid := ledger_new_id();
    addresses text[] := '{}';
    amounts bigint[] := '{}';
    hold_ids uuid[] := '{}';
    share jsonb;
    share_amount bigint;
    share_commission bigint;
    terms record;
    new_hold uuid;
    parts jsonb := body->'parts';
    set_aside bigint := 0;
    in_credits bigint := 0;
    promised bigint := 0;
    to_credits bigint := 0;
    unspent bigint := 0;
BEGIN
    IF parts IS NOT NULL THEN
        in_credits := parts->>'credits'; promised := parts->>'promotions';
        set_aside := in_credits + (parts->>'wallet')::bigint;
    END IF;
    INSERT INTO ledger_transfer (id, kind, idempotency_key, business_key, body_hash, cause_type, cause_id, metadata, created_at)
    VALUES (new_transfer, 'PAYMENT', p->>'key', p->>'business_key', hash, 'PAYMENT', payment, '{}', moment)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        transfer_id := ledger_posted_before(p->>'key', p->>'business_key', hash);
        replayed := true;
        SELECT jsonb_agg(jsonb_build_array(h.unit_type, h.unit_id, h.id, h.commission_rate_bp, h.commission_rule)) INTO holds
        FROM ledger_hold h
        WHERE h.payment_id = payment AND h.funding_transfer_id = ledger_fund_payment.transfer_id;
        SELECT paid + from_wallet + set_aside + promised - coalesce(sum(h.gross_minor), 0)
               - (SELECT coalesce(sum((tip->>2)::bigint), 0) FROM jsonb_array_elements(body->'tips') AS tip)
        INTO excess FROM ledger_hold h
        WHERE h.payment_id = payment AND h.funding_transfer_id = ledger_fund_payment.transfer_id;
        RETURN;
    END IF;
    transfer_id := new_transfer;
    replayed := false;
    holds := '[]';
    excess := paid + from_wallet + set_aside + promised;

    FOR i IN 0..jsonb_array_length(body->'allocations') - 1 LOOP
        share := body->'allocations'->i;
        share_amount := share->>'amount_minor';
        CONTINUE WHEN share_amount = 0;
        terms := ledger_commission_terms((share->>'business_id')::uuid, currency, moment,
            (share->>'commission_rate_bp')::integer, (share->>'plan_rate_bp')::integer, p);
        share_commission := ledger_share(share_amount, terms.rate_bp);
        new_hold := ledger_new_id();
        INSERT INTO ledger_hold (id, payment_id, funding_transfer_id, gateway, unit_type, unit_id, business_id, customer_id,
            currency, gross_minor, commission_rate_bp, commission_rule, commission_minor, net_minor, refunded_minor,
            released_minor, state, funded_at, frozen_from, frozen_reason, release_reason)
        VALUES (new_hold, payment, new_transfer, gateway, share->>'unit_type', (share->>'unit_id')::uuid,
            (share->>'business_id')::uuid, (share->>'customer_id')::uuid, currency, share_amount, terms.rate_bp, terms.rule,
            share_commission, share_amount - share_commission, 0, 0, 'HELD', moment, '', '', '')
        ON CONFLICT (unit_type, unit_id) WHERE state <> 'REFUNDED' DO NOTHING;
        CONTINUE WHEN NOT FOUND;
        addresses := addresses || ('SYSTEM::SYSTEM_ESCROW:' || currency);
        amounts := amounts || share_amount;
        hold_ids := hold_ids || new_hold;
        excess := excess - share_amount;
        holds := holds || jsonb_build_array(jsonb_build_array(
            share->'unit_type', share->'unit_id', new_hold, terms.rate_bp, terms.rule));
    END LOOP;

    FOR i IN 0..jsonb_array_length(body->'tips') - 1 LOOP
        share := body->'tips'->i;
        addresses := addresses || ledger_open_one(share->>0, share->>1);
        amounts := amounts || (share->>2)::bigint;
        excess := excess - (share->>2)::bigint;
    END LOOP;
    IF excess < 0 THEN
        RAISE EXCEPTION 'payment % is allocated beyond its amount', payment USING ERRCODE = 'LG004';
    END IF;
    IF parts IS NOT NULL THEN
        unspent := greatest(excess - paid - from_wallet - set_aside, 0);
        to_credits := greatest(excess - unspent - (paid + from_wallet + set_aside - in_credits), 0);
        IF to_credits > 0 THEN
            addresses := addresses || ledger_open_one(parts->>'credits_to', body->>'excess'); amounts := amounts || to_credits;
        END IF;
        IF set_aside > 0 THEN
            addresses := addresses || (parts->>'reserved'); amounts := amounts || -set_aside;
        END IF;
        IF promised > unspent THEN
            addresses := addresses || ('SYSTEM::PROMOTIONS:' || currency); amounts := amounts || -(promised - unspent);
        END IF;
    END IF;
    IF excess - unspent - to_credits > 0 THEN
        addresses := addresses || ledger_open_one(body->>'excess', 'SYSTEM::SUSPENSE:' || currency);
        amounts := amounts || (excess - unspent - to_credits);
    END IF;
    IF paid > 0 THEN
        addresses := addresses || ('SYSTEM::GATEWAY_CLEARING/' || gateway || ':' || currency);
        amounts := amounts || -paid;
    END IF;
    IF from_wallet > 0 THEN
        addresses := addresses || (body->>'wallet'); amounts := amounts || -from_wallet;
    END IF;
    PERFORM ledger_write_entries(new_transfer, moment, addresses, amounts, hold_ids);
    IF jsonb_array_length(body->'tips') > 0 THEN
        PERFORM ledger_net_owed(array_agg(replace(tip->>0, ':TIPS:', ':RECEIVABLE:')), moment)
        FROM jsonb_array_elements(body->'tips') AS tip;
    END IF;

    IF fee > 0 THEN
        IF NOT EXISTS (SELECT 1 FROM ledger_transfer t WHERE t.idempotency_key = 'fee:' || gateway || ':' || payment) THEN
            PERFORM ledger_record_fee(payment, gateway, currency, fee, moment);
        END IF;
    END IF;
END $$;

-- What the gateway kept of a payment is the platform's cost; known once per payment.
CREATE FUNCTION ledger_record_fee(
    p_payment uuid, p_gateway text, p_currency text, p_fee bigint, p_at timestamptz, OUT transfer_id uuid, OUT replayed boolean
) LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT posted.transfer_id, posted.replayed FROM ledger_post(jsonb_build_object(
        'key', 'fee:' || p_gateway || ':' || p_payment, 'at', p_at,
        'body', jsonb_build_object('kind', 'GATEWAY_FEE', 'cause_type', 'PAYMENT', 'cause', p_payment, 'legs',
            jsonb_build_array(
                jsonb_build_array('SYSTEM::GATEWAY_CLEARING/' || p_gateway || ':' || p_currency, p_fee),
                jsonb_build_array('SYSTEM::GATEWAY_FEES:' || p_currency, -p_fee))))) AS posted
$$;
