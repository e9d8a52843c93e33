// Writes admin.graphql: the official Admin API schema, cut to what the
// operations in ../operations reach. Run by `npm ci && npm run refresh` in this
// folder, after an operation or the API version changes.
//
// The schema comes from Shopify's own package on npm and is checked by its hash.
// Object types keep only the fields that operations use (with all arguments);
// inputs, enums and scalars that are reachable stay whole, because requests are
// validated against them. Deprecated input fields stay too: the host still knows them.
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync, readdirSync, mkdtempSync, rmSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  buildClientSchema, parse, validate, visit, visitWithTypeInfo, TypeInfo, getNamedType,
  isObjectType, isInterfaceType, isUnionType, isInputObjectType, isEnumType, isScalarType, isSpecifiedScalarType,
} from "graphql";

const VERSION = "2026-10";
const PACKAGE = "@shopify/dev-mcp@1.16.0";
const SHA256 = "f3b522f264556925eada700e795e4a002a9cba83444ebcc6c0d724254a0c6593";

function officialSchema() {
  const dir = mkdtempSync(join(tmpdir(), "admin-schema-"));
  try {
    const tgz = execFileSync("npm", ["pack", "--silent", PACKAGE], { cwd: dir, encoding: "utf8" }).trim();
    const file = `package/dist/data/admin_${VERSION}.json.gz`;
    execFileSync("tar", ["xzf", tgz, file], { cwd: dir });
    const gz = readFileSync(join(dir, file));
    const hash = createHash("sha256").update(gz).digest("hex");
    if (hash !== SHA256) throw new Error(`${file} has hash ${hash}, expected ${SHA256}`);
    return buildClientSchema(JSON.parse(gunzipSync(gz)).data);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const schema = officialSchema();
const folder = new URL("../operations/", import.meta.url);
const source = readdirSync(folder).filter((f) => f.endsWith(".graphql")).sort()
  .map((f) => readFileSync(new URL(f, folder), "utf8")).join("\n");
const document = parse(source);
const errors = validate(schema, document);
if (errors.length) throw new Error(errors.join("\n"));

const fields = new Map(); // type name -> Set of its fields that are used
const whole = new Set(); // inputs, enums, scalars, unions, interfaces
const touch = (type) => { if (!fields.has(type.name)) fields.set(type.name, new Set()); };

function keep(type) {
  if (isObjectType(type)) return touch(type);
  if (whole.has(type.name)) return;
  whole.add(type.name);
  if (isUnionType(type)) type.getTypes().forEach(keep);
  if (isInterfaceType(type)) {
    touch(type);
    if (type.name !== "Node") schema.getPossibleTypes(type).forEach(keep);
  }
  if (isInputObjectType(type)) Object.values(type.getFields()).forEach((f) => keep(getNamedType(f.type)));
}

function use(parent, name) {
  keep(parent);
  const field = parent.getFields()[name];
  fields.get(parent.name).add(name);
  keep(getNamedType(field.type));
  field.args.forEach((a) => keep(getNamedType(a.type)));
}

const info = new TypeInfo(schema);
visit(document, visitWithTypeInfo(info, {
  Field(node) {
    const parent = info.getParentType();
    if (node.name.value !== "__typename") use(parent, node.name.value);
  },
  InlineFragment() { keep(info.getType()); },
  FragmentDefinition() { keep(info.getType()); },
  VariableDefinition() { keep(getNamedType(info.getInputType())); },
}));

// An object has the fields of its interfaces; one without any field keeps a plain one.
for (const name of fields.keys()) {
  const type = schema.getType(name);
  if (!isObjectType(type)) continue;
  for (const i of type.getInterfaces()) {
    if (whole.has(i.name)) for (const f of fields.get(i.name)) use(type, f);
  }
}
if (whole.has("Node")) {
  const node = schema.getType("Node");
  use(node, "id");
  for (const name of fields.keys()) {
    const type = schema.getType(name);
    if (isObjectType(type) && type.getInterfaces().includes(node)) use(type, "id");
  }
}
for (const [name, used] of fields) {
  const type = schema.getType(name);
  if (used.size === 0) {
    const plain = Object.values(type.getFields()).find((f) => f.name === "id" || isScalarType(getNamedType(f.type)));
    if (plain) use(type, plain.name);
  }
}

const print = (v) => JSON.stringify(v);
const deprecated = (x) => (x.deprecationReason ? ` @deprecated(reason: ${print(x.deprecationReason)})` : "");
const fallback = (x) => {
  if (x.defaultValue === undefined) return "";
  if (isEnumType(getNamedType(x.type))) return ` = ${x.defaultValue}`;
  return ` = ${print(x.defaultValue)}`;
};
const input = (x) => `${x.name}: ${x.type}${fallback(x)}${deprecated(x)}`;

function printObject(keyword, type, implemented) {
  const used = [...fields.get(type.name)].sort().map((n) => type.getFields()[n]);
  const lines = used.map((f) => `  ${f.name}${f.args.length ? `(${f.args.map(input).join(", ")})` : ""}: ${f.type}${deprecated(f)}`);
  return `${keyword} ${type.name}${implemented.length ? ` implements ${implemented.join(" & ")}` : ""} {\n${lines.join("\n")}\n}`;
}

function printType(type) {
  if (isScalarType(type)) return `scalar ${type.name}`;
  if (isEnumType(type)) return `enum ${type.name} {\n${type.getValues().map((v) => `  ${v.name}${deprecated(v)}`).join("\n")}\n}`;
  if (isUnionType(type)) return `union ${type.name} = ${type.getTypes().map((t) => t.name).join(" | ")}`;
  if (isInputObjectType(type)) {
    const oneOf = type.isOneOf ? " @oneOf" : "";
    return `input ${type.name}${oneOf} {\n${Object.values(type.getFields()).map((f) => `  ${input(f)}`).join("\n")}\n}`;
  }
  const implemented = type.getInterfaces().filter((i) => whole.has(i.name)).map((i) => i.name);
  return printObject(isInterfaceType(type) ? "interface" : "type", type, implemented);
}

const names = [...new Set([...whole, ...fields.keys()])].sort()
  .filter((n) => !isSpecifiedScalarType(schema.getType(n)));
const head = [
  `# Shopify Admin API ${VERSION}, cut to what ../operations reach. Written by refresh.mjs; do not edit.`,
  `# Source: ${PACKAGE} (npm), admin_${VERSION}.json.gz, sha256 ${SHA256}`,
  `schema {\n  query: ${schema.getQueryType().name}\n  mutation: ${schema.getMutationType().name}\n}`,
];
writeFileSync(new URL("admin.graphql", import.meta.url), head.concat(names.map((n) => printType(schema.getType(n)))).join("\n\n") + "\n");
console.log(`admin.graphql: ${names.length} types`);
