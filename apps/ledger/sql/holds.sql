-- What happens to money in escrow: release of one or of thousands, refund in whole or in part.

-- What each state of a hold needs. A trigger rather than check constraints, whose expressions the server reads anew for
-- every statement: as such they took two thirds of the time that writing a hold takes (86 of 121 µs). By its name it
-- fires after the trigger that keeps the drawing of the moves.
CREATE FUNCTION ledger_hold_required_by_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.state = 'RELEASED') IS DISTINCT FROM (NEW.released_minor > 0)
       OR (NEW.released_minor > 0) IS DISTINCT FROM (NEW.release_transfer_id IS NOT NULL)
       OR (NEW.released_minor > 0) IS DISTINCT FROM (NEW.release_reason <> '')
       OR (NEW.released_minor > 0 AND NEW.released_minor + NEW.refunded_minor <> NEW.gross_minor)
       OR (NEW.released_minor > 0 AND NEW.settled_at IS NULL) THEN
        RAISE EXCEPTION 'hold % violates check ledger_hold_released_means_paid_out', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_hold_released_means_paid_out';
    END IF;
    IF (NEW.state = 'REFUNDED') IS DISTINCT FROM (NEW.refunded_minor = NEW.gross_minor)
       OR (NEW.state = 'REFUNDED' AND NEW.settled_at IS NULL) THEN
        RAISE EXCEPTION 'hold % violates check ledger_hold_refunded_means_given_back', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_hold_refunded_means_given_back';
    END IF;
    IF NEW.state = 'PENDING_CLEARANCE' AND (NEW.release_due_at IS NULL OR NEW.clearance_started_at IS NULL) THEN
        RAISE EXCEPTION 'hold % violates check ledger_hold_clearance_has_timer', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_hold_clearance_has_timer';
    END IF;
    IF NEW.state = 'FROZEN' AND (NEW.frozen_at IS NULL OR NEW.frozen_from NOT IN ('HELD', 'PENDING_CLEARANCE')) THEN
        RAISE EXCEPTION 'hold % violates check ledger_hold_frozen_says_from_where', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_hold_frozen_says_from_where';
    END IF;
    IF NEW.disputed_minor <> 0 AND (
        NEW.state <> 'FROZEN' OR NEW.disputed_minor < 0
        OR NEW.disputed_minor > NEW.gross_minor - NEW.refunded_minor - NEW.released_minor) THEN
        RAISE EXCEPTION 'hold % violates check ledger_hold_claimed_stays_frozen', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_hold_claimed_stays_frozen';
    END IF;
    IF NEW.recovered_minor <> 0 AND (NEW.recovered_minor < 0 OR NEW.recovered_minor > NEW.released_minor) THEN
        RAISE EXCEPTION 'hold % violates check ledger_hold_recovered_was_released', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_hold_recovered_was_released';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER required_by_state BEFORE INSERT OR UPDATE ON ledger_hold
FOR EACH ROW EXECUTE FUNCTION ledger_hold_required_by_state();

