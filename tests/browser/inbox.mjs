// The inbox: sound in both themes and on a phone.
import { ground } from "./ground.mjs";

const { sound, report } = await ground("inbox");
await sound("/", "first");
await sound("/?pile=snoozed", "snoozed");
await report();
