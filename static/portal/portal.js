// Progressive enhancement only: every page works without this file.
"use strict";

(() => {
  const announce = (text) => {
    const announcer = document.getElementById("announcer");
    if (announcer) announcer.textContent = text;
  };

  // --- focus: after a swap the reader stands at what went wrong, or at the new heading ----------------------------
  const focusOn = (element) => {
    if (!element) return;
    if (!element.hasAttribute("tabindex")) element.setAttribute("tabindex", "-1");
    element.focus();
  };

  document.addEventListener("htmx:afterSettle", (event) => {
    const swapped = event.detail.target;
    const errors = swapped.querySelector("[data-error-summary]");
    if (errors) focusOn(errors);
    else focusOn(swapped.querySelector("[data-focus]"));
    const title = document.title.replace(/^Fel: /, "");
    document.title = errors ? `Fel: ${title}` : title;
  });

  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    announce(
      status === 404 || status === 403
        ? "Du kommer inte längre åt det här. Ladda om sidan."
        : "Något gick fel. Det du har skrivit finns kvar. Försök igen om en stund.",
    );
  });

  document.addEventListener("htmx:sendError", () => {
    announce("Det går inte att nå portalen just nu. Det du har skrivit finns kvar.");
  });

  // --- double submit: the second press of a button does nothing ----------------------------------------------------
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    const button = event.submitter;
    if (button) button.setAttribute("aria-busy", "true");
  });

  // A page brought back by the Back button can be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const busy of form.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
    }
  });

  // --- the session: a warning before the idle limit, shared between tabs -------------------------------------------
  const SEEN = "portal.seen";
  // The server notes activity at most once a minute, so the session may end that much earlier than we count.
  const WARN_BEFORE = 120 + 60;
  const dialog = document.getElementById("session-ending");

  const stayedAlive = () => {
    try {
      localStorage.setItem(SEEN, String(Date.now()));
    } catch {
      // Storage may be switched off; then each tab counts for itself.
    }
    lastSeen = Date.now();
    if (dialog?.open) dialog.close();
  };
  let lastSeen = Date.now();

  const seenAnywhere = () => {
    try {
      return Math.max(lastSeen, Number(localStorage.getItem(SEEN)) || 0);
    } catch {
      return lastSeen;
    }
  };

  // The server asks for a new login and brings the user back here. Nothing may keep the page on the screen.
  const startOver = () => {
    window.dispatchEvent(new Event("portal:session-ended"));
    location.assign(location.pathname + location.search);
  };

  if (dialog) {
    const limit = Number(dialog.dataset.idleSeconds);
    stayedAlive();
    document.addEventListener("htmx:afterOnLoad", stayedAlive);
    document.addEventListener("portal:saved", stayedAlive);
    setInterval(() => {
      const left = limit - (Date.now() - seenAnywhere()) / 1000;
      if (left <= 0) startOver();
      else if (left <= WARN_BEFORE && !dialog.open) dialog.showModal();
      else if (left > WARN_BEFORE && dialog.open) dialog.close();
    }, 5000);
    // Escape says that the user is there, as the button does.
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      dialog.querySelector("form").requestSubmit();
    });
    dialog.querySelector("form").addEventListener("submit", async (event) => {
      event.preventDefault();
      const form = event.target;
      try {
        const response = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "error" });
        if (!response.ok) throw new Error(String(response.status));
        stayedAlive();
      } catch {
        startOver();
      }
    });
  }

  // --- small things --------------------------------------------------------------------------------------------------
  // A filter that is chosen takes effect at once; without this file there is a button.
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-submit-on-change]");
    if (form) form.requestSubmit();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-print]")) window.print();
  });

  // Printing a page with somebody's data is logged, whichever way it was asked for.
  window.addEventListener("beforeprint", () => {
    const shown = document.querySelector("[data-print-note]");
    if (!shown) return;
    const headers = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
    const body = new URLSearchParams({ note: shown.dataset.printNote });
    fetch(shown.dataset.printAddress, { method: "POST", headers, body, keepalive: true }).catch(() => {});
  });
})();
