// Builds the rule editor into static/riskengine/editor/, with the licences of what is bundled and a digest of its sources.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../static/riskengine/editor");

const result = await build({
    absWorkingDir: here,
    entryPoints: { editor: "src/main.tsx" },
    outdir: target,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    charset: "utf8",
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
    // The package names a file in "exports" that it does not ship.
    alias: { "tabulator-tables": join(here, "node_modules/tabulator-tables/dist/js/tabulator_esm.js") },
    metafile: true,
});

function files(folder) {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)],
    );
}

/** SHA-256 over the names and contents of every source; tests/editor/test_bundle.py computes the same. */
function digest() {
    const sources = [...files(join(here, "src")), ...["build.mjs", "package.json", "package-lock.json", "tsconfig.json"].map((name) => join(here, name))];
    const names = sources.map((file) => relative(here, file).replaceAll("\\", "/")).sort((a, b) => (a < b ? -1 : 1));
    const hash = createHash("sha256");
    for (const name of names) {
        const content = readFileSync(join(here, name));
        hash.update(`${name}\n${content.length}\n`).update(content);
    }
    return hash.digest("hex");
}

function licences() {
    const bundled = new Set();
    for (const input of Object.keys(result.metafile.inputs)) {
        const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
        if (found) bundled.add(found[1]);
    }
    return [...bundled].sort().map((name) => {
        const folder = join(here, "node_modules", name);
        const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
        const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
        const text = file ? readFileSync(join(folder, file), "utf8").trim() : `Licensed under ${about.license}.`;
        return `${name} ${about.version} (${about.license})\n\n${text}\n`;
    }).join(`\n${"-".repeat(80)}\n\n`);
}

if (!existsSync(join(target, "editor.js"))) throw new Error("nothing was built");
writeFileSync(join(target, "LICENSES.txt"), licences());
writeFileSync(join(target, "sources.sha256"), `${digest()}\n`);
