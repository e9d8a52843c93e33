// The admin page around the app: answers the app's requests for session tokens.
const frame = document.getElementById("app");
const origin = frame && new URL(frame.dataset.origin).origin;
window.addEventListener("message", async (event) => {
  if (!frame || event.source !== frame.contentWindow || event.origin !== origin) return;
  if (event.data?.type !== "demo-admin:id-token") return;
  const answer = await fetch("/admin/session-token", { credentials: "same-origin" });
  const { token } = await answer.json();
  frame.contentWindow.postMessage({ type: "demo-admin:id-token", id: event.data.id, token }, origin);
});
