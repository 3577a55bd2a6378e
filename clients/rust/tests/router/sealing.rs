//! From a draft to bytes: one form, whatever the order of the build.

use merit_router::Draft;
use merit_router::table::{canonical_text, digest_of};

use crate::tables::{plain, probes, sealed, unicode};

#[test]
fn the_order_of_the_build_does_not_matter() {
    let mut turned = probes();
    turned.segments.reverse();
    turned.segments.iter_mut().for_each(|row| row.candidates.reverse());
    assert_eq!(sealed(turned).1, sealed(probes()).1);
}

#[test]
fn the_bytes_are_canonical_and_carry_their_digest() {
    for draft in [plain(), probes(), unicode()] {
        let (table, bytes) = sealed(draft);
        let value = serde_json::from_slice(&bytes).expect("JSON");
        assert_eq!(canonical_text(value).as_bytes(), bytes);
        assert_eq!(table.digest, digest_of(&bytes));
        let again = Draft::from(table.clone()).seal(table.table_version, table.parent.clone()).expect("sound");
        assert_eq!(again, (table, bytes));
    }
}

#[test]
fn candidates_are_in_the_order_of_choice() {
    let (table, _) = sealed(unicode());
    let last = table.segments.iter().find(|row| row.role == "*" && row.category == "*").expect("always there");
    let ids: Vec<&str> = last.candidates.iter().map(|candidate| candidate.model.as_str()).collect();
    assert_eq!(ids, ["e\u{301}", "é", "модель-а", "模型"], "equal weights: by bytes");
}

#[test]
fn digits_beyond_the_twelfth_do_not_change_a_table() {
    let mut noisy = plain();
    for candidate in noisy.segments.iter_mut().flat_map(|row| &mut row.candidates) {
        candidate.weight *= 1.0 + 1e-15;
        candidate.cost_usd.mean = candidate.cost_usd.mean.map(|mean| mean * (1.0 - 2e-15));
    }
    assert_ne!(noisy, plain());
    assert_eq!(sealed(noisy).1, sealed(plain()).1);
}

#[test]
fn numbers_that_json_cannot_hold_are_refused() {
    type Change = fn(&mut Draft);
    let changes: [Change; 4] = [
        |draft| draft.segments[0].candidates[0].weight = f64::NAN,
        |draft| draft.segments[0].candidates[0].cost_usd.mean = Some(f64::INFINITY),
        |draft| draft.policy.half_life_days = Some(f64::INFINITY),
        |draft| {
            draft.segments[0].frontier[0].mix.insert("opus".into(), f64::NAN);
        },
    ];
    for change in changes {
        let mut draft = plain();
        change(&mut draft);
        assert!(draft.seal(1, None).is_err());
    }
}

#[test]
fn the_digest_covers_version_and_parent() {
    let one = plain().seal(1, None).expect("sound").0.digest;
    let two = plain().seal(2, None).expect("sound").0.digest;
    let three = plain().seal(2, Some(one.clone())).expect("sound").0.digest;
    assert!(one != two && two != three);
}
