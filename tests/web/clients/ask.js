// Asks a query of sources with Comunica: node ask.js QUERY SOURCE...; prints what it answers as JSON, a row a line.
const { QueryEngine } = require("@comunica/query-sparql");

async function main([query, ...sources]) {
  const answer = await new QueryEngine().query(query, { sources: sources.map((source) => JSON.parse(source)) });
  const found = await answer.execute();
  if (typeof found === "boolean") {
    console.log(JSON.stringify(found));
    return;
  }
  for await (const row of found) {
    const terms = answer.resultType === "bindings" ? [...row] : ["subject", "predicate", "object"].map((key) => [key, row[key]]);
    console.log(JSON.stringify(Object.fromEntries(terms.map(([key, term]) => [key.value ?? key, term.value]))));
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exit(1);
});
