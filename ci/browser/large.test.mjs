// Opens the report of a million calls in a real browser.
//
// `ci/browser.sh` makes the report and says where it is.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const { LARGE, CHROMIUM } = process.env;

describe("the report of a million calls", () => {
  let browser;
  before(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  });
  after(() => browser?.close());

  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1400, 400]) {
      test(`opens with all that is in it at ${width} pixels in ${colorScheme}`, async () => {
        const page = await browser.newPage({ viewport: { width, height: 1000 }, colorScheme });
        const troubles = [];
        page.on("console", (message) => ["error", "warning"].includes(message.type()) && troubles.push(message.text()));
        page.on("pageerror", (error) => troubles.push(String(error)));
        await page.goto(pathToFileURL(LARGE).href);
        await page.locator("#stages tbody tr").first().waitFor();
        const counts = await page.locator("#stages tbody td:nth-child(2)").allTextContents();
        const calls = counts.map((text) => Number(text.replaceAll(",", ""))).reduce((sum, calls) => sum + calls);
        assert.ok(calls > 1_000_000, `${calls} calls`);
        const bars = Number(await page.locator("#timeline").getAttribute("data-bars"));
        assert.ok(bars > 100, `${bars} bars`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= width, `${wide} pixels`);
        // The keyboard reaches the timeline, and zooms it.
        const canvas = await page.locator("#timeline canvas").elementHandle();
        const whole = await canvas.evaluate((canvas) => canvas.toDataURL());
        await page.locator("#timeline").focus();
        await page.keyboard.press("+");
        await page.waitForFunction(([canvas, whole]) => canvas.toDataURL() !== whole, [canvas, whole]);
        assert.deepEqual(troubles, []);
        await page.close();
      });
    }
  }
});
