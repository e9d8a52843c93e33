interface Now {
  typed: string | undefined; // undefined = nothing was typed yet
  written: string; // the value as people of the language write it, '' for none
  known: boolean; // there is a value
  left: boolean; // the field does not have the focus
  read: boolean; // what was typed is a number
}

// textOf is what a field for a number shows: under the hand what is typed, and else the
// value itself, so that a form that was emptied or set back shows no number of before. Only
// what is no number at all stays for its complaint.
export function textOf({ typed, written, known, left, read }: Now): string {
  if (typed === undefined) return written;
  if (!left) return typed;
  return !known && !read ? typed : written;
}
