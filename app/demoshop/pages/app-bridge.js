// Stands in for the host's App Bridge: window.shopify with what the app uses.
// It asks the admin page around it for session tokens.
(() => {
  const waiting = new Map();
  let last = 0;
  window.addEventListener("message", (event) => {
    const wait = event.source === window.parent && event.data?.type === "demo-admin:id-token" && waiting.get(event.data.id);
    if (!wait) return;
    waiting.delete(event.data.id);
    wait(event.data.token);
  });
  const query = new URLSearchParams(location.search);
  window.shopify = {
    config: { shop: query.get("shop"), host: query.get("host"), locale: query.get("locale") || "en" },
    idToken: () => new Promise((done) => {
      const id = ++last;
      waiting.set(id, done);
      window.parent.postMessage({ type: "demo-admin:id-token", id }, document.referrer ? new URL(document.referrer).origin : "*");
    }),
    toast: { show: (text) => console.info(text) },
  };
})();
