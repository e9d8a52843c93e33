declare module 'icon:*' {
  const drawing: [string, Record<string, string>][];
  export default drawing;
}
