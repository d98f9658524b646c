import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import vue from "@vitejs/plugin-vue";
import { defineConfig, type Plugin, type Rollup } from "vite";

const backend = process.env.LINLI_DEV_BACKEND ?? "http://127.0.0.1:8000";

/** In development `/desk` and `/api/docs` answer with their pages, as the API server does in production. */
function deskEntry(): Plugin {
  return {
    name: "linli-desk-entry",
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        if (/^\/desk\/?(\?.*)?$/.test(request.url ?? "")) request.url = "/desk.html";
        if (/^\/api\/docs\/?$/.test(request.url ?? "")) request.url = "/docs.html";
        next();
      });
    },
  };
}

/** Writes dist/sw.js: our own service worker with the list of the phone's files and a version made from it. */
function serviceWorker(): Plugin {
  return {
    name: "linli-service-worker",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const shell = [...phoneFiles(bundle)].map((name) => `/${name}`).sort();
      const source = readFileSync(resolve(import.meta.dirname, "src/sw/sw.js"), "utf8");
      const text = source.replace("__SHELL__", JSON.stringify(shell)).replace("__VERSION__", fingerprint(shell.join()));
      this.emitFile({ type: "asset", fileName: "sw.js", source: text });
    },
  };
}

/** Everything the phone's entry can ever load, and nothing that only the desk does. */
function phoneFiles(bundle: Rollup.OutputBundle): Set<string> {
  const files = new Set<string>();
  const visit = (name: string): void => {
    const part = bundle[name];
    if (!part || part.type !== "chunk" || files.has(name)) return;
    files.add(name);
    part.viteMetadata?.importedCss.forEach((css) => files.add(css));
    [...part.imports, ...part.dynamicImports].forEach(visit);
  };
  for (const part of Object.values(bundle)) if (part.type === "chunk" && part.isEntry && part.name === "index") visit(part.fileName);
  return files;
}

function fingerprint(text: string): string {
  let hash = 5381;
  for (const char of text) hash = ((hash * 33) ^ char.charCodeAt(0)) >>> 0;
  return hash.toString(36);
}

export default defineConfig({
  base: "/",
  plugins: [vue(), deskEntry(), serviceWorker()],
  server: { host: "127.0.0.1", port: 5173, proxy: { "/api": { target: backend, ws: true } } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: "build-manifest.json",
    // A phone of five years ago: Android WebView 87, iOS 14.
    target: ["chrome87", "safari14"],
    cssTarget: ["chrome87", "safari14"],
    assetsInlineLimit: 2048,
    reportCompressedSize: false,
    rollupOptions: {
      input: {
        index: resolve(import.meta.dirname, "index.html"),
        desk: resolve(import.meta.dirname, "desk.html"),
        docs: resolve(import.meta.dirname, "docs.html"),
      },
    },
  },
});
