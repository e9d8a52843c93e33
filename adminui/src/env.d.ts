declare module 'icon:*' {
  const drawing: [string, Record<string, string>][];
  export default drawing;
}

declare module 'manual:*' {
  const manual: import('./help/manual').Manual;
  export default manual;
}
