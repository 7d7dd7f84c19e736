// What is typed is kept: forms with data-autosave are saved in passing, and rows that are saved one by one come back
// without loading the page anew, so that what is being written in the other rows stays. Works without this file too.
"use strict";

(() => {
  const AUTOSAVE_AFTER = 1500;
  const WHILE_A_ROW_IS_SENT = 300;
  const AUTOSAVED = "form[data-autosave]";
  const NEW_ROWS = "form[data-new-row]";

  // --- the state of a form ------------------------------------------------------------------------------------------
  const timers = new WeakMap(); // the form's next save
  const saves = new WeakMap(); // the form's save under way, and those that wait for it
  const strokes = new WeakMap(); // how many times something has been typed in it
  const sending = new Map(); // rows that are sent, each with the promise of its answer

  const isUnsaved = (form) => form.dataset.unsaved === "yes" && !form.dataset.sent;
  const mayBeSaved = (form) => form.isConnected && isUnsaved(form) && !form.dataset.conflict;
  const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !["hidden", "submit", "button"].includes(field.type));
  const isChanged = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") return [...field.options].some((one) => one.defaultSelected) && !field.selectedOptions[0]?.defaultSelected;
    return field.value !== field.defaultValue;
  };
  const tell = (form, text) => {
    const line = form.querySelector("[data-saved]");
    if (line) line.textContent = text;
  };
  const savedNow = () => `Sparat ${new Date().toLocaleTimeString("sv-SE", { hour: "2-digit", minute: "2-digit" })}`;

  // --- saving in passing --------------------------------------------------------------------------------------------
  const saveNow = async (form, keepalive) => {
    const seen = strokes.get(form);
    const body = new FormData(form);
    body.set("autosave", "1");
    try {
      const response = await fetch(form.dataset.autosave || form.action || location.href, {
        method: "POST",
        body,
        headers: { "X-Requested-With": "autosave" },
        redirect: "error",
        keepalive,
      });
      if (response.status === 409) {
        // Saving once more in the same way would not help: the button shows what somebody else wrote.
        tell(form, "Någon annan har ändrat det här. Tryck på knappen för att se båda.");
        form.dataset.conflict = "yes";
        return;
      }
      if (!response.ok) throw new Error(String(response.status));
      if (response.headers.get("Content-Type") === "application/json" && form.elements.version) {
        form.elements.version.value = (await response.json()).version;
      }
      if (strokes.get(form) === seen) delete form.dataset.unsaved;
      tell(form, savedNow());
      document.dispatchEvent(new Event("portal:saved"));
    } catch {
      tell(form, "Inte sparat ännu. Tryck på knappen för att spara.");
    }
  };

  // One save of a form at a time: the next one carries the version that the one before it gave.
  const save = (form, { keepalive = false } = {}) => {
    clearTimeout(timers.get(form));
    timers.delete(form);
    const before = saves.get(form) ?? Promise.resolve();
    const mine = before.then(() => (mayBeSaved(form) ? saveNow(form, keepalive) : undefined));
    saves.set(form, mine);
    return mine;
  };

  const saveSoon = (form, after = AUTOSAVE_AFTER) => {
    clearTimeout(timers.get(form));
    // While a row is sent the rows here are about to be replaced: what is typed now moves on to the new ones.
    timers.set(form, setTimeout(() => (sending.size ? saveSoon(form, WHILE_A_ROW_IS_SENT) : save(form)), after));
  };

  const unsaved = (except) => [...document.querySelectorAll(AUTOSAVED)].filter((form) => form !== except && isUnsaved(form));
  const isSaving = (form) => timers.has(form) || isUnsaved(form);
  const saveAll = (except) => Promise.all([...document.querySelectorAll(AUTOSAVED)].filter((form) => form !== except && isSaving(form)).map((form) => save(form)));

  const typedIn = (form) => {
    strokes.set(form, (strokes.get(form) ?? 0) + 1);
    form.dataset.unsaved = "yes";
    if (form.dataset.conflict) return;
    tell(form, ""); // What it says there is of what was typed before.
    saveSoon(form);
  };

  document.addEventListener("input", (event) => {
    const form = event.target.form ?? event.target.closest?.("form");
    if (form?.matches(AUTOSAVED)) typedIn(form);
  });

  // Leaving a field of a row saves it at once.
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.(AUTOSAVED);
    if (form?.elements.version && timers.has(form) && !sending.size) save(form);
  });

  // What was typed while the page was loading, before anything here listened.
  document.addEventListener("DOMContentLoaded", () => {
    const field = document.activeElement;
    if (field?.form && field.name && isChanged(field)) field.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // --- leaving the page ---------------------------------------------------------------------------------------------
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const stays = link.target || link.hasAttribute("download") || link.origin !== location.origin;
    if (stays || link.getAttribute("href").startsWith("#") || !(unsaved().length || sending.size)) return;
    event.preventDefault();
    await Promise.all(sending.values());
    await saveAll();
    location.assign(link.href);
  });

  let mayLeave = false;
  window.addEventListener("portal:session-ended", () => {
    mayLeave = true;
  });
  // A form that is sent by loading its answer takes what is typed in it along.
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) event.target.dataset.leaving = "yes";
  });
  const isHalfWritten = (form) => !form.dataset.leaving && fieldsOf(form).some((field) => field.matches("textarea, [type=text]") && isChanged(field));
  window.addEventListener("beforeunload", (event) => {
    const left = [...unsaved(), ...[...document.querySelectorAll(NEW_ROWS)].filter(isHalfWritten)];
    if (!mayLeave && left.some((form) => !form.dataset.leaving)) event.preventDefault();
  });
  window.addEventListener("pagehide", () => {
    for (const form of unsaved()) if (!form.dataset.leaving) save(form, { keepalive: true });
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-leaving]")) delete form.dataset.leaving;
  });

  // --- rows: one is sent, the page's content comes back, the other rows keep what is typed in them --------------------
  const isRow = (form) => form?.matches?.("form") && form.closest("[data-rows]");

  const lock = (form, locked) => {
    for (const field of fieldsOf(form)) if ("readOnly" in field) field.readOnly = locked;
  };

  const answered = new WeakMap();
  const sendRow = async (form, issueRequest) => {
    clearTimeout(timers.get(form));
    timers.delete(form);
    lock(form, true); // What was written in it from now on would not be sent.
    // The row's own save under way gives the version that this one must carry.
    await Promise.all([saves.get(form), saveAll(form)]);
    if (!form.isConnected) return;
    await new Promise((resolve) => {
      answered.set(form, resolve);
      issueRequest(true);
    });
    lock(form, false);
  };

  document.addEventListener("htmx:confirm", (event) => {
    const form = event.detail.elt;
    if (!isRow(form)) return;
    event.preventDefault();
    if (sending.has(form)) return; // The second press of a button.
    sending.set(form, sendRow(form, event.detail.issueRequest).finally(() => sending.delete(form)));
  });

  // Whatever became of it: an answer, a refusal, no contact with the portal. Asked of the request itself: the answer to
  // another row may have replaced this one meanwhile, and then no event of its own reaches the document.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const done = answered.get(event.detail.requestConfig?.elt);
    if (done) event.detail.xhr.addEventListener("loadend", done);
  });

  let kept = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const sent = event.detail.requestConfig?.elt;
    if (!event.detail.shouldSwap || !isRow(sent)) return;
    const forms = [...document.querySelectorAll(`${AUTOSAVED}, ${NEW_ROWS}`)].filter((form) => form.id && form !== sent);
    const field = document.activeElement;
    kept = {
      sent: sent.id,
      wentWell: event.detail.xhr.status < 400,
      rows: forms.map(take).filter(Boolean),
      typing: field?.form && field.form !== sent ? { id: field.id, from: field.selectionStart, to: field.selectionEnd } : null,
      stood: field?.form === sent,
    };
  });

  const take = (form) => {
    const autosaved = form.matches(AUTOSAVED);
    const fields = autosaved ? (isUnsaved(form) ? fieldsOf(form) : []) : fieldsOf(form).filter(isChanged);
    if (!fields.length) return null;
    const values = fields.map(({ name, type, value, checked }) => ({ name, type, value, checked }));
    const version = autosaved ? form.elements.version?.value : undefined;
    const box = form.querySelector(".suggestions");
    return { id: form.id, autosaved, values, version, conflict: form.dataset.conflict, told: form.querySelector("[data-saved]")?.textContent, box };
  };

  const give = (row) => {
    const form = document.getElementById(row.id);
    if (!form) return;
    for (const field of fieldsOf(form)) {
      const isChoice = field.type === "checkbox" || field.type === "radio";
      const typed = row.values.find((one) => one.name === field.name && (!isChoice || one.value === field.value));
      if (!typed) continue;
      if (isChoice) field.checked = typed.checked;
      else field.value = typed.value;
      if (isChoice && typed.checked) field.closest("details")?.setAttribute("open", "");
    }
    if (row.box?.id) document.getElementById(row.box.id)?.replaceWith(row.box);
    if (!row.autosaved) return;
    // The version as it was when this was typed: what somebody else has written since is still found out.
    if (form.elements.version) form.elements.version.value = row.version;
    if (row.conflict) {
      form.dataset.conflict = row.conflict;
      tell(form, row.told);
    }
    typedIn(form);
  };

  document.addEventListener("htmx:afterSwap", () => {
    if (!kept || kept.given) return;
    kept.given = true;
    kept.rows.forEach(give);
  });

  document.addEventListener("htmx:afterSettle", () => {
    if (!kept?.given) return;
    const { typing, sent, stood, wentWell } = kept;
    kept = null;
    const form = document.getElementById(sent);
    if (wentWell && form?.matches(AUTOSAVED)) tell(form, savedNow());
    const field = typing && document.getElementById(typing.id);
    if (field) {
      field.focus({ preventScroll: true });
      if (typing.from !== null && typing.from !== undefined) field.setSelectionRange(typing.from, typing.to);
    } else if (stood && document.activeElement === document.body) {
      const next = form?.querySelector("button") ?? document.querySelector("[data-rows] h2");
      if (next?.matches("h2")) next.setAttribute("tabindex", "-1");
      next?.focus({ preventScroll: true });
    }
  });
})();
