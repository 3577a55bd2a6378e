// Calls what ../control/call.json says in a file of the answer, and prints the result as one line of JSON.
"use strict";
const fs = require("fs");
const path = require("path");
const { pathToFileURL } = require("url");

const stringify = JSON.stringify;
const writeSync = fs.writeSync;
const exit = process.reallyExit.bind(process);
// What the answer prints is no result.
process.stdout.write = process.stderr.write.bind(process.stderr);

function say(outcome) {
  let bytes = Buffer.from(outcome + "\n");
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(1, bytes));
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
  exit(0);
}

function plain(key, value) {
  const original = this[key];
  if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError(String(value));
  if (value instanceof Map || value instanceof Set || value instanceof RegExp) throw new TypeError(value.constructor.name);
  if (typeof value === "function" || typeof value === "symbol") throw new TypeError(typeof value);
  if (typeof original === "bigint") throw new TypeError("bigint");
  return value;
}

function raised(error) {
  const names = [];
  if (error instanceof Error) names.push(String(error.name));
  for (let at = Object(error); at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    if (at.constructor) names.push(at.constructor.name);
  }
  return stringify({ raised: names, message: String(error && error.message).slice(0, 200) });
}

async function attempt(act) {
  let value;
  try {
    value = await act();
  } catch (error) {
    return raised(error);
  }
  try {
    const text = stringify(value === undefined ? null : value, plain);
    return '{"value": ' + text + "}";
  } catch (error) {
    return stringify({ failure: "a result is not JSON: " + String(error.message).slice(0, 100) });
  }
}

async function load(file) {
  const place = path.resolve(file);
  if (!file.endsWith(".mjs")) {
    try {
      return require(place);
    } catch (error) {
      const isModule = error.code === "ERR_REQUIRE_ESM" || (error instanceof SyntaxError && /import|export/.test(error.message));
      if (!isModule) throw error;
    }
    const copy = place.replace(/\.[^.]*$/, "") + ".as-module.mjs";
    fs.copyFileSync(place, copy);
    return import(pathToFileURL(copy));
  }
  return import(pathToFileURL(place));
}

async function main() {
  const call = JSON.parse(fs.readFileSync("../control/call.json", "utf8"));
  let loaded;
  try {
    loaded = await load(call.file);
  } catch (error) {
    say(stringify({ failure: `loading ${call.file} threw ${error && error.name}: ${String(error && error.message).slice(0, 200)}` }));
  }
  const inside = (from) => (from === null || from === undefined ? undefined : from[call.function]);
  let target = inside(loaded) ?? inside(loaded && loaded.default);
  if (target === undefined) {
    target = [loaded, loaded && loaded.default].find((it) => typeof it === "function" && it.name === call.function);
  }
  if (typeof target !== "function") say(stringify({ failure: `${call.file} exports no ${call.function}` }));
  if (!("steps" in call)) say(await attempt(() => target(...(call.args ?? []))));
  let subject;
  try {
    subject = new target(...(call.init ?? []));
  } catch (error) {
    say(raised(error));
  }
  const outcomes = [];
  for (const [name, ...values] of call.steps) {
    outcomes.push(
      await attempt(() => {
        const member = subject[name];
        if (typeof member === "function") return subject[name](...values);
        if (member === undefined && !(name in subject)) throw new TypeError(`there is no ${name}`);
        return member;
      }),
    );
  }
  say('{"steps": [' + outcomes.join(", ") + "]}");
}

main();
