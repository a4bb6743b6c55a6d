// Bundles the editor into one file, with the licenses of all that is in it beside it.
//
//     node build.js [FOLDER]

import { build } from "esbuild";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2] ?? "../kg/web/static";

const { metafile } = await build({
  entryPoints: ["editor.js"],
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  legalComments: "none",
  metafile: true,
  outfile: join(folder, "editor.js"),
});

/** The folders of the packages of which something is in the bundle. */
const packages = Object.keys(metafile.inputs)
  .map((file) => file.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0])
  .filter(Boolean);

const texts = [...new Set(packages)].sort().map((path) => {
  const { name, version } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
  const license = readdirSync(path).find((file) => /^licen[cs]e/i.test(file));
  if (!license) throw new Error(`${name} has no license beside it`);
  return `${name} ${version}\n\n${readFileSync(join(path, license), "utf8").trim()}\n`;
});
writeFileSync(join(folder, "editor.licenses.txt"), texts.join(`\n${"-".repeat(80)}\n\n`));
