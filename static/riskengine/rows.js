// Grids whose rows are added, moved and removed before the form is saved; “discard” brings them back.

function grid(table) {
    const form = table.closest("form");
    const body = table.tBodies[0];
    const template = form.querySelector("template[data-row-template]");
    const before = [...body.rows];

    const changed = () => {
        [...body.rows].forEach((row, at) => { row.querySelector("[data-row-number]").textContent = at + 1; });
        form.dispatchEvent(new CustomEvent("rows-changed"));
    };
    form.addEventListener("form-restored", () => { body.replaceChildren(...before); changed(); });
    form.querySelector("[data-add-row]")?.addEventListener("click", () => {
        body.append(template.content.cloneNode(true));
        changed();
        body.rows[body.rows.length - 1].querySelector("input").focus();
    });
    body.addEventListener("click", (event) => {
        const row = event.target.closest("[data-row]");
        if (event.target.closest("[data-row-remove]")) {
            (row.nextElementSibling ?? row.previousElementSibling)?.querySelector("input").focus();
            row.remove();
            changed();
        } else if (event.target.closest("[data-row-up]") && row.previousElementSibling) {
            row.previousElementSibling.before(row);
            event.target.closest("[data-row-up]").focus();
            changed();
        }
    });
}

document.querySelectorAll("table[data-rows]").forEach(grid);
