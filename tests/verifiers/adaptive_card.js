// Reads a card with Microsoft's own library. Standard input: the card. Prints {"version", "types", "faults"}.
// Its `main` is written for bundlers: Node does not find the files that it imports.
const cards = require("adaptivecards/dist/adaptivecards.js");

let input = "";
process.stdin.on("data", (piece) => (input += piece));
process.stdin.on("end", () => {
  const card = new cards.AdaptiveCard();
  const context = new cards.SerializationContext();
  const json = JSON.parse(input);
  card.parse(json, context);
  const faults = [];
  for (let at = 0; at < context.eventCount; at++) faults.push(context.getEventAt(at).message);
  for (const one of card.validateProperties().validationEvents) faults.push(one.message);
  const types = [];
  for (let at = 0; at < card.getItemCount(); at++) types.push(card.getItemAt(at).getJsonTypeName());
  console.log(JSON.stringify({ version: String(card.version), types, faults }));
});
