// The pages work without this: it only saves a hand some ways.
"use strict";

// Live parts: fetched again every few seconds, replaced only when they have changed.
for (const part of document.querySelectorAll("[data-live]")) {
  const every = Number(part.dataset.every || 4) * 1000;
  let tag = "";
  const again = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(part.dataset.live, { headers: tag ? { "If-None-Match": tag } : {} });
        if (answer.status === 401) { location.reload(); return; }
        if (answer.status === 200) {
          tag = answer.headers.get("ETag") || "";
          const text = await answer.text();
          if (part.dataset.shown !== text && !part.contains(document.activeElement)) {
            part.innerHTML = text; // from this server, escaped there; the policy of the page lets no script run
            part.dataset.shown = text;
          }
        }
        part.classList.toggle("away", !answer.ok && answer.status !== 304);
      } catch { part.classList.add("away"); }
    }
    setTimeout(again, every);
  };
  setTimeout(again, every);
}

// What was begun to be written is not lost by a click beside it.
for (const form of document.querySelectorAll("form[data-keep]")) {
  let touched = false;
  form.addEventListener("input", () => { touched = true; });
  form.addEventListener("submit", () => { touched = false; });
  window.addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
}

// What is typed is kept on the server every few seconds: it is there after a lost line or an ended session.
for (const form of document.querySelectorAll("form[data-draft]")) {
  const told = form.querySelector("[data-drafted]");
  const tell = (words) => { if (told) told.textContent = words; };
  let waits = 0;
  const stop = new AbortController(); // what is saved is no draft any more
  const keep = async () => {
    const fields = new FormData(form);
    for (const [name, value] of [...fields]) { if (typeof value !== "string") fields.delete(name); }
    fields.set("act", "draft");
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(fields), redirect: "manual", signal: stop.signal });
      if (answer.status === 204) tell("已暂存，还没有保存");
      else if (answer.type === "opaqueredirect") tell("登录已到期：填写的内容已经留下，请重新登录后回到这一页");
      else tell("没有存下：登录已退出。请先复制没保存的内容，再重新登录");
    } catch { if (!stop.signal.aborted) tell("暂存不了：网络不通，请先不要关闭这一页"); }
  };
  form.addEventListener("input", () => { clearTimeout(waits); waits = setTimeout(keep, 2500); });
  form.addEventListener("submit", () => { clearTimeout(waits); stop.abort(); });
}

// What takes written work away is asked once more.
for (const form of document.querySelectorAll("form[data-sure]")) {
  form.addEventListener("submit", (event) => {
    if (!confirm(form.dataset.sure)) { event.preventDefault(); event.stopImmediatePropagation(); }
  });
}

// A second click on a button that sends does nothing.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 5000);
  });
}

// From a finding to its line in the text.
const text = document.querySelector("textarea[data-lines]");
if (text) {
  const height = parseFloat(getComputedStyle(text).lineHeight);
  for (const link of document.querySelectorAll("a[data-line]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const lines = text.value.split("\n");
      const line = Math.min(Number(link.dataset.line), lines.length);
      const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
      text.focus();
      text.setSelectionRange(start, start + lines[line - 1].length);
      text.scrollTop = Math.max(0, (line - 5) * height);
    });
  }
  const gutter = document.querySelector(".gutter");
  if (gutter) {
    const bad = new Map(JSON.parse(gutter.dataset.marks));
    const draw = () => {
      const count = text.value.split("\n").length;
      if (gutter.childElementCount === count) return;
      gutter.replaceChildren(...Array.from({ length: count }, (_, at) => {
        const row = document.createElement("span");
        row.textContent = String(at + 1);
        if (bad.has(at + 1)) row.className = bad.get(at + 1);
        return row;
      }));
    };
    text.addEventListener("input", draw);
    text.addEventListener("scroll", () => { gutter.scrollTop = text.scrollTop; });
    draw();
  }
}
