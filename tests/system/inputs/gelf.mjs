// node gelf.mjs PORT udp|tcp COUNT SIZE: sends numbered orders with gelf-pro, each with a text of SIZE letters.
import gelf from "gelf-pro";

const [port, adapter, count, size] = process.argv.slice(2);
gelf.setConfig({
    fields: { facility: "shop-api" },
    adapterName: adapter,
    adapterOptions: { host: "127.0.0.1", port: Number(port) },
});
// Not all the same letter: it has to need several chunks.
let seed = 1;
const letters = () =>
    Array.from({ length: Number(size) }, () => {
        seed = (seed * 48271) % 2147483647;
        return String.fromCharCode(97 + (seed % 26));
    }).join("");
for (let n = 1; n <= Number(count); n++) {
    await new Promise((done, fail) => {
        gelf.warning(`Заказ ${n}`, { n, order_id: `ORD-${n}`, text: letters() }, (error) =>
            error ? fail(error) : done(),
        );
    });
}
