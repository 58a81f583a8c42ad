import type postgres from "postgres";

/** Accounts whose balance is not what their movements add up to, or whose versions have a gap. Empty where all is well. */
export async function unsound(sql: postgres.Sql): Promise<readonly object[]> {
  return sql`
    with step as (
      select learner_id, debit_kind as kind, debit_ref as ref, unit, debit_version as version, debit_balance as balance,
        -amount as change from ledger_movement
      union all
      select learner_id, credit_kind, credit_ref, unit, credit_version, credit_balance, amount from ledger_movement),
    running as (
      select *, sum(change) over own as sum, row_number() over own as place from step
      window own as (partition by learner_id, kind, ref, unit order by version)),
    summed as (
      select learner_id, kind, ref, unit, count(*) as movements, sum(change) as sum,
        count(*) filter (where balance <> sum or version <> place) as wrong
      from running group by learner_id, kind, ref, unit)
    select learner_id, kind, ref, unit, a.version, a.balance, movements, sum, wrong
    from ledger_account a full join summed using (learner_id, kind, ref, unit)
    where a.version is distinct from coalesce(movements, 0) or a.balance is distinct from coalesce(sum, 0) or wrong > 0
    limit 10`;
}

/** Units whose accounts do not add up to zero, learner by learner. */
export async function unbalanced(sql: postgres.Sql): Promise<readonly object[]> {
  return sql`select learner_id, unit from ledger_account group by learner_id, unit having sum(balance) <> 0 limit 10`;
}
