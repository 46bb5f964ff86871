// The inbox: worked through by keys alone, by the mouse for many cards at a time, and without script; each step undone.
import { ground } from "./ground.mjs";

const { page, sound, clean, picture, held, report } = await ground("inbox");

await sound("/", "first");
await sound("/?pile=snoozed", "snoozed");
await sound("/?owner=nobody-at-all", "empty");
await sound("/no-such-page", "missing", 404);

const open = await page("/");
const total = async (on = open) => parseInt((await on.locator(".head p").innerText()).match(/(\d+) cards?/)[1]);
const toast = (on = open) => on.locator(".toast p").innerText();
const said = async (words, on = open) => held((await toast(on)).includes(words), `“${words}” is said, not “${await toast(on)}”`);
const after = async (doing, on = open) => {
  await Promise.all([on.waitForNavigation(), doing()]);
};
const key = (name) => open.keyboard.press(name);
const before = await total();
held(before >= 11, `the demo leaves cards enough: ${before}`);

// Keys: help, moving, and ten cards from first to last.
await key("?");
await clean(open, "the keys");
held(await open.locator("dialog").getByText("Next card").isVisible(), "the keys are told");
await picture(open, "keys");
await key("Escape");
await key("j");
const first = await open.evaluate(() => document.activeElement.textContent);
await key("j");
await key("k");
held(first === (await open.evaluate(() => document.activeElement.textContent)), "j and k lead there and back");
held(await open.evaluate(() => document.activeElement.closest(".here") !== null), "one sees where one stands");

let left = before;
let accepted = 0;
for (let card = 0; card < 10; card += 1) {
  const state = await open.locator(".row.here .meta").innerText();
  if (state.includes("at the gate") || card % 3 === 1) {
    await key("h");
    await after(() => key("Enter"));
    await said("Put off");
    left -= 1;
  } else if (card % 3 === 2) {
    await key("3");
    await after(() => key("Enter"));
    await said("Dismissed");
    left -= 1;
  } else {
    await after(() => key("1"));
    await said("Accepted");
    accepted += 1;
    await key("j");
  }
  held((await total()) === left, `${left} cards wait after ${card + 1}, not ${await total()}`);
}
held(accepted > 1 && left < before, "cards were accepted and put away");
await clean(open, "after ten cards");

// Undo by key, and after a reload.
await key("k");
await key("h");
await after(() => key("Enter"));
await open.reload();
await after(() => open.getByRole("button", { name: "Undo" }).click());
await said("Taken back");
held((await total()) === left, "the card that was put off is back after a reload");
await key("3");
await after(() => key("Enter"));
await after(() => key("z"));
held((await total()) === left, "z takes back");
await open.goBack();
await open.getByRole("button", { name: "Undo" }).click();
await open.waitForURL(/done=nothing/);
await said("Nothing was changed");
held((await total()) === left, "what was taken back once takes back nothing else");

// Many at a time.
await open.goto("/?pile=snoozed");
const snoozed = await total();
await open.locator("[data-choose]").nth(0).check();
await open.locator("[data-choose]").nth(1).check();
held((await open.locator("[data-count]").innerText()) === "2 chosen:", "the chosen are counted");
await open.locator("#bulk summary", { hasText: "Dismiss" }).click();
await clean(open, "many at a time");
await picture(open, "many");
await after(() => open.locator("#bulk").getByRole("button", { name: "Known" }).click());
await said("2 cards dismissed");
held((await total()) === snoozed - 2, "two are gone");
await after(() => open.getByRole("button", { name: "Undo" }).click());
await said("2 cards are as they were before");
held((await total()) === snoozed, "and two are back");

// Keys that are off do nothing.
await open.goto("/");
await key("?");
await open.getByLabel("Single keys do something").uncheck();
await open.getByRole("button", { name: "Close" }).click();
await open.locator("h1").click();
await key("j");
held((await open.locator(".row.here").count()) === 0, "keys are off");

// Without script: accept, take back; many; the theme.
const bare = await page("/?pile=snoozed", { script: false });
const asleep = await total(bare);
await bare.locator(".row summary", { hasText: "Dismiss" }).first().click();
await bare.locator(".row").first().getByRole("button", { name: "Trivial" }).click();
await said("Dismissed", bare);
held((await total(bare)) === asleep - 1, "dismissed without script");
await bare.reload();
await bare.getByRole("button", { name: "Undo" }).click();
held((await total(bare)) === asleep, "taken back without script");
await bare.locator(".row").getByRole("button", { name: "Accept" }).first().click();
await said("Accepted", bare);
await bare.getByRole("button", { name: "Undo" }).click();
await said("Taken back", bare);
await bare.locator("[data-choose]").nth(0).check();
await bare.locator("[data-choose]").nth(1).check();
await bare.locator("#bulk summary", { hasText: "Dismiss" }).click();
await bare.locator("#bulk").getByRole("button", { name: "Too late" }).click();
await said("2 cards dismissed", bare);
await bare.getByRole("button", { name: "Undo" }).click();
held((await total(bare)) === asleep, "two are back without script");
await bare.getByRole("button", { name: "Dark" }).click();
held((await bare.locator("html").getAttribute("data-theme")) === "dark", "the theme is chosen");
held(bare.url().includes("pile=snoozed"), "and the page is the same");
await picture(bare, "chosen-dark");

// The menu of a phone opens without script.
const phone = await page("/", { size: "phone", script: false });
held(!(await phone.getByRole("navigation", { name: "Pages" }).isVisible()), "the menu is folded");
await phone.getByRole("link", { name: "Menu", exact: true }).click();
held(await phone.getByRole("navigation", { name: "Pages" }).isVisible(), "the menu opens");
await picture(phone, "menu");

await report();
