// Looks at the dashboard of a program that runs, goes away and comes again.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { chromium } from "playwright-core";

const { DASHBOARD, CHROMIUM } = process.env;

// Starts the example; gives the address that it prints, and a way to end it.
async function start(address) {
  const program = spawn(DASHBOARD, [address], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(program.stdout, "data");
  return {
    url: String(line).trim(),
    async end() {
      program.stdin.end();
      const [code] = await once(program, "exit");
      assert.equal(code, 0);
    },
  };
}

describe("the dashboard", () => {
  let browser;
  before(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  });
  after(() => browser?.close());

  test("follows a run, keeps what the reader has chosen, and survives the end of the program", async () => {
    const program = await start("127.0.0.1:0");
    const page = await browser.newPage();
    const troubles = [];
    page.on("pageerror", (error) => troubles.push(String(error)));
    await page.goto(program.url);
    const total = () => page.evaluate(() => data.stages.reduce((sum, stage) => sum + stage.count, 0));
    await page.waitForFunction(() => document.querySelector("#live").textContent === "live");
    for (let step = 0; step < 5; step += 1) {
      const before = await total();
      await page.waitForFunction((before) => data.stages.reduce((sum, stage) => sum + stage.count, 0) > before, before);
    }
    const names = await page.locator("#picture [data-node] text").allTextContents();
    assert.deepEqual(names.sort(), ["0", "candidates", "found", "found += …", "primes", "thousand"]);
    assert.ok(Number(await page.locator("#timeline").getAttribute("data-bars")) > 0);

    await page.locator("#picture [data-node]", { hasText: "primes" }).click();
    await page.locator("#stages th button", { hasText: "count" }).click();
    const before = await total();
    await page.waitForFunction((before) => data.stages.reduce((sum, stage) => sum + stage.count, 0) > before, before);
    assert.match(await page.locator("#details .place").textContent(), /^examples\/dashboard\.rs:\d+:/);
    assert.equal(await page.locator("#stages th[aria-sort=descending]").textContent(), "count");

    await program.end();
    await page.waitForFunction(() => document.querySelector("#live").textContent.startsWith("not connected"));
    const again = await start(new URL(program.url).host);
    await page.waitForFunction(() => document.querySelector("#live").textContent === "live");
    await again.end();
    assert.deepEqual(troubles, []);
    await page.close();
  });
});
