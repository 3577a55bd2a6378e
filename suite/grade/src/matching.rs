//! Matching one to one.

/// The largest matching of a bipartite graph of the greatest weight on the left: for every left node the right node it
/// is matched with. `edges[l]` are the right nodes that `l` may have.
///
/// Left nodes are taken by weight, the greatest first (of equal ones the first), and each gets a partner where the
/// others can be moved along an augmenting path (Kuhn 1955). The sets of left nodes that can be matched together are
/// the independent sets of a transversal matroid, so this greedy order is optimal for any positive weights (Edmonds
/// 1971), and as every basis of a matroid has the same size, the number of pairs is the largest too.
pub(crate) fn heaviest(edges: &[Vec<usize>], weights: &[f64], right: usize) -> Vec<Option<usize>> {
    let mut order: Vec<usize> = (0..edges.len()).collect();
    order.sort_by(|a, b| weights[*b].total_cmp(&weights[*a]).then(a.cmp(b)));
    let mut owner: Vec<Option<usize>> = vec![None; right];
    for node in order {
        augment(node, edges, &mut owner, &mut vec![false; right]);
    }
    let mut partner = vec![None; edges.len()];
    for (right, left) in owner.iter().enumerate() {
        if let Some(left) = left {
            partner[*left] = Some(right);
        }
    }
    partner
}

fn augment(node: usize, edges: &[Vec<usize>], owner: &mut [Option<usize>], seen: &mut [bool]) -> bool {
    // A free partner first: long lists that are equal in order need no path.
    if let Some(free) = edges[node].iter().find(|right| owner[**right].is_none()) {
        owner[*free] = Some(node);
        return true;
    }
    for &right in &edges[node] {
        if !std::mem::replace(&mut seen[right], true) {
            let holder = owner[right].expect("a free one was taken above");
            if augment(holder, edges, owner, seen) {
                owner[right] = Some(node);
                return true;
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(edges: &[Vec<usize>], right: usize) -> usize {
        heaviest(edges, &vec![1.0; edges.len()], right).iter().flatten().count()
    }

    #[test]
    fn a_partner_is_given_up_where_that_matches_more() {
        assert_eq!(pairs(&[vec![0, 1], vec![0]], 2), 2);
        assert_eq!(pairs(&[vec![0], vec![0], vec![0]], 1), 1);
        assert_eq!(pairs(&[vec![0, 1], vec![0, 2], vec![0, 1], vec![1, 2, 3]], 4), 4);
    }

    #[test]
    fn the_heavier_node_is_matched_where_not_all_can_be() {
        assert_eq!(heaviest(&[vec![0], vec![0]], &[1.0, 3.0], 1), [None, Some(0)]);
    }

    #[test]
    fn it_is_as_large_and_as_heavy_as_trying_everything() {
        // All graphs of three and three nodes, with weights 1, 2, 4.
        let weights = [1.0, 2.0, 4.0];
        for bits in 0..512_u32 {
            let edges: Vec<Vec<usize>> =
                (0..3).map(|l| (0..3).filter(|r| bits >> (l * 3 + r) & 1 == 1).collect()).collect();
            let found = heaviest(&edges, &weights, 3);
            let weight: f64 = found.iter().zip(weights).filter(|(p, _)| p.is_some()).map(|(_, w)| w).sum();
            let mut best = (0, 0.0_f64);
            for choice in 0..64_usize {
                let picks: Vec<Option<usize>> =
                    (0..3).map(|l| Some(choice >> (2 * l) & 3).filter(|r| *r < 3)).collect();
                let mut used: Vec<usize> = picks.iter().flatten().copied().collect();
                used.sort_unstable();
                let distinct = used.windows(2).all(|pair| pair[0] != pair[1]);
                let allowed = picks.iter().enumerate().all(|(l, r)| r.is_none_or(|r| edges[l].contains(&r)));
                if distinct && allowed {
                    let sum = picks.iter().zip(weights).filter(|(p, _)| p.is_some()).map(|(_, w)| w).sum();
                    best = (best.0.max(used.len()), best.1.max(sum));
                }
            }
            assert_eq!((found.iter().flatten().count(), weight), best, "{edges:?}");
        }
    }
}
