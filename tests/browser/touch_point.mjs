// The page of a touch point: sound, closed with an outcome, a promise and an answer, undone; its gate settled.
import { ground, assert } from "./ground.mjs";

const { page, sound, clean, picture, held, report } = await ground("touch-point");

const inbox = await page("/");
const titles = inbox.locator(".row:not(:has(.badge.warn)) h2 a");
const ready = await titles.first().getAttribute("href");
const title = await titles.first().innerText();
await sound(ready, "ready");

// What it says of itself to those who do not see it.
const open = await page(ready);
const outline = await open.locator("main").ariaSnapshot();
for (const part of [`heading "${title}" [level=1]`, 'heading "Evidence"', 'heading "Before the contact"', 'heading "What was done"', 'button "Accept"']) {
  assert.ok(outline.includes(part), `${part} is not in:\n${outline}`);
}
held((await open.locator("#evidence ~ blockquote mark").count()) > 0, "the name is marked in the quote");
held((await open.locator("#evidence ~ blockquote code").first().innerText()).length === 12, "the hash is shown");

// By keys: 2 opens the form.
await open.keyboard.press("2");
held(await open.locator('details[data-key="done"]').evaluate((form) => form.open), "2 opens the form");
await open.keyboard.press("Escape");

// Closed with everything, without script.
const bare = await page(ready, { script: false });
await bare.getByLabel("How it ended").last().selectOption("replied");
await bare.getByLabel("What came of it").last().fill("They want a quote <script>alert(1)</script>");
await bare.locator("#promise-0").fill("Send the quote");
await bare.locator("#by-0").fill("2020-01-02");
await bare.locator("#field-0").selectOption("budget");
await bare.locator("#said-0").fill("blue");
await bare.locator("#done ~ form").getByRole("button", { name: "Done" }).click();
held((await bare.locator("h1").innerText()) === "That could not be taken", "a wrong answer is told");
held((await bare.locator("main").innerText()).includes("grown, same, shrunk or changed"), "and what would be right");
await bare.goBack();
await bare.locator("#field-0").selectOption("budget");
await bare.locator("#said-0").fill("cut");
await bare.locator("#note-0").fill("until May");
await bare.locator("#done ~ form").getByRole("button", { name: "Done" }).click();
held((await bare.locator(".toast").innerText()).includes("Done, with its outcome"), "it is closed");
const came = await bare.locator("main").innerText();
for (const words of ["Send the quote", "budget: shrunk", "(until May)", "<script>alert(1)</script>"]) {
  assert.ok(came.includes(words), `“${words}” is not in:\n${came}`);
}
await sound(ready, "done");

// The promise is overdue: it stands first in the inbox, is kept there, and that can be undone.
await bare.goto("/");
held((await bare.locator(".owed").innerText()).includes("Send the quote"), "the overdue promise is told first");
await clean(await page("/"), "with an overdue promise");
await picture(bare, "owed");
await bare.locator(".owed li", { hasText: "Send the quote" }).getByRole("button", { name: "Kept" }).click();
held((await bare.locator(".owed", { hasText: "Send the quote" }).count()) === 0, "it is kept");
await bare.getByRole("button", { name: "Undo" }).click();
held((await bare.locator(".owed").innerText()).includes("Send the quote"), "it is open again");
await bare.goto(ready);
await bare.getByRole("button", { name: "Undo the last step" }).click();
held((await bare.locator(".whole .badge", { hasText: "ready" }).count()) === 1, "the card is as it was");

// The gate: something is answered, then approved.
await inbox.goto("/?pile=gate");
await inbox.locator(".row h2 a").first().click();
await inbox.waitForURL(/touchpoints/);
const gate = new URL(inbox.url()).pathname;
await sound(gate, "gate");
for (let answers = 0; answers < 12 && (await inbox.locator(".checks details").count()) > 0; answers += 1) {
  await inbox.locator(".checks summary").first().click();
  await inbox.locator(".checks details").first().getByLabel("What was found").fill("looked at it");
  await Promise.all([inbox.waitForNavigation(), inbox.locator(".checks details").first().getByRole("button", { name: "Settled" }).click()]);
}
held((await inbox.locator(".checks").innerText()).includes("looked at it"), "the answers are kept");
if (await inbox.getByRole("button", { name: "Approve" }).count()) await inbox.getByRole("button", { name: "Approve" }).click();
held((await inbox.locator(".whole .badge", { hasText: "ready" }).count()) === 1, "it is ready");
await report();
