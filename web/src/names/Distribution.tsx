// What a variable was observed to be: a small picture of bars, from its bins or its codes.
import type { Distribution as Figures } from "../api/types";
import { say } from "../words";
import { NAME } from "./words";

const WIDTH = 120;
const HEIGHT = 28;
const MOST = 20;

export function Distribution({ figures, name }: { figures: Figures; name: string }) {
    const shares = figures.bins.length ? figures.bins.map(([, , share]) => share) : Object.values(figures.codes).slice(0, MOST);
    if (!shares.length) return null;
    const highest = Math.max(...shares) || 1;
    const step = WIDTH / shares.length;
    return (
        <svg className="re-distribution" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={say(NAME.distribution, { name })}>
            {shares.map((share, index) => {
                const height = share > 0 ? Math.max(1, (share / highest) * HEIGHT) : 0;
                return <rect key={index} x={index * step} y={HEIGHT - height} width={Math.max(1, step - 1)} height={height} />;
            })}
        </svg>
    );
}
