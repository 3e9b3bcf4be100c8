// Tables of a form that grow: a new row is the server's own empty row, numbered on.

document.querySelectorAll("[data-rows]").forEach((part) => {
    const total = part.querySelector(`input[name="${part.dataset.rows}-TOTAL_FORMS"]`);
    const most = part.querySelector(`input[name="${part.dataset.rows}-MAX_NUM_FORMS"]`);
    const body = part.querySelector("tbody");
    const button = part.querySelector("[data-add-row]");
    const isFull = () => Number(total.value) >= Number(most.value);
    button.hidden = isFull();
    button.addEventListener("click", () => {
        const row = part.querySelector("template").innerHTML.replaceAll("__prefix__", total.value);
        body.insertAdjacentHTML("beforeend", row);
        total.value = Number(total.value) + 1;
        button.hidden = isFull();
        body.lastElementChild.querySelector("input, select, textarea")?.focus();
        part.closest("form").dispatchEvent(new CustomEvent("rows-changed"));
    });
});
