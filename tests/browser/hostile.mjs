// Titles, texts, publishers and names that would like to be script: they are words on every page (R44).
import { ground, assert } from "./ground.mjs";

const { page, clean, picture, held, report } = await ground("hostile");

const look = async (open, where) => {
  const found = await open.evaluate(() => ({
    foreign: [...document.querySelectorAll("main script, main svg, main iframe, main math, main img, main style, main object, main base")].map((one) => one.outerHTML),
    handlers: [...document.querySelectorAll("*")].flatMap((one) => [...one.attributes]).filter((one) => /^on|^style$/i.test(one.name) || /^\s*(javascript|data|vbscript):/i.test(one.value)).map((one) => `${one.name}=${one.value}`),
    ran: window.ran ?? null,
  }));
  assert.deepEqual(found, { foreign: [], handlers: [], ran: null }, where);
  await clean(open, where);
};

const inbox = await page("/");
const shown = await inbox.locator("main").innerText();
held(shown.includes("<svg onload=window.ran=1>"), `the words are there: ${shown}`);
await look(inbox, "the inbox");
await picture(inbox, "inbox");
await inbox.locator(".row h2 a").first().click();
await inbox.waitForURL(/touchpoints/);
await look(inbox, "the card");
await picture(inbox, "card");
for (const path of ["/?owner=%22%3E%3Cscript%3Ewindow.ran=1%3C/script%3E", "/?done=%3Cscript%3E&undo=%22%3E%3Cimg%20src=x%20onerror=window.ran=1%3E&q=%22%3E%3Csvg%3E", "/?done=accepted&undo=%22%3E%3Cimg%20src=x%20onerror=window.ran=1%3E"]) {
  await look(await page(path), path);
}
await report();
