// What every browser test stands on: `ground(NAME)` opens Chromium for the address in the first argument and gives
// pages of it, checks of accessibility in both themes, and pictures in target/screenshots. A test ends by `report()`,
// which prints `{"checks": N}`; a check that fails throws.
import { strict as assert } from "node:assert";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export { assert };

/** Sizes of window that pages are looked at in. */
const SIZES = { desk: { width: 1280, height: 900 }, phone: { width: 320, height: 640 } };

export async function ground(name) {
  const base = process.argv[2];
  const pictures = process.env.TIDINGS_SCREENSHOTS ?? "target/screenshots";
  mkdirSync(pictures, { recursive: true });
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  let checks = 0;

  /**
   * A page at `path` in a profile of its own. Options: theme (light, dark), size (desk, phone), script (true),
   * status (200).
   */
  async function page(path, { theme = "light", size = "desk", script = true, status = 200 } = {}) {
    const profile = await browser.newContext({
      baseURL: base, colorScheme: theme, viewport: SIZES[size], javaScriptEnabled: script, reducedMotion: "reduce",
    });
    const page = await profile.newPage();
    page.troubles = [];
    page.on("pageerror", (error) => page.troubles.push(String(error)));
    page.on("console", (line) => line.type() === "error" && page.troubles.push(line.text()));
    page.on("dialog", (dialog) => { page.troubles.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
    const answer = await page.goto(path);
    assert.equal(answer.status(), status, `${path} answers ${answer.status()}`);
    if (status >= 400) page.troubles = page.troubles.filter((one) => !one.includes(`status of ${status}`));
    return page;
  }

  /** The path at its best: axe finds nothing in either theme, nothing scrolls sideways at 320 px, no error is in the console. */
  async function sound(path, picture, status = 200) {
    for (const theme of ["light", "dark"]) {
      for (const size of ["desk", "phone"]) {
        const open = await page(path, { theme, size, status });
        await clean(open, `${path} ${theme} ${size}`);
        await open.screenshot({ path: `${pictures}/${name}-${picture}-${theme}-${size}.png`, fullPage: size === "phone" });
        await open.context().close();
      }
    }
  }

  /** The same for a page that is open, in the state that it is in. */
  async function clean(open, where) {
    await open.evaluate(axe);
    const found = await open.evaluate(() => window.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }));
    const told = found.violations.map((one) => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
    assert.deepEqual(told, [], where);
    const { wide, window } = await open.evaluate(() => ({ wide: document.documentElement.scrollWidth, window: innerWidth }));
    assert.ok(wide <= window, `${where}: ${wide} px wide in a window of ${window} px`);
    assert.deepEqual(open.troubles, [], where);
    checks += 1;
  }

  async function picture(open, as) {
    await open.screenshot({ path: `${pictures}/${name}-${as}.png` });
  }

  /** Counts a check of the test's own. */
  function held(condition, what) {
    assert.ok(condition, what);
    checks += 1;
  }

  async function report() {
    await browser.close();
    console.log(JSON.stringify({ checks }));
  }

  return { base, page, sound, clean, picture, held, report };
}
