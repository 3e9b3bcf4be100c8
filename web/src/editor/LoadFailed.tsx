// What stands on the page where the draft could not be loaded.
import { say } from "../words";
import { BAR } from "./words";

export function LoadFailed() {
    return (
        <p className="rk-message rk-message-error" role="alert">
            {say(BAR.loadFailed)}
        </p>
    );
}
