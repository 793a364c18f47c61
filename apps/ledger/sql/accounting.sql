-- What an accountant asks of the books. All days are UTC days.
--
-- Daily totals hold every entry of the transactions before the newest snapshot's horizon, whatever the account; the rest
-- is the tail, which is found by the transfers' own index of transactions.

CREATE FUNCTION ledger_newest_horizon() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT max(s.horizon) FROM ledger_balancesnapshot s WHERE s.cluster = ledger_cluster()), 0)
$$;

-- Debits and credits by kind of account at the end of a day: what each account comes to stands on one side.
CREATE FUNCTION ledger_trial_balance(p_day date)
RETURNS TABLE (currency text, owner_type text, kind text, gateway text, accounts bigint, debit bigint, credit bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH edge AS MATERIALIZED (SELECT ledger_newest_horizon() AS horizon), moved AS (
        SELECT d.account_id, d.amount FROM ledger_dailytotal d, edge WHERE edge.horizon > 0 AND d.day <= p_day
        UNION ALL
        SELECT e.account_id, e.amount FROM edge
        JOIN ledger_transfer t ON t.xid >= edge.horizon JOIN ledger_entry e ON e.transfer_id = t.id
        WHERE (e.created_at AT TIME ZONE 'UTC')::date <= p_day
    ), sums AS (SELECT m.account_id, sum(m.amount) AS amount FROM moved m GROUP BY 1)
    SELECT a.currency::text, a.owner_type::text, a.kind::text, a.gateway::text, count(*),
           coalesce(sum(-s.amount) FILTER (WHERE s.amount < 0), 0)::bigint,
           coalesce(sum(s.amount) FILTER (WHERE s.amount > 0), 0)::bigint
    FROM sums s JOIN ledger_account a ON a.id = s.account_id
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
$$;

-- What the accounts of a kind come to at the end of each day from p_since to p_until, and what moved on it.
CREATE FUNCTION ledger_days_of(p_kind text, p_currency text, p_since date, p_until date)
RETURNS TABLE (day date, moved bigint, balance bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH edge AS MATERIALIZED (SELECT ledger_newest_horizon() AS horizon), chosen AS MATERIALIZED (
        SELECT a.id FROM ledger_account a WHERE a.kind = p_kind AND a.currency = p_currency
    ), moved AS (
        SELECT d.day, d.amount FROM ledger_dailytotal d, edge
        WHERE edge.horizon > 0 AND d.day <= p_until AND d.account_id IN (SELECT c.id FROM chosen c)
        UNION ALL
        SELECT (e.created_at AT TIME ZONE 'UTC')::date, e.amount FROM chosen c, edge, ledger_entry e
        WHERE e.account_id = c.id AND e.xid >= edge.horizon AND (e.created_at AT TIME ZONE 'UTC')::date <= p_until
    )
    SELECT on_day::date, coalesce(sum(m.amount) FILTER (WHERE m.day = on_day::date), 0)::bigint,
           coalesce(sum(m.amount), 0)::bigint
    FROM generate_series(p_since, p_until, interval '1 day') AS on_day
    LEFT JOIN (SELECT m.day, sum(m.amount) AS amount FROM moved m GROUP BY 1) AS m ON m.day <= on_day::date
    GROUP BY on_day ORDER BY on_day
$$;
