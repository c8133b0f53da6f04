//! What a check at the resource looks like in SQL: each of them one statement, so that nothing comes between the look and
//! the write.

use fencepost_model::Gate;

/// The statements of a check, with what their outcome says; none for what is no check, or none to copy.
pub(super) const fn of(gate: Gate) -> &'static [&'static str] {
    match gate {
        Gate::OncePerKey => ONCE_PER_KEY,
        Gate::IfVersion => IF_VERSION,
        Gate::Token => TOKEN,
        Gate::TokenSeq => TOKEN_SEQ,
        Gate::TokenStrict => TOKEN_STRICT,
        Gate::None | Gate::TokenWritesOnly | Gate::TokenTwoStep => &[],
    }
}

const ONCE_PER_KEY: &[&str] = &[
    "-- In the transaction that does the work; the key names the job, and not the try.",
    "CREATE TABLE done (job text PRIMARY KEY, result text NOT NULL);",
    "INSERT INTO done (job, result) VALUES ($1, $2) ON CONFLICT (job) DO NOTHING;",
    "-- 1 row: it is ours. 0 rows: somebody has done it; roll back, and read the result.",
    "-- A provider outside takes the same key in its request, such as `Idempotency-Key: $1`.",
];

const IF_VERSION: &[&str] = &[
    "SELECT state, version FROM orders WHERE id = $1;",
    "UPDATE orders SET state = $2, version = version + 1 WHERE id = $1 AND version = $3;",
    "-- 1 row: it is ours. 0 rows: it was changed since it was read; read again, and begin anew.",
];

const TOKEN: &[&str] = &[
    "-- The read raises the mark too: or else an older holder could write what was just read.",
    "UPDATE orders SET fence = $2 WHERE id = $1 AND fence <= $2 RETURNING state;",
    "UPDATE orders SET state = $3, fence = $2 WHERE id = $1 AND fence <= $2;",
    "-- 0 rows: a newer holder was here; the lock is lost. Sent twice, it is done twice: see token-seq.",
];

const TOKEN_SEQ: &[&str] = &[
    "-- The holder counts its steps: $3. The read is a step too, and raises the mark as under token.",
    "UPDATE orders SET state = $4, fence = $2, step = $3",
    " WHERE id = $1 AND (fence < $2 OR (fence = $2 AND step < $3));",
    "-- 0 rows: read fence and step. Both ours: it was done before. Anything else: it comes too late.",
];

const TOKEN_STRICT: &[&str] = &[
    "UPDATE orders SET state = $3, fence = $2 WHERE id = $1 AND fence < $2;",
    "-- 0 rows: this holder has written, or a newer one. Reads do not count, so an older holder may",
    "-- still write after a newer one has read.",
];