-- Each of these holds that may be released is released, with its transfer, entries and balances written in sets.
CREATE FUNCTION ledger_release_holds(p_ids uuid[], p_reason text, p_at timestamptz)
RETURNS TABLE (hold_id uuid, unit_type text, unit_id uuid, business_id uuid, customer_id uuid, currency text,
               net_minor bigint, commission_minor bigint, transfer_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
    -- The rows are locked by whoever chose them, or here; in one order either way.
    PERFORM 1 FROM ledger_hold h WHERE h.id = ANY (p_ids) ORDER BY h.id FOR NO KEY UPDATE;
    PERFORM ledger_open_accounts(array_agg(DISTINCT address), p_at) FROM (
        SELECT unnest(ARRAY['BUSINESS:' || h.business_id || ':AVAILABLE:' || h.currency,
                            'SYSTEM::PLATFORM_REVENUE:' || h.currency]) AS address
        FROM ledger_hold h WHERE h.id = ANY (p_ids)) AS wanted;
    RETURN QUERY
    WITH released AS (
        UPDATE ledger_hold h SET
            state = 'RELEASED', released_minor = h.gross_minor - h.refunded_minor, settled_at = p_at,
            release_reason = p_reason, release_transfer_id = ledger_new_id()
        WHERE h.id = ANY (p_ids) AND h.state IN ('PENDING_CLEARANCE', 'FROZEN') AND h.disputed_minor = 0
        RETURNING h.*
    ), transfers AS (
        INSERT INTO ledger_transfer (id, kind, idempotency_key, body_hash, cause_type, cause_id, hold_id, metadata, created_at)
        SELECT r.release_transfer_id, 'ESCROW_RELEASE', 'release:' || r.id,
               encode(sha256(convert_to('release:' || r.id || ':' || r.net_minor || ':' || r.commission_minor, 'UTF8')), 'hex'),
               r.unit_type, r.unit_id, r.id,
               jsonb_build_object('reason', p_reason, 'commission_rate_bp', r.commission_rate_bp,
                                  'commission_rule', r.commission_rule), p_at
        FROM released r
    ), entries AS (
        INSERT INTO ledger_entry (transfer_id, account_id, hold_id, amount, currency, created_at)
        SELECT r.release_transfer_id, a.id, leg.hold, leg.amount, r.currency, p_at
        FROM released r
        CROSS JOIN LATERAL (VALUES
            ('SYSTEM::SYSTEM_ESCROW:' || r.currency, -r.released_minor, r.id),
            ('BUSINESS:' || r.business_id || ':AVAILABLE:' || r.currency, r.net_minor, NULL),
            ('SYSTEM::PLATFORM_REVENUE:' || r.currency, r.commission_minor, NULL)
        ) AS leg (address, amount, hold)
        JOIN ledger_account a ON a.address = leg.address
        WHERE leg.amount <> 0
    )
    SELECT r.id, r.unit_type::text, r.unit_id, r.business_id, r.customer_id, r.currency::text, r.net_minor,
           r.commission_minor, r.release_transfer_id
    FROM released r;
    PERFORM ledger_net_owed(array_agg(DISTINCT 'BUSINESS:' || h.business_id || ':RECEIVABLE:' || h.currency), p_at)
    FROM ledger_hold h WHERE h.id = ANY (p_ids);
END $$;

-- Up to p_limit holds whose clearance time has run out are released; several callers share the work.
CREATE FUNCTION ledger_release_due(p_limit integer, p_at timestamptz)
RETURNS TABLE (hold_id uuid, unit_type text, unit_id uuid, business_id uuid, customer_id uuid, currency text,
               net_minor bigint, commission_minor bigint, transfer_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    claimed uuid[];
BEGIN
    SELECT array_agg(due.id) INTO claimed FROM (
        SELECT h.id FROM ledger_hold h
        WHERE h.state = 'PENDING_CLEARANCE' AND h.release_due_at <= p_at
          -- What cannot be paid out must not keep the rest waiting; it stays due, for operations to see.
          AND NOT EXISTS (SELECT 1 FROM ledger_account a WHERE a.state = 'CLOSED'
                          AND a.address = 'BUSINESS:' || h.business_id || ':AVAILABLE:' || h.currency)
        ORDER BY h.release_due_at, h.id LIMIT p_limit FOR NO KEY UPDATE SKIP LOCKED) AS due;
    IF claimed IS NOT NULL THEN
        RETURN QUERY SELECT * FROM ledger_release_holds(claimed, 'AUTO', p_at);
    END IF;
END $$;

-- p_amount of a hold went to the accounts of p_legs, [address, amount] each; commission and net are those of what is left.
CREATE FUNCTION ledger_refund_hold(
    p_hold uuid, p_amount bigint, p_legs jsonb, p_key text, p_metadata jsonb, p_at timestamptz,
    OUT transfer_id uuid, OUT replayed boolean
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    held ledger_hold;
BEGIN
    SELECT * INTO held FROM ledger_hold h WHERE h.id = p_hold FOR NO KEY UPDATE;
    SELECT posted.transfer_id, posted.replayed INTO transfer_id, replayed FROM ledger_post(jsonb_build_object(
        'key', p_key, 'at', p_at,
        'body', jsonb_build_object(
            'kind', 'ESCROW_REFUND', 'cause_type', held.unit_type, 'cause', held.unit_id, 'hold', p_hold, 'metadata', p_metadata,
            'legs', jsonb_build_array(
                jsonb_build_array('SYSTEM::SYSTEM_ESCROW:' || held.currency, -p_amount, p_hold)) || p_legs))) AS posted;
    IF replayed THEN
        RETURN;
    END IF;
    UPDATE ledger_hold h SET
        refunded_minor = h.refunded_minor + p_amount,
        commission_minor = ledger_share(h.gross_minor - h.refunded_minor - p_amount, h.commission_rate_bp),
        net_minor = h.gross_minor - h.refunded_minor - p_amount
                    - ledger_share(h.gross_minor - h.refunded_minor - p_amount, h.commission_rate_bp),
        state = CASE WHEN h.refunded_minor + p_amount = h.gross_minor THEN 'REFUNDED' ELSE h.state END,
        settled_at = CASE WHEN h.refunded_minor + p_amount = h.gross_minor THEN p_at ELSE h.settled_at END
    WHERE h.id = p_hold;
END $$;
