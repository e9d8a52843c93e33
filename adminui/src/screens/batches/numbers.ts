// freeNumber is the first number that no batch has, whatever its prefix.
export const freeNumber = (batches: { last_no?: number }[]): number => Math.max(0, ...batches.map((b) => b.last_no ?? 0)) + 1;
