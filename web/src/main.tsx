// Mounts the editor on the page of a draft.
import { createRoot } from "react-dom/client";
import { load } from "./api/client";
import { Editor } from "./editor/Editor";
import { LoadFailed } from "./editor/LoadFailed";
import { Store, StoreContext } from "./store/store";
import "./style.css";

const place = document.getElementById("rk-editor");

async function start(mount: HTMLElement): Promise<void> {
    const root = createRoot(mount);
    try {
        const store = new Store(await load(mount.dataset.address ?? ""));
        store.saving.start();
        root.render(
            <StoreContext value={store}>
                <Editor />
            </StoreContext>,
        );
    } catch {
        root.render(<LoadFailed />);
    }
}

if (place) void start(place);
