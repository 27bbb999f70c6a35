import importX from "eslint-plugin-import-x";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import tseslint from "typescript-eslint";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** ui -> slide -> layers -> tools -> view -> tiles -> source -> video -> mesh -> decode -> shared: a folder imports itself and what is
 *  to its right. Only main.ts and boot.ts stand above all. */
const order = [
  "ui",
  "slide",
  "layers",
  "tools",
  "view",
  "tiles",
  "source",
  "video",
  "mesh",
  "decode",
  "shared",
];
const zones = order.map((folder, index) => ({
  target: `./web/${folder}`,
  from: [
    ...order.slice(0, index).map((above) => `./web/${above}`),
    "./web/main.ts",
    "./web/boot.ts",
    "./tests",
  ],
  message: `web/${folder} may not import what stands above it (tests/eslint.config.js)`,
}));
zones.push({
  target: "./web/i18n",
  from: order.map((folder) => `./web/${folder}`),
  message: "web/i18n imports nothing of the product",
});

/** DICOM text is hostile: it becomes text nodes, never markup. */
const markupSinks = [
  ...["innerHTML", "outerHTML", "insertAdjacentHTML", "srcdoc"].map((property) => ({ property })),
  ...["write", "writeln"].map((property) => ({ object: "document", property })),
].map((sink) => ({ ...sink, message: "Use textContent or a lit binding." }));

export default tseslint.config(
  { ignores: ["build/**", "node_modules/**", "web/vite.config.ts"] },
  {
    files: ["web/**/*.ts", "tests/**/*.ts"],
    extends: [tseslint.configs.strict, tseslint.configs.stylistic],
    plugins: { "import-x": importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    settings: {
      "import-x/extensions": [".ts"],
      "import-x/parsers": { "@typescript-eslint/parser": [".ts"] },
    },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/no-unnecessary-condition": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/no-invalid-void-type": "off",
      "@typescript-eslint/no-dynamic-delete": "off",
      "@typescript-eslint/naming-convention": [
        "error",
        {
          selector: "default",
          format: ["camelCase"],
          leadingUnderscore: "allow",
          filter: { regex: "^(ERRC_NAMES|__SIGHTLINE_\\w+)$", match: false },
        },
        { selector: "import", format: null },
        { selector: "typeLike", format: ["PascalCase"] },
        // module constants of a table or a limit; never of a local
        {
          selector: "variable",
          modifiers: ["const", "global"],
          format: ["camelCase", "UPPER_CASE"],
          filter: { regex: "^__", match: false },
        },
        { selector: "function", format: ["camelCase"] },
        // keys of tables, events and other people's formats
        {
          selector: [
            "objectLiteralProperty",
            "objectLiteralMethod",
            "classicAccessor",
            "typeProperty",
            "typeMethod",
            "classProperty",
            "classMethod",
          ],
          format: null,
        },
      ],
      "import-x/no-cycle": "error",
      "import-x/no-default-export": "error",
      "import-x/no-duplicates": "error",
      "import-x/no-restricted-paths": ["error", { basePath: root, zones }],
      "no-restricted-properties": ["error", ...markupSinks],
      "no-restricted-syntax": [
        "error",
        { selector: "TSEnumDeclaration", message: "Use a union of literals." },
        {
          selector: "ImportDeclaration[source.value=/unsafe-(html|svg)/]",
          message: "lit's unsafe directives are markup sinks.",
        },
        {
          selector: "Literal[value=/^https?:\\/\\//]",
          message: "The page speaks to its own origin only.",
        },
      ],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-console": "error",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "max-lines": ["error", 600],
      "max-lines-per-function": ["error", { max: 60, skipComments: true, skipBlankLines: true }],
    },
  },
  {
    files: ["tests/**/*.ts"],
    rules: {
      "max-lines-per-function": "off",
      "no-restricted-syntax": "off",
      "no-console": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  {
    // configurations, and declarations of what a bundler or another module exports by default
    files: ["**/*.config.ts", "**/*.d.ts"],
    rules: { "import-x/no-default-export": "off" },
  },
);
