//! How evenly a lock was shared.

/// Jain's index of fairness, in millionths: 1,000,000 where everybody got the same, and 1,000,000 / n where one of n
/// got everything. None where nobody got anything, or nobody asked.
///
/// R. Jain, D. Chiu and W. Hawe, "A Quantitative Measure of Fairness and Discrimination for Resource Allocation in
/// Shared Computer Systems", DEC Research Report TR-301, 1984.
pub fn fairness_ppm(shares: impl IntoIterator<Item = u64>) -> Option<u64> {
    let (mut count, mut sum, mut squares) = (0u128, 0u128, 0u128);
    for share in shares {
        let share = u128::from(share);
        count += 1;
        sum += share;
        squares += share * share;
    }
    (squares > 0).then(|| (sum * sum * 1_000_000 / (count * squares)) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_shares_are_fair_and_one_winner_is_not() {
        assert_eq!(fairness_ppm([7, 7, 7, 7]), Some(1_000_000));
        assert_eq!(fairness_ppm([9, 0, 0, 0]), Some(250_000));
        assert_eq!(fairness_ppm([3, 1]), Some(800_000));
        assert_eq!(fairness_ppm([0, 0]), None);
        assert_eq!(fairness_ppm([]), None);
    }
}
