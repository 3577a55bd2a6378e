//! Leases on the rigs of a shared wind tunnel, paid out of prepaid accounts.
//!
//! 1. The whole price of a lease is taken when it starts. An account never goes below zero, whatever threads do.
//! 2. A rig has at most one lease at a time. `start` waits until the rig is free. Callers pass rigs that exist.
//! 3. `give_back` ends a lease early and pays back what was not used, once. It needs the lease's token, which
//!    only the holder has; how long a comparison takes must tell nothing about the token.
//! 4. `sweep` ends the leases that ran out. Nothing is paid back for them.
//! 5. Leases last up to 90 days. The machine's clock may be set while they run; that must not change a price.
//! 6. Prices are in micro-credits, rounded up.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

const LONGEST: Duration = Duration::from_secs(90 * 24 * 60 * 60);
const HOUR_MS: u64 = 60 * 60 * 1000;

#[derive(Debug, PartialEq)]
pub enum Refused {
    TooLong,
    NoAccount,
    TooPoor,
    NoLease,
    WrongToken,
}

#[derive(Clone)]
struct Lease {
    account: String,
    rig: usize,
    rate: u32, // micro-credits an hour
    paid: u64,
    started: SystemTime,
    length: Duration,
    token: String, // 32 hexadecimal digits, drawn by the caller from the system's random source
}

pub struct Desk {
    accounts: Mutex<HashMap<String, u64>>,
    leases: Mutex<HashMap<u64, Lease>>,
    rigs: Mutex<Vec<Option<u64>>>, // the lease on each rig
    freed: Condvar,                // a rig became free; goes with `rigs`, whichever rig is waited for
    next_id: AtomicU64,
    refused: AtomicU64, // for the statistics page
}

/// A thread that panicked leaves whole values behind here, so a poisoned lock is used on.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn price(rate: u32, length: Duration) -> u64 {
    let millis = length.as_millis() as u32;
    (u64::from(rate) * u64::from(millis)).div_ceil(HOUR_MS)
}

/// Looks at every byte before it answers.
fn same_token(given: &str, expected: &str) -> bool {
    given.bytes().zip(expected.bytes()).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

impl Desk {
    pub fn new(rigs: usize, accounts: HashMap<String, u64>) -> Self {
        Desk {
            accounts: Mutex::new(accounts),
            leases: Mutex::default(),
            rigs: Mutex::new(vec![None; rigs]),
            freed: Condvar::new(),
            next_id: AtomicU64::new(1),
            refused: AtomicU64::new(0),
        }
    }

    fn refuse<T>(&self, why: Refused) -> Result<T, Refused> {
        self.refused.fetch_add(1, Ordering::Relaxed);
        Err(why)
    }

    /// Starts a lease, waiting for the rig where it must, and gives back the lease's number.
    pub fn start(&self, account: &str, rig: usize, rate: u32, length: Duration, token: String) -> Result<u64, Refused> {
        if length > LONGEST {
            return self.refuse(Refused::TooLong);
        }
        let paid = price(rate, length);
        match lock(&self.accounts).get(account) {
            None => return self.refuse(Refused::NoAccount),
            Some(balance) if *balance < paid => return self.refuse(Refused::TooPoor),
            Some(_) => {}
        }

        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let mut rigs = lock(&self.rigs);
        if rigs[rig].is_some() {
            rigs = self.freed.wait(rigs).unwrap_or_else(PoisonError::into_inner);
        }
        rigs[rig] = Some(id);
        drop(rigs);

        if let Some(balance) = lock(&self.accounts).get_mut(account) {
            *balance -= paid;
        }
        let account = account.to_owned();
        let started = SystemTime::now();
        lock(&self.leases).insert(id, Lease { account, rig, rate, paid, started, length, token });
        Ok(id)
    }

    /// Ends a lease before its time and pays back the rest: the micro-credits that came back.
    pub fn give_back(&self, id: u64, token: &str) -> Result<u64, Refused> {
        let Some(lease) = lock(&self.leases).get(&id).cloned() else {
            return self.refuse(Refused::NoLease);
        };
        if !same_token(token, &lease.token) {
            return self.refuse(Refused::WrongToken);
        }
        let used = lease.started.elapsed().unwrap_or_default().min(lease.length);
        let back = lease.paid - price(lease.rate, used);
        *lock(&self.accounts).entry(lease.account.clone()).or_default() += back;
        self.end(id, lease.rig);
        Ok(back)
    }

    fn end(&self, id: u64, rig: usize) {
        let mut leases = lock(&self.leases);
        let mut rigs = lock(&self.rigs);
        leases.remove(&id);
        if rigs[rig] == Some(id) {
            rigs[rig] = None;
        }
        self.freed.notify_one();
    }

    /// Ends every lease that ran out; how many there were.
    pub fn sweep(&self) -> usize {
        let mut rigs = lock(&self.rigs);
        let mut leases = lock(&self.leases);
        let over = |lease: &Lease| lease.started.elapsed().unwrap_or_default() >= lease.length;
        let ids: Vec<u64> = leases.iter().filter(|(_, lease)| over(lease)).map(|(id, _)| *id).collect();
        for id in &ids {
            if let Some(lease) = leases.remove(id)
                && rigs[lease.rig] == Some(*id)
            {
                rigs[lease.rig] = None;
            }
        }
        self.freed.notify_all();
        ids.len()
    }
}
