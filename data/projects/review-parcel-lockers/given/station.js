'use strict';

// Reservations of the parcel lockers of one station.
//
// A courier reserves a locker; the recipient is mailed a pickup code of exactly six digits and opens the
// locker with it. One process serves the station, and it handles many requests at a time: whatever awaits
// lets others in between. Every method of `storage`, `payments` and `mailer` returns a promise. `payments`
// rejects where a card is refused, and takes an amount of 0 without asking the card. The terminal itself
// shuts out people who try codes; that is no concern of this file.

const { randomInt } = require('node:crypto');

const DAY_MS = 24 * 60 * 60 * 1000;
const HOLD_DAYS = 30;
const REMIND_DAYS = 25;
const DEPOSIT_CENTS = 200;
const CODE = /^\d{6}$/g;

class Station {
  constructor({ storage, payments, mailer, log, clock = Date.now }) {
    Object.assign(this, { storage, payments, mailer, log, clock });
    this.reservations = new Map(); // by id
    this.timers = new Map(); // by reservation id
  }

  // The smallest free locker that takes the parcel, or null.
  async findLocker(litres) {
    const fitting = (await this.storage.freeLockers()).filter((locker) => locker.litres >= litres);
    fitting.sort((a, b) => a.litres - b.litres);
    return fitting[0] ?? null;
  }

  // Takes the deposit. A refused card is logged and gives false.
  async charge(recipient, cents) {
    try {
      return this.payments.charge(recipient, cents).then(() => true);
    } catch (error) {
      this.log(`deposit of ${cents} refused: ${error.message}`);
      return false;
    }
  }

  // A code that no reservation has.
  newCode() {
    const used = new Set([...this.reservations.values()].map((reservation) => reservation.code));
    let code;
    do {
      code = String(randomInt(0, 1_000_000));
    } while (used.has(code));
    return code;
  }

  // Reserves a locker for a parcel; null where none is free or the deposit is refused. A locker never holds
  // two parcels. Partners agree on a deposit of their own in `options.deposit`; charities agree on 0.
  async reserve(parcel, options = {}) {
    const locker = await this.findLocker(parcel.litres);
    if (locker == null) return null;
    await this.storage.markTaken(locker.id);

    const deposit = options.deposit || DEPOSIT_CENTS;
    if (!(await this.charge(parcel.recipient, deposit))) {
      await this.storage.markFree(locker.id);
      return null;
    }
    const reservation = {
      id: parcel.id,
      lockerId: locker.id,
      recipient: parcel.recipient,
      code: this.newCode(),
      expires: this.clock() + HOLD_DAYS * DAY_MS,
    };
    this.reservations.set(reservation.id, reservation);
    this.scheduleReminder(reservation);
    await this.mailer.send(reservation.recipient, `Your pickup code is ${reservation.code}.`);
    return reservation;
  }

  // Reminds the recipient REMIND_DAYS after the reservation, unless it has ended by then.
  scheduleReminder(reservation) {
    const timer = setTimeout(() => {
      this.mailer.send(reservation.recipient, 'Your parcel is waiting.').catch((error) => this.log(error.message));
    }, REMIND_DAYS * DAY_MS);
    timer.unref(); // a waiting reminder does not keep the process up
    this.timers.set(reservation.id, timer);
  }

  // Opens the locker for a live code: its id, or null where the code opens nothing. A code opens once.
  async open(code) {
    if (!CODE.test(code)) return null;
    const reservation = [...this.reservations.values()].find((candidate) => candidate.code === code);
    if (!reservation || reservation.expires <= this.clock()) return null;
    await this.end(reservation);
    return reservation.lockerId;
  }

  async end(reservation) {
    this.reservations.delete(reservation.id); // before the await: nobody finds it any more
    clearTimeout(this.timers.get(reservation.id));
    this.timers.delete(reservation.id);
    await this.storage.markFree(reservation.lockerId);
  }

  // Ends what has expired and tells the recipients. Resolves, when all of it is done, to the number told.
  async sweep() {
    const now = this.clock();
    const expired = [...this.reservations.values()].filter((reservation) => reservation.expires <= now);
    let told = 0;
    expired.forEach(async (reservation) => {
      await this.end(reservation);
      await this.mailer.send(reservation.recipient, 'Your parcel went back to the depot.');
      told += 1;
    });
    return told;
  }

  // Lockers in use by size, the most used size first: [['S', 4], ['L', 1]].
  async usage() {
    const counts = new Map();
    for (const locker of await this.storage.takenLockers()) {
      counts.set(locker.size, (counts.get(locker.size) || 0) + 1);
    }
    return [...counts].sort((a, b) => b[1] - a[1]);
  }
}

module.exports = { Station };
