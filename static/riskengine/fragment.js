// Parts of a page that take a moment: fetched after the first paint, with progress and words when it fails.

async function load(place, query = "") {
    const waiting = place.querySelector("[data-waiting]");
    const body = place.querySelector("[data-body]");
    waiting.hidden = false;
    place.setAttribute("aria-busy", "true");
    try {
        const response = await fetch(place.dataset.fragment + query, { credentials: "same-origin" });
        if (!response.ok || response.redirected) throw new Error(String(response.status));
        body.innerHTML = await response.text();
    } catch {
        body.replaceChildren(Object.assign(document.createElement("p"), { className: "rk-pad rk-error", textContent: place.dataset.failed }));
    } finally {
        waiting.hidden = true;
        place.removeAttribute("aria-busy");
    }
}

document.querySelectorAll("[data-fragment]").forEach((place) => {
    place.addEventListener("click", (event) => {
        const button = event.target.closest("[data-load]");
        if (button) load(place, button.dataset.load);
    });
    load(place);
});
