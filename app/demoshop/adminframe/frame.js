// The admin's side of the bridge: it hands session tokens to the app's page and
// lets its own address follow. Only the app's own frame is listened to (H28).
const frame = document.getElementById("app");
const { origin, home } = frame.dataset;

window.addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow || event.origin !== origin) return;
  const said = event.data;
  if (typeof said !== "object" || said === null) return;
  if (said.type === "zugabe:path" && typeof said.path === "string") follow(said.path);
  if (said.type === "zugabe:token" && typeof said.id === "string") void hand(said.id);
});

function follow(path) {
  if (!/^\/(?!\/)[\w\-./~%]*(\?[^#]*)?$/.test(path)) return;
  history.replaceState(history.state, "", home + (path === "/" ? "" : path.replace(/^\/\?/, "?")));
}

async function hand(id) {
  const answer = { type: "zugabe:token", id };
  try {
    const got = await fetch("/admin/session-token", { credentials: "same-origin", cache: "no-store" });
    answer.token = (await got.json()).token;
  } catch {
    // Without a token the app says that it was not reached.
  }
  frame.contentWindow.postMessage(answer, origin);
}
