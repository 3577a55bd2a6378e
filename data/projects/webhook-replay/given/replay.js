"use strict";

/*
 * Replays how webhooks would have been delivered under a configuration. Times are whole seconds.
 *
 * config      { retries: [10, 60], breaker: { failures: 3, pause: 100 }, endpoints: { "shop": { retries: [5] } } }
 * deliveries  [{ id: "d1", endpoint: "shop", at: 0, priority: 7, results: ["fail", "ok"] }, …]
 *
 *  1. A delivery's first attempt is due at its `at`. The attempt number n ends as results[n - 1] says, beyond the end of the list in "ok".
 *  2. Of everything pending, the attempt that is due earliest is made next, at the moment at which it is due; of equal ones that of the delivery with the higher
 *     priority; of equal ones again that of the delivery that stands first in the list. A delivery without priority has 5; 0 is a valid one.
 *  3. "fail": after attempt number n the next attempt is due retries[n - 1] seconds later. If there is no such element, the delivery is dead, reason "retries".
 *     An endpoint's own `retries` take the place of the general ones; an empty list means no retries at all. A pause of 0 seconds is valid.
 *  4. Breaker: as soon as `failures` attempts in a row at one endpoint have ended in "fail", whatever deliveries they belong to, the endpoint rests for `pause` seconds from that moment
 *     on, and counting starts anew at 0. An "ok" sets the count to 0 too. An attempt due before the end of the rest is put off to its end and is then subject to rule 2 with that
 *     moment as the one at which it is due; an attempt due at the end or later is not touched. Without `breaker`, or with `failures` 0, no endpoint ever rests.
 *  5. "gone": the delivery is dead, reason "gone", and with it every other delivery of the endpoint that is not finished: at that same moment, or at its own `at`, if that is later.
 *     No more attempts are made there. "gone" does not count for the breaker.
 *
 * Result      { attempts: [{ at, id, number, result }] in the order in which they are made,
 *               dead: [{ id, at, reason }] in the order of `at`, of equal ones in the order of the deliveries,
 *               endpoints: { "shop": { ok, failed, dead, rests } } }: for each endpoint of any delivery the number of attempts that ended in "ok", of those that
 *               ended otherwise, of dead deliveries and of rests that have begun.
 */

const DEFAULT_PRIORITY = 5;
const NOTHING = { ok: 0, failed: 0, dead: 0, rests: 0 };

function byTurn(left, right) {
  return left.due - right.due || right.priority - left.priority || left.position - right.position;
}

function replay(config, deliveries) {
  const attempts = [];
  const dead = [];
  const states = {};
  const queue = [];

  function enqueue(task) {
    queue.push(task);
    queue.sort(byTurn);
  }

  function bury(task, at, reason) {
    dead.push({ task, at, reason });
    states[task.endpoint].counts.dead += 1;
  }

  deliveries.forEach((delivery, position) => {
    const own = config.endpoints?.[delivery.endpoint] ?? {};
    states[delivery.endpoint] ??= {
      retries: own.retries?.length ? own.retries : config.retries,
      failuresInRow: 0,
      restsUntil: -Infinity,
      counts: NOTHING,
    };
    enqueue({
      ...delivery,
      position,
      priority: delivery.priority || DEFAULT_PRIORITY,
      due: delivery.at,
      number: 0,
    });
  });

  while (queue.length > 0) {
    const task = queue.shift();
    const state = states[task.endpoint];
    if (task.due < state.restsUntil) {
      task.due = state.restsUntil;
      queue.push(task);
      continue;
    }

    const now = task.due;
    task.number += 1;
    const result = task.results[task.number - 1] ?? "ok";
    attempts.push({ at: now, id: task.id, number: task.number, result });

    if (result === "ok") {
      state.counts.ok += 1;
      continue;
    }
    state.counts.failed += 1;

    if (result === "gone") {
      bury(task, now, "gone");
      queue.forEach((other, index) => {
        if (other.endpoint === task.endpoint) {
          queue.splice(index, 1);
          bury(other, Math.max(now, other.at), "gone");
        }
      });
      continue;
    }

    state.failuresInRow += 1;
    if (config.breaker?.failures > 0 && state.failuresInRow >= config.breaker.failures) {
      state.restsUntil = now + config.breaker.pause;
      state.failuresInRow = 0;
      state.counts.rests += 1;
    }

    const pause = state.retries.shift();
    if (pause) {
      task.due = now + pause;
      enqueue(task);
    } else {
      bury(task, now, "retries");
    }
  }

  dead.sort((left, right) => left.at > right.at);
  return {
    attempts,
    dead: dead.map(({ task, at, reason }) => ({ id: task.id, at, reason })),
    endpoints: Object.fromEntries(Object.entries(states).map(([name, state]) => [name, state.counts])),
  };
}

module.exports = { replay };
