let moved = false;

// leftFor notes that another page was opened; arrived says so once, to the page that
// takes the focus. The first page after loading leaves the focus where it is.
export function leftFor() {
  moved = true;
}

export function arrived(): boolean {
  const was = moved;
  moved = false;
  return was;
}
