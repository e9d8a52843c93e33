// cellsOf writes a line of a file in one line: a dash where a cell is empty, nothing for those
// at the end.
export const cellsOf = (cells: string[]): string => {
  const last = cells.findLastIndex((cell) => cell.trim() !== '');
  return cells.slice(0, last + 1).map((cell) => cell.trim() || '–').join(' · ');
};
