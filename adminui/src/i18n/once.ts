const made = new Map<string, unknown>();

// once makes a thing when it is first asked for and keeps it: the browser takes many
// milliseconds for each of its formatters, and a list asks for thousands.
export function once<T>(name: string, make: () => T): T {
  if (!made.has(name)) made.set(name, make());
  return made.get(name) as T;
}
