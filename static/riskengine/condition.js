// A condition checked while it is typed: problems with their place, or the condition in words.

const WAIT_MS = 250;

function csrfToken() {
    return document.querySelector("input[name=csrfmiddlewaretoken]").value;
}

function problemRow(found, text) {
    const row = document.createElement("li");
    row.className = found.severity === "error" ? "rk-error" : "rk-small";
    if (found.start !== null && found.start !== undefined && found.end > found.start) {
        const mark = document.createElement("span");
        mark.className = "rk-mark";
        mark.textContent = text.slice(found.start, found.end);
        row.append(mark, " ");
    }
    row.append(found.message);
    return row;
}

function wordsRow(words) {
    const row = document.createElement("p");
    row.className = "rk-words";
    row.textContent = words;
    return row;
}

function watch(field) {
    const area = field.querySelector("textarea");
    const findings = field.querySelector("[data-findings]");
    const basis = area.form.elements.namedItem("legal_basis"); // it decides what a rule may read
    let timer = 0;
    let asked = 0;

    async function check() {
        const text = area.value;
        const number = ++asked;
        if (!text.trim()) {
            findings.replaceChildren();
            area.removeAttribute("aria-invalid");
            return;
        }
        const body = new URLSearchParams({ section: field.dataset.section, key: field.dataset.key, text });
        if (basis) body.set("legal_basis", basis.value);
        let answer;
        try {
            const response = await fetch(field.dataset.url, {
                method: "POST", body, headers: { "X-CSRFToken": csrfToken() },
            });
            if (!response.ok) throw new Error(response.status);
            answer = await response.json();
        } catch {
            if (number === asked) findings.textContent = field.dataset.failed;
            return;
        }
        if (number !== asked) return; // a newer text is being checked
        const list = document.createElement("ul");
        list.append(...answer.problems.map((found) => problemRow(found, text)));
        findings.replaceChildren(...(answer.problems.length ? [list] : []), ...(answer.words ? [wordsRow(answer.words)] : []));
        if (answer.problems.some((found) => found.severity === "error")) area.setAttribute("aria-invalid", "true");
        else area.removeAttribute("aria-invalid");
    }

    const later = () => { clearTimeout(timer); timer = setTimeout(check, WAIT_MS); };
    area.addEventListener("input", later);
    area.form.addEventListener("reset", later);
    basis?.addEventListener("input", later);
    check();
    return area;
}

function insertName(area, name) {
    area.setRangeText(name, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
}

function search(input) {
    input.addEventListener("input", () => {
        const wanted = input.value.trim().toLowerCase();
        document.querySelectorAll("[data-name-group]").forEach((group) => {
            let shown = 0;
            group.querySelectorAll("[data-insert]").forEach((button) => {
                button.hidden = !button.dataset.words.includes(wanted);
                shown += button.hidden ? 0 : 1;
            });
            group.hidden = shown === 0;
            if (wanted && shown) group.open = true;
        });
    });
}

const areas = [...document.querySelectorAll("[data-condition]")].map(watch);
if (areas.length) {
    document.querySelectorAll("[data-insert]").forEach((button) => {
        button.addEventListener("click", () => insertName(areas[0], button.dataset.insert));
    });
}
document.querySelectorAll("[data-name-search]").forEach(search);
