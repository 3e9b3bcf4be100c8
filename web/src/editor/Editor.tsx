// The editor: tabs, the bar that tells whether all is saved, and the tab's panel.
import { useEffect } from "react";
import { useStore } from "../store/store";
import { TryIt } from "../tryit/TryIt";
import { Bar } from "./Bar";
import { ConflictDialog } from "./ConflictDialog";
import { TabList } from "./TabList";
import { PANELS, useTab } from "./tabs";

export function Editor() {
    const store = useStore();
    const [tab, open] = useTab();
    const Panel = PANELS[tab];
    useEffect(() => {
        const listen = (event: KeyboardEvent) => {
            if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
            const key = event.key.toLowerCase();
            const isTyping = event.target instanceof HTMLElement && event.target.matches("input, textarea, select, [contenteditable]");
            if (key === "s") store.saving.now();
            else if (isTyping) return;
            else if (key === "y" || (key === "z" && event.shiftKey)) store.redo();
            else if (key === "z") store.undo();
            else return;
            event.preventDefault();
        };
        window.addEventListener("keydown", listen);
        return () => window.removeEventListener("keydown", listen);
    }, [store]);
    return (
        <>
            <TabList tab={tab} open={open} />
            <Bar>
                <TryIt />
            </Bar>
            <ConflictDialog />
            <div className="re-panel" role="tabpanel" aria-labelledby={`re-tab-${tab}`} data-tab={tab}>
                {Panel && <Panel />}
            </div>
        </>
    );
}
