// Opens the report of the taxi job in a real browser, as a reader would.
//
// `ci/browser.sh` makes the report and says where it is.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const { REPORT, TRACE, SOURCE, CHROMIUM } = process.env;
const trace = JSON.parse(readFileSync(TRACE, "utf8"));
const source = readFileSync(SOURCE, "utf8").split("\n");
const lineOf = (text) => source.findIndex((line) => line.includes(text)) + 1;

describe("the report of the taxi job", () => {
  let browser;
  before(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  });
  after(() => browser?.close());

  // A page that may not complain and may not ask the network for anything.
  async function open(options = {}) {
    const page = await browser.newPage({ viewport: { width: 1400, height: 1000 }, ...options });
    const troubles = [];
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && troubles.push(message.text()));
    page.on("pageerror", (error) => troubles.push(String(error)));
    page.on("request", (request) => /^(file|data):/.test(request.url()) || troubles.push(request.url()));
    await page.goto(pathToFileURL(REPORT).href);
    await page.locator("#stages tbody tr").first().waitFor();
    return { page, troubles, close: () => page.close() };
  }

  test("opens without a complaint or a request", async () => {
    const { page, troubles, close } = await open();
    assert.match(await page.locator("#bound").textContent(), /^Bounded by .*\.$/);
    assert.deepEqual(troubles, []);
    await close();
  });

  test("draws each step of the graph, and each bar of the timeline", async () => {
    const { page, close } = await open();
    const names = await page.locator("#picture [data-node] text").allTextContents();
    assert.deepEqual(names.sort(), ["0", "chunk?", "count_long", "files", "in_a_day", "long += …", "path", "result", "trips_of?"]);
    assert.equal(await page.locator("#picture [data-region]").count(), 2);
    const bars = trace.traceEvents.filter((event) => event.ph === "X").length;
    assert.ok(bars > 0);
    assert.equal(await page.locator("#timeline").getAttribute("data-bars"), String(bars));
    const drawn = await page.locator("#timeline canvas").evaluate((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const colours = new Set();
      for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) colours.add(`${data.slice(at, at + 3)}`);
      return colours.has("78,121,167");
    });
    assert.ok(drawn, "the first stage has its colour in the timeline");
    await close();
  });

  test("says of a step where it stands, by click and by key", async () => {
    const { page, close } = await open();
    const place = page.locator("#details .place");
    await page.locator("#picture [data-node]", { hasText: "in_a_day" }).click();
    assert.match(await place.textContent(), new RegExp(`^examples/profile\\.rs:${lineOf("        in_a_day(long)")}:`));
    assert.match(await page.locator("#details").textContent(), /1 times/);
    await page.locator("#picture [data-region]").last().focus();
    await page.keyboard.press("Enter");
    assert.match(await place.textContent(), new RegExp(`^examples/profile\\.rs:${lineOf("for chunk in")}:`));
    await close();
  });

  test("sorts the stages by any column, both ways", async () => {
    const { page, close } = await open();
    const counts = async () => (await page.locator("#stages tbody td:nth-child(2)").allTextContents()).map((text) => Number(text.replaceAll(",", "")));
    const button = page.locator("#stages th button", { hasText: "count" });
    await button.click();
    const down = await counts();
    assert.deepEqual(down, [...down].sort((a, b) => b - a));
    await button.click();
    assert.deepEqual(await counts(), [...down].reverse());
    assert.equal(await page.locator("#stages th[aria-sort=ascending]").count(), 1);
    await close();
  });

  test("colours the graph by the bytes that values hold, and says how many", async () => {
    const { page, close } = await open();
    const chunk = page.locator("#picture [data-node]", { hasText: "chunk?" });
    const fill = () => chunk.locator("polygon").first().evaluate((shape) => shape.style.fill);
    const byTime = await fill();
    assert.match(byTime, /%/, "to pull takes time");
    await page.locator("#colours").selectOption("kind");
    assert.equal(await fill(), "");
    await page.locator("#colours").selectOption("bytes");
    assert.match(await fill(), /100%/);
    await chunk.click();
    assert.match(await page.locator("#details").textContent(), /largest[\d.]+ [KM]iB/);
    const first = await page.locator("#values tbody tr").first().locator("td").allTextContents();
    assert.equal(first[0], "for chunk in trips_of(&path)?");
    assert.equal(first[1], await page.locator("#stages tbody tr", { hasText: "loop for chunk in" }).locator("td").nth(1).textContent());
    await close();
  });

  test("zooms the timeline by key, and says what is under the pointer", async () => {
    const { page, close } = await open();
    const pixels = () => page.locator("#timeline canvas").evaluate((canvas) => canvas.toDataURL());
    const whole = await pixels();
    const timeline = page.locator("#timeline");
    await timeline.focus();
    await page.keyboard.press("+");
    await page.waitForFunction(([canvas, before]) => canvas.toDataURL() !== before, [await page.locator("#timeline canvas").elementHandle(), whole]);
    await page.keyboard.press("0");
    await page.waitForFunction(([canvas, before]) => canvas.toDataURL() === before, [await page.locator("#timeline canvas").elementHandle(), whole]);
    const box = await page.locator("#timeline .u-over").boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 4);
    await page.locator("#tip").waitFor({ state: "visible" });
    assert.match(await page.locator("#tip").textContent(), /examples\/profile\.rs:\d+:\d+\)/);
    await close();
  });

  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1400, 400]) {
      test(`fits ${width} pixels in ${colorScheme}`, async () => {
        const { page, troubles, close } = await open({ viewport: { width, height: 800 }, colorScheme });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= width, `${wide} pixels`);
        const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        assert.equal(paper, colorScheme === "dark" ? "rgb(20, 23, 28)" : "rgb(255, 255, 255)");
        assert.deepEqual(troubles, []);
        await close();
      });
    }
  }
});
