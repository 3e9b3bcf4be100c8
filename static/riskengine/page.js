// What every page of a version needs: a question before what cannot be undone, and care for unsaved changes.

function guard(form) {
    const mark = form.querySelector("[data-unsaved]");
    const state = () => new URLSearchParams(new FormData(form)).toString();
    let saved = state();
    const isChanged = () => state() !== saved;
    const show = () => { if (mark) mark.hidden = !isChanged(); };
    form.addEventListener("input", show);
    form.addEventListener("rows-changed", show);
    form.addEventListener("reset", () => setTimeout(() => { form.dispatchEvent(new CustomEvent("form-restored")); show(); }));
    form.addEventListener("submit", () => { saved = null; form.dataset.sent = "yes"; });
    window.addEventListener("beforeunload", (event) => {
        if (!form.dataset.sent && isChanged()) event.preventDefault();
    });
}

function confirmFirst(form) {
    const dialog = document.getElementById("rk-confirm");
    form.addEventListener("submit", (event) => {
        if (form.dataset.confirmed) return;
        event.preventDefault();
        dialog.querySelector("[data-confirm-text]").textContent = form.dataset.confirm;
        dialog.returnValue = "";
        dialog.addEventListener("close", () => {
            if (dialog.returnValue !== "yes") return;
            form.dataset.confirmed = "yes";
            form.requestSubmit();
        }, { once: true });
        dialog.showModal();
    });
}

document.querySelectorAll("form[data-guard]").forEach(guard);
document.querySelectorAll("form[data-confirm]").forEach(confirmFirst);
document.querySelector(".rk-invalid input, .rk-invalid textarea, .rk-invalid select")?.focus();
