"""Opens a report in headless Chromium over the DevTools pipe and checks that it works; standard library only.

Usage: report_in_chromium.py CHROMIUM PAGE [--screenshots FOLDER] [--pictures]
Prints one line a check; exit code 1 where one fails.
"""

import base64
import json
import os
import pathlib
import select
import subprocess
import sys
import tempfile
import time

WIDTHS = (360, 820, 1440)
PATIENCE = 60.0


class Browser:
    """A Chromium that is spoken to over two pipes, one JSON text a message, each ended by a zero byte."""

    def __init__(self, chromium: str) -> None:
        self.profile = tempfile.TemporaryDirectory(prefix="merit-chromium-", ignore_cleanup_errors=True)
        to_read, self.to = os.pipe()
        self.back, to_write = os.pipe()
        # Chromium reads from descriptor 3 and writes to 4.
        command = ["/bin/sh", "-c", f'exec "$@" 3<&{to_read} 4>&{to_write}', "sh", chromium]
        command += ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]
        command += ["--no-first-run", "--disable-extensions", "--disable-background-networking"]
        command += [f"--user-data-dir={self.profile.name}", "--remote-debugging-pipe", "about:blank"]
        self.process = subprocess.Popen(
            command, pass_fds=(to_read, to_write), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        self.number, self.rest, self.events, self.session = 0, b"", [], None

    def message(self, deadline: float) -> dict:
        while b"\0" not in self.rest:
            ready, _, _ = select.select([self.back], [], [], max(0.0, deadline - time.monotonic()))
            chunk = os.read(self.back, 1 << 20) if ready else b""
            if not chunk:
                raise SystemExit("Chromium does not answer")
            self.rest += chunk
        text, self.rest = self.rest.split(b"\0", 1)
        return json.loads(text)

    def call(self, method: str, **parameters) -> dict:
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.to, json.dumps(request).encode() + b"\0")
        deadline = time.monotonic() + PATIENCE
        while True:
            message = self.message(deadline)
            if message.get("id") == self.number:
                if "error" in message:
                    raise SystemExit(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def open(self) -> None:
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def show(self, page: pathlib.Path, width: int, scheme: str) -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Page.navigate", url=page.resolve().as_uri())
        deadline = time.monotonic() + PATIENCE
        while self.run("document.readyState + location.protocol") != "completefile:":
            if time.monotonic() > deadline:
                raise SystemExit("the page does not load")
            time.sleep(0.05)

    def run(self, expression: str):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise SystemExit(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def screenshot(self, path: pathlib.Path, height: int) -> None:
        width = self.run("innerWidth")
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        data = self.call("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)["data"]
        path.write_bytes(base64.b64decode(data))

    def complaints(self) -> list[str]:
        """What the console, the log and the network have to say."""
        found = []
        for event in self.events:
            method, said = event.get("method", ""), event.get("params", {})
            if method == "Runtime.exceptionThrown":
                found.append(f"exception: {said['exceptionDetails']}")
            elif method == "Runtime.consoleAPICalled":
                found.append(f"console: {said['args']}")
            elif method == "Log.entryAdded":
                found.append(f"log: {said['entry']['text']}")
            elif method == "Page.javascriptDialogOpening":
                found.append(f"dialog: {said['message']}")
            elif method == "Network.requestWillBeSent" and not said["request"]["url"].startswith(("file:", "about:")):
                found.append(f"request: {said['request']['url']}")
        return found

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()
        self.profile.cleanup()


# The filter chooses by each name; what is of another kind is gone, what is of this or of every kind stays.
CHOOSE = """(() => {
  const form = document.getElementById('filter');
  const named = ['role', 'category', 'difficulty'];
  const all = [...document.querySelectorAll('[data-role],[data-category],[data-difficulty]')];
  const problems = [];
  if (form.hidden) problems.push('the filter is hidden');
  let hidden = 0;
  for (const name of named) {
    for (const option of form.elements[name].options) {
      form.reset();
      form.elements[name].value = option.value;
      form.dispatchEvent(new Event('change'));
      for (const element of all) {
        const own = element.getAttribute('data-' + name);
        const other = option.value !== '' && own !== null && own !== '*' && own !== option.value;
        if (element.hidden !== other) problems.push(name + ' ' + option.value + ': ' + element.outerHTML.slice(0, 80));
        if (other) hidden += 1;
      }
    }
  }
  form.reset();
  form.dispatchEvent(new Event('change'));
  if (all.some(element => element.hidden)) problems.push('after a reset something is hidden');
  return {problems: problems.slice(0, 5), hidden: hidden, elements: all.length};
})()"""

# Every control has a name, every picture a text, and every link within the page somewhere to go.
NAMED = """(() => {
  const problems = [];
  for (const svg of document.querySelectorAll('svg'))
    if (!svg.getAttribute('aria-label') && svg.getAttribute('aria-hidden') !== 'true') problems.push('a picture without text');
  for (const select of document.querySelectorAll('select'))
    if (!select.labels.length) problems.push('a choice without a label');
  for (const link of document.querySelectorAll('a'))
    if (!document.querySelector(link.getAttribute('href'))) problems.push('nothing at ' + link.getAttribute('href'));
  const identifiers = [...document.querySelectorAll('[id]')].map(element => element.id);
  if (new Set(identifiers).size !== identifiers.length) problems.push('an id is used twice');
  return problems.slice(0, 5);
})()"""

# Texts against what is behind them (WCAG 2.1, 1.4.3): 4.5 to 1, of large texts 3 to 1.
CONTRAST = """(() => {
  const context = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const known = new Map();
  const rgb = colour => {
    if (!known.has(colour)) {
      context.clearRect(0, 0, 1, 1); context.fillStyle = colour; context.fillRect(0, 0, 1, 1);
      known.set(colour, [...context.getImageData(0, 0, 1, 1).data]);
    }
    return known.get(colour);
  };
  const part = value => (value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const found = new Map();
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!own || element.closest('[hidden],script,button:disabled') || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    const colour = rgb(element instanceof SVGElement ? style.fill : style.color);
    const [one, other] = [light(colour), light(behind(element))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && parseInt(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) found.set(element.tagName + '.' + element.getAttribute('class'), ratio.toFixed(2));
  }
  return [...found].slice(0, 8);
})()"""


def main() -> int:
    chromium, page = sys.argv[1], pathlib.Path(sys.argv[2])
    folder = pathlib.Path(sys.argv[sys.argv.index("--screenshots") + 1]) if "--screenshots" in sys.argv else None
    browser = Browser(chromium)
    wrong = 0

    def check(what: str, problems) -> None:
        nonlocal wrong
        wrong += bool(problems)
        print(f"{what}: {problems if problems else 'ok'}")

    try:
        browser.open()
        for scheme in ("light", "dark"):
            for width in WIDTHS:
                browser.show(page, width, scheme)
                over = browser.run("document.documentElement.scrollWidth - innerWidth")
                check(f"{scheme} at {width}: no wider than the page", [f"{over} px too wide"] if over > 0 else [])
                if folder:
                    height = min(browser.run("document.documentElement.scrollHeight"), 16_000)
                    browser.screenshot(folder / f"{page.stem}-{scheme}-{width}.png", height)
            check(f"{scheme}: contrast", browser.run(CONTRAST))
        chosen = browser.run(CHOOSE)
        check("the filter", chosen["problems"])
        print(f"the filter hid {chosen['hidden']} of {chosen['elements']} elements")
        check("names", browser.run(NAMED))
        check("titles beside the pointer", [] if browser.run(
            "(() => { const mark = document.querySelector('svg .mark'); if (!mark) return true;"
            " mark.dispatchEvent(new PointerEvent('pointermove', {clientX: 5, clientY: 5}));"
            " const tip = document.getElementById('tip');"
            " return !tip.hidden && tip.textContent === mark.getAttribute('aria-label'); })()"
        ) else ["nothing is shown"])
        check("nothing ran that is not the page's own", ["it did"] if browser.run("window.ran === true") else [])
        # Without scripts, as a mail program shows it: all that is to be read is there.
        browser.call("Emulation.setScriptExecutionDisabled", value=True)
        browser.show(page, 820, "light")
        browser.call("Emulation.setScriptExecutionDisabled", value=False)
        hidden = browser.run("document.querySelectorAll('main [hidden]:not([data-none])').length")
        check("readable without its script", [f"{hidden} hidden parts"] if hidden else [])
        check("console, log and network", browser.complaints()[:3])
    finally:
        browser.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
